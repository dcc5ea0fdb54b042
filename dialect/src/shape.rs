//! Sizes of operands and results.
//!
//! An op says the shapes of its results once, as [`Shaped`]; its inferred
//! types, its reified shapes and its speculatability follow.

use melior::ir::{
    Attribute, Type, Value, ValueLike,
    r#type::{MemRefType, RankedTensorType, ShapedTypeLike},
};
use ods_bridge::{Diagnostic, Dim};

/// A dynamic size, as MLIR encodes it.
pub const DYNAMIC: i64 = i64::MIN;

/// A ranked tensor or memref type, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorType<'a> {
    /// The sizes, [`DYNAMIC`] where unknown.
    pub shape: Vec<i64>,
    /// The element type.
    pub element: Type<'a>,
    /// The encoding of a tensor.
    pub encoding: Option<Attribute<'a>>,
}

impl<'a> TensorType<'a> {
    /// Takes a type apart, if it is a ranked tensor or a memref.
    pub fn new(r#type: Type<'a>) -> Option<Self> {
        fn parts<'a>(r#type: &impl ShapedTypeLike<'a>) -> (Vec<i64>, Type<'a>) {
            let size = |index| match r#type.dim_size(index) {
                Ok(melior::ir::r#type::DimSize::Static(size)) => size as i64,
                _ => DYNAMIC,
            };
            ((0..r#type.rank()).map(size).collect(), r#type.element())
        }
        if let Ok(tensor) = RankedTensorType::try_from(r#type) {
            let (shape, element) = parts(&tensor);
            let encoding = tensor.encoding();
            return Some(Self {
                shape,
                element,
                encoding,
            });
        }
        let (shape, element) = parts(&MemRefType::try_from(r#type).ok()?);
        Some(Self {
            shape,
            element,
            encoding: None,
        })
    }

    /// Takes a value's type apart.
    ///
    /// # Panics
    ///
    /// When the value is no ranked tensor or memref, which ODS has checked.
    pub fn of(value: Value<'a, '_>) -> Self {
        let r#type = value.r#type();
        Self::new(r#type).unwrap_or_else(|| panic!("{type} is no ranked tensor or memref"))
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// Whether every size is known.
    pub fn is_static(&self) -> bool {
        !self.shape.contains(&DYNAMIC)
    }

    /// Puts the tensor type together again.
    pub fn to_type(&self) -> Type<'a> {
        let shape: Vec<u64> = self.shape.iter().map(|&size| size as u64).collect();
        RankedTensorType::new(&shape, self.element, self.encoding).into()
    }
}

/// An operand, with the name that messages give it.
#[derive(Clone, Debug)]
pub struct Operand<'a> {
    pub name: &'static str,
    pub value: Value<'a, 'a>,
    pub r#type: TensorType<'a>,
}

impl<'a> Operand<'a> {
    /// Takes an operand apart.
    ///
    /// ODS says what it may be, but inference may come before ODS has checked:
    /// that of an op which is only about to be built.
    pub fn new(name: &'static str, value: Value<'a, 'a>) -> Result<Self, Diagnostic<'a>> {
        let r#type = value.r#type();
        match TensorType::new(r#type) {
            Some(r#type) => Ok(Self {
                name,
                value,
                r#type,
            }),
            None => Err(Diagnostic::expected(
                format!("{name} to be a ranked tensor"),
                r#type,
            )),
        }
    }

    /// Takes an operand apart that has that many dimensions.
    pub fn of_rank(
        rank: usize,
        name: &'static str,
        value: Value<'a, 'a>,
    ) -> Result<Self, Diagnostic<'a>> {
        let operand = Self::new(name, value)?;
        if operand.rank() != rank {
            return Err(Diagnostic::expected(
                format!("{name} to have {}", count(rank, "dimension")),
                operand.rank(),
            ));
        }
        Ok(operand)
    }

    pub fn rank(&self) -> usize {
        self.r#type.rank()
    }

    /// A dimension of this operand.
    pub fn size(&self, index: usize) -> Size<'a> {
        Size {
            name: self.name,
            value: self.value,
            index,
            size: self.r#type.shape[index],
        }
    }

    /// The dimensions in a range.
    pub fn sizes(&self, range: std::ops::Range<usize>) -> Vec<Size<'a>> {
        range.map(|index| self.size(index)).collect()
    }

    /// All dimensions.
    pub fn all_sizes(&self) -> Vec<Size<'a>> {
        self.sizes(0..self.rank())
    }

    /// Checks that there is a last dimension, and splits it off.
    pub fn split_last(&self) -> Result<(Vec<Size<'a>>, Size<'a>), Diagnostic<'a>> {
        self.expect_rank_at_least(1)?;
        let last = self.rank() - 1;
        Ok((self.sizes(0..last), self.size(last)))
    }

    /// Checks that the operand has enough dimensions.
    pub fn expect_rank_at_least(&self, rank: usize) -> Result<(), Diagnostic<'a>> {
        if self.rank() < rank {
            return Err(Diagnostic::expected(
                format!(
                    "{} to have at least {}",
                    self.name,
                    count(rank, "dimension")
                ),
                self.rank(),
            ));
        }
        Ok(())
    }
}

/// The size of one dimension of an operand.
#[derive(Clone, Copy, Debug)]
pub struct Size<'a> {
    name: &'static str,
    value: Value<'a, 'a>,
    index: usize,
    size: i64,
}

impl<'a> Size<'a> {
    /// Checks that two sizes can be the same, and gives the better known one.
    ///
    /// A dynamic size agrees with any; a lowering checks at run time.
    pub fn agree(self, with: Self) -> Result<Self, Diagnostic<'a>> {
        if self.size == DYNAMIC || self.size == with.size {
            return Ok(with);
        }
        if with.size == DYNAMIC {
            return Ok(self);
        }
        Err(Diagnostic::expected(
            format!(
                "dimension {} of {} to be {} as dimension {} of {}",
                self.index, self.name, with.size, with.index, with.name
            ),
            self.size,
        )
        .note_value(with.name, with.value))
    }

    /// The note that shows where the size is from.
    pub fn note_on(self, error: Diagnostic<'a>) -> Diagnostic<'a> {
        error.note_value(self.name, self.value)
    }

    /// The size, [`DYNAMIC`] when unknown.
    pub fn get(self) -> i64 {
        self.size
    }

    fn to_dim(self) -> Dim<'a> {
        if self.size == DYNAMIC {
            Dim::Of(self.value, self.index)
        } else {
            Dim::Static(self.size)
        }
    }
}

/// A number of things in words: "1 dimension", "2 dimensions".
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Checks that an operand has exactly those sizes, which are those `of` another
/// one, and gives the better known ones.
pub fn expect_shape<'a>(
    operand: &Operand<'a>,
    sizes: &[Size<'a>],
    of: &Operand<'a>,
) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    if operand.rank() != sizes.len() {
        let error = Diagnostic::expected(
            format!(
                "{} to have {}",
                operand.name,
                count(sizes.len(), "dimension")
            ),
            operand.rank(),
        );
        return Err(error.note_value(of.name, of.value));
    }
    operand
        .all_sizes()
        .into_iter()
        .zip(sizes)
        .map(|(size, &with)| size.agree(with))
        .collect()
}

/// Broadcasts two shapes as NumPy does: aligned at the last dimension, a static
/// 1 stretching to the other side's size. A dynamic size does not stretch.
pub fn broadcast<'a>(lhs: &[Size<'a>], rhs: &[Size<'a>]) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    let rank = lhs.len().max(rhs.len());
    let at = |sizes: &[Size<'a>], index: usize| {
        (index + sizes.len())
            .checked_sub(rank)
            .map(|index| sizes[index])
    };
    (0..rank)
        .map(|index| match (at(lhs, index), at(rhs, index)) {
            (Some(lhs), Some(rhs)) if rhs.size == 1 => Ok(lhs),
            (Some(lhs), Some(rhs)) if lhs.size == 1 => Ok(rhs),
            // The right-hand side is the one that is said to be wrong.
            (Some(lhs), Some(rhs)) => rhs.agree(lhs),
            (Some(size), None) | (None, Some(size)) => Ok(size),
            (None, None) => Err(Diagnostic::new("internal error: a dimension of no side")),
        })
        .collect()
}

/// Checks that an operand broadcasts to a shape, which is that `of` another
/// one, without changing it.
pub fn expect_broadcast_to<'a>(
    operand: &Operand<'a>,
    shape: &[Size<'a>],
    of: &Operand<'a>,
) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    if operand.rank() > shape.len() {
        let error = Diagnostic::expected(
            format!(
                "{} to have at most {}",
                operand.name,
                count(shape.len(), "dimension")
            ),
            operand.rank(),
        );
        return Err(error.note_value(of.name, of.value));
    }
    let offset = shape.len() - operand.rank();
    let mut sizes = shape.to_vec();
    for (index, size) in operand.all_sizes().into_iter().enumerate() {
        if size.size != 1 {
            sizes[offset + index] = size.agree(shape[offset + index])?;
        }
    }
    Ok(sizes)
}

/// The shape and element type of a result.
pub struct ResultShape<'a> {
    pub sizes: Vec<ResultSize<'a>>,
    pub element: Type<'a>,
    pub encoding: Option<Attribute<'a>>,
}

/// A size of a result: one of an operand's, or a constant.
#[derive(Clone, Copy)]
pub enum ResultSize<'a> {
    Of(Size<'a>),
    Static(i64),
}

impl<'a> ResultShape<'a> {
    /// A result without an encoding whose sizes are operands'.
    pub fn new(sizes: &[Size<'a>], element: Type<'a>) -> Self {
        Self {
            sizes: sizes.iter().map(|&size| ResultSize::Of(size)).collect(),
            element,
            encoding: None,
        }
    }

    /// Adds a last dimension of constant size.
    pub fn with_last(mut self, size: i64) -> Self {
        self.sizes.push(ResultSize::Static(size));
        self
    }

    /// Sets the encoding.
    pub fn with_encoding(mut self, encoding: Option<Attribute<'a>>) -> Self {
        self.encoding = encoding;
        self
    }

    /// The type.
    pub fn to_type(&self) -> Type<'a> {
        TensorType {
            shape: self
                .sizes
                .iter()
                .map(|size| match size {
                    ResultSize::Of(size) => size.size,
                    ResultSize::Static(size) => *size,
                })
                .collect(),
            element: self.element,
            encoding: self.encoding,
        }
        .to_type()
    }

    /// The sizes as the bridge takes them.
    pub fn to_dims(&self) -> Vec<Dim<'a>> {
        self.sizes
            .iter()
            .map(|size| match size {
                ResultSize::Of(size) => size.to_dim(),
                ResultSize::Static(size) => Dim::Static(*size),
            })
            .collect()
    }
}

/// An op whose result shapes follow from its operands.
pub trait Shaped<'a> {
    /// The results' shapes; checks the constraints they rest on.
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>>;
}

/// Whether no size can turn out wrong at run time: all are static.
pub fn is_static(operands: &[Value<'_, '_>]) -> bool {
    operands
        .iter()
        .all(|value| TensorType::new(value.r#type()).is_none_or(|r#type| r#type.is_static()))
}

/// Derives inference and reification from [`Shaped`].
macro_rules! infer_from_shapes {
    ($($op:ident),* $(,)?) => {
        $(
            impl<'a> ods_bridge::InferReturnTypes<'a> for crate::$op<'a> {
                fn infer_return_types(
                    &self,
                ) -> Result<Vec<melior::ir::Type<'a>>, ods_bridge::Diagnostic<'a>> {
                    use crate::shape::Shaped;
                    Ok(self.result_shapes()?.iter().map(|shape| shape.to_type()).collect())
                }
            }

            impl<'a> ods_bridge::ReifyResultShapes<'a> for crate::$op<'a> {
                fn reify_result_shapes(
                    &self,
                ) -> Result<Vec<Vec<ods_bridge::Dim<'a>>>, ods_bridge::Diagnostic<'a>> {
                    use crate::shape::Shaped;
                    Ok(self.result_shapes()?.iter().map(|shape| shape.to_dims()).collect())
                }
            }
        )*
    };
}

/// Derives speculatability: an op whose sizes are all static cannot fail.
macro_rules! speculatable_if_static {
    ($($op:ident),* $(,)?) => {
        $(
            impl ods_bridge::Speculate for crate::$op<'_> {
                fn is_speculatable(&self) -> bool {
                    crate::shape::is_static(self.operands())
                }
            }
        )*
    };
}

pub(crate) use {infer_from_shapes, speculatable_if_static};
