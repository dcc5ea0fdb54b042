//! State-space models.

use super::Entry;
use crate::{function::Function, op::Op, value::Value};
use fidelity_reference::ElementType::{self, ComplexF32, ComplexF64, F64};
use std::ops::Range;

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.ssm.state_update", draw: state_update },
    Entry { name: "fidelity.ssm.output", draw: output },
    Entry { name: "fidelity.ssm.discretize", draw: discretize },
    Entry { name: "fidelity.ssm.scan", draw: scan },
    Entry { name: "fidelity.ssm.ssd", draw: ssd },
    Entry { name: "fidelity.ssm.convolution", draw: convolution },
];

/// What a continuous A may be, so that no state grows.
pub const CONTINUOUS: Range<f64> = -1.5..0.0;

/// What the parts of a discrete A may be, so that no state grows.
pub const DISCRETE: Range<f64> = -0.7..0.7;

fn state_update(f: &mut Function<'_>, name: &'static str) -> Op {
    let (state, element, shape) = f.any_float(1);
    Op::new(name)
        .operand(state)
        .operand(f.tensor(element, &shape[..shape.len() - 1]))
        .operand(f.broadcast_to(element, &shape))
        .operand(f.broadcast_to(element, &shape))
}

fn output(f: &mut Function<'_>, name: &'static str) -> Op {
    let (state, element, shape) = f.any_float(1);
    let result = &shape[..shape.len() - 1];
    let c = f.broadcast_to(element, &shape);
    let skip = match f.random.chance(50) {
        true => vec![f.broadcast_to(element, result), f.tensor(element, result)],
        false => Vec::new(),
    };
    Op::new(name).operand(state).operand(c).variadic(skip)
}

/// The element type or, in a third of cases, the complex one whose parts are of
/// the type that is computed in.
fn real_or_complex(f: &mut Function<'_>, element: ElementType) -> ElementType {
    match (f.random.below(3), element) {
        (0, F64) => ComplexF64,
        (0, _) => ComplexF32,
        _ => element,
    }
}

/// The complex one of two element types, if one is complex.
fn wider(a: ElementType, b: ElementType) -> ElementType {
    if a.is_complex() { a } else { b }
}

fn discretize(f: &mut Function<'_>, name: &'static str) -> Op {
    let rank = f.random.between(1..4);
    let (shape, element, states) = (f.shape(rank), f.float(), f.small_size());
    let step = f.within(element, &shape, 0.0..1.0);
    let system = [shape[rank - 1], states];
    let [a, b] = [0, 1].map(|_| real_or_complex(f, element));
    let method = *f.random.pick(&["zoh", "euler", "bilinear"]);
    Op::new(name)
        .operand(step)
        .operand(f.within(a, &system, CONTINUOUS))
        .operand(f.tensor(b, &system))
        .keyword("method", "discretization", method)
}

fn scan(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, shape) = f.sequence_of_sizes(1);
    let ([batch, time, channels], states) = (shape, f.width());
    let [a, b, c] = [0, 1, 2].map(|_| real_or_complex(f, element));
    let is_continuous = f.random.chance(60);
    let softplus = is_continuous && f.random.chance(50);
    let range = if is_continuous { CONTINUOUS } else { DISCRETE };
    let by_step_or_channel = |f: &mut Function<'_>, element| match f.random.chance(50) {
        true => f.tensor(element, &[batch, time, states]),
        false => f.tensor(element, &[channels, states]),
    };
    Op::new(name)
        .operand(x)
        .operand(f.within(a, &[channels, states], range))
        .operand(by_step_or_channel(f, b))
        .operand(by_step_or_channel(f, c))
        .optional(is_continuous.then(|| step(f, element, &shape, softplus)))
        .optional(f.maybe_tensor(element, &[channels]))
        .optional(f.maybe_tensor(element, &shape))
        .optional(f.maybe_tensor(wider(a, wider(b, element)), &[batch, channels, states]))
        .maybe("delta_softplus", softplus.then(|| "unit".into()))
}

/// A step size, or what softplus makes one of.
fn step(f: &mut Function<'_>, element: ElementType, shape: &[usize], softplus: bool) -> Value {
    match softplus {
        true => f.tensor(element, shape),
        false => f.within(element, shape, 0.0..1.0),
    }
}

fn ssd(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, shape) = f.sequence_of_sizes(2);
    let ([batch, time, heads, features], states) = (shape, f.width());
    let groups = f.random.divisor(heads);
    let softplus = f.random.chance(50);
    let by_group = [batch, time, groups, states];
    Op::new(name)
        .operand(x)
        .operand(step(f, element, &shape[..3], softplus))
        .operand(f.within(element, &[heads], CONTINUOUS))
        .operand(f.tensor(element, &by_group))
        .operand(f.tensor(element, &by_group))
        .optional(f.maybe_tensor(element, &[heads]))
        .optional(f.maybe_tensor(element, &shape))
        .optional(f.maybe_tensor(element, &[batch, heads, features, states]))
        .maybe("delta_softplus", softplus.then(|| "unit".into()))
}

fn convolution(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, [_, _, channels]) = f.any_of_sizes();
    let system = [channels, f.small_size()];
    let [a, b, c] = [0, 1, 2].map(|_| real_or_complex(f, element));
    Op::new(name)
        .operand(x)
        .operand(f.within(a, &system, DISCRETE))
        .operand(f.tensor(b, &system))
        .operand(f.tensor(c, &system))
        .optional(f.maybe_tensor(element, &[channels]))
}
