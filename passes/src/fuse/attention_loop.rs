//! A loop of steps of linear attention → the op over the sequence.
//!
//! # Algebra
//!
//! ```text
//! for t in 0..T:  o_t, S = linear_attention(q_t, k_t, v_t, decay g_t, beta β_t, state S)
//! ```
//!
//! is `linear_attention(q, k, v, decay g, beta β, state S)`, causal, by definition. A
//! decay or a beta that is the same at each step stretches over time. With `normalize`
//! there are two states, which no loop here carries. The state is of the type that is
//! computed in: a narrower one is rounded after each step.
//!
//! # Cost
//!
//! As in `time_loop`.

use super::{
    rewrite::{Miss, ROUNDED, Rewrite, attribute, is_computed_in},
    sequence::{NOT_WRITTEN, Sequence, TimeLoop},
    time_loop::{CarriedState, ELSE, NO_STATE, OverTime, is_reshape_of},
};
use crate::emit::Emit;
use fidelity_dialect::{LinearAttention, TensorType};
use melior::ir::Value;
use ods_bridge::OpView;

/// The op over the sequence, in the place of a loop of steps.
pub fn over_time<'a>(
    time_loop: &TimeLoop<'a>,
    step: &LinearAttention<'a>,
    emit: &Emit<'a, '_>,
    rewrite: &Rewrite<'a>,
) -> Result<Vec<Value<'a, 'a>>, Miss> {
    let operation = step.operation().ok_or(Miss::Other)?;
    let (Some(output), Some(next)) = (step.result(0), step.result(1)) else {
        return Err(Miss::Other);
    };
    if step.normalize() {
        return Err(Miss::Near("the steps normalise, and carry two states"));
    }
    let query = TensorType::of(step.query());
    let time = query.rank() - 2;
    if query.shape[time] != 1 {
        return Err(Miss::Near("a step is of more than one token"));
    }
    if !is_computed_in(TensorType::of(next).element) {
        return Err(ROUNDED);
    }
    let [state] = *step.state() else {
        return Err(NO_STATE);
    };
    let carried = CarriedState::of(time_loop, state, next)?;
    let is_output =
        |element: Value<'a, 'a>| element == output || is_reshape_of(time_loop, element, output);
    let is_in_place = |sequence: Sequence<'a>, like: Value<'a, 'a>| {
        sequence.time == time
            && TensorType::of(sequence.whole).rank() == TensorType::of(like).rank()
    };
    if let Some((_, written, element)) = carried.output {
        if !is_output(element) {
            return Err(NOT_WRITTEN);
        }
        if !is_in_place(written, output) {
            return Err(TIME_ELSEWHERE);
        }
    }
    let sequence = |value: Value<'a, 'a>| {
        let sequence = time_loop.read(value)?;
        is_in_place(sequence, value)
            .then_some(sequence)
            .ok_or(TIME_ELSEWHERE)
    };
    let [query, key, value] = [step.query(), step.key(), step.value()].map(sequence);
    let (query, key, value) = (query?, key?, value?);
    // Either the one of each step, or one of time 1 that stretches.
    let of_rule = |operand: Option<Value<'a, 'a>>| match operand {
        Some(value) if time_loop.is_outside(value) => {
            let stretches = TensorType::of(value).shape[time] == 1;
            stretches.then_some(Some((value, None))).ok_or(ELSE)
        }
        Some(value) => sequence(value).map(|sequence| Some((value, Some(sequence)))),
        None => Ok(None),
    };
    let (decay, beta) = (of_rule(step.decay())?, of_rule(step.beta())?);
    if step
        .features()
        .is_some_and(|features| !time_loop.is_outside(features))
    {
        return Err(ELSE);
    }
    time_loop.note(operation);
    if !time_loop.is_understood() {
        return Err(ELSE);
    }
    let part = |sequence| time_loop.part(emit, sequence);
    let rule = |operand: Option<(Value<'a, 'a>, Option<Sequence<'a>>)>| {
        Vec::from_iter(operand.map(|(value, sequence)| sequence.map_or(value, part)))
    };
    let operands = [
        vec![part(query)],
        vec![part(key)],
        vec![part(value)],
        rule(decay),
        rule(beta),
        vec![carried.first],
        Vec::from_iter(step.features()),
    ];
    let mut output = TensorType::of(output);
    output.shape[time] = TensorType::of(operands[0][0]).shape[time];
    let own = |name: &'static str| (name, attribute(operation, name));
    OverTime {
        time_loop,
        carried,
        operands: &operands,
        attributes: &[own("update_rule"), own("feature_map"), own("scale")],
        output: output.to_type(),
    }
    .build::<LinearAttention<'a>>(step.view(), emit, rewrite)
}

const TIME_ELSEWHERE: Miss = Miss::Near(
    "time is not the dimension before the keys and values, and the op would need a transposed \
     sequence",
);
