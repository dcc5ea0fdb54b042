//! Scalars: constants, arithmetic and conversions.

use super::Emit;
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{ArrayAttribute, FloatAttribute, IntegerAttribute},
};
use ods_bridge::{complex_element, complex_of};

impl<'a> Emit<'a, '_> {
    /// A constant of a float type, or of a complex one that is real.
    pub fn float(&self, element: Type<'a>, number: f64) -> Value<'a, 'a> {
        if let Some(part) = complex_element(element) {
            let parts = [number, 0.0]
                .map(|part_value| FloatAttribute::new(self.context(), part, part_value).into());
            return self
                .op("complex.constant")
                .attribute("value", ArrayAttribute::new(self.context(), &parts))
                .result(element)
                .value();
        }
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

    /// The zero of a float, complex or integer type.
    pub fn zero(&self, element: Type<'a>) -> Value<'a, 'a> {
        if element.is_float() || complex_element(element).is_some() {
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

    /// The sum of floats, complex numbers or integers.
    pub fn add(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.arithmetic("add", lhs, rhs)
    }

    /// An addition to a sum whose order nothing depends on: floats may be added
    /// in the order that suits the processor.
    pub fn sum(&self, sum: Value<'a, 'a>, term: Value<'a, 'a>) -> Value<'a, 'a> {
        let r#type = sum.r#type();
        let name = match (r#type.is_float(), complex_element(r#type)) {
            (true, _) => "arith.addf",
            (false, Some(_)) => "complex.add",
            (false, None) => return self.add(sum, term),
        };
        self.op(name)
            .operands(&[sum, term])
            .parsed("fastmath", "#arith.fastmath<reassoc>")
            .result(r#type)
            .value()
    }

    /// The difference of floats, complex numbers or integers.
    pub fn sub(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.arithmetic("sub", lhs, rhs)
    }

    /// The product of floats, complex numbers or integers; of a float and a
    /// complex number, whose parts are of its type, it is complex.
    pub fn mul(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        match [lhs, rhs].map(|side| complex_element(side.r#type()).is_some()) {
            [true, false] => self.scale(rhs, lhs),
            [false, true] => self.scale(lhs, rhs),
            _ => self.arithmetic("mul", lhs, rhs),
        }
    }

    /// A complex number times a float.
    fn scale(&self, scale: Value<'a, 'a>, number: Value<'a, 'a>) -> Value<'a, 'a> {
        let [re, im] = [self.re(number), self.im(number)];
        self.complex(self.mul(scale, re), self.mul(scale, im))
    }

    /// The quotient of floats or complex numbers.
    pub fn div(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.arithmetic("div", lhs, rhs)
    }

    fn arithmetic(&self, name: &str, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        let r#type = lhs.r#type();
        let name = match (r#type.is_float(), complex_element(r#type)) {
            (true, _) => format!("arith.{name}f"),
            (false, Some(_)) => format!("complex.{name}"),
            (false, None) => format!("arith.{name}i"),
        };
        self.apply(&name, &[lhs, rhs])
    }

    /// The real part of a complex number; a float itself.
    pub fn re(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        self.part("complex.re", value).unwrap_or(value)
    }

    /// The imaginary part of a complex number; of a float 0.
    pub fn im(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        self.part("complex.im", value)
            .unwrap_or_else(|| self.float_like(value, 0.0))
    }

    fn part(&self, name: &str, value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
        let part = complex_element(value.r#type())?;
        Some(self.op(name).operand(value).result(part).value())
    }

    /// The complex number of those parts.
    pub fn complex(&self, re: Value<'a, 'a>, im: Value<'a, 'a>) -> Value<'a, 'a> {
        self.op("complex.create")
            .operands(&[re, im])
            .result(complex_of(re.r#type()))
            .value()
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

    /// Whether a float is 0, of either sign.
    pub fn is_zero(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        self.compare_floats("oeq", value, self.float_like(value, 0.0))
    }

    /// `arith.cmpf`.
    pub fn compare_floats(
        &self,
        predicate: &str,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.compare(predicate, lhs, rhs, self.integer(1))
    }

    /// `arith.cmpf` of floats, or of vectors of them, to conditions of a type.
    pub fn compare(
        &self,
        predicate: &str,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
        conditions: Type<'a>,
    ) -> Value<'a, 'a> {
        let number = match predicate {
            "oeq" => 1,
            "ogt" => 2,
            "olt" => 4,
            "one" => 6,
            "ord" => 7,
            "uno" => 14,
            other => panic!("no predicate {other}"),
        };
        self.op("arith.cmpf")
            .attribute("predicate", IntegerAttribute::new(self.integer(64), number))
            .operands(&[lhs, rhs])
            .result(conditions)
            .value()
    }

    /// A number under another float type, an integer as a float, or a number of
    /// any of these types as a complex one. The real part of a complex number is
    /// [`Emit::re`].
    pub fn convert(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let from = value.r#type();
        if from == r#type {
            return value;
        }
        if let Some(part) = complex_element(r#type) {
            let im = match complex_element(from) {
                Some(_) => self.convert(self.im(value), part),
                None => self.float(part, 0.0),
            };
            return self.complex(self.convert(self.re(value), part), im);
        }
        let width = |r#type| ods_bridge::bit_width(r#type).unwrap_or(0);
        let name = match (from.is_float(), r#type.is_float()) {
            (true, true) if width(from) == width(r#type) => {
                // f16 and bf16: through f32.
                let wide = self.convert(value, self.f32());
                return self.convert(wide, r#type);
            }
            // Which a library of C that is not of the newest has no function for.
            (true, true) if width(from) > 32 && r#type == self.named_type("bf16") => {
                return self.convert(self.odd_f32(value), r#type);
            }
            // LLVM 22 makes zeros of a vector of bf16 as f80 or f128, and makes one
            // such extension of two: the bits, which are the upper half of an f32's.
            (true, true) if from == self.named_type("bf16") && width(r#type) > 64 => {
                let [narrow, wide] = [16, 32].map(|width| self.integer(width));
                let bits = self.op("arith.extui").operand(self.bitcast(value, narrow));
                let bits = bits.result(wide).value();
                let bits = self.apply("arith.shli", &[bits, self.int(wide, 16)]);
                return self.convert(self.bitcast(bits, self.f32()), r#type);
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

    fn bitcast(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let op = self.op("arith.bitcast").operand(value);
        op.result(r#type).value()
    }

    /// A wider float as the f32 of which a narrower one is rounded as it would be
    /// of the wider one: what f32 does not hold is cut off and its last bit made
    /// odd, so that it stays on the same side of every tie (S. Boldo and G.
    /// Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms
    /// using rounding to odd", IEEE Transactions on Computers 57(4), 2008).
    fn odd_f32(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        let near = self.convert(value, self.f32());
        let back = self.convert(near, value.r#type());
        // Exact.
        let rest = self.sub(value, back);
        let none = self.float_like(rest, 0.0);
        let integer = self.integer(32);
        let [zero, one] = [0, 1].map(|number| self.int(integer, number));
        let bits = self.bitcast(near, integer);
        // Whether what is left points towards 0: `near` is too far from it.
        let signs = [
            self.compare_floats("olt", rest, none),
            self.compare_integers("slt", bits, zero),
        ];
        let is_far = self.apply("arith.xori", &signs);
        let cut = self.select(is_far, self.apply("arith.subi", &[bits, one]), bits);
        let odd = self.apply("arith.ori", &[cut, one]);
        let is_cut = self.compare_floats("one", rest, none);
        self.bitcast(self.select(is_cut, odd, bits), self.f32())
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
