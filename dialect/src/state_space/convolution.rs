//! The time-invariant system as a convolution.

use super::elements::Elements;
use crate::{
    SsmConvolution, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for SsmConvolution<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let x = Operand::of_rank(3, "x", self.x())?;
        let mut sizes = x.all_sizes();
        // C1
        let a = Operand::of_rank(2, "A", self.a())?;
        let mut matrix = vec![a.size(0).agree(sizes[2])?, a.size(1)];
        // C2
        let b = Operand::new("B", self.b())?;
        matrix = expect_shape(&b, &matrix, &a)?;
        // C3
        let c = Operand::new("C", self.c())?;
        sizes[2] = expect_shape(&c, &matrix, &a)?[0];
        // C4
        let d = self.skip().map(|d| Operand::new("D", d)).transpose()?;
        if let Some(d) = &d {
            sizes[2] = expect_shape(d, &sizes[2..], &x)?[0];
        }
        // C5 and C6
        let elements = Elements::new(&x);
        for operand in [&a, &b, &c] {
            elements.expect(operand)?;
        }
        if let Some(d) = &d {
            elements.expect_kind(d, false)?;
        }
        // C7
        a.unit().expect_dimensionless()?;
        // C8
        let mut unit = c.unit().times(&b.unit()).times(&x.unit());
        if let Some(d) = &d {
            unit = d.unit().times(&x.unit()).agree(&unit)?;
        }
        Ok(vec![
            ResultShape::new(&sizes, elements.real())
                .with_encoding(x.r#type.encoding)
                .with_unit(&unit),
        ])
    }
}

infer_from_shapes!(SsmConvolution);
speculatable_if_static!(SsmConvolution);
canonicalize!(SsmConvolution, without_steps);

/// ssm.convolution of no step → nothing
fn without_steps<'a>(op: &SsmConvolution<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 2, &[], builder)
}
