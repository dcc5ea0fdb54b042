//! rms_norm, quantize_activations and ternary_linear → bit_linear.
//!
//! # Algebra
//!
//! ```text
//! x̂ = rms_norm(x, norm)
//! q, 1/s = quantize_activations(x̂)
//! y = ternary_linear(q, weights, scale) · 1/s (+ bias)
//! ```
//!
//! is what `bit_linear(x, weights, scale, norm, bias)` is defined as. The last
//! line is a `fidelity.multiply`, or the `linalg.generic` that
//! `fidelity-decompose{layers}` writes, which may round to the narrow type that x
//! was widened from.
//!
//! # Cost
//!
//! The same arithmetic; x̂, q and 1/s are not written to memory. That is a gain
//! where nothing else reads them. Where several products read one q, each layer
//! would norm and quantise for itself: they are fused only if `sibling` then makes
//! one layer of them.

use super::{
    rewrite::{
        Miss, ROUNDED, Replacement, Site, USED, attribute, is_computed_in, is_only_for, made_by,
        made_by_op, readers,
    },
    sibling::{Join, Layer},
};
use crate::erase_measures::without_measures;
use fidelity_dialect::{
    BitLinear, Multiply, QuantizeActivations, RmsNorm, TensorType, TernaryLinear,
};
use melior::ir::{
    BlockLike, RegionLike, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{OpView, indexing_maps_of, name_of};

/// The parts of a layer.
struct Parts<'a> {
    sum: TernaryLinear<'a>,
    quantize: QuantizeActivations<'a>,
    bias: Option<Value<'a, 'a>>,
}

/// Fuses the layer that an op ends.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    if name_of(operation) == CONVERSION {
        return with_measures(site);
    }
    let Parts {
        sum,
        quantize,
        bias,
    } = parts(operation).ok_or(Miss::Other)?;
    let product = sum.result(0).ok_or(Miss::Other)?;
    let [Some(quantized), Some(inverse)] = [quantize.result(0), quantize.result(1)] else {
        return Err(Miss::Other);
    };
    let scale = sum.scale().ok_or(Miss::Near(
        "the product has no scale, and its sum is an integer",
    ))?;
    let normed = quantize.input();
    let norm: RmsNorm<'a> =
        made_by(normed).ok_or(Miss::Near("the activations are quantised without a norm"))?;
    let norm_operation = norm.operation().ok_or(Miss::Other)?;
    if !is_only_for(product, operation) || readers(normed).len() != 1 {
        return Err(USED);
    }
    expect_one_layer(quantized, inverse)?;

    // The narrow x that was widened for the norm, where the result is narrow.
    let result: Value<'a, 'a> = operation.result(0).map_err(|_| Miss::Other)?.into();
    let [of_result, of_norm] = [result, normed].map(|value| TensorType::of(value).element);
    let x = match of_result == of_norm {
        true => norm.input(),
        false => widened(norm.input())
            .filter(|&x| TensorType::of(x).element == of_result)
            .ok_or(Miss::Near("the norm is of another type than the result"))?,
    };
    if !is_computed_in(of_norm) {
        return Err(ROUNDED);
    }
    // A layer of f32 computes in f32.
    if of_result != of_norm && (of_result.is_f32() || of_norm.is_f64()) {
        return Err(Miss::Near(
            "the layer is computed in a wider type than it would be",
        ));
    }
    let layer = Replacement {
        operands: &[
            vec![x],
            vec![sum.weights()],
            vec![widened(scale).unwrap_or(scale)],
            Vec::from_iter(norm.weight()),
            Vec::from_iter(bias),
        ],
        attributes: &[("epsilon", attribute(norm_operation, "epsilon"))],
        results: &[result.r#type()],
    };
    let layer = layer.build::<BitLinear<'a>>(sum.view(), builder)?;
    rewrite.replace(operation, &layer, builder);
    Ok(())
}

/// How decomposition takes names and units away, and puts them back.
const CONVERSION: &str = "builtin.unrealized_conversion_cast";

/// A layer between the removal of names and units and their return → the layer
/// that has them.
fn with_measures<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let plain = operation.operand(0).map_err(|_| Miss::Other)?;
    let measured = operation.result(0).map_err(|_| Miss::Other)?.r#type();
    let layer: BitLinear<'a> = made_by(plain).ok_or(Miss::Other)?;
    if without_measures(measured) != Some(plain.r#type()) || !is_only_for(plain, operation) {
        return Err(Miss::Other);
    }
    let original = layer.operation().ok_or(Miss::Other)?;
    let operands: Vec<Vec<Value<'a, 'a>>> = (0..BitLinear::OPERANDS.len())
        .map(|index| {
            let values = layer.view().segment(index).iter();
            values.map(|&value| measured_source(value)).collect()
        })
        .collect();
    let layer_with = Replacement {
        operands: &operands,
        attributes: &[("epsilon", attribute(original, "epsilon"))],
        results: &[measured],
    };
    let layer_with = layer_with.build::<BitLinear<'a>>(layer.view(), builder)?;
    rewrite.replace(operation, &layer_with, builder);
    Ok(())
}

/// The value whose names and units a conversion takes away, or the value itself.
fn measured_source<'a>(value: Value<'a, 'a>) -> Value<'a, 'a> {
    made_by_op(value, CONVERSION)
        .and_then(|conversion| conversion.operand(0).ok())
        .filter(|source| without_measures(source.r#type()) == Some(value.r#type()))
        .unwrap_or(value)
}

const APART: Miss =
    Miss::Near("several products read the quantised activations, and make no single layer");

/// Checks that of what is quantised there will be one layer.
fn expect_one_layer<'a>(quantized: Value<'a, 'a>, inverse: Value<'a, 'a>) -> Result<(), Miss> {
    let products = readers(quantized);
    if products.len() == 1 && readers(inverse).len() == 1 {
        return Ok(());
    }
    let first_block = products.first().and_then(|product| product.block());
    let mut layers = Vec::new();
    for product in products {
        let sum = TernaryLinear::cast(product).ok_or(USED)?;
        let product = sum.result(0).ok_or(Miss::Other)?;
        let [end] = readers(product)[..] else {
            return Err(USED);
        };
        if end.block() != first_block {
            return Err(APART);
        }
        let Parts { sum, bias, .. } = parts(end).ok_or(USED)?;
        layers.push(Layer::of_sum(&sum, bias).ok_or(Miss::Other)?);
    }
    if readers(inverse).len() != layers.len() {
        return Err(USED);
    }
    Join::of(&layers).map(|_| ()).map_err(|_| APART)
}

/// The parts of the layer that an op ends, if the op multiplies a product by what
/// its activations were divided by.
fn parts<'a>(operation: OperationRef<'a, 'a>) -> Option<Parts<'a>> {
    let (factors, bias) = match Multiply::cast(operation) {
        Some(product) => ([product.lhs(), product.rhs()], None),
        None => rescaled(operation)?,
    };
    let [lhs, rhs] = factors;
    [(lhs, rhs), (rhs, lhs)]
        .into_iter()
        .find_map(|(product, inverse)| {
            let sum: TernaryLinear<'a> = made_by(product)?;
            let quantize: QuantizeActivations<'a> = made_by(inverse)?;
            let is_whole =
                quantize.result(1) == Some(inverse) && quantize.result(0) == Some(sum.x());
            is_whole.then_some(Parts {
                sum,
                quantize,
                bias,
            })
        })
}

/// The two factors and the bias of `y[…, n] = a[…, n] · b[…, 0] (+ bias[n])`, a
/// `linalg.generic` that may round the result to a narrower type.
fn rescaled<'a>(
    operation: OperationRef<'a, 'a>,
) -> Option<([Value<'a, 'a>; 2], Option<Value<'a, 'a>>)> {
    if name_of(operation) != "linalg.generic" || operation.result_count() != 1 {
        return None;
    }
    let maps = indexing_maps_of(operation)?;
    let loops = maps.first()?.dim_count();
    let dims: Vec<String> = (0..loops).map(|index| format!("d{index}")).collect();
    let map = |results: &[String]| format!("({}) -> ({})", dims.join(", "), results.join(", "));
    let last = dims.last()?;
    let mut of_token = dims.clone();
    *of_token.last_mut()? = "0".to_owned();
    let has_map = |index: usize, results: &[String]| {
        maps.get(index).map(ToString::to_string) == Some(map(results))
    };

    let body = operation.region(0).ok()?.first_block()?;
    let input = |value: Value<'a, 'a>| {
        let (block, index) = ods_bridge::block_argument(value)?;
        (block == body && index + 1 < maps.len()).then_some(index)
    };
    let unwrapped = |value: Value<'a, 'a>, name: &str| {
        made_by_op(value, name).map_or(Some(value), |op| op.operand(0).ok())
    };
    let mut y = unwrapped(body.terminator()?.operand(0).ok()?, "arith.truncf")?;
    let mut bias = None;
    if let Some(sum) = made_by_op(y, "arith.addf") {
        let sides = [sum.operand(0).ok()?, sum.operand(1).ok()?];
        let product = sides
            .iter()
            .position(|&side| made_by_op(side, "arith.mulf").is_some())?;
        y = sides[product];
        bias = Some(input(unwrapped(sides[1 - product], "arith.extf")?)?);
    }
    let product = made_by_op(y, "arith.mulf")?;
    let factors = [
        input(product.operand(0).ok()?)?,
        input(product.operand(1).ok()?)?,
    ];
    let is_product = |index| has_map(index, &dims);
    let is_inverse = |index| has_map(index, &of_token);
    let [lhs, rhs] = factors;
    let reads = is_product(lhs) && is_inverse(rhs) || is_product(rhs) && is_inverse(lhs);
    let adds = bias.is_none_or(|bias| has_map(bias, std::slice::from_ref(last)));
    if !reads || !adds || !has_map(maps.len() - 1, &dims) {
        return None;
    }
    let operand = |index| operation.operand(index).ok();
    let bias = match bias {
        Some(bias) => Some(operand(bias)?),
        None => None,
    };
    Some(([operand(lhs)?, operand(rhs)?], bias))
}

/// The tensor of which a value is the same numbers in a wider type.
fn widened<'a>(value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
    let generic = made_by_op(value, "linalg.generic")?;
    let maps = indexing_maps_of(generic)?;
    let [from, to] = &maps[..] else {
        return None;
    };
    let body = generic.region(0).ok()?.first_block()?;
    let wide = made_by_op(body.terminator()?.operand(0).ok()?, "arith.extf")?;
    let is_input = wide.operand(0).ok()? == body.argument(0).ok()?.into();
    let is_whole = from.to_string() == to.to_string() && from.is_identity();
    (is_input && is_whole)
        .then(|| generic.operand(0).ok())
        .flatten()
}
