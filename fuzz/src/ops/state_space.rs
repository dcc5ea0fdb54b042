//! State-space models.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.ssm.state_update", draw: state_update },
    Entry { name: "fidelity.ssm.output", draw: output },
];

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
