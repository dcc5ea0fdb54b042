//! The words in which the modules are written: what `hw`, `comb` and `seq`
//! offer, within one module and its clock.

use super::{
    comb::{self, Bits, Predicate},
    hw::{self, Wire},
    seq::{self, Control, Memory, Register},
};
use melior::ir::Value;
use ods_bridge::Builder;

/// A module under construction.
pub struct Logic<'a, 'b> {
    builder: &'b Builder<'a>,
    control: Control<'a>,
}

/// The width of a number below `count`, at least 1.
pub fn width_of(count: u64) -> u32 {
    count
        .saturating_sub(1)
        .checked_ilog2()
        .map_or(1, |log| log + 1)
}

impl<'a, 'b> Logic<'a, 'b> {
    /// Builds in a module that has a clock and a reset.
    pub fn new(builder: &'b Builder<'a>, clock: Value<'a, 'a>, reset: Value<'a, 'a>) -> Self {
        let reset = Bits {
            value: reset,
            width: 1,
        };
        Self {
            builder,
            control: Control { clock, reset },
        }
    }

    /// The builder beneath.
    pub fn builder(&self) -> &'b Builder<'a> {
        self.builder
    }

    /// The clock.
    pub fn clock(&self) -> Value<'a, 'a> {
        self.control.clock
    }

    /// The reset, one bit, which counts at an edge of the clock.
    pub fn reset(&self) -> Bits<'a> {
        self.control.reset
    }

    /// A number.
    pub fn constant(&self, value: i64, width: u32) -> Bits<'a> {
        hw::constant(self.builder, value, width)
    }

    /// The bit 1.
    pub fn yes(&self) -> Bits<'a> {
        self.constant(1, 1)
    }

    /// Both, bit by bit.
    pub fn and(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        comb::and(self.builder, lhs, rhs)
    }

    /// All of some bits, 1 if there are none.
    pub fn all(&self, bits: &[Bits<'a>]) -> Bits<'a> {
        bits.iter()
            .copied()
            .reduce(|all, bit| self.and(all, bit))
            .unwrap_or_else(|| self.yes())
    }

    /// Either, bit by bit.
    pub fn or(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        comb::or(self.builder, lhs, rhs)
    }

    /// One but not both, bit by bit.
    pub fn xor(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        comb::xor(self.builder, lhs, rhs)
    }

    /// The opposite of each bit.
    pub fn not(&self, bits: Bits<'a>) -> Bits<'a> {
        self.xor(bits, self.constant(-1, bits.width))
    }

    /// The sum, modulo 2 to the width.
    pub fn add(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        comb::add(self.builder, lhs, rhs)
    }

    /// The difference, modulo 2 to the width.
    pub fn sub(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        comb::sub(self.builder, lhs, rhs)
    }

    /// The sum of two numbers of one width and of a bit, modulo 2 to the width.
    ///
    /// One addition of numbers a bit wider, whose lowest bits are 1 and the
    /// bit: their carry is the bit. Synthesis takes it as the carry into its
    /// adder, which an addition of three numbers would not become.
    pub fn add_with_carry(&self, lhs: Bits<'a>, rhs: Bits<'a>, carry: Bits<'a>) -> Bits<'a> {
        let lhs = self.concat(&[lhs, self.yes()]);
        let rhs = self.concat(&[rhs, carry]);
        let sum = self.add(lhs, rhs);
        self.extract(sum, 1, sum.width - 1)
    }

    /// The product of signed numbers in full width.
    pub fn multiply(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        let width = lhs.width + rhs.width;
        comb::mul(
            self.builder,
            self.sign_extend(lhs, width),
            self.sign_extend(rhs, width),
        )
    }

    /// Whether a value is a number.
    pub fn is(&self, bits: Bits<'a>, number: u64) -> Bits<'a> {
        let number = self.constant(number as i64, bits.width);
        comb::icmp(self.builder, Predicate::Eq, bits, number)
    }

    /// Whether an unsigned value is at least a number.
    pub fn is_at_least(&self, bits: Bits<'a>, number: u64) -> Bits<'a> {
        self.at_least(bits, self.constant(number as i64, bits.width))
    }

    /// Whether an unsigned value is at least another one.
    pub fn at_least(&self, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
        comb::icmp(self.builder, Predicate::Uge, lhs, rhs)
    }

    /// `yes` where a bit is 1, else `no`.
    pub fn select(&self, condition: Bits<'a>, yes: Bits<'a>, no: Bits<'a>) -> Bits<'a> {
        comb::mux(self.builder, condition, yes, no)
    }

    /// `width` bits from bit `low` on.
    pub fn extract(&self, bits: Bits<'a>, low: u32, width: u32) -> Bits<'a> {
        if low == 0 && width == bits.width {
            return bits;
        }
        comb::extract(self.builder, bits, low, width)
    }

    /// One bit.
    pub fn bit(&self, bits: Bits<'a>, index: u32) -> Bits<'a> {
        self.extract(bits, index, 1)
    }

    /// The highest bit, the sign of a signed number.
    pub fn sign(&self, bits: Bits<'a>) -> Bits<'a> {
        self.bit(bits, bits.width - 1)
    }

    /// Values beside each other, the highest bits first.
    pub fn concat(&self, parts: &[Bits<'a>]) -> Bits<'a> {
        match parts {
            [part] => *part,
            _ => comb::concat(self.builder, parts),
        }
    }

    /// A bit so many times.
    pub fn repeat(&self, bit: Bits<'a>, times: u32) -> Bits<'a> {
        if times == 1 {
            return bit;
        }
        comb::replicate(self.builder, bit, times)
    }

    /// A signed number in at least its width.
    pub fn sign_extend(&self, bits: Bits<'a>, width: u32) -> Bits<'a> {
        match width - bits.width {
            0 => bits,
            more => self.concat(&[self.repeat(self.sign(bits), more), bits]),
        }
    }

    /// An unsigned number in at least its width.
    pub fn zero_extend(&self, bits: Bits<'a>, width: u32) -> Bits<'a> {
        match width - bits.width {
            0 => bits,
            more => self.concat(&[self.constant(0, more), bits]),
        }
    }

    /// A signed number without its sign, as an unsigned number of its width.
    pub fn size(&self, bits: Bits<'a>) -> Bits<'a> {
        let zero = self.constant(0, bits.width);
        self.select(self.sign(bits), self.sub(zero, bits), bits)
    }

    /// A number with so many zeros behind it.
    pub fn shifted(&self, bits: Bits<'a>, by: u32) -> Bits<'a> {
        match by {
            0 => bits,
            _ => self.concat(&[bits, self.constant(0, by)]),
        }
    }

    /// A wire that is driven later.
    pub fn wire(&self, name: &str, width: u32) -> Wire<'a> {
        hw::wire(self.builder, name, width)
    }

    /// A register that a reset makes 0 and that is set later.
    pub fn register(&self, name: &str, width: u32) -> Register<'a> {
        seq::register(self.builder, name, width, self.control)
    }

    /// A register that a reset or `clear` makes 0 and that is set later.
    pub fn register_cleared(&self, name: &str, width: u32, clear: Bits<'a>) -> Register<'a> {
        let control = Control {
            reset: self.or(self.control.reset, clear),
            ..self.control
        };
        seq::register(self.builder, name, width, control)
    }

    /// A value a cycle later, 0 after a reset.
    pub fn after(&self, name: &str, bits: Bits<'a>) -> Bits<'a> {
        let register = self.register(name, bits.width);
        register.set(self.yes(), bits);
        register.bits
    }

    /// A value as it was at the last edge at which `enable` was 1; not reset.
    pub fn held(&self, name: &str, enable: Bits<'a>, bits: Bits<'a>) -> Bits<'a> {
        seq::delayed(self.builder, name, self.control.clock, enable, bits)
    }

    /// A register that counts, where `enable` is 1, from 0 to `count` - 1 and
    /// begins again; with whether it is at its last number.
    pub fn counter(&self, name: &str, count: u64, enable: Bits<'a>) -> (Bits<'a>, Bits<'a>) {
        let width = width_of(count);
        let register = self.register(name, width);
        let is_last = self.is(register.bits, count - 1);
        let next = self.add(register.bits, self.constant(1, width));
        let next = self.select(is_last, self.constant(0, width), next);
        register.set(enable, next);
        (register.bits, is_last)
    }

    /// A memory of so many words.
    pub fn memory(&self, name: &str, words: u64, width: u32) -> Memory<'a> {
        seq::memory(self.builder, name, words, width)
    }

    /// The word whose address was there at the last edge.
    pub fn read(&self, memory: Memory<'a>, address: Bits<'a>, enable: Bits<'a>) -> Bits<'a> {
        seq::read(self.builder, memory, self.control.clock, address, enable)
    }

    /// Writes a word where `enable` is 1.
    pub fn write(&self, memory: Memory<'a>, address: Bits<'a>, enable: Bits<'a>, word: Bits<'a>) {
        seq::write(
            self.builder,
            memory,
            self.control.clock,
            address,
            enable,
            word,
        );
    }
}
