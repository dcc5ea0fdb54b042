//! State-space models.

use crate::{
    SsmOutput, SsmStateUpdate,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, count, expect_broadcast_to, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
};
use ods_bridge::Diagnostic;

impl<'a> Shaped<'a> for SsmStateUpdate<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let state = Operand::new("state", self.state())?;
        // C1
        let (vectors, last) = state.split_last()?;
        // C2
        let mut sizes = expect_shape(&Operand::new("input", self.input())?, &vectors, &state)?;
        sizes.push(last);
        // C3
        sizes = expect_broadcast_to(&Operand::new("A", self.a())?, &sizes, &state)?;
        // C4
        sizes = expect_broadcast_to(&Operand::new("B", self.b())?, &sizes, &state)?;
        Ok(vec![
            ResultShape::new(&sizes, state.r#type.element).with_encoding(state.r#type.encoding),
        ])
    }
}

impl<'a> Shaped<'a> for SsmOutput<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let state = Operand::new("state", self.state())?;
        // C1
        state.expect_rank_at_least(1)?;
        // C2
        let mut sizes =
            expect_broadcast_to(&Operand::new("C", self.c())?, &state.all_sizes(), &state)?;
        sizes.pop();
        // C3
        match *self.skip() {
            [] => {}
            [d, input] => {
                // C4
                sizes = expect_shape(&Operand::new("the input", input)?, &sizes, &state)?;
                // C5
                sizes = expect_broadcast_to(&Operand::new("D", d)?, &sizes, &state)?;
            }
            ref others => {
                return Err(Diagnostic::expected(
                    "skip to be D and the input",
                    count(others.len(), "operand"),
                ));
            }
        }
        Ok(vec![ResultShape::new(&sizes, state.r#type.element)])
    }
}

infer_from_shapes!(SsmStateUpdate, SsmOutput);
speculatable_if_static!(SsmStateUpdate, SsmOutput);
canonicalize!(SsmStateUpdate);
canonicalize!(SsmOutput);
