//! Products with ternary weights, and their scales.

use super::Accumulator;
use crate::operand::{Op, rows};
use crate::shape::{buffer, element_count};
use crate::{ElementType, Error, Tensor};

/// `fidelity.ternary_linear`:
/// `y[…, n] = scale(n) · Σ_k x[…, k] · weights[n, k]` (BitNet b1.58, arXiv
/// 2402.17764).
///
/// `x` is `[…, K]`, of a float type or i8; `weights` i8 `[N, K]`; y `[…, N]`.
/// `scale`, of any float type, is a scalar, `[N]`, or `[N, G]`, where each row
/// has G groups of K/G weights and each group's sum is scaled before the
/// groups are added.
///
/// The element type of y is that of `x` for a float `x`; for an i8 `x` it is
/// that of `scale`, or i32 without a scale, and the sum is exact.
///
/// # Errors
/// When an element type is none of the above, shapes disagree, the groups do
/// not divide K, `accumulator` is i32 for a float `x` or a float type for an
/// i8 one, or a sum leaves the range of i32.
pub fn ternary_linear(
    x: &Tensor,
    weights: &Tensor,
    scale: Option<&Tensor>,
    accumulator: Option<Accumulator>,
) -> Result<Tensor, Error> {
    let op = Op("ternary_linear");
    let product = Product::new(op, x, weights)?;
    let scale = scale
        .map(|scale| Scale::new(op, scale, product.shape.1, product.shape.2))
        .transpose()?;
    let on_integers = x.element_type() == ElementType::I8;
    if let Some(accumulator) = accumulator
        && on_integers != (accumulator == Accumulator::I32)
    {
        return Err(op.error(
            if on_integers {
                "`accumulator` to be i32 for an i8 `x`"
            } else {
                "`accumulator` to be a float type for a float `x`"
            },
            accumulator.to_string(),
        ));
    }
    product.scaled(scale.as_ref())
}

/// `fidelity.ternary_accumulate`:
/// `init[…, n] + scale(n) · Σ_k x[…, k] · weights[n, k]`, the value that the op
/// gives on tensors and leaves in `init` on memrefs.
///
/// `x` is `[…, K]`, of a float type or i8; `weights` i8 `[N, K]`; `scale` as for
/// [`ternary_linear`]; `init` and the result are `[…, N]`, of the type of `x`, or f32
/// for an `x` of f16 or bf16; for an i8 `x` i32, or any float type with a scale.
/// Compiled code keeps the sum in the type of `init`, in f32 when that is f16 or bf16.
///
/// # Errors
/// When an element type is none of the above, shapes disagree, the groups do not
/// divide K, or a sum leaves the range of i32.
pub fn ternary_accumulate(
    x: &Tensor,
    weights: &Tensor,
    init: &Tensor,
    scale: Option<&Tensor>,
) -> Result<Tensor, Error> {
    let op = Op("ternary_accumulate");
    let product = Product::new(op, x, weights)?;
    let scale = scale
        .map(|scale| Scale::new(op, scale, product.shape.1, product.shape.2))
        .transpose()?;
    let element_type = init.element_type();
    let (fits, wanted) = match (x.element_type(), &scale) {
        (ElementType::I8, None) => (element_type == ElementType::I32, "i32".to_owned()),
        (ElementType::I8, Some(_)) => (element_type.is_float(), "float".to_owned()),
        (float @ (ElementType::F16 | ElementType::BF16), _) => (
            element_type == float || element_type == ElementType::F32,
            format!("{float} or f32"),
        ),
        (float, _) => (element_type == float, float.to_string()),
    };
    if !fits {
        return Err(op.error(
            format!(
                "`init` to have element type {wanted} for an `x` of {}",
                x.element_type()
            ),
            element_type.to_string(),
        ));
    }
    op.shape(
        "init",
        init,
        "the leading dimensions of `x` and the rows of `weights`",
        &product.result_shape(),
    )?;
    let first = init.to_f64s();
    let values = product.evaluate(|offset, n, x, weights| match &scale {
        Some(scale) => first[offset] + scale.sum_of_groups(n, x, weights),
        None => sum(first[offset], x, weights),
    })?;
    product.tensor(element_type, values)
}

/// Σ_k x[…, k] · weights[n, k], its operands checked.
pub(super) struct Product<'a> {
    x: &'a Tensor,
    xs: Vec<f64>,
    weights: &'a [i64],
    /// Rows of `x`, rows of `weights`, and the K of both.
    shape: (usize, usize, usize),
}

impl<'a> Product<'a> {
    pub(super) fn new(op: Op, x: &'a Tensor, weights: &'a Tensor) -> Result<Self, Error> {
        if !x.element_type().is_float() && x.element_type() != ElementType::I8 {
            return Err(op.error(
                "`x` to have a float element type or i8",
                x.element_type().to_string(),
            ));
        }
        let (leading, inputs) = op.last_dimension("x", x)?;
        let trits = op.bytes("weights", weights)?;
        let (outputs, columns) = op.matrix("weights", weights)?;
        if inputs != columns {
            return Err(op.error(
                format!("the last dimension of `x` to be that of `weights`, {columns}"),
                inputs.to_string(),
            ));
        }
        Ok(Self {
            x,
            // Every i8 and every sum of them that fits into memory is an f64.
            xs: x.to_f64s(),
            weights: trits,
            shape: (element_count(leading)?, outputs, inputs),
        })
    }

    fn result_shape(&self) -> Vec<usize> {
        let leading = &self.x.shape()[..self.x.rank() - 1];
        [leading, &[self.shape.1]].concat()
    }

    /// The product under a scale, of the element type that this gives it.
    pub(super) fn scaled(&self, scale: Option<&Scale>) -> Result<Tensor, Error> {
        let element_type = match (self.x.element_type(), scale) {
            (ElementType::I8, None) => ElementType::I32,
            (ElementType::I8, Some(scale)) => scale.element_type,
            (float, _) => float,
        };
        let values = self.evaluate(|_, n, x, weights| match scale {
            Some(scale) => scale.sum_of_groups(n, x, weights),
            None => sum(0.0, x, weights),
        })?;
        self.tensor(element_type, values)
    }

    /// What `each` makes of the offset of an element of the result, its row of
    /// the weights, its inputs and its weights.
    fn evaluate(
        &self,
        each: impl Fn(usize, usize, &[f64], &[i64]) -> f64,
    ) -> Result<Vec<f64>, Error> {
        let (count, outputs, inputs) = self.shape;
        let mut values = buffer(element_count(&[count, outputs])?)?;
        for x in rows(&self.xs, count, inputs) {
            for (n, weights) in rows(self.weights, outputs, inputs).enumerate() {
                values.push(each(values.len(), n, x, weights));
            }
        }
        Ok(values)
    }

    fn tensor(&self, element_type: ElementType, values: Vec<f64>) -> Result<Tensor, Error> {
        let shape = self.result_shape();
        if element_type == ElementType::I32 {
            let integers = values.iter().map(|&value| value as i64).collect();
            return Tensor::from_integers(element_type, shape, integers);
        }
        Tensor::from_floats(element_type, shape, values)
    }
}

/// Scales of the rows of a weight, or of the groups in each row.
pub(super) struct Scale<'a> {
    element_type: ElementType,
    values: &'a [f64],
    groups: usize,
    group_size: usize,
}

impl<'a> Scale<'a> {
    pub(super) fn new(
        op: Op,
        scale: &'a Tensor,
        outputs: usize,
        inputs: usize,
    ) -> Result<Self, Error> {
        let values = op.floats("scale", scale)?;
        let groups = match *scale.shape() {
            [] => 1,
            [n] if n == outputs => 1,
            [n, groups] if n == outputs => groups,
            _ => {
                return Err(op.error(
                    format!("`scale` to be a scalar, [{outputs}] or [{outputs}, G]"),
                    format!("{:?}", scale.shape()),
                ));
            }
        };
        // A row without weights has as many empty groups as one likes, and
        // possibly none.
        if !inputs.is_multiple_of(groups) {
            return Err(op.error(
                format!("the groups of `scale` to divide {inputs}"),
                format!("{groups} groups"),
            ));
        }
        Ok(Self {
            element_type: scale.element_type(),
            values,
            groups,
            group_size: inputs.checked_div(groups).unwrap_or(0),
        })
    }

    fn sum_of_groups(&self, n: usize, x: &[f64], weights: &[i64]) -> f64 {
        // The only group is added to nothing: 0 times a scale below 0 is -0.
        let mut total = if self.groups == 1 { -0.0 } else { 0.0 };
        let groups = rows(x, self.groups, self.group_size);
        let weights = rows(weights, self.groups, self.group_size);
        for (group, (x, weights)) in groups.zip(weights).enumerate() {
            // A scalar stands for every row.
            let scale = match self.values {
                [scalar] => scalar,
                values => &values[n * self.groups + group],
            };
            total += scale * sum(0.0, x, weights);
        }
        total
    }
}

/// `first` + Σ_k x[k] · weights[k] by additions and subtractions: `first` itself
/// where no weight takes part.
fn sum(first: f64, x: &[f64], weights: &[i64]) -> f64 {
    x.iter()
        .zip(weights)
        .fold(first, |sum, (x, weight)| match weight.signum() {
            1 => sum + x,
            -1 => sum - x,
            _ => sum,
        })
}
