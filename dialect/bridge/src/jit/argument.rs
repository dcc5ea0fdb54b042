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
    /// The sizes, the bytes of an element and the bytes of a tensor.
    fn tensor(&self) -> Option<(&[usize], usize, &[u8])> {
        match self {
            Self::Scalar(_) => None,
            Self::Tensor {
                shape,
                element_size,
                bytes,
            } => Some((shape, *element_size, bytes)),
            Self::InOut {
                shape,
                element_size,
                bytes,
            } => Some((shape, *element_size, bytes)),
        }
    }

    /// The type that a function must have for it.
    pub(super) fn abi_type(&self) -> AbiType {
        match (self, self.tensor()) {
            (Self::Scalar(bytes), _) => AbiType::Scalar { size: bytes.len() },
            (_, tensor) => {
                let (shape, element_size, _) = tensor.unwrap_or_default();
                AbiType::MemRef {
                    shape: shape.iter().copied().map(Some).collect(),
                    element_size,
                }
            }
        }
    }

    /// Whether a function takes it that asks for the type.
    pub(super) fn is(&self, r#type: &AbiType) -> bool {
        match (r#type, self, self.tensor()) {
            (AbiType::Scalar { size }, Self::Scalar(bytes), _) => *size == bytes.len(),
            (
                AbiType::MemRef {
                    shape,
                    element_size,
                },
                _,
                Some((actual, actual_size, _)),
            ) => {
                let mut sizes = shape.iter().zip(actual);
                *element_size == actual_size
                    && shape.len() == actual.len()
                    && sizes.all(|(size, actual)| size.is_none_or(|size| size == *actual))
            }
            _ => false,
        }
    }

    /// Whether the bytes are those of a tensor of these sizes.
    ///
    /// # Errors
    ///
    /// Why they are not.
    pub(super) fn check(&self) -> Result<(), String> {
        let Some((shape, element_size, bytes)) = self.tensor() else {
            return Ok(());
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
        Ok(())
    }

    /// Appends what the C interface takes: a descriptor, or the value.
    pub(super) fn push_to(&mut self, words: &mut Vec<u64>) {
        match self {
            Self::Scalar(bytes) => {
                let mut word = [0; 8];
                word[..bytes.len()].copy_from_slice(bytes);
                words.push(u64::from_ne_bytes(word));
            }
            Self::Tensor { shape, bytes, .. } => {
                push_descriptor(shape, bytes.as_ptr().expose_provenance(), words);
            }
            Self::InOut { shape, bytes, .. } => {
                push_descriptor(shape, bytes.as_mut_ptr().expose_provenance(), words);
            }
        }
    }
}

/// A memref's, of elements without gaps.
fn push_descriptor(shape: &[usize], address: usize, words: &mut Vec<u64>) {
    words.extend([address as u64, address as u64, 0]);
    words.extend(shape.iter().map(|&size| size as u64));
    let strides = words.len();
    words.resize(strides + shape.len(), 1);
    // From the last one on; of no elements, sizes that no stride has room for do no harm.
    let mut stride = 1_usize;
    for (word, &size) in words[strides..].iter_mut().zip(shape).rev() {
        *word = stride as u64;
        stride = stride.wrapping_mul(size);
    }
}
