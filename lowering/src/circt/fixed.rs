//! Fixed point: numbers of the dialect's float types as integers.
//!
//! A number x is the integer rne(x · 2^fraction), in two's complement. What an
//! op gives is rounded half up, and the nearest number of the format where the
//! format has none as large.

use super::{
    comb::Bits,
    library::{Component, Library, Offer, Stream},
    logic::Logic,
    stream::split,
};
use std::fmt;

/// A format of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The bits of a number, its sign included.
    pub width: u32,
    /// Those behind the point; 0 for integers.
    pub fraction: u32,
}

impl Format {
    /// The least and the most bits behind the point: fewer do not resolve the
    /// tables of the functions, and with more their error, not the format, is
    /// what counts.
    pub const FRACTIONS: std::ops::RangeInclusive<i64> = 4..=16;

    /// The most bits of a number.
    pub const MOST_BITS: i64 = 32;

    /// The number 1.
    pub fn one(self) -> i64 {
        1 << self.fraction
    }

    /// The format of scales, of the same range: scales are small, and what is
    /// lost of one is lost of everything that it scales.
    pub fn fine(self) -> Self {
        Self {
            width: self.width + self.fraction,
            fraction: 2 * self.fraction,
        }
    }

    /// The number nearest to x, half up.
    pub fn nearest(self, x: f64) -> i64 {
        let largest = 2f64.powi(self.width as i32 - 1);
        let scaled = (x * 2f64.powi(self.fraction as i32) + 0.5).floor();
        scaled.clamp(-largest, largest - 1.0) as i64
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "w{}f{}", self.width, self.fraction)
    }
}

/// A signed number without its lowest bits, rounded half up, a bit wider than
/// what is left.
pub fn rounded<'a>(logic: &Logic<'a, '_>, bits: Bits<'a>, drop: u32) -> Bits<'a> {
    if drop == 0 {
        return bits;
    }
    // Half of the unit is the highest bit that is dropped: it is the carry.
    let kept = match bits.width.checked_sub(drop) {
        Some(1..) => logic.extract(bits, drop, bits.width - drop),
        _ => logic.sign(bits),
    };
    let half = match drop <= bits.width {
        true => logic.bit(bits, drop - 1),
        false => logic.sign(bits),
    };
    let width = kept.width + 1;
    logic.add(
        logic.sign_extend(kept, width),
        logic.zero_extend(half, width),
    )
}

/// The number of a width that is nearest to a signed number.
pub fn saturated<'a>(logic: &Logic<'a, '_>, bits: Bits<'a>, width: u32) -> Bits<'a> {
    if bits.width <= width {
        return logic.sign_extend(bits, width);
    }
    let sign = logic.sign(bits);
    let high = logic.extract(bits, width - 1, bits.width - width);
    let fits = logic.is(logic.xor(high, logic.repeat(sign, high.width)), 0);
    let largest = logic.repeat(logic.not(sign), width - 1);
    let extreme = logic.concat(&[sign, largest]);
    logic.select(fits, logic.extract(bits, 0, width), extreme)
}

/// A signed number of a fraction in another format: with more bits behind the
/// point it is the same; with fewer it is rounded. It is saturated.
pub fn converted<'a>(logic: &Logic<'a, '_>, bits: Bits<'a>, fraction: u32, to: Format) -> Bits<'a> {
    let bits = match fraction.checked_sub(to.fraction) {
        Some(drop) => rounded(logic, bits, drop),
        None => logic.shifted(bits, to.fraction - fraction),
    };
    saturated(logic, bits, to.width)
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

    /// Two values at one stage.
    pub fn both(&self, name: &str, lhs: Timed<'a>, rhs: Timed<'a>) -> (Bits<'a>, Bits<'a>, u32) {
        let stage = lhs.stage.max(rhs.stage);
        let [lhs, rhs] = [lhs, rhs].map(|value| self.until(name, value, stage));
        (lhs, rhs, stage)
    }

    /// Whether there is a value after so many registers: 0 after a reset.
    pub fn valid(&self, valid: Bits<'a>, stage: u32) -> Bits<'a> {
        (1..=stage).fold(valid, |valid, stage| {
            let register = self.logic.register(&format!("valid_{stage}"), 1);
            register.set(self.moves, valid);
            register.bits
        })
    }

    /// A product of signed numbers in full width, in one register.
    fn whole_product(&self, name: &str, lhs: Timed<'a>, rhs: Timed<'a>) -> Timed<'a> {
        let (lhs, rhs, stage) = self.both(name, lhs, rhs);
        self.step(
            &format!("{name}_product"),
            self.logic.multiply(lhs, rhs),
            stage,
        )
    }

    /// A product of signed numbers, one of them of this format's fraction, in two
    /// registers: the second is behind its rounding. It has the lowest `width`
    /// bits of it, which is all of it where that is known to be small.
    pub fn product(&self, name: &str, lhs: Timed<'a>, rhs: Timed<'a>, width: u32) -> Timed<'a> {
        let product = self.whole_product(name, lhs, rhs);
        let rounded = rounded(self.logic, product.bits, self.format.fraction);
        let rounded = self.logic.extract(rounded, 0, width);
        self.step(&format!("{name}_rounded"), rounded, product.stage)
    }

    /// A product of signed numbers, which has so many bits behind the point, in
    /// a format, in three registers.
    pub fn product_in(
        &self,
        name: &str,
        lhs: Timed<'a>,
        rhs: Timed<'a>,
        fraction: u32,
        to: Format,
    ) -> Timed<'a> {
        let product = self.whole_product(name, lhs, rhs);
        self.in_format(name, product, fraction, to)
    }

    /// A signed number of a fraction in another format, in two registers, one
    /// behind the rounding and one behind the saturation.
    pub fn in_format(&self, name: &str, value: Timed<'a>, fraction: u32, to: Format) -> Timed<'a> {
        let (bits, fraction) = match fraction.checked_sub(to.fraction) {
            Some(drop) => (rounded(self.logic, value.bits, drop), to.fraction),
            None => (value.bits, fraction),
        };
        let rounded = self.step(&format!("{name}_rounded"), bits, value.stage);
        let fitted = converted(self.logic, rounded.bits, fraction, to);
        self.step(&format!("{name}_fitted"), fitted, rounded.stage)
    }
}

/// A module that makes a value for each output of one of each input. `body`
/// makes them, in a pipeline.
pub fn pipelined<'a>(
    library: &Library<'a, '_>,
    name: &str,
    inputs: &[Stream<'_>],
    outputs: &[Stream<'_>],
    format: Format,
    body: impl FnOnce(&Pipeline<'a, '_, '_>, &[Timed<'a>]) -> Vec<Timed<'a>>,
) -> Component {
    library.component(name, inputs, outputs, |logic, offers, ready| {
        let moves = logic.wire("moves", 1);
        let pipeline = Pipeline {
            logic,
            moves: moves.bits,
            format,
        };
        let values: Vec<_> = inputs
            .iter()
            .zip(offers)
            .map(|((name, _), offer)| pipeline.step(name, offer.data, 0))
            .collect();
        let results = body(&pipeline, &values);
        let stage = results.iter().map(|result| result.stage).max().unwrap_or(0);
        let data: Vec<Bits<'a>> = results
            .iter()
            .zip(outputs)
            .map(|(&result, (name, _))| pipeline.until(name, result, stage))
            .collect();

        let valid: Vec<_> = offers.iter().map(|offer| offer.valid).collect();
        let valid_out = pipeline.valid(logic.all(&valid), stage);
        let offer = Offer {
            valid: valid_out,
            data: data[0],
        };
        let (taken, mut offers) = match ready {
            [ready] => (*ready, vec![offer]),
            _ => split(logic, offer, ready),
        };
        for (offer, data) in offers.iter_mut().zip(data) {
            offer.data = data;
        }
        moves.drive(logic.or(taken, logic.not(valid_out)));
        // Each is taken along with all others.
        let ready = (0..valid.len())
            .map(|index| {
                let mut needed = valid.clone();
                needed[index] = moves.bits;
                logic.all(&needed)
            })
            .collect();
        (ready, offers)
    })
}
