//! The scan of a diagonal system.

use super::{elements::Elements, one_step::step_of_scan};
use crate::{
    SsmScan, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Measure, Operand, ResultShape, Shaped, Size, count, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
};
use melior::ir::Value;
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for SsmScan<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let x = Operand::of_rank(3, "x", self.x())?;
        let optional = |name, value: Option<Value<'a, 'a>>| {
            value.map(|value| Operand::new(name, value)).transpose()
        };
        let mut sizes = x.all_sizes();
        // C1
        let dt = optional("dt", self.dt())?;
        if let Some(dt) = &dt {
            sizes = expect_shape(dt, &sizes, &x)?;
        }
        // C2
        let a = Operand::of_rank(2, "A", self.a())?;
        sizes[2] = a.size(0).agree(sizes[2])?;
        let mut states = a.size(1);
        // C3
        let b = Operand::new("B", self.b())?;
        expect_projection(&b, &mut sizes, &mut states)?;
        // C4
        let c = Operand::new("C", self.c())?;
        expect_projection(&c, &mut sizes, &mut states)?;
        // C5
        let d = optional("D", self.skip())?;
        if let Some(d) = &d {
            sizes[2] = expect_shape(d, &sizes[2..], &x)?[0];
        }
        // C6
        let gate = optional("gate", self.gate())?;
        if let Some(gate) = &gate {
            sizes = expect_shape(gate, &sizes, &x)?;
        }
        // C7
        let mut state_sizes = vec![sizes[0], sizes[2], states];
        let state = optional("state", self.state())?;
        if let Some(state) = &state {
            state_sizes = expect_shape(state, &state_sizes, &x)?;
            (sizes[0], sizes[2]) = (state_sizes[0], state_sizes[1]);
        }

        // C8 and C9
        let elements = Elements::new(&x);
        for operand in [&dt, &d, &gate].into_iter().flatten() {
            elements.expect_kind(operand, false)?;
        }
        let is_complex = elements.expect(&a)? | elements.expect(&b)?;
        elements.expect(&c)?;
        // C10
        if let Some(state) = &state {
            elements.expect_kind(state, is_complex)?;
        }
        // C11
        if self.delta_softplus() && dt.is_none() {
            return Err(Diagnostic::expected("delta for delta_softplus", "none"));
        }

        // C12 and C13
        let delta = match &dt {
            Some(dt) if self.delta_softplus() => dt.unit().expect_dimensionless()?,
            Some(dt) => dt.unit(),
            None => Measure::number(),
        };
        delta.times(&a.unit()).expect_dimensionless()?;
        if let Some(gate) = &gate {
            gate.unit().expect_dimensionless()?;
        }
        // C14
        let mut unit = delta.times(&x.unit()).times(&b.unit());
        if let Some(state) = &state {
            unit = state.unit().agree(&unit)?;
        }
        // C15
        let mut output = c.unit().times(&unit);
        if let Some(d) = &d {
            output = d.unit().times(&x.unit()).agree(&output)?;
        }
        Ok(vec![
            ResultShape::new(&sizes, elements.real())
                .with_encoding(x.r#type.encoding)
                .with_unit(&output),
            ResultShape::new(&state_sizes, elements.of_kind(is_complex)).with_unit(&unit),
        ])
    }
}

/// Checks that an operand is `[B, T, N]` or `[D, N]`; `sizes` are those of
/// `[B, T, D]`.
fn expect_projection<'a>(
    operand: &Operand<'a>,
    sizes: &mut [Size<'a>],
    states: &mut Size<'a>,
) -> Result<(), Diagnostic<'a>> {
    let leading = match operand.rank() {
        2 => 2..3,
        3 => 0..2,
        rank => {
            return Err(Diagnostic::expected(
                format!("{} to be [B, T, N] or [D, N]", operand.name),
                count(rank, "dimension"),
            ));
        }
    };
    for (index, at) in leading.enumerate() {
        sizes[at] = operand.size(index).agree(sizes[at])?;
    }
    *states = operand.size(operand.rank() - 1).agree(*states)?;
    Ok(())
}

infer_from_shapes!(SsmScan);
speculatable_if_static!(SsmScan);
canonicalize!(SsmScan, drop_zero_state, without_steps, step_of_scan);

/// ssm.scan(…, state = 0) → ssm.scan(…)
fn drop_zero_state<'a>(op: &SsmScan<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 7, 0.0, builder)
}

/// ssm.scan of no step → nothing, and its state
fn without_steps<'a>(op: &SsmScan<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 2, &[op.state()], builder)
}
