//! The gated linear unit with a silu gate.

use crate::{
    Swiglu,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
    tiling::{elementwise, tile},
};
use ods_bridge::Diagnostic;

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
canonicalize!(Swiglu);
