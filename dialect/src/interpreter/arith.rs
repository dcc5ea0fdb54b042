//! The ops of `arith` on numbers and, elementwise, on tensors.
//!
//! Where MLIR leaves a result undefined (a division by zero, a shift by more
//! bits than there are, a float that an integer type does not hold) there is an
//! error.

use super::{
    Failure, Frame, Op, Result, Value,
    elementwise::{self, Kernel, shift},
    value::{Elements, Number, bits, element, signed, unsigned},
};
use fidelity_reference::{ElementType, Tensor};
use melior::ir::operation::OperationLike;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>, name: &str) -> Result<Vec<Value>> {
    // An optional attribute, whose 0 is what is done without it.
    if op.operation.has_attribute("roundingmode") && op.integer("roundingmode")? != 0 {
        return Err(Failure::expected(
            "to round to_nearest_even",
            format!("rounding mode {}", op.integer("roundingmode")?),
        ));
    }
    let kernel = match name {
        "cmpf" => Kernel::CompareFloats(float_predicate(op.integer("predicate")?)?),
        "cmpi" => Kernel::CompareInts(integer_predicate(op.integer("predicate")?)?),
        _ => kernel(name).ok_or_else(|| op.unknown())?,
    };
    elementwise::evaluate(frame, op, kernel)
}

fn kernel(name: &str) -> Option<Kernel> {
    use Kernel::{Convert, Float1, Float2, Int2, Select};
    Some(match name {
        "addf" => Float2(|x, y| x + y),
        "subf" => Float2(|x, y| x - y),
        "mulf" => Float2(|x, y| x * y),
        "divf" => Float2(|x, y| x / y),
        "remf" => Float2(|x, y| x % y),
        "negf" => Float1(|x| -x),
        "maximumf" => Float2(maximum),
        "minimumf" => Float2(|x, y| -maximum(-x, -y)),
        "maxnumf" => Float2(f64::max),
        "minnumf" => Float2(f64::min),

        "addi" => Int2(|x, y, _| Ok(x.wrapping_add(y))),
        "subi" => Int2(|x, y, _| Ok(x.wrapping_sub(y))),
        "muli" => Int2(|x, y, _| Ok(x.wrapping_mul(y))),
        "andi" => Int2(|x, y, _| Ok(x & y)),
        "ori" => Int2(|x, y, _| Ok(x | y)),
        "xori" => Int2(|x, y, _| Ok(x ^ y)),
        "shli" => Int2(|x, y, of| Ok(x << shift(y, of)?)),
        "shrui" => Int2(|x, y, of| Ok((unsigned(x, of) >> shift(y, of)?) as i64)),
        "shrsi" => Int2(|x, y, of| Ok(signed(x, of) >> shift(y, of)?)),
        "divui" => Int2(|x, y, of| Ok((unsigned(x, of) / unsigned_divisor(y, of)?) as i64)),
        "remui" => Int2(|x, y, of| Ok((unsigned(x, of) % unsigned_divisor(y, of)?) as i64)),
        "ceildivui" => {
            Int2(|x, y, of| Ok(unsigned(x, of).div_ceil(unsigned_divisor(y, of)?) as i64))
        }
        "divsi" => Int2(|x, y, of| signed_quotient(x, y, of, |x, y| x / y)),
        "remsi" => Int2(|x, y, of| signed_quotient(x, y, of, |x, y| x % y)),
        "floordivsi" => Int2(|x, y, of| signed_quotient(x, y, of, floor_div)),
        "ceildivsi" => Int2(|x, y, of| signed_quotient(x, y, of, |x, y| -floor_div(-x, y))),
        "maxsi" => Int2(|x, y, of| Ok(signed(x, of).max(signed(y, of)))),
        "minsi" => Int2(|x, y, of| Ok(signed(x, of).min(signed(y, of)))),
        "maxui" => Int2(|x, y, of| Ok(unsigned(x, of).max(unsigned(y, of)) as i64)),
        "minui" => Int2(|x, y, of| Ok(unsigned(x, of).min(unsigned(y, of)) as i64)),

        "extf" | "truncf" => Convert(|x, _, to| Ok(Number::from_float(x.float()?, to))),
        "sitofp" => {
            Convert(|x, from, to| Ok(Number::from_float(signed(x.int()?, from) as f64, to)))
        }
        "uitofp" => {
            Convert(|x, from, to| Ok(Number::from_float(unsigned(x.int()?, from) as f64, to)))
        }
        "fptosi" => Convert(|x, _, to| {
            let half = 1_i128 << (bits(to) - 1);
            float_to_integer(x.float()?, -half..=half - 1, to)
        }),
        "fptoui" => Convert(|x, _, to| float_to_integer(x.float()?, 0..=(1 << bits(to)) - 1, to)),
        "extsi" | "index_cast" => {
            Convert(|x, from, to| Ok(Number::from_bits(signed(x.int()?, from), to)))
        }
        "extui" | "index_castui" | "trunci" => {
            Convert(|x, from, to| Ok(Number::from_bits(unsigned(x.int()?, from) as i64, to)))
        }
        "bitcast" => Convert(|x, from, to| {
            let bytes = Elements::filled(from, Vec::new(), x)?
                .into_tensor()?
                .to_bytes();
            let number = Tensor::from_bytes(to, Vec::new(), &bytes)?;
            Ok(element(&number, 0))
        }),
        "select" => Select,
        _ => return None,
    })
}

/// The larger one; NaN if either is, and +0 of two zeros, as in IEEE 754-2019.
fn maximum(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == y {
        if x.is_sign_negative() { y } else { x }
    } else {
        x.max(y)
    }
}

fn unsigned_divisor(value: i64, r#type: ElementType) -> Result<u64> {
    match unsigned(value, r#type) {
        0 => Err(Failure::expected("a divisor other than 0", 0)),
        divisor => Ok(divisor),
    }
}

/// A quotient or remainder of signed integers. It is computed in i128, where
/// the least integer divided by -1 is no overflow, but is none of the type's.
fn signed_quotient(
    x: i64,
    y: i64,
    r#type: ElementType,
    divide: fn(i128, i128) -> i128,
) -> Result<i64> {
    let (x, y) = (i128::from(signed(x, r#type)), i128::from(signed(y, r#type)));
    if y == 0 {
        return Err(Failure::expected("a divisor other than 0", 0));
    }
    if x / y >= 1 << (bits(r#type) - 1) {
        return Err(Failure::expected(
            format!("a quotient that {type} can hold"),
            format!("{x} / {y}"),
        ));
    }
    Ok(divide(x, y) as i64)
}

fn floor_div(x: i128, y: i128) -> i128 {
    x.div_euclid(y) - i128::from(y < 0 && x.rem_euclid(y) != 0)
}

/// The integer next to a float towards zero, if a type holds it.
fn float_to_integer(
    value: f64,
    range: std::ops::RangeInclusive<i128>,
    to: ElementType,
) -> Result<Number> {
    // `as` truncates and saturates at the bounds of i128, which are far off.
    let integer = value as i128;
    if value.is_nan() || !range.contains(&integer) {
        return Err(Failure::expected(
            format!("a float that {to} can hold"),
            value,
        ));
    }
    Ok(Number::from_bits(integer as i64, to))
}

/// A predicate of `arith.cmpi`, in the order of MLIR's enum.
fn integer_predicate(number: i64) -> Result<fn(i64, i64, ElementType) -> bool> {
    const PREDICATES: [fn(i64, i64, ElementType) -> bool; 10] = [
        |x, y, _| x == y,
        |x, y, _| x != y,
        |x, y, of| signed(x, of) < signed(y, of),
        |x, y, of| signed(x, of) <= signed(y, of),
        |x, y, of| signed(x, of) > signed(y, of),
        |x, y, of| signed(x, of) >= signed(y, of),
        |x, y, of| unsigned(x, of) < unsigned(y, of),
        |x, y, of| unsigned(x, of) <= unsigned(y, of),
        |x, y, of| unsigned(x, of) > unsigned(y, of),
        |x, y, of| unsigned(x, of) >= unsigned(y, of),
    ];
    predicate(&PREDICATES, number)
}

/// A predicate of `arith.cmpf`, in the order of MLIR's enum: first those that
/// are false for NaN, then those that are true for it.
fn float_predicate(number: i64) -> Result<fn(f64, f64) -> bool> {
    fn unordered(x: f64, y: f64) -> bool {
        x.is_nan() || y.is_nan()
    }
    const PREDICATES: [fn(f64, f64) -> bool; 16] = [
        |_, _| false,
        |x, y| x == y,
        |x, y| x > y,
        |x, y| x >= y,
        |x, y| x < y,
        |x, y| x <= y,
        |x, y| !unordered(x, y) && x != y,
        |x, y| !unordered(x, y),
        |x, y| unordered(x, y) || x == y,
        |x, y| unordered(x, y) || x > y,
        |x, y| unordered(x, y) || x >= y,
        |x, y| unordered(x, y) || x < y,
        |x, y| unordered(x, y) || x <= y,
        |x, y| x != y,
        unordered,
        |_, _| true,
    ];
    predicate(&PREDICATES, number)
}

fn predicate<T: Copy>(predicates: &[T], number: i64) -> Result<T> {
    let predicate = usize::try_from(number)
        .ok()
        .and_then(|number| predicates.get(number));
    predicate.copied().ok_or_else(|| {
        Failure::expected(
            format!("a predicate from 0 to {}", predicates.len() - 1),
            number,
        )
    })
}
