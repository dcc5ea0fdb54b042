//! The extended LSTM with a scalar memory: what its gates see depends on what
//! it said last, so that it is no linear recurrence but a loop over time of its
//! own.

use fidelity_dialect::{ForgetGate, Slstm, TensorType};
use fidelity_passes::emit::{
    Emit, Iterator, Size,
    activation::{exp, log_sigmoid, sigmoid, tanh},
    loops,
};
use melior::ir::{Type, Value};

/// The names of the states in messages, in their order.
const STATES: [&str; 4] = ["c", "n", "m", "h"];

/// The last states stay in f32 for narrow floats from step to step.
pub fn slstm<'a>(emit: &Emit<'a, '_>, op: &Slstm<'a>) -> Vec<Value<'a, 'a>> {
    let message = |operand: &str| {
        format!("fidelity.slstm: expected {operand} of the shape that cell_input asks for")
    };
    let gates = [
        ("cell_input", op.cell_input()),
        ("input_gate", op.input_gate()),
        ("forget_gate", op.forget_gate()),
        ("output_gate", op.output_gate()),
    ]
    .map(|(name, gate)| (name, emit.physical(gate)));
    let mut sizes = emit.sizes(gates[0].1);
    for (name, gate) in &gates[1..] {
        sizes = emit.same_sizes(&sizes, &emit.sizes(*gate), &message(name));
    }
    let gates = gates.map(|(_, gate)| gate);
    let time = sizes.len() - 3;
    let mut state_sizes = sizes.clone();
    let steps = state_sizes.remove(time);
    let recurrent = emit.physical(op.recurrent());
    let mut matrix_sizes = vec![Size::Static(4)];
    matrix_sizes.extend([time, time + 1, time + 1].map(|at| state_sizes[at]));
    let matrix_sizes =
        emit.same_sizes(&matrix_sizes, &emit.sizes(recurrent), &message("recurrent"));
    state_sizes.splice(time.., matrix_sizes[1..3].iter().copied());
    let states: Vec<_> = op
        .state()
        .iter()
        .map(|&state| emit.physical(state))
        .collect();
    for (name, &state) in STATES.into_iter().zip(&states) {
        state_sizes = emit.same_sizes(&state_sizes, &emit.sizes(state), &message(name));
    }

    let element = TensorType::of(gates[0]).element;
    let compute = emit.compute_type(element);
    let cell = Cell {
        forget: op.forget(),
        compute,
        element,
        rank: state_sizes.len(),
    };
    let all = loops(0..state_sizes.len());
    let mut carried: Vec<_> = (0..STATES.len())
        .map(|index| match states.get(index) {
            // Of the sizes that all operands together tell.
            Some(&state) => emit.map(
                &[(state, all.clone())],
                &state_sizes,
                compute,
                |emit, arguments| emit.convert(arguments[0], compute),
            ),
            None => emit.filled(&state_sizes, emit.zero(compute)),
        })
        .collect();
    // Room for what the matrices make is allocated once.
    let mut mixed_sizes = vec![Size::Static(4)];
    mixed_sizes.extend(&state_sizes);
    carried.push(emit.empty(&mixed_sizes, compute));
    let mut output_sizes = state_sizes.clone();
    output_sizes.insert(time, steps);
    carried.push(emit.empty(&output_sizes, element));

    let carried = emit.for_loop(steps, &carried, |emit, t, carried| {
        let [c, n, m, h, mixed, output] = [0, 1, 2, 3, 4, 5].map(|index| carried[index]);
        let mixed = cell.mix(emit, recurrent, h, mixed);
        let gates = gates.map(|gate| emit.slice(gate, time, t));
        let slot = emit.slice(output, time, t);
        let mut next = cell.step(emit, gates, mixed, [c, n, m, h, slot]);
        // The output's slot comes last.
        let slots = next.split_off(STATES.len());
        next.push(mixed);
        next.extend((slots.into_iter()).map(|slot| emit.insert_slice(slot, output, time, t)));
        next
    });
    let mut results = vec![carried[5]];
    results.extend(
        carried[..4]
            .iter()
            .map(|&state| emit.converted(state, element)),
    );
    results
}

struct Cell<'a> {
    forget: ForgetGate,
    compute: Type<'a>,
    element: Type<'a>,
    /// The number of dimensions of a state.
    rank: usize,
}

impl<'a> Cell<'a> {
    /// R h_{t-1} for each of the four matrices of a head, `[4, …, H, D]`.
    fn mix(
        &self,
        emit: &Emit<'a, '_>,
        recurrent: Value<'a, 'a>,
        h: Value<'a, 'a>,
        into: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        // d0 is the gate, then come the loops of a state, then the sum's.
        let (head, feature, summed) = (self.rank - 1, self.rank, self.rank + 1);
        let mut iterators = vec![Iterator::Parallel; summed];
        iterators.push(Iterator::Reduction);
        let zeros = emit.fill(into, emit.zero(self.compute));
        emit.generic(
            &[
                (recurrent, loops([0, head, feature, summed])),
                (h, loops((1..=head).chain([summed]))),
            ],
            &[(zeros, loops(0..summed))],
            &iterators,
            |emit, arguments| {
                let weight = emit.convert(arguments[0], self.compute);
                vec![emit.sum(arguments[2], emit.mul(weight, arguments[1]))]
            },
        )[0]
    }

    /// The next c, n, m and h, and h as it is put out, in place.
    fn step(
        &self,
        emit: &Emit<'a, '_>,
        gates: [Value<'a, 'a>; 4],
        mixed: Value<'a, 'a>,
        into: [Value<'a, 'a>; 5],
    ) -> Vec<Value<'a, 'a>> {
        let all = loops(0..self.rank);
        let mut inputs: Vec<_> = gates.into_iter().map(|gate| (gate, all.clone())).collect();
        inputs.extend((0..4).map(|gate| {
            let mixed = emit.slice(mixed, 0, emit.index(gate));
            (mixed, all.clone())
        }));
        let outputs = into.map(|value| (value, all.clone()));
        let iterators = vec![Iterator::Parallel; self.rank];
        emit.generic(&inputs, &outputs, &iterators, |emit, arguments| {
            let gate = |index: usize| {
                let gate = emit.convert(arguments[index], self.compute);
                emit.add(gate, arguments[4 + index])
            };
            let [c, n, m] = [8, 9, 10].map(|index| arguments[index]);
            let z = tanh(emit, gate(0));
            let input = gate(1);
            let log_forget = match self.forget {
                ForgetGate::Sigmoid => log_sigmoid(emit, gate(2)),
                ForgetGate::Exponential => gate(2),
            };
            let o = sigmoid(emit, gate(3));

            // Where n is 0 nothing is remembered.
            let (fresh, zero) = (emit.is_zero(n), emit.zero(self.compute));
            let decayed = emit.add(log_forget, m);
            let larger = emit.apply("arith.maximumf", &[decayed, input]);
            let m = emit.select(fresh, input, larger);
            let kept = exp(emit, emit.sub(decayed, m));
            let fed = exp(emit, emit.sub(input, m));
            let kept_of = |state| emit.select(fresh, zero, emit.mul(kept, state));
            let c = emit.add(kept_of(c), emit.mul(fed, z));
            let n = emit.add(kept_of(n), fed);
            let h = emit.div(emit.mul(o, c), n);
            vec![c, n, m, h, emit.convert(h, self.element)]
        })
    }
}
