//! Linear layers with ternary weights.

use super::Entry;
use crate::{
    function::{Contents, Function},
    op::Op,
    value::{TensorType, Value},
};
use fidelity_dialect::Storage;
use fidelity_reference::ElementType::{self, BF16, F16, F32, I8, I32};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.zero_vector", draw: zero_vector },
    Entry { name: "fidelity.ternary_linear", draw: ternary_linear },
    Entry { name: "fidelity.ternary_accumulate", draw: ternary_accumulate },
    Entry { name: "fidelity.ternarize", draw: ternarize },
    Entry { name: "fidelity.quantize_activations", draw: quantize_activations },
    Entry { name: "fidelity.bit_linear", draw: bit_linear },
    Entry { name: "fidelity.pack", draw: pack },
    Entry { name: "fidelity.unpack", draw: unpack },
];

fn zero_vector(f: &mut Function<'_>, name: &'static str) -> Op {
    let size = f.size();
    let mut result = TensorType::new(f.float(), &[size]);
    result.dynamic[0] = f.random.chance(50);
    Op::new(name).operand(f.index(size)).results(vec![result])
}

/// Activations, [..., K]: floats, or i8 values.
fn activations(f: &mut Function<'_>) -> (Value, ElementType, Vec<usize>) {
    if f.random.chance(70) {
        return f.any_float(1);
    }
    let rank = f.random.between(1..4);
    let shape = f.shape(rank);
    let dense = |value: &Value| {
        (value.tensor())
            .is_some_and(|t| t.element == I8 && t.storage == Storage::Dense && t.rank() > 0)
    };
    let x = f
        .find_often(dense)
        .unwrap_or_else(|| f.new_argument(TensorType::new(I8, &shape), Contents::Bytes));
    let shape = x.tensor().map_or(shape, |tensor| tensor.shape.clone());
    (x, I8, shape)
}

/// Weights for K inputs, [N, K], in any storage.
fn weights(f: &mut Function<'_>, inputs: usize) -> (Value, usize) {
    let fits = |value: &Value| {
        (value.tensor()).is_some_and(|t| t.element == I8 && t.rank() == 2 && t.shape[1] == inputs)
    };
    let outputs = f.size();
    let weights = f.find_often(fits).unwrap_or_else(|| {
        let storage = *f.random.pick(&[
            Storage::Dense,
            Storage::Packed2,
            Storage::Packed5,
            Storage::Tiled2,
            Storage::Tiled5,
        ]);
        f.new_tensor(TensorType::new(I8, &[outputs, inputs]).stored(storage))
    });
    let outputs = weights.tensor().map_or(outputs, |tensor| tensor.shape[0]);
    (weights, outputs)
}

/// A scale of weights [N, K]: a scalar, one for each output, or for groups.
fn scale(f: &mut Function<'_>, element: ElementType, outputs: usize, inputs: usize) -> Value {
    let shape = match f.random.below(3) {
        0 => vec![],
        1 => vec![outputs],
        _ => vec![outputs, f.random.divisor(inputs)],
    };
    f.tensor(element, &shape)
}

fn ternary_linear(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, shape) = activations(f);
    let inputs = shape[shape.len() - 1];
    let (weights, outputs) = weights(f, inputs);
    let float = match element.is_float() && f.random.chance(70) {
        true => element,
        false => f.float(),
    };
    let scale = f
        .random
        .chance(60)
        .then(|| scale(f, float, outputs, inputs));
    let kinds: &[&str] = match element {
        I8 => &["i32"],
        _ => &["f32", "f64", "f80", "f128"],
    };
    let accumulator = f.random.chance(30).then(|| *f.random.pick(kinds));
    Op::new(name)
        .operand(x)
        .operand(weights)
        .optional(scale)
        .maybe(
            "accumulator",
            accumulator.map(|kind| format!("#fidelity<accumulator {kind}>")),
        )
}

fn ternary_accumulate(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, mut shape) = activations(f);
    let inputs = shape[shape.len() - 1];
    let (weights, outputs) = weights(f, inputs);
    if let Some(last) = shape.last_mut() {
        *last = outputs;
    }
    let float = f.float();
    let scale = (f.random.chance(40)).then(|| scale(f, float, outputs, inputs));
    let sum = match element {
        I8 if scale.is_some() => f.float(),
        I8 => I32,
        F16 | BF16 if f.random.chance(50) => F32,
        float => float,
    };
    Op::new(name)
        .operand(x)
        .operand(weights)
        .operand(f.tensor(sum, &shape))
        .optional(scale)
}

fn ternarize(f: &mut Function<'_>, name: &'static str) -> Op {
    let weights = f.any_of_rank(2);
    let inputs = weights.tensor().map_or(0, |tensor| tensor.shape[1]);
    let granularity = *f.random.pick(&["tensor", "row", "group"]);
    let weights = match granularity {
        "group" => f.with_last_known(weights),
        _ => weights,
    };
    let group = (granularity == "group").then(|| {
        let size = f.random.divisor(inputs.max(1));
        format!("{size} : i64")
    });
    Op::new(name)
        .operand(weights)
        .keyword("granularity", "granularity", granularity)
        .maybe("group_size", group)
}

fn quantize_activations(f: &mut Function<'_>, name: &'static str) -> Op {
    Op::new(name).operand(f.any_float(1).0)
}

fn bit_linear(f: &mut Function<'_>, name: &'static str) -> Op {
    let (x, element, shape) = f.any_float(1);
    let inputs = shape[shape.len() - 1];
    let (weights, outputs) = weights(f, inputs);
    let float = f.float();
    Op::new(name)
        .operand(x)
        .operand(weights)
        .operand(scale(f, float, outputs, inputs))
        .optional(f.maybe_tensor(element, &[inputs]))
        .optional(f.maybe_tensor(float, &[outputs]))
        .maybe("epsilon", f.epsilon())
}

fn pack(f: &mut Function<'_>, name: &'static str) -> Op {
    let fits = |value: &Value| {
        (value.tensor())
            .is_some_and(|t| t.element == I8 && t.storage == Storage::Dense && t.rank() > 0)
    };
    let trits = f.find_often(fits).unwrap_or_else(|| {
        let rank = f.random.between(1..4);
        let shape = f.shape(rank);
        f.new_tensor(TensorType::new(I8, &shape))
    });
    let storages = match trits.tensor().map(TensorType::rank) {
        Some(2) => &["packed2", "packed5", "tiled2", "tiled5"][..],
        _ => &["packed2", "packed5"],
    };
    let storage = *f.random.pick(storages);
    Op::new(name)
        .operand(f.with_last_known(trits))
        .keyword("storage", "storage", storage)
}

fn unpack(f: &mut Function<'_>, name: &'static str) -> Op {
    let fits =
        |value: &Value| (value.tensor()).is_some_and(|tensor| tensor.storage != Storage::Dense);
    let packed = f.find_often(fits).unwrap_or_else(|| {
        let rank = f.random.between(1..4);
        let shape = f.shape(rank);
        let storages = match rank {
            2 => &[
                Storage::Packed2,
                Storage::Packed5,
                Storage::Tiled2,
                Storage::Tiled5,
            ][..],
            _ => &[Storage::Packed2, Storage::Packed5],
        };
        let storage = *f.random.pick(storages);
        f.new_tensor(TensorType::new(I8, &shape).stored(storage))
    });
    Op::new(name).operand(packed)
}
