//! Elementwise arithmetic and activations.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.add", draw: binary },
    Entry { name: "fidelity.subtract", draw: binary },
    Entry { name: "fidelity.multiply", draw: binary },
    Entry { name: "fidelity.sigmoid", draw: unary },
    Entry { name: "fidelity.tanh", draw: unary },
    Entry { name: "fidelity.silu", draw: unary },
    Entry { name: "fidelity.relu", draw: unary },
    Entry { name: "fidelity.squared_relu", draw: unary },
    Entry { name: "fidelity.exp", draw: unary },
    Entry { name: "fidelity.softplus", draw: unary },
    Entry { name: "fidelity.elu_plus_one", draw: unary },
    Entry { name: "fidelity.gelu", draw: gelu },
    Entry { name: "fidelity.swiglu", draw: swiglu },
];

fn binary(f: &mut Function<'_>, name: &'static str) -> Op {
    let (whole, element, shape) = f.any_float(0);
    let other = f.broadcast_to(element, &shape);
    match f.random.chance(50) {
        true => Op::new(name).operand(whole).operand(other),
        false => Op::new(name).operand(other).operand(whole),
    }
}

fn unary(f: &mut Function<'_>, name: &'static str) -> Op {
    Op::new(name).operand(f.any_float(0).0)
}

fn gelu(f: &mut Function<'_>, name: &'static str) -> Op {
    let form = *f.random.pick(&["none", "tanh"]);
    unary(f, name).keyword("approximation", "approximation", form)
}

fn swiglu(f: &mut Function<'_>, name: &'static str) -> Op {
    let (gate, element, shape) = f.any_float(0);
    Op::new(name)
        .operand(gate)
        .operand(f.tensor(element, &shape))
}
