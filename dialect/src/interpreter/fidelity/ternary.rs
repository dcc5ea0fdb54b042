//! Linear layers with ternary weights.
//!
//! A packed tensor is held as its trits, so `pack` and `unpack` change its
//! type alone.

use super::{optional, tensor, try_ops, value, values};
use crate::{
    Granularity, Storage,
    interpreter::{Failure, Frame, Op, Result, Value},
};
use fidelity_reference::{
    storage,
    ternary::{self, Granularity as Shared},
};
use melior::ir::operation::OperationLike;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    let get = |value| tensor(frame, value);
    let result = || op.result_type();
    let results = op.operation.result_count();
    try_ops! { op.operation;
        ZeroVector => |op| {
            let size = frame.value(op.size())?.size()?;
            [value(ternary::zero_vector(size, result()?.element()))?]
        },
        TernaryLinear => |op| {
            let scale = optional(frame, op.scale())?;
            let accumulator = op.accumulator().map(|kind| kind.keyword().parse()).transpose()?;
            let (x, weights) = (get(op.x())?, get(op.weights())?);
            [value(ternary::ternary_linear(&x, &weights, scale.as_deref(), accumulator))?]
        },
        TernaryAccumulate => |op| {
            if results == 0 {
                return Err(Failure::new(
                    "expected tensors, but got memrefs; the reference interpreter has no \
                     memory: evaluate the function before it is bufferised, or compile it",
                ));
            }
            let (x, mut weights, init) = (get(op.x())?, get(op.weights())?, get(op.init())?);
            if let Some(storage) = op.storage() {
                let columns = x.shape().last().copied().unwrap_or(0);
                weights = storage::unpack(&weights, storage.into(), columns)?.into();
            }
            let scale = optional(frame, op.scale())?;
            [value(ternary::ternary_accumulate(&x, &weights, &init, scale.as_deref()))?]
        },
        Ternarize => |op| {
            let shared = shared(op.granularity(), op.group_size())?;
            values(ternary::ternarize(&*get(op.weights())?, shared, op.epsilon()))?
        },
        QuantizeActivations => |op| values(ternary::quantize_activations(&*get(op.input())?))?,
        BitLinear => |op| {
            let norm = optional(frame, op.norm_weight())?;
            let bias = optional(frame, op.bias())?;
            let (x, weights, scale) = (get(op.x())?, get(op.weights())?, get(op.scale())?);
            [value(ternary::bit_linear(
                &x, &weights, &scale, norm.as_deref(), bias.as_deref(), op.epsilon(),
            ))?]
        },
        Pack => |op| {
            let input = get(op.input())?;
            match op.storage() {
                Storage::Dense => return Err(Failure::expected("a packed storage", "dense")),
                _ => [result()?.stored((*input).clone())?.into()],
            }
        },
        Unpack => |op| [Value::Tensor(get(op.input())?)],
    }
}

/// What shares a scale, with the size of a group.
fn shared(granularity: Granularity, group_size: Option<i64>) -> Result<Shared> {
    match (granularity, group_size) {
        (Granularity::Tensor, None) => Ok(Shared::Tensor),
        (Granularity::Row, None) => Ok(Shared::Row),
        (Granularity::Group, Some(size)) => {
            let size = usize::try_from(size)
                .map_err(|_| Failure::expected("a group_size of at least 1", size))?;
            Ok(Shared::Group { size })
        }
        (granularity, size) => Err(Failure::expected(
            "group_size for granularity(group) only",
            format!("{size:?} for granularity({granularity})"),
        )),
    }
}
