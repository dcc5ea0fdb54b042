//! State-space duality.

use super::one_step::step_of_ssd;
use crate::{
    DYNAMIC, SsmSsd, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, Size, count, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for SsmSsd<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let x = Operand::of_rank(4, "x", self.x())?;
        let mut sizes = x.all_sizes();
        // C1
        let dt = Operand::new("dt", self.dt())?;
        let known = expect_shape(&dt, &sizes[..3], &x)?;
        sizes.splice(..3, known);
        // C2
        let a = Operand::new("A", self.a())?;
        sizes[2] = expect_shape(&a, &sizes[2..3], &x)?[0];
        // C3
        let b = Operand::of_rank(4, "B", self.b())?;
        let own = b.sizes(2..4);
        let mut projection = expect_shape(&b, &[&sizes[..2], &own].concat(), &x)?;
        // C4
        let c = Operand::new("C", self.c())?;
        projection = expect_shape(&c, &projection, &b)?;
        sizes.splice(..2, projection[..2].iter().copied());
        // C6
        let d = self.skip().map(|d| Operand::new("D", d)).transpose()?;
        if let Some(d) = &d {
            sizes[2] = expect_shape(d, &sizes[2..3], &x)?[0];
        }
        // C7
        let gate = self.gate().map(|gate| Operand::new("gate", gate));
        let gate = gate.transpose()?;
        if let Some(gate) = &gate {
            sizes = expect_shape(gate, &sizes, &x)?;
        }
        // C8
        let mut state_sizes = vec![sizes[0], sizes[2], sizes[3], projection[3]];
        let state = self.state().map(|state| Operand::new("state", state));
        let state = state.transpose()?;
        if let Some(state) = &state {
            state_sizes = expect_shape(state, &state_sizes, &x)?;
            (sizes[0], sizes[2], sizes[3]) = (state_sizes[0], state_sizes[1], state_sizes[2]);
        }
        // C5
        expect_groups(projection[2], sizes[2])?;

        // C9 and C10
        let mut delta = dt.unit();
        if self.delta_softplus() {
            delta = delta.expect_dimensionless()?;
        }
        delta.times(&a.unit()).expect_dimensionless()?;
        if let Some(gate) = &gate {
            gate.unit().expect_dimensionless()?;
        }
        // C11
        let mut unit = delta.times(&x.unit()).times(&b.unit());
        if let Some(state) = &state {
            unit = state.unit().agree(&unit)?;
        }
        // C12
        let mut output = c.unit().times(&unit);
        if let Some(d) = &d {
            output = d.unit().times(&x.unit()).agree(&output)?;
        }
        let element = x.r#type.element;
        Ok(vec![
            ResultShape::new(&sizes, element)
                .with_encoding(x.r#type.encoding)
                .with_unit(&output),
            ResultShape::new(&state_sizes, element).with_unit(&unit),
        ])
    }
}

/// Checks that G groups divide H heads.
fn expect_groups<'a>(groups: Size<'a>, heads: Size<'a>) -> Result<(), Diagnostic<'a>> {
    let (number, of) = (groups.get(), heads.get());
    if number == DYNAMIC || of == DYNAMIC || of == 0 || number != 0 && of % number == 0 {
        return Ok(());
    }
    let error = Diagnostic::expected(
        format!("the groups of B to divide {}", count(of as usize, "head")),
        count(number as usize, "group"),
    );
    Err(heads.note_on(error))
}

infer_from_shapes!(SsmSsd);
speculatable_if_static!(SsmSsd);
canonicalize!(SsmSsd, drop_zero_state, without_steps, step_of_ssd);

/// ssm.ssd(…, state = 0) → ssm.ssd(…)
fn drop_zero_state<'a>(op: &SsmSsd<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 7, 0.0, builder)
}

/// ssm.ssd of no step → nothing, and its state
fn without_steps<'a>(op: &SsmSsd<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 3, &[op.state()], builder)
}
