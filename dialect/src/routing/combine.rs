//! The answers of experts to tokens.

use crate::{
    Combine,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::Diagnostic;

impl<'a> Shaped<'a> for Combine<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let outputs = Operand::of_rank(3, "outputs", self.outputs())?;
        let weights = Operand::of_rank(2, "weights", self.weights())?;
        // C1
        let indices = Operand::of_rank(2, "indices", self.indices())?;
        let sizes = expect_shape(&indices, &weights.all_sizes(), &weights)?;
        // C2
        let positions = Operand::of_rank(2, "positions", self.positions())?;
        let sizes = expect_shape(&positions, &sizes, &weights)?;
        let unit = outputs.unit().times(&weights.unit());
        Ok(vec![
            ResultShape::new(&[sizes[0], outputs.size(2)], outputs.r#type.element).with_unit(&unit),
        ])
    }
}

infer_from_shapes!(Combine);
speculatable_if_static!(Combine);
canonicalize!(Combine);
