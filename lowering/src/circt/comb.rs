//! The `comb` dialect: logic without a memory.
//!
//! A function for each op that is emitted. The operands of one op have the
//! same width unless it says otherwise.

use melior::ir::{
    Value,
    attribute::IntegerAttribute,
    operation::{OperationLike, OperationRef},
    r#type::IntegerType,
};
use ods_bridge::Builder;

/// A value of so many bits.
#[derive(Clone, Copy)]
pub struct Bits<'a> {
    /// The value.
    pub value: Value<'a, 'a>,
    /// Its width.
    pub width: u32,
}

impl<'a> Bits<'a> {
    /// The results of an op that has one for each width.
    pub(super) fn results(operation: OperationRef<'a, 'a>, widths: &[u32]) -> Vec<Self> {
        operation
            .results()
            .zip(widths)
            .map(|(value, &width)| Self {
                value: value.into(),
                width,
            })
            .collect()
    }
}

/// How `comb.icmp` compares, by CIRCT's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Predicate {
    /// Equal.
    Eq = 0,
    /// Unsigned, at least.
    Uge = 9,
}

fn op<'a>(builder: &Builder<'a>, name: &str, operands: &[Bits<'a>], width: u32) -> Bits<'a> {
    let values: Vec<_> = operands.iter().map(|bits| bits.value).collect();
    let value = builder
        .op(name)
        .operands(&values)
        .result(IntegerType::new(builder.context(), width))
        .value();
    Bits { value, width }
}

macro_rules! binary {
    ($($(#[$doc:meta])* $function:ident = $name:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $function<'a>(builder: &Builder<'a>, lhs: Bits<'a>, rhs: Bits<'a>) -> Bits<'a> {
                op(builder, $name, &[lhs, rhs], lhs.width)
            }
        )*
    };
}

binary! {
    /// `comb.add`, modulo 2 to the width.
    add = "comb.add";
    /// `comb.sub`, modulo 2 to the width.
    sub = "comb.sub";
    /// `comb.mul`, modulo 2 to the width.
    mul = "comb.mul";
    /// `comb.and`.
    and = "comb.and";
    /// `comb.or`.
    or = "comb.or";
    /// `comb.xor`.
    xor = "comb.xor";
}

/// `comb.icmp`: one bit.
pub fn icmp<'a>(
    builder: &Builder<'a>,
    predicate: Predicate,
    lhs: Bits<'a>,
    rhs: Bits<'a>,
) -> Bits<'a> {
    let i64 = IntegerType::new(builder.context(), 64).into();
    let value = builder
        .op("comb.icmp")
        .operands(&[lhs.value, rhs.value])
        .attribute("predicate", IntegerAttribute::new(i64, predicate as i64))
        .result(IntegerType::new(builder.context(), 1))
        .value();
    Bits { value, width: 1 }
}

/// `comb.mux`: `yes` where the one bit of `condition` is 1, else `no`.
pub fn mux<'a>(
    builder: &Builder<'a>,
    condition: Bits<'a>,
    yes: Bits<'a>,
    no: Bits<'a>,
) -> Bits<'a> {
    op(builder, "comb.mux", &[condition, yes, no], yes.width)
}

/// `comb.extract`: `width` bits from bit `low` on.
pub fn extract<'a>(builder: &Builder<'a>, bits: Bits<'a>, low: u32, width: u32) -> Bits<'a> {
    let i32 = IntegerType::new(builder.context(), 32).into();
    let value = builder
        .op("comb.extract")
        .operand(bits.value)
        .attribute("lowBit", IntegerAttribute::new(i32, i64::from(low)))
        .result(IntegerType::new(builder.context(), width))
        .value();
    Bits { value, width }
}

/// `comb.concat` of values of any widths, the highest bits first.
pub fn concat<'a>(builder: &Builder<'a>, parts: &[Bits<'a>]) -> Bits<'a> {
    let width = parts.iter().map(|part| part.width).sum();
    op(builder, "comb.concat", parts, width)
}

/// `comb.replicate`: the value so many times beside itself.
pub fn replicate<'a>(builder: &Builder<'a>, bits: Bits<'a>, times: u32) -> Bits<'a> {
    op(builder, "comb.replicate", &[bits], bits.width * times)
}
