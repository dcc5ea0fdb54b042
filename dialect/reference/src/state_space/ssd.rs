//! State-space duality.

use super::{delta, gated};
use crate::operand::Op;
use crate::{Error, Tensor};

/// The operands and attributes of `fidelity.ssm.ssd`.
#[derive(Clone, Copy, Debug)]
pub struct Ssd<'a> {
    /// The input, `[B, T, H, P]`.
    pub x: &'a Tensor,
    /// The Δ, `[B, T, H]`, or its pre-activation.
    pub dt: &'a Tensor,
    /// The A, `[H]`.
    pub a: &'a Tensor,
    /// The B, `[B, T, G, N]`.
    pub b: &'a Tensor,
    /// The C, `[B, T, G, N]`.
    pub c: &'a Tensor,
    /// The D, `[H]`.
    pub skip: Option<&'a Tensor>,
    /// The z, `[B, T, H, P]`.
    pub gate: Option<&'a Tensor>,
    /// The h before the first step, `[B, H, P, N]`.
    pub state: Option<&'a Tensor>,
    /// Whether Δ is softplus(dt).
    pub delta_softplus: bool,
}

const OP: Op = Op("ssm.ssd");

/// `fidelity.ssm.ssd`: the layer of Mamba-2 (arXiv 2405.21060).
///
/// ```text
/// h_t = exp(Δ_t A) h_{t-1} + (Δ_t x_t) ⊗ B_t
/// y_t = h_t C_t + D x_t, and with a gate times silu(z_t)
/// ```
///
/// Head h takes the B and C of group ⌊h / (H/G)⌋. All operands have one float
/// type. Returns y, `[B, T, H, P]`, and the last h, `[B, H, P, N]`.
///
/// # Errors
/// When element types differ or are not floats, shapes are other than the
/// above, or the groups do not divide the heads.
pub fn ssd(operands: &Ssd<'_>) -> Result<(Tensor, Tensor), Error> {
    let Ssd { x, dt, a, b, c, .. } = *operands;
    let like = ("x", x);
    let xs = OP.floats("x", x)?;
    let &[batches, steps, heads, features] = x.shape() else {
        return Err(OP.error("`x` to have 4 dimensions", format!("{:?}", x.shape())));
    };
    let without_last = "the shape of `x` without its last dimension";
    let dts = OP.floats_of("dt", dt, without_last, &x.shape()[..3], like)?;
    let of_heads = "the size of the head dimension of `x`";
    let a = OP.floats_of("A", a, of_heads, &[heads], like)?;
    let &[.., groups, states] = b.shape() else {
        return Err(OP.error("`B` to have 4 dimensions", format!("{:?}", b.shape())));
    };
    let projection = [batches, steps, groups, states];
    let bs = OP.floats_of("B", b, "the shape [B, T, G, N]", &projection, like)?;
    let cs = OP.floats_of("C", c, "the shape of `B`", &projection, like)?;
    if heads != 0 && (groups == 0 || heads % groups != 0) {
        return Err(OP.error(
            format!("groups that divide {heads} heads"),
            groups.to_string(),
        ));
    }
    let skips = match operands.skip {
        Some(skip) => Some(OP.floats_of("D", skip, of_heads, &[heads], like)?),
        None => None,
    };
    let gates = match operands.gate {
        Some(gate) => Some(OP.floats_of("gate", gate, "the shape of `x`", x.shape(), like)?),
        None => None,
    };
    let state_shape = [batches, heads, features, states];
    let what = "the shape [B, H, P, N]";
    let mut h = OP.first_state("state", operands.state, what, &state_shape, like)?;

    let mut output = xs.to_vec();
    for (at, y) in output.iter_mut().enumerate() {
        let (row, p) = (at / features, at % features);
        let (step, head) = (row / heads, row % heads);
        let (batch, group) = (step / steps, head / (heads / groups));
        let x = xs[at];
        let delta = delta(dts[row], operands.delta_softplus);
        let mut sum = 0.0;
        for n in 0..states {
            let projected = (step * groups + group) * states + n;
            let h = &mut h[((batch * heads + head) * features + p) * states + n];
            *h = libm::exp(delta * a[head]) * *h + delta * x * bs[projected];
            sum += *h * cs[projected];
        }
        let skipped = skips.map_or(0.0, |skips| skips[head] * x);
        *y = gated(sum + skipped, gates.map(|gates| gates[at]));
    }
    Ok((
        Tensor::from_floats(x.element_type(), x.shape(), output)?,
        Tensor::from_floats(x.element_type(), state_shape, h)?,
    ))
}
