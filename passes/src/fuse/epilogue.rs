//! Scales and a bias after a layer → the layer's operands.
//!
//! # Algebra
//!
//! ```text
//! float(linear(x, W)) = linear(x, W, 1)                  of an i8 x, whose sum is an i32
//! linear(x, W) · s = linear(x, W, s)
//! linear(x, W, s) · t = linear(x, W, s · t)
//! (linear(x, W, s) · i) · t = linear(x, W, s · t) · i
//! linear(x, W, s) · (i · t) = linear(x, W, s · t) · i
//! bit_linear(x, W, s) · t = bit_linear(x, W, s · t)
//! bit_linear(x, W, s) + b = bit_linear(x, W, s, bias b)
//! ```
//!
//! for a t that is a scalar or one number for each row, constant or beside an s of 1,
//! and an i that is one number for each token. The first two lines are exact. The third
//! one takes a product in another order, which changes no result where all numbers of s
//! or all of t are powers of two. In the three after it t moves past the scale of the
//! activations, i or one within the layer: then it is t whose numbers have to be powers of
//! two. All of it short of numbers that leave the range of the type in between; any other
//! factors move only under `reassociate`. Results of narrow floats are rounded before what
//! follows, and stay.
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
    Add, BitLinear, Multiply, TensorType, TernaryLinear, cast_to, constant, constant_value, dense,
    known_splat, numbers, splat,
};
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, OpView, defining_op, name_of};

/// Fuses what an op adds to, or multiplies, a layer with.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    if name_of(operation) == "arith.sitofp" {
        return float_of_sum(site);
    }
    let (sides, is_product) = match (Multiply::cast(operation), Add::cast(operation)) {
        (Some(product), _) => ([product.lhs(), product.rhs()], true),
        (_, Some(sum)) => ([sum.lhs(), sum.rhs()], false),
        _ => return Err(Miss::Other),
    };
    let result: Value<'a, 'a> = operation.result(0).map_err(|_| Miss::Other)?.into();
    for (layer, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
        // A stretched layer is none of these; neither is a factor of each token, nor the
        // layer itself.
        if layer == other || !is_of_shape(layer, result) || !is_of_rows(other, layer) {
            continue;
        }
        let Some(linear) = Linear::made(layer) else {
            continue;
        };
        if matches!(linear, Linear::Plain(_)) && !is_product {
            return Err(Miss::Other);
        }
        expect_fusible(layer, operation)?;
        if layer.r#type() != result.r#type() {
            return Err(MEASURED);
        }
        let fused = match is_product {
            true => linear.times(other, Order::After, builder, rewrite)?,
            false => linear.plus(other, builder)?,
        };
        rewrite.replace(operation, &[fused], builder);
        return Ok(());
    }
    match is_product {
        true => past_tokens(sides, result, site),
        false => Err(Miss::Other),
    }
}

/// The sum of an i8 x as a float → the layer whose scale is 1, which converts it.
fn float_of_sum<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let sum = operation.operand(0).map_err(|_| Miss::Other)?;
    let linear: TernaryLinear<'a> = made_by(sum).ok_or(Miss::Other)?;
    let result = operation.result(0).map_err(|_| Miss::Other)?.r#type();
    let element = TensorType::new(result).ok_or(Miss::Other)?.element;
    if !is_only_for(sum, operation) {
        return Err(USED);
    }
    if !is_computed_in(element) {
        return Err(ROUNDED);
    }
    let scalar = TensorType {
        shape: Vec::new(),
        element,
        encoding: None,
    };
    let scalar = scalar.to_type();
    let one = constant(scalar, splat(scalar, 1.0).ok_or(Miss::Other)?, builder);
    let fused = rescaled(&linear, one, result, builder, rewrite)?;
    rewrite.replace(operation, &[fused], builder);
    Ok(())
}

/// A factor of rows that stands outside of one of each token → the scale of the layer.
fn past_tokens<'a>(
    sides: [Value<'a, 'a>; 2],
    result: Value<'a, 'a>,
    site: &Site<'a, '_>,
) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let orders = |of: Value<'a, 'a>| {
        let product: Option<Multiply<'a>> = made_by(of);
        let orders = product.map(|it| [(it.lhs(), it.rhs()), (it.rhs(), it.lhs())]);
        orders.into_iter().flatten()
    };
    for (one, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
        // (y · i) · t, and y · (i · t).
        let outside = orders(one).map(|(y, tokens)| (y, tokens, other, one));
        let inside = orders(other).map(|(tokens, rows)| (one, tokens, rows, one));
        for (y, tokens, rows, product) in outside.chain(inside) {
            let is_scaled = is_of_shape(y, result)
                && is_of_shape(product, result)
                && is_of_tokens(tokens, y)
                && is_of_rows(rows, y);
            let Some(linear) = Linear::made(y).filter(|_| is_scaled) else {
                continue;
            };
            let reader = match y == product {
                true => operation,
                false => defining_op(product).ok_or(Miss::Other)?,
            };
            expect_fusible(product, operation)?;
            expect_fusible(y, reader)?;
            let types = [y, tokens, rows, result].map(TensorType::of);
            if types.iter().any(|r#type| r#type.encoding.is_some()) {
                return Err(MEASURED);
            }
            let scaled = linear.times(rows, Order::PastTokens, builder, rewrite)?;
            let op = builder.op(Multiply::NAME).operands(&[scaled, tokens]);
            let fused = op.infer().value();
            let fused = cast_to(fused, result.r#type(), builder);
            rewrite.replace(operation, &[fused], builder);
            return Ok(());
        }
    }
    Err(Miss::Other)
}

/// What a factor of a layer moves past to become its scale.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Nothing: it comes after the scale.
    After,
    /// The scale of the activations.
    PastTokens,
}

/// A layer with ternary weights.
enum Linear<'a> {
    Plain(TernaryLinear<'a>),
    Bit(BitLinear<'a>),
}

impl<'a> Linear<'a> {
    /// The layer that gives a value.
    fn made(value: Value<'a, 'a>) -> Option<Self> {
        let plain = made_by(value).map(Self::Plain);
        plain.or_else(|| made_by(value).map(Self::Bit))
    }

    /// The layer under another scale too.
    fn times(
        &self,
        factor: Value<'a, 'a>,
        order: Order,
        builder: &Builder<'a>,
        rewrite: &Rewrite<'a>,
    ) -> Result<Value<'a, 'a>, Miss> {
        match self {
            Self::Plain(linear) => {
                let Some(scale) = linear.scale() else {
                    expect_order(factor, order, rewrite)?;
                    return linear.with_scale(factor, builder).map_err(Miss::Near);
                };
                let result = linear.result(0).ok_or(Miss::Other)?.r#type();
                let scale = product(scale, factor, order, builder, rewrite)?;
                rescaled(linear, scale, result, builder, rewrite)
            }
            Self::Bit(linear) => {
                expect_no_bias(linear)?;
                let mut operands = bit_linear_operands(linear);
                // The layer multiplies by the scale of its activations last.
                let order = Order::PastTokens;
                let scale = product(linear.scale(), factor, order, builder, rewrite)?;
                operands[2] = vec![scale];
                let built = bit_linear(linear, &operands, builder);
                // A factor that is the scale itself is used elsewhere, and stays.
                built.inspect_err(|_| rewrite.discard(&operands[2]))
            }
        }
    }

    /// The layer and a bias.
    fn plus(&self, bias: Value<'a, 'a>, builder: &Builder<'a>) -> Result<Value<'a, 'a>, Miss> {
        let Self::Bit(linear) = self else {
            return Err(Miss::Other);
        };
        expect_no_bias(linear)?;
        let mut operands = bit_linear_operands(linear);
        operands[4] = vec![bias];
        bit_linear(linear, &operands, builder)
    }
}

fn expect_no_bias(linear: &BitLinear<'_>) -> Result<(), Miss> {
    match linear.bias() {
        Some(_) => Err(Miss::Near("the layer has a bias already")),
        None => Ok(()),
    }
}

/// A layer like one of other operands.
fn bit_linear<'a>(
    like: &BitLinear<'a>,
    operands: &[Vec<Value<'a, 'a>>; 5],
    builder: &Builder<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let original = like.operation().ok_or(Miss::Other)?;
    let result = like.result(0).ok_or(Miss::Other)?;
    let layer = Replacement {
        operands,
        attributes: &[("epsilon", attribute(original, "epsilon"))],
        results: &[result.r#type()],
    };
    Ok(layer.build::<BitLinear<'a>>(like.view(), builder)?[0])
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

/// Whether a value has one number for each token of a layer.
fn is_of_tokens<'a>(value: Value<'a, 'a>, layer: Value<'a, 'a>) -> bool {
    let [value, layer] = [value, layer].map(TensorType::of);
    value.shape.last() == Some(&1) && value.rank() <= layer.rank()
}

/// A layer with another scale, and its result.
fn rescaled<'a>(
    linear: &TernaryLinear<'a>,
    scale: Value<'a, 'a>,
    result: Type<'a>,
    builder: &Builder<'a>,
    rewrite: &Rewrite<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let original = linear.operation().ok_or(Miss::Other)?;
    let layer = Replacement {
        operands: &[vec![linear.x()], vec![linear.weights()], vec![scale]],
        attributes: &[("accumulator", attribute(original, "accumulator"))],
        results: &[result],
    };
    let results = layer.build::<TernaryLinear<'a>>(linear.view(), builder);
    Ok(results.inspect_err(|_| rewrite.discard(&[scale]))?[0])
}

/// The largest scale, in numbers, that is multiplied at compile time.
const MOST: usize = 1 << 24;

/// The numbers of a constant.
fn read(value: Value<'_, '_>) -> Option<Vec<f64>> {
    constant_value(value).and_then(|value| numbers(value, MOST))
}

fn are_exact(numbers: &[f64]) -> bool {
    numbers.iter().all(|&number| is_power_of_two(number))
}

/// Checks that a factor may be multiplied with before what it stands after.
fn expect_order<'a>(
    factor: Value<'a, 'a>,
    order: Order,
    rewrite: &Rewrite<'a>,
) -> Result<(), Miss> {
    let is_exact = || read(factor).is_some_and(|factors| are_exact(&factors));
    match order == Order::After || rewrite.reassociate || is_exact() {
        true => Ok(()),
        false => Err(Miss::Near(
            "a scale that is no power of two moves past that of the activations under \
             reassociate only",
        )),
    }
}

/// The product of two scales: of constants, or of anything and 1.
fn product<'a>(
    scale: Value<'a, 'a>,
    factor: Value<'a, 'a>,
    order: Order,
    builder: &Builder<'a>,
    rewrite: &Rewrite<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let (own, other) = (TensorType::of(scale), TensorType::of(factor));
    if own.encoding.is_some() || other.encoding.is_some() {
        return Err(MEASURED);
    }
    // Sums of groups are scaled and then added.
    let is_grouped = own.rank() == 2;
    if known_splat(scale) == Some(1.0) && !is_grouped && own.element == other.element {
        expect_order(factor, order, rewrite)?;
        return Ok(factor);
    }
    let (Some(scales), Some(factors)) = (read(scale), read(factor)) else {
        return Err(Miss::Near("a scale is not constant"));
    };
    expect_order(factor, order, rewrite)?;
    if !rewrite.reassociate && !are_exact(&factors) && (is_grouped || !are_exact(&scales)) {
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
