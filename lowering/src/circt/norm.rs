//! Root mean square normalisation.

use super::{
    comb::Bits,
    fixed::{Format, Timed, pipelined},
    library::{Component, Library, Stream},
    logic::Logic,
    row::{Row, divide, reduced},
};

/// A normalisation of rows, whose numbers are integers X = x 2^F:
///
/// ```text
/// N = max(Σ X² + rne(ε D 2^2F), 1)
/// R = ⌊√⌊D 2^(2F + 2W) / N⌋⌋
/// y = ⌊X R 2^-W⌉, then ⌊y weight⌉
/// ```
///
/// R 2^-W is 2^F √(D / N) = 2^F / √(mean(X²) + ε 2^2F), less than 2^-W off, so
/// that what it scales is off by no more than half of a unit.
#[derive(Clone, Copy, Debug)]
pub struct Norm {
    /// The values of a row, the D.
    pub columns: u64,
    /// rne(ε D 2^2F).
    pub epsilon: i64,
    /// The format of all numbers.
    pub format: Format,
}

impl Norm {
    /// The most that ε D 2^2F may be.
    pub const MOST_EPSILON: f64 = (1u64 << 62) as f64;

    /// The bits of D, an even number: a digit of a root is of two bits.
    fn count_bits(&self) -> u32 {
        (self.columns.ilog2() + 1).next_multiple_of(2)
    }

    /// The digits of R.
    fn digits(&self) -> u32 {
        let Format { width, fraction } = self.format;
        self.count_bits() / 2 + fraction + width
    }

    /// The width of a value with the R of its row above it.
    pub fn pair_width(&self) -> u32 {
        self.digits() + self.format.width
    }

    /// The module that finds R for each row.
    pub fn measure(&self, library: &Library<'_, '_>) -> Component {
        let format = self.format;
        library.component(
            &format!(
                "fidelity_rms_{}_epsilon{}_{format}",
                self.columns, self.epsilon
            ),
            &[("x", format.width)],
            &[("y", self.pair_width())],
            |logic, offers, ready| {
                let row = Row::new(logic, self.columns, offers[0]);
                let (sum, is_whole) = self.sum(logic, &row);
                let (root, done) = self.root(logic, sum, is_whole);
                let known = logic.register("known", 1);
                let (y, gone) = row.offer(logic, known.bits, root, ready[0]);
                known.set(logic.or(done, gone), done);
                (vec![row.ready], vec![y])
            },
        )
    }

    /// N, and when it is there.
    fn sum<'a>(&self, logic: &Logic<'a, '_>, row: &Row<'a>) -> (Bits<'a>, Bits<'a>) {
        let always = logic.yes();
        let square = logic.held("square", always, logic.multiply(row.value, row.value));
        let comes = logic.after("comes_1", row.comes);
        let is_first = logic.held("is_first_1", always, row.is_first);
        let ends = logic.after("ends_2", logic.after("ends_1", row.ends));

        let epsilon_bits = 64 - self.epsilon.unsigned_abs().leading_zeros();
        let width = (square.width + self.columns.ilog2() + 1).max(epsilon_bits) + 1;
        let sum = logic.register("sum", width);
        let before = logic.select(is_first, logic.constant(self.epsilon, width), sum.bits);
        sum.set(comes, logic.add(before, logic.zero_extend(square, width)));
        let is_zero = logic.is(sum.bits, 0);
        let sum = logic.or(sum.bits, logic.zero_extend(is_zero, width));
        (
            logic.held("whole_sum", ends, sum),
            logic.after("is_whole", ends),
        )
    }

    /// R, a digit in two cycles, and when it is there: a digit of a root takes
    /// two of what it is of, and these are the quotient's as they come.
    fn root<'a>(
        &self,
        logic: &Logic<'a, '_>,
        divisor: Bits<'a>,
        begins: Bits<'a>,
    ) -> (Bits<'a>, Bits<'a>) {
        let digits = self.digits();
        let runs = logic.register("runs", 1);
        let (_, is_last) = logic.counter("digit", 2 * u64::from(digits), runs.bits);
        let done = logic.and(runs.bits, is_last);
        runs.set(logic.or(begins, done), begins);
        let is_second = logic.register("is_second", 1);
        is_second.set(runs.bits, logic.not(is_second.bits));

        // D, then zeros, of as many bits as there are digits of the quotient.
        let count_bits = self.count_bits();
        let dividend = logic.register("dividend", count_bits);
        let next = logic.extract(dividend.bits, 0, count_bits - 1);
        let next = logic.shifted(next, 1);
        let columns = logic.constant(self.columns as i64, count_bits);
        dividend.set(
            logic.or(begins, runs.bits),
            logic.select(begins, columns, next),
        );

        let remainder = logic.register_cleared("remainder", divisor.width, begins);
        let bit = logic.sign(dividend.bits);
        let (left, digit) = divide(logic, remainder.bits, bit, divisor);
        remainder.set(runs.bits, left);
        let first = logic.held("first_digit", runs.bits, digit);

        let of_root = logic.register_cleared("remainder_of_root", digits + 2, begins);
        let root = logic.register_cleared("root", digits, begins);
        let number = logic.concat(&[of_root.bits, first, digit]);
        let trial = logic.concat(&[root.bits, logic.constant(1, 2)]);
        let trial = logic.zero_extend(trial, number.width);
        let (left, digit) = reduced(logic, number, trial);
        let counts = logic.and(runs.bits, is_second.bits);
        of_root.set(counts, logic.extract(left, 0, digits + 2));
        let longer = logic.concat(&[root.bits, digit]);
        root.set(counts, logic.extract(longer, 0, digits));
        (root.bits, logic.after("root_is_there", done))
    }

    /// The module that scales the values, by R and a weight, if there is one.
    pub fn scale(&self, library: &Library<'_, '_>, has_weight: bool) -> Component {
        let format = self.format;
        let Format { width, fraction } = format;
        let weighted = if has_weight { "_weighted" } else { "" };
        let mut inputs: Vec<Stream<'_>> = vec![("x", self.pair_width())];
        if has_weight {
            inputs.push(("weight", width));
        }
        pipelined(
            library,
            &format!("fidelity_rms_scale_r{}{weighted}_{format}", self.digits()),
            &inputs,
            &[("y", width)],
            format,
            |pipeline, values| {
                let logic = pipeline.logic;
                let part = |low, width| Timed {
                    bits: logic.extract(values[0].bits, low, width),
                    ..values[0]
                };
                let root = part(width, self.digits());
                let root = Timed {
                    bits: logic.zero_extend(root.bits, root.bits.width + 1),
                    ..root
                };
                let y =
                    pipeline.product_in("scaled", part(0, width), root, fraction + width, format);
                let y = match values.get(1) {
                    Some(&weight) => {
                        pipeline.product_in("weighted", y, weight, 2 * fraction, format)
                    }
                    None => y,
                };
                vec![y]
            },
        )
    }
}
