//! What real and complex elements have in common.

use crate::operand::Op;
use crate::{Complex, ElementType, Error, Tensor};
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Sub};

/// A float or a complex number: an equation that holds for both is written
/// once.
pub(crate) trait Number:
    Copy
    + From<f64>
    + Into<Complex>
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Sum
{
    /// exp(x)
    fn exp(self) -> Self;

    /// exp(x) - 1, with its precision near 0
    fn expm1(self) -> Self;

    /// The elements of an operand as such numbers: of a complex type, which is
    /// this one, or of a float type.
    fn all(op: Op, name: &str, operand: &Tensor) -> Result<Vec<Self>, Error>;

    /// The tensor of such numbers.
    fn tensor(element: ElementType, shape: &[usize], values: Vec<Self>) -> Result<Tensor, Error>;
}

impl Number for f64 {
    fn exp(self) -> Self {
        libm::exp(self)
    }

    fn expm1(self) -> Self {
        libm::expm1(self)
    }

    fn all(op: Op, name: &str, operand: &Tensor) -> Result<Vec<Self>, Error> {
        Ok(op.floats(name, operand)?.to_vec())
    }

    fn tensor(element: ElementType, shape: &[usize], values: Vec<Self>) -> Result<Tensor, Error> {
        Tensor::from_floats(element, shape, values)
    }
}

impl Number for Complex {
    fn exp(self) -> Self {
        self.exp()
    }

    fn expm1(self) -> Self {
        self.expm1()
    }

    fn all(op: Op, name: &str, operand: &Tensor) -> Result<Vec<Self>, Error> {
        match operand.complex() {
            Some(values) => Ok(values.to_vec()),
            None => {
                let floats = op.floats(name, operand)?.iter();
                Ok(floats.map(|&value| value.into()).collect())
            }
        }
    }

    fn tensor(element: ElementType, shape: &[usize], values: Vec<Self>) -> Result<Tensor, Error> {
        Tensor::from_complex(element, shape, values)
    }
}
