//! The types of results, from the sizes and units of operands.

use super::{Measure, Size, TensorType};
use crate::{DYNAMIC, Storage, TensorAttr, attributes::encoding, unit::Unit};
use melior::ir::{Attribute, Type, TypeLike, Value, ValueLike};
use ods_bridge::{Diagnostic, Dim, context_of};

/// The shape, element type and measures of a result.
///
/// Its dimensions have the names of the sizes that they come from.
pub struct ResultShape<'a> {
    pub sizes: Vec<ResultSize<'a>>,
    pub element: Type<'a>,
    storage: Storage,
    unit: Option<Unit>,
    // An encoding that is not ours says what it says of the whole type.
    foreign: Option<Attribute<'a>>,
}

/// A size of a result: one of an operand's, an operand itself, or a constant.
#[derive(Clone, Copy)]
pub enum ResultSize<'a> {
    Of(Size<'a>),
    Value(Value<'a, 'a>),
    Static(i64),
}

impl<'a> ResultSize<'a> {
    /// The size, [`DYNAMIC`] when unknown.
    pub fn get(&self) -> i64 {
        match self {
            Self::Of(size) => size.get(),
            Self::Value(_) => DYNAMIC,
            Self::Static(size) => *size,
        }
    }
}

impl<'a> ResultShape<'a> {
    /// A dense result without a unit whose sizes are operands'.
    pub fn new(sizes: &[Size<'a>], element: Type<'a>) -> Self {
        Self::of_sizes(
            sizes.iter().map(|&size| ResultSize::Of(size)).collect(),
            element,
        )
    }

    /// A dense result without a unit.
    pub fn of_sizes(sizes: Vec<ResultSize<'a>>, element: Type<'a>) -> Self {
        Self {
            sizes,
            element,
            storage: Storage::Dense,
            unit: None,
            foreign: None,
        }
    }

    /// Adds a last dimension of constant size.
    pub fn with_last(mut self, size: i64) -> Self {
        self.sizes.push(ResultSize::Static(size));
        self
    }

    /// Gives the elements a unit, if it is known.
    pub fn with_unit(mut self, unit: &Measure<'a>) -> Self {
        self.unit = unit.unit().cloned();
        self
    }

    /// Sets how the elements are stored.
    pub fn with_storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// Takes the storage of an operand's encoding, or all of an encoding that
    /// is not ours. Names come from sizes, and the unit from
    /// [`ResultShape::with_unit`].
    pub fn with_encoding(mut self, encoding: Option<Attribute<'a>>) -> Self {
        match encoding.map(|encoding| (encoding, TensorAttr::cast(encoding))) {
            None => self,
            Some((_, Some(ours))) => self.with_storage(ours.storage()),
            Some((foreign, None)) => {
                self.foreign = Some(foreign);
                self
            }
        }
    }

    /// The type.
    pub fn to_type(&self) -> Type<'a> {
        let names: Vec<_> = self
            .sizes
            .iter()
            .map(|size| match size {
                ResultSize::Of(size) => size.name(),
                ResultSize::Value(_) | ResultSize::Static(_) => None,
            })
            .collect();
        let context = context_of(self.element.context());
        TensorType {
            shape: self.sizes.iter().map(ResultSize::get).collect(),
            element: self.element,
            encoding: self
                .foreign
                .or_else(|| encoding(context, &names, self.unit.as_ref(), self.storage)),
        }
        .to_type()
    }

    /// The sizes as the bridge takes them.
    pub fn to_dims(&self) -> Vec<Dim<'a>> {
        self.sizes
            .iter()
            .map(|size| match size {
                ResultSize::Of(size) => size.to_dim(),
                ResultSize::Value(value) => Dim::Value(*value),
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
