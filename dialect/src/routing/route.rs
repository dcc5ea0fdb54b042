//! The router.

use crate::{
    DYNAMIC, Route,
    canonicalize::canonicalize,
    shape::{Operand, ResultShape, Shaped, count, infer_from_shapes, speculatable_if_static},
};
use melior::ir::{Type, r#type::IntegerType};
use ods_bridge::{Diagnostic, context_of};

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
canonicalize!(Route);
