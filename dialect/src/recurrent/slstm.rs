//! The extended LSTM with a scalar memory and recurrent mixing.

use crate::{
    DYNAMIC, Slstm, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, count, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

/// The names of the states in messages, in their order.
const STATES: [&str; 4] = ["c", "n", "m", "h"];

impl<'a> Shaped<'a> for Slstm<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let cell = Operand::new("cell_input", self.cell_input())?;
        // C1
        cell.expect_rank_at_least(3)?;
        let mut sizes = cell.all_sizes();
        // C8, here and below
        let mut unit = cell.unit().expect_dimensionless()?;
        for (name, gate) in [
            // C2
            ("input_gate", self.input_gate()),
            // C3
            ("forget_gate", self.forget_gate()),
            // C4
            ("output_gate", self.output_gate()),
        ] {
            let gate = Operand::new(name, gate)?;
            sizes = expect_shape(&gate, &sizes, &cell)?;
            unit = unit.times(&gate.unit().expect_dimensionless()?);
        }
        let time = sizes.len() - 3;
        let time_size = sizes.remove(time);
        // C5
        let recurrent = Operand::of_rank(4, "recurrent", self.recurrent())?;
        let matrices = recurrent.size(0);
        if ![4, DYNAMIC].contains(&matrices.get()) {
            let error = Diagnostic::expected("dimension 0 of recurrent to be 4", matrices.get());
            return Err(matrices.note_on(error));
        }
        sizes[time] = recurrent.size(1).agree(sizes[time])?;
        for dimension in [2, 3] {
            sizes[time + 1] = recurrent.size(dimension).agree(sizes[time + 1])?;
        }
        unit = unit.times(&recurrent.unit().expect_dimensionless()?);
        let states = self.state();
        // C6
        if !states.is_empty() && states.len() != STATES.len() {
            return Err(Diagnostic::expected(
                "state to be c, n, m and h",
                count(states.len(), "operand"),
            ));
        }
        // C7
        for (name, &state) in STATES.into_iter().zip(states) {
            let state = Operand::new(name, state)?;
            sizes = expect_shape(&state, &sizes, &cell)?;
            unit = unit.times(&state.unit().expect_dimensionless()?);
        }
        let mut output_sizes = sizes.clone();
        output_sizes.insert(time, time_size);
        let element = cell.r#type.element;
        let mut shapes =
            vec![ResultShape::new(&output_sizes, element).with_encoding(cell.r#type.encoding)];
        shapes.extend(STATES.map(|_| ResultShape::new(&sizes, element)));
        Ok(shapes)
    }
}

infer_from_shapes!(Slstm);
speculatable_if_static!(Slstm);
canonicalize!(Slstm, drop_zero_state, without_steps);

/// slstm(…, state = 0, 0, 0, 0) → slstm(…)
fn drop_zero_state<'a>(op: &Slstm<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 5, 0.0, builder)
}

/// slstm of no step → nothing, and its state
fn without_steps<'a>(op: &Slstm<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let states: [_; 4] = std::array::from_fn(|index| op.state().get(index).copied());
    canonicalize::without_steps(op, 3, &states, builder)
}
