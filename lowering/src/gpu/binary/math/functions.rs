//! Functions of f32 and f64 in additions, multiplications, divisions and bits.

use fidelity_passes::emit::Emit;
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, StringAttribute},
};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, LOG2_E};

/// What a float type has, and how much of a series it needs.
struct Precision {
    /// Of a float.
    bits: u32,
    /// Of its fraction.
    fraction: u32,
    /// The exponent of 1.
    bias: i64,
    /// The last power of the exponential series.
    exp_power: u32,
    /// The terms of the logarithmic series.
    log_terms: u32,
    /// ln 2 in two parts; products of the first with exponents are exact.
    ln_2: [f64; 2],
}

const F32: Precision = Precision {
    bits: 32,
    fraction: 23,
    bias: 127,
    exp_power: 7,
    log_terms: 5,
    ln_2: [0.693_138_122_558_593_8, 9.058_001_351_559_417e-6],
};

const F64: Precision = Precision {
    bits: 64,
    fraction: 52,
    bias: 1023,
    exp_power: 13,
    log_terms: 10,
    ln_2: [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10],
};

/// Builds functions of floats of a type.
pub struct Float<'a, 'b> {
    emit: &'b Emit<'a, 'b>,
    r#type: Type<'a>,
    precision: &'static Precision,
}

/// An intrinsic of LLVM's whose result has the type of its operands.
pub fn intrinsic<'a>(emit: &Emit<'a, '_>, name: &str, operands: &[Value<'a, 'a>]) -> Value<'a, 'a> {
    let r#type = operands[0].r#type();
    let name = format!("llvm.{name}.{type}");
    let context = emit.context();
    emit.op("llvm.call_intrinsic")
        .operands(operands)
        .attribute("intrin", StringAttribute::new(context, &name))
        .attribute("op_bundle_sizes", DenseI32ArrayAttribute::new(context, &[]))
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(context, &[operands.len() as i32, 0]),
        )
        .result(r#type)
        .value()
}

impl<'a, 'b> Float<'a, 'b> {
    /// Builds with `emit`, functions of f32 or f64.
    pub fn new(emit: &'b Emit<'a, 'b>, r#type: Type<'a>) -> Self {
        Self {
            emit,
            r#type,
            precision: if r#type.is_f64() { &F64 } else { &F32 },
        }
    }

    /// exp(x) = 2ⁿ · exp(r), n the integer nearest to x / ln 2, |r| ≤ ln 2 / 2.
    pub fn exp(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let x = self.clamped(x, LN_2);
        let (n, bits) = self.rounded(self.emit.mul(x, self.number(LOG2_E)));
        let [high, low] = self.precision.ln_2;
        let r = self.fma(n, self.number(-high), x);
        let r = self.fma(n, self.number(-low), r);
        self.scaled(self.exp_of_small(r), bits)
    }

    /// 2ˣ = 2ⁿ · exp(r · ln 2), n the integer nearest to x, |r| ≤ ½.
    pub fn exp2(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let x = self.clamped(x, 1.0);
        let (n, bits) = self.rounded(x);
        let r = self.emit.sub(x, n);
        let r = self.emit.mul(r, self.number(LN_2));
        self.scaled(self.exp_of_small(r), bits)
    }

    /// log(x) = k · ln 2 + log(1 + f), x = 2ᵏ · (1 + f), √½ ≤ 1 + f < √2.
    pub fn log(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let (k, f) = self.taken_apart(x);
        let [high, low] = self.precision.ln_2;
        let rest = self.emit.mul(k, self.number(low));
        let log = self.log_of_sum(f, Some(rest));
        let log = self.fma(k, self.number(high), log);
        self.log_everywhere(x, log)
    }

    /// log₂(x) = k + log(1 + f) / ln 2, likewise.
    pub fn log2(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let (k, f) = self.taken_apart(x);
        let log = self.fma(self.log_of_sum(f, None), self.number(LOG2_E), k);
        self.log_everywhere(x, log)
    }

    /// erf(x) = x · T(x²) / U(x²) for |x| ≤ 1, else ±(1 - exp(-x²) · P(|x|) / Q(|x|)),
    /// with the polynomials of S. L. Moshier's Cephes library.
    pub fn erf(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        const T: &[f64] = &[
            9.604_973_739_870_516,
            90.026_019_720_384_27,
            2_232.005_345_946_843,
            7_003.325_141_128_051,
            55_592.301_301_039_49,
        ];
        const U: &[f64] = &[
            1.0,
            33.561_714_164_750_31,
            521.357_949_780_152_7,
            4_594.323_829_709_801,
            22_629.000_061_389_095,
            49_267.394_260_863_59,
        ];
        const P: &[f64] = &[
            2.461_969_814_735_305e-10,
            0.564_189_564_831_068_9,
            7.463_210_564_422_699,
            48.637_197_098_568_14,
            196.520_832_956_077_1,
            526.445_194_995_477_3,
            934.528_527_171_957_6,
            1_027.551_886_895_157_2,
            557.535_335_369_399_4,
        ];
        const Q: &[f64] = &[
            1.0,
            13.228_195_115_474_499,
            86.707_214_088_598_97,
            354.937_778_887_819_9,
            975.708_501_743_205_5,
            1_823.909_166_879_097_3,
            2_246.337_608_187_109_7,
            1_656.663_091_941_613_4,
            557.535_340_817_727_7,
        ];
        let emit = self.emit;
        let magnitude = intrinsic(emit, "fabs", &[x]);
        // From there on it is 1, and the polynomials do not overflow.
        let magnitude = self.select("ogt", magnitude, 8.0, self.number(8.0), magnitude);
        let square = emit.mul(magnitude, magnitude);
        let small = emit.div(self.polynomial(square, T), self.polynomial(square, U));
        let small = emit.mul(magnitude, small);
        let exp = self.exp(emit.apply("arith.negf", &[square]));
        let large = emit.div(self.polynomial(magnitude, P), self.polynomial(magnitude, Q));
        let large = emit.sub(self.number(1.0), emit.mul(exp, large));
        let erf = self.select("ogt", magnitude, 1.0, large, small);
        intrinsic(emit, "copysign", &[erf, x])
    }

    /// 1 / √x
    pub fn rsqrt(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let root = intrinsic(self.emit, "sqrt", &[x]);
        self.emit.div(self.number(1.0), root)
    }

    /// exp(r) = Σ rⁱ / i!
    fn exp_of_small(&self, r: Value<'a, 'a>) -> Value<'a, 'a> {
        let factorial = |power: u32| (1..=power).map(f64::from).product::<f64>();
        let powers = (0..=self.precision.exp_power).rev();
        let coefficients: Vec<f64> = powers.map(|power| 1.0 / factorial(power)).collect();
        self.polynomial(r, &coefficients)
    }

    /// log(1 + f) and a small number, with s = f / (2 + f):
    /// log(1 + f) = 2 artanh(s) = f - (f²/2 - s · (f²/2 + R)), R = Σ 2/(2i + 1) · s²ⁱ
    /// from i = 1.
    fn log_of_sum(&self, f: Value<'a, 'a>, rest: Option<Value<'a, 'a>>) -> Value<'a, 'a> {
        let emit = self.emit;
        let s = emit.div(f, emit.add(self.number(2.0), f));
        let square = emit.mul(s, s);
        let terms = (1..=self.precision.log_terms).rev();
        let coefficients: Vec<f64> = terms.map(|i| 2.0 / f64::from(2 * i + 1)).collect();
        let series = emit.mul(self.polynomial(square, &coefficients), square);
        let half = emit.mul(emit.mul(f, f), self.number(0.5));
        let sum = emit.mul(s, emit.add(half, series));
        let sum = match rest {
            Some(rest) => emit.add(sum, rest),
            None => sum,
        };
        emit.sub(f, emit.sub(half, sum))
    }

    /// A logarithm where its argument is not positive or not finite too.
    fn log_everywhere(&self, x: Value<'a, 'a>, log: Value<'a, 'a>) -> Value<'a, 'a> {
        let log = self.select("oeq", x, f64::INFINITY, x, log);
        let least = self.number(f64::NEG_INFINITY);
        let log = self.select("oeq", x, 0.0, least, log);
        let log = self.select("olt", x, 0.0, self.number(f64::NAN), log);
        self.select("uno", x, 0.0, x, log)
    }

    /// k and f for x = 2ᵏ · (1 + f), √½ ≤ 1 + f < √2.
    fn taken_apart(&self, x: Value<'a, 'a>) -> (Value<'a, 'a>, Value<'a, 'a>) {
        let emit = self.emit;
        let &Precision { fraction, bias, .. } = self.precision;
        let power = |exponent: i64| 2f64.powi(exponent as i32);
        let least = power(1 - bias);
        let scaled = emit.mul(x, self.number(power(fraction.into())));
        let normal = self.select("olt", x, least, scaled, x);
        let lowered = self.number(-f64::from(fraction));
        let lowered = self.select("olt", x, least, lowered, self.number(0.0));
        let bits = self.bits(normal);
        let root = match fraction {
            23 => i64::from((FRAC_1_SQRT_2 as f32).to_bits()),
            _ => FRAC_1_SQRT_2.to_bits().cast_signed(),
        };
        let k = emit.sub(bits, self.integer(root));
        let k = emit.apply("arith.shrsi", &[k, self.integer(fraction.into())]);
        let shifted = emit.apply("arith.shli", &[k, self.integer(fraction.into())]);
        let sum = self.float_of(emit.sub(bits, shifted));
        let f = emit.sub(sum, self.number(1.0));
        (emit.add(emit.convert(k, self.r#type), lowered), f)
    }

    /// A float in a range beyond which its power is infinite, or less than half of
    /// the smallest float; the powers are those of 2 for a `unit` of 1.
    fn clamped(&self, x: Value<'a, 'a>, unit: f64) -> Value<'a, 'a> {
        let &Precision { fraction, bias, .. } = self.precision;
        let most = (bias + 2) as f64 * unit;
        let least = -((bias + i64::from(fraction) + 2) as f64) * unit;
        let x = self.select("ogt", x, most, self.number(most), x);
        self.select("olt", x, least, self.number(least), x)
    }

    /// The nearest integer, half to even, as a float and as an integer. Adding
    /// 1.5 · 2ᶠ, for f bits of a fraction, leaves it in the last bits of the sum.
    fn rounded(&self, x: Value<'a, 'a>) -> (Value<'a, 'a>, Value<'a, 'a>) {
        let &Precision {
            bits,
            fraction,
            bias,
            ..
        } = self.precision;
        let rounder = self.number(1.5 * 2f64.powi(fraction as i32));
        let sum = self.emit.add(x, rounder);
        let exponent = (bias + i64::from(fraction)) << fraction;
        let of_rounder = exponent | 1 << (fraction - 1);
        debug_assert!(bits == 64 || of_rounder < 1 << 31);
        (
            self.emit.sub(sum, rounder),
            self.emit.sub(self.bits(sum), self.integer(of_rounder)),
        )
    }

    /// x · 2ⁿ, in two steps: 2ⁿ may be no float where the product is one.
    fn scaled(&self, x: Value<'a, 'a>, n: Value<'a, 'a>) -> Value<'a, 'a> {
        let half = self.emit.apply("arith.shrsi", &[n, self.integer(1)]);
        let rest = self.emit.sub(n, half);
        let product = self.emit.mul(x, self.power_of_two(half));
        self.emit.mul(product, self.power_of_two(rest))
    }

    /// 2ⁿ where it is not subnormal.
    fn power_of_two(&self, n: Value<'a, 'a>) -> Value<'a, 'a> {
        let biased = self.emit.add(n, self.integer(self.precision.bias));
        let fraction = self.integer(self.precision.fraction.into());
        self.float_of(self.emit.apply("arith.shli", &[biased, fraction]))
    }

    fn number(&self, number: f64) -> Value<'a, 'a> {
        self.emit.float(self.r#type, number)
    }

    fn integer(&self, number: i64) -> Value<'a, 'a> {
        self.emit
            .int(self.emit.integer(self.precision.bits), number)
    }

    /// lhs · rhs + sum, rounded once.
    fn fma(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>, sum: Value<'a, 'a>) -> Value<'a, 'a> {
        intrinsic(self.emit, "fma", &[lhs, rhs, sum])
    }

    /// A polynomial, the coefficient of the highest power first.
    fn polynomial(&self, x: Value<'a, 'a>, coefficients: &[f64]) -> Value<'a, 'a> {
        let mut coefficients = coefficients.iter().map(|&number| self.number(number));
        let first = coefficients.next().unwrap_or_else(|| self.number(0.0));
        coefficients.fold(first, |sum, coefficient| self.fma(sum, x, coefficient))
    }

    fn bits(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        self.cast(x, self.emit.integer(self.precision.bits))
    }

    fn float_of(&self, bits: Value<'a, 'a>) -> Value<'a, 'a> {
        self.cast(bits, self.r#type)
    }

    fn cast(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let op = self.emit.op("arith.bitcast").operand(value);
        op.result(r#type).value()
    }

    /// `then` where a comparison of `x` with a number holds.
    fn select(
        &self,
        predicate: &str,
        x: Value<'a, 'a>,
        number: f64,
        then: Value<'a, 'a>,
        otherwise: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let condition = self.emit.compare_floats(predicate, x, self.number(number));
        self.emit.select(condition, then, otherwise)
    }
}
