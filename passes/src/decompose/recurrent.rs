//! Recurrent token mixers.

use super::Core;
use crate::emit::{
    Emit,
    activation::{sigmoid, silu, tanh},
    loops,
};
use fidelity_dialect::{Candidate, Ema, Mlgru, TensorType};
use melior::ir::Value;
use ods_bridge::Diagnostic;

/// f_t = b + (1 - b) σ(forget_t) decays h; (1 - f_t) τ(candidate_t) feeds it;
/// o_t = σ(gate_t) h_t, or h_t.
pub fn mlgru<'a>(
    emit: &Emit<'a, '_>,
    op: &Mlgru<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let message = |operand: &str| {
        format!("fidelity.mlgru: expected {operand} of the shape that forget asks for")
    };
    let forget = emit.physical(op.forget());
    let candidate = emit.physical(op.candidate());
    let gate = op.gate().map(|gate| emit.physical(gate));
    let state = op.state().map(|state| emit.physical(state));
    let bound = op.lower_bound().map(|bound| emit.physical(bound));
    let mut sizes = emit.sizes(forget);
    sizes = emit.same_sizes(&sizes, &emit.sizes(candidate), &message("candidate"));
    if let Some(gate) = gate {
        sizes = emit.same_sizes(&sizes, &emit.sizes(gate), &message("gate"));
    }
    let rank = sizes.len();
    let (time, channel) = (rank - 2, rank - 1);
    let mut state_sizes = sizes.clone();
    state_sizes.remove(time);
    if let Some(state) = state {
        state_sizes = emit.same_sizes(&state_sizes, &emit.sizes(state), &message("state"));
    }
    if let Some(bound) = bound {
        let size = emit.size(bound, 0);
        sizes[channel] = emit.same_size(state_sizes[time], size, &message("lower_bound"));
    }

    let element = TensorType::of(forget).element;
    let compute = emit.compute_type(element);
    let all = loops(0..rank);
    let without_time = loops((0..rank).filter(|&at| at != time));
    let mut inputs = vec![(forget, all.clone())];
    inputs.extend(bound.map(|bound| (bound, loops([channel]))));
    let f = emit.map(&inputs, &sizes, compute, |emit, arguments| {
        let f = sigmoid(emit, emit.convert(arguments[0], compute));
        if bound.is_none() {
            return f;
        }
        let one = emit.float(compute, 1.0);
        let b = emit.convert(arguments[1], compute);
        emit.add(b, emit.mul(emit.sub(one, b), f))
    });
    let fed = emit.map(
        &[(f, all.clone()), (candidate, all.clone())],
        &sizes,
        compute,
        |emit, arguments| {
            let candidate = emit.convert(arguments[1], compute);
            let candidate = match op.activation() {
                Candidate::Silu => silu(emit, candidate),
                Candidate::Tanh => tanh(emit, candidate),
            };
            emit.mul(emit.sub(emit.float(compute, 1.0), arguments[0]), candidate)
        },
    );
    let [h, last] = Core {
        loops: rank,
        decay: vec![(f, all.clone())],
        value: Some((fed, all.clone())),
        state,
        output: all.clone(),
        last_state: without_time,
        ..Core::default()
    }
    .build(emit, chunk)?;

    let mut inputs = vec![(h, all.clone())];
    inputs.extend(gate.map(|gate| (gate, all.clone())));
    let output = match gate {
        Some(_) => emit.map(&inputs, &sizes, element, |emit, arguments| {
            let gate = sigmoid(emit, emit.convert(arguments[1], compute));
            emit.convert(emit.mul(gate, arguments[0]), element)
        }),
        None => emit.converted(h, element),
    };
    Ok([output, emit.converted(last, element)])
}

/// 1 - α ⊙ δ decays h; α ⊙ β, by channel, is the key of input_t; η reads it.
pub fn ema<'a>(
    emit: &Emit<'a, '_>,
    op: &Ema<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let message = |operand: &str| {
        format!("fidelity.ema: expected {operand} of the shape that input and alpha ask for")
    };
    let input = emit.physical(op.input());
    let [alpha, delta, beta, eta] =
        [op.alpha(), op.delta(), op.beta(), op.eta()].map(|value| emit.physical(value));
    let state = op.state().map(|state| emit.physical(state));
    let mut sizes = emit.sizes(input);
    let rank = sizes.len();
    let (time, channel, expansion) = (rank - 2, rank - 1, rank);
    sizes.remove(time);
    let mut matrix = emit.sizes(alpha);
    matrix[0] = emit.same_size(sizes[time], matrix[0], &message("alpha"));
    for (name, value) in [("delta", delta), ("beta", beta), ("eta", eta)] {
        matrix = emit.same_sizes(&matrix, &emit.sizes(value), &message(name));
    }
    sizes.splice(time.., matrix.iter().copied());
    if let Some(state) = state {
        sizes = emit.same_sizes(&sizes, &emit.sizes(state), &message("state"));
    }
    let matrix = &sizes[time..];

    let element = TensorType::of(input).element;
    let compute = emit.compute_type(element);
    let product = |emit: &Emit<'a, '_>, arguments: &[Value<'a, 'a>]| {
        let [lhs, rhs] = [0, 1].map(|index| emit.convert(arguments[index], compute));
        emit.mul(lhs, rhs)
    };
    let both = |rhs| [(alpha, loops(0..2)), (rhs, loops(0..2))];
    let decay = emit.map(&both(delta), matrix, compute, |emit, arguments| {
        emit.sub(emit.float(compute, 1.0), product(emit, arguments))
    });
    let key = emit.map(&both(beta), matrix, compute, product);
    let of_channel = loops([channel, expansion]);
    let [output, last] = Core {
        loops: rank + 1,
        decay: vec![(decay, of_channel.clone())],
        key: Some((key, of_channel.clone())),
        value: Some((input, loops(0..rank))),
        query: Some((eta, of_channel)),
        state,
        output: loops(0..rank),
        last_state: loops((0..=rank).filter(|&at| at != time)),
        ..Core::default()
    }
    .build(emit, chunk)?;
    Ok([
        emit.converted(output, element),
        emit.converted(last, element),
    ])
}
