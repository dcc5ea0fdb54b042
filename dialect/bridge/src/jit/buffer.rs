//! The values that go in and out of compiled code.

use crate::ResourceBytes;
use std::{ffi::c_void, fmt, ptr::NonNull};

unsafe extern "C" {
    fn free(pointer: *mut c_void);
}

/// An argument or result: a tensor in memory, or a scalar.
#[derive(Debug)]
pub enum Value {
    /// A tensor.
    Buffer(Buffer),
    /// The bytes of an integer, an index (8 bytes) or a float.
    Scalar(Vec<u8>),
}

/// A tensor in memory: its elements in row-major order without gaps.
pub struct Buffer {
    shape: Vec<usize>,
    element_size: usize,
    storage: Storage,
}

enum Storage {
    Owned(ResourceBytes),
    Malloc(MallocBytes),
}

/// Bytes somewhere in a block of `malloc`.
struct MallocBytes {
    block: *mut c_void,
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the block belongs to this value alone, malloc's blocks may be freed by
// any thread, and a shared reference gives no way to write.
unsafe impl Send for MallocBytes {}
// SAFETY: as above.
unsafe impl Sync for MallocBytes {}

impl Drop for MallocBytes {
    fn drop(&mut self) {
        // SAFETY: `Buffer::from_malloc` was promised the block for its own.
        unsafe { free(self.block) }
    }
}

impl Buffer {
    /// A tensor of those sizes whose elements have `element_size` bytes each;
    /// the bytes are copied.
    ///
    /// # Errors
    ///
    /// When their number is not what the sizes ask for.
    pub fn new(shape: &[usize], element_size: usize, bytes: &[u8]) -> Result<Self, String> {
        let length = length(shape, element_size)
            .ok_or_else(|| format!("expected sizes that fit into memory, but got {shape:?}"))?;
        if length != bytes.len() {
            return Err(format!(
                "expected {length} bytes for sizes {shape:?} of {element_size} bytes each, but got {}",
                bytes.len()
            ));
        }
        Ok(Self {
            shape: shape.to_vec(),
            element_size,
            storage: Storage::Owned(bytes.into()),
        })
    }

    /// Takes over a tensor that compiled code made.
    ///
    /// # Safety
    ///
    /// `block` comes from `malloc` and belongs to nobody else; the elements
    /// start at `start`, inside of it, row-major and without gaps.
    pub(super) unsafe fn from_malloc(
        shape: Vec<usize>,
        element_size: usize,
        block: *mut c_void,
        start: *mut u8,
    ) -> Self {
        let length = length(&shape, element_size).unwrap_or(0);
        Self {
            shape,
            element_size,
            storage: Storage::Malloc(MallocBytes {
                block,
                start: NonNull::new(start).unwrap_or(NonNull::dangling()),
                length,
            }),
        }
    }

    /// The size of each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The bytes of an element.
    pub fn element_size(&self) -> usize {
        self.element_size
    }

    /// The elements, row-major.
    pub fn bytes(&self) -> &[u8] {
        match &self.storage {
            Storage::Owned(bytes) => bytes,
            // SAFETY: `from_malloc` was promised that many bytes, and nothing
            // writes to them while `self` holds the block.
            Storage::Malloc(bytes) => unsafe {
                std::slice::from_raw_parts(bytes.start.as_ptr(), bytes.length)
            },
        }
    }
}

impl Buffer {
    /// The size of each dimension, and the elements, row-major.
    pub fn parts_mut(&mut self) -> (&[usize], &mut [u8]) {
        let bytes = match &mut self.storage {
            Storage::Owned(bytes) => bytes,
            // SAFETY: `from_malloc` was promised that many bytes, and nobody else reads or
            // writes to them while `self` is borrowed for that.
            Storage::Malloc(bytes) => unsafe {
                std::slice::from_raw_parts_mut(bytes.start.as_ptr(), bytes.length)
            },
        };
        (&self.shape, bytes)
    }

    /// Where the elements are, for code in another language that is to own them:
    /// they stay there while the buffer lives, and that code may write to them if
    /// nobody asks for [`Buffer::bytes`] any more.
    pub fn address(&mut self) -> usize {
        match &mut self.storage {
            Storage::Owned(bytes) => bytes.as_mut_ptr().expose_provenance(),
            Storage::Malloc(bytes) => bytes.start.as_ptr().expose_provenance(),
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Buffer({:?} of {} bytes)",
            self.shape, self.element_size
        )
    }
}

/// The bytes of that many elements; `None` when no memory has them.
pub(super) fn length(shape: &[usize], element_size: usize) -> Option<usize> {
    shape
        .iter()
        .try_fold(element_size, |length, &size| length.checked_mul(size))
}
