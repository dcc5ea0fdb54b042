//! Mixture of specialists, and devices.

use super::{tensor, try_ops, value, values};
use crate::interpreter::{Failure, Frame, Op, Result, Value};
use fidelity_reference::routing;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    try_ops! { op.operation;
        Route => |op| {
            let softmax = op.softmax().keyword().parse()?;
            let top_k = size("top_k", op.top_k())?;
            values(routing::route(&*get(op.logits())?, top_k, softmax))?
        },
        Dispatch => |op| {
            let (tokens, indices) = (get(op.tokens())?, get(op.indices())?);
            let capacity = frame.value(op.capacity())?.size()?;
            let experts = size("experts", op.experts())?;
            values(routing::dispatch(&tokens, &indices, experts, capacity))?
        },
        Combine => |op| {
            let (outputs, weights) = (get(op.outputs())?, get(op.weights())?);
            let (indices, positions) = (get(op.indices())?, get(op.positions())?);
            [value(routing::combine(&outputs, &weights, &indices, &positions))?]
        },
        Transfer => |op| [frame.value(op.input())?],
    }
}

fn size(name: &str, number: i64) -> Result<usize> {
    usize::try_from(number)
        .map_err(|_| Failure::expected(format!("{name} not to be negative"), number))
}
