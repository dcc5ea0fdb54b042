//! Recurrent mixers.

use super::{optional, tensor, try_ops, values};
use crate::{
    RwkvVersion,
    interpreter::{Failure, Frame, Op, Result, Value},
};
use fidelity_reference::{
    Tensor,
    recurrent::{self, MlstmOptions},
};
use std::rc::Rc;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    try_ops! { op.operation;
        Mlgru => |op| {
            let gate = optional(frame, op.gate())?;
            let state = optional(frame, op.state())?;
            let bound = optional(frame, op.lower_bound())?;
            let (forget, candidate) = (get(op.forget())?, get(op.candidate())?);
            values(recurrent::mlgru(
                &forget,
                &candidate,
                gate.as_deref(),
                state.as_deref(),
                bound.as_deref(),
                op.activation().keyword().parse()?,
            ))?
        },
        Mlstm => |op| {
            let state: Option<[_; 3]> = group(frame, "state", op.state())?;
            let (query, key, value) = (get(op.query())?, get(op.key())?, get(op.value())?);
            let (input, forget) = (get(op.input_gate())?, get(op.forget_gate())?);
            let options = MlstmOptions {
                forget: op.forget().keyword().parse()?,
                scale: op.scale(),
                epsilon: op.epsilon(),
            };
            let state = state.as_ref().map(|state| state.each_ref().map(|state| &**state));
            recurrent::mlstm(&query, &key, &value, &input, &forget, state, options)?
                .map(Value::from)
        },
        Slstm => |op| {
            let state: Option<[_; 4]> = group(frame, "state", op.state())?;
            let (cell, input) = (get(op.cell_input())?, get(op.input_gate())?);
            let (forget, output) = (get(op.forget_gate())?, get(op.output_gate())?);
            let recurrent = get(op.recurrent())?;
            let state = state.as_ref().map(|state| state.each_ref().map(|state| &**state));
            let activation = op.forget().keyword().parse()?;
            recurrent::slstm(&cell, &input, &forget, &output, &recurrent, state, activation)?
                .map(Value::from)
        },
        Ema => |op| {
            let state = optional(frame, op.state())?;
            let (input, alpha, delta) = (get(op.input())?, get(op.alpha())?, get(op.delta())?);
            let (beta, eta) = (get(op.beta())?, get(op.eta())?);
            values(recurrent::ema(&input, &alpha, &delta, &beta, &eta, state.as_deref()))?
        },
        Rwkv => |op| {
            let erase: Option<[_; 2]> = group(frame, "erase", op.erase())?;
            let bonus = optional(frame, op.bonus())?;
            let state = optional(frame, op.state())?;
            let (receptance, decay) = (get(op.receptance())?, get(op.decay())?);
            let (key, value) = (get(op.key())?, get(op.value())?);
            let version = match op.version() {
                RwkvVersion::V6 => recurrent::RwkvVersion::V6,
                RwkvVersion::V7 => recurrent::RwkvVersion::V7 {
                    erase: erase.as_ref().map(|[a, b]| (&**a, &**b)),
                },
            };
            values(recurrent::rwkv(
                &receptance,
                &decay,
                &key,
                &value,
                bonus.as_deref(),
                state.as_deref(),
                version,
            ))?
        },
    }
}

/// The tensors that a group of operands is, which is whole or absent.
fn group<'a, const N: usize>(
    frame: &Frame<'a, '_>,
    name: &str,
    operands: &[melior::ir::Value<'a, 'a>],
) -> Result<Option<[Rc<Tensor>; N]>> {
    if operands.is_empty() {
        return Ok(None);
    }
    let tensors = operands
        .iter()
        .map(|&operand| tensor(frame, operand))
        .collect::<Result<Vec<_>>>()?;
    let count = tensors.len();
    let whole = tensors
        .try_into()
        .map_err(|_| Failure::expected(format!("{N} operands as {name}"), count))?;
    Ok(Some(whole))
}
