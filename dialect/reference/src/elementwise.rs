//! Elementwise arithmetic and activations, `FidelityElementwiseOps.td`.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::keyword::keywords;
use crate::operand::Op;
use crate::shape::{broadcast, broadcast_offset, buffer, element_count, unravel};
use crate::{Error, Tensor};

/// Form of the Gaussian error linear unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Approximation {
    /// The normal distribution function itself.
    #[default]
    None,
    /// Its approximation by a hyperbolic tangent.
    Tanh,
}

keywords!(Approximation {
    None = "none",
    Tanh = "tanh"
});

/// `fidelity.add`: `y = lhs + rhs`, shapes broadcast as in NumPy.
///
/// # Errors
/// When element types differ or are not floats, or the shapes do not
/// broadcast.
pub fn add(lhs: &Tensor, rhs: &Tensor) -> Result<Tensor, Error> {
    binary(Op("add"), lhs, rhs, |l, r| l + r)
}

/// `fidelity.subtract`: `y = lhs - rhs`, shapes broadcast as in NumPy.
///
/// # Errors
/// As [`add`].
pub fn subtract(lhs: &Tensor, rhs: &Tensor) -> Result<Tensor, Error> {
    binary(Op("subtract"), lhs, rhs, |l, r| l - r)
}

/// `fidelity.multiply`: `y = lhs · rhs`, shapes broadcast as in NumPy.
///
/// # Errors
/// As [`add`].
pub fn multiply(lhs: &Tensor, rhs: &Tensor) -> Result<Tensor, Error> {
    binary(Op("multiply"), lhs, rhs, |l, r| l * r)
}

/// `fidelity.sigmoid`: `σ(x) = 1 / (1 + exp(-x))`.
///
/// # Errors
/// When the element type is not a float.
pub fn sigmoid(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("sigmoid"), input, sigmoid_value)
}

/// `fidelity.tanh`: `tanh(x)`.
///
/// # Errors
/// When the element type is not a float.
pub fn tanh(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("tanh"), input, libm::tanh)
}

/// `fidelity.silu`: `silu(x) = x · σ(x)` (arXiv 1702.03118).
///
/// # Errors
/// When the element type is not a float.
pub fn silu(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("silu"), input, silu_value)
}

/// `fidelity.relu`: `max(x, 0)`, NaN staying NaN.
///
/// # Errors
/// When the element type is not a float.
pub fn relu(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("relu"), input, relu_value)
}

/// `fidelity.squared_relu`: `max(x, 0)²` (arXiv 2109.08668), NaN staying NaN.
///
/// # Errors
/// When the element type is not a float.
pub fn squared_relu(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("squared_relu"), input, |x| relu_value(x) * relu_value(x))
}

/// `fidelity.exp`: `exp(x)`.
///
/// # Errors
/// When the element type is not a float.
pub fn exp(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("exp"), input, libm::exp)
}

/// `fidelity.softplus`: `log(1 + exp(x))`.
///
/// # Errors
/// When the element type is not a float.
pub fn softplus(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("softplus"), input, softplus_value)
}

/// `fidelity.elu_plus_one`: `x + 1` for x > 0, else `exp(x)` (arXiv
/// 2006.16236).
///
/// # Errors
/// When the element type is not a float.
pub fn elu_plus_one(input: &Tensor) -> Result<Tensor, Error> {
    unary(Op("elu_plus_one"), input, |x| {
        if x > 0.0 { x + 1.0 } else { libm::exp(x) }
    })
}

/// `fidelity.gelu`: `x · Φ(x)`, Φ being the normal distribution function
/// (arXiv 1606.08415); with [`Approximation::Tanh`],
/// `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
///
/// # Errors
/// When the element type is not a float.
pub fn gelu(input: &Tensor, approximation: Approximation) -> Result<Tensor, Error> {
    // Both forms are written so that no small tail is the difference of two
    // ones: Φ(x) = erfc(-x/√2) / 2, and 1 + tanh(u) = 2 σ(2u).
    unary(Op("gelu"), input, |x| match approximation {
        Approximation::None => x * libm::erfc(-x * FRAC_1_SQRT_2) / 2.0,
        Approximation::Tanh => {
            let u = (2.0 / PI).sqrt() * (x + 0.044715 * x * x * x);
            x * sigmoid_value(2.0 * u)
        }
    })
}

/// `fidelity.swiglu`: `y = silu(gate) ⊙ up` (arXiv 2002.05202), both of the
/// shape of the result.
///
/// # Errors
/// When element types differ or are not floats, or shapes differ.
pub fn swiglu(gate: &Tensor, up: &Tensor) -> Result<Tensor, Error> {
    let op = Op("swiglu");
    let gates = op.floats("gate", gate)?;
    let ups = op.floats("up", up)?;
    op.same_element_type(("up", up), ("gate", gate))?;
    op.shape("up", up, "the shape of `gate`", gate.shape())?;
    let mut values = buffer(gates.len())?;
    values.extend(gates.iter().zip(ups).map(|(&g, &u)| silu_value(g) * u));
    Tensor::from_floats(gate.element_type(), gate.shape(), values)
}

pub(crate) fn sigmoid_value(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

pub(crate) fn silu_value(x: f64) -> f64 {
    x * sigmoid_value(x)
}

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), whose exp does not overflow
/// and whose log loses no small argument.
pub(crate) fn softplus_value(x: f64) -> f64 {
    relu_value(x) + libm::log1p(libm::exp(-x.abs()))
}

/// Unlike `f64::max`, which drops NaN.
pub(crate) fn relu_value(x: f64) -> f64 {
    if x > 0.0 || x.is_nan() { x } else { 0.0 }
}

fn unary(op: Op, input: &Tensor, f: impl Fn(f64) -> f64) -> Result<Tensor, Error> {
    let inputs = op.floats("input", input)?;
    let mut values = buffer(inputs.len())?;
    values.extend(inputs.iter().map(|&x| f(x)));
    Tensor::from_floats(input.element_type(), input.shape(), values)
}

fn binary(
    op: Op,
    lhs: &Tensor,
    rhs: &Tensor,
    f: impl Fn(f64, f64) -> f64,
) -> Result<Tensor, Error> {
    let ls = op.floats("lhs", lhs)?;
    let rs = op.floats("rhs", rhs)?;
    op.same_element_type(("rhs", rhs), ("lhs", lhs))?;
    let shape = broadcast(lhs.shape(), rhs.shape()).ok_or_else(|| {
        op.error(
            "shapes that broadcast",
            format!("{:?} and {:?}", lhs.shape(), rhs.shape()),
        )
    })?;
    let count = element_count(&shape)?;
    let mut values = buffer(count)?;
    for offset in 0..count {
        let index = unravel(&shape, offset);
        values.push(f(
            ls[broadcast_offset(&index, lhs.shape())],
            rs[broadcast_offset(&index, rhs.shape())],
        ));
    }
    Tensor::from_floats(lhs.element_type(), shape, values)
}
