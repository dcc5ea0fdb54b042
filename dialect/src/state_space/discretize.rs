//! From a continuous system to a discrete one.

use super::elements::Elements;
use crate::{
    Discretization, SsmDiscretize, TensorType, canonicalize,
    canonicalize::canonicalize,
    constant::{MOST_FOLDED, constant_value, tensor},
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use fidelity_reference::state_space::{Discretization as Method, discretize};
use ods_bridge::{Builder, Diagnostic, NoMatch};

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
canonicalize!(SsmDiscretize, discretize_constants);

/// ssm.discretize(constants) → constants, in f64 and rounded once: what a model
/// of fixed parameters needs at run time
fn discretize_constants<'a>(op: &SsmDiscretize<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let size = op
        .result(0)
        .and_then(|result| TensorType::of(result).count());
    if size.is_none_or(|size| size > MOST_FOLDED) {
        return Err("a result of unknown size, or large");
    }
    let parameter = |value| {
        constant_value(value)
            .and_then(|constant| tensor(constant, MOST_FOLDED))
            .ok_or("an operand is not constant, or large")
    };
    let (dt, a, b) = (parameter(op.dt())?, parameter(op.a())?, parameter(op.b())?);
    let method = match op.method() {
        Discretization::Zoh => Method::Zoh,
        Discretization::Euler => Method::Euler,
        Discretization::Bilinear => Method::Bilinear,
    };
    let (discrete_a, discrete_b) =
        discretize(&dt, &a, &b, method).map_err(|_| "operands that are wrong")?;
    canonicalize::replace_by_constants(op, &[discrete_a, discrete_b], builder)
}
