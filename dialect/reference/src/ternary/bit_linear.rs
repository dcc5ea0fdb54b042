//! The fused BitLinear layer.

use super::linear::{Product, Scale};
use super::quantize::quantize;
use crate::norm::rms_norm;
use crate::operand::Op;
use crate::shape::buffer;
use crate::{ElementType, Error, Tensor};

/// `fidelity.bit_linear`: the layer of BitNet b1.58 (arXiv 2402.17764) and
/// MatMul-free LM.
///
/// ```text
/// x̂ = rms_norm(x, norm_weight, epsilon)
/// q, 1/s = quantize_activations(x̂)
/// y = ternary_linear(q, weights, scale) / s (+ bias)
/// ```
///
/// `x` is `[…, K]`, `weights` i8 `[N, K]`, `scale` as for
/// [`ternary_linear`](super::ternary_linear), `norm_weight` `[K]` and 1 when
/// absent, `bias` `[N]`, y `[…, N]` with the element type of `x`. `x`,
/// `scale`, `norm_weight` and `bias` are each of any float type.
///
/// Between the steps values stay f64; in compiled code they are f32, or f64
/// for an f64 `x`, so a value of q next to a rounding boundary may be one more
/// or less there.
///
/// # Errors
/// When an element type is none of the above, shapes disagree, the groups of
/// `scale` do not divide K, `epsilon` is negative or not finite, or a
/// normalised value is not finite.
pub fn bit_linear(
    x: &Tensor,
    weights: &Tensor,
    scale: &Tensor,
    norm_weight: Option<&Tensor>,
    bias: Option<&Tensor>,
    epsilon: f64,
) -> Result<Tensor, Error> {
    let op = Op("bit_linear");
    op.floats("x", x)?;
    let (_, inputs) = op.last_dimension("x", x)?;
    op.bytes("weights", weights)?;
    let (outputs, columns) = op.matrix("weights", weights)?;
    if inputs != columns {
        return Err(op.error(
            format!("the last dimension of `x` to be that of `weights`, {columns}"),
            inputs.to_string(),
        ));
    }
    op.floats("scale", scale)?;
    let exact_scale = scale.to_float(ElementType::F64)?;
    let scale = Scale::new(op, &exact_scale, outputs, inputs)?;
    if let Some(weight) = norm_weight {
        op.floats("norm_weight", weight)?;
        let what = "the size of the last dimension of `x`";
        op.shape("norm_weight", weight, what, &[inputs])?;
    }
    let biases = match bias {
        Some(bias) => {
            op.shape(
                "bias",
                bias,
                "as many elements as `weights` has rows",
                &[outputs],
            )?;
            Some(op.floats("bias", bias)?)
        }
        None => None,
    };
    op.epsilon(epsilon)?;

    let normalised = rms_norm(&x.to_float(ElementType::F64)?, norm_weight, epsilon)?;
    let (quantized, inverse_scale) = quantize(op, "x̂", &normalised)?;
    let products = Product::new(op, &quantized, weights)?.scaled(Some(&scale))?;

    let sums = op.floats("y", &products)?;
    let inverses = op.floats("1/s", &inverse_scale)?;
    let mut values = buffer(sums.len())?;
    for (offset, sum) in sums.iter().enumerate() {
        let (token, output) = (offset / outputs, offset % outputs);
        let rescaled = sum * inverses[token];
        values.push(biases.map_or(rescaled, |biases| rescaled + biases[output]));
    }
    Tensor::from_floats(x.element_type(), products.shape(), values)
}
