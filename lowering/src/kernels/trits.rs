//! Trits in registers, from the digits that weights are stored as.

use super::blocks::{Blocks, Predicate};
use melior::ir::Value;

/// The digits 0, 1, 2 and 3 as 0, -1, 1 and 0.
pub fn of_digit<'a>(blocks: &Blocks<'a, '_>, digit: Value<'a, 'a>) -> Value<'a, 'a> {
    let one = blocks.like(digit, 1.0);
    let high = blocks.apply("arith.shrui", &[digit, one]);
    let low = blocks.apply("arith.andi", &[digit, one]);
    blocks.minus(high, low)
}

/// The sign of a dense weight, in i32: one that is no trit counts by its sign.
pub fn of_weight<'a>(blocks: &Blocks<'a, '_>, weight: Value<'a, 'a>) -> Value<'a, 'a> {
    let zero = blocks.like(weight, 0.0);
    let [positive, negative] = [Predicate::Greater, Predicate::Less].map(|sign| {
        let is = blocks.compare(sign, weight, zero);
        blocks.cast("arith.extui", is, blocks.integer(32))
    });
    blocks.minus(positive, negative)
}

/// x, -x or nothing, as a trit says.
pub fn select<'a>(blocks: &Blocks<'a, '_>, trit: Value<'a, 'a>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let none = blocks.like(trit, 0.0);
    let nothing = blocks.like(x, 0.0);
    let negated = blocks.minus(nothing, x);
    let is_negative = blocks.compare(Predicate::Less, trit, none);
    let taken = blocks.select(is_negative, negated, nothing);
    blocks.select(blocks.compare(Predicate::Greater, trit, none), x, taken)
}
