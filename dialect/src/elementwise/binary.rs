//! Sum, difference and product with broadcasting.

use super::unary::is_not_negative;
use crate::{
    Add, Multiply, Subtract, TensorType, TernaryLinear,
    canonicalize::canonicalize,
    constant::{MOST_FOLDED, dense, known_splat, numbers, splat, splat_number},
    shape::{
        Measure, Operand, ResultShape, Shaped, broadcast, infer_from_shapes, speculatable_if_static,
    },
    ternary::is_unrounded_sum,
    tiling::{elementwise, tile},
};
use melior::ir::{Attribute, Value, ValueLike};
use ods_bridge::{
    Builder, Diagnostic, Fold, FoldResult, NoMatch, OpView, defining_op, has_one_use,
};

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
    ($op:ident, $operator:tt, $unit:expr, $identity:expr, $commutes:expr $(, $pattern:path)*) => {
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

        canonicalize!($op $(, $pattern)*);
    };
}

// x + -0 = x for every x; x + 0 is not x for x = -0.
arithmetic!(Add, +, equal_units, -0.0, true);
arithmetic!(Subtract, -, equal_units, 0.0, false);
arithmetic!(Multiply, *, |lhs: &Measure<'a>, rhs| Ok(lhs.times(rhs)), 1.0, true, scale_of_linear);
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
    // The 0 of the other sign makes 0 of -0, and of nothing else another number.
    let is_identity = |x: Value<'a, 'a>, value: Value<'a, 'a>| {
        known_splat(value).is_some_and(|number| {
            number.to_bits() == T::RIGHT_IDENTITY.to_bits()
                || number == 0.0 && T::RIGHT_IDENTITY == 0.0 && is_never_negative_zero(x)
        })
    };
    // x op identity → x
    if is_identity(lhs, rhs) && lhs.r#type() == result.r#type() {
        return Some(vec![FoldResult::Value(lhs)]);
    }
    if T::COMMUTES && is_identity(rhs, lhs) && rhs.r#type() == result.r#type() {
        return Some(vec![FoldResult::Value(rhs)]);
    }
    // constant op constant → constant
    let (left, right) = (left?, right?);
    let folded = match (splat_number(left), splat_number(right)) {
        (Some(left), Some(right)) => splat(result.r#type(), T::evaluate(left, right)),
        _ => {
            let shape = TensorType::of(result).shape;
            let [left, right] = [(lhs, left), (rhs, right)]
                .map(|(value, constant)| stretched(value, constant, &shape));
            let pairs = left?.into_iter().zip(right?);
            let numbers = pairs
                .map(|(left, right)| T::evaluate(left, right))
                .collect();
            dense(result.r#type(), numbers)
        }
    };
    Some(vec![FoldResult::Constant(folded?)])
}

/// Whether no element of a value is -0.
///
/// Sums that begin at 0 are none, where they are not rounded afterwards: what
/// adds up to nothing is 0. A number below 0 may be rounded to -0.
fn is_never_negative_zero(value: Value<'_, '_>) -> bool {
    is_not_negative(value)
        || defining_op(value)
            .and_then(TernaryLinear::cast)
            .is_some_and(|linear| is_unrounded_sum(&linear))
}

/// The elements of a constant, broadcast to a static shape of few elements.
fn stretched(value: Value<'_, '_>, constant: Attribute<'_>, shape: &[i64]) -> Option<Vec<f64>> {
    let mut result = numbers(constant, MOST_FOLDED)?;
    let own = TensorType::of(value).shape;
    let missing = shape.len().checked_sub(own.len())?;
    // From the last dimension on, each as large as what is inside of it.
    let mut inner = 1;
    for (index, &size) in shape.iter().enumerate().rev() {
        let size = usize::try_from(size).ok()?;
        let stays = index >= missing && own[index - missing] == size as i64;
        if !stays {
            let count = result.len() * size;
            if count > MOST_FOLDED {
                return None;
            }
            result = match inner {
                0 => Vec::new(),
                inner => (result.chunks(inner))
                    .flat_map(|chunk| std::iter::repeat_n(chunk, size))
                    .flatten()
                    .copied()
                    .collect(),
            };
        }
        inner *= size;
    }
    Some(result)
}

/// ternary_linear(x, w) ⊙ s → ternary_linear(x, w, scale s), s a scalar or one
/// for each row of w
///
/// Where the sum is kept in the type that it has as a result, so that nothing is
/// rounded between the two; a scale that is there already would be one more
/// rounding, and stays.
fn scale_of_linear<'a>(op: &Multiply<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let (lhs, rhs) = op.sides();
    let operation = op.operation().ok_or("an op that does not exist")?;
    let result = op.result(0).ok_or("no result")?;
    for (product, scale) in [(lhs, rhs), (rhs, lhs)] {
        let Some(linear) = defining_op(product).and_then(TernaryLinear::cast) else {
            continue;
        };
        if product.r#type() != result.r#type() || !has_one_use(product) {
            return Err("the product is used as it is");
        }
        let scaled = linear.with_scale(scale, builder)?;
        builder.replace(operation, &[scaled]);
        return Ok(());
    }
    Err("no operand is a linear layer")
}
