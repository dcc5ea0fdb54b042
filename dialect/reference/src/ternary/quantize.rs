//! From floats to trits and to bytes.

use super::Granularity;
use crate::operand::{Op, rows};
use crate::shape::{buffer, element_count, unravel};
use crate::{ElementType, Error, Tensor};

/// `fidelity.ternarize`: `γ = max(mean|W|, ε)`,
/// `trit = clamp(rne(W / γ), -1, 1)` (BitNet b1.58, arXiv 2402.17764), rne
/// rounding half to even.
///
/// `weights` is `[N, K]`. `granularity` says what shares one γ: the tensor (γ
/// is a scalar), a row (γ is `[N]`) or each group of a row (γ is
/// `[N, K / size]`). The mean of no weights is 0.
///
/// Returns the trits, i8 `[N, K]`, and γ, in f32, or f64 for f64 weights. The
/// weights are divided by γ before it is rounded to that type.
///
/// # Errors
/// When `weights` has not two dimensions of a float type, a weight is not
/// finite, the group size is 0 or does not divide K, or `epsilon` is not
/// finite and positive.
pub fn ternarize(
    weights: &Tensor,
    granularity: Granularity,
    epsilon: f64,
) -> Result<(Tensor, Tensor), Error> {
    let op = Op("ternarize");
    let values = op.floats("weights", weights)?;
    let (outputs, inputs) = op.matrix("weights", weights)?;
    let (scale_shape, shared) = match granularity {
        Granularity::Tensor => (vec![], values.len()),
        Granularity::Row => (vec![outputs], inputs),
        Granularity::Group { size } => {
            if size == 0 || !inputs.is_multiple_of(size) {
                return Err(op.error(
                    format!("`group_size` to be positive and divide {inputs}"),
                    size.to_string(),
                ));
            }
            (vec![outputs, inputs / size], size)
        }
    };
    if !epsilon.is_finite() || epsilon <= 0.0 {
        return Err(op.error("`epsilon` to be finite and positive", epsilon.to_string()));
    }
    check_finite(op, "weights", weights)?;

    let scale_count = element_count(&scale_shape)?;
    let mut trits = buffer(values.len())?;
    let mut scales = buffer(scale_count)?;
    for group in rows(values, scale_count, shared) {
        let sum: f64 = group.iter().map(|w| w.abs()).sum();
        let mean = if group.is_empty() {
            0.0
        } else {
            sum / group.len() as f64
        };
        let gamma = mean.max(epsilon);
        let trit = |w: &f64| (w / gamma).round_ties_even().clamp(-1.0, 1.0) as i64;
        trits.extend(group.iter().map(trit));
        scales.push(gamma);
    }
    Ok((
        Tensor::from_integers(ElementType::I8, weights.shape(), trits)?,
        Tensor::from_floats(scale_type(weights), scale_shape, scales)?,
    ))
}

/// `fidelity.quantize_activations`: per token, that is per row of the last
/// dimension, `s = 127 / max(max|x|, 1e-5)`,
/// `q = clamp(rne(x · s), -128, 127)` (BitNet b1.58, arXiv 2402.17764), rne
/// rounding half to even.
///
/// `input` is `[…, K]`. Returns q, i8 `[…, K]`, and `1/s`, `[…, 1]`, in f32,
/// or f64 for an f64 `input`. The maximum of no values is 0.
///
/// Compiled code takes `x · s` in f32: a value next to half way between two
/// integers may round to the other one there.
///
/// # Errors
/// When `input` has no last dimension, is not of a float type, or holds a
/// value that is not finite.
pub fn quantize_activations(input: &Tensor) -> Result<(Tensor, Tensor), Error> {
    let (quantized, inverse_scale) = quantize(Op("quantize_activations"), "input", input)?;
    let inverse_scale = inverse_scale.to_float(scale_type(input))?;
    Ok((quantized, inverse_scale))
}

/// As [`quantize_activations`], with `1/s` in f64.
pub(super) fn quantize(op: Op, name: &str, input: &Tensor) -> Result<(Tensor, Tensor), Error> {
    const SMALLEST_MAXIMUM: f64 = 1e-5;
    let values = op.floats(name, input)?;
    let (leading, columns) = op.last_dimension(name, input)?;
    check_finite(op, name, input)?;

    let count = element_count(leading)?;
    let mut quantized = buffer(values.len())?;
    let mut inverses = buffer(count)?;
    for row in rows(values, count, columns) {
        let maximum = row.iter().fold(0.0, |maximum: f64, x| maximum.max(x.abs()));
        let s = 127.0 / maximum.max(SMALLEST_MAXIMUM);
        let quantum = |x: &f64| (x * s).round_ties_even().clamp(-128.0, 127.0) as i64;
        quantized.extend(row.iter().map(quantum));
        inverses.push(1.0 / s);
    }
    Ok((
        Tensor::from_integers(ElementType::I8, input.shape(), quantized)?,
        Tensor::from_floats(ElementType::F64, [leading, &[1]].concat(), inverses)?,
    ))
}

/// The type of a scale of values of a float type.
fn scale_type(values: &Tensor) -> ElementType {
    match values.element_type() {
        ElementType::F64 => ElementType::F64,
        _ => ElementType::F32,
    }
}

/// No integer stands for NaN, which is what an infinity becomes as well once
/// it is divided by the scale that it makes.
fn check_finite(op: Op, name: &str, tensor: &Tensor) -> Result<(), Error> {
    let values = op.floats(name, tensor)?;
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(offset) => Err(op.error(
            format!("finite values in `{name}`"),
            format!(
                "{} at {:?}",
                values[offset],
                unravel(tensor.shape(), offset)
            ),
        )),
    }
}
