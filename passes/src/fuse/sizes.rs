//! Which sizes are known to be one: by the ops that make the tensors that have them.

use super::rewrite::{made_by_op, reified};
use crate::emit::Size;
use fidelity_dialect::{DYNAMIC, TensorType, index_value};
use melior::ir::{
    Value,
    attribute::DenseI64ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Dim, defining_op, name_of, result_number};

/// What a size is in the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin<'a> {
    Static(i64),
    Value(Value<'a, 'a>),
    Of(Value<'a, 'a>, usize),
}

/// What stands for a value in what is looked at: itself, or another of its sizes.
type Before<'a, 's> = &'s dyn Fn(Value<'a, 'a>) -> Value<'a, 'a>;

/// Where a size comes from.
pub fn of_size<'a>(size: Size<'a>, before: Before<'a, '_>) -> Origin<'a> {
    let value = match size {
        Size::Static(size) => return Origin::Static(size),
        Size::Dynamic(value) => value,
    };
    if let Some(size) = index_value(value) {
        return Origin::Static(size);
    }
    let asked = made_by_op(value, "tensor.dim").and_then(|dim| {
        let dimension = index_value(dim.operand(1).ok()?)?;
        Some((dim.operand(0).ok()?, usize::try_from(dimension).ok()?))
    });
    match asked {
        Some((of, dimension)) if dimension < TensorType::of(of).rank() => {
            of_dimension(of, dimension, before)
        }
        _ => Origin::Value(value),
    }
}

/// Where the size of a dimension comes from.
pub fn of_dimension<'a>(
    value: Value<'a, 'a>,
    dimension: usize,
    before: Before<'a, '_>,
) -> Origin<'a> {
    let value = before(value);
    let size = TensorType::of(value).shape[dimension];
    if size != DYNAMIC {
        return Origin::Static(size);
    }
    match defining_op(value).and_then(|maker| made_of(maker, value, dimension)) {
        Some(Dim::Static(size)) => Origin::Static(size),
        Some(Dim::Value(size)) => of_size(Size::Dynamic(size), before),
        // An op says its sizes by its operands, so that this ends.
        Some(Dim::Of(other, dimension)) if other != value => of_dimension(other, dimension, before),
        _ => Origin::Of(value, dimension),
    }
}

/// The size of a dimension by the op that makes the tensor.
fn made_of<'a>(
    maker: OperationRef<'a, 'a>,
    value: Value<'a, 'a>,
    dimension: usize,
) -> Option<Dim<'a>> {
    let operand = |number: usize| maker.operand(number).ok();
    // The number of a dynamic size among those of a list of operands.
    let dynamic = |sizes: &[i64]| {
        let before = sizes[..dimension].iter().filter(|&&size| size == DYNAMIC);
        before.count()
    };
    match name_of(maker) {
        "tensor.cast" => Some(Dim::Of(operand(0)?, dimension)),
        "tensor.insert_slice" => Some(Dim::Of(operand(1)?, dimension)),
        "tensor.empty" => {
            let number = dynamic(&TensorType::of(value).shape);
            Some(Dim::Value(operand(number)?))
        }
        // Of as many dimensions as its source: one may have been dropped otherwise.
        "tensor.extract_slice"
            if TensorType::of(operand(0)?).rank() == TensorType::of(value).rank() =>
        {
            let sizes = maker.attribute("static_sizes").ok()?;
            let sizes = DenseI64ArrayAttribute::try_from(sizes).ok()?;
            let all: Option<Vec<i64>> = (0..sizes.len())
                .map(|index| sizes.element(index).ok())
                .collect();
            let all = all?;
            // Strides have no operands here where they are static, as sizes come last but one.
            let strides = maker.attribute("static_strides").ok()?;
            let strides = DenseI64ArrayAttribute::try_from(strides).ok()?;
            let are_static = (0..strides.len())
                .all(|index| strides.element(index).is_ok_and(|it| it != DYNAMIC));
            let count = all.iter().filter(|&&size| size == DYNAMIC).count();
            let first = maker.operand_count().checked_sub(count)?;
            are_static.then_some(Dim::Value(operand(first + dynamic(&all))?))
        }
        _ => {
            let number = result_number(value)?;
            reified(maker)?.get(number)?.get(dimension).copied()
        }
    }
}
