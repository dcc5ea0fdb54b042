//! `tensor.expand_shape`, `tensor.collapse_shape` and `tensor.reshape`: the
//! same elements in row-major order under another shape.

use super::super::{Failure, Frame, Op, Result, Value};
use super::slice::mixed;
use melior::ir::attribute::{ArrayAttribute, IntegerAttribute};

/// Each run of dimensions of the larger rank that is one of the smaller.
fn groups(op: &Op<'_>) -> Result<Vec<Vec<usize>>> {
    let groups = ArrayAttribute::try_from(op.attribute("reassociation")?)?;
    let group = |index| {
        let group = ArrayAttribute::try_from(groups.element(index)?)?;
        (0..group.len())
            .map(|index| {
                let dimension = IntegerAttribute::try_from(group.element(index)?)?.value();
                usize::try_from(dimension)
                    .map_err(|_| Failure::expected("a dimension of at least 0", dimension))
            })
            .collect()
    };
    (0..groups.len()).map(group).collect()
}

/// The number of elements in a group of dimensions.
fn product(group: &[usize], shape: &[usize]) -> Result<usize> {
    group.iter().try_fold(1_usize, |product, &dimension| {
        let size = shape.get(dimension).ok_or_else(|| {
            Failure::expected(format!("a dimension below {}", shape.len()), dimension)
        })?;
        product.checked_mul(*size).ok_or_else(|| {
            Failure::expected("a tensor that fits into memory", format!("{shape:?}"))
        })
    })
}

pub(super) fn collapse<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let source = super::operand(frame, op, 0)?;
    let source = source.tensor()?;
    let shape = groups(op)?
        .iter()
        .map(|group| product(group, source.shape()))
        .collect::<Result<Vec<_>>>()?;
    Ok(source.reshaped(shape)?.into())
}

pub(super) fn expand<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let operands = frame.operands(op)?;
    let (source, dynamic) = operands
        .split_first()
        .ok_or_else(|| Failure::expected("a tensor", "no operand"))?;
    let source = source.tensor()?;
    let shape = mixed(op, "static_output_shape", dynamic)?
        .into_iter()
        .map(|size| {
            usize::try_from(size).map_err(|_| Failure::expected("a size of at least 0", size))
        })
        .collect::<Result<Vec<_>>>()?;
    for (dimension, (group, &size)) in groups(op)?.iter().zip(source.shape()).enumerate() {
        let expanded = product(group, &shape)?;
        if expanded != size {
            return Err(Failure::expected(
                format!("dimension {dimension}, of size {size}, to expand to as many elements"),
                expanded,
            ));
        }
    }
    Ok(source.reshaped(shape)?.into())
}

pub(super) fn reshape<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let (source, shape) = (super::operand(frame, op, 0)?, super::operand(frame, op, 1)?);
    let sizes = shape.tensor()?.to_f64s();
    let shape = sizes.iter().map(|&size| size as usize).collect::<Vec<_>>();
    Ok(source.tensor()?.reshaped(shape)?.into())
}
