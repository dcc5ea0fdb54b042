//! The scan of a diagonal system.

use super::{complex_of, delta, gated, numbers};
use crate::number::Number;
use crate::operand::Op;
use crate::{Complex, ElementType, Error, Tensor};

/// The operands and attributes of `fidelity.ssm.scan`.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// The input, `[B, T, D]`.
    pub x: &'a Tensor,
    /// The A, `[D, N]`.
    pub a: &'a Tensor,
    /// The B, `[B, T, N]` or `[D, N]`.
    pub b: &'a Tensor,
    /// The C, `[B, T, N]` or `[D, N]`.
    pub c: &'a Tensor,
    /// The Δ, `[B, T, D]`, or its pre-activation.
    pub dt: Option<&'a Tensor>,
    /// The D, `[D]`.
    pub skip: Option<&'a Tensor>,
    /// The z, `[B, T, D]`.
    pub gate: Option<&'a Tensor>,
    /// The h before the first step, `[B, D, N]`.
    pub state: Option<&'a Tensor>,
    /// Whether Δ is softplus(dt).
    pub delta_softplus: bool,
}

const OP: Op = Op("ssm.scan");

/// `fidelity.ssm.scan`: the selective scan of Mamba (arXiv 2312.00752), and the
/// recurrence of a time-invariant diagonal system (S4D, arXiv 2206.11893).
///
/// ```text
/// h_t = exp(Δ_t A) ⊙ h_{t-1} + (Δ_t x_t) B_t,  or A ⊙ h_{t-1} + x_t B_t without Δ
/// y_t = Re(Σ_n C_t h_t) + D x_t, and with a gate times silu(z_t)
/// ```
///
/// `x` is of a float type, as are `dt`, `skip` and `gate`; `a`, `b` and `c` are
/// of that type or complex, and `state` is complex when `a` or `b` is. Returns
/// y, `[B, T, D]`, and the last h, `[B, D, N]`.
///
/// # Errors
/// When element types or shapes are other than the above.
pub fn scan(operands: &Scan<'_>) -> Result<(Tensor, Tensor), Error> {
    let real = operands.x.element_type();
    let is_complex = |operand: &Tensor| operand.element_type().is_complex();
    if is_complex(operands.a) || is_complex(operands.b) {
        evaluate::<Complex>(operands, complex_of(real))
    } else {
        evaluate::<f64>(operands, real)
    }
}

fn evaluate<N: Number>(
    operands: &Scan<'_>,
    element: ElementType,
) -> Result<(Tensor, Tensor), Error> {
    let Scan { x, a, .. } = *operands;
    let like = ("x", x);
    let xs = OP.floats("x", x)?;
    let &[batches, steps, channels] = x.shape() else {
        return Err(OP.error("`x` to have 3 dimensions", format!("{:?}", x.shape())));
    };
    let of_x = |name, operand: Option<&_>| {
        let what = "the shape of `x`";
        let floats = |operand| OP.floats_of(name, operand, what, x.shape(), like);
        operand.copied().map(floats).transpose()
    };
    let (dts, gates) = (
        of_x("dt", operands.dt.as_ref())?,
        of_x("gate", operands.gate.as_ref())?,
    );
    if operands.delta_softplus && dts.is_none() {
        return Err(OP.error("`dt` for `delta_softplus`", "none"));
    }
    let (rows, states) = OP.matrix("A", a)?;
    if rows != channels {
        return Err(OP.error(
            format!("`A` to have a row for each of {channels} channels"),
            format!("{:?}", a.shape()),
        ));
    }
    let skips = match operands.skip {
        Some(skip) => {
            let what = "the size of the channel dimension of `x`";
            Some(OP.floats_of("D", skip, what, &[channels], like)?)
        }
        None => None,
    };
    let a: Vec<N> = numbers(OP, "A", a, like)?;
    let b = Projection::<N>::new("B", operands.b, x, states)?;
    let c = Projection::<Complex>::new("C", operands.c, x, states)?;
    let state_shape = [batches, channels, states];
    let mut h: Vec<N> = match operands.state {
        Some(state) => {
            if state.element_type() != element {
                return Err(OP.error(
                    format!("`state` to have element type {element}"),
                    state.element_type().to_string(),
                ));
            }
            OP.shape("state", state, "the shape [B, D, N]", &state_shape)?;
            N::all(OP, "state", state)?
        }
        None => N::all(OP, "state", &Tensor::zeros(element, state_shape)?)?,
    };

    let mut output = xs.to_vec();
    for (at, y) in output.iter_mut().enumerate() {
        let (step, d) = (at / channels, at % channels);
        let batch = step / steps;
        let x = xs[at];
        let delta = dts.map(|dts| delta(dts[at], operands.delta_softplus));
        let mut sum = 0.0;
        for n in 0..states {
            let a = a[d * states + n];
            let (decay, fed) = match delta {
                Some(delta) => ((N::from(delta) * a).exp(), delta * x),
                None => (a, x),
            };
            let h = &mut h[(batch * channels + d) * states + n];
            *h = decay * *h + N::from(fed) * b.at(step, d, n);
            sum += (c.at(step, d, n) * (*h).into()).re;
        }
        let skipped = skips.map_or(0.0, |skips| skips[d] * x);
        *y = gated(sum + skipped, gates.map(|gates| gates[at]));
    }
    Ok((
        Tensor::from_floats(x.element_type(), x.shape(), output)?,
        N::tensor(element, &state_shape, h)?,
    ))
}

/// A B or C: one for each step, or one for each channel.
struct Projection<N> {
    values: Vec<N>,
    states: usize,
    by_step: bool,
}

impl<N: Number> Projection<N> {
    fn new(name: &str, operand: &Tensor, x: &Tensor, states: usize) -> Result<Self, Error> {
        let by_step = [&x.shape()[..2], &[states]].concat();
        let by_channel = [&x.shape()[2..], &[states]].concat();
        if operand.shape() != by_step && operand.shape() != by_channel {
            return Err(OP.error(
                format!("`{name}` to have shape {by_step:?} or {by_channel:?}"),
                format!("{:?}", operand.shape()),
            ));
        }
        Ok(Self {
            values: numbers(OP, name, operand, ("x", x))?,
            states,
            by_step: operand.rank() == 3,
        })
    }

    /// The value for a step, counted through all sequences, a channel and a
    /// state.
    fn at(&self, step: usize, channel: usize, state: usize) -> N {
        let row = if self.by_step { step } else { channel };
        self.values[row * self.states + state]
    }
}
