//! From a continuous system to a discrete one.

use super::elements::Elements;
use crate::{
    SsmDiscretize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::Diagnostic;

impl<'a> Shaped<'a> for SsmDiscretize<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let dt = Operand::new("dt", self.dt())?;
        let a = Operand::of_rank(2, "A", self.a())?;
        let b = Operand::of_rank(2, "B", self.b())?;
        // C1
        let (mut sizes, channels) = dt.split_last()?;
        // C2
        let matrix = [a.size(0).agree(channels)?, a.size(1)];
        // C3
        sizes.extend(expect_shape(&b, &matrix, &a)?);
        // C4 and C5
        let elements = Elements::new(&dt);
        let is_complex = elements.expect(&a)? | elements.expect(&b)?;
        let element = elements.of_kind(is_complex);
        // C6
        let number = dt.unit().times(&a.unit()).expect_dimensionless()?;
        let fed = dt.unit().times(&b.unit());
        Ok(vec![
            ResultShape::new(&sizes, element).with_unit(&number),
            ResultShape::new(&sizes, element).with_unit(&fed),
        ])
    }
}

infer_from_shapes!(SsmDiscretize);
speculatable_if_static!(SsmDiscretize);
canonicalize!(SsmDiscretize);
