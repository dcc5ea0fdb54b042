//! State-space models.

use super::{check_stretch, optional, tensor, try_ops, value, values};
use crate::interpreter::{Failure, Frame, Op, Result, Value};
use fidelity_reference::state_space::{self, Scan, Ssd};

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    try_ops! { op.operation;
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
        SsmDiscretize => |op| {
            let method = op.method().keyword().parse()?;
            let (dt, a, b) = (get(op.dt())?, get(op.a())?, get(op.b())?);
            values(state_space::discretize(&dt, &a, &b, method))?
        },
        SsmScan => |op| {
            let (dt, skip) = (optional(frame, op.dt())?, optional(frame, op.skip())?);
            let (gate, state) = (optional(frame, op.gate())?, optional(frame, op.state())?);
            values(state_space::scan(&Scan {
                x: &*get(op.x())?,
                a: &*get(op.a())?,
                b: &*get(op.b())?,
                c: &*get(op.c())?,
                dt: dt.as_deref(),
                skip: skip.as_deref(),
                gate: gate.as_deref(),
                state: state.as_deref(),
                delta_softplus: op.delta_softplus(),
            }))?
        },
        SsmSsd => |op| {
            let skip = optional(frame, op.skip())?;
            let (gate, state) = (optional(frame, op.gate())?, optional(frame, op.state())?);
            values(state_space::ssd(&Ssd {
                x: &*get(op.x())?,
                dt: &*get(op.dt())?,
                a: &*get(op.a())?,
                b: &*get(op.b())?,
                c: &*get(op.c())?,
                skip: skip.as_deref(),
                gate: gate.as_deref(),
                state: state.as_deref(),
                delta_softplus: op.delta_softplus(),
            }))?
        },
        SsmConvolution => |op| {
            let skip = optional(frame, op.skip())?;
            let (x, a) = (get(op.x())?, get(op.a())?);
            let (b, c) = (get(op.b())?, get(op.c())?);
            [value(state_space::convolution(&x, &a, &b, &c, skip.as_deref()))?]
        },
    }
}
