//! Affine expressions, by which ops of `linalg` index their operands.

use super::{Failure, Result};
use melior::ir::{AffineExpr, AffineMap};

/// An expression in the positions of loops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Affine {
    /// The position of a loop.
    Dimension(usize),
    Constant(i64),
    Binary(Operator, Box<(Affine, Affine)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Multiply,
    /// The remainder is not negative.
    Modulo,
    FloorDivide,
    CeilDivide,
}

impl Affine {
    /// The results of a map.
    pub(super) fn of_map(map: &AffineMap<'_>) -> Result<Vec<Self>> {
        (0..map.result_count())
            .map(|index| Self::new(map.result(index)?))
            .collect()
    }

    fn new(expression: AffineExpr<'_>) -> Result<Self> {
        if expression.is_dim() {
            return Ok(Self::Dimension(expression.dim_position()));
        }
        if expression.is_constant() {
            return Ok(Self::Constant(expression.constant_value()));
        }
        let operator = if expression.is_add() {
            Operator::Add
        } else if expression.is_mul() {
            Operator::Multiply
        } else if expression.is_mod() {
            Operator::Modulo
        } else if expression.is_floor_div() {
            Operator::FloorDivide
        } else if expression.is_ceil_div() {
            Operator::CeilDivide
        } else {
            return Err(Failure::expected(
                "an affine map without symbols",
                expression,
            ));
        };
        let sides = (Self::new(expression.lhs())?, Self::new(expression.rhs())?);
        Ok(Self::Binary(operator, Box::new(sides)))
    }

    /// The value at a point of the loops.
    pub(super) fn evaluate(&self, point: &[i64]) -> Result<i64> {
        let value = match self {
            Self::Dimension(position) => point.get(*position).copied(),
            Self::Constant(value) => Some(*value),
            Self::Binary(operator, sides) => {
                let (x, y) = (sides.0.evaluate(point)?, sides.1.evaluate(point)?);
                match operator {
                    Operator::Add => x.checked_add(y),
                    Operator::Multiply => x.checked_mul(y),
                    // The other three are defined for a positive right side.
                    _ if y <= 0 => None,
                    Operator::Modulo => Some(x.rem_euclid(y)),
                    Operator::FloorDivide => Some(x.div_euclid(y)),
                    Operator::CeilDivide => Some(x.div_euclid(y) + i64::from(x.rem_euclid(y) != 0)),
                }
            }
        };
        value.ok_or_else(|| {
            Failure::expected(
                "an affine expression that has a value",
                format!("none at {point:?}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use melior::{Context, ir::Attribute};
    use pretty_assertions::assert_eq;

    fn evaluate(text: &str, point: &[i64]) -> Result<Vec<i64>> {
        let context = Context::new();
        let attribute = Attribute::parse(&context, text).expect("an attribute");
        let map = ods_bridge::affine_map_of(attribute).expect("a map");
        let results = Affine::of_map(&map)?;
        results
            .iter()
            .map(|result| result.evaluate(point))
            .collect()
    }

    #[test]
    fn evaluates_every_operator() {
        let map = "affine_map<(a, b) -> (b, 7, a + 2 * b, a mod 4, a floordiv 4, a ceildiv 4)>";
        assert_eq!(evaluate(map, &[9, 3]).unwrap(), [3, 7, 15, 1, 2, 3]);
        assert_eq!(evaluate(map, &[-9, 3]).unwrap(), [3, 7, -3, 3, -3, -2]);
    }

    #[test]
    fn refuses_what_has_no_value() {
        let failure = |map, point| match evaluate(map, point) {
            Err(Failure::Here(message)) => message,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            failure("affine_map<(a)[s] -> (a + s)>", &[1]),
            "expected an affine map without symbols, but got s0"
        );
        assert_eq!(
            failure("affine_map<(a) -> (a * 2)>", &[i64::MAX]),
            "expected an affine expression that has a value, but got none at [9223372036854775807]"
        );
    }
}
