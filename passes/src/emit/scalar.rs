//! Scalars: constants, arithmetic and conversions.

use super::Emit;
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{FloatAttribute, IntegerAttribute},
};

impl<'a> Emit<'a, '_> {
    /// A constant of a float type.
    pub fn float(&self, element: Type<'a>, number: f64) -> Value<'a, 'a> {
        self.op("arith.constant")
            .attribute(
                "value",
                FloatAttribute::new(self.context(), element, number),
            )
            .result(element)
            .value()
    }

    /// A constant of the type of another value.
    pub fn float_like(&self, like: Value<'a, 'a>, number: f64) -> Value<'a, 'a> {
        self.float(like.r#type(), number)
    }

    /// A constant of an integer type.
    pub fn int(&self, element: Type<'a>, number: i64) -> Value<'a, 'a> {
        self.op("arith.constant")
            .attribute("value", IntegerAttribute::new(element, number))
            .result(element)
            .value()
    }

    /// The zero of a float or integer type.
    pub fn zero(&self, element: Type<'a>) -> Value<'a, 'a> {
        if element.is_float() {
            self.float(element, 0.0)
        } else {
            self.int(element, 0)
        }
    }

    /// An op of one result whose type is that of its operands.
    pub fn apply(&self, name: &str, operands: &[Value<'a, 'a>]) -> Value<'a, 'a> {
        self.op(name)
            .operands(operands)
            .result(operands[0].r#type())
            .value()
    }

    /// `arith.addf` or `arith.addi`.
    pub fn add(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.apply(self.by_kind(lhs, "arith.addf", "arith.addi"), &[lhs, rhs])
    }

    /// An addition to a sum whose order nothing depends on: floats may be added
    /// in the order that suits the processor.
    pub fn sum(&self, sum: Value<'a, 'a>, term: Value<'a, 'a>) -> Value<'a, 'a> {
        if !sum.r#type().is_float() {
            return self.add(sum, term);
        }
        self.op("arith.addf")
            .operands(&[sum, term])
            .parsed("fastmath", "#arith.fastmath<reassoc>")
            .result(sum.r#type())
            .value()
    }

    /// `arith.subf` or `arith.subi`.
    pub fn sub(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.apply(self.by_kind(lhs, "arith.subf", "arith.subi"), &[lhs, rhs])
    }

    /// `arith.mulf`.
    pub fn mul(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.apply("arith.mulf", &[lhs, rhs])
    }

    /// `arith.divf`.
    pub fn div(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.apply("arith.divf", &[lhs, rhs])
    }

    fn by_kind(
        &self,
        value: Value<'a, 'a>,
        float: &'static str,
        int: &'static str,
    ) -> &'static str {
        if value.r#type().is_float() {
            float
        } else {
            int
        }
    }

    /// `arith.select`.
    pub fn select(
        &self,
        condition: Value<'a, 'a>,
        then: Value<'a, 'a>,
        otherwise: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.op("arith.select")
            .operands(&[condition, then, otherwise])
            .result(then.r#type())
            .value()
    }

    /// `arith.cmpi` on integers or indices.
    pub fn compare_integers(
        &self,
        predicate: &str,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let number = match predicate {
            "eq" => 0,
            "slt" => 2,
            "sgt" => 4,
            "ult" => 6,
            "uge" => 9,
            other => panic!("no predicate {other}"),
        };
        self.op("arith.cmpi")
            .attribute("predicate", IntegerAttribute::new(self.integer(64), number))
            .operands(&[lhs, rhs])
            .result(self.integer(1))
            .value()
    }

    /// Whether a float is greater than another.
    pub fn greater(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.compare_floats("ogt", lhs, rhs)
    }

    /// `arith.cmpf`.
    pub fn compare_floats(
        &self,
        predicate: &str,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let number = match predicate {
            "oeq" => 1,
            "ogt" => 2,
            "ord" => 7,
            "uno" => 14,
            other => panic!("no predicate {other}"),
        };
        self.op("arith.cmpf")
            .attribute("predicate", IntegerAttribute::new(self.integer(64), number))
            .operands(&[lhs, rhs])
            .result(self.integer(1))
            .value()
    }

    /// A number under another float type, or an integer as a float.
    pub fn convert(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let from = value.r#type();
        if from == r#type {
            return value;
        }
        let width = |r#type| ods_bridge::bit_width(r#type).unwrap_or(0);
        let name = match (from.is_float(), r#type.is_float()) {
            (true, true) if width(from) == width(r#type) => {
                // f16 and bf16: through f32.
                let wide = self.convert(value, self.f32());
                return self.convert(wide, r#type);
            }
            (true, true) if width(from) < width(r#type) => "arith.extf",
            (true, true) => "arith.truncf",
            (false, true) => "arith.sitofp",
            (true, false) => "arith.fptosi",
            (false, false) if width(from) < width(r#type) => "arith.extsi",
            (false, false) => "arith.trunci",
        };
        self.op(name).operand(value).result(r#type).value()
    }

    /// An index as a float.
    pub fn index_to_float(&self, index: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let integer = self
            .op("arith.index_cast")
            .operand(index)
            .result(self.integer(64))
            .value();
        self.convert(integer, r#type)
    }
}
