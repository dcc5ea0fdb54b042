//! The gated linear unit with a silu gate.

use super::function::silu;
use crate::{
    Silu, Swiglu,
    canonicalize::canonicalize,
    constant::{MOST_FOLDED, dense, known_splat, numbers, splat, splat_number},
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
    tiling::{elementwise, tile},
};
use melior::ir::{Attribute, ValueLike};
use ods_bridge::{Builder, Diagnostic, Fold, FoldResult, NoMatch, OpView};

impl<'a> Shaped<'a> for Swiglu<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let gate = Operand::new("gate", self.gate())?;
        let up = Operand::new("up", self.up())?;
        // C1
        let sizes = expect_shape(&up, &gate.all_sizes(), &gate)?;
        // C2
        let unit = gate.unit().expect_dimensionless()?.times(&up.unit());
        Ok(vec![
            ResultShape::new(&sizes, gate.r#type.element)
                .with_encoding(gate.r#type.encoding)
                .with_unit(&unit),
        ])
    }
}

infer_from_shapes!(Swiglu);
speculatable_if_static!(Swiglu);
tile!(Swiglu => elementwise);
canonicalize!(Swiglu, silu_of_unit_up);

impl<'a> Fold<'a> for Swiglu<'a> {
    /// swiglu(constant, constant) → constant
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let [Some(gate), Some(up)] = *constants else {
            return None;
        };
        let r#type = self.result(0)?.r#type();
        let value = |(gate, up): (f64, f64)| silu(gate) * up;
        let folded = match (splat_number(gate), splat_number(up)) {
            (Some(gate), Some(up)) => splat(r#type, value((gate, up))),
            _ => {
                let (gate, up) = (numbers(gate, MOST_FOLDED)?, numbers(up, MOST_FOLDED)?);
                dense(r#type, gate.into_iter().zip(up).map(value).collect())
            }
        };
        Some(vec![FoldResult::Constant(folded?)])
    }
}

/// swiglu(gate, 1) → silu(gate)
fn silu_of_unit_up<'a>(op: &Swiglu<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    if known_splat(op.up()) != Some(1.0) {
        return Err("up is not 1");
    }
    let operation = op.operation().ok_or("an op that does not exist")?;
    let (gate, result) = (
        op.gate().r#type(),
        op.result(0).ok_or("no result")?.r#type(),
    );
    if gate != result {
        return Err("the result has another type than gate");
    }
    let silu = builder.op(Silu::NAME).operand(op.gate()).result(result);
    builder.replace(operation, &[silu.value()]);
    Ok(())
}
