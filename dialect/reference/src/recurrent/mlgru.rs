//! The MatMul-free linear gated recurrent unit.

use crate::elementwise::{sigmoid_value, silu_value};
use crate::keyword::keywords;
use crate::operand::Op;
use crate::{Error, Tensor};

/// Activation of a recurrence's candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Candidate {
    /// `x · σ(x)`.
    #[default]
    Silu,
    /// The hyperbolic tangent.
    Tanh,
}

keywords!(Candidate {
    Silu = "silu",
    Tanh = "tanh"
});

/// `fidelity.mlgru`: the token mixer of MatMul-free LM (arXiv 2406.02528).
///
/// ```text
/// f_t = b + (1 - b) ⊙ σ(forget_t)
/// h_t = f_t ⊙ h_{t-1} + (1 - f_t) ⊙ τ(candidate_t)
/// o_t = σ(gate_t) ⊙ h_t,  or h_t when there is no gate
/// ```
///
/// `forget`, `candidate` and `gate` are `[…, T, D]`; `state`, the h before the
/// first step, is `[…, D]` and 0 when absent; `lower_bound`, the b, is `[D]`
/// and 0 when absent; τ is `activation`. All have one float type.
///
/// Returns o, `[…, T, D]`, and the last h, `[…, D]`, which is `state` when T
/// is 0. Here h stays f64 from step to step; compiled code rounds it.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn mlgru(
    forget: &Tensor,
    candidate: &Tensor,
    gate: Option<&Tensor>,
    state: Option<&Tensor>,
    lower_bound: Option<&Tensor>,
    activation: Candidate,
) -> Result<(Tensor, Tensor), Error> {
    let op = Op("mlgru");
    let like_forget =
        |name: &str, operand: &Tensor| op.same_element_type((name, operand), ("forget", forget));
    let forgets = op.floats("forget", forget)?;
    let &[ref leading @ .., steps, channels] = forget.shape() else {
        return Err(op.error(
            "`forget` to have a time and a channel dimension",
            format!("{:?}", forget.shape()),
        ));
    };
    like_forget("candidate", candidate)?;
    let candidates = op.floats("candidate", candidate)?;
    op.shape(
        "candidate",
        candidate,
        "the shape of `forget`",
        forget.shape(),
    )?;
    let gates = match gate {
        Some(gate) => {
            like_forget("gate", gate)?;
            op.shape("gate", gate, "the shape of `forget`", forget.shape())?;
            Some(op.floats("gate", gate)?)
        }
        None => None,
    };
    let state_shape = [leading, &[channels]].concat();
    let mut h = match state {
        Some(state) => {
            like_forget("state", state)?;
            let what = "the shape of `forget` without its time dimension";
            op.shape("state", state, what, &state_shape)?;
            op.floats("state", state)?.to_vec()
        }
        None => Tensor::zeros(forget.element_type(), state_shape.as_slice())?.to_f64s(),
    };
    let bounds = match lower_bound {
        Some(bound) => {
            like_forget("lower_bound", bound)?;
            let what = "the size of the channel dimension of `forget`";
            op.shape("lower_bound", bound, what, &[channels])?;
            Some(op.floats("lower_bound", bound)?)
        }
        None => None,
    };
    let tau = match activation {
        Candidate::Silu => silu_value,
        Candidate::Tanh => libm::tanh,
    };

    // Row-major order runs through a sequence's steps one after the other.
    let mut output = forgets.to_vec();
    for (at, o) in output.iter_mut().enumerate() {
        let (sequence, channel) = (at / (steps * channels), at % channels);
        let h = &mut h[sequence * channels + channel];
        let b = bounds.map_or(0.0, |bounds| bounds[channel]);
        let f = b + (1.0 - b) * sigmoid_value(forgets[at]);
        *h = f * *h + (1.0 - f) * tau(candidates[at]);
        *o = gates.map_or(1.0, |gates| sigmoid_value(gates[at])) * *h;
    }
    Ok((
        Tensor::from_floats(forget.element_type(), forget.shape(), output)?,
        Tensor::from_floats(forget.element_type(), state_shape, h)?,
    ))
}
