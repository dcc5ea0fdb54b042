//! Fixed point: numbers of the dialect's float types as integers.
//!
//! A number x is the integer rne(x · 2^fraction), in two's complement. Products
//! are rounded half up.

use super::{
    comb::Bits,
    logic::{Logic, width_of},
};

/// A format of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The bits of a number, its sign included.
    pub width: u32,
    /// Those behind the point.
    pub fraction: u32,
}

/// The sigmoid's table has nodes 2^-3 apart,
const STEP: u32 = 3;

/// from 0 to 2^3; beyond, its last node stands for everything.
const RANGE: u32 = 3;

const SEGMENTS: u64 = 1 << (STEP + RANGE);

impl Format {
    /// The least and the most bits behind the point: fewer do not resolve the
    /// sigmoid's table, and with more its error, not the format, is what counts.
    pub const FRACTIONS: std::ops::RangeInclusive<i64> = 4..=16;

    /// The most bits of a number.
    pub const MOST_BITS: i64 = 32;

    /// The number 1.
    pub fn one(self) -> i64 {
        1 << self.fraction
    }

    /// The nodes of the sigmoid's table: σ(0), σ(1/8), … σ(8).
    fn sigmoid_nodes(self) -> Vec<i64> {
        let one = self.one() as f64;
        (0..=SEGMENTS)
            .map(|node| {
                let x = node as f64 / f64::from(1 << STEP);
                (one / (1.0 + (-x).exp())).round_ties_even() as i64
            })
            .collect()
    }
}

/// A value and the number of registers that are before it.
#[derive(Clone, Copy)]
pub struct Timed<'a> {
    /// The value.
    pub bits: Bits<'a>,
    /// The registers.
    pub stage: u32,
}

/// A pipeline that stands still as a whole when what comes out is not taken.
pub struct Pipeline<'a, 'b, 'c> {
    /// The words of the module.
    pub logic: &'c Logic<'a, 'b>,
    /// Whether it moves, a bit.
    pub moves: Bits<'a>,
    /// The format of its numbers.
    pub format: Format,
}

impl<'a> Pipeline<'a, '_, '_> {
    /// A value through one more register.
    pub fn step(&self, name: &str, bits: Bits<'a>, stage: u32) -> Timed<'a> {
        let name = format!("{name}_{}", stage + 1);
        Timed {
            bits: self.logic.held(&name, self.moves, bits),
            stage: stage + 1,
        }
    }

    /// A value through as many registers as others have behind them.
    pub fn until(&self, name: &str, value: Timed<'a>, stage: u32) -> Bits<'a> {
        let mut value = value;
        while value.stage < stage {
            value = self.step(name, value.bits, value.stage);
        }
        value.bits
    }

    /// Whether there is a value after so many registers: 0 after a reset.
    pub fn valid(&self, valid: Bits<'a>, stage: u32) -> Bits<'a> {
        (1..=stage).fold(valid, |valid, stage| {
            let register = self.logic.register(&format!("valid_{stage}"), 1);
            register.set(self.moves, valid);
            register.bits
        })
    }

    /// A product of signed numbers, in two registers: the second is behind its
    /// rounding. It has the lowest `width` bits of it.
    pub fn product(&self, name: &str, lhs: Timed<'a>, rhs: Timed<'a>, width: u32) -> Timed<'a> {
        let stage = lhs.stage.max(rhs.stage);
        let [lhs, rhs] = [lhs, rhs].map(|value| self.until(name, value, stage));
        let product = self.logic.multiply(lhs, rhs);
        let product = self.step(&format!("{name}_product"), product, stage);
        let rounded = self.rounded(product.bits, self.format.fraction);
        let rounded = self.logic.extract(rounded, 0, width);
        self.step(&format!("{name}_rounded"), rounded, product.stage)
    }

    /// A signed number without its lowest bits, rounded half up.
    fn rounded(&self, bits: Bits<'a>, drop: u32) -> Bits<'a> {
        let half = self.logic.constant(1 << (drop - 1), bits.width);
        let sum = self.logic.add(bits, half);
        self.logic.extract(sum, drop, bits.width - drop)
    }

    /// σ of a signed number of this format's fraction and any width, four
    /// registers later: a signed number from 0 to 1, of two bits more than the
    /// fraction.
    ///
    /// σ(x) = 1 - σ(-x) leaves x ≥ 0, where a table of nodes is interpolated;
    /// beyond the table its last node stands.
    pub fn sigmoid(&self, name: &str, x: Timed<'a>) -> Timed<'a> {
        let (logic, fraction) = (self.logic, self.format.fraction);
        let step = |what: &str, bits, stage| self.step(&format!("{name}_{what}"), bits, stage);

        let sign = logic.sign(x.bits);
        let zero = logic.constant(0, x.bits.width);
        let size = logic.select(sign, logic.sub(zero, x.bits), x.bits);
        let (sign, size) = (step("sign", sign, x.stage), step("size", size, x.stage));

        let rest_bits = fraction - STEP;
        let rest = logic.extract(size.bits, 0, rest_bits);
        let index = logic.extract(size.bits, rest_bits, size.bits.width - rest_bits);
        let index_bits = width_of(SEGMENTS);
        let index = logic.zero_extend(index, index.width.max(index_bits));
        let beyond = logic.is_at_least(logic.zero_extend(index, index.width + 1), SEGMENTS);
        let index = logic.extract(index, 0, index_bits);

        let nodes = self.format.sigmoid_nodes();
        let deltas: Vec<i64> = nodes.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let node_bits = fraction + 1;
        let largest = deltas.iter().copied().max().unwrap_or(0);
        let delta_bits = width_of(largest.unsigned_abs() + 1);
        let last = logic.constant(nodes[nodes.len() - 1], node_bits);
        let node = table(logic, &nodes[..deltas.len()], index, node_bits);
        let delta = table(logic, &deltas, index, delta_bits);
        let node = logic.select(beyond, last, node);
        let delta = logic.select(beyond, logic.constant(0, delta_bits), delta);
        let stage = size.stage;
        let (node, delta) = (step("node", node, stage), step("delta", delta, stage));
        let rest = step("rest", rest, stage);

        let stage = stage + 1;
        let unsigned = |bits: Bits<'a>| logic.zero_extend(bits, bits.width + 1);
        let product = logic.multiply(unsigned(delta.bits), unsigned(rest.bits));
        let product = step("inner", product, stage);

        let stage = stage + 1;
        let width = fraction + 2;
        let node = logic.zero_extend(self.until(&format!("{name}_node"), node, stage), width);
        // Less than a segment's delta, and so than a node.
        let inner = self.rounded(product.bits, rest_bits);
        let inner = logic.extract(logic.sign_extend(inner, width.max(inner.width)), 0, width);
        let value = logic.add(node, inner);
        let opposite = logic.sub(logic.constant(self.format.one(), width), value);
        let sign = self.until(&format!("{name}_sign"), sign, stage);
        step("sigmoid", logic.select(sign, opposite, value), stage)
    }
}

/// The entry of a table of a power of two of numbers.
fn table<'a>(logic: &Logic<'a, '_>, entries: &[i64], index: Bits<'a>, width: u32) -> Bits<'a> {
    let mut entries: Vec<Bits<'a>> = entries
        .iter()
        .map(|&entry| logic.constant(entry, width))
        .collect();
    for bit in 0..index.width {
        let bit = logic.bit(index, bit);
        entries = entries
            .chunks_exact(2)
            .map(|pair| logic.select(bit, pair[1], pair[0]))
            .collect();
    }
    entries[0]
}
