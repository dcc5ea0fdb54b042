//! Linear attention.

use super::{check_stretch, optional, tensor, try_ops};
use crate::interpreter::{Failure, Frame, Op, Result, Value};
use fidelity_reference::attention::{AttentionOperands, AttentionOptions, linear_attention};

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    try_ops! { op.operation;
        LinearAttention => |op| {
            let (query, key, value) = (get(op.query())?, get(op.key())?, get(op.value())?);
            let (decay, beta) = (optional(frame, op.decay())?, optional(frame, op.beta())?);
            let features = optional(frame, op.features())?;
            let (state, normalizer) = match *op.state() {
                [] => (None, None),
                [state] => (Some(get(state)?), None),
                [state, normalizer] => (Some(get(state)?), Some(get(normalizer)?)),
                ref others => return Err(Failure::expected("S and z as state", others.len())),
            };
            let operands = AttentionOperands {
                query: &query,
                key: &key,
                value: &value,
                decay: decay.as_deref(),
                beta: beta.as_deref(),
                state: state.as_deref(),
                normalizer: normalizer.as_deref(),
                features: features.as_deref(),
            };
            let options = AttentionOptions {
                rule: op.update_rule().keyword().parse()?,
                feature_map: op.feature_map().keyword().parse()?,
                normalize: op.normalize(),
                causal: op.causal(),
                scale: op.scale(),
            };
            let results = linear_attention(&operands, options)?;
            let mut shape = key.shape().to_vec();
            let size = results[1].shape()[shape.len() - 2];
            shape.pop();
            if let Some(beta) = op.beta() {
                check_stretch(frame, "beta", beta, &shape)?;
            }
            if let (Some(value), Some(decay)) = (op.decay(), &decay) {
                if decay.shape().len() > shape.len() {
                    shape.push(size);
                }
                check_stretch(frame, "decay", value, &shape)?;
            }
            results.into_iter().map(Value::from).collect::<Vec<_>>()
        },
    }
}
