//! Functions of one number in fixed point: lines between the nodes of tables.

use super::{
    comb::Bits,
    fixed::{Format, Pipeline, Timed, rounded, saturated},
    logic::{Logic, width_of},
};

/// A function that a table of nodes has, for a signed x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// σ(x) = 1 / (1 + exp(-x)).
    Sigmoid,
    /// Φ(x), the normal distribution function.
    Normal,
    /// Its approximation by a hyperbolic tangent, σ(√(8/π) (x + 0.044715 x³)).
    NormalTanh,
    /// log(1 + exp(-|x|)).
    Softplus,
}

/// A table has nodes 2^-3 apart,
const STEP: u32 = 3;

/// from 0 to 2^3; beyond, its last node stands for everything.
const RANGE: u32 = 3;

const SEGMENTS: u64 = 1 << (STEP + RANGE);

/// The bits behind the point of log2(e), by which an exponent is multiplied,
const LOG2_E_BITS: u32 = 20;

/// of the powers of 2 between 1 and 2, of which there are nodes 2^-6 apart,
const POWER_BITS: u32 = 18;
const POWER_STEP: u32 = 6;

/// and of the place between two nodes.
const POWER_REST: u32 = 14;

impl Curve {
    fn value(self, x: f64) -> f64 {
        match self {
            Self::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Self::Normal => normal(x),
            Self::NormalTanh => {
                let u = (8.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
                Self::Sigmoid.value(u)
            }
            Self::Softplus => (-x).exp().ln_1p(),
        }
    }

    /// f(0), f(1/8), … f(8).
    fn nodes(self, format: Format) -> Vec<i64> {
        let one = format.one() as f64;
        (0..=SEGMENTS)
            .map(|node| {
                let x = node as f64 / f64::from(1 << STEP);
                (one * self.value(x)).round_ties_even() as i64
            })
            .collect()
    }
}

/// Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …), for x from 0 to 8.
fn normal(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for odd in (3..400).step_by(2) {
        term *= x * x / f64::from(odd);
        sum += term;
    }
    0.5 + sum * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

impl<'a> Pipeline<'a, '_, '_> {
    /// A line between two neighbouring nodes, three registers later: node `index`,
    /// and `rest`, of as many bits as it has, of the way to the next one. Where
    /// `beyond` is 1 it is the last node. It has `width` bits.
    fn line(
        &self,
        name: &str,
        nodes: &[i64],
        (index, rest, beyond): (Bits<'a>, Bits<'a>, Option<Bits<'a>>),
        stage: u32,
        width: u32,
    ) -> Timed<'a> {
        let logic = self.logic;
        let step = |what: &str, bits, stage| self.step(&format!("{name}_{what}"), bits, stage);
        let deltas: Vec<i64> = nodes.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let largest = deltas.iter().map(|delta| delta.unsigned_abs()).max();
        let delta_bits = width_of(largest.unwrap_or(0) + 1) + 1;
        let mut node = table(logic, &nodes[..deltas.len()], index, width);
        let mut delta = table(logic, &deltas, index, delta_bits);
        if let Some(beyond) = beyond {
            let last = logic.constant(nodes[deltas.len()], width);
            node = logic.select(beyond, last, node);
            delta = logic.select(beyond, logic.constant(0, delta_bits), delta);
        }
        let rest_bits = rest.width;
        let (node, delta) = (step("node", node, stage), step("delta", delta, stage));
        let rest = step("rest", logic.zero_extend(rest, rest_bits + 1), stage);

        let product = logic.multiply(delta.bits, rest.bits);
        let product = step("inner", product, stage + 1);
        // No larger than the delta, and so than a node.
        let inner = rounded(logic, product.bits, rest_bits);
        let inner = logic.extract(logic.sign_extend(inner, width.max(inner.width)), 0, width);
        let node = self.until(&format!("{name}_node"), node, stage + 2);
        step("line", logic.add(node, inner), stage + 2)
    }

    /// A curve at a signed number of this format's fraction and any width, five
    /// registers later: a signed number from 0 to 1, of two bits more than the
    /// fraction.
    ///
    /// f(x) = 1 - f(-x), or f(x) = f(-x) for softplus, leaves x ≥ 0, where a
    /// table of nodes is interpolated; beyond the table its last node stands.
    pub fn curve(&self, name: &str, curve: Curve, x: Timed<'a>) -> Timed<'a> {
        let (logic, fraction) = (self.logic, self.format.fraction);
        let sign = self.step(&format!("{name}_sign"), logic.sign(x.bits), x.stage);
        let size = self.step(&format!("{name}_size"), logic.size(x.bits), x.stage);

        let rest_bits = fraction - STEP;
        let rest = logic.extract(size.bits, 0, rest_bits);
        let index = logic.extract(size.bits, rest_bits, size.bits.width - rest_bits);
        let index_bits = width_of(SEGMENTS);
        let index = logic.zero_extend(index, index.width.max(index_bits));
        let beyond = logic.is_at_least(logic.zero_extend(index, index.width + 1), SEGMENTS);
        let index = logic.extract(index, 0, index_bits);
        let width = fraction + 2;
        let value = self.line(
            name,
            &curve.nodes(self.format),
            (index, rest, Some(beyond)),
            size.stage,
            width,
        );
        if curve == Curve::Softplus {
            return value;
        }
        let opposite = logic.sub(logic.constant(self.format.one(), width), value.bits);
        let sign = self.until(&format!("{name}_sign"), sign, value.stage);
        let chosen = logic.select(sign, opposite, value.bits);
        self.step(&format!("{name}_curve"), chosen, value.stage)
    }

    /// x f(x), of the width of x: f is from 0 to 1.
    pub fn gated(&self, name: &str, curve: Curve, x: Timed<'a>) -> Timed<'a> {
        let gate = self.curve(name, curve, x);
        self.product(name, x, gate, x.bits.width)
    }

    /// tanh(x) = 2 σ(2x) - 1, of the width of x.
    pub fn tanh(&self, name: &str, x: Timed<'a>) -> Timed<'a> {
        let logic = self.logic;
        let doubled = Timed {
            bits: logic.shifted(x.bits, 1),
            ..x
        };
        let sigmoid = self.curve(name, Curve::Sigmoid, doubled);
        let doubled = logic.shifted(sigmoid.bits, 1);
        let tanh = logic.sub(doubled, logic.constant(self.format.one(), doubled.width));
        let width = x.bits.width;
        let tanh = logic.sign_extend(tanh, width.max(tanh.width));
        self.step(name, logic.extract(tanh, 0, width), sigmoid.stage)
    }

    /// exp(x) = 2^n 2^f of a number of this format: n and f are the whole and
    /// the rest of x log2(e), and 2^f is a line between nodes.
    pub fn exp(&self, name: &str, x: Timed<'a>) -> Timed<'a> {
        let (logic, Format { width, fraction }) = (self.logic, self.format);
        let factor = (std::f64::consts::LOG2_E * f64::from(1 << LOG2_E_BITS)).round() as i64;
        let factor = logic.constant(factor, LOG2_E_BITS + 2);
        let power = logic.multiply(x.bits, factor);
        let power = self.step(&format!("{name}_power"), power, x.stage);

        let behind = fraction + LOG2_E_BITS;
        let whole = logic.extract(power.bits, behind, power.bits.width - behind);
        let index = logic.extract(power.bits, behind - POWER_STEP, POWER_STEP);
        let rest = behind - POWER_STEP - POWER_REST;
        let rest = logic.extract(power.bits, rest, POWER_REST);
        let nodes: Vec<i64> = (0..=1 << POWER_STEP)
            .map(|node| {
                let power = f64::from(node) / f64::from(1 << POWER_STEP);
                (power.exp2() * f64::from(1 << POWER_BITS)).round_ties_even() as i64
            })
            .collect();
        let line = self.line(
            name,
            &nodes,
            (index, rest, None),
            power.stage,
            POWER_BITS + 2,
        );

        // 2^n is a shift to the right from the largest power that has a number;
        // of more bits than there are nothing is left.
        let most = i64::from(width - fraction) - 2;
        let wide = whole.width.max(8) + 1;
        let shift = logic.sub(logic.constant(most, wide), logic.sign_extend(whole, wide));
        let shift = self.step(&format!("{name}_shift"), shift, power.stage);
        let is_large = logic.sign(shift.bits);
        let shift_bits = width_of(u64::from(width) + 2);
        let all = (1 << shift_bits) - 1;
        let is_small = logic.is_at_least(shift.bits, all);
        let low = logic.extract(shift.bits, 0, shift_bits);
        let low = logic.select(is_small, logic.constant(-1, shift_bits), low);
        let low = self.step(&format!("{name}_places"), low, shift.stage);
        let large = self.step(&format!("{name}_large"), is_large, shift.stage);

        let places = self.until(&format!("{name}_places"), low, line.stage);
        let mut shifted = logic.shifted(line.bits, width - 2);
        for place in 0..shift_bits {
            let by = (1 << place).min(shifted.width);
            let right = match shifted.width - by {
                0 => logic.constant(0, shifted.width),
                rest => logic.zero_extend(logic.extract(shifted, by, rest), shifted.width),
            };
            shifted = logic.select(logic.bit(places, place), right, shifted);
        }
        let shifted = self.step(&format!("{name}_shifted"), shifted, line.stage);
        let value = saturated(logic, rounded(logic, shifted.bits, POWER_BITS), width);
        let large = self.until(&format!("{name}_large"), large, shifted.stage);
        let largest = logic.constant((1 << (width - 1)) - 1, width);
        let value = logic.select(large, largest, value);
        self.step(name, value, shifted.stage)
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
