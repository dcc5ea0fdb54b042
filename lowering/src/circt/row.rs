//! Rows that are measured as a whole before their values go on.

use super::{
    comb::Bits,
    hw::Wire,
    library::Offer,
    logic::Logic,
    seq::Memory,
    stream::{Credits, queue},
};

/// A row in a memory: it is taken, then measured, then offered.
pub struct Row<'a> {
    columns: u64,
    memory: Memory<'a>,
    full: Bits<'a>,
    gone: Wire<'a>,
    /// Whether a value is taken.
    pub ready: Bits<'a>,
    /// Whether a value comes,
    pub comes: Bits<'a>,
    /// which one,
    pub value: Bits<'a>,
    /// whether it would be the first of a row,
    pub is_first: Bits<'a>,
    /// and whether it comes and is the last.
    pub ends: Bits<'a>,
}

impl<'a> Row<'a> {
    /// Takes rows of so many columns.
    pub fn new(logic: &Logic<'a, '_>, columns: u64, offer: Offer<'a>) -> Self {
        let full = logic.register("full", 1);
        let ready = logic.not(full.bits);
        let comes = logic.and(offer.valid, ready);
        let memory = logic.memory("fidelity_row", columns, offer.data.width);
        let (address, is_last) = logic.counter("written", columns, comes);
        logic.write(memory, address, comes, offer.data);
        let ends = logic.and(comes, is_last);
        let gone = logic.wire("gone", 1);
        full.set(logic.or(ends, gone.bits), ends);
        Self {
            columns,
            memory,
            full: full.bits,
            gone,
            ready,
            comes,
            value: offer.data,
            is_first: logic.is(address, 0),
            ends,
        }
    }

    /// Offers the values of a row that is taken, where `known` is 1, the measure
    /// of the row above each. Also whether the last one is read; its measure has
    /// to stay for a cycle.
    pub fn offer(
        &self,
        logic: &Logic<'a, '_>,
        known: Bits<'a>,
        measure: Bits<'a>,
        ready: Bits<'a>,
    ) -> (Offer<'a>, Bits<'a>) {
        let credits = Credits::new(logic);
        let reads = logic.all(&[self.full, known, credits.room]);
        let (address, is_last) = logic.counter("read", self.columns, reads);
        let gone = logic.and(reads, is_last);
        self.gone.drive(gone);
        let word = logic.read(self.memory, address, logic.yes());
        let both = logic.concat(&[measure, word]);
        let y = queue(logic, logic.after("is_read", reads), both, ready);
        credits.count(logic, reads, logic.and(y.valid, ready));
        (y, gone)
    }
}

/// A step of a division, a digit of the quotient: the remainder that is left of
/// one, with the next bit of the dividend behind it, and the digit. Numbers are
/// unsigned, and the remainder is smaller than the divisor, of whose width it
/// is.
pub fn divide<'a>(
    logic: &Logic<'a, '_>,
    remainder: Bits<'a>,
    bit: Bits<'a>,
    divisor: Bits<'a>,
) -> (Bits<'a>, Bits<'a>) {
    let remainder = logic.concat(&[remainder, bit]);
    let (left, digit) = reduced(
        logic,
        remainder,
        logic.zero_extend(divisor, remainder.width),
    );
    (logic.extract(left, 0, divisor.width), digit)
}

/// What is left of an unsigned number by another one, where it is as large, and
/// whether it is.
pub fn reduced<'a>(logic: &Logic<'a, '_>, number: Bits<'a>, by: Bits<'a>) -> (Bits<'a>, Bits<'a>) {
    let is_as_large = logic.at_least(number, by);
    let left = logic.select(is_as_large, logic.sub(number, by), number);
    (left, is_as_large)
}
