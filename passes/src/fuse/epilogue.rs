//! Scales and a bias after a layer → the layer's operands.
//!
//! # Algebra
//!
//! ```text
//! linear(x, W) · s = linear(x, W, s)
//! linear(x, W, s) · t = linear(x, W, s · t)
//! bit_linear(x, W, s) + b = bit_linear(x, W, s, bias b)
//! ```
//!
//! for a constant t that is a scalar or one number for each row. The second line
//! takes a product in another order. That changes no result where all numbers of s
//! or all of t are powers of two, short of numbers that leave the range of the type
//! in between; any others are multiplied only under `reassociate`. Results of
//! narrow floats are rounded before what follows, and stay.
//!
//! # Cost
//!
//! One read and one write of the result less. A product of scales is computed at
//! compile time; no layer gets slower by another scale.
//!
//! A `ternary_linear` has no bias, and no layer a residual or an activation: what
//! follows it elementwise is grouped with it by `fidelity-form-kernels`, and by
//! upstream's fusion of `linalg` computed in the loop that scales the sums, which
//! `test/Lowering/cpu/epilogue.mlir` shows. A sum with an unscaled product could become
//! `ternary_accumulate`, of which no target makes better code, and GPUs none.

use super::rewrite::{
    Miss, ROUNDED, Replacement, Rewrite, Site, USED, attribute, is_computed_in, is_only_for,
    made_by,
};
use fidelity_dialect::{
    Add, BitLinear, Multiply, TensorType, TernaryLinear, constant, constant_value, dense, numbers,
};
use melior::ir::{TypeLike, Value, ValueLike, operation::OperationRef};
use ods_bridge::{Builder, OpView};

/// Fuses what an op adds to, or multiplies, a layer with.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let (sides, is_product) = match (Multiply::cast(operation), Add::cast(operation)) {
        (Some(product), _) => ([product.lhs(), product.rhs()], true),
        (_, Some(sum)) => ([sum.lhs(), sum.rhs()], false),
        _ => return Err(Miss::Other),
    };
    let result: Value<'a, 'a> = operation.result(0).map_err(|_| Miss::Other)?.into();
    for (layer, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
        // A stretched layer is none of these; neither is a factor of each token.
        if !is_of_shape(layer, result) || !is_of_rows(other, layer) {
            continue;
        }
        let fused = if let Some(linear) = made_by::<TernaryLinear<'a>>(layer) {
            if !is_product {
                return Err(Miss::Other);
            }
            expect_fusible(layer, operation)?;
            if layer.r#type() != result.r#type() {
                return Err(MEASURED);
            }
            match linear.scale() {
                None => linear.with_scale(other, builder).map_err(Miss::Near)?,
                Some(scale) => {
                    let scale = product(scale, other, builder, rewrite)?;
                    rescaled(&linear, scale, builder, rewrite)?
                }
            }
        } else if let Some(linear) = made_by::<BitLinear<'a>>(layer) {
            expect_fusible(layer, operation)?;
            if layer.r#type() != result.r#type() {
                return Err(MEASURED);
            }
            if linear.bias().is_some() {
                return Err(Miss::Near("the layer has a bias already"));
            }
            let mut operands = bit_linear_operands(&linear);
            match is_product {
                true => operands[2] = vec![product(linear.scale(), other, builder, rewrite)?],
                false => operands[4] = vec![other],
            }
            let original = linear.operation().ok_or(Miss::Other)?;
            let layer = Replacement {
                operands: &operands,
                attributes: &[("epsilon", attribute(original, "epsilon"))],
                results: &[result.r#type()],
            };
            let results = layer.build::<BitLinear<'a>>(linear.view(), builder);
            results.inspect_err(|_| rewrite.discard(&operands[2]))?[0]
        } else {
            continue;
        };
        rewrite.replace(operation, &[fused], builder);
        return Ok(());
    }
    Err(Miss::Other)
}

fn bit_linear_operands<'a>(linear: &BitLinear<'a>) -> [Vec<Value<'a, 'a>>; 5] {
    [
        vec![linear.x()],
        vec![linear.weights()],
        vec![linear.scale()],
        Vec::from_iter(linear.norm_weight()),
        Vec::from_iter(linear.bias()),
    ]
}

const MEASURED: Miss = Miss::Near("a scale has names or a unit");

/// Whether two values differ in names and units at most.
fn is_of_shape<'a>(lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> bool {
    let [lhs, rhs] = [lhs, rhs].map(TensorType::of);
    lhs.shape == rhs.shape && lhs.element == rhs.element
}

/// Whether a value is a scalar, or has one number for each row of a layer.
fn is_of_rows<'a>(value: Value<'a, 'a>, layer: Value<'a, 'a>) -> bool {
    let layer = TensorType::of(layer).shape;
    match TensorType::of(value).shape[..] {
        [] => true,
        [size] => layer.last() == Some(&size),
        _ => false,
    }
}

fn expect_fusible<'a>(layer: Value<'a, 'a>, operation: OperationRef<'a, 'a>) -> Result<(), Miss> {
    if !is_only_for(layer, operation) {
        return Err(USED);
    }
    match is_computed_in(TensorType::of(layer).element) {
        true => Ok(()),
        false => Err(ROUNDED),
    }
}

/// A layer with another scale.
fn rescaled<'a>(
    linear: &TernaryLinear<'a>,
    scale: Value<'a, 'a>,
    builder: &Builder<'a>,
    rewrite: &Rewrite<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let original = linear.operation().ok_or(Miss::Other)?;
    let result = linear.result(0).ok_or(Miss::Other)?;
    let layer = Replacement {
        operands: &[vec![linear.x()], vec![linear.weights()], vec![scale]],
        attributes: &[("accumulator", attribute(original, "accumulator"))],
        results: &[result.r#type()],
    };
    let results = layer.build::<TernaryLinear<'a>>(linear.view(), builder);
    Ok(results.inspect_err(|_| rewrite.discard(&[scale]))?[0])
}

/// The largest scale, in numbers, that is multiplied at compile time.
const MOST: usize = 1 << 24;

/// The product of two scales, each a constant.
fn product<'a>(
    scale: Value<'a, 'a>,
    factor: Value<'a, 'a>,
    builder: &Builder<'a>,
    rewrite: &Rewrite<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let (own, other) = (TensorType::of(scale), TensorType::of(factor));
    if own.encoding.is_some() || other.encoding.is_some() {
        return Err(MEASURED);
    }
    let read = |value| constant_value(value).and_then(|value| numbers(value, MOST));
    let (Some(scales), Some(factors)) = (read(scale), read(factor)) else {
        return Err(Miss::Near("a scale is not constant"));
    };
    let is_exact = |numbers: &[f64]| numbers.iter().all(|&number| is_power_of_two(number));
    // Sums of groups are scaled and then added.
    let is_grouped = own.rank() == 2;
    if !rewrite.reassociate && !is_exact(&factors) && (is_grouped || !is_exact(&scales)) {
        return Err(Miss::Near(
            "two scales that are no powers of two multiply to one under reassociate only",
        ));
    }
    let r#type = match own.rank() {
        0 => TensorType {
            shape: other.shape,
            ..own
        },
        _ => own,
    };
    let count = r#type.count().ok_or(Miss::Other)?;
    let at = |numbers: &[f64], index: usize| numbers[index * numbers.len() / count];
    let products: Vec<f64> = (0..count)
        .map(|index| at(&scales, index) * at(&factors, index))
        .collect();
    let least = match r#type.element {
        element if element.is_f64() => f64::MIN_POSITIVE,
        element if element.is_f32() => f64::from(f32::MIN_POSITIVE),
        _ => return Err(ROUNDED),
    };
    let most = match r#type.element.is_f64() {
        true => f64::MAX,
        false => f64::from(f32::MAX),
    };
    if !products
        .iter()
        .all(|number| (least..=most).contains(&number.abs()))
    {
        return Err(Miss::Near(
            "the product of two scales leaves the range of their type",
        ));
    }
    let r#type = r#type.to_type();
    let value = dense(r#type, products).ok_or(Miss::Other)?;
    Ok(constant(r#type, value, builder))
}

/// Whether a product with a number is exact, as long as it is in range.
pub fn is_power_of_two(number: f64) -> bool {
    number.is_normal() && number.to_bits() << 12 == 0
}
