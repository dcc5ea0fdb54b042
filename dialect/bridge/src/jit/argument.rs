//! Arguments of compiled code, which the caller keeps.

use super::{AbiType, Value, buffer::length};

/// A tensor or scalar that the code reads where it lies, or a tensor that it changes there.
#[derive(Debug)]
pub enum Argument<'a> {
    /// A tensor.
    Tensor {
        /// The size of each dimension.
        shape: &'a [usize],
        /// The bytes of an element.
        element_size: usize,
        /// The elements in row-major order without gaps, at an address divisible
        /// by their size.
        bytes: &'a [u8],
    },
    /// A tensor for an argument that a result is written to. It may be passed where the
    /// code only reads, too.
    InOut {
        /// As of `Tensor`.
        shape: &'a [usize],
        /// As of `Tensor`.
        element_size: usize,
        /// As of `Tensor`.
        bytes: &'a mut [u8],
    },
    /// The bytes of an integer, an index (8 bytes) or a float.
    Scalar(&'a [u8]),
}

impl<'a> From<&'a Value> for Argument<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Scalar(bytes) => Self::Scalar(bytes),
            Value::Buffer(buffer) => Self::Tensor {
                shape: buffer.shape(),
                element_size: buffer.element_size(),
                bytes: buffer.bytes(),
            },
        }
    }
}

impl<'a> From<&'a mut Value> for Argument<'a> {
    fn from(value: &'a mut Value) -> Self {
        match value {
            Value::Scalar(bytes) => Self::Scalar(bytes),
            Value::Buffer(buffer) => {
                let element_size = buffer.element_size();
                let (shape, bytes) = buffer.parts_mut();
                Self::InOut {
                    shape,
                    element_size,
                    bytes,
                }
            }
        }
    }
}

impl Argument<'_> {
    /// The type that a function must have for it.
    ///
    /// # Errors
    ///
    /// When the bytes are not those of a tensor of these sizes.
    pub(super) fn abi_type(&self) -> Result<AbiType, String> {
        let (shape, element_size, bytes) = match self {
            Self::Scalar(bytes) => return Ok(AbiType::Scalar { size: bytes.len() }),
            Self::Tensor {
                shape,
                element_size,
                bytes,
            } => (*shape, *element_size, *bytes),
            Self::InOut {
                shape,
                element_size,
                bytes,
            } => (*shape, *element_size, &**bytes),
        };
        if length(shape, element_size) != Some(bytes.len()) {
            return Err(format!(
                "expected the bytes of sizes {shape:?} of {element_size} bytes each, but \
                 got {} bytes",
                bytes.len()
            ));
        }
        let address = bytes.as_ptr().addr();
        if !bytes.is_empty() && !address.is_multiple_of(element_size) {
            return Err(format!(
                "expected elements at an address divisible by their {element_size} bytes, \
                 but got {address:#x}"
            ));
        }
        Ok(AbiType::MemRef {
            shape: shape.iter().copied().map(Some).collect(),
            element_size,
        })
    }

    /// What the C interface takes: a descriptor, or the value.
    pub(super) fn words(&mut self) -> Vec<u64> {
        match self {
            Self::Scalar(bytes) => {
                let mut word = [0; 8];
                word[..bytes.len()].copy_from_slice(bytes);
                vec![u64::from_ne_bytes(word)]
            }
            Self::Tensor { shape, bytes, .. } => {
                descriptor(shape, bytes.as_ptr().expose_provenance())
            }
            Self::InOut { shape, bytes, .. } => {
                descriptor(shape, bytes.as_mut_ptr().expose_provenance())
            }
        }
    }
}

/// A memref's, of elements without gaps.
fn descriptor(shape: &[usize], address: usize) -> Vec<u64> {
    let mut words = vec![address as u64, address as u64, 0];
    words.extend(shape.iter().map(|&size| size as u64));
    let strides = (0..shape.len()).map(|index| shape[index + 1..].iter().product());
    words.extend(strides.map(|stride: usize| stride as u64));
    words
}
