//! The MatMul-free linear gated recurrent unit.

use crate::{
    Mlgru, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for Mlgru<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let forget = Operand::new("forget", self.forget())?;
        // C1
        forget.expect_rank_at_least(2)?;
        // C2
        let mut sizes = expect_shape(
            &Operand::new("candidate", self.candidate())?,
            &forget.all_sizes(),
            &forget,
        )?;
        // C3
        if let Some(gate) = self.gate() {
            sizes = expect_shape(&Operand::new("gate", gate)?, &sizes, &forget)?;
        }
        let time = sizes.len() - 2;
        let mut state_sizes = sizes.clone();
        let time_size = state_sizes.remove(time);
        // C4
        if let Some(state) = self.state() {
            state_sizes = expect_shape(&Operand::new("state", state)?, &state_sizes, &forget)?;
        }
        // C5
        if let Some(bound) = self.lower_bound() {
            let channels = Operand::of_rank(1, "lower_bound", bound)?
                .size(0)
                .agree(state_sizes[time])?;
            state_sizes[time] = channels;
        }
        let mut output_sizes = state_sizes.clone();
        output_sizes.insert(time, time_size);
        let element = forget.r#type.element;
        Ok(vec![
            ResultShape::new(&output_sizes, element).with_encoding(forget.r#type.encoding),
            ResultShape::new(&state_sizes, element),
        ])
    }
}

infer_from_shapes!(Mlgru);
speculatable_if_static!(Mlgru);
canonicalize!(Mlgru, drop_zero_state, drop_zero_bound);

/// mlgru(…, state = 0) → mlgru(…)
fn drop_zero_state<'a>(op: &Mlgru<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 3, 0.0, builder)
}

/// mlgru(…, lower_bound = 0) → mlgru(…)
fn drop_zero_bound<'a>(op: &Mlgru<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 4, 0.0, builder)
}
