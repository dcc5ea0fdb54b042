//! Normalisation and state-space models.

use super::{check_stretch, optional, tensor, try_ops, value};
use crate::interpreter::{Failure, Frame, Op, Result, Value};
use fidelity_reference::{norm, state_space};

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    try_ops! { op.operation;
        RmsNorm => |op| {
            let weight = optional(frame, op.weight())?;
            [value(norm::rms_norm(&*get(op.input())?, weight.as_deref(), op.epsilon()))?]
        },
        SsmStateUpdate => |op| {
            let (state, input) = (get(op.state())?, get(op.input())?);
            let (a, b) = (get(op.a())?, get(op.b())?);
            let next = state_space::state_update(&state, &input, &a, &b)?;
            check_stretch(frame, "A", op.a(), state.shape())?;
            check_stretch(frame, "B", op.b(), state.shape())?;
            [next.into()]
        },
        SsmOutput => |op| {
            let (state, c) = (get(op.state())?, get(op.c())?);
            let skip = match op.skip() {
                [] => None,
                [d, input] => Some((get(*d)?, get(*input)?)),
                others => {
                    return Err(Failure::expected("D and the input as skip", others.len()));
                }
            };
            let borrowed = skip.as_ref().map(|(d, input)| (&**d, &**input));
            let y = state_space::output(&state, &c, borrowed)?;
            check_stretch(frame, "C", op.c(), state.shape())?;
            if let [d, _] = op.skip() {
                check_stretch(frame, "D", *d, y.shape())?;
            }
            [y.into()]
        },
    }
}
