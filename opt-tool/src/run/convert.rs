//! Between tensors of files, tensors of a function's types, and memory.

use super::ValueType;
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor, storage};
use ods_bridge::{Buffer, JitValue};

/// A tensor as a file holds it under an argument's type. Packed tensors come
/// out as their trits.
///
/// # Errors
///
/// When the tensor is not of the type, nor one that stands for it.
pub fn argument(tensor: Tensor, r#type: &ValueType) -> Result<Tensor, String> {
    let mismatch = || format!("expected {type}, but got {tensor}");
    if r#type.storage != Storage::Dense {
        return packed_argument(&tensor, r#type)?.ok_or_else(mismatch);
    }
    if !r#type.admits(tensor.shape()) {
        return Err(mismatch());
    }
    let (actual, expected) = (tensor.element_type(), r#type.element);
    if actual == expected {
        return Ok(tensor);
    }
    if expected == ElementType::BF16 && actual == ElementType::F32 {
        return tensor.to_float(expected).map_err(|error| error.to_string());
    }
    match tensor.integers() {
        Some(values) if r#type.is_index => {
            Tensor::from_integers(expected, tensor.shape(), values.to_vec())
                .map_err(|error| error.to_string())
        }
        _ => Err(mismatch()),
    }
}

/// Trits, or the bytes that hold them; `None` for anything else. A tensor that
/// could be either, with rows of one trit, is taken for trits.
fn packed_argument(tensor: &Tensor, r#type: &ValueType) -> Result<Option<Tensor>, String> {
    let Some(Some(columns)) = r#type
        .shape
        .as_ref()
        .and_then(|shape| shape.last().copied())
    else {
        return Ok(None);
    };
    let Some(values) = tensor.integers() else {
        return Ok(None);
    };
    if r#type.admits(tensor.shape()) && tensor.element_type() == ElementType::I8 {
        return match values.iter().position(|value| !(-1..=1).contains(value)) {
            None => Ok(Some(tensor.clone())),
            Some(offset) => Err(format!(
                "expected trits, -1, 0 or 1, for {type}, but got {}",
                values[offset]
            )),
        };
    }
    let is_bytes = matches!(tensor.element_type(), ElementType::U8 | ElementType::I8);
    let mut logical = tensor.shape().to_vec();
    match logical.last_mut() {
        Some(last) if is_bytes && *last == r#type.storage.row_bytes(columns) => *last = columns,
        _ => return Ok(None),
    }
    if !r#type.admits(&logical) {
        return Ok(None);
    }
    storage::unpack(tensor, r#type.storage.into(), columns)
        .map(Some)
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
    let columns = r#type
        .shape
        .as_ref()
        .and_then(|shape| shape.last().copied().flatten());
    match (r#type.storage, columns) {
        (Storage::Dense, _) | (_, None) => Tensor::from_bytes(r#type.element, shape, bytes),
        (packed, Some(columns)) => Tensor::from_bytes(ElementType::U8, shape, bytes)
            .and_then(|bytes| storage::unpack(&bytes, packed.into(), columns)),
    }
    .map_err(|error| error.to_string())
}
