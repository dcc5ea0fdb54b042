//! Constant weights as trits and a scale.

use super::expression::{Kind, Node, Read, round};
use fidelity_dialect::{TensorType, constant_value, numbers};
use melior::ir::{Attribute, Type, TypeLike};
use ods_bridge::{DenseResource, bit_width, dense_bytes};

/// Weights of {-s, 0, +s} in each row, [N, K].
pub struct Ternary {
    /// The trits in row-major order.
    pub trits: Vec<i8>,
    /// What they are scaled by.
    pub scale: Scale,
}

/// The scales of rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// All are 1.
    One,
    /// All are this.
    Tensor(f64),
    /// One for each row.
    Rows(Vec<f64>),
}

impl Ternary {
    /// Splits rows of weights of size `columns`.
    ///
    /// # Errors
    ///
    /// What is not ternary about them.
    pub fn new(
        rows: usize,
        columns: usize,
        mut weight: impl FnMut(usize, usize) -> f64,
    ) -> Result<Self, String> {
        let mut trits = Vec::with_capacity(rows * columns);
        let mut scales: Vec<Option<f64>> = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut scale: Option<f64> = None;
            for column in 0..columns {
                let weight = weight(row, column);
                if !weight.is_finite() {
                    return Err(format!(
                        "expected finite weights, but got {weight} in row {row}"
                    ));
                }
                let trit = match weight {
                    0.0 => 0,
                    _ if weight < 0.0 => -1,
                    _ => 1,
                };
                trits.push(trit);
                if trit == 0 {
                    continue;
                }
                let scale = *scale.get_or_insert(weight.abs());
                if scale != weight.abs() {
                    return Err(format!(
                        "expected ternary weights, but row {row} has magnitudes {scale} and {}",
                        weight.abs()
                    ));
                }
            }
            scales.push(scale);
        }
        Ok(Self {
            trits,
            scale: Scale::new(&scales),
        })
    }
}

impl Scale {
    /// A row of zeros, which has no scale, takes that of the others if they have
    /// one, and 1 if they differ.
    fn new(rows: &[Option<f64>]) -> Self {
        let mut known = rows.iter().flatten();
        let first = known.next().copied().unwrap_or(1.0);
        if known.any(|&scale| scale != first) {
            return Self::Rows(rows.iter().map(|scale| scale.unwrap_or(1.0)).collect());
        }
        match first {
            1.0 => Self::One,
            scale => Self::Tensor(scale),
        }
    }
}

/// Constant numbers that two loops index.
pub enum Elements {
    /// One for all.
    Number(f64),
    /// Those of a tensor, which is as far from one row to the next, and from one
    /// column to the next, as `strides` say.
    Table {
        numbers: Vec<f64>,
        strides: [usize; 2],
    },
    /// What is computed of others, rounded each time.
    Computed(fn(f64, f64) -> f64, Rounding, Vec<Elements>),
}

/// To what a computed number is rounded.
#[derive(Clone, Copy)]
pub enum Rounding {
    F32,
    None,
}

impl Elements {
    /// The constant that a tree is, if `loops`, of rows and columns, are all that
    /// it depends on.
    pub fn of(node: &Node<'_>, loops: [usize; 2], rank: usize) -> Option<Self> {
        match &node.kind {
            Kind::Number(number) => Some(Self::Number(round(*number, node.element))),
            Kind::Read(read) => Self::table(read, loops).or_else(|| {
                let node = read.expand_weights(rank)?;
                Self::of(&node, loops, rank)
            }),
            Kind::Apply(name, operands) => {
                let kernel: fn(f64, f64) -> f64 = match *name {
                    "arith.mulf" => |x, y| x * y,
                    "arith.divf" => |x, y| x / y,
                    "arith.addf" => |x, y| x + y,
                    "arith.subf" => |x, y| x - y,
                    "arith.sitofp" | "arith.extf" | "arith.truncf" | "arith.extsi" => |x, _| x,
                    _ => return None,
                };
                let operands = operands
                    .iter()
                    .map(|operand| Self::of(operand, loops, rank))
                    .collect::<Option<_>>()?;
                Some(Self::Computed(
                    kernel,
                    Rounding::of(node.element)?,
                    operands,
                ))
            }
            Kind::Reduce(..) | Kind::Scalar(_) => None,
        }
    }

    fn table(read: &Read<'_>, [row, column]: [usize; 2]) -> Option<Self> {
        let attribute = constant_value(read.value)?;
        let shape = TensorType::of(read.value).shape;
        let mut strides = [0; 2];
        let mut stride = 1;
        for (&size, index) in shape.iter().zip(&read.loops).rev() {
            match index {
                Some(index) if *index == row => strides[0] += stride,
                Some(index) if *index == column => strides[1] += stride,
                Some(_) => return None,
                None => {}
            }
            stride *= usize::try_from(size).ok()?;
        }
        let numbers = floats_or_integers(attribute)?;
        Some(Self::Table { numbers, strides })
    }

    /// The number in a row and a column.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Table { numbers, strides } => numbers[row * strides[0] + column * strides[1]],
            Self::Computed(kernel, rounding, operands) => {
                let operand = |at: usize| operands.get(at).map_or(0.0, |of| of.at(row, column));
                rounding.round(kernel(operand(0), operand(1)))
            }
        }
    }
}

impl Rounding {
    /// The rounding of a type that one in f64 and then one to it is that of.
    fn of(element: Type<'_>) -> Option<Self> {
        if element.is_f32() {
            Some(Self::F32)
        } else {
            (element.is_f64() || element.is_integer()).then_some(Self::None)
        }
    }

    fn round(self, number: f64) -> f64 {
        match self {
            Self::F32 => f64::from(number as f32),
            Self::None => number,
        }
    }
}

/// The elements of a constant of floats, or of integers of 8 bits.
fn floats_or_integers(attribute: Attribute<'_>) -> Option<Vec<f64>> {
    if let Some(numbers) = numbers(attribute, usize::MAX) {
        return Some(numbers);
    }
    let r#type = TensorType::new(ods_bridge::shaped_type_of(attribute)?)?;
    (bit_width(r#type.element)? == 8).then_some(())?;
    let count = r#type.count()?;
    let integers =
        |bytes: &[u8]| -> Vec<f64> { bytes.iter().map(|&byte| f64::from(byte as i8)).collect() };
    if let Some(resource) = DenseResource::cast(attribute) {
        let data = resource.data()?;
        return (data.len() == count).then(|| integers(data));
    }
    let dense = dense_bytes(attribute)?;
    let numbers = integers(&dense.bytes);
    Some(match dense.is_splat {
        true => numbers.repeat(count),
        false => numbers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(rows: &[&[f64]]) -> Result<(Vec<i8>, Scale), String> {
        let columns = rows.first().map_or(0, |row| row.len());
        let split = Ternary::new(rows.len(), columns, |row, column| rows[row][column])?;
        Ok((split.trits, split.scale))
    }

    #[test]
    fn one_magnitude_is_a_scale_of_all() {
        let split = split(&[&[0.5, -0.5, 0.0], &[0.0, -0.0, 0.0]]);
        assert_eq!(split, Ok((vec![1, -1, 0, 0, 0, 0], Scale::Tensor(0.5))));
    }

    #[test]
    fn a_row_of_zeros_between_different_ones_has_scale_1() {
        let split = split(&[&[0.5], &[0.0], &[-2.0]]);
        let scale = Scale::Rows(vec![0.5, 1.0, 2.0]);
        assert_eq!(split, Ok((vec![1, 0, -1], scale)));
    }

    #[test]
    fn trits_have_no_scale() {
        assert_eq!(split(&[&[1.0, 0.0]]), Ok((vec![1, 0], Scale::One)));
        assert_eq!(split(&[&[0.0, 0.0]]), Ok((vec![0, 0], Scale::One)));
        assert_eq!(split(&[]), Ok((vec![], Scale::One)));
    }

    #[test]
    fn other_magnitudes_are_named() {
        let message = "expected ternary weights, but row 1 has magnitudes 0.5 and 0.25";
        assert_eq!(split(&[&[1.0, 0.0], &[0.5, -0.25]]), Err(message.into()));
        let message = "expected finite weights, but got NaN in row 0";
        assert_eq!(split(&[&[f64::NAN]]), Err(message.into()));
    }
}
