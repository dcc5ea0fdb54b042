//! Functions of f32 and f64, and of vectors of them, in additions, multiplications,
//! divisions and bits. None of them branches.

mod arithmetic;

pub use arithmetic::fused;

use fidelity_passes::emit::Emit;
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, StringAttribute},
};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, LOG2_E};

/// What the machine that code is made for has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// An instruction that adds a product and rounds once, and no library.
    Gpu,
    /// Perhaps such an instruction: products are rounded before they are added where
    /// there is none. `math` is lowered by others.
    Cpu,
}

/// What a float type has, and how much of a series it needs.
struct Precision {
    /// Of a float.
    bits: u32,
    /// Of its fraction.
    fraction: u32,
    /// The exponent of 1.
    bias: i64,
    /// The coefficients of exp(r) for |r| ≤ ln 2 / 2, that of the highest power first.
    exp: &'static [f64],
    /// The terms of the logarithmic series.
    log_terms: u32,
    /// ln 2 in two parts; products of the first with exponents are exact.
    ln_2: [f64; 2],
}

const F32: Precision = Precision {
    bits: 32,
    fraction: 23,
    bias: 127,
    // The least relative error of a polynomial that begins with 1 + r, 3e-9.
    exp: &[
        1.381_454_057_991_504_7e-3,
        8.368_745_446_205_14e-3,
        4.166_838_899_254_799e-2,
        0.166_665_211_319_923_4,
        0.499_999_940_395_355_2,
        1.0,
        1.0,
    ],
    log_terms: 5,
    ln_2: [0.693_138_122_558_593_8, 9.058_001_351_559_417e-6],
};

const F64: Precision = Precision {
    bits: 64,
    fraction: 52,
    bias: 1023,
    // Σ rⁱ / i!
    exp: &[
        1.0 / 6_227_020_800.0,
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ],
    log_terms: 10,
    ln_2: [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10],
};

/// erf(x) = x · T(x²) / U(x²) for |x| ≤ 1, and erfc(x) = exp(-x²) · P(x) / Q(x) from there
/// on, with the polynomials of S. L. Moshier's Cephes library.
const ERF_T: &[f64] = &[
    9.604_973_739_870_516,
    90.026_019_720_384_27,
    2_232.005_345_946_843,
    7_003.325_141_128_051,
    55_592.301_301_039_49,
];
const ERF_U: &[f64] = &[
    1.0,
    33.561_714_164_750_31,
    521.357_949_780_152_7,
    4_594.323_829_709_801,
    22_629.000_061_389_095,
    49_267.394_260_863_59,
];
const ERF_P: &[f64] = &[
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
const ERF_Q: &[f64] = &[
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

/// Builds functions of floats of a type, or of vectors of them.
pub struct Float<'a, 'b> {
    emit: &'b Emit<'a, 'b>,
    machine: Machine,
    /// The type of arguments and results, that of one float, and those of as many
    /// integers and conditions.
    r#type: Type<'a>,
    float: Type<'a>,
    integers: Type<'a>,
    conditions: Type<'a>,
    precision: &'static Precision,
}

/// The lanes of a vector of f32 of AVX-512.
pub const AVX512_LANES: u64 = 16;

/// Builds a function of a float.
pub type Function = for<'a, 'b> fn(&Float<'a, 'b>, Value<'a, 'a>) -> Value<'a, 'a>;

/// Functions of `math` that neither GPUs nor CPUs have instructions for.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("math.erf", |float, x| float.erf(x)),
    ("math.exp", |float, x| float.exp(x)),
    ("math.exp2", |float, x| float.exp2(x)),
    ("math.log", |float, x| float.log(x)),
    ("math.log2", |float, x| float.log2(x)),
];

/// The float type of floats or vectors of them, if it is f32 or f64.
pub fn float_of<'a>(emit: &Emit<'a, '_>, r#type: Type<'a>) -> Option<Type<'a>> {
    let float = match r#type.is_vector() {
        true => emit.named_type(match r#type.to_string().ends_with("xf32>") {
            true => "f32",
            false => r#type.to_string().ends_with("xf64>").then_some("f64")?,
        }),
        false => r#type,
    };
    (float.is_f32() || float.is_f64()).then_some(float)
}

/// An intrinsic of LLVM's whose result has the type of its operands.
pub fn intrinsic<'a>(emit: &Emit<'a, '_>, name: &str, operands: &[Value<'a, 'a>]) -> Value<'a, 'a> {
    let r#type = operands[0].r#type();
    call_intrinsic(emit, &format!("llvm.{name}.{type}"), operands)
}

/// The same by its whole name.
fn call_intrinsic<'a>(
    emit: &Emit<'a, '_>,
    name: &str,
    operands: &[Value<'a, 'a>],
) -> Value<'a, 'a> {
    let context = emit.context();
    emit.op("llvm.call_intrinsic")
        .operands(operands)
        .attribute("intrin", StringAttribute::new(context, name))
        .attribute("op_bundle_sizes", DenseI32ArrayAttribute::new(context, &[]))
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(context, &[operands.len() as i32, 0]),
        )
        .result(operands[0].r#type())
        .value()
}

impl<'a, 'b> Float<'a, 'b> {
    /// Builds with `emit`, functions of f32, f64 or vectors of them; `None` for others.
    pub fn new(emit: &'b Emit<'a, 'b>, machine: Machine, r#type: Type<'a>) -> Option<Self> {
        let float = float_of(emit, r#type)?;
        let precision = if float.is_f64() { &F64 } else { &F32 };
        let (name, text) = (float.to_string(), r#type.to_string());
        let like = |element: &str| emit.named_type(&text.replace(&name, element));
        Some(Self {
            emit,
            machine,
            r#type,
            float,
            integers: like(&format!("i{}", precision.bits)),
            conditions: like("i1"),
            precision,
        })
    }

    /// exp(x) = 2ⁿ · exp(r), n the integer nearest to x / ln 2, |r| ≤ ln 2 / 2.
    pub fn exp(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let x = self.clamped(x, LN_2);
        let sum = self.fma(x, self.number(LOG2_E), self.rounder());
        let n = self.sub(sum, self.rounder());
        let [high, low] = self.precision.ln_2;
        let r = self.fma(n, self.number(-high), x);
        let r = self.fma(n, self.number(-low), r);
        self.scaled(self.exp_of_small(r), sum)
    }

    /// 2ˣ = 2ⁿ · exp(r · ln 2), n the integer nearest to x, |r| ≤ ½.
    pub fn exp2(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let x = self.clamped(x, 1.0);
        let sum = self.add(x, self.rounder());
        let r = self.sub(x, self.sub(sum, self.rounder()));
        let r = self.mul(r, self.number(LN_2));
        self.scaled(self.exp_of_small(r), sum)
    }

    /// 2ˣ, likewise, in as few steps as will do for what a state decays by: of f32, with
    /// an error of 2 units in the last place of a normal result; a smaller one may be
    /// 0, and one of at least 2^127.5 is infinite.
    pub fn approximate_exp2(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let bias = 127.0;
        let x = self.select("ogt", x, bias + 1.0, self.number(bias + 1.0), x);
        let x = self.select("olt", x, -bias, self.number(-bias), x);
        // Leaves the nearest integer and the exponent of 1 in the last bits.
        let rounder = self.number(1.5 * 2f64.powi(23) + bias);
        let sum = self.add(x, rounder);
        let r = self.sub(x, self.sub(sum, rounder));
        let power = self.of_integers("arith.shli", self.bits(sum), 23);
        self.mul(self.exp2_of_small(r), self.float_of(power))
    }

    /// The same of vectors of [`AVX512_LANES`], where AVX-512 has instructions for all but the
    /// polynomial: of an infinite x the fraction is 0.
    pub fn approximate_exp2_by_avx512(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        // To the nearest, half to even, and without a mask.
        let integer = |bits: u32, number: i64| self.emit.int(self.emit.integer(bits), number);
        let call = |name: &str, operands: &[Value<'a, 'a>]| {
            call_intrinsic(
                self.emit,
                &format!("llvm.x86.avx512.mask.{name}.ps.512"),
                operands,
            )
        };
        let (nearest, all, current) = (integer(32, 8), integer(16, -1), integer(32, 4));
        let n = call("rndscale", &[x, nearest, x, all, current]);
        let r = call("reduce", &[x, nearest, x, all, current]);
        call("scalef", &[self.exp2_of_small(r), n, x, all, current])
    }

    /// 2ˣ for |x| ≤ ½, of f32.
    fn exp2_of_small(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        // The least error in units of the last place, 1.1, of a polynomial that begins with
        // 1: one coefficient after the other was rounded, and those after it fitted again.
        const COEFFICIENTS: &[f64] = &[
            1.322_267_926_298_081_9e-3,
            9.671_791_456_639_767e-3,
            5.550_900_101_661_682e-2,
            0.240_222_364_664_077_76,
            0.693_146_824_836_731,
            1.0,
        ];
        self.polynomial(x, COEFFICIENTS)
    }

    /// log(x) = k · ln 2 + log(1 + f), x = 2ᵏ · (1 + f), √½ ≤ 1 + f < √2.
    pub fn log(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let (k, f) = self.taken_apart(x);
        let [high, low] = self.precision.ln_2;
        let rest = self.mul(k, self.number(low));
        let log = self.log_of_sum(f, Some(rest));
        let log = self.fma(k, self.number(high), log);
        self.log_everywhere(x, log)
    }

    /// log(1 + x) = k · ln 2 + log(1 + f) + e / u, for u = 1 + x rounded, e what that
    /// lost, and u = 2ᵏ · (1 + f).
    pub fn log1p(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let one = self.number(1.0);
        let u = self.add(one, x);
        let of_x = self.sub(u, one);
        let lost = self.add(self.sub(one, self.sub(u, of_x)), self.sub(x, of_x));
        let (k, f) = self.taken_apart_normal(u);
        let [high, low] = self.precision.ln_2;
        let rest = self.fma(k, self.number(low), self.div(lost, u));
        let log = self.log_of_sum(f, Some(rest));
        let log = self.fma(k, self.number(high), log);
        let log = self.log_everywhere(u, log);
        // Which 1 is too large to be added to, with the sign of 0.
        let least = 2f64.powi(-i32::try_from(self.precision.fraction).unwrap_or(0) - 1);
        self.select("olt", self.magnitude(x), least, x, log)
    }

    /// log(1 + x) = x + x² · Q(x) for 0 ≤ x ≤ 1, with an error of 1.1 units in the last
    /// place, 1.5 where products are rounded.
    pub fn log1p_of_unit(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        // The least relative error of such a sum, 5e-9: one coefficient after the other was
        // rounded to f32, and those after it fitted again.
        const Q: &[f64] = &[
            -3.306_310_391_053_557_4e-3,
            2.014_946_751_296_520_2e-2,
            -5.756_024_271_249_771e-2,
            0.106_699_198_484_420_78,
            -0.153_490_647_673_606_87,
            0.196_931_883_692_741_4,
            -0.249_581_560_492_515_56,
            0.333_304_703_235_626_2,
            -0.499_999_314_546_585_1,
        ];
        let square = self.mul(x, x);
        self.fma(square, self.polynomial(x, Q), x)
    }

    /// log₂(x) = k + log(1 + f) / ln 2, likewise.
    pub fn log2(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let (k, f) = self.taken_apart(x);
        let log = self.fma(self.log_of_sum(f, None), self.number(LOG2_E), k);
        self.log_everywhere(x, log)
    }

    /// tanh(x) = x + x · x² · P(x²) for |x| < 0.625, with the polynomial of S. L.
    /// Moshier's Cephes library for f32, else ±(1 - 2 / (exp(2 |x|) + 1)).
    pub fn tanh(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        const P: &[f64] = &[
            -5.704_988_727_45e-3,
            2.063_908_879_54e-2,
            -5.373_971_555_31e-2,
            1.333_144_220_36e-1,
            -3.333_328_194_22e-1,
        ];
        let magnitude = self.magnitude(x);
        let square = self.mul(x, x);
        let small = self.mul(self.polynomial(square, P), square);
        let small = self.fma(small, magnitude, magnitude);
        let exp = self.exp(self.add(magnitude, magnitude));
        let quotient = self.div(self.number(2.0), self.add(exp, self.number(1.0)));
        let large = self.sub(self.number(1.0), quotient);
        let tanh = self.select("olt", magnitude, 0.625, small, large);
        self.with_sign(tanh, x)
    }

    /// erf(x) = x · T(x²) / U(x²) for |x| ≤ 1, else ±(1 - exp(-x²) · P(|x|) / Q(|x|)).
    pub fn erf(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let magnitude = self.magnitude(x);
        // From there on it is 1, and the polynomials do not overflow.
        let magnitude = self.select("ogt", magnitude, 8.0, self.number(8.0), magnitude);
        let square = self.mul(magnitude, magnitude);
        let small = self.div(
            self.polynomial(square, ERF_T),
            self.polynomial(square, ERF_U),
        );
        let small = self.mul(magnitude, small);
        let exp = self.exp(self.negated(square));
        let large = self.div(
            self.polynomial(magnitude, ERF_P),
            self.polynomial(magnitude, ERF_Q),
        );
        let large = self.sub(self.number(1.0), self.mul(exp, large));
        let erf = self.select("ogt", magnitude, 1.0, large, small);
        self.with_sign(erf, x)
    }

    /// erfc(x) = exp(-x²) · P(x) / Q(x) for x > 0.65, 1 - |x| · T(x²) / U(x²) below, and
    /// 2 - erfc(|x|) of a negative x; of f32, with an error of 8 units in the last place.
    /// The square is that of x rounded to 12 bits, which is exact, and a small number more,
    /// as each unit of it is one of the exponential.
    pub fn erfc(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let magnitude = self.magnitude(x);
        // From there on it is less than half of the smallest float.
        let magnitude = self.select("ogt", magnitude, 10.5, self.number(10.5), magnitude);
        let bits = self.of_integers("arith.andi", self.bits(magnitude), -1 << 12);
        let high = self.float_of(bits);
        let rest = self.mul(self.sub(magnitude, high), self.add(magnitude, high));
        let exp = self.exp(self.negated(self.mul(high, high)));
        let exp = self.mul(exp, self.exp_of_small(self.negated(rest)));
        let square = self.mul(magnitude, magnitude);
        let part = |large: &[f64], small: &[f64], factor: Option<Value<'a, 'a>>| {
            let small = self.polynomial(square, small);
            let small = factor.map_or(small, |factor| self.mul(factor, small));
            let large = self.polynomial(magnitude, large);
            self.select("ogt", magnitude, 0.65, large, small)
        };
        let numerator = part(ERF_P, ERF_T, Some(magnitude));
        let quotient = self.div(numerator, part(ERF_Q, ERF_U, None));
        let small = self.sub(self.number(1.0), quotient);
        let large = self.mul(exp, quotient);
        let erfc = self.select("ogt", magnitude, 0.65, large, small);
        let of_negative = self.sub(self.number(2.0), erfc);
        self.select("olt", x, 0.0, of_negative, erfc)
    }

    /// 1 / √x
    pub fn rsqrt(&self, x: Value<'a, 'a>) -> Value<'a, 'a> {
        let root = intrinsic(self.emit, "sqrt", &[x]);
        self.div(self.number(1.0), root)
    }

    /// exp(r) for |r| ≤ ln 2 / 2.
    fn exp_of_small(&self, r: Value<'a, 'a>) -> Value<'a, 'a> {
        self.polynomial(r, self.precision.exp)
    }

    /// log(1 + f) and a small number, with s = f / (2 + f):
    /// log(1 + f) = 2 artanh(s) = f - (f²/2 - s · (f²/2 + R)), R = Σ 2/(2i + 1) · s²ⁱ
    /// from i = 1.
    fn log_of_sum(&self, f: Value<'a, 'a>, rest: Option<Value<'a, 'a>>) -> Value<'a, 'a> {
        let s = self.div(f, self.add(self.number(2.0), f));
        let square = self.mul(s, s);
        let terms = (1..=self.precision.log_terms).rev();
        let coefficients: Vec<f64> = terms.map(|i| 2.0 / f64::from(2 * i + 1)).collect();
        let series = self.mul(self.polynomial(square, &coefficients), square);
        let half = self.mul(self.mul(f, f), self.number(0.5));
        let sum = self.mul(s, self.add(half, series));
        let sum = match rest {
            Some(rest) => self.add(sum, rest),
            None => sum,
        };
        self.sub(f, self.sub(half, sum))
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
        let &Precision { fraction, bias, .. } = self.precision;
        let power = |exponent: i64| 2f64.powi(exponent as i32);
        let least = power(1 - bias);
        let scaled = self.mul(x, self.number(power(fraction.into())));
        let normal = self.select("olt", x, least, scaled, x);
        let lowered = self.number(-f64::from(fraction));
        let lowered = self.select("olt", x, least, lowered, self.number(0.0));
        let (k, f) = self.taken_apart_normal(normal);
        (self.add(k, lowered), f)
    }

    /// Likewise, of an x that is not subnormal.
    fn taken_apart_normal(&self, x: Value<'a, 'a>) -> (Value<'a, 'a>, Value<'a, 'a>) {
        let fraction = self.precision.fraction;
        let bits = self.bits(x);
        let root = match fraction {
            23 => i64::from((FRAC_1_SQRT_2 as f32).to_bits()),
            _ => FRAC_1_SQRT_2.to_bits().cast_signed(),
        };
        let k = self.of_integers("arith.subi", bits, root);
        let k = self.of_integers("arith.shrsi", k, fraction.into());
        let shifted = self.of_integers("arith.shli", k, fraction.into());
        let sum = self.float_of(self.emit.apply("arith.subi", &[bits, shifted]));
        let k = self.emit.op("arith.sitofp").operand(k);
        let k = k.result(self.r#type).value();
        (k, self.sub(sum, self.number(1.0)))
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

    /// What added to a float leaves the nearest integer n, half to even, in the last
    /// bits of the sum, 1.5 · 2ᶠ for f bits of a fraction: here n and twice the
    /// exponent of 1.
    fn rounder(&self) -> Value<'a, 'a> {
        let &Precision { fraction, bias, .. } = self.precision;
        self.number(1.5 * 2f64.powi(fraction as i32) + 2.0 * bias as f64)
    }

    /// x · 2ⁿ for the sum of n and [`Float::rounder`], in two steps: 2ⁿ may be no float
    /// where the product is one. The bits above those of an exponent are shifted out.
    fn scaled(&self, x: Value<'a, 'a>, sum: Value<'a, 'a>) -> Value<'a, 'a> {
        let bits = self.bits(sum);
        let half = self.of_integers("arith.shrsi", bits, 1);
        let rest = self.emit.apply("arith.subi", &[bits, half]);
        [half, rest].into_iter().fold(x, |product, exponent| {
            let fraction = self.precision.fraction.into();
            let power = self.of_integers("arith.shli", exponent, fraction);
            self.mul(product, self.float_of(power))
        })
    }
}
