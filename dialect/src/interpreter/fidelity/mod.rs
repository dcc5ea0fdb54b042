//! The ops of the dialect itself, by the functions of the reference: a file
//! for each family.

mod attention;
mod core;
mod elementwise;
mod norm;
mod recurrent;
mod routing;
mod state_space;
mod ternary;

use super::{Failure, Frame, Op, Result, Value, ValueType};
use fidelity_reference::{self as reference, Tensor};
use melior::ir::ValueLike;
use std::rc::Rc;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    for family in [
        elementwise::evaluate,
        ternary::evaluate,
        norm::evaluate,
        recurrent::evaluate,
        state_space::evaluate,
        core::evaluate,
        attention::evaluate,
        routing::evaluate,
    ] {
        if let Some(values) = family(frame, op)? {
            return Ok(values);
        }
    }
    Err(op.unknown())
}

/// Gives the values of the op class that an op is of, if it is one of these; a
/// name stands for one class only.
macro_rules! try_ops {
    ($operation:expr; $($op:ident => |$bound:ident| $values:expr),* $(,)?) => {
        $(
            if let Some($bound) = <crate::$op<'_> as ods_bridge::OpView>::cast($operation) {
                return Ok(Some(Vec::from($values)));
            }
        )*
        return Ok(None)
    };
}
use try_ops;

/// The tensor that an operand is.
fn tensor<'a>(frame: &Frame<'a, '_>, value: melior::ir::Value<'a, 'a>) -> Result<Rc<Tensor>> {
    Ok(frame.value(value)?.tensor()?.clone())
}

/// The tensor that an optional operand is.
fn optional<'a>(
    frame: &Frame<'a, '_>,
    value: Option<melior::ir::Value<'a, 'a>>,
) -> Result<Option<Rc<Tensor>>> {
    value.map(|value| tensor(frame, value)).transpose()
}

/// What the reference computed.
fn value(result: std::result::Result<Tensor, reference::Error>) -> Result<Value> {
    Ok(result?.into())
}

/// The two tensors that the reference computed.
fn values(result: std::result::Result<(Tensor, Tensor), reference::Error>) -> Result<[Value; 2]> {
    let (first, second) = result?;
    Ok([first.into(), second.into()])
}

/// Checks that an operand was broadcast as the dialect has it: a size of 1
/// stretches where it is static, not where it is found at run time only.
///
/// `shape` is what the reference broadcast the operand to.
fn check_stretch<'a>(
    frame: &Frame<'a, '_>,
    name: &str,
    operand: melior::ir::Value<'a, 'a>,
    shape: &[usize],
) -> Result<()> {
    let tensor = tensor(frame, operand)?;
    let r#type = ValueType::new(operand.r#type())?;
    let sizes = r#type.shape().iter().zip(tensor.shape()).enumerate();
    for ((dimension, (known, size)), wanted) in sizes.rev().zip(shape.iter().rev()) {
        if known.is_none() && size != wanted {
            return Err(Failure::expected(
                format!("dimension {dimension} of {name}, which is dynamic, to be {wanted}"),
                size,
            ));
        }
    }
    Ok(())
}
