//! The multi-dimensional damped exponential moving average of Mega.

use crate::{
    Ema, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for Ema<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let input = Operand::new("input", self.input())?;
        // C1
        input.expect_rank_at_least(2)?;
        let mut sizes = input.all_sizes();
        let time = sizes.len() - 2;
        let time_size = sizes.remove(time);
        // C2
        let alpha = Operand::of_rank(2, "alpha", self.alpha())?;
        let mut matrix = vec![alpha.size(0).agree(sizes[time])?, alpha.size(1)];
        // C3
        let delta = Operand::new("delta", self.delta())?;
        matrix = expect_shape(&delta, &matrix, &alpha)?;
        // C4
        let beta = Operand::new("beta", self.beta())?;
        matrix = expect_shape(&beta, &matrix, &alpha)?;
        // C5
        let eta = Operand::new("eta", self.eta())?;
        matrix = expect_shape(&eta, &matrix, &alpha)?;
        sizes.splice(time.., matrix);
        // C7
        alpha.unit().times(&delta.unit()).expect_dimensionless()?;
        let mut unit = alpha.unit().times(&beta.unit()).times(&input.unit());
        if let Some(state) = self.state() {
            let state = Operand::new("state", state)?;
            // C6
            sizes = expect_shape(&state, &sizes, &input)?;
            // C8
            unit = state.unit().agree(&unit)?;
        }
        let mut output_sizes = sizes[..=time].to_vec();
        output_sizes.insert(time, time_size);
        let element = input.r#type.element;
        Ok(vec![
            ResultShape::new(&output_sizes, element)
                .with_encoding(input.r#type.encoding)
                .with_unit(&eta.unit().times(&unit)),
            ResultShape::new(&sizes, element).with_unit(&unit),
        ])
    }
}

infer_from_shapes!(Ema);
speculatable_if_static!(Ema);
canonicalize!(Ema, drop_zero_state, without_steps);

/// ema(…, state = 0) → ema(…)
fn drop_zero_state<'a>(op: &Ema<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 5, 0.0, builder)
}

/// ema of no step → nothing, and its state
fn without_steps<'a>(op: &Ema<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 2, &[op.state()], builder)
}
