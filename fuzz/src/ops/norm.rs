//! Normalisation.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.rms_norm", draw: rms_norm },
];

fn rms_norm(f: &mut Function<'_>, name: &'static str) -> Op {
    let (input, _, shape) = f.any_float(1);
    let element = f.float();
    Op::new(name)
        .operand(input)
        .optional(f.maybe_tensor(element, &shape[shape.len() - 1..]))
        .maybe("epsilon", f.epsilon())
}
