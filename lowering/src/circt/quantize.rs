//! Activations to 8 bits.

use super::{
    comb::Bits,
    fixed::{Format, Timed, pipelined},
    library::{Component, Library, Offer},
    logic::Logic,
    row::{Row, divide, reduced},
};

/// The bits of what is quantised.
pub const QUANTIZED: u32 = 8;

/// The largest of it.
const LARGEST: u32 = 127;

/// The digits of 2 · 127 |X| / M, the last of which says how to round.
const DIGITS: u32 = 8;

/// A quantisation of rows, whose numbers are integers X = x 2^F:
///
/// ```text
/// M = max(max |X|, 1)
/// q = rne(127 X / M)
/// 1/s = ⌊M 2^F / 127⌉, with 2F bits behind the point
/// ```
///
/// The 1e-5 that bounds a row's largest value from below is less than a unit.
#[derive(Clone, Copy, Debug)]
pub struct Quantize {
    /// The values of a row.
    pub columns: u64,
    /// The format of the values.
    pub format: Format,
}

impl Quantize {
    /// The module that finds M for each row: the values, the M above each, and
    /// 1/s for each row.
    pub fn measure(&self, library: &Library<'_, '_>) -> Component {
        let format = self.format;
        library.component(
            &format!("fidelity_absmax_{}_{format}", self.columns),
            &[("x", format.width)],
            &[("y", 2 * format.width), ("inverse", format.fine().width)],
            |logic, offers, ready| {
                let row = Row::new(logic, self.columns, offers[0]);
                let size = logic.size(row.value);
                let most = logic.register("most", size.width);
                let before = logic.select(row.is_first, logic.constant(1, size.width), most.bits);
                let is_more = logic.at_least(size, before);
                most.set(row.comes, logic.select(is_more, size, before));

                // A row begins its way when the 1/s of the one before is gone.
                let waits = logic.register("waits", 1);
                let free = logic.wire("free", 1);
                let begins = logic.and(waits.bits, free.bits);
                waits.set(logic.or(row.ends, begins), row.ends);
                let largest = logic.held("largest", begins, most.bits);
                let known = logic.register("known", 1);
                let (y, gone) = row.offer(logic, known.bits, largest, ready[0]);
                known.set(logic.or(begins, gone), begins);
                let (inverse, is_free) = self.inverse(logic, most.bits, begins, ready[1]);
                free.drive(is_free);
                (vec![row.ready], vec![y, inverse])
            },
        )
    }

    /// 1/s, a digit in each cycle, and whether the next one may begin.
    fn inverse<'a>(
        &self,
        logic: &Logic<'a, '_>,
        largest: Bits<'a>,
        begins: Bits<'a>,
        ready: Bits<'a>,
    ) -> (Offer<'a>, Bits<'a>) {
        // A digit more says how to round.
        let digits = self.format.fine().width + 1;
        let runs = logic.register("runs", 1);
        let there = logic.register("there", 1);
        let (_, is_last) = logic.counter("digit", u64::from(digits), runs.bits);
        let done = logic.and(runs.bits, is_last);
        runs.set(logic.or(begins, done), begins);
        let taken = logic.and(there.bits, ready);
        there.set(logic.or(done, taken), done);

        let dividend = logic.register("dividend", largest.width);
        let next = logic.shifted(logic.extract(dividend.bits, 0, largest.width - 1), 1);
        dividend.set(
            logic.or(begins, runs.bits),
            logic.select(begins, largest, next),
        );
        let divisor = logic.constant(i64::from(LARGEST), 7);
        let remainder = logic.register_cleared("remainder", divisor.width, begins);
        let quotient = logic.register("quotient", digits);
        let bit = logic.sign(dividend.bits);
        let (left, digit) = divide(logic, remainder.bits, bit, divisor);
        remainder.set(runs.bits, left);
        let rest = logic.extract(quotient.bits, 0, digits - 1);
        quotient.set(runs.bits, logic.concat(&[rest, digit]));

        let whole = logic.extract(quotient.bits, 1, digits - 1);
        let half = logic.zero_extend(logic.bit(quotient.bits, 0), digits - 1);
        let offer = Offer {
            valid: there.bits,
            data: logic.add(whole, half),
        };
        (offer, logic.not(logic.or(runs.bits, there.bits)))
    }

    /// The module that divides the values by the M above each: a register for
    /// each digit of the quotient.
    pub fn divide(&self, library: &Library<'_, '_>) -> Component {
        let format = self.format;
        let width = format.width;
        pipelined(
            library,
            &format!("fidelity_quantize_w{width}"),
            &[("x", 2 * width)],
            &[("q", QUANTIZED)],
            format,
            |pipeline, values| {
                let logic = pipeline.logic;
                let x = logic.extract(values[0].bits, 0, width);
                let largest = logic.extract(values[0].bits, width, width);
                // 2 · 127 |X|, by two shifts.
                let wide = width + DIGITS;
                let size = logic.size(x);
                let dividend = logic.sub(
                    logic.shifted(size, DIGITS),
                    logic.zero_extend(logic.shifted(size, 1), wide),
                );
                let stage = values[0].stage;
                let mut rest = pipeline.step("dividend", dividend, stage);
                let mut largest = pipeline.step("largest", largest, stage);
                let sign = pipeline.step("sign", logic.sign(x), stage);
                let mut quotient: Option<Timed<'_>> = None;
                for digit in (0..DIGITS).rev() {
                    let by = logic.shifted(largest.bits, digit);
                    let (left, bit) = reduced(logic, rest.bits, logic.zero_extend(by, wide));
                    let stage = rest.stage;
                    let digits = match quotient {
                        Some(before) => logic.concat(&[before.bits, bit]),
                        None => bit,
                    };
                    quotient = Some(pipeline.step("quotient", digits, stage));
                    rest = pipeline.step("rest", left, stage);
                    largest = pipeline.step("largest", largest.bits, stage);
                }
                let Some(quotient) = quotient else {
                    return Vec::new();
                };
                // The last digit is the half: a tie where nothing is left, which
                // goes to an even number.
                let stage = quotient.stage;
                let whole = logic.extract(quotient.bits, 1, DIGITS - 1);
                let half = logic.bit(quotient.bits, 0);
                let is_tie = logic.is(rest.bits, 0);
                let is_even = logic.not(logic.bit(whole, 0));
                let up = logic.and(half, logic.not(logic.and(is_tie, is_even)));
                let size = logic.add(
                    logic.zero_extend(whole, QUANTIZED),
                    logic.zero_extend(up, QUANTIZED),
                );
                let size = pipeline.step("size", size, stage);
                let sign = pipeline.until("sign", sign, size.stage);
                let opposite = logic.sub(logic.constant(0, QUANTIZED), size.bits);
                let q = logic.select(sign, opposite, size.bits);
                vec![pipeline.step("q", q, size.stage)]
            },
        )
    }
}
