//! Sum, difference and product with broadcasting.

use crate::{
    Add, Multiply, Subtract,
    canonicalize::canonicalize,
    constant::{is_splat_of, splat, splat_number},
    shape::{
        Measure, Operand, ResultShape, Shaped, broadcast, infer_from_shapes, speculatable_if_static,
    },
    tiling::{elementwise, tile},
};
use melior::ir::{Attribute, Value, ValueLike};
use ods_bridge::{Diagnostic, Fold, FoldResult};

/// What the three ops share.
trait Arithmetic<'a> {
    fn sides(&self) -> (Value<'a, 'a>, Value<'a, 'a>);

    /// Both operands constant.
    fn evaluate(lhs: f64, rhs: f64) -> f64;

    /// The unit of the result.
    fn unit(lhs: &Measure<'a>, rhs: &Measure<'a>) -> Result<Measure<'a>, Diagnostic<'a>>;

    /// The right-hand side that leaves the left one as it is, bit for bit.
    const RIGHT_IDENTITY: f64;
    /// Whether it is the identity on the left too.
    const COMMUTES: bool;
}

macro_rules! arithmetic {
    ($op:ident, $operator:tt, $unit:expr, $identity:expr, $commutes:expr) => {
        impl<'a> Arithmetic<'a> for $op<'a> {
            fn sides(&self) -> (Value<'a, 'a>, Value<'a, 'a>) {
                (self.lhs(), self.rhs())
            }

            fn evaluate(lhs: f64, rhs: f64) -> f64 {
                lhs $operator rhs
            }

            fn unit(lhs: &Measure<'a>, rhs: &Measure<'a>) -> Result<Measure<'a>, Diagnostic<'a>> {
                $unit(lhs, rhs)
            }

            const RIGHT_IDENTITY: f64 = $identity;
            const COMMUTES: bool = $commutes;
        }

        impl<'a> Shaped<'a> for $op<'a> {
            fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
                broadcast_result(self)
            }
        }

        impl<'a> Fold<'a> for $op<'a> {
            fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
                fold(self, self.result(0)?, constants)
            }
        }

        canonicalize!($op);
    };
}

// x + -0 = x for every x; x + 0 is not x for x = -0.
arithmetic!(Add, +, equal_units, -0.0, true);
arithmetic!(Subtract, -, equal_units, 0.0, false);
arithmetic!(Multiply, *, |lhs: &Measure<'a>, rhs| Ok(lhs.times(rhs)), 1.0, true);
infer_from_shapes!(Add, Subtract, Multiply);
speculatable_if_static!(Add, Subtract, Multiply);
tile!(Add, Subtract, Multiply => elementwise);

fn equal_units<'a>(lhs: &Measure<'a>, rhs: &Measure<'a>) -> Result<Measure<'a>, Diagnostic<'a>> {
    // C2
    rhs.agree(lhs)
}

fn broadcast_result<'a, T: Arithmetic<'a>>(op: &T) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
    let (lhs, rhs) = op.sides();
    let (lhs, rhs) = (Operand::new("lhs", lhs)?, Operand::new("rhs", rhs)?);
    // C1
    let sizes = broadcast(&lhs.all_sizes(), &rhs.all_sizes())?;
    let encoding = (lhs.r#type.encoding == rhs.r#type.encoding)
        .then_some(lhs.r#type.encoding)
        .flatten();
    Ok(vec![
        ResultShape::new(&sizes, lhs.r#type.element)
            .with_encoding(encoding)
            .with_unit(&T::unit(&lhs.unit(), &rhs.unit())?),
    ])
}

fn fold<'a, T: Arithmetic<'a>>(
    op: &T,
    result: Value<'a, 'a>,
    constants: &[Option<Attribute<'a>>],
) -> Option<Vec<FoldResult<'a>>> {
    let (lhs, rhs) = op.sides();
    let [left, right] = *constants else {
        return None;
    };
    // x op identity → x
    if is_splat_of(right, T::RIGHT_IDENTITY) && lhs.r#type() == result.r#type() {
        return Some(vec![FoldResult::Value(lhs)]);
    }
    if T::COMMUTES && is_splat_of(left, T::RIGHT_IDENTITY) && rhs.r#type() == result.r#type() {
        return Some(vec![FoldResult::Value(rhs)]);
    }
    // splat op splat → splat
    let number = T::evaluate(splat_number(left?)?, splat_number(right?)?);
    Some(vec![FoldResult::Constant(splat(result.r#type(), number)?)])
}
