//! State-space models, one step at a time.

use fidelity_dialect::{SsmOutput, SsmStateUpdate, TensorType};
use fidelity_passes::emit::{Emit, Iterator, Size, broadcast_map, loops};
use melior::ir::Value;

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
