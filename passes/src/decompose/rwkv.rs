//! The time mixing of RWKV-6 and RWKV-7.

use super::Core;
use crate::emit::{Emit, Iterator, loops};
use fidelity_dialect::{Rwkv, RwkvVersion, TensorType};
use melior::ir::Value;
use ods_bridge::Diagnostic;

/// The state decays by exp(decay_t), is fed key_t ⊗ value_t and, in version 7,
/// a rank-one change, and is read by receptance_t: in version 6 before that,
/// where the bonus is the recurrence's own.
pub fn rwkv<'a>(
    emit: &Emit<'a, '_>,
    op: &Rwkv<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let message = |operand: &str| {
        format!("fidelity.rwkv: expected {operand} of the shape that receptance and value ask for")
    };
    let [receptance, decay, key, value] =
        [op.receptance(), op.decay(), op.key(), op.value()].map(|value| emit.physical(value));
    let erase: Vec<_> = op
        .erase()
        .iter()
        .map(|&value| emit.physical(value))
        .collect();
    let bonus = op.bonus().map(|bonus| emit.physical(bonus));
    let state = op.state().map(|state| emit.physical(state));

    let mut sizes = emit.sizes(receptance);
    let (time, key_at, value_at) = (sizes.len() - 2, sizes.len() - 1, sizes.len());
    let keyed = [("decay", decay), ("key", key)];
    let erased = ["a", "b"].into_iter().zip(erase.iter().copied());
    for (name, operand) in keyed.into_iter().chain(erased) {
        sizes = emit.same_sizes(&sizes, &emit.sizes(operand), &message(name));
    }
    let value_sizes = emit.sizes(value);
    let steps = emit.same_sizes(&sizes[..key_at], &value_sizes[..key_at], &message("value"));
    sizes.splice(..key_at, steps);
    sizes.push(value_sizes[key_at]);
    if let Some(bonus) = bonus {
        for (dimension, at) in [time - 1, key_at].into_iter().enumerate() {
            sizes[at] = emit.same_size(sizes[at], emit.size(bonus, dimension), &message("bonus"));
        }
    }
    let without_time = || (0..=value_at).filter(|&at| at != time);
    if let Some(state) = state {
        for (dimension, at) in without_time().enumerate() {
            sizes[at] = emit.same_size(sizes[at], emit.size(state, dimension), &message("state"));
        }
    }

    let element = TensorType::of(receptance).element;
    let compute = emit.compute_type(element);
    let of_key = loops(0..=key_at);
    let of_value = loops((0..=time).chain([value_at]));
    let bonus = bonus.map(|bonus| (bonus, loops([time - 1, key_at])));
    // The bonus of version 7 is added to what is read: that is not rounded yet.
    let (own_bonus, added_bonus, query) = match (op.version(), bonus) {
        (RwkvVersion::V7, Some(bonus)) => (None, Some(bonus), emit.converted(receptance, compute)),
        (_, bonus) => (bonus, None, receptance),
    };
    let with_key = |value| (value, of_key.clone());
    let [output, last] = Core {
        loops: value_at + 1,
        decay: vec![with_key(decay)],
        exponential: true,
        key: Some(with_key(key)),
        value: Some((value, of_value.clone())),
        query: Some(with_key(query)),
        erase: erase.into_iter().map(with_key).collect(),
        bonus: own_bonus,
        state,
        read_before: op.version() == RwkvVersion::V6,
        output: of_value.clone(),
        last_state: loops(without_time()),
    }
    .build(emit, chunk)?;
    let last = emit.converted(last, element);
    let Some(bonus) = added_bonus else {
        return Ok([output, last]);
    };

    // receptance_t · (ρ ⊙ key_t)
    let steps = &sizes[..key_at];
    let mut iterators = vec![Iterator::Parallel; key_at];
    iterators.push(Iterator::Reduction);
    let weights = emit.generic(
        &[with_key(receptance), bonus, with_key(key)],
        &[(emit.filled(steps, emit.zero(compute)), loops(0..key_at))],
        &iterators,
        |emit, arguments| {
            let [r, rho, k] = [0, 1, 2].map(|index| emit.convert(arguments[index], compute));
            vec![emit.sum(arguments[3], emit.mul(emit.mul(r, rho), k))]
        },
    )[0];
    let mut output_sizes = steps.to_vec();
    output_sizes.push(sizes[value_at]);
    let all = loops(0..output_sizes.len());
    let inputs = [
        (output, all.clone()),
        (weights, loops(0..key_at)),
        (value, all),
    ];
    let output = emit.map(&inputs, &output_sizes, element, |emit, arguments| {
        let value = emit.convert(arguments[2], compute);
        let bonus = emit.mul(arguments[1], value);
        emit.convert(emit.add(arguments[0], bonus), element)
    });
    Ok([output, last])
}
