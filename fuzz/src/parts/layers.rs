//! Ternary layers.

use super::{binary, only};
use crate::{function::Function, op::Op, value::TensorType};
use fidelity_dialect::Storage;
use fidelity_reference::ElementType::{F32, F64, I8};

/// One to three layers that read one input, maybe normed and quantised, under a
/// scale and maybe a second one, and with a bias.
pub fn layers(f: &mut Function<'_>) -> Result<(), String> {
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
