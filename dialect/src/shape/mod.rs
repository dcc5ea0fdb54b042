//! Sizes and units of operands and results.
//!
//! An op says the shapes of its results once, as [`Shaped`]; its inferred
//! types, its reified shapes and its speculatability follow. Sizes carry the
//! names of their dimensions, so that a rule about sizes is one about names.

mod measure;
mod result;
mod size;

use crate::{TensorAttr, unit::Unit};
use melior::ir::{
    Attribute, Type, Value, ValueLike,
    attribute::StringAttribute,
    r#type::{MemRefType, RankedTensorType, ShapedTypeLike},
};
use ods_bridge::{Diagnostic, string_value};

pub use measure::Measure;
pub use result::{ResultShape, ResultSize, Shaped, is_static};
pub(crate) use result::{infer_from_shapes, speculatable_if_static};
pub use size::{Size, broadcast, expect_broadcast_to, expect_shape};

/// A dynamic size, as MLIR encodes it.
pub const DYNAMIC: i64 = i64::MIN;

/// How an encoding says that a dimension has no name.
pub const UNNAMED: &str = "_";

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

    /// The number of elements, if it is known and not beyond a `usize`.
    pub fn count(&self) -> Option<usize> {
        // A 0 wins over sizes whose product is too large.
        if self.is_static() && self.shape.contains(&0) {
            return Some(0);
        }
        self.shape.iter().try_fold(1_usize, |count, &size| {
            count.checked_mul(usize::try_from(size).ok()?)
        })
    }

    /// The name of a dimension, if the encoding gives it one.
    pub fn dimension(&self, index: usize) -> Option<StringAttribute<'a>> {
        let name = *TensorAttr::cast(self.encoding?)?.dims().get(index)?;
        (string_value(name) != UNNAMED).then_some(name)
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
        Size::of(self, index)
    }

    /// The unit of the elements, as far as the type says it.
    pub fn unit(&self) -> Measure<'a> {
        let text = self.r#type.encoding.and_then(TensorAttr::cast);
        let unit = text
            .and_then(|encoding| encoding.unit())
            // The attribute's verifier has read it before.
            .and_then(|text| Unit::parse(string_value(text)).ok());
        Measure::of(self.name, self.value, unit)
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

/// A number of things in words: "1 dimension", "2 dimensions".
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
