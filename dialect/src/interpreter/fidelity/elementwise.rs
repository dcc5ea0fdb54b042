//! Elementwise arithmetic and activations.

use super::{check_stretch, tensor, try_ops, value};
use crate::interpreter::{Frame, Op, Result, Value};
use fidelity_reference::{Error, Tensor, elementwise};

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    type Unary = fn(&Tensor) -> std::result::Result<Tensor, Error>;
    let unary = |function: Unary, input| -> Result<[Value; 1]> {
        Ok([value(function(&*tensor(frame, input)?))?])
    };
    try_ops! { op.operation;
        Add => |op| binary(frame, elementwise::add, op.lhs(), op.rhs())?,
        Subtract => |op| binary(frame, elementwise::subtract, op.lhs(), op.rhs())?,
        Multiply => |op| binary(frame, elementwise::multiply, op.lhs(), op.rhs())?,
        Sigmoid => |op| unary(elementwise::sigmoid, op.input())?,
        Tanh => |op| unary(elementwise::tanh, op.input())?,
        Silu => |op| unary(elementwise::silu, op.input())?,
        Relu => |op| unary(elementwise::relu, op.input())?,
        SquaredRelu => |op| unary(elementwise::squared_relu, op.input())?,
        Exp => |op| unary(elementwise::exp, op.input())?,
        Softplus => |op| unary(elementwise::softplus, op.input())?,
        EluPlusOne => |op| unary(elementwise::elu_plus_one, op.input())?,
        Gelu => |op| {
            let approximation = op.approximation().keyword().parse()?;
            [value(elementwise::gelu(&*tensor(frame, op.input())?, approximation))?]
        },
        Swiglu => |op| {
            let (gate, up) = (tensor(frame, op.gate())?, tensor(frame, op.up())?);
            [value(elementwise::swiglu(&gate, &up))?]
        },
    }
}

fn binary<'a>(
    frame: &Frame<'a, '_>,
    function: fn(&Tensor, &Tensor) -> std::result::Result<Tensor, Error>,
    lhs: melior::ir::Value<'a, 'a>,
    rhs: melior::ir::Value<'a, 'a>,
) -> Result<[Value; 1]> {
    let result = function(&*tensor(frame, lhs)?, &*tensor(frame, rhs)?)?;
    for (name, operand) in [("lhs", lhs), ("rhs", rhs)] {
        check_stretch(frame, name, operand, result.shape())?;
    }
    Ok([result.into()])
}
