//! The answers of experts to tokens.

use crate::{
    Combine, TensorType, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

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
canonicalize!(Combine, zeros_of_no_choice);

/// combine of no choice or no slot → 0: every choice was dropped
fn zeros_of_no_choice<'a>(op: &Combine<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let sizes = [
        (op.weights(), 1),
        (op.indices(), 1),
        (op.positions(), 1),
        (op.outputs(), 0),
        (op.outputs(), 1),
    ];
    if !(sizes.iter()).any(|&(value, dimension)| TensorType::of(value).shape[dimension] == 0) {
        return Err("there may be choices");
    }
    canonicalize::replace_by_zeros(op, builder)
}
