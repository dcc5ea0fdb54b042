//! `arith` and `math` on blocks, rounded to their types.

use super::block::{Block, Element, Elements};
use melior::ir::{
    attribute::{DenseElementsAttribute, IntegerAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{float_value, name_of};

/// Evaluates an op of `arith` or `math` whose result has a shape and a type.
pub fn evaluate(
    operation: OperationRef<'_, '_>,
    operands: &[&Block],
    shape: &[usize],
    element: Element,
) -> Result<Block, String> {
    let with = |elements| Block {
        shape: shape.to_vec(),
        element,
        elements,
    };
    let predicate = || number(operation, "predicate");
    match (name_of(operation), operands) {
        ("arith.constant", []) => constant(operation, shape, element),
        ("arith.select", [condition, then, otherwise]) => {
            let condition = condition.ints()?;
            let mut chosen = (*otherwise).clone();
            match (&mut chosen.elements, &then.elements) {
                (Elements::Float(to), Elements::Float(from)) => choose(to, from, condition),
                (Elements::Int(to), Elements::Int(from)) => choose(to, from, condition),
                _ => return Err("expected two values of one type".into()),
            }
            Ok(chosen)
        }
        ("arith.cmpi", [x, y]) => {
            let predicate = predicate()?;
            let pairs = x.ints()?.iter().zip(y.ints()?);
            let compared =
                pairs.map(|(&lhs, &rhs)| compare_integers(predicate, x.element, lhs, rhs));
            let compared = compared.map(|is| is.map(i64::from));
            Ok(with(Elements::Int(compared.collect::<Result<_, _>>()?)))
        }
        ("arith.cmpf", [x, y]) => {
            let predicate = predicate()?;
            let pairs = x.floats()?.iter().zip(y.floats()?);
            let compared = pairs.map(|(&x, &y)| compare_floats(predicate, x, y).map(i64::from));
            Ok(with(Elements::Int(compared.collect::<Result<_, _>>()?)))
        }
        (name, _) => elementwise(name, operands, element),
    }
}

/// A number that is an attribute of an op.
pub fn number(operation: OperationRef<'_, '_>, name: &str) -> Result<i64, String> {
    let attribute = operation
        .attribute(name)
        .map_err(|error| error.to_string())?;
    let number = IntegerAttribute::try_from(attribute).map_err(|error| error.to_string())?;
    Ok(number.value())
}

/// A constant of one value.
fn constant(
    operation: OperationRef<'_, '_>,
    shape: &[usize],
    element: Element,
) -> Result<Block, String> {
    let count = shape.iter().product();
    let value = operation
        .attribute("value")
        .map_err(|error| error.to_string())?;
    let value = match DenseElementsAttribute::try_from(value) {
        Ok(elements) if elements.is_splat() => elements.splat_value(),
        Ok(_) => return Err("expected a splat".into()),
        Err(_) => value,
    };
    let elements = match float_value(value) {
        Some(number) => Elements::Float(vec![number; count]),
        None => {
            let number = IntegerAttribute::try_from(value).map_err(|error| error.to_string())?;
            Elements::Int(vec![element.wrap(number.value()); count])
        }
    };
    Ok(Block {
        shape: shape.to_vec(),
        element,
        elements,
    })
}

fn choose<T: Copy>(to: &mut [T], from: &[T], condition: &[i64]) {
    for ((to, &from), &condition) in to.iter_mut().zip(from).zip(condition) {
        if condition != 0 {
            *to = from;
        }
    }
}

/// An op of each element by itself.
fn elementwise(name: &str, operands: &[&Block], element: Element) -> Result<Block, String> {
    let unknown = || "an op that is not known".to_owned();
    let first = operands.first().ok_or_else(unknown)?;
    if operands.iter().any(|operand| operand.shape != first.shape) {
        return Err("expected operands of one shape".into());
    }
    let elements = match (operands, &first.elements) {
        ([x], Elements::Float(values)) => match unary(name) {
            Some(function) => Elements::Float(
                values
                    .iter()
                    .map(|&value| element.round(function(value)))
                    .collect(),
            ),
            None => return convert(name, x, element),
        },
        ([x], _) => return convert(name, x, element),
        ([_, y], Elements::Float(values)) => {
            let function = binary(name).ok_or_else(unknown)?;
            let pairs = values.iter().zip(y.floats()?);
            Elements::Float(
                pairs
                    .map(|(&x, &y)| element.round(function(x, y)))
                    .collect(),
            )
        }
        ([_, y], Elements::Int(values)) => {
            let function = integer(name).ok_or_else(unknown)?;
            let pairs = values.iter().zip(y.ints()?);
            let results = pairs.map(|(&x, &y)| Ok(element.wrap(function(element, x, y)?)));
            Elements::Int(results.collect::<Result<_, String>>()?)
        }
        _ => return Err(unknown()),
    };
    Ok(Block {
        shape: first.shape.clone(),
        element,
        elements,
    })
}

/// A float function of one operand.
fn unary(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "math.absf" => f64::abs,
        "math.exp" => f64::exp,
        "math.exp2" => f64::exp2,
        "math.log" => f64::ln,
        "math.sqrt" => f64::sqrt,
        "math.rsqrt" => |x| 1.0 / x.sqrt(),
        "math.floor" => f64::floor,
        "math.erf" => erf,
        _ => return None,
    })
}

/// A float op of two operands.
pub fn binary(name: &str) -> Option<fn(f64, f64) -> f64> {
    fn unless_nan(x: f64, y: f64, value: f64) -> f64 {
        match x.is_nan() || y.is_nan() {
            true => f64::NAN,
            false => value,
        }
    }
    Some(match name {
        "arith.addf" => |x, y| x + y,
        "arith.subf" => |x, y| x - y,
        "arith.mulf" => |x, y| x * y,
        "arith.divf" => |x, y| x / y,
        "arith.maximumf" => |x, y| unless_nan(x, y, x.max(y)),
        "arith.minimumf" => |x, y| unless_nan(x, y, x.min(y)),
        "arith.maxnumf" => f64::max,
        "arith.minnumf" => f64::min,
        _ => return None,
    })
}

/// An integer op of two operands of a type.
type Integer = fn(Element, i64, i64) -> Result<i64, String>;

/// An integer op, whose result is not wrapped to its type yet.
pub fn integer(name: &str) -> Option<Integer> {
    fn divided(divided: Option<u64>) -> Result<i64, String> {
        let number = divided.ok_or("a division by 0")?;
        Ok(number as i64)
    }
    Some(match name {
        "arith.addi" => |_, x, y| Ok(x.wrapping_add(y)),
        "arith.subi" => |_, x, y| Ok(x.wrapping_sub(y)),
        "arith.muli" => |_, x, y| Ok(x.wrapping_mul(y)),
        "arith.andi" => |_, x, y| Ok(x & y),
        "arith.ori" => |_, x, y| Ok(x | y),
        "arith.xori" => |_, x, y| Ok(x ^ y),
        "arith.shrui" => |of, x, y| match of.unsigned(y) < u64::from(of.bits()) {
            true => Ok((of.unsigned(x) >> y) as i64),
            false => Err("a shift too far".into()),
        },
        "arith.divui" => |of, x, y| divided(of.unsigned(x).checked_div(of.unsigned(y))),
        "arith.remui" => |of, x, y| divided(of.unsigned(x).checked_rem(of.unsigned(y))),
        "arith.maxsi" => |_, x, y| Ok(x.max(y)),
        "arith.minsi" => |_, x, y| Ok(x.min(y)),
        _ => return None,
    })
}

/// A comparison of integers by the number of its predicate.
fn compare_integers(predicate: i64, element: Element, x: i64, y: i64) -> Result<bool, String> {
    let unsigned = |value| element.unsigned(value);
    Ok(match predicate {
        0 => x == y,
        1 => x != y,
        2 => x < y,
        3 => x <= y,
        4 => x > y,
        5 => x >= y,
        6 => unsigned(x) < unsigned(y),
        other => return Err(format!("predicate {other} of arith.cmpi is not known")),
    })
}

/// A comparison of floats by the number of its predicate.
fn compare_floats(predicate: i64, x: f64, y: f64) -> Result<bool, String> {
    Ok(match predicate {
        1 => x == y,
        2 => x > y,
        3 => x >= y,
        4 => x < y,
        5 => x <= y,
        14 => x.is_nan() || y.is_nan(),
        other => return Err(format!("predicate {other} of arith.cmpf is not known")),
    })
}

/// A conversion to another element type.
fn convert(name: &str, block: &Block, to: Element) -> Result<Block, String> {
    let floats = || block.floats();
    let ints = || block.ints();
    let elements = match name {
        "arith.extf" | "arith.truncf" => {
            Elements::Float(floats()?.iter().map(|&value| to.round(value)).collect())
        }
        "arith.sitofp" => Elements::Float(
            ints()?
                .iter()
                .map(|&value| to.round(value as f64))
                .collect(),
        ),
        "arith.fptosi" => {
            let one = |&value: &f64| {
                let whole = value.trunc();
                let number = whole as i64;
                // Out of range the result has no meaning.
                let fits = number as f64 == whole && to.wrap(number) == number;
                fits.then_some(number)
                    .ok_or_else(|| format!("{value} does not fit into {to:?}"))
            };
            Elements::Int(floats()?.iter().map(one).collect::<Result<_, _>>()?)
        }
        "arith.extsi" | "arith.trunci" | "arith.index_cast" => {
            // A bit is -1 where its sign counts.
            let signed = |value: i64| match block.element {
                Element::Int(1) => -value,
                _ => value,
            };
            Elements::Int(
                ints()?
                    .iter()
                    .map(|&value| to.wrap(signed(value)))
                    .collect(),
            )
        }
        "arith.extui" => Elements::Int(
            ints()?
                .iter()
                .map(|&value| to.wrap(block.element.unsigned(value) as i64))
                .collect(),
        ),
        _ => return Err(format!("{name} is no conversion that is known")),
    };
    Ok(Block {
        shape: block.shape.clone(),
        element: to,
        elements,
    })
}

/// erf by its series, and by a continued fraction of erfc where it is near 1.
fn erf(x: f64) -> f64 {
    let magnitude = x.abs();
    let value = if magnitude < 3.0 {
        let mut term = magnitude;
        let mut sum = magnitude;
        for n in 1..100 {
            term *= -magnitude * magnitude / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    } else {
        let mut fraction = 0.0;
        for n in (1..60).rev() {
            fraction = f64::from(n) / 2.0 / (magnitude + fraction);
        }
        let scale = (-magnitude * magnitude).exp() / std::f64::consts::PI.sqrt();
        1.0 - scale / (magnitude + fraction)
    };
    value.copysign(x)
}

#[cfg(test)]
mod tests {
    #[test]
    fn erf_is_as_tables_have_it() {
        for (x, expected) in [
            (0.0, 0.0),
            (0.5, 0.520_499_877_813_046_5),
            (-1.0, -0.842_700_792_949_714_9),
            (2.9, 0.999_958_902_121_900_5),
            (3.1, 0.999_988_351_342_632_8),
        ] {
            assert!((super::erf(x) - expected).abs() < 1e-13, "{x}");
        }
    }
}
