//! The multi-dimensional damped exponential moving average of Mega.

use crate::operand::Op;
use crate::shape::{buffer, element_count};
use crate::{Error, Tensor};

/// `fidelity.ema`: the moving average of Mega (arXiv 2209.10655), each channel
/// expanded into N.
///
/// ```text
/// h_t = α ⊙ β input_t + (1 - α ⊙ δ) ⊙ h_{t-1}
/// y_t = Σ_n η_n h_{t,n}
/// ```
///
/// `input` is `[…, T, D]`; `alpha`, `delta`, `beta` and `eta` are `[D, N]`, the
/// values after their sigmoid; `state`, the h before the first step, is
/// `[…, D, N]` and 0 when absent. All have one float type.
///
/// Returns y, `[…, T, D]`, and the last h, `[…, D, N]`, which is `state` when T
/// is 0. Here h stays f64 from step to step; compiled code rounds it.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn ema(
    input: &Tensor,
    alpha: &Tensor,
    delta: &Tensor,
    beta: &Tensor,
    eta: &Tensor,
    state: Option<&Tensor>,
) -> Result<(Tensor, Tensor), Error> {
    let op = Op("ema");
    let inputs = op.floats("input", input)?;
    let &[ref leading @ .., steps, channels] = input.shape() else {
        return Err(op.error(
            "`input` to have a time and a channel dimension",
            format!("{:?}", input.shape()),
        ));
    };
    let (rows, expansion) = op.matrix("alpha", alpha)?;
    if rows != channels {
        return Err(op.error(
            format!("`alpha` to have a row for each of {channels} channels"),
            format!("{:?}", alpha.shape()),
        ));
    }
    let like = ("input", input);
    let matrix =
        |name, operand| op.floats_of(name, operand, "the shape of `alpha`", alpha.shape(), like);
    let (alphas, deltas) = (matrix("alpha", alpha)?, matrix("delta", delta)?);
    let (betas, etas) = (matrix("beta", beta)?, matrix("eta", eta)?);
    let state_shape = [leading, &[channels, expansion]].concat();
    let what = "the shape that `input` and `alpha` ask for";
    let mut h = op.first_state("state", state, what, &state_shape, like)?;

    let mut output = buffer(inputs.len())?;
    for sequence in 0..element_count(leading)? {
        for t in 0..steps {
            for d in 0..channels {
                let x = inputs[(sequence * steps + t) * channels + d];
                let mut y = 0.0;
                for n in 0..expansion {
                    let parameter = d * expansion + n;
                    let (alpha, delta) = (alphas[parameter], deltas[parameter]);
                    let h = &mut h[sequence * channels * expansion + parameter];
                    *h = alpha * betas[parameter] * x + (1.0 - alpha * delta) * *h;
                    y += etas[parameter] * *h;
                }
                output.push(y);
            }
        }
    }
    Ok((
        Tensor::from_floats(input.element_type(), input.shape(), output)?,
        Tensor::from_floats(input.element_type(), state_shape, h)?,
    ))
}
