//! Normalisation and convolutions.

use super::{optional, tensor, try_ops, value, values};
use crate::interpreter::{Frame, Op, Result, Value};
use fidelity_reference::{convolution, norm};

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    try_ops! { op.operation;
        RmsNorm => |op| {
            let weight = optional(frame, op.weight())?;
            [value(norm::rms_norm(&*get(op.input())?, weight.as_deref(), op.epsilon()))?]
        },
        CausalConv1d => |op| {
            let bias = optional(frame, op.bias())?;
            let state = optional(frame, op.state())?;
            values(convolution::causal_conv1d(
                &*get(op.x())?,
                &*get(op.weights())?,
                bias.as_deref(),
                state.as_deref(),
                op.activation().keyword().parse()?,
            ))?
        },
    }
}
