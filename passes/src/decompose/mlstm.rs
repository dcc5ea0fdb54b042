//! The extended LSTM with a matrix memory.

use super::Core;
use crate::emit::{
    Emit, Iterator, Size,
    activation::{exp, log_sigmoid},
    loops,
};
use fidelity_dialect::{ForgetGate, Mlstm, TensorType};
use melior::ir::{Type, Value};
use ods_bridge::Diagnostic;

/// Two recurrences of one decay f' and one key i' key_t: C, fed with value_t,
/// and n, whose value is 1. Both are read by query_t, and h is the quotient.
pub fn mlstm<'a>(
    emit: &Emit<'a, '_>,
    op: &Mlstm<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 4], Diagnostic<'a>> {
    let message = |operand: &str| {
        format!("fidelity.mlstm: expected {operand} of the shape that query and value ask for")
    };
    let [query, key, value] = [op.query(), op.key(), op.value()].map(|value| emit.physical(value));
    let gates = [op.input_gate(), op.forget_gate()].map(|gate| emit.physical(gate));
    let state: Vec<_> = op
        .state()
        .iter()
        .map(|&state| emit.physical(state))
        .collect();

    // The sizes of the loops: those before time, time, keys, values.
    let mut sizes = emit.sizes(query);
    let (time, key_at, value_at) = (sizes.len() - 2, sizes.len() - 1, sizes.len());
    sizes.push(emit.size(value, key_at));
    let of_key = || 0..=key_at;
    let of_value = || (0..=time).chain([value_at]);
    let without_time = || (0..=value_at).filter(|&at| at != time);
    let mut check = |name, operand, indexed: &[usize]| {
        for (dimension, &at) in indexed.iter().enumerate() {
            sizes[at] = emit.same_size(sizes[at], emit.size(operand, dimension), &message(name));
        }
    };
    check("key", key, &of_key().collect::<Vec<_>>());
    check("value", value, &of_value().collect::<Vec<_>>());
    for (name, gate) in ["input_gate", "forget_gate"].into_iter().zip(gates) {
        check(name, gate, &(0..=time).collect::<Vec<_>>());
    }
    for (index, (name, &state)) in ["C", "n", "m"].into_iter().zip(&state).enumerate() {
        let indexed: Vec<_> = without_time().take(value_at - index).collect();
        check(name, state, &indexed);
    }

    let element = TensorType::of(query).element;
    let compute = emit.compute_type(element);
    let steps = loops(0..=time);
    let stabilizer = state.get(2).copied();
    let stabilized = stabilize(
        emit,
        gates,
        op.forget(),
        stabilizer,
        &sizes[..=time],
        compute,
    );
    let inputs = [(stabilized.fed, steps.clone()), (key, loops(of_key()))];
    let fed = emit.map(&inputs, &sizes[..=key_at], compute, |emit, arguments| {
        emit.mul(arguments[0], emit.convert(arguments[1], compute))
    });
    let core = Core {
        decay: vec![(stabilized.kept, steps.clone())],
        key: Some((fed, loops(of_key()))),
        query: Some((query, loops(of_key()))),
        ..Core::default()
    };
    let [read, memory] = Core {
        loops: value_at + 1,
        value: Some((value, loops(of_value()))),
        state: state.first().copied(),
        output: loops(of_value()),
        last_state: loops(without_time()),
        ..core.clone()
    }
    .build(emit, chunk)?;
    let [norms, normalizer] = Core {
        loops: key_at + 1,
        state: state.get(1).copied(),
        output: steps.clone(),
        last_state: loops(without_time().take(key_at)),
        ..core
    }
    .build(emit, chunk)?;

    let scale = match op.scale() {
        Some(scale) => emit.float(compute, scale),
        None => {
            // Without keys nothing is read, and any scale does.
            let size = emit.maximum(sizes[key_at], Size::Static(1));
            let size = emit.index_to_float(emit.size_value(size), compute);
            let one = emit.float(compute, 1.0);
            emit.div(one, emit.apply("math.sqrt", &[size]))
        }
    };
    // max(|s n_t · query_t|, exp(-m_t)) + ε
    let inputs = [(norms, steps.clone()), (stabilized.least, steps.clone())];
    let norms = emit.map(&inputs, &sizes[..=time], compute, |emit, arguments| {
        let norm = emit.apply("math.absf", &[emit.mul(scale, arguments[0])]);
        let norm = emit.apply("arith.maximumf", &[norm, arguments[1]]);
        emit.add(norm, emit.float(compute, op.epsilon()))
    });
    let mut output_sizes = sizes[..=time].to_vec();
    output_sizes.push(sizes[value_at]);
    let inputs = [(read, loops(0..=key_at)), (norms, steps)];
    let output = emit.map(&inputs, &output_sizes, element, |emit, arguments| {
        let read = emit.mul(scale, arguments[0]);
        emit.convert(emit.div(read, arguments[1]), element)
    });
    Ok([
        output,
        emit.converted(memory, element),
        emit.converted(normalizer, element),
        emit.converted(stabilized.last, element),
    ])
}

/// The gates relative to the stabiliser, for each step.
struct Stabilized<'a> {
    /// f'_t = exp(log f_t + m_{t-1} - m_t)
    kept: Value<'a, 'a>,
    /// i'_t = exp(input_gate_t - m_t)
    fed: Value<'a, 'a>,
    /// exp(-m_t), the least that h is divided by
    least: Value<'a, 'a>,
    /// The last m.
    last: Value<'a, 'a>,
}

/// m_t = max(log f_t + m_{t-1}, input_gate_t), which is no linear recurrence: a
/// loop over time of its own.
fn stabilize<'a>(
    emit: &Emit<'a, '_>,
    [input, forget]: [Value<'a, 'a>; 2],
    activation: ForgetGate,
    state: Option<Value<'a, 'a>>,
    sizes: &[Size<'a>],
    compute: Type<'a>,
) -> Stabilized<'a> {
    let time = sizes.len() - 1;
    let first = match state {
        // Of the sizes that all operands together tell.
        Some(state) => emit.map(
            &[(state, loops(0..time))],
            &sizes[..time],
            compute,
            |emit, arguments| emit.convert(arguments[0], compute),
        ),
        None => emit.filled(&sizes[..time], emit.zero(compute)),
    };
    let mut carried = vec![first];
    carried.extend((0..3).map(|_| emit.empty(sizes, compute)));
    let map = loops(0..time);
    let carried = emit.for_loop(sizes[time], &carried, |emit, t, carried| {
        let at = |value| (emit.slice(value, time, t), map.clone());
        // The results are made in their slots, so that nothing is allocated.
        let mut outputs = vec![(carried[0], map.clone())];
        outputs.extend(carried[1..].iter().map(|&value| at(value)));
        let step = emit.generic(
            &[at(input), at(forget)],
            &outputs,
            &vec![Iterator::Parallel; time],
            |emit, arguments| {
                let [input, forget] = [0, 1].map(|index| emit.convert(arguments[index], compute));
                let log_forget = match activation {
                    ForgetGate::Sigmoid => log_sigmoid(emit, forget),
                    ForgetGate::Exponential => forget,
                };
                let decayed = emit.add(log_forget, arguments[2]);
                let m = emit.apply("arith.maximumf", &[decayed, input]);
                vec![
                    m,
                    exp(emit, emit.sub(decayed, m)),
                    exp(emit, emit.sub(input, m)),
                    exp(emit, emit.apply("arith.negf", &[m])),
                ]
            },
        );
        let slots = step[1..].iter().zip(&carried[1..]);
        let mut next = vec![step[0]];
        next.extend(slots.map(|(&slot, &into)| emit.insert_slice(slot, into, time, t)));
        next
    });
    let [last, kept, fed, least] = [0, 1, 2, 3].map(|index| carried[index]);
    Stabilized {
        kept,
        fed,
        least,
        last,
    }
}
