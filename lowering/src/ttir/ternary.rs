//! Norms, 8-bit activations and layers of ternary weights.
//!
//! Trits and activations are integers that a bf16 holds exactly, and products
//! of them are summed in f32, exactly while the sum is below 2²⁴.

use super::{
    activation::round_half_to_even,
    ops::{Ttir, shape},
};
use fidelity_dialect::{Accumulator, TensorType, TernaryLinear};
use melior::ir::{TypeLike, Value};
use ods_bridge::Diagnostic;

/// The least magnitude of a token, which bounds its scale (BitNet b1.58).
const LEAST_MAGNITUDE: f64 = 1e-5;

/// The most inputs whose sum of products of 8-bit integers and trits an f32
/// holds exactly.
const MOST_INPUTS: i64 = (1 << 24) / 128;

/// x / √(mean(x²) + ε) ⊙ weight, in f32.
pub fn rms_norm<'a>(
    ttir: &Ttir<'a, '_>,
    input: Value<'a, 'a>,
    weight: Option<Value<'a, 'a>>,
    epsilon: f64,
) -> Value<'a, 'a> {
    let wide = |value| ttir.typecast(value, ttir.f32());
    ttir.rms_norm(wide(input), weight.map(wide), epsilon)
}

/// q = clamp(rne(x · s), -128, 127) in bf16 and 1/s in f32,
/// s = 127 / max(max|x|, 1e-5), for each row of the last dimension.
pub fn quantize<'a>(ttir: &Ttir<'a, '_>, input: Value<'a, 'a>) -> [Value<'a, 'a>; 2] {
    let x = ttir.typecast(input, ttir.f32());
    let last = shape(x).len() - 1;
    let greatest = ttir.max_along(ttir.abs(x), last);
    let magnitude = ttir.maximum(greatest, ttir.number(greatest, LEAST_MAGNITUDE));
    let steps = ttir.number(magnitude, 127.0);
    let scaled = ttir.multiply(x, ttir.div(steps, magnitude));
    // |x · s| is at most 127 and a rounding, so that it may be clamped after.
    let quantized = ttir.clamp(round_half_to_even(ttir, scaled), -128.0, 127.0);
    [
        ttir.typecast(quantized, ttir.bf16()),
        ttir.div(magnitude, steps),
    ]
}

/// Refuses an accumulator that TTIR does not sum in, and sums that f32 does not
/// hold.
pub fn check_accumulator<'a>(op: &TernaryLinear<'a>) -> Result<(), Diagnostic<'a>> {
    let accumulator = op.accumulator();
    if let Some(Accumulator::F64 | Accumulator::F80 | Accumulator::F128) = accumulator {
        return Err(Diagnostic::new(
            "expected accumulator(f32), in which the matrix engine sums, but got a wider one; \
             leave it out",
        ));
    }
    let x = TensorType::of(op.x());
    check_exact(&x)
}

/// Refuses sums of 8-bit integers that f32 does not hold exactly.
fn check_exact<'a>(x: &TensorType<'a>) -> Result<(), Diagnostic<'a>> {
    let inputs = x.shape.last().copied().unwrap_or(1);
    if x.element.is_float() || inputs <= MOST_INPUTS {
        return Ok(());
    }
    Err(Diagnostic::new(format!(
        "expected at most {MOST_INPUTS} inputs, whose sum f32 holds exactly, but got {inputs}; \
         split the layer and add the sums"
    )))
}

/// A product of activations and ternary weights.
pub struct Layer<'a> {
    /// Activations, `[…, K]`.
    pub x: Value<'a, 'a>,
    /// Trits, `[N, K]`.
    pub weights: Value<'a, 'a>,
    /// A scalar, `[N]` or `[N, G]`.
    pub scale: Option<Value<'a, 'a>>,
}

impl<'a> Layer<'a> {
    /// scale(n) · Σ_k x[…, k] · weights[n, k], in f32.
    pub fn product(&self, ttir: &Ttir<'a, '_>) -> Value<'a, 'a> {
        // The matrix engine takes matrices.
        let sizes = shape(self.x);
        let last = sizes.len() - 1;
        let rows: i64 = sizes[..last].iter().product();
        let x = ttir.reshape(self.x, &[rows, sizes[last]]);
        let scale = self.scale.map(|scale| ttir.typecast(scale, ttir.f32()));
        let y = match scale {
            Some(scale) if shape(scale).len() == 2 => self.of_groups(ttir, x, scale),
            Some(scale) => ttir.multiply(ttir.matmul_transposed(x, self.weights), scale),
            None => ttir.matmul_transposed(x, self.weights),
        };
        let mut result = sizes;
        result[last] = shape(self.weights)[0];
        ttir.reshape(y, &result)
    }

    /// Σ_g scale[n, g] · Σ_{k in group g} x[…, k] · weights[n, k]: a product for
    /// each group.
    fn of_groups(
        &self,
        ttir: &Ttir<'a, '_>,
        x: Value<'a, 'a>,
        scale: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let groups = shape(scale)[1];
        let inputs = shape(x)[1];
        let size = inputs / groups;
        let scale = ttir.permute(scale, &[1, 0]);
        (0..groups)
            .map(|group| {
                let range = group * size..(group + 1) * size;
                let product = ttir.matmul_transposed(
                    ttir.slice_along(x, 1, range.clone()),
                    ttir.slice_along(self.weights, 1, range),
                );
                ttir.multiply(product, ttir.slice_along(scale, 0, group..group + 1))
            })
            .reduce(|sum, product| ttir.add(sum, product))
            // Sizes are at least 1, those of groups too.
            .unwrap_or(x)
    }
}

/// What a BitLinear layer has besides x and its weights.
pub struct BitLinear<'a> {
    /// A scalar, `[N]` or `[N, G]`.
    pub scale: Value<'a, 'a>,
    /// The weight of the norm, `[K]`.
    pub norm: Option<Value<'a, 'a>>,
    /// `[N]`
    pub bias: Option<Value<'a, 'a>>,
    /// The ε of the norm.
    pub epsilon: f64,
}

/// The fused BitLinear layer: norm, quantise, product, scales and bias; in f32.
pub fn bit_linear<'a>(
    ttir: &Ttir<'a, '_>,
    x: Value<'a, 'a>,
    weights: Value<'a, 'a>,
    layer: &BitLinear<'a>,
) -> Value<'a, 'a> {
    let normed = rms_norm(ttir, x, layer.norm, layer.epsilon);
    let [quantized, inverse] = quantize(ttir, normed);
    let product = Layer {
        x: quantized,
        weights,
        scale: Some(layer.scale),
    }
    .product(ttir);
    let y = ttir.multiply(product, inverse);
    match layer.bias {
        Some(bias) => ttir.add(y, ttir.typecast(bias, ttir.f32())),
        None => y,
    }
}
