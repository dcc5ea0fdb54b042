//! The time-invariant system as a convolution.

use super::numbers;
use crate::operand::Op;
use crate::shape::buffer;
use crate::{Complex, Error, Tensor};

const OP: Op = Op("ssm.convolution");

/// `fidelity.ssm.convolution`: each channel convolved with the kernel of its
/// discrete system (S4D, arXiv 2206.11893).
///
/// ```text
/// K_l = Re(Σ_n C_n A_n^l B_n)
/// y_t = Σ_{l ≤ t} K_l x_{t-l} + D x_t
/// ```
///
/// `x` is `[B, T, D]`, of a float type; `a`, `b` and `c` are `[D, N]`, of that
/// type or complex; `skip`, the D, is `[D]`. Returns y, `[B, T, D]`.
///
/// # Errors
/// When element types or shapes are other than the above.
pub fn convolution(
    x: &Tensor,
    a: &Tensor,
    b: &Tensor,
    c: &Tensor,
    skip: Option<&Tensor>,
) -> Result<Tensor, Error> {
    let like = ("x", x);
    let xs = OP.floats("x", x)?;
    let &[_, steps, channels] = x.shape() else {
        return Err(OP.error("`x` to have 3 dimensions", format!("{:?}", x.shape())));
    };
    let (rows, states) = OP.matrix("A", a)?;
    if rows != channels {
        return Err(OP.error(
            format!("`A` to have a row for each of {channels} channels"),
            format!("{:?}", a.shape()),
        ));
    }
    OP.shape("B", b, "the shape of `A`", a.shape())?;
    OP.shape("C", c, "the shape of `A`", a.shape())?;
    let skips = match skip {
        Some(skip) => {
            let what = "the size of the channel dimension of `x`";
            Some(OP.floats_of("D", skip, what, &[channels], like)?)
        }
        None => None,
    };
    // Real numbers are complex ones all the same.
    let a: Vec<Complex> = numbers(OP, "A", a, like)?;
    let b: Vec<Complex> = numbers(OP, "B", b, like)?;
    let c: Vec<Complex> = numbers(OP, "C", c, like)?;

    // The kernel of each step, channel by channel.
    let mut kernel = buffer(steps * channels)?;
    let mut powers: Vec<Complex> = vec![1.0.into(); a.len()];
    for _ in 0..steps {
        for d in 0..channels {
            let parameters = d * states..(d + 1) * states;
            let terms = parameters.map(|at| c[at] * powers[at] * b[at]);
            kernel.push(terms.sum::<Complex>().re);
        }
        for (power, &a) in powers.iter_mut().zip(&a) {
            *power = *power * a;
        }
    }

    let mut output = xs.to_vec();
    for (at, y) in output.iter_mut().enumerate() {
        let (t, d) = (at / channels % steps, at % channels);
        let terms = (0..=t).map(|l| kernel[l * channels + d] * xs[at - l * channels]);
        let skipped = skips.map_or(0.0, |skips| skips[d] * xs[at]);
        *y = terms.sum::<f64>() + skipped;
    }
    Tensor::from_floats(x.element_type(), x.shape(), output)
}
