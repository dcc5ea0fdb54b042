//! Activations: one operand, one result of the same type.

use super::function;
use crate::{
    EluPlusOne, Exp, Gelu, Relu, Sigmoid, Silu, Softplus, SquaredRelu, Tanh, canonicalize,
    canonicalize::canonicalize,
    constant::{MOST_FOLDED, dense, numbers, splat, splat_number},
    shape::{Operand, ResultShape, Shaped},
    tiling::{elementwise, tile},
};
use melior::ir::{Attribute, Type, Value, ValueLike};
use ods_bridge::{
    Diagnostic, Dim, Fold, FoldResult, InferReturnTypes, NoMatch, OpView, ReifyResultShapes,
    Verify, defining_op, name_of,
};

/// An activation as a function of a number.
trait Function {
    fn evaluate(&self, x: f64) -> f64;
}

/// Implements the hooks of activations: f(constant) → constant, a splat of any
/// size, other constants of few elements. The result has the unit of the operand
/// to a power.
macro_rules! activation {
    ($op:ident, |$self:ident, $x:ident| $value:expr, $power:expr $(, $pattern:path)*) => {
        impl Function for $op<'_> {
            fn evaluate(&self, $x: f64) -> f64 {
                let $self = self;
                let _ = $self;
                $value
            }
        }

        impl<'a> Shaped<'a> for $op<'a> {
            fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
                let input = Operand::new("input", self.input())?;
                Ok(vec![ResultShape::new(&input.all_sizes(), input.r#type.element)
                    .with_encoding(input.r#type.encoding)
                    .with_unit(&input.unit().power($power))])
            }
        }

        impl<'a> ReifyResultShapes<'a> for $op<'a> {
            fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>> {
                Ok(self.result_shapes()?.iter().map(ResultShape::to_dims).collect())
            }
        }

        impl<'a> Fold<'a> for $op<'a> {
            fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
                let x = (*constants.first()?)?;
                let r#type = self.result(0)?.r#type();
                let folded = match splat_number(x) {
                    Some(x) => splat(r#type, self.evaluate(x)),
                    None => {
                        let values = numbers(x, MOST_FOLDED)?;
                        let values = values.into_iter().map(|x| self.evaluate(x)).collect();
                        dense(r#type, values)
                    }
                };
                Some(vec![FoldResult::Constant(folded?)])
            }
        }

        tile!($op => elementwise);
        canonicalize!($op $(, $pattern)*);
    };
}

/// An activation that has a meaning for numbers only.
macro_rules! transcendental {
    ($op:ident, $($function:tt)*) => {
        activation!($op, $($function)*, 1);

        same_type!($op);

        impl<'a> Verify<'a> for $op<'a> {
            fn verify(&self) -> Result<(), Diagnostic<'a>> {
                // C1
                let input = Operand::new("input", self.input())?;
                input.unit().expect_dimensionless().map(drop)
            }
        }
    };
}

macro_rules! same_type {
    ($op:ident) => {
        impl<'a> InferReturnTypes<'a> for $op<'a> {
            fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>> {
                Ok(vec![self.input().r#type()])
            }
        }
    };
}

transcendental!(Sigmoid, |_op, x| function::sigmoid(x));
transcendental!(Tanh, |_op, x| x.tanh());
transcendental!(Silu, |_op, x| function::silu(x));
transcendental!(Exp, |_op, x| x.exp());
transcendental!(Softplus, |_op, x| function::softplus(x));
transcendental!(EluPlusOne, |_op, x| function::elu_plus_one(x));
transcendental!(Gelu, |op, x| function::gelu(x, op.approximation()));
activation!(Relu, |_op, x| function::relu(x), 1, relu_of_no_negative);
same_type!(Relu);
activation!(
    SquaredRelu,
    |_op, x| function::relu(x).powi(2),
    2,
    squared_relu_of_relu
);

impl<'a> InferReturnTypes<'a> for SquaredRelu<'a> {
    fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>> {
        Ok(self
            .result_shapes()?
            .iter()
            .map(ResultShape::to_type)
            .collect())
    }
}

/// relu(f(x)) → f(x) where f has no negative values, nor -0: relu, squared_relu,
/// sigmoid, exp, softplus and elu_plus_one, all of which keep NaN, as relu does
fn relu_of_no_negative<'a>(
    op: &Relu<'a>,
    builder: &ods_bridge::Builder<'a>,
) -> Result<(), NoMatch> {
    if !is_not_negative(op.input()) {
        return Err("the operand may be negative");
    }
    let operation = op.operation().ok_or("an op that does not exist")?;
    builder.replace(operation, &[op.input()]);
    Ok(())
}

/// Whether a value has no elements below 0, nor -0.
pub fn is_not_negative(value: Value<'_, '_>) -> bool {
    defining_op(value).is_some_and(|operation| {
        matches!(
            name_of(operation),
            Relu::NAME
                | SquaredRelu::NAME
                | Sigmoid::NAME
                | Exp::NAME
                | Softplus::NAME
                | EluPlusOne::NAME
        )
    })
}

/// relu(relu(x))² → relu(x)²
fn squared_relu_of_relu<'a>(
    op: &SquaredRelu<'a>,
    builder: &ods_bridge::Builder<'a>,
) -> Result<(), NoMatch> {
    let inner = defining_op(op.input())
        .and_then(Relu::cast)
        .ok_or("the operand is no relu")?;
    canonicalize::replace_operands(op, &[vec![inner.input()]], builder)
}
