//! Normalisation, `FidelityNormOps.td`.

use crate::operand::Op;
use crate::shape::buffer;
use crate::{Error, Tensor};

/// `fidelity.rms_norm`: `y = x / √(mean(x²) + ε) ⊙ weight` over the last
/// dimension (arXiv 1910.07467; ONNX `RMSNormalization` with axis -1).
///
/// `input` is `[…, D]`, `weight` `[D]` of any float type, 1 when absent; the
/// result has the type of `input`. Compiled code takes the mean in f32, in f64
/// for f64.
///
/// # Errors
/// When an element type is not a float, `input` has no last dimension,
/// `weight` another shape, or `epsilon` is negative or not finite.
pub fn rms_norm(input: &Tensor, weight: Option<&Tensor>, epsilon: f64) -> Result<Tensor, Error> {
    let op = Op("rms_norm");
    let inputs = op.floats("input", input)?;
    let (_, channels) = op.last_dimension("input", input)?;
    let weights = match weight {
        Some(weight) => {
            let weights = op.floats("weight", weight)?;
            let what = "the size of the last dimension of `input`";
            op.shape("weight", weight, what, &[channels])?;
            Some(weights)
        }
        None => None,
    };
    op.epsilon(epsilon)?;

    let mut values = buffer(inputs.len())?;
    // An empty row has nothing to normalise: it may as well not be there.
    for row in inputs.chunks(channels.max(1)) {
        let squares: f64 = row.iter().map(|x| x * x).sum();
        let root = (squares / channels as f64 + epsilon).sqrt();
        for (channel, x) in row.iter().enumerate() {
            values.push(x / root * weights.map_or(1.0, |weights| weights[channel]));
        }
    }
    Tensor::from_floats(input.element_type(), input.shape(), values)
}
