//! The `seq` dialect: registers and memories.
//!
//! A function for each op that is emitted. `seq.compreg` has 5 groups of
//! operands and `seq.compreg.ce` and `seq.firmem.write_port` 6, whose sizes an
//! attribute says.

use super::{comb::Bits, hw};
use melior::ir::{
    Type, Value,
    attribute::{DenseI32ArrayAttribute, IntegerAttribute, StringAttribute},
    operation::OperationRef,
    r#type::IntegerType,
};
use ods_bridge::{Builder, set_operands};

/// The type of clocks.
pub fn clock<'a>(builder: &Builder<'a>) -> Type<'a> {
    builder.r#type("!seq.clock")
}

/// What a register listens to.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// The clock.
    pub clock: Value<'a, 'a>,
    /// The one bit that makes it 0 at the next edge.
    pub reset: Bits<'a>,
}

/// A register that can be read before it is known what is written to it.
pub struct Register<'a> {
    operation: OperationRef<'a, 'a>,
    control: Control<'a>,
    zero: Bits<'a>,
    /// What it holds.
    pub bits: Bits<'a>,
}

impl<'a> Register<'a> {
    /// Says what it holds after an edge at which `enable` is 1.
    pub fn set(&self, enable: Bits<'a>, next: Bits<'a>) {
        let operands = [
            next.value,
            self.control.clock,
            enable.value,
            self.control.reset.value,
            self.zero.value,
        ];
        set_operands(self.operation, &operands);
    }
}

/// `seq.compreg.ce`, 0 after a reset and until [`Register::set`] is called.
pub fn register<'a>(
    builder: &Builder<'a>,
    name: &str,
    width: u32,
    control: Control<'a>,
) -> Register<'a> {
    let zero = hw::constant(builder, 0, width);
    let enable = hw::constant(builder, 1, 1);
    let operation = builder
        .op("seq.compreg.ce")
        .operands(&[
            zero.value,
            control.clock,
            enable.value,
            control.reset.value,
            zero.value,
        ])
        .attribute("name", StringAttribute::new(builder.context(), name))
        .attribute(
            "operandSegmentSizes",
            segments(builder, &[1, 1, 1, 1, 1, 0]),
        )
        .result(IntegerType::new(builder.context(), width))
        .insert();
    let bits = Bits::results(operation, &[width])[0];
    Register {
        operation,
        control,
        zero,
        bits,
    }
}

/// `seq.compreg.ce` without a reset: `input` as it was at the last edge at
/// which `enable` was 1.
pub fn delayed<'a>(
    builder: &Builder<'a>,
    name: &str,
    clock: Value<'a, 'a>,
    enable: Bits<'a>,
    input: Bits<'a>,
) -> Bits<'a> {
    let value = builder
        .op("seq.compreg.ce")
        .operands(&[input.value, clock, enable.value])
        .attribute("name", StringAttribute::new(builder.context(), name))
        .attribute(
            "operandSegmentSizes",
            segments(builder, &[1, 1, 1, 0, 0, 0]),
        )
        .result(IntegerType::new(builder.context(), input.width))
        .value();
    Bits {
        value,
        width: input.width,
    }
}

/// A memory, which becomes block RAM.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    value: Value<'a, 'a>,
    width: u32,
}

/// `seq.firmem` of at least two words, each read a cycle after it is asked for.
/// A word that is read and written at once is undefined.
pub fn memory<'a>(builder: &Builder<'a>, name: &str, words: u64, width: u32) -> Memory<'a> {
    let words = words.max(2);
    let i32 = IntegerType::new(builder.context(), 32).into();
    let number = |value| IntegerAttribute::new(i32, value);
    let value = builder
        .op("seq.firmem")
        .attribute("name", StringAttribute::new(builder.context(), name))
        .attribute("readLatency", number(1))
        .attribute("writeLatency", number(1))
        .attribute("ruw", number(0))
        .attribute("wuw", number(0))
        .result(builder.r#type(&format!("!seq.firmem<{words} x {width}>")))
        .value();
    Memory { value, width }
}

/// `seq.firmem.read_port`: the word whose address was there at the last edge.
pub fn read<'a>(
    builder: &Builder<'a>,
    memory: Memory<'a>,
    clock: Value<'a, 'a>,
    address: Bits<'a>,
    enable: Bits<'a>,
) -> Bits<'a> {
    let value = builder
        .op("seq.firmem.read_port")
        .operands(&[memory.value, address.value, clock, enable.value])
        .result(IntegerType::new(builder.context(), memory.width))
        .value();
    Bits {
        value,
        width: memory.width,
    }
}

/// `seq.firmem.write_port`: writes a word where `enable` is 1.
pub fn write<'a>(
    builder: &Builder<'a>,
    memory: Memory<'a>,
    clock: Value<'a, 'a>,
    address: Bits<'a>,
    enable: Bits<'a>,
    word: Bits<'a>,
) {
    builder
        .op("seq.firmem.write_port")
        .operands(&[memory.value, address.value, clock, enable.value, word.value])
        .attribute(
            "operandSegmentSizes",
            segments(builder, &[1, 1, 1, 1, 1, 0]),
        )
        .insert();
}

fn segments<'a>(builder: &Builder<'a>, sizes: &[i32]) -> DenseI32ArrayAttribute<'a> {
    DenseI32ArrayAttribute::new(builder.context(), sizes)
}
