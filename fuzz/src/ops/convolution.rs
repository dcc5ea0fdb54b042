//! Convolutions over time.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.causal_conv1d", draw: causal_conv1d },
];

fn causal_conv1d(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, [batch, channels, _]) = f.any_of_sizes();
    // One weight, whose state is empty, and more weights than steps.
    let count = f.random.between(1..6);
    let weights = f.tensor(element, &[channels, count]);
    let activation = *f.random.pick(&["none", "silu"]);
    Op::new(name)
        .operand(x)
        .operand(f.with_last_known(weights))
        .optional(f.maybe_tensor(element, &[channels]))
        .optional(f.maybe_tensor(element, &[batch, channels, count - 1]))
        .keyword("activation", "convolution_activation", activation)
}
