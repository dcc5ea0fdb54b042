//! `toy.outer`: result types that follow from operands, and sizes as values.

use crate::Outer;
use melior::ir::{
    Type, Value, ValueLike,
    r#type::{DimSize, RankedTensorType, ShapedTypeLike},
};
use ods_bridge::{Diagnostic, Dim, InferReturnTypes, ReifyResultShapes};

/// The type of a vector.
fn vector<'a>(name: &str, value: Value<'a, 'a>) -> Result<RankedTensorType<'a>, Diagnostic<'a>> {
    // Types are inferred before ODS has checked those of the operands.
    RankedTensorType::try_from(value.r#type())
        .ok()
        .filter(|r#type| r#type.rank() == 1)
        .ok_or_else(|| Diagnostic::expected(format!("{name} to be a vector"), value.r#type()))
}

/// The size of a vector as MLIR encodes it, a dynamic one too.
fn size(vector: RankedTensorType<'_>) -> u64 {
    match vector.dim_size(0) {
        Ok(DimSize::Static(size)) => size,
        _ => i64::MIN as u64,
    }
}

impl<'a> InferReturnTypes<'a> for Outer<'a> {
    fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>> {
        let lhs = vector("lhs", self.lhs())?;
        let rhs = vector("rhs", self.rhs())?;
        // C1
        if lhs.element() != rhs.element() {
            return Err(Diagnostic::expected(
                format!("rhs to have elements of type {}", lhs.element()),
                rhs.element(),
            )
            .note_value("lhs", self.lhs())
            .note_value("rhs", self.rhs()));
        }
        let sizes = [size(lhs), size(rhs)];
        Ok(vec![
            RankedTensorType::new(&sizes, lhs.element(), None).into(),
        ])
    }
}

impl<'a> ReifyResultShapes<'a> for Outer<'a> {
    fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>> {
        Ok(vec![vec![Dim::Of(self.lhs(), 0), Dim::Of(self.rhs(), 0)]])
    }
}
