//! Recurrent token mixers.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.mlgru", draw: mlgru },
];

fn mlgru(f: &mut Function<'_>, name: &'static str) -> Op {
    let (forget, element, shape) = f.any_float(2);
    let (leading, last) = shape.split_at(shape.len() - 2);
    let state = [leading, &last[1..]].concat();
    let activation = *f.random.pick(&["silu", "tanh"]);
    Op::new(name)
        .operand(forget)
        .operand(f.tensor(element, &shape))
        .optional(f.maybe_tensor(element, &shape))
        .optional(f.maybe_tensor(element, &state))
        .optional(f.maybe_tensor(element, &last[1..]))
        .keyword("activation", "candidate", activation)
}
