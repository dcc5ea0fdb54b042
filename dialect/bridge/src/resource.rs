//! Large constants: `dense_resource` attributes that own their bytes.

use melior::{
    StringRef,
    ir::{Attribute, TypeLike, r#type::RankedTensorType},
};
use std::{
    ffi::{c_int, c_void},
    ops::{Deref, DerefMut, Range},
    sync::atomic::{AtomicUsize, Ordering},
};

/// Alignment of a resource in bytes: a cache line, and the widest vector of
/// today's processors.
pub const RESOURCE_ALIGNMENT: usize = 64;

/// The bytes of a large page. Weights are read from one end to the other, which small pages
/// slow down where they come from memory.
const LARGE_PAGE: usize = 2 << 20;

/// Bytes that start at an address divisible by [`RESOURCE_ALIGNMENT`].
pub struct ResourceBytes {
    /// The bytes, and as many more as make room for the alignment.
    block: Vec<u8>,
    range: Range<usize>,
}

impl ResourceBytes {
    /// `length` zero bytes. Those that nobody writes take no memory where the
    /// system gives out zero pages. What fills a large page begins near the beginning of one,
    /// and Linux is asked for such.
    pub fn zeroed(length: usize) -> Self {
        let (alignment, offset) = match length < LARGE_PAGE {
            true => (RESOURCE_ALIGNMENT, 0),
            false => (LARGE_PAGE, offset_in_page()),
        };
        // Vec asks the system for zeroed memory; a vector of an aligned type
        // would be filled with zeros by hand.
        let mut block = vec![0; length + offset + alignment - 1];
        let start = block.as_ptr().addr().wrapping_neg() % alignment;
        let range = start + offset..start + offset + length;
        if alignment == LARGE_PAGE {
            ask_for_large_pages(&mut block[start..range.end]);
        }
        Self { block, range }
    }
}

/// Where in a large page bytes begin: each time elsewhere, as a cache has few places for
/// what is at the same place of several pages.
fn offset_in_page() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    // Lines of the cache of a small page, taken in an order in which neighbours are apart.
    const LINES: usize = 4096 / RESOURCE_ALIGNMENT;
    let line = COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(11) % LINES;
    line * RESOURCE_ALIGNMENT
}

/// A wish, which the system may refuse.
#[cfg(target_os = "linux")]
fn ask_for_large_pages(bytes: &mut [u8]) {
    unsafe extern "C" {
        fn madvise(address: *mut c_void, length: usize, advice: c_int) -> c_int;
    }
    const MADV_HUGEPAGE: c_int = 14;
    // SAFETY: it changes how the bytes lie in memory, and none of them.
    unsafe {
        madvise(bytes.as_mut_ptr().cast(), bytes.len(), MADV_HUGEPAGE);
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_: &mut [u8]) {}

impl Deref for ResourceBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.block[self.range.clone()]
    }
}

impl DerefMut for ResourceBytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.block[self.range.clone()]
    }
}

impl From<&[u8]> for ResourceBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut copy = Self::zeroed(bytes.len());
        copy.copy_from_slice(bytes);
        copy
    }
}

impl std::fmt::Debug for ResourceBytes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ResourceBytes({})", self.len())
    }
}

/// A `dense_resource<name>` attribute of type `type`, whose blob is `bytes`.
///
/// The bytes are moved, not copied; they live until the context goes. A second
/// resource of the same name in one context gets a suffix, so to share a blob
/// use the attribute again. What the bytes mean follows from the type and its
/// encoding: a packed tensor has fewer of them than elements, so their number
/// is not checked here.
pub fn dense_resource<'c>(
    name: &str,
    r#type: RankedTensorType<'c>,
    bytes: ResourceBytes,
) -> Attribute<'c> {
    let owner = Box::new(bytes);
    let (data, length) = (owner.as_ptr(), owner.len());
    // SAFETY: `data` points to `length` bytes, aligned as stated, of the heap
    // block that `owner` keeps; `release` takes the box back once MLIR is done
    // with it. The blob is immutable, so that MLIR does not write through the
    // pointer. MLIR copies the name, and the type is a shaped one.
    unsafe {
        Attribute::from_raw(mlir_sys::mlirUnmanagedDenseResourceElementsAttrGet(
            r#type.to_raw(),
            StringRef::new(name).to_raw(),
            data.cast_mut().cast(),
            length,
            RESOURCE_ALIGNMENT,
            false,
            Some(release),
            Box::into_raw(owner).cast(),
        ))
    }
}

extern "C" fn release(owner: *mut c_void, _data: *const c_void, _size: usize, _align: usize) {
    // SAFETY: `owner` is the box that `dense_resource` gave up, and MLIR calls
    // the deleter of a blob once.
    drop(unsafe { Box::from_raw(owner.cast::<ResourceBytes>()) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use melior::{
        Context,
        ir::{Location, Module, Type, operation::OperationMutLike},
    };
    use pretty_assertions::assert_eq;

    #[test]
    fn bytes_are_aligned_and_zero() {
        for length in [0, 1, 64, 65] {
            let mut bytes = ResourceBytes::zeroed(length);
            assert_eq!(bytes.as_ptr() as usize % RESOURCE_ALIGNMENT, 0);
            assert_eq!(&*bytes, vec![0; length]);
            bytes.fill(7);
            assert_eq!(&*bytes, vec![7; length]);
        }
    }

    #[test]
    fn large_ones_begin_near_the_beginning_of_a_large_page() {
        let mut bytes = ResourceBytes::zeroed(2 * LARGE_PAGE + 1);
        assert!(bytes.as_ptr() as usize % LARGE_PAGE < 4096);
        assert_eq!(bytes.as_ptr() as usize % RESOURCE_ALIGNMENT, 0);
        assert!(bytes.iter().all(|&byte| byte == 0));
        bytes.fill(7);
        assert_eq!(
            bytes.iter().filter(|&&byte| byte == 7).count(),
            2 * LARGE_PAGE + 1
        );
    }

    // The blob is shorter than the elements: it is what a packed tensor has.
    #[test]
    fn prints_and_reads_back() {
        let context = Context::new();
        let mut module = Module::new(Location::unknown(&context));
        let r#type = RankedTensorType::new(&[2, 5], Type::parse(&context, "i8").unwrap(), None);
        let blob = dense_resource("weights", r#type, ResourceBytes::from(&[1, 2, 3, 0xab][..]));
        module.as_operation_mut().set_attribute("test.first", blob);
        module.as_operation_mut().set_attribute("test.second", blob);

        let text = module.as_operation().to_string();
        assert_eq!(
            text.matches("dense_resource<weights> : tensor<2x5xi8>")
                .count(),
            2,
            "{text}"
        );
        // The alignment, 64, and the bytes.
        assert_eq!(
            text.matches(r#"weights: "0x40000000010203AB""#).count(),
            1,
            "{text}"
        );

        let other = Context::new();
        let read = Module::parse(&other, &text).unwrap();
        assert_eq!(read.as_operation().to_string(), text);
    }
}
