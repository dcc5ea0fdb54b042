//! Slices of packed tensors: of whole rows, which are whole bytes.

use super::packed;
use fidelity_dialect::{TensorType, storage_of};
use melior::ir::{
    Value,
    attribute::DenseI64ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, name_of, set_attribute};

/// The tensor that a slice is of, and the one that is the slice; `None` for an
/// op that is no slice.
fn parts<'a>(operation: OperationRef<'a, 'a>) -> Option<[Value<'a, 'a>; 2]> {
    Some(match name_of(operation) {
        "tensor.extract_slice" => [operation.operand(0).ok()?, operation.result(0).ok()?.into()],
        "tensor.insert_slice" | "tensor.parallel_insert_slice" => {
            [operation.operand(1).ok()?, operation.operand(0).ok()?]
        }
        _ => return None,
    })
}

/// Whether an op is a slice.
pub fn is_slice(operation: OperationRef<'_, '_>) -> bool {
    parts(operation).is_some()
}

/// Checks that a slice with a packed side keeps the storage and takes whole
/// rows.
pub fn check<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let Some([all, slice]) = parts(operation) else {
        return Ok(());
    };
    if packed(all).is_none() && packed(slice).is_none() {
        return Ok(());
    }
    let [all_type, slice_type] = [all, slice].map(TensorType::of);
    let [stored, kept] = [&all_type, &slice_type].map(storage_of);
    let error = |error: Diagnostic<'a>| {
        Err(error
            .at(operation.location())
            .note_value("the whole tensor", all))
    };
    if stored != kept {
        return error(Diagnostic::expected(
            format!("a slice that keeps the storage {stored}"),
            kept,
        ));
    }
    if stored.is_tiled() {
        return error(Diagnostic::expected(
            "no slice of a tensor whose rows lie between each other",
            format!("one of a tensor stored {stored}"),
        ));
    }
    let last = |name: &str| {
        let values = DenseI64ArrayAttribute::try_from(operation.attribute(name).ok()?).ok()?;
        values.element(values.len().checked_sub(1)?).ok()
    };
    let row = all_type.shape.last().copied();
    let is_whole = last("static_offsets") == Some(0)
        && last("static_sizes") == row
        && last("static_strides") == Some(1)
        // A slice of fewer dimensions has that one still.
        && slice_type.shape.last().copied() == row;
    if !is_whole {
        return error(Diagnostic::expected(
            format!("a slice of whole rows of a tensor stored {stored}"),
            "a part of the last dimension",
        ));
    }
    Ok(())
}

/// Gives a slice of a packed tensor its size in bytes, which `all`, the
/// physical type of the whole tensor, says.
pub fn materialize<'a>(operation: OperationRef<'a, 'a>, all: &TensorType<'a>) {
    let sizes = operation
        .attribute("static_sizes")
        .ok()
        .and_then(|sizes| DenseI64ArrayAttribute::try_from(sizes).ok());
    let (Some(sizes), Some(&bytes)) = (sizes, all.shape.last()) else {
        return;
    };
    let mut sizes: Vec<i64> = (0..sizes.len())
        .filter_map(|index| sizes.element(index).ok())
        .collect();
    if let Some(last) = sizes.last_mut() {
        *last = bytes;
    }
    let context = ods_bridge::context_of(operation.context());
    set_attribute(
        operation,
        "static_sizes",
        DenseI64ArrayAttribute::new(context, &sizes).into(),
    );
}

/// The physical type of the tensor that a slice is of, if it is packed.
pub fn whole_of<'a>(operation: OperationRef<'a, 'a>) -> Option<TensorType<'a>> {
    let [all, _] = parts(operation)?;
    let physical = super::physical_type(packed(all)?.to_type());
    TensorType::new(physical)
}
