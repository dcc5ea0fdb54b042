//! Convolutions over time.

use fidelity_dialect::{CausalConv1d, ConvolutionActivation, TensorType};
use fidelity_passes::emit::{Emit, Iterator, Size, activation::silu, loops};
use melior::ir::Value;

/// y[b, c, t] = τ(bias[c] + Σ_k weights[c, k] · p[b, c, t + k]), p being the
/// state and then x; the state that is left is the end of p.
pub fn causal_conv1d<'a>(emit: &Emit<'a, '_>, op: &CausalConv1d<'a>) -> [Value<'a, 'a>; 2] {
    let message = |operand: &str| {
        format!("fidelity.causal_conv1d: expected {operand} of the shape that x asks for")
    };
    let [x, weights] = [op.x(), op.weights()].map(|value| emit.physical(value));
    let bias = op.bias().map(|bias| emit.physical(bias));
    let state = op.state().map(|state| emit.physical(state));
    let mut sizes = emit.sizes(x);
    let kernel = emit.size(weights, 1);
    sizes[1] = emit.same_size(sizes[1], emit.size(weights, 0), &message("weights"));
    if let Some(bias) = bias {
        sizes[1] = emit.same_size(sizes[1], emit.size(bias, 0), &message("bias"));
    }
    let carried = emit.difference(kernel, Size::Static(1));
    let mut state_sizes = vec![sizes[0], sizes[1], carried];
    if let Some(state) = state {
        state_sizes = emit.same_sizes(&state_sizes, &emit.sizes(state), &message("state"));
        sizes.splice(..2, state_sizes[..2].iter().copied());
    }

    let element = TensorType::of(x).element;
    let compute = emit.compute_type(element);
    let steps = sizes[2];
    let state = match state {
        Some(state) => emit.cast(state, &state_sizes),
        None => emit.filled(&state_sizes, emit.zero(element)),
    };
    let joined_sizes = [sizes[0], sizes[1], emit.sum_of(carried, steps)];
    let mut joined = emit.empty(&joined_sizes, element);
    // A slice of nothing would begin where the tensor ends, which is refused.
    let nothing = Size::Static(0);
    if carried != nothing {
        joined = emit.insert_range(state, joined, 2, nothing, carried);
    }
    if steps != nothing {
        joined = emit.insert_range(emit.cast(x, &sizes), joined, 2, carried, steps);
    }
    let last = match carried == nothing {
        true => state,
        false => emit.range(joined, 2, steps, carried),
    };

    let sums = emit.filled(&sizes, emit.zero(compute));
    let window = vec!["d0".into(), "d1".into(), "d2 + d3".into()];
    let sums = emit.generic(
        &[(joined, window), (weights, loops([1, 3]))],
        &[(sums, loops(0..3))],
        &[
            Iterator::Parallel,
            Iterator::Parallel,
            Iterator::Parallel,
            Iterator::Reduction,
        ],
        |emit, arguments| {
            let [p, w] = [0, 1].map(|index| emit.convert(arguments[index], compute));
            vec![emit.sum(arguments[2], emit.mul(p, w))]
        },
    )[0];

    if bias.is_none() && op.activation() == ConvolutionActivation::None {
        return [emit.converted(sums, element), last];
    }
    let mut inputs = vec![(sums, loops(0..3))];
    inputs.extend(bias.map(|bias| (bias, loops([1]))));
    let output = emit.map(&inputs, &sizes, element, |emit, arguments| {
        let mut y = arguments[0];
        if bias.is_some() {
            y = emit.add(y, emit.convert(arguments[1], compute));
        }
        let y = match op.activation() {
            ConvolutionActivation::None => y,
            ConvolutionActivation::Silu => silu(emit, y),
        };
        emit.convert(y, element)
    });
    [output, last]
}
