//! Recurrent token mixers: a loop over time that carries the state.

use fidelity_dialect::{Candidate, Mlgru, TensorType};
use fidelity_passes::emit::{
    Emit, Iterator,
    activation::{sigmoid, silu, tanh},
    loops,
};
use melior::ir::Value;

/// f_t = b + (1 - b) σ(forget_t); h_t = f_t h_{t-1} + (1 - f_t) τ(candidate_t);
/// o_t = σ(gate_t) h_t, or h_t. The state is kept in f32 for narrow floats.
pub fn mlgru<'a>(emit: &Emit<'a, '_>, op: &Mlgru<'a>) -> [Value<'a, 'a>; 2] {
    let message = |operand: &str| {
        format!("fidelity.mlgru: expected {operand} of the shape that forget asks for")
    };
    let forget = emit.physical(op.forget());
    let candidate = emit.physical(op.candidate());
    let gate = op.gate().map(|gate| emit.physical(gate));
    let bound = op.lower_bound().map(|bound| emit.physical(bound));
    let mut sizes = emit.sizes(forget);
    sizes = emit.same_sizes(&sizes, &emit.sizes(candidate), &message("candidate"));
    if let Some(gate) = gate {
        sizes = emit.same_sizes(&sizes, &emit.sizes(gate), &message("gate"));
    }
    let time_dimension = sizes.len() - 2;
    let mut state_sizes = sizes.clone();
    let time = state_sizes.remove(time_dimension);
    let rank = state_sizes.len();
    let channel = rank - 1;
    if let Some(bound) = bound {
        state_sizes[channel] = emit.same_size(
            state_sizes[channel],
            emit.size(bound, 0),
            &message("lower_bound"),
        );
    }

    let element = TensorType::of(forget).element;
    let compute = emit.compute_type(element);
    let map = loops(0..rank);
    let first = match op.state() {
        Some(state) => {
            let state = emit.physical(state);
            emit.same_sizes(&state_sizes, &emit.sizes(state), &message("state"));
            emit.map(
                &[(state, map.clone())],
                &state_sizes,
                compute,
                |emit, arguments| emit.convert(arguments[0], compute),
            )
        }
        None => emit.filled(&state_sizes, emit.zero(compute)),
    };
    let output = emit.empty(&sizes, element);
    let parallel = vec![Iterator::Parallel; rank];

    let carried = emit.for_loop(time, &[first, output], |emit, t, carried| {
        let at = |value| emit.slice(value, time_dimension, t);
        let mut inputs = vec![(at(forget), map.clone()), (at(candidate), map.clone())];
        inputs.extend(bound.map(|bound| (bound, loops([channel]))));
        let state = emit.generic(
            &inputs,
            &[(carried[0], map.clone())],
            &parallel,
            |emit, arguments| {
                let one = emit.float(compute, 1.0);
                let mut f = sigmoid(emit, emit.convert(arguments[0], compute));
                if bound.is_some() {
                    let b = emit.convert(arguments[2], compute);
                    f = emit.add(b, emit.mul(emit.sub(one, b), f));
                }
                let candidate = emit.convert(arguments[1], compute);
                let candidate = match op.activation() {
                    Candidate::Silu => silu(emit, candidate),
                    Candidate::Tanh => tanh(emit, candidate),
                };
                let previous = arguments[arguments.len() - 1];
                let kept = emit.mul(f, previous);
                vec![emit.add(kept, emit.mul(emit.sub(one, f), candidate))]
            },
        )[0];

        // The output is made in its slot, so that nothing is allocated here.
        let slot = at(carried[1]);
        let mut inputs = vec![(state, map.clone())];
        inputs.extend(gate.map(|gate| (at(gate), map.clone())));
        let step = emit.generic(
            &inputs,
            &[(slot, map.clone())],
            &parallel,
            |emit, arguments| {
                let mut o = arguments[0];
                if gate.is_some() {
                    o = emit.mul(sigmoid(emit, emit.convert(arguments[1], compute)), o);
                }
                vec![emit.convert(o, element)]
            },
        )[0];
        vec![
            state,
            emit.insert_slice(step, carried[1], time_dimension, t),
        ]
    });
    let last = if compute == element {
        carried[0]
    } else {
        emit.map(
            &[(carried[0], map)],
            &state_sizes,
            element,
            |emit, arguments| emit.convert(arguments[0], element),
        )
    };
    [carried[1], last]
}
