//! Types of the IR, and whether values are of them.

use super::{Failure, Result, Value};
use crate::{Storage, TensorType, storage_of};
use fidelity_reference::{ElementType, Tensor, storage};
use melior::ir::{
    Type, TypeLike,
    r#type::{IntegerType, RankedTensorType},
};
use std::fmt::{self, Display, Formatter};

/// A type whose values can be held.
#[derive(Clone, Debug)]
pub(super) enum ValueType {
    Number(ElementType),
    Tensor {
        element: ElementType,
        /// The sizes, `None` where they are known at run time only.
        shape: Vec<Option<usize>>,
        /// A packed tensor is held as its trits, and has its logical shape.
        storage: Storage,
    },
}

impl ValueType {
    /// Takes a type apart.
    ///
    /// An `index` is held as an i64.
    pub(super) fn new(r#type: Type<'_>) -> Result<Self> {
        if let Some(number) = element_type(r#type) {
            return Ok(Self::Number(number));
        }
        let tensor = RankedTensorType::try_from(r#type)
            .ok()
            .and_then(|_| TensorType::new(r#type))
            .ok_or_else(|| {
                Failure::new(format!(
                    "expected a number or a ranked tensor, but got a value of type {type}; \
                     the reference interpreter has no memory: evaluate the function before \
                     it is bufferised, or compile it"
                ))
            })?;
        let element = element_type(tensor.element).ok_or_else(|| {
            Failure::expected(
                "elements of type f16, bf16, f32, f64, complex<f32>, complex<f64>, i1, i8, i16, \
                 i32, i64, ui8 or index",
                tensor.element,
            )
        })?;
        Ok(Self::Tensor {
            element,
            shape: tensor
                .shape
                .iter()
                // A dynamic size is negative.
                .map(|&size| usize::try_from(size).ok())
                .collect(),
            storage: storage_of(&tensor),
        })
    }

    /// The type of the number or of the tensor's elements.
    pub(super) fn element(&self) -> ElementType {
        match self {
            Self::Number(element) | Self::Tensor { element, .. } => *element,
        }
    }

    /// The sizes, none for a number.
    pub(super) fn shape(&self) -> &[Option<usize>] {
        match self {
            Self::Number(_) => &[],
            Self::Tensor { shape, .. } => shape,
        }
    }

    /// Whether both are types of tensors whose elements are held alike.
    pub(super) fn is_stored_as(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Tensor {
                    element, storage, ..
                },
                Self::Tensor {
                    element: other,
                    storage: stored,
                    ..
                },
            ) => element == other && storage == stored,
            _ => false,
        }
    }

    /// Checks that `what` is of this type: the element type, the rank and every
    /// static size.
    pub(super) fn check(&self, what: impl Display, value: &Value) -> Result<()> {
        let agrees = match (self, value) {
            (Self::Number(r#type), Value::Number(number)) => {
                r#type.is_float() == number.float().is_ok()
                    && r#type.is_complex() == number.complex().is_ok()
            }
            (Self::Tensor { element, shape, .. }, Value::Tensor(tensor)) => {
                *element == tensor.element_type() && fits(shape, tensor.shape())
            }
            _ => false,
        };
        if agrees {
            return Ok(());
        }
        Err(match value {
            Value::Number(number) => Failure::expected(
                format!("{what} to be of type {self}"),
                format!("{number:?}"),
            ),
            Value::Tensor(tensor) => {
                Failure::expected(format!("{what} to be of type {self}"), tensor)
            }
        })
    }

    /// A tensor from outside as a value of this type.
    ///
    /// A tensor of rank 0 is also a number. A packed tensor is given as its
    /// trits, i8, or as the bytes that store them, ui8.
    pub(super) fn accept(&self, what: impl Display, input: Tensor) -> Result<Value> {
        let value = match self {
            Self::Number(element) if input.rank() == 0 && input.element_type() == *element => {
                Value::Number(super::value::element(&input, 0))
            }
            Self::Tensor { shape, storage, .. } if *storage != Storage::Dense => {
                match (input.element_type(), shape.last()) {
                    (ElementType::U8, Some(&Some(columns))) => {
                        storage::unpack(&input, (*storage).into(), columns)?.into()
                    }
                    _ => self.stored(input)?.into(),
                }
            }
            _ => input.into(),
        };
        self.check(what, &value)?;
        Ok(value)
    }

    /// The elements that a tensor has once it is stored as this type says: in
    /// packed storage a value that is not a trit counts by its sign.
    pub(super) fn stored(&self, tensor: Tensor) -> Result<Tensor> {
        match (self, tensor.integers()) {
            (Self::Tensor { storage, .. }, Some(values)) if *storage != Storage::Dense => {
                let trits = values.iter().map(|value| value.signum()).collect();
                Ok(Tensor::from_integers(
                    tensor.element_type(),
                    tensor.shape(),
                    trits,
                )?)
            }
            _ => Ok(tensor),
        }
    }
}

/// The type as MLIR writes it, an encoding but for its storage left out.
impl Display for ValueType {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(element) => write!(formatter, "{element}"),
            Self::Tensor {
                element,
                shape,
                storage,
            } => {
                formatter.write_str("tensor<")?;
                for size in shape {
                    match size {
                        Some(size) => write!(formatter, "{size}x")?,
                        None => formatter.write_str("?x")?,
                    }
                }
                match storage {
                    Storage::Dense => write!(formatter, "{element}>"),
                    storage => write!(formatter, "{element}> stored {storage}"),
                }
            }
        }
    }
}

/// Whether sizes known at run time are those of a type.
fn fits(shape: &[Option<usize>], sizes: &[usize]) -> bool {
    shape.len() == sizes.len()
        && shape
            .iter()
            .zip(sizes)
            .all(|(known, size)| known.is_none_or(|known| known == *size))
}

/// The element type that holds the values of a type of numbers.
fn element_type(r#type: Type<'_>) -> Option<ElementType> {
    if r#type.is_f16() {
        Some(ElementType::F16)
    } else if r#type.is_bf16() {
        Some(ElementType::BF16)
    } else if r#type.is_f32() {
        Some(ElementType::F32)
    } else if r#type.is_f64() {
        Some(ElementType::F64)
    } else if r#type.is_index() {
        Some(ElementType::I64)
    } else if let Some(part) = ods_bridge::complex_element(r#type) {
        match element_type(part)? {
            ElementType::F32 => Some(ElementType::ComplexF32),
            ElementType::F64 => Some(ElementType::ComplexF64),
            _ => None,
        }
    } else {
        let integer = IntegerType::try_from(r#type).ok()?;
        match (integer.width(), integer.is_signless()) {
            (1, true) => Some(ElementType::I1),
            (8, true) => Some(ElementType::I8),
            (16, true) => Some(ElementType::I16),
            (32, true) => Some(ElementType::I32),
            (64, true) => Some(ElementType::I64),
            (8, false) if integer.is_unsigned() => Some(ElementType::U8),
            _ => None,
        }
    }
}
