//! Reshapes and slices of tensors that have no elements.

use super::views::groups;
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{
    Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{build_before, defining_op, name_of};

/// A collapse of a size of 0 and dynamic ones to one size → an empty tensor.
///
/// Gives whether the op was replaced.
pub fn collapse_of_none(operation: OperationRef<'_, '_>) -> bool {
    name_of(operation) == "tensor.collapse_shape" && collapse(operation).is_some()
}

fn collapse(operation: OperationRef<'_, '_>) -> Option<()> {
    let (source, groups) = (operation.operand(0).ok()?, groups(operation)?);
    let r#type = TensorType::new(source.r#type())?;
    let has = |group: &[usize], size| group.iter().any(|&at| r#type.shape[at] == size);
    let is_both = |group: &Vec<usize>| has(group, 0) && has(group, DYNAMIC);
    groups.iter().any(is_both).then_some(())?;
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let sizes = emit.sizes(source);
        let product = |group: &Vec<usize>| {
            let of_group = group.iter().map(|&at| sizes[at]);
            of_group.fold(Size::Static(1), |product, size| {
                emit.multiply(product, size)
            })
        };
        let collapsed: Vec<_> = groups.iter().map(product).collect();
        builder.replace(operation, &[emit.empty(&collapsed, r#type.element)]);
    });
    Some(())
}

/// A slice of, or into, what is cast from a type with a size of 0 → an empty
/// tensor, or what it is put into.
///
/// As a view of memory it would take the other type in, and its offset would then
/// not be within it. Gives whether the op was replaced.
pub fn slice_of_none(operation: OperationRef<'_, '_>) -> bool {
    match name_of(operation) {
        "tensor.extract_slice" => slice_of(operation).is_some(),
        "tensor.insert_slice" => slice_into(operation).is_some(),
        _ => false,
    }
}

/// A padding to a tensor without elements → an empty tensor, for the same reason: what is
/// padded would be a view of it.
///
/// Gives whether the op was replaced.
pub fn pad_of_none(operation: OperationRef<'_, '_>) -> bool {
    name_of(operation) == "tensor.pad" && pad(operation).is_some()
}

fn pad(operation: OperationRef<'_, '_>) -> Option<()> {
    let source = operation.operand(0).ok()?;
    let padded = TensorType::new(operation.result(0).ok()?.r#type())?;
    padded.shape.contains(&0).then_some(())?;
    let [low, high] = ["static_low", "static_high"]
        .map(|name| DenseI64ArrayAttribute::try_from(operation.attribute(name).ok()?).ok());
    let (low, high) = (low?, high?);
    let added = (0..padded.rank())
        .map(|at| {
            let [low, high] = [low.element(at).ok()?, high.element(at).ok()?];
            (low != DYNAMIC && high != DYNAMIC).then_some(low + high)
        })
        .collect::<Option<Vec<_>>>()?;
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let sizes: Vec<_> = (emit.sizes(source).into_iter().zip(added).zip(&padded.shape))
            .map(|((size, added), &padded)| match padded {
                DYNAMIC => emit.sum_of(size, Size::Static(added)),
                padded => Size::Static(padded),
            })
            .collect();
        builder.replace(operation, &[emit.empty(&sizes, padded.element)]);
    });
    Some(())
}

fn slice_of(operation: OperationRef<'_, '_>) -> Option<()> {
    cast_from_none(operation.operand(0).ok()?)?;
    let result = operation.result(0).ok()?.r#type();
    let sizes = DenseI32ArrayAttribute::try_from(operation.attribute("operandSegmentSizes").ok()?);
    let sizes = sizes.ok()?;
    let [offsets, sizes] = [1, 2].map(|index| sizes.element(index).unwrap_or(0) as usize);
    build_before(operation, |builder| {
        // A dimension that is left out is of a static size of 1.
        let sizes: Vec<_> = operation.operands().skip(1 + offsets).take(sizes).collect();
        let empty = builder.op("tensor.empty").operands(&sizes).result(result);
        builder.replace(operation, &[empty.value()]);
    });
    Some(())
}

fn slice_into(operation: OperationRef<'_, '_>) -> Option<()> {
    let whole = cast_from_none(operation.operand(1).ok()?)?;
    build_before(operation, |builder| builder.replace(operation, &[whole]));
    Some(())
}

/// A value that is cast from a type with a size of 0.
fn cast_from_none<'a>(value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
    let cast = defining_op(value).filter(|&cast| name_of(cast) == "tensor.cast")?;
    let from = TensorType::new(cast.operand(0).ok()?.r#type())?;
    from.shape.contains(&0).then_some(value)
}
