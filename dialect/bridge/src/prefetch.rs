//! Memory that is asked for ahead of its use.

/// The bytes that come at a time, or more.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

/// Asks for `count` bytes from the one at `from` on, as far as they are among `bytes`,
/// so that they are near when they are read or written. It waits for nothing and changes
/// nothing, and does nothing on processors other than x86-64.
#[inline]
pub fn prefetch(bytes: &[u8], from: usize, count: usize) {
    let end = bytes.len().min(from.saturating_add(count));
    #[cfg(target_arch = "x86_64")]
    for at in (from..end).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: `at` is below the length, so the pointer is to a byte of the slice;
        // the instruction, which every x86-64 has, neither reads nor writes it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().add(at).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (from, end);
}
