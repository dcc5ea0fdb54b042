//! Between tensors of files, tensors of a function's types, and memory.

use super::ValueType;
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor, storage};
use ods_bridge::{Buffer, JitValue};

/// How a tensor from outside stands for an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Itself,
    /// An f32 for a bf16, to be rounded.
    Wide,
    /// Integers of any type, for indices.
    Index,
    /// The trits of a packed tensor.
    Trits,
    /// The bytes of a packed tensor.
    Bytes,
}

/// Whether a tensor of that element type, if it has the right sizes, stands for
/// an argument of a type.
pub fn takes(element: ElementType, r#type: &ValueType) -> bool {
    match (r#type.storage, r#type.element, element) {
        (Storage::Dense, expected, actual) if expected == actual => true,
        (Storage::Dense, ElementType::BF16, ElementType::F32) => true,
        (Storage::Dense, _, actual) => r#type.is_index && actual.integer_range().is_some(),
        (_, _, actual) => matches!(actual, ElementType::I8 | ElementType::U8),
    }
}

/// How a tensor of that element type and those sizes stands for an argument of
/// a type; `None` when it does not. A packed tensor that could be given either
/// way, with rows of one trit, is taken for trits.
pub fn form(element: ElementType, shape: &[usize], r#type: &ValueType) -> Option<Form> {
    if !takes(element, r#type) {
        return None;
    }
    if r#type.storage == Storage::Dense {
        return r#type.admits(shape).then_some(match r#type.element {
            expected if expected == element => Form::Itself,
            ElementType::BF16 => Form::Wide,
            _ => Form::Index,
        });
    }
    let columns = r#type.columns()?;
    if r#type.admits(shape) && element == ElementType::I8 {
        return Some(Form::Trits);
    }
    let (&bytes, rows) = shape.split_last()?;
    let logical = [rows, &[columns]].concat();
    let fits = bytes == r#type.storage.row_bytes(columns) && r#type.admits(&logical);
    fits.then_some(Form::Bytes)
}

/// A tensor from outside under an argument's type. Packed tensors come out as
/// their trits.
///
/// # Errors
///
/// When the tensor is not of the type, nor one that stands for it.
pub fn argument(tensor: Tensor, r#type: &ValueType) -> Result<Tensor, String> {
    let mismatch = || format!("expected {type}, but got {tensor}");
    let form = form(tensor.element_type(), tensor.shape(), r#type).ok_or_else(mismatch)?;
    let integers = tensor.integers().unwrap_or_default();
    match form {
        Form::Itself => return Ok(tensor),
        Form::Wide => tensor.to_float(r#type.element),
        Form::Index => Tensor::from_integers(r#type.element, tensor.shape(), integers.to_vec()),
        Form::Trits => match integers.iter().find(|value| !(-1..=1).contains(*value)) {
            None => return Ok(tensor),
            Some(other) => {
                return Err(format!(
                    "expected trits, -1, 0 or 1, for {type}, but got {other}"
                ));
            }
        },
        Form::Bytes => {
            let columns = r#type.columns().ok_or_else(mismatch)?;
            storage::unpack(&tensor, r#type.storage.into(), columns)
        }
    }
    .map_err(|error| error.to_string())
}

/// A tensor of a type as compiled code takes it.
///
/// # Errors
///
/// When the tensor is not of the type.
pub fn to_memory(tensor: &Tensor, r#type: &ValueType) -> Result<JitValue, String> {
    if tensor.element_type() != r#type.element || !r#type.admits(tensor.shape()) {
        return Err(format!("expected {type}, but got {tensor}"));
    }
    if r#type.shape.is_none() {
        return Ok(JitValue::Scalar(tensor.to_bytes()));
    }
    let packed = match r#type.storage {
        Storage::Dense => None,
        packed => Some(storage::pack(tensor, packed.into()).map_err(|error| error.to_string())?),
    };
    let physical = packed.as_ref().unwrap_or(tensor);
    let size = physical.element_type().byte_width();
    Buffer::new(physical.shape(), size, &physical.to_bytes()).map(JitValue::Buffer)
}

/// A result of compiled code as a tensor of a type.
///
/// # Errors
///
/// When the result cannot be of the type, or does not fit into memory.
pub fn from_memory(value: &JitValue, r#type: &ValueType) -> Result<Tensor, String> {
    let (shape, bytes) = match value {
        JitValue::Scalar(bytes) => (&[][..], bytes.as_slice()),
        JitValue::Buffer(buffer) => (buffer.shape(), buffer.bytes()),
    };
    match (r#type.storage, r#type.columns()) {
        (Storage::Dense, _) | (_, None) => Tensor::from_bytes(r#type.element, shape, bytes),
        (packed, Some(columns)) => Tensor::from_bytes(ElementType::U8, shape, bytes)
            .and_then(|bytes| storage::unpack(&bytes, packed.into(), columns)),
    }
    .map_err(|error| error.to_string())
}
