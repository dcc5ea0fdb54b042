//! The router.

use crate::{
    DYNAMIC, Route, Softmax, TensorType, canonicalize,
    canonicalize::canonicalize,
    shape::{Operand, ResultShape, Shaped, count, infer_from_shapes, speculatable_if_static},
};
use melior::ir::{Type, r#type::IntegerType};
use ods_bridge::{Builder, Diagnostic, NoMatch, context_of};

impl<'a> Shaped<'a> for Route<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let logits = Operand::new("logits", self.logits())?;
        // C1
        let (tokens, experts) = logits.split_last()?;
        let top_k = self.top_k();
        // C2
        if top_k <= 0 {
            return Err(Diagnostic::expected("top_k to be positive", top_k));
        }
        // C3
        if experts.get() != DYNAMIC && experts.get() < top_k {
            let error = Diagnostic::expected(
                format!(
                    "top_k to be at most {}",
                    count(experts.get() as usize, "expert")
                ),
                top_k,
            );
            return Err(experts.note_on(error));
        }
        // C4
        let unit = logits.unit().expect_dimensionless()?;
        let i32_type: Type<'a> = IntegerType::new(context_of(self.context()), 32).into();
        let result = |element| ResultShape::new(&tokens, element).with_last(top_k);
        Ok(vec![
            result(logits.r#type.element).with_unit(&unit),
            result(i32_type),
        ])
    }
}

infer_from_shapes!(Route);
speculatable_if_static!(Route);
canonicalize!(Route, softmax_of_all_selected);

/// route(l, k = E) softmax(all) → route(l, k = E) softmax(selected): the same
/// sum, in the same order
fn softmax_of_all_selected<'a>(op: &Route<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let experts = TensorType::of(op.logits()).shape.last().copied();
    if op.softmax() == Softmax::Selected || experts != Some(op.top_k()) {
        return Err("the sum is over the selected, or there may be others");
    }
    let operands = canonicalize::segments(op);
    canonicalize::replace(op, &operands, &[("softmax", None)], builder)
}
