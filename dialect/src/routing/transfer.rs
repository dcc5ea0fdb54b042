//! Values that go from one device to another.

use crate::{
    Storage, Transfer, canonicalize,
    canonicalize::canonicalize,
    shape::{Operand, ResultShape, Shaped},
    storage_of,
    tiling::{elementwise, rowwise, tile, uncut},
};
use melior::ir::{Attribute, Type, ValueLike};
use ods_bridge::{
    Diagnostic, Dim, Fold, FoldResult, InferReturnTypes, OpView, ReifyResultShapes, Tiling, Verify,
    defining_op,
};

impl<'a> Verify<'a> for Transfer<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C1, C2
        for (end, device) in [("from", self.from()), ("to", self.to())] {
            if device.is_empty() {
                return Err(Diagnostic::expected(
                    format!("the name of a device to transfer {end}"),
                    "\"\"",
                ));
            }
        }
        Ok(())
    }
}

impl<'a> Shaped<'a> for Transfer<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let input = Operand::new("input", self.input())?;
        let shape = ResultShape::new(&input.all_sizes(), input.r#type.element)
            .with_encoding(input.r#type.encoding)
            .with_unit(&input.unit());
        Ok(vec![shape])
    }
}

impl<'a> InferReturnTypes<'a> for Transfer<'a> {
    fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>> {
        Ok(vec![self.input().r#type()])
    }
}

impl<'a> ReifyResultShapes<'a> for Transfer<'a> {
    fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>> {
        Ok((self.result_shapes()?.iter())
            .map(ResultShape::to_dims)
            .collect())
    }
}

impl<'a> Fold<'a> for Transfer<'a> {
    /// transfer x from a to a → x, and there and back → x
    fn fold(&self, _: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let result = self.result(0)?;
        if self.from() == self.to() {
            return canonicalize::of_same_type(self.input(), result);
        }
        let there = Transfer::cast(defining_op(self.input())?)?;
        let is_back = there.to() == self.from() && there.from() == self.to();
        is_back
            .then(|| canonicalize::of_same_type(there.input(), result))
            .flatten()
    }
}

tile!(Transfer => part_by_part);
canonicalize!(Transfer);

/// Parts can be on their way while others are computed; of packed trits a part
/// has whole rows.
fn part_by_part<'a>(op: &Transfer<'a>) -> Result<Tiling, Diagnostic<'a>> {
    let input = Operand::new("input", op.input())?;
    match storage_of(&input.r#type) {
        Storage::Dense => elementwise(op),
        Storage::Packed2 | Storage::Packed5 => rowwise(op),
        Storage::Tiled2 | Storage::Tiled5 => {
            uncut(op, "the rows of tiled weights lie between each other")
        }
    }
}
