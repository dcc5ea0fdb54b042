//! Normalisation.

use fidelity_dialect::TensorType;
use fidelity_passes::emit::{Emit, Iterator, loops};
use melior::ir::{Type, Value};

/// x / √(mean(x²) + ε) ⊙ weight, in the element type asked for.
pub fn rms_norm<'a>(
    emit: &Emit<'a, '_>,
    input: Value<'a, 'a>,
    weight: Option<Value<'a, 'a>>,
    epsilon: f64,
    element: Type<'a>,
) -> Value<'a, 'a> {
    let input = emit.physical(input);
    let mut sizes = emit.sizes(input);
    let last = sizes.len() - 1;
    let weight = weight.map(|weight| emit.physical(weight));
    if let Some(weight) = weight {
        sizes[last] = emit.same_size(
            sizes[last],
            emit.size(weight, 0),
            "fidelity.rms_norm: expected weight of the size of the last dimension",
        );
    }
    let compute = emit.compute_type(TensorType::of(input).element);

    // Σ x² of each row
    let sums = emit.filled(&sizes[..last], emit.zero(compute));
    let mut iterators = vec![Iterator::Parallel; last];
    iterators.push(Iterator::Reduction);
    let sums = emit.generic(
        &[(input, loops(0..=last))],
        &[(sums, loops(0..last))],
        &iterators,
        |emit, arguments| {
            let x = emit.convert(arguments[0], compute);
            vec![emit.sum(arguments[1], emit.mul(x, x))]
        },
    )[0];

    // 1 / √(mean + ε) of each row
    let count = emit.size_value(sizes[last]);
    let count = emit.index_to_float(count, compute);
    let factors = emit.map(
        &[(sums, loops(0..last))],
        &sizes[..last],
        compute,
        |emit, arguments| {
            let mean = emit.div(arguments[0], count);
            let root = emit.apply("math.sqrt", &[emit.add(mean, emit.float(compute, epsilon))]);
            emit.div(emit.float(compute, 1.0), root)
        },
    );

    let mut inputs = vec![(input, loops(0..=last)), (factors, loops(0..last))];
    inputs.extend(weight.map(|weight| (weight, loops([last]))));
    emit.map(&inputs, &sizes, element, |emit, arguments| {
        let x = emit.convert(arguments[0], compute);
        let mut y = emit.mul(x, arguments[1]);
        if weight.is_some() {
            y = emit.mul(y, emit.convert(arguments[2], compute));
        }
        emit.convert(y, element)
    })
}
