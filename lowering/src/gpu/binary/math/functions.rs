//! Functions of f32 in additions, multiplications, divisions and bits.
//!
//! The polynomials of `log` and `tanh` are those of S. L. Moshier's Cephes
//! library; those of `exp`, `erf` and `erfc` are N. Juffa's. Every error that
//! the pass's documentation states is of these chains of operations, rounded as
//! they stand.

use fidelity_passes::emit::Emit;
use melior::ir::{
    Type, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, StringAttribute},
};
use std::f32::consts::LOG2_E;

/// 1.5 · 2²³: adding it to a float below 2²² rounds that to an integer, half to
/// even, which is then in the last bits of the sum.
const ROUNDER: f32 = 12_582_912.0;

/// ln 2 in two parts; products of the first by an exponent are exact.
const LN_2: [f32; 2] = [0.693_145_75, 1.428_606_8e-6];

/// The smallest float that is not subnormal.
const NORMAL: f32 = f32::MIN_POSITIVE;

/// Builds functions of f32.
pub struct Float<'a, 'b> {
    emit: &'b Emit<'a, 'b>,
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
    /// Builds with `emit`.
    pub fn new(emit: &'b Emit<'a, 'b>) -> Self {
        Self { emit }
    }

    /// exp(x) = 2ⁿ · exp(r), n the integer nearest to x / ln 2, |r| ≤ ln 2 / 2.
    pub fn exp(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        // Beyond these it is infinite, or less than half of the smallest float.
        let x = self.select("ogt", x, 89.0, self.number(89.0), x);
        let x = self.select("olt", x, -104.0, self.number(-104.0), x);
        let rounder = self.number(ROUNDER);
        let sum = self.fma(x, self.number(LOG2_E), rounder);
        let n = self.emit.sub(sum, rounder);
        let r = self.fma(n, self.number(-LN_2[0]), x);
        let r = self.fma(n, self.number(-LN_2[1]), r);
        let exp = self.polynomial(
            r,
            &[
                1.378_059_4e-3,
                8.373_124_5e-3,
                4.166_953_6e-2,
                1.666_647_2e-1,
                4.999_998_5e-1,
                1.0,
                1.0,
            ],
        );
        let n = self.emit.sub(
            self.bits(sum),
            self.integer(ROUNDER.to_bits().cast_signed()),
        );
        // In two steps: 2ⁿ itself may be no float where the product is one.
        let half = self.emit.apply("arith.shrsi", &[n, self.integer(1)]);
        let rest = self.emit.sub(n, half);
        let product = self.emit.mul(exp, self.power_of_two(half));
        self.emit.mul(product, self.power_of_two(rest))
    }

    /// log(x) = k · ln 2 + log(m), x = 2ᵏ · m, √½ ≤ m < √2;
    /// log(1 + f) = f - f²/2 + f³ · P(f).
    pub fn log(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let emit = self.emit;
        let scaled = emit.mul(x, self.number(8_388_608.0));
        let normal = self.select("olt", x, NORMAL, scaled, x);
        let zero = self.number(0.0);
        let lowered = self.select("olt", x, NORMAL, self.number(-23.0), zero);
        let bits = self.bits(normal);
        let root = std::f32::consts::FRAC_1_SQRT_2.to_bits().cast_signed();
        let k = emit.sub(bits, self.integer(root));
        let k = emit.apply("arith.shrsi", &[k, self.integer(23)]);
        let shifted = emit.apply("arith.shli", &[k, self.integer(23)]);
        let m = self.float_of(emit.sub(bits, shifted));
        let k = emit.convert(k, emit.f32());
        let k = emit.add(k, lowered);
        let f = emit.sub(m, self.number(1.0));
        let square = emit.mul(f, f);
        let polynomial = self.polynomial(
            f,
            &[
                7.037_683_6e-2,
                -1.151_461e-1,
                1.167_699_84e-1,
                -1.242_014_1e-1,
                1.424_932_3e-1,
                -1.666_805_8e-1,
                2.000_071_4e-1,
                -2.499_999_4e-1,
                3.333_333e-1,
            ],
        );
        let log = emit.mul(emit.mul(polynomial, f), square);
        let log = self.fma(k, self.number(-2.121_944_4e-4), log);
        let log = self.fma(square, self.number(-0.5), log);
        let log = emit.add(f, log);
        let log = self.fma(k, self.number(0.693_359_4), log);
        // What is not positive, and what is not finite.
        let infinite = self.number(f32::INFINITY);
        let log = self.select("oeq", x, f32::INFINITY, infinite, log);
        let log = self.select("oeq", x, 0.0, self.number(f32::NEG_INFINITY), log);
        let log = self.select("olt", x, 0.0, self.number(f32::NAN), log);
        self.select("uno", x, 0.0, x, log)
    }

    /// log(1 + x) = log(u) · x / (u - 1), u = 1 + x as it is rounded; x where
    /// that is 1.
    pub fn log1p(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let emit = self.emit;
        let one = self.number(1.0);
        let u = emit.add(x, one);
        let log = self.log(u);
        let quotient = emit.div(x, emit.sub(u, one));
        let result = emit.mul(log, quotient);
        let result = self.select("oeq", u, 1.0, x, result);
        self.select("oeq", u, f32::INFINITY, u, result)
    }

    /// tanh(a) = a + a³ · P(a²) near 0, else 1 - 2 / (exp(2a) + 1), a ≥ 0;
    /// tanh(-a) = -tanh(a).
    pub fn tanh(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let emit = self.emit;
        let magnitude = self.magnitude(x);
        let square = emit.mul(x, x);
        let polynomial = self.polynomial(
            square,
            &[
                -5.704_988_7e-3,
                2.063_908_9e-2,
                -5.373_971_6e-2,
                1.333_144_2e-1,
                -3.333_328e-1,
            ],
        );
        let small = self.fma(emit.mul(polynomial, square), magnitude, magnitude);
        let one = self.number(1.0);
        let exp = self.exp(emit.add(magnitude, magnitude));
        let large = emit.div(self.number(2.0), emit.add(exp, one));
        let large = emit.sub(one, large);
        let tanh = self.select("olt", magnitude, 0.625, small, large);
        self.with_sign_of(tanh, x)
    }

    /// erf(x) = x + x · P(x²) near 0, else ±(1 - exp(-|x| + |x| · Q(|x|))).
    pub fn erf(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let emit = self.emit;
        let magnitude = self.magnitude(x);
        let square = emit.mul(x, x);
        let high = self.polynomial(magnitude, &[-1.728_534_7e-5, 3.831_971_3e-4]);
        let low = self.polynomial(magnitude, &[-3.883_964_4e-3, 2.425_462_2e-2]);
        let exponent = self.fma(high, square, low);
        let rest = [-1.067_778_8e-1, -6.348_467e-1, -1.287_175_1e-1];
        let exponent = rest.iter().fold(exponent, |sum, &coefficient| {
            self.fma(sum, magnitude, self.number(coefficient))
        });
        let negated = emit.apply("arith.negf", &[magnitude]);
        let exponent = self.fma(exponent, magnitude, negated);
        let large = emit.sub(self.number(1.0), self.exp(exponent));
        let large = self.with_sign_of(large, x);
        let small = self.polynomial(
            square,
            &[
                -5.967_617e-4,
                4.991_194_2e-3,
                -2.676_813_5e-2,
                1.128_199_25e-1,
                -3.761_253_4e-1,
                1.283_791_7e-1,
            ],
        );
        let small = self.fma(small, x, x);
        self.select("ogt", magnitude, 0.927_734_4, large, small)
    }

    /// erfc(a) = exp(-a²) · (1 + P(q)) / (1 + 2a) for a ≥ 0, q = (a - 2) / (a + 2)
    /// (M. M. Shepherd and J. G. Laframboise, Mathematics of Computation 36,
    /// 1981); erfc(-a) = 2 - erfc(a).
    pub fn erfc(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let emit = self.emit;
        let [half, one, two] = [0.5, 1.0, 2.0].map(|number| self.number(number));
        let a = self.magnitude(x);
        let minus_a = emit.apply("arith.negf", &[a]);
        // The quotient, with what its rounding left.
        let inverse = emit.div(one, emit.add(a, two));
        let q = emit.mul(emit.sub(a, two), inverse);
        let rest = self.fma(emit.add(q, one), self.number(-2.0), a);
        let rest = self.fma(q, minus_a, rest);
        let q = self.fma(inverse, rest, q);
        let p = self.polynomial(
            q,
            &[
                -4.011_392_6e-4,
                -1.230_752_1e-3,
                1.313_553_4e-3,
                8.632_274e-3,
                -8.059_92e-3,
                -5.420_466e-2,
                1.640_553_9e-1,
                -1.660_313_6e-1,
                -9.276_398e-2,
                2.769_784e-1,
            ],
        );
        // (1 + p) / (1 + 2a), likewise.
        let inverse = emit.div(one, self.fma(two, a, one));
        let quotient = self.fma(p, inverse, inverse);
        let rest = self.fma(quotient, minus_a, half);
        let rest = self.fma(rest, two, emit.sub(p, quotient));
        let quotient = self.fma(rest, inverse, quotient);
        // exp(-a²), whose argument is rounded.
        let square = emit.mul(a, a);
        let exp = self.exp(emit.apply("arith.negf", &[square]));
        let lost = self.fma(minus_a, a, square);
        let lost = emit.mul(emit.mul(quotient, exp), lost);
        let result = self.fma(quotient, exp, lost);
        let result = self.select("ogt", a, 10.054_688, self.number(0.0), result);
        let mirrored = emit.sub(two, result);
        self.select("olt", x, 0.0, mirrored, result)
    }

    /// 1 / √x
    pub fn rsqrt(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let root = intrinsic(self.emit, "sqrt", &[x]);
        self.emit.div(self.number(1.0), root)
    }

    fn number(&self, number: f32) -> Value<'a, 'a> {
        self.emit.float(self.emit.f32(), number.into())
    }

    fn integer(&self, number: i32) -> Value<'a, 'a> {
        self.emit.int(self.emit.integer(32), number.into())
    }

    /// lhs · rhs + sum, rounded once.
    fn fma(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>, sum: Value<'a, 'a>) -> Value<'a, 'a> {
        intrinsic(self.emit, "fma", &[lhs, rhs, sum])
    }

    /// A polynomial, the coefficient of the highest power first.
    fn polynomial(&self, x: Value<'a, 'a>, coefficients: &[f32]) -> Value<'a, 'a> {
        let mut coefficients = coefficients.iter().map(|&number| self.number(number));
        let first = coefficients.next().unwrap_or_else(|| self.number(0.0));
        coefficients.fold(first, |sum, coefficient| self.fma(sum, x, coefficient))
    }

    fn magnitude(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        intrinsic(self.emit, "fabs", &[x])
    }

    fn with_sign_of(&self, magnitude: Value<'a, 'a>, x: Value<'a, 'a>) -> Value<'a, 'a> {
        intrinsic(self.emit, "copysign", &[magnitude, x])
    }

    /// 2ⁿ for -127 < n < 128.
    fn power_of_two(&self, n: Value<'a, 'a>) -> Value<'a, 'a> {
        let biased = self.emit.add(n, self.integer(127));
        let bits = self.emit.apply("arith.shli", &[biased, self.integer(23)]);
        self.float_of(bits)
    }

    fn bits(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        self.cast(x, self.emit.integer(32))
    }

    fn float_of(&self, bits: Value<'a, 'a>) -> Value<'a, 'a> {
        self.cast(bits, self.emit.f32())
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
        number: f32,
        then: Value<'a, 'a>,
        otherwise: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let condition = self.emit.compare_floats(predicate, x, self.number(number));
        self.emit.select(condition, then, otherwise)
    }
}
