//! Recurrent token mixers.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.mlgru", draw: mlgru },
    Entry { name: "fidelity.mlstm", draw: mlstm },
    Entry { name: "fidelity.slstm", draw: slstm },
    Entry { name: "fidelity.ema", draw: ema },
    Entry { name: "fidelity.rwkv", draw: rwkv },
];

fn mlgru(f: &mut Function<'_>, name: &'static str) -> Op {
    let (forget, element, shape) = f.any_sequence(2, 1);
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

fn mlstm(f: &mut Function<'_>, name: &'static str) -> Op {
    let (query, element, shape) = f.any_sequence(2, 1);
    let (leading, last) = shape.split_at(shape.len() - 2);
    let [time, keys] = [last[0], last[1]];
    let values = f.width();
    let gate = [leading, &[time]].concat();
    let state = match f.random.chance(50) {
        true => vec![
            f.tensor(element, &[leading, &[keys, values]].concat()),
            f.tensor(element, &[leading, &[keys]].concat()),
            f.tensor(element, leading),
        ],
        false => Vec::new(),
    };
    let forget = *f.random.pick(&["sigmoid", "exponential"]);
    let scale = f.random.chance(30).then(|| "0.5 : f64".to_owned());
    Op::new(name)
        .operand(query)
        .operand(f.tensor(element, &shape))
        .operand(f.tensor(element, &[leading, &[time, values]].concat()))
        .operand(f.tensor(element, &gate))
        .operand(f.tensor(element, &gate))
        .variadic(state)
        .keyword("forget", "forget_gate", forget)
        .maybe("scale", scale)
        .maybe("epsilon", f.epsilon())
}

fn slstm(f: &mut Function<'_>, name: &'static str) -> Op {
    let (input, element, shape) = f.any_sequence(3, 2);
    let (leading, last) = shape.split_at(shape.len() - 3);
    let [heads, features] = [last[1], last[2]];
    let state = match f.random.chance(50) {
        true => {
            let shape = [leading, &[heads, features]].concat();
            (0..4).map(|_| f.tensor(element, &shape)).collect()
        }
        false => Vec::new(),
    };
    let forget = *f.random.pick(&["sigmoid", "exponential"]);
    Op::new(name)
        .operand(input)
        .operand(f.tensor(element, &shape))
        .operand(f.tensor(element, &shape))
        .operand(f.tensor(element, &shape))
        .operand(f.within(element, &[4, heads, features, features], -0.5..0.5))
        .variadic(state)
        .keyword("forget", "forget_gate", forget)
}

fn ema(f: &mut Function<'_>, name: &'static str) -> Op {
    let (input, element, shape) = f.any_sequence(2, 1);
    let (leading, last) = shape.split_at(shape.len() - 2);
    let states = f.width();
    let parameters = [last[1], states];
    Op::new(name)
        .operand(input)
        .operand(f.within(element, &parameters, 0.0..1.0))
        .operand(f.within(element, &parameters, 0.0..1.0))
        .operand(f.tensor(element, &parameters))
        .operand(f.tensor(element, &parameters))
        .optional(f.maybe_tensor(element, &[leading, &parameters].concat()))
}

fn rwkv(f: &mut Function<'_>, name: &'static str) -> Op {
    let (receptance, element, shape) = f.any_sequence(3, 1);
    let (leading, last) = shape.split_at(shape.len() - 3);
    let [heads, time, keys] = [last[0], last[1], last[2]];
    let values = f.width();
    let version = *f.random.pick(&["v6", "v7"]);
    let erase = match version == "v7" && f.random.chance(70) {
        // Their product over the keys is below 1.
        true => (0..2)
            .map(|_| f.within(element, &shape, -0.3..0.3))
            .collect(),
        false => Vec::new(),
    };
    Op::new(name)
        .operand(receptance)
        .operand(f.within(element, &shape, -1.5..0.0))
        .operand(f.tensor(element, &shape))
        .operand(f.tensor(element, &[leading, &[heads, time, values]].concat()))
        .variadic(erase)
        .optional(f.maybe_tensor(element, &[heads, keys]))
        .optional(f.maybe_tensor(element, &[leading, &[heads, keys, values]].concat()))
        .keyword("version", "rwkv_version", version)
}
