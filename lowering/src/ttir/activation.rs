//! Elementwise functions that TTIR has no op for.
//!
//! They take f32: narrow floats are widened first and rounded after, as the
//! dialect's ops do.

use super::ops::{Ttir, element};
use melior::ir::Value;
use std::f64::consts::FRAC_2_PI;

/// What `compute` makes of operands in f32, in the element type of the first.
pub fn in_f32<'a>(
    ttir: &Ttir<'a, '_>,
    operands: &[Value<'a, 'a>],
    compute: impl FnOnce(&[Value<'a, 'a>]) -> Value<'a, 'a>,
) -> Value<'a, 'a> {
    let wide: Vec<Value<'a, 'a>> = operands
        .iter()
        .map(|&operand| ttir.typecast(operand, ttir.f32()))
        .collect();
    let result = compute(&wide);
    match operands {
        [first, ..] => ttir.typecast(result, element(*first)),
        [] => result,
    }
}

/// max(x, 0)²
pub fn squared_relu<'a>(ttir: &Ttir<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    ttir.square(ttir.relu(x))
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), which does not overflow
pub fn softplus<'a>(ttir: &Ttir<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let small = ttir.exp(ttir.neg(ttir.abs(x)));
    ttir.add(ttir.relu(x), ttir.log1p(small))
}

/// x + 1 for x > 0, else exp(x): max(x, 0) + exp(min(x, 0)), of which one is
/// exactly 0 or 1
pub fn elu_plus_one<'a>(ttir: &Ttir<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let below = ttir.minimum(x, ttir.number(x, 0.0));
    ttir.add(ttir.relu(x), ttir.exp(below))
}

/// x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
pub fn gelu_tanh<'a>(ttir: &Ttir<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let scaled = |value, factor| ttir.multiply(value, ttir.number(value, factor));
    let cube = ttir.multiply(ttir.square(x), x);
    let inner = scaled(ttir.add(x, scaled(cube, 0.044715)), FRAC_2_PI.sqrt());
    let tanh = ttir.tanh(inner);
    ttir.multiply(scaled(x, 0.5), ttir.add(tanh, ttir.number(tanh, 1.0)))
}

/// rne(x) for |x| up to 128, rne rounding half to even.
///
/// u = ⌊x + ½⌋ rounds half up, d = ⌈x - ½⌉ half down; they differ, by 1, only
/// half way between two integers, where u is wanted if it is even and d if not:
///
/// rne(x) = u - (u - d) · (u - 2⌊u/2⌋)
///
/// All but x ± ½ is exact, being integers of at most 8 bits. That is exact too,
/// in f32 as in bf16, but next to ±½ and at a change of the exponent, where
/// rounding it either does not cross an integer or makes a tie between 0 and
/// ±1, which goes to 0 as it should. Adding and taking away a large number, the
/// usual way, needs 24 bits of precision, which the device need not have.
pub fn round_half_to_even<'a>(ttir: &Ttir<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let half = ttir.number(x, 0.5);
    let up = ttir.floor(ttir.add(x, half));
    let down = ttir.ceil(ttir.subtract(x, half));
    let whole = ttir.floor(ttir.multiply(up, half));
    let odd = ttir.subtract(up, ttir.add(whole, whole));
    ttir.subtract(up, ttir.multiply(ttir.subtract(up, down), odd))
}
