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
        let candidate = Operand::new("candidate", self.candidate())?;
        let mut sizes = expect_shape(&candidate, &forget.all_sizes(), &forget)?;
        // C6, here and below
        let mut unit = forget.unit().expect_dimensionless()?;
        unit = unit.times(&candidate.unit().expect_dimensionless()?);
        // C3
        if let Some(gate) = self.gate() {
            let gate = Operand::new("gate", gate)?;
            sizes = expect_shape(&gate, &sizes, &forget)?;
            unit = unit.times(&gate.unit().expect_dimensionless()?);
        }
        let time = sizes.len() - 2;
        let mut state_sizes = sizes.clone();
        let time_size = state_sizes.remove(time);
        // C4
        if let Some(state) = self.state() {
            let state = Operand::new("state", state)?;
            state_sizes = expect_shape(&state, &state_sizes, &forget)?;
            unit = unit.times(&state.unit().expect_dimensionless()?);
        }
        // C5
        if let Some(bound) = self.lower_bound() {
            let bound = Operand::of_rank(1, "lower_bound", bound)?;
            state_sizes[time] = bound.size(0).agree(state_sizes[time])?;
            unit = unit.times(&bound.unit().expect_dimensionless()?);
        }
        let mut output_sizes = state_sizes.clone();
        output_sizes.insert(time, time_size);
        let element = forget.r#type.element;
        Ok(vec![
            ResultShape::new(&output_sizes, element)
                .with_encoding(forget.r#type.encoding)
                .with_unit(&unit),
            ResultShape::new(&state_sizes, element).with_unit(&unit),
        ])
    }
}

infer_from_shapes!(Mlgru);
speculatable_if_static!(Mlgru);
canonicalize!(Mlgru, drop_zero_state, drop_zero_bound, without_steps);

/// mlgru(…, state = 0) → mlgru(…)
fn drop_zero_state<'a>(op: &Mlgru<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 3, 0.0, builder)
}

/// mlgru(…, lower_bound = 0) → mlgru(…)
fn drop_zero_bound<'a>(op: &Mlgru<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 4, 0.0, builder)
}

/// mlgru of no step → nothing, and its state
fn without_steps<'a>(op: &Mlgru<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 2, &[op.state()], builder)
}
