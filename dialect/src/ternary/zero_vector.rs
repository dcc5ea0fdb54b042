//! A vector of zeros.

use crate::{
    DYNAMIC, TensorType, ZeroVector,
    canonicalize::cast_to,
    constant::{index_value, splat},
};
use melior::ir::{Attribute, ValueLike, attribute::IntegerAttribute};
use ods_bridge::{
    Along, Builder, Canonicalize, Diagnostic, Dim, Fold, FoldResult, NoMatch, OpView, Patterns,
    ReifyResultShapes, Tile, Tiling, Verify,
};

impl<'a> Verify<'a> for ZeroVector<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C1
        let rank = self
            .result(0)
            .map_or(0, |result| TensorType::of(result).rank());
        if rank != 1 {
            return Err(Diagnostic::expected("a result of one dimension", rank));
        }
        Ok(())
    }
}

impl<'a> ReifyResultShapes<'a> for ZeroVector<'a> {
    fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>> {
        Ok(vec![vec![Dim::Value(self.size())]])
    }
}

impl<'a> Tile<'a> for ZeroVector<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        // The operand is the size.
        Ok(Tiling::parallel(1)
            .operand([Along::Loop(0)])
            .result([Along::Loop(0)]))
    }
}

impl<'a> Fold<'a> for ZeroVector<'a> {
    /// zero_vector(n) : tensor<nxF> → constant 0; a size that the type
    /// contradicts is the run time's to report
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let size = IntegerAttribute::try_from((*constants.first()?)?).ok()?;
        let r#type = self.result(0)?.r#type();
        (TensorType::new(r#type)?.shape == [size.value()]).then_some(())?;
        Some(vec![FoldResult::Constant(splat(r#type, 0.0)?)])
    }
}

impl Canonicalize for ZeroVector<'_> {
    fn canonicalization_patterns(patterns: &mut Patterns<'_>) {
        patterns.add(ZeroVector::NAME, |operation, builder| {
            static_size(&ZeroVector::cast(operation).ok_or("another op")?, builder)
        });
    }
}

/// zero_vector(constant n) : tensor<?xF> → cast(zero_vector(n) : tensor<nxF>)
fn static_size<'a>(op: &ZeroVector<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let operation = op.operation().ok_or("an op that does not exist")?;
    let result = op.result(0).ok_or("no result")?;
    let mut r#type = TensorType::of(result);
    let size = index_value(op.size())
        .filter(|&size| size >= 0)
        .ok_or("the size is not constant")?;
    if r#type.shape != [DYNAMIC] {
        return Err("the type says the size");
    }
    r#type.shape = vec![size];
    let vector = builder
        .op(ZeroVector::NAME)
        .operand(op.size())
        .result(r#type.to_type())
        .value();
    builder.replace(operation, &[cast_to(vector, result.r#type(), builder)]);
    Ok(())
}
