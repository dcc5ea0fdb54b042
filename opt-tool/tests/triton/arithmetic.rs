//! `arith` and `math` on scalars, rounded to their types.

use super::block::{Block, Element, Elements};

/// A float function of one operand.
pub fn unary(name: &str, x: f64) -> Option<f64> {
    Some(match name {
        "math.absf" => x.abs(),
        "math.exp" => x.exp(),
        "math.exp2" => x.exp2(),
        "math.log" => x.ln(),
        "math.sqrt" => x.sqrt(),
        "math.rsqrt" => 1.0 / x.sqrt(),
        "math.floor" => x.floor(),
        "math.erf" => erf(x),
        _ => return None,
    })
}

/// A float op of two operands.
pub fn binary(name: &str, x: f64, y: f64) -> Option<f64> {
    let nan = x.is_nan() || y.is_nan();
    Some(match name {
        "arith.addf" => x + y,
        "arith.subf" => x - y,
        "arith.mulf" => x * y,
        "arith.divf" => x / y,
        "arith.maximumf" if nan => f64::NAN,
        "arith.minimumf" if nan => f64::NAN,
        "arith.maximumf" | "arith.maxnumf" => x.max(y),
        "arith.minimumf" | "arith.minnumf" => x.min(y),
        _ => return None,
    })
}

/// An integer op of two operands of a type.
pub fn integer(name: &str, element: Element, x: i64, y: i64) -> Result<i64, String> {
    let unsigned = |value| element.unsigned(value);
    let by_zero = || format!("{name}: a division by 0");
    let value = match name {
        "arith.addi" => x.wrapping_add(y),
        "arith.subi" => x.wrapping_sub(y),
        "arith.muli" => x.wrapping_mul(y),
        "arith.andi" => x & y,
        "arith.ori" => x | y,
        "arith.xori" => x ^ y,
        "arith.shrui" => unsigned(x).checked_shr(y as u32).ok_or("a shift too far")? as i64,
        "arith.divui" => unsigned(x).checked_div(unsigned(y)).ok_or_else(by_zero)? as i64,
        "arith.remui" => unsigned(x).checked_rem(unsigned(y)).ok_or_else(by_zero)? as i64,
        "arith.maxsi" => x.max(y),
        "arith.minsi" => x.min(y),
        _ => return Err(format!("{name} is no integer op that is known")),
    };
    Ok(element.wrap(value))
}

/// A comparison of integers by the number of its predicate.
pub fn compare_integers(predicate: i64, element: Element, x: i64, y: i64) -> Result<bool, String> {
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
pub fn compare_floats(predicate: i64, x: f64, y: f64) -> Result<bool, String> {
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
pub fn convert(name: &str, block: &Block, to: Element) -> Result<Block, String> {
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
        "arith.extsi" | "arith.trunci" => {
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
pub fn erf(x: f64) -> f64 {
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
