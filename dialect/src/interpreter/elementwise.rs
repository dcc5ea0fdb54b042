//! Ops that compute each element of a result from the elements of the operands
//! at the same index, or a number from numbers.

use super::{
    Failure, Frame, Op, Result,
    value::{Elements, Number, Value, bits, element},
};
use fidelity_reference::{Complex, ElementType};

/// What such an op does to one element.
///
/// Floats are f64, complex numbers pairs of it, and the result is rounded to
/// its type; of an integer result
/// the low bits are kept, as many as its type has.
#[derive(Clone, Copy)]
pub(super) enum Kernel {
    Float1(fn(f64) -> f64),
    Float2(fn(f64, f64) -> f64),
    Float3(fn(f64, f64, f64) -> f64),
    /// A float to the power of an integer.
    Power,
    Complex1(fn(Complex) -> Complex),
    Complex2(fn(Complex, Complex) -> Complex),
    /// From a complex number to a float.
    Part(fn(Complex) -> f64),
    /// A complex number from its parts.
    Pair,
    /// A predicate on two floats.
    CompareFloats(fn(f64, f64) -> bool),
    /// Integers of the type that is passed.
    Int1(fn(i64, ElementType) -> i64),
    Int2(fn(i64, i64, ElementType) -> Result<i64>),
    /// A predicate on two integers of the type that is passed.
    CompareInts(fn(i64, i64, ElementType) -> bool),
    /// From a number of the first type to one of the second.
    Convert(fn(Number, ElementType, ElementType) -> Result<Number>),
    /// The second operand if the first one is 1, else the third one.
    Select,
}

impl Kernel {
    /// `from` is the type of the first operand, `to` that of the result.
    fn apply(self, x: &[Number], from: ElementType, to: ElementType) -> Result<Number> {
        let at = |index: usize| {
            x.get(index).copied().ok_or_else(|| {
                Failure::expected(format!("at least {} operands", index + 1), x.len())
            })
        };
        let float = |index| at(index)?.float();
        let complex = |index| at(index)?.complex();
        let int = |index| at(index)?.int();
        Ok(match self {
            Self::Float1(f) => Number::from_float(f(float(0)?), to),
            Self::Float2(f) => Number::from_float(f(float(0)?, float(1)?), to),
            Self::Float3(f) => Number::from_float(f(float(0)?, float(1)?, float(2)?), to),
            // No integer power that makes a difference is beyond 2^53.
            Self::Power => Number::from_float(libm::pow(float(0)?, int(1)? as f64), to),
            Self::Complex1(f) => Number::from_complex(f(complex(0)?), to),
            Self::Complex2(f) => Number::from_complex(f(complex(0)?, complex(1)?), to),
            Self::Part(f) => Number::from_float(f(complex(0)?), to),
            Self::Pair => Number::from_complex(Complex::new(float(0)?, float(1)?), to),
            Self::CompareFloats(f) => Number::from_bool(f(float(0)?, float(1)?)),
            Self::Int1(f) => Number::from_bits(f(int(0)?, from), to),
            Self::Int2(f) => Number::from_bits(f(int(0)?, int(1)?, from)?, to),
            Self::CompareInts(f) => Number::from_bool(f(int(0)?, int(1)?, from)),
            Self::Convert(f) => f(at(0)?, from, to)?,
            Self::Select => at(if int(0)? == 1 { 1 } else { 2 })?,
        })
    }
}

/// Evaluates an op that does that to each element.
pub(super) fn evaluate<'a>(
    frame: &Frame<'a, '_>,
    op: &Op<'a>,
    kernel: Kernel,
) -> Result<Vec<Value>> {
    let operands = frame.operands(op)?;
    let from = op.operand_type(0)?.element();
    let to = op.result_type()?.element();
    if operands
        .iter()
        .all(|operand| matches!(operand, Value::Number(_)))
    {
        let numbers: Vec<Number> = operands.iter().map(Value::number).collect::<Result<_>>()?;
        return Ok(vec![kernel.apply(&numbers, from, to)?.into()]);
    }

    // A number beside tensors is the condition of a select, for all elements.
    if let [Value::Number(condition), then, otherwise] = &operands[..] {
        let chosen = if condition.int()? == 1 {
            then
        } else {
            otherwise
        };
        return Ok(vec![chosen.clone()]);
    }
    let tensors = operands
        .iter()
        .map(Value::tensor)
        .collect::<Result<Vec<_>>>()?;
    let shape = tensors[0].shape();
    if let Some(other) = tensors.iter().find(|tensor| tensor.shape() != shape) {
        return Err(Failure::expected(
            format!("operands of one shape, {shape:?}"),
            format!("{:?}", other.shape()),
        ));
    }
    let mut elements = Elements::new(to, shape.to_vec());
    let mut numbers = Vec::with_capacity(tensors.len());
    for offset in 0..tensors[0].len() {
        numbers.clear();
        numbers.extend(tensors.iter().map(|tensor| element(tensor, offset)));
        elements.push(kernel.apply(&numbers, from, to)?)?;
    }
    Ok(vec![elements.into_tensor()?.into()])
}

/// A number of bits to shift an integer of that type by.
pub(super) fn shift(by: i64, r#type: ElementType) -> Result<u32> {
    let width = bits(r#type);
    match u32::try_from(by) {
        Ok(by) if by < width => Ok(by),
        _ => Err(Failure::expected(
            format!("to shift an {type} by 0 to {} bits", width - 1),
            by,
        )),
    }
}
