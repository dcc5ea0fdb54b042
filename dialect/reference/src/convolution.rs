//! Convolutions over time, `FidelityConvolutionOps.td`.

use crate::elementwise::silu_value;
use crate::keyword::keywords;
use crate::operand::Op;
use crate::shape::{buffer, element_count};
use crate::{Error, Tensor};

/// Activation of a convolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// None at all.
    #[default]
    None,
    /// `x · σ(x)`.
    Silu,
}

keywords!(Activation {
    None = "none",
    Silu = "silu"
});

const OP: Op = Op("causal_conv1d");

/// `fidelity.causal_conv1d`: a depthwise causal convolution with a carried
/// state (ONNX `CausalConvWithState`, opset 27).
///
/// ```text
/// y[b, c, t] = τ(bias[c] + Σ_k weights[c, k] · p[b, c, t + k])
/// ```
///
/// p being `state` and then `x`, joined in time, and τ the activation. `x` is
/// `[B, C, T]`, `weights` `[C, K]` with K at least 1, `bias` `[C]` and `state`
/// `[B, C, K-1]`, both 0 when absent. All have one float type.
///
/// Returns y, `[B, C, T]`, and the last K - 1 positions of p.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn causal_conv1d(
    x: &Tensor,
    weights: &Tensor,
    bias: Option<&Tensor>,
    state: Option<&Tensor>,
    activation: Activation,
) -> Result<(Tensor, Tensor), Error> {
    let like = ("x", x);
    let xs = OP.floats("x", x)?;
    let &[batches, channels, steps] = x.shape() else {
        return Err(OP.error("`x` to have 3 dimensions", format!("{:?}", x.shape())));
    };
    let (rows, kernel) = OP.matrix("weights", weights)?;
    if rows != channels || kernel == 0 {
        return Err(OP.error(
            format!("`weights` to have a row for each of {channels} channels, and a column"),
            format!("{:?}", weights.shape()),
        ));
    }
    let weights = OP.floats_of("weights", weights, "its shape", &[rows, kernel], like)?;
    let biases = match bias {
        Some(bias) => {
            let what = "the size of the channel dimension of `x`";
            Some(OP.floats_of("bias", bias, what, &[channels], like)?)
        }
        None => None,
    };
    let state_shape = [batches, channels, kernel - 1];
    let what = "the shape [B, C, K-1]";
    let states = OP.first_state("state", state, what, &state_shape, like)?;

    let mut output = buffer(xs.len())?;
    let mut last = buffer(element_count(&state_shape)?)?;
    for row in 0..element_count(&[batches, channels])? {
        let carried = &states[row * (kernel - 1)..(row + 1) * (kernel - 1)];
        let joined = [carried, &xs[row * steps..(row + 1) * steps]].concat();
        let channel = row % channels;
        let weights = &weights[channel * kernel..(channel + 1) * kernel];
        for window in joined.windows(kernel) {
            let products = window.iter().zip(weights).map(|(p, w)| p * w);
            let y = products.sum::<f64>() + biases.map_or(0.0, |biases| biases[channel]);
            output.push(match activation {
                Activation::None => y,
                Activation::Silu => silu_value(y),
            });
        }
        last.extend(&joined[steps..]);
    }
    Ok((
        Tensor::from_floats(x.element_type(), x.shape(), output)?,
        Tensor::from_floats(x.element_type(), state_shape, last)?,
    ))
}
