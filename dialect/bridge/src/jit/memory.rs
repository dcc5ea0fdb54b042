//! Memory that compiled code has freed.
//!
//! Large temporaries of compiled code come from the C library's heap. glibc gives blocks of
//! 128 KiB and more back to the system when they are freed, so that each call gets new
//! pages, which the system clears: a quarter of the time of a prompt of BitNet-2B.

/// Lets glibc keep what is freed from now on, for the next call; nothing with other C
/// libraries. It holds for the process and for as long as it runs, so it is for programs,
/// and not for libraries, to say.
pub fn keep_freed_memory() {
    #[cfg(target_env = "gnu")]
    for (parameter, value) in [(glibc::M_MMAP_MAX, 0), (glibc::M_TRIM_THRESHOLD, i32::MAX)] {
        // SAFETY: it takes any numbers, and blocks that are there already stay as they are.
        unsafe { glibc::mallopt(parameter, value) };
    }
}

/// Gives back to the system what is free now, and goes on keeping what is freed later.
pub fn return_freed_memory() {
    // SAFETY: only whole pages that are in no block are given back.
    #[cfg(target_env = "gnu")]
    unsafe {
        glibc::malloc_trim(0);
    }
}

#[cfg(target_env = "gnu")]
mod glibc {
    use std::ffi::c_int;

    /// From how many bytes on free memory at the end of the heap is given back.
    pub const M_TRIM_THRESHOLD: c_int = -1;
    /// How many blocks may be mappings of their own.
    pub const M_MMAP_MAX: c_int = -4;

    unsafe extern "C" {
        pub fn mallopt(parameter: c_int, value: c_int) -> c_int;
        pub fn malloc_trim(pad: usize) -> c_int;
    }
}
