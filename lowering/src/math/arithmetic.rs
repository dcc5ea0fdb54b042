//! What functions are made of: operations on floats, or on vectors of them, and on their
//! bits.

use super::{Float, Machine, intrinsic};
use fidelity_passes::emit::Emit;
use melior::ir::{Type, Value, ValueLike};

impl<'a> Float<'a, '_> {
    pub(super) fn number(&self, number: f64) -> Value<'a, 'a> {
        self.in_all(self.emit.float(self.float, number), self.r#type)
    }

    /// A scalar in each lane of a vector; itself where the type is its own.
    pub(super) fn in_all(&self, scalar: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        if scalar.r#type() == r#type {
            return scalar;
        }
        let op = self.emit.op("vector.broadcast").operand(scalar);
        op.result(r#type).value()
    }

    pub(super) fn add(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.emit.apply("arith.addf", &[lhs, rhs])
    }

    pub(super) fn sub(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.emit.apply("arith.subf", &[lhs, rhs])
    }

    pub(super) fn mul(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.emit.apply("arith.mulf", &[lhs, rhs])
    }

    pub(super) fn div(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.emit.apply("arith.divf", &[lhs, rhs])
    }

    pub(super) fn negated(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        self.emit.apply("arith.negf", &[x])
    }

    /// lhs · rhs + sum.
    pub(super) fn fma(
        &self,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
        sum: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        match self.machine {
            Machine::Gpu => intrinsic(self.emit, "fma", &[lhs, rhs, sum]),
            Machine::Cpu => fused(self.emit, lhs, rhs, sum),
        }
    }

    /// |x|
    pub(super) fn magnitude(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        match self.machine {
            Machine::Gpu => intrinsic(self.emit, "fabs", &[x]),
            Machine::Cpu => self.emit.apply("math.absf", &[x]),
        }
    }

    /// A float with the sign of another one.
    pub(super) fn with_sign(&self, x: Value<'a, 'a>, of: Value<'a, 'a>) -> Value<'a, 'a> {
        match self.machine {
            Machine::Gpu => intrinsic(self.emit, "copysign", &[x, of]),
            Machine::Cpu => self.emit.apply("math.copysign", &[x, of]),
        }
    }

    /// A polynomial, the coefficient of the highest power first.
    pub(super) fn polynomial(&self, x: Value<'a, 'a>, coefficients: &[f64]) -> Value<'a, 'a> {
        let mut coefficients = coefficients.iter().map(|&number| self.number(number));
        let first = coefficients.next().unwrap_or_else(|| self.number(0.0));
        coefficients.fold(first, |sum, coefficient| self.fma(sum, x, coefficient))
    }

    /// An op on integers and one number.
    pub(super) fn of_integers(&self, name: &str, lhs: Value<'a, 'a>, rhs: i64) -> Value<'a, 'a> {
        let integer = self.emit.integer(self.precision.bits);
        let rhs = self.in_all(self.emit.int(integer, rhs), self.integers);
        self.emit.apply(name, &[lhs, rhs])
    }

    pub(super) fn bits(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        self.cast(x, self.integers)
    }

    pub(super) fn float_of(&self, bits: Value<'a, 'a>) -> Value<'a, 'a> {
        self.cast(bits, self.r#type)
    }

    pub(super) fn cast(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let op = self.emit.op("arith.bitcast").operand(value);
        op.result(r#type).value()
    }

    /// `then` where a comparison of `x` with a number holds.
    pub(super) fn select(
        &self,
        predicate: &str,
        x: Value<'a, 'a>,
        number: f64,
        then: Value<'a, 'a>,
        otherwise: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let [lhs, rhs] = [x, self.number(number)];
        let condition = self.emit.compare(predicate, lhs, rhs, self.conditions);
        self.emit.select(condition, then, otherwise)
    }
}

/// lhs · rhs + sum, rounded once where the processor has an instruction for it.
pub fn fused<'a>(
    emit: &Emit<'a, '_>,
    lhs: Value<'a, 'a>,
    rhs: Value<'a, 'a>,
    sum: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let apply = |name: &str, operands: [Value<'a, 'a>; 2]| {
        let op = emit.op(name).operands(&operands);
        let op = op.parsed("fastmath", "#arith.fastmath<contract>");
        op.result(sum.r#type()).value()
    };
    apply("arith.addf", [apply("arith.mulf", [lhs, rhs]), sum])
}
