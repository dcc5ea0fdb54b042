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
        for (name, value) in [
            // C3
            ("delta", self.delta()),
            // C4
            ("beta", self.beta()),
            // C5
            ("eta", self.eta()),
        ] {
            matrix = expect_shape(&Operand::new(name, value)?, &matrix, &alpha)?;
        }
        sizes.splice(time.., matrix);
        // C6
        if let Some(state) = self.state() {
            sizes = expect_shape(&Operand::new("state", state)?, &sizes, &input)?;
        }
        let mut output_sizes = sizes[..=time].to_vec();
        output_sizes.insert(time, time_size);
        let element = input.r#type.element;
        Ok(vec![
            ResultShape::new(&output_sizes, element).with_encoding(input.r#type.encoding),
            ResultShape::new(&sizes, element),
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
