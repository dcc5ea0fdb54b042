//! The shapes and element types that follow from operands and attributes.

use super::attributes::{flag, numbers};
use fidelity_dialect::TensorType;
use melior::ir::{
    Type,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, shaped_type_of};

/// How the type of the result follows.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// The operand's.
    Same,
    /// That to which both operands broadcast; they have one element type.
    Broadcast,
    Matmul,
    /// The operand's shape.
    Typecast,
    RmsNorm,
    Reduction,
    Concat,
    Permute,
    Reshape,
    Slice,
    /// Each size that many times.
    Multipliers,
    Full,
    Constant,
}

impl Rule {
    /// Checks the type of an op's result.
    pub fn check<'a>(self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let operands: Vec<TensorType<'a>> = operation.operands().map(TensorType::of).collect();
        let result = operation
            .result(0)
            .map_err(|error| Diagnostic::new(error.to_string()))?;
        let result = TensorType::of(result.into());
        let shape = self.shape(operation, &operands, &result)?;
        let element = self.element(&operands, &result)?;
        let expected = TensorType {
            shape,
            element,
            encoding: None,
        };
        if expected != result {
            return Err(Diagnostic::expected(
                format!("a result of type {}", expected.to_type()),
                result.to_type(),
            ));
        }
        Ok(())
    }

    fn element<'a>(
        self,
        operands: &[TensorType<'a>],
        result: &TensorType<'a>,
    ) -> Result<Type<'a>, Diagnostic<'a>> {
        match (self, operands) {
            // The matrix engine takes any two and sums in f32.
            (Self::Matmul | Self::Typecast | Self::Full | Self::Constant, _) => Ok(result.element),
            (_, [first, rest @ ..]) => {
                match rest.iter().find(|other| other.element != first.element) {
                    Some(other) => Err(Diagnostic::expected(
                        format!("operands of one element type, {}", first.element),
                        other.element,
                    )),
                    None => Ok(first.element),
                }
            }
            (_, []) => Ok(result.element),
        }
    }

    fn shape<'a>(
        self,
        operation: OperationRef<'a, 'a>,
        operands: &[TensorType<'a>],
        result: &TensorType<'a>,
    ) -> Result<Vec<i64>, Diagnostic<'a>> {
        let list = |name: &str| numbers(operation, name);
        let expect = |holds: bool, what: &str, got: &dyn std::fmt::Debug| match holds {
            true => Ok(()),
            false => Err(Diagnostic::expected(what, format!("{got:?}"))),
        };
        match (self, operands) {
            (Self::Same | Self::Typecast, [input]) => Ok(input.shape.clone()),
            (Self::Broadcast, [lhs, rhs]) => broadcast(&lhs.shape, &rhs.shape).ok_or_else(|| {
                Diagnostic::expected(
                    format!("an operand that broadcasts with {}", lhs.to_type()),
                    rhs.to_type(),
                )
            }),
            (Self::Matmul, [a, b]) => {
                let (&[rows, inner], &[first, second]) = (&a.shape[..], &b.shape[..]) else {
                    return Err(Diagnostic::expected(
                        "two matrices",
                        format!("{} and {}", a.to_type(), b.to_type()),
                    ));
                };
                let (columns, other) = match flag(operation, "transpose_b") {
                    true => (first, second),
                    false => (second, first),
                };
                expect(inner == other, &format!("{inner} rows of b"), &other)?;
                Ok(vec![rows, columns])
            }
            (Self::RmsNorm, [input, weights @ ..]) => {
                let last: Vec<i64> = input.shape.last().copied().into_iter().collect();
                let normalized = list("normalized_shape");
                expect(
                    normalized == last,
                    &format!("normalized_shape to be {last:?}"),
                    &normalized,
                )?;
                let segments = list("operandSegmentSizes");
                expect(
                    segments == [1, weights.len() as i64, 0],
                    &format!("operandSegmentSizes to be [1, {}, 0]", weights.len()),
                    &segments,
                )?;
                for weight in weights {
                    expect(
                        weight.shape == last,
                        &format!("a weight of shape {last:?}"),
                        &weight.shape,
                    )?;
                }
                Ok(input.shape.clone())
            }
            (Self::Reduction, [input]) => {
                expect(flag(operation, "keep_dim"), "keep_dim to be true", &false)?;
                let mut shape = input.shape.clone();
                for at in list("dim_arg") {
                    *dimension(&mut shape, at)? = 1;
                }
                Ok(shape)
            }
            (Self::Concat, [first, rest @ ..]) => {
                let at = list("dim").first().copied().unwrap_or(-1);
                let mut shape = first.shape.clone();
                for input in rest {
                    let mut others = input.shape.clone();
                    let size = *dimension(&mut others, at)?;
                    *dimension(&mut others, at)? =
                        first.shape.get(at as usize).copied().unwrap_or(0);
                    expect(
                        others == first.shape,
                        &format!(
                            "operands that differ from {} in dimension {at} only",
                            first.to_type()
                        ),
                        &input.shape,
                    )?;
                    *dimension(&mut shape, at)? += size;
                }
                Ok(shape)
            }
            (Self::Permute, [input]) => {
                let permutation = list("permutation");
                let mut sorted = permutation.clone();
                sorted.sort_unstable();
                let all: Vec<i64> = (0..input.rank() as i64).collect();
                expect(
                    sorted == all,
                    &format!("a permutation of {} dimensions", all.len()),
                    &permutation,
                )?;
                Ok(permutation
                    .iter()
                    .map(|&from| input.shape[from as usize])
                    .collect())
            }
            (Self::Reshape, [input]) => {
                let shape = list("shape");
                let count = shape.iter().product::<i64>();
                let elements = input.shape.iter().product::<i64>();
                expect(
                    count == elements,
                    &format!("a shape of {elements} elements"),
                    &shape,
                )?;
                Ok(shape)
            }
            (Self::Slice, [input]) => {
                slice(&input.shape, [list("begins"), list("ends"), list("step")])
            }
            (Self::Multipliers, [input]) => {
                let factors = list("broadcast_dimensions");
                let holds = factors.len() == input.rank()
                    && factors
                        .iter()
                        .zip(&input.shape)
                        .all(|(&factor, &size)| factor == 1 || factor > 1 && size == 1);
                expect(
                    holds,
                    &format!(
                        "a factor for each dimension, 1 unless its size in {} is 1",
                        input.to_type()
                    ),
                    &factors,
                )?;
                Ok(input
                    .shape
                    .iter()
                    .zip(factors)
                    .map(|(size, factor)| size * factor)
                    .collect())
            }
            (Self::Full, []) => Ok(list("shape")),
            (Self::Constant, []) => {
                let r#type = operation.attribute("value").ok().and_then(shaped_type_of);
                expect(
                    r#type == Some(result.to_type()),
                    &format!("a value of type {}", result.to_type()),
                    &r#type.map(|r#type| r#type.to_string()),
                )?;
                Ok(result.shape.clone())
            }
            _ => Err(Diagnostic::expected(
                "another number of operands",
                operands.len(),
            )),
        }
    }
}

/// The size of a dimension by its number, which may not be there.
fn dimension<'a>(shape: &mut [i64], at: i64) -> Result<&mut i64, Diagnostic<'a>> {
    let rank = shape.len();
    usize::try_from(at)
        .ok()
        .and_then(|at| shape.get_mut(at))
        .ok_or_else(|| Diagnostic::expected(format!("one of {rank} dimensions"), at))
}

/// The shape to which two broadcast, as in NumPy.
fn broadcast(lhs: &[i64], rhs: &[i64]) -> Option<Vec<i64>> {
    let rank = lhs.len().max(rhs.len());
    let padded = |shape: &[i64]| [vec![1; rank - shape.len()], shape.to_vec()].concat();
    padded(lhs)
        .into_iter()
        .zip(padded(rhs))
        .map(|sizes| match sizes {
            (lhs, rhs) if lhs == rhs || rhs == 1 => Some(lhs),
            (1, rhs) => Some(rhs),
            _ => None,
        })
        .collect()
}

fn slice<'a>(
    sizes: &[i64],
    [begins, ends, steps]: [Vec<i64>; 3],
) -> Result<Vec<i64>, Diagnostic<'a>> {
    let rank = sizes.len();
    if [&begins, &ends, &steps]
        .iter()
        .any(|list| list.len() != rank)
    {
        return Err(Diagnostic::expected(
            format!("{rank} begins, ends and steps"),
            format!("{}, {} and {}", begins.len(), ends.len(), steps.len()),
        ));
    }
    (0..rank)
        .map(|at| {
            let (begin, end, step) = (begins[at], ends[at], steps[at]);
            if begin < 0 || begin >= end || end > sizes[at] || step < 1 {
                return Err(Diagnostic::expected(
                    format!("a slice within {}", sizes[at]),
                    format!("{begin} to {end} in steps of {step}"),
                ));
            }
            Ok((end - begin + step - 1) / step)
        })
        .collect()
}
