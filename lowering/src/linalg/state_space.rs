//! State-space models: one step, and discretisation.

use fidelity_dialect::{Discretization, SsmDiscretize, SsmOutput, SsmStateUpdate, TensorType};
use fidelity_passes::emit::{
    Emit, Iterator, Size,
    activation::{exp, expm1},
    broadcast_map, loops,
};
use melior::ir::{Value, ValueLike};
use ods_bridge::{complex_element, complex_of};

/// s' = A ⊙ s + B · x
pub fn state_update<'a>(emit: &Emit<'a, '_>, op: &SsmStateUpdate<'a>) -> Value<'a, 'a> {
    let [state, input, a, b] =
        [op.state(), op.input(), op.a(), op.b()].map(|value| emit.physical(value));
    let mut sizes = emit.sizes(state);
    let last = sizes.len() - 1;
    let message = |operand: &str| {
        format!("fidelity.ssm.state_update: expected {operand} of the shape that state asks for")
    };
    emit.same_sizes(&sizes[..last], &emit.sizes(input), &message("input"));
    for (value, name) in [(a, "A"), (b, "B")] {
        check_broadcast(emit, value, &mut sizes, &message(name));
    }
    let element = TensorType::of(state).element;
    let compute = emit.compute_type(element);
    let inputs = [
        (state, loops(0..=last)),
        (input, loops(0..last)),
        (a, broadcast_map(&TensorType::of(a), &sizes)),
        (b, broadcast_map(&TensorType::of(b), &sizes)),
    ];
    emit.map(&inputs, &sizes, element, |emit, arguments| {
        let [s, x, a, b] = [0, 1, 2, 3].map(|index| emit.convert(arguments[index], compute));
        emit.convert(emit.add(emit.mul(a, s), emit.mul(b, x)), element)
    })
}

/// y = Σ_n C_n s_n (+ D · x)
pub fn output<'a>(emit: &Emit<'a, '_>, op: &SsmOutput<'a>) -> Value<'a, 'a> {
    let [state, c] = [op.state(), op.c()].map(|value| emit.physical(value));
    let mut sizes = emit.sizes(state);
    let last = sizes.len() - 1;
    let message = |operand: &str| {
        format!("fidelity.ssm.output: expected {operand} of the shape that state asks for")
    };
    check_broadcast(emit, c, &mut sizes, &message("C"));
    let element = TensorType::of(state).element;
    let compute = emit.compute_type(element);
    let mut iterators = vec![Iterator::Parallel; last];
    iterators.push(Iterator::Reduction);
    let sums = emit.filled(&sizes[..last], emit.zero(compute));
    let sums = emit.generic(
        &[
            (state, loops(0..=last)),
            (c, broadcast_map(&TensorType::of(c), &sizes)),
        ],
        &[(sums, loops(0..last))],
        &iterators,
        |emit, arguments| {
            let term = emit.mul(
                emit.convert(arguments[0], compute),
                emit.convert(arguments[1], compute),
            );
            vec![emit.sum(arguments[2], term)]
        },
    )[0];
    sizes.pop();

    let map = loops(0..last);
    let mut inputs = vec![(sums, map.clone())];
    if let [d, input] = *op.skip() {
        let (d, input) = (emit.physical(d), emit.physical(input));
        emit.same_sizes(&sizes, &emit.sizes(input), &message("input"));
        check_broadcast(emit, d, &mut sizes, &message("D"));
        inputs.push((d, broadcast_map(&TensorType::of(d), &sizes)));
        inputs.push((input, map));
    } else if compute == element {
        return sums;
    }
    let skips = inputs.len() > 1;
    emit.map(&inputs, &sizes, element, |emit, arguments| {
        let mut y = arguments[0];
        if skips {
            let d = emit.convert(arguments[1], compute);
            let x = emit.convert(arguments[2], compute);
            y = emit.add(y, emit.mul(d, x));
        }
        emit.convert(y, element)
    })
}

/// The Ā and B̄ of a step Δ.
pub fn discretize<'a>(emit: &Emit<'a, '_>, op: &SsmDiscretize<'a>) -> [Value<'a, 'a>; 2] {
    let [dt, a, b] = [op.dt(), op.a(), op.b()].map(|value| emit.physical(value));
    let message = |operand: &str| {
        format!("fidelity.ssm.discretize: expected {operand} of the shape that dt and A ask for")
    };
    let mut sizes = emit.sizes(dt);
    let rank = sizes.len();
    let channels = emit.same_size(sizes[rank - 1], emit.size(a, 0), &message("A"));
    let matrix = [channels, emit.size(a, 1)];
    let matrix = emit.same_sizes(&matrix, &emit.sizes(b), &message("B"));
    sizes.splice(rank - 1.., matrix);

    let real = TensorType::of(dt).element;
    let compute = emit.compute_type(real);
    let is_complex =
        |value: Value<'a, 'a>| complex_element(TensorType::of(value).element).is_some();
    let [element, compute_ab] = match is_complex(a) || is_complex(b) {
        true => [complex_of(compute); 2],
        false => [real, compute],
    };
    let map = loops([rank - 1, rank]);
    let results = [(); 2].map(|()| (emit.empty(&sizes, element), loops(0..=rank)));
    let values = emit.generic(
        &[(dt, loops(0..rank)), (a, map.clone()), (b, map)],
        &results,
        &vec![Iterator::Parallel; rank + 1],
        |emit, arguments| {
            let delta = emit.convert(arguments[0], compute);
            let [a, b] = [1, 2].map(|index| emit.convert(arguments[index], compute_ab));
            let results = discretized(emit, op.method(), delta, a, b);
            results.map(|value| emit.convert(value, element)).to_vec()
        },
    );
    [values[0], values[1]]
}

/// Ā and B̄ of one state; Δ is real.
fn discretized<'a>(
    emit: &Emit<'a, '_>,
    method: Discretization,
    delta: Value<'a, 'a>,
    a: Value<'a, 'a>,
    b: Value<'a, 'a>,
) -> [Value<'a, 'a>; 2] {
    let one = emit.float_like(a, 1.0);
    let step = emit.mul(delta, a);
    match method {
        // B̄ = (exp(Δ A) - 1) / A · B, its limit where A is 0
        Discretization::Zoh => {
            let quotient = emit.div(expm1(emit, step), a);
            let limit = emit.convert(delta, a.r#type());
            let integral = emit.select(is_zero(emit, a), limit, quotient);
            [exp(emit, step), emit.mul(integral, b)]
        }
        Discretization::Euler => [emit.add(one, step), emit.mul(delta, b)],
        Discretization::Bilinear => {
            let half = emit.mul(emit.float_like(delta, 0.5), step);
            let divisor = emit.sub(one, half);
            [
                emit.div(emit.add(one, half), divisor),
                emit.div(emit.mul(delta, b), divisor),
            ]
        }
    }
}

/// Whether a float or a complex number is 0.
fn is_zero<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    if complex_element(value.r#type()).is_none() {
        return emit.is_zero(value);
    }
    let [re, im] = [emit.re(value), emit.im(value)].map(|part| emit.is_zero(part));
    emit.apply("arith.andi", &[re, im])
}

/// Checks at run time what the types leave open of an operand that broadcasts
/// to `sizes`.
fn check_broadcast<'a>(
    emit: &Emit<'a, '_>,
    operand: Value<'a, 'a>,
    sizes: &mut [Size<'a>],
    message: &str,
) {
    let offset = sizes.len() - TensorType::of(operand).rank();
    for (index, size) in emit.sizes(operand).into_iter().enumerate() {
        if size != Size::Static(1) {
            sizes[offset + index] = emit.same_size(sizes[offset + index], size, message);
        }
    }
}
