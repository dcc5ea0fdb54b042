//! One float tensor of a checkpoint, read as f32.

use crate::import::Error;
use half::{bf16, f16, slice::HalfFloatSliceExt};
use safetensors::Dtype;
use std::path::Path;

/// The float types that a checkpoint's tensors have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatType {
    /// IEEE half precision.
    F16,
    /// The upper half of an f32.
    Bf16,
    /// IEEE single precision.
    F32,
    /// IEEE double precision.
    F64,
}

impl FloatType {
    /// The size of an element in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// A view of a tensor in a mapped file: row-major, little-endian.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    file: &'a Path,
    name: &'a str,
    r#type: FloatType,
    shape: &'a [usize],
    bytes: &'a [u8],
}

/// Halves are converted this many at a time, through a buffer on the stack: the
/// bytes of a file are not aligned.
const BLOCK: usize = 1024;

impl<'a> Tensor<'a> {
    pub(super) fn new(
        file: &'a Path,
        name: &'a str,
        r#type: Dtype,
        shape: &'a [usize],
        bytes: &'a [u8],
    ) -> Result<Self, Error> {
        let r#type = match r#type {
            Dtype::F16 => FloatType::F16,
            Dtype::BF16 => FloatType::Bf16,
            Dtype::F32 => FloatType::F32,
            Dtype::F64 => FloatType::F64,
            other => {
                return Err(Error::input(
                    file,
                    format!("expected {name} of type F16, BF16, F32 or F64, but got {other}"),
                ));
            }
        };
        Ok(Self {
            file,
            name,
            r#type,
            shape,
            bytes,
        })
    }

    /// The name in the checkpoint.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The type of the elements.
    pub fn r#type(&self) -> FloatType {
        self.r#type
    }

    /// The sizes of the dimensions.
    pub fn shape(&self) -> &'a [usize] {
        self.shape
    }

    /// The elements as they are stored.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Reads the elements from index `start` (in row-major order) into
    /// `output`, f64 ones rounded.
    ///
    /// # Errors
    ///
    /// When one of them is not a finite f32, naming its place.
    ///
    /// # Panics
    ///
    /// When the tensor has not that many elements.
    pub fn read(&self, start: usize, output: &mut [f32]) -> Result<(), Error> {
        self.read_any(start, output);
        let Some(bad) = output.iter().position(|value| !value.is_finite()) else {
            return Ok(());
        };
        Err(Error::input(
            self.file,
            format!(
                "expected finite values in {}, but got {} at {:?}",
                self.name,
                output[bad],
                self.place(start + bad)
            ),
        ))
    }

    /// As [`Self::read`], for a caller that sees by itself when an element is
    /// not finite.
    pub(super) fn read_any(&self, start: usize, output: &mut [f32]) {
        let size = self.r#type.size();
        let bytes = &self.bytes[start * size..(start + output.len()) * size];
        match self.r#type {
            FloatType::F16 => read_halves(bytes, output, f16::from_le_bytes),
            FloatType::Bf16 => read_halves(bytes, output, bf16::from_le_bytes),
            FloatType::F32 => {
                for (value, bytes) in output.iter_mut().zip(bytes.as_chunks().0) {
                    *value = f32::from_le_bytes(*bytes);
                }
            }
            FloatType::F64 => {
                for (value, bytes) in output.iter_mut().zip(bytes.as_chunks().0) {
                    *value = f64::from_le_bytes(*bytes) as f32;
                }
            }
        }
    }

    /// All elements, as [`Self::read`].
    pub fn to_vec(&self) -> Result<Vec<f32>, Error> {
        let mut values = vec![0.0; self.bytes.len() / self.r#type.size()];
        self.read(0, &mut values)?;
        Ok(values)
    }

    /// The index of each dimension for an index in row-major order.
    fn place(&self, mut index: usize) -> Vec<usize> {
        let mut place = self
            .shape
            .iter()
            .rev()
            .map(|&size| {
                let here = index % size.max(1);
                index /= size.max(1);
                here
            })
            .collect::<Vec<_>>();
        place.reverse();
        place
    }
}

fn read_halves<H: Copy + Default>(bytes: &[u8], output: &mut [f32], decode: fn([u8; 2]) -> H)
where
    [H]: HalfFloatSliceExt,
{
    let mut halves = [H::default(); BLOCK];
    for (values, bytes) in output.chunks_mut(BLOCK).zip(bytes.chunks(2 * BLOCK)) {
        let halves = &mut halves[..values.len()];
        for (half, bytes) in halves.iter_mut().zip(bytes.as_chunks().0) {
            *half = decode(*bytes);
        }
        halves.convert_to_f32_slice(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn tensor<'a>(r#type: Dtype, shape: &'a [usize], bytes: &'a [u8]) -> Tensor<'a> {
        Tensor::new(Path::new("model.safetensors"), "w", r#type, shape, bytes)
            .expect("a float type")
    }

    // 1, -2.5, the smallest f16 subnormal, 0: exact in every type (the
    // subnormal is 2⁻²⁴, a normal number in the others).
    #[test]
    fn reads_every_type() -> Result<(), Error> {
        let values = [1.0_f32, -2.5, 2.0_f32.powi(-24), 0.0];
        let halves = values.map(|value| f16::from_f32(value).to_le_bytes());
        let brains = values.map(|value| bf16::from_f32(value).to_le_bytes());
        let singles = values.map(f32::to_le_bytes);
        let doubles = values.map(|value| f64::from(value).to_le_bytes());
        for (r#type, bytes) in [
            (Dtype::F16, halves.as_flattened()),
            (Dtype::BF16, brains.as_flattened()),
            (Dtype::F32, singles.as_flattened()),
            (Dtype::F64, doubles.as_flattened()),
        ] {
            let tensor = tensor(r#type, &[2, 2], bytes);
            assert_eq!(tensor.to_vec()?, values);
            let mut middle = [0.0; 2];
            tensor.read(1, &mut middle)?;
            assert_eq!(middle, values[1..3]);
        }
        Ok(())
    }

    // More than one block, and not a whole number of them.
    #[test]
    fn reads_long_rows() -> Result<(), Error> {
        let values = (0..2 * BLOCK + 3)
            .map(|index| index as f32)
            .collect::<Vec<_>>();
        let bytes = values
            .iter()
            .flat_map(|&value| f16::from_f32(value).to_le_bytes())
            .collect::<Vec<_>>();
        let shape = [values.len()];
        // Every integer up to 2048 is an f16, then every second one.
        let expected = values
            .iter()
            .map(|&value| f16::from_f32(value).to_f32())
            .collect::<Vec<_>>();
        assert_eq!(tensor(Dtype::F16, &shape, &bytes).to_vec()?, expected);
        Ok(())
    }

    #[test]
    fn names_the_place_of_what_is_not_finite() {
        for (value, text) in [
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
            (1e300, "inf"),
        ] {
            let bytes = [0.0, 0.0, 0.0, 0.0, value, 0.0].map(f64::to_le_bytes);
            let error = tensor(Dtype::F64, &[2, 3], bytes.as_flattened())
                .to_vec()
                .expect_err("a value that is not finite");
            assert_eq!(
                error.to_string(),
                format!("model.safetensors: expected finite values in w, but got {text} at [1, 1]")
            );
        }
    }

    #[test]
    fn refuses_other_types() {
        let error = Tensor::new(Path::new("a"), "w", Dtype::I8, &[1], &[0]).expect_err("no float");
        assert_eq!(
            error.to_string(),
            "a: expected w of type F16, BF16, F32 or F64, but got I8"
        );
    }
}
