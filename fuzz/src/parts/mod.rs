//! What an op stands for, written in the parts that `fidelity-fuse` looks for.

use crate::{
    function::Function,
    op::Op,
    ops,
    value::{TensorType, Value},
};
use fidelity_dialect::Storage;
use fidelity_reference::ElementType::{F32, F64, I8};

/// Writes the parts of an op.
///
/// # Errors
///
/// When the dialect refuses one.
pub fn parts(f: &mut Function<'_>) -> Result<(), String> {
    match f.random.below(6) {
        0 | 1 => layers(f),
        2 => gated_step(f),
        3 => gate(f),
        4 => attention(f),
        _ => convolution(f),
    }
}

fn only(f: &mut Function<'_>, op: Op) -> Result<Value, String> {
    Ok(f.write(op)?.remove(0))
}

fn unary(f: &mut Function<'_>, name: &'static str, value: &Value) -> Result<Value, String> {
    only(f, Op::new(name).operand(value.clone()))
}

fn binary(
    f: &mut Function<'_>,
    name: &'static str,
    lhs: &Value,
    rhs: &Value,
) -> Result<Value, String> {
    let (lhs, rhs) = match name != "fidelity.subtract" && f.random.chance(50) {
        true => (rhs, lhs),
        false => (lhs, rhs),
    };
    only(f, Op::new(name).operand(lhs.clone()).operand(rhs.clone()))
}

/// One to three layers that read one input, maybe normed and quantised, under a
/// scale and maybe a second one, and with a bias.
fn layers(f: &mut Function<'_>) -> Result<(), String> {
    let (x, element, shape) = f.any_float(1);
    let inputs = shape[shape.len() - 1];
    let quantized = match f.random.chance(60) {
        true => {
            let weight = f.maybe_tensor(F32, &[inputs]);
            let normed = only(
                f,
                Op::new("fidelity.rms_norm")
                    .operand(x.clone())
                    .optional(weight),
            )?;
            let both = f.write(Op::new("fidelity.quantize_activations").operand(normed))?;
            Some((both[0].clone(), both[1].clone()))
        }
        false => None,
    };
    let float = match (&quantized, element) {
        (Some(_), F64) => F64,
        (Some(_), _) => F32,
        (None, element) => element,
    };
    for _ in 0..f.random.between(1..4) {
        let outputs = f.size();
        let storage = *f.random.pick(&[Storage::Dense, Storage::Packed2]);
        let weights = match f.random.chance(70) {
            true => f.constant(TensorType::new(I8, &[outputs, inputs]).stored(storage)),
            false => f.tensor(I8, &[outputs, inputs]),
        };
        let of_rows = |f: &mut Function<'_>| match f.random.chance(50) {
            true => f.constant(TensorType::new(float, &[])),
            false => f.constant(TensorType::new(float, &[outputs])),
        };
        let read = quantized.as_ref().map_or(&x, |(quantized, _)| quantized);
        let scale = of_rows(f);
        let linear = Op::new("fidelity.ternary_linear")
            .operand(read.clone())
            .operand(weights);
        let mut y = only(f, linear.optional(Some(scale)))?;
        if let Some((_, inverse)) = &quantized {
            // A scale may be multiplied with that of the tokens first.
            let inverse = match f.random.chance(20) {
                true => {
                    let factor = f.constant(TensorType::new(float, &[]));
                    binary(f, "fidelity.multiply", inverse, &factor)?
                }
                false => inverse.clone(),
            };
            y = binary(f, "fidelity.multiply", &y, &inverse)?;
        }
        if f.random.chance(30) {
            let factor = of_rows(f);
            y = binary(f, "fidelity.multiply", &y, &factor)?;
        }
        if f.random.chance(50) {
            let bias = f.tensor(float, &[outputs]);
            binary(f, "fidelity.add", &y, &bias)?;
        }
    }
    Ok(())
}

/// f · h + (1 - f) · τ(c) with f = σ(x), or b + (1 - b) σ(x), and maybe its gate; or
/// τ(c) + f · (h - τ(c)). f may be computed twice.
fn gated_step(f: &mut Function<'_>) -> Result<(), String> {
    let (forget, element, shape) = f.any_float(1);
    let [candidate, state, output] = [0; 3].map(|_| f.tensor(element, &shape));
    let one = f.constant_of(TensorType::new(element, &[]), "1.0");
    let has_bound = f.random.chance(50);
    let bound = has_bound.then(|| f.tensor(element, &shape[shape.len() - 1..]));
    let gate_of = |f: &mut Function<'_>| {
        let gate = unary(f, "fidelity.sigmoid", &forget)?;
        let Some(bound) = &bound else { return Ok(gate) };
        let rest = binary(f, "fidelity.subtract", &one, bound)?;
        let open = binary(f, "fidelity.multiply", &gate, &rest)?;
        binary(f, "fidelity.add", &open, bound)
    };
    let mut gate = gate_of(f)?;
    let name = *f.random.pick(&["fidelity.silu", "fidelity.tanh"]);
    let activated = unary(f, name, &candidate)?;
    if f.random.chance(20) {
        let difference = binary(f, "fidelity.subtract", &state, &activated)?;
        let change = binary(f, "fidelity.multiply", &gate, &difference)?;
        return binary(f, "fidelity.add", &activated, &change).map(|_| ());
    }
    let rest = binary(f, "fidelity.subtract", &one, &gate)?;
    if f.random.chance(30) {
        gate = gate_of(f)?;
    }
    let new = binary(f, "fidelity.multiply", &rest, &activated)?;
    let kept = binary(f, "fidelity.multiply", &gate, &state)?;
    let next = binary(f, "fidelity.add", &kept, &new)?;
    if f.random.chance(50) {
        let open = unary(f, "fidelity.sigmoid", &output)?;
        binary(f, "fidelity.multiply", &open, &next)?;
    }
    Ok(())
}

/// silu(gate) · up, or gate · σ(gate) · up
fn gate(f: &mut Function<'_>) -> Result<(), String> {
    let (gate, element, shape) = f.any_float(0);
    let up = f.tensor(element, &shape);
    let silu = match f.random.chance(50) {
        true => unary(f, "fidelity.silu", &gate)?,
        false => {
            let open = unary(f, "fidelity.sigmoid", &gate)?;
            binary(f, "fidelity.multiply", &gate, &open)?
        }
    };
    binary(f, "fidelity.multiply", &silu, &up)?;
    Ok(())
}

/// The op of that name as it is drawn alone.
fn drawn(f: &mut Function<'_>, name: &str) -> Option<Op> {
    let entry = ops::entries()
        .into_iter()
        .find(|entry| entry.name == name)?;
    Some((entry.draw)(f, entry.name))
}

/// Linear attention of queries and keys that go through a feature map, or of
/// queries times a number.
fn attention(f: &mut Function<'_>) -> Result<(), String> {
    let Some(op) = drawn(f, "fidelity.linear_attention") else {
        return Ok(());
    };
    let map = *f.random.pick(&["fidelity.relu", "fidelity.elu_plus_one"]);
    let maps_both = f.random.chance(70);
    let mut number = 0;
    let op = op.try_map(|value| {
        number += 1;
        match (number, maps_both) {
            (1 | 2, true) => unary(f, map, &value),
            (1, false) => {
                let element = value.tensor().map_or(F32, |tensor| tensor.element);
                let factor = f.constant(TensorType::new(element, &[]));
                binary(f, "fidelity.multiply", &value, &factor)
            }
            _ => Ok(value),
        }
    })?;
    f.write(op).map(|_| ())
}

/// silu of a convolution.
fn convolution(f: &mut Function<'_>) -> Result<(), String> {
    let Some(op) = drawn(f, "fidelity.causal_conv1d") else {
        return Ok(());
    };
    let output = only(f, op)?;
    unary(f, "fidelity.silu", &output).map(|_| ())
}
