//! Quantising weights and activations.

use fidelity_dialect::{Granularity, TensorType, Ternarize};
use fidelity_passes::emit::{Emit, Iterator, Size, loops};
use melior::ir::{Value, ValueLike};

/// The least magnitude of a token, which bounds its scale (BitNet b1.58).
const LEAST_MAGNITUDE: f64 = 1e-5;

/// The trits and γ of weights.
pub fn ternarize<'a>(emit: &Emit<'a, '_>, op: &Ternarize<'a>) -> [Value<'a, 'a>; 2] {
    let weights = emit.physical(op.weights());
    let sizes = emit.sizes(weights);
    match (op.granularity(), op.group_size()) {
        (Granularity::Group, Some(group)) => {
            let Size::Static(inputs) = sizes[1] else {
                panic!("the verifier lets groups be only of static rows");
            };
            let grouped = [sizes[0], Size::Static(inputs / group), Size::Static(group)];
            let weights = emit.expand_last(weights, &grouped);
            let [trits, scale] = ternarize_over(emit, weights, 2, op.epsilon());
            let trits = emit.collapse_last(trits, &sizes);
            [trits, scale]
        }
        (Granularity::Row, _) => ternarize_over(emit, weights, 1, op.epsilon()),
        _ => ternarize_over(emit, weights, 0, op.epsilon()),
    }
}

/// γ = max(mean|W|, ε) over the dimensions from `kept` on;
/// trit = clamp(rne(W / γ), -1, 1)
fn ternarize_over<'a>(
    emit: &Emit<'a, '_>,
    weights: Value<'a, 'a>,
    kept: usize,
    epsilon: f64,
) -> [Value<'a, 'a>; 2] {
    let sizes = emit.sizes(weights);
    let rank = sizes.len();
    let compute = emit.compute_type(TensorType::of(weights).element);
    let iterators: Vec<Iterator> = (0..rank)
        .map(|index| {
            if index < kept {
                Iterator::Parallel
            } else {
                Iterator::Reduction
            }
        })
        .collect();
    let sums = emit.generic(
        &[(weights, loops(0..rank))],
        &[(
            emit.filled(&sizes[..kept], emit.zero(compute)),
            loops(0..kept),
        )],
        &iterators,
        |emit, arguments| {
            let magnitude = emit.apply("math.absf", &[emit.convert(arguments[0], compute)]);
            vec![emit.sum(arguments[1], magnitude)]
        },
    )[0];
    let count = sizes[kept..]
        .iter()
        .map(|&size| emit.size_value(size))
        .reduce(|lhs, rhs| emit.apply("arith.muli", &[lhs, rhs]))
        .unwrap_or_else(|| emit.index(1));
    let count = emit.index_to_float(count, compute);
    let scale = emit.map(
        &[(sums, loops(0..kept))],
        &sizes[..kept],
        compute,
        |emit, arguments| {
            let mean = emit.div(arguments[0], count);
            // 0/0, of no weights at all, is a NaN that maxnumf passes over.
            emit.apply("arith.maxnumf", &[mean, emit.float(compute, epsilon)])
        },
    );
    let trits = emit.map(
        &[(weights, loops(0..rank)), (scale, loops(0..kept))],
        &sizes,
        emit.integer(8),
        |emit, arguments| {
            let ratio = emit.div(emit.convert(arguments[0], compute), arguments[1]);
            round_to_i8(emit, ratio, -1.0, 1.0)
        },
    );
    [trits, scale]
}

/// q = clamp(rne(x · s), -128, 127) and 1/s, s = 127 / max(max|x|, 1e-5), for
/// each row of the last dimension.
pub fn quantize_activations<'a>(emit: &Emit<'a, '_>, input: Value<'a, 'a>) -> [Value<'a, 'a>; 2] {
    let input = emit.physical(input);
    let sizes = emit.sizes(input);
    let last = sizes.len() - 1;
    let compute = emit.compute_type(TensorType::of(input).element);
    let mut iterators = vec![Iterator::Parallel; last];
    iterators.push(Iterator::Reduction);
    let magnitudes = emit.generic(
        &[(input, loops(0..=last))],
        &[(
            emit.filled(&sizes[..last], emit.float(compute, LEAST_MAGNITUDE)),
            loops(0..last),
        )],
        &iterators,
        |emit, arguments| {
            let magnitude = emit.apply("math.absf", &[emit.convert(arguments[0], compute)]);
            vec![emit.apply("arith.maximumf", &[arguments[1], magnitude])]
        },
    )[0];
    let quantized = emit.map(
        &[(input, loops(0..=last)), (magnitudes, loops(0..last))],
        &sizes,
        emit.integer(8),
        |emit, arguments| {
            let scale = emit.div(emit.float(compute, 127.0), arguments[1]);
            let scaled = emit.mul(emit.convert(arguments[0], compute), scale);
            round_to_i8(emit, scaled, -128.0, 127.0)
        },
    );
    let mut inverse_sizes = sizes;
    inverse_sizes[last] = Size::Static(1);
    let inverse = emit.map(
        &[(magnitudes, loops(0..last))],
        &inverse_sizes,
        compute,
        |emit, arguments| emit.div(arguments[0], emit.float(compute, 127.0)),
    );
    [quantized, inverse]
}

/// clamp(rne(x), least, greatest) as i8. minnumf and maxnumf pass over a NaN,
/// which would make the conversion to an integer undefined.
fn round_to_i8<'a>(
    emit: &Emit<'a, '_>,
    x: Value<'a, 'a>,
    least: f64,
    greatest: f64,
) -> Value<'a, 'a> {
    let element = x.r#type();
    let rounded = emit.apply("math.roundeven", &[x]);
    let clamped = emit.apply("arith.maxnumf", &[rounded, emit.float(element, least)]);
    let clamped = emit.apply("arith.minnumf", &[clamped, emit.float(element, greatest)]);
    emit.convert(clamped, emit.integer(8))
}
