//! From a continuous system to a discrete one.

use super::{complex_of, numbers};
use crate::keyword::keywords;
use crate::number::Number;
use crate::operand::Op;
use crate::shape::buffer;
use crate::{Complex, ElementType, Error, Tensor};

/// How a continuous system becomes a discrete one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Discretization {
    /// The input is constant between samples.
    #[default]
    Zoh,
    /// A step of Euler's method.
    Euler,
    /// The trapezoidal rule.
    Bilinear,
}

keywords!(Discretization {
    Zoh = "zoh",
    Euler = "euler",
    Bilinear = "bilinear"
});

const OP: Op = Op("ssm.discretize");

/// `fidelity.ssm.discretize`: the Ā and B̄ of a step Δ (S4D, arXiv 2206.11893;
/// S5, arXiv 2208.04933).
///
/// ```text
/// zoh       Ā = exp(Δ A)                    B̄ = (exp(Δ A) - 1) / A · B
/// euler     Ā = 1 + Δ A                     B̄ = Δ B
/// bilinear  Ā = (1 + Δ A/2) / (1 - Δ A/2)   B̄ = Δ B / (1 - Δ A/2)
/// ```
///
/// `dt`, the Δ, is `[…, D]`, of a float type; `a` and `b` are `[D, N]`, of that
/// type or complex. Where A is 0, the B̄ of zoh is Δ B. Returns Ā and B̄,
/// `[…, D, N]`, complex when `a` or `b` is.
///
/// # Errors
/// When element types or shapes are other than the above.
pub fn discretize(
    dt: &Tensor,
    a: &Tensor,
    b: &Tensor,
    method: Discretization,
) -> Result<(Tensor, Tensor), Error> {
    let real = dt.element_type();
    if a.element_type().is_complex() || b.element_type().is_complex() {
        evaluate::<Complex>(dt, a, b, method, complex_of(real))
    } else {
        evaluate::<f64>(dt, a, b, method, real)
    }
}

fn evaluate<N: Number>(
    dt: &Tensor,
    a: &Tensor,
    b: &Tensor,
    method: Discretization,
    element: ElementType,
) -> Result<(Tensor, Tensor), Error> {
    let deltas = OP.floats("dt", dt)?;
    let (_, channels) = OP.last_dimension("dt", dt)?;
    let (rows, states) = OP.matrix("A", a)?;
    if rows != channels {
        return Err(OP.error(
            format!("`A` to have a row for each of {channels} channels"),
            format!("{:?}", a.shape()),
        ));
    }
    OP.shape("B", b, "the shape of `A`", a.shape())?;
    let a: Vec<N> = numbers(OP, "A", a, ("dt", dt))?;
    let b: Vec<N> = numbers(OP, "B", b, ("dt", dt))?;

    let count = deltas.len() * states;
    let (mut discrete_a, mut discrete_b) = (buffer(count)?, buffer(count)?);
    for (at, &delta) in deltas.iter().enumerate() {
        for n in 0..states {
            let parameter = at % channels * states + n;
            let (a, b) = discretized(method, delta.into(), a[parameter], b[parameter]);
            discrete_a.push(a);
            discrete_b.push(b);
        }
    }
    let shape = [dt.shape(), &[states]].concat();
    Ok((
        N::tensor(element, &shape, discrete_a)?,
        N::tensor(element, &shape, discrete_b)?,
    ))
}

/// Ā and B̄ of one state.
fn discretized<N: Number>(method: Discretization, delta: N, a: N, b: N) -> (N, N) {
    let one = N::from(1.0);
    let step = delta * a;
    match method {
        Discretization::Zoh if a == N::from(0.0) => (step.exp(), delta * b),
        Discretization::Zoh => (step.exp(), step.expm1() / a * b),
        Discretization::Euler => (one + step, delta * b),
        Discretization::Bilinear => {
            let half = step / N::from(2.0);
            ((one + half) / (one - half), delta * b / (one - half))
        }
    }
}
