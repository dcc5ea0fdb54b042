//! What is done to queries and keys → attributes of linear attention.
//!
//! # Algebra
//!
//! ```text
//! attention(φ(q), φ(k), v) = attention(q, k, v, feature map φ)
//! attention(c · q, k, v, scale s) = attention(q, k, v, scale s · c)
//! attention(q, k, v, scale s) · c = attention(q, k, v, scale s · c)
//! ```
//!
//! with φ `elu_plus_one` or `relu`, and the last two for a constant number c. With
//! `normalize` a factor of the queries makes no difference. An absent scale is
//! 1/√K, of the size of keys before φ, which φ keeps.
//!
//! `positive_random` is not looked for: its parts are products of matrices.
//!
//! A factor that is a power of two changes no result, wherever it stands; others
//! are moved only under `reassociate`. `elu_plus_one` of narrow floats is rounded,
//! and stays.
//!
//! # Cost
//!
//! One read and one write less of queries, of keys, or of the output.

use super::{
    epilogue::is_power_of_two,
    rewrite::{Miss, ROUNDED, Rewrite, Site, USED, is_computed_in, is_only_for, made_by},
};
use fidelity_dialect::{
    DYNAMIC, EluPlusOne, Exp, FeatureMap, LinearAttention, Multiply, Relu, TensorType, known_splat,
};
use melior::ir::{
    Attribute, Type, Value, ValueLike,
    attribute::FloatAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, OpView, defining_op, set_attribute};

/// Fuses what is done before linear attention, or the factor after it.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let operation = site.operation;
    if let Some(product) = Multiply::cast(operation) {
        return factor_of_output(&product, site);
    }
    let attention = LinearAttention::cast(operation).ok_or(Miss::Other)?;
    if attention.feature_map() != FeatureMap::Identity {
        return Err(Miss::Other);
    }
    match feature_map(&attention, site) {
        Err(Miss::Other) => factor_of_query(&attention, site),
        done => done,
    }
}

/// The feature map that makes a value, and of what.
fn mapped<'a>(value: Value<'a, 'a>) -> Option<(FeatureMap, Value<'a, 'a>)> {
    let source = defining_op(value)?.operand(0).ok()?;
    if made_by::<EluPlusOne<'a>>(value).is_some() {
        return Some((FeatureMap::EluPlusOne, source));
    }
    made_by::<Relu<'a>>(value).map(|_| (FeatureMap::Relu, source))
}

/// Whether a value is an exponential, or one times another value.
fn is_exponential(value: Value<'_, '_>) -> bool {
    let is_exp = |value| made_by::<Exp<'_>>(value).is_some();
    is_exp(value)
        || made_by::<Multiply<'_>>(value).is_some_and(|it| is_exp(it.lhs()) || is_exp(it.rhs()))
}

fn feature_map<'a>(attention: &LinearAttention<'a>, site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let sides = [attention.query(), attention.key()];
    let (map, sources) = match sides.map(mapped) {
        [Some((map, query)), Some((other, key))] if map == other => (map, [query, key]),
        [None, None] if sides.iter().any(|&side| is_exponential(side)) => {
            return Err(Miss::Near(
                "queries or keys go through exp: as a feature map it is positive_random, of whose \
                 parts this pass makes none",
            ));
        }
        [None, None] => return Err(Miss::Other),
        _ => {
            return Err(Miss::Near(
                "queries and keys do not go through the same feature map",
            ));
        }
    };
    if !sides.iter().all(|&side| is_only_for(side, operation)) {
        return Err(USED);
    }
    let is_exact = |&side: &Value<'a, 'a>| is_computed_in(TensorType::of(side).element);
    if map != FeatureMap::Relu && !sides.iter().all(is_exact) {
        return Err(ROUNDED);
    }
    set_attribute(
        operation,
        "feature_map",
        map.to_attribute(builder.context()),
    );
    replace_operands(operation, &[(0, sources[0]), (1, sources[1])], rewrite);
    Ok(())
}

fn factor_of_query<'a>(attention: &LinearAttention<'a>, site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let query = attention.query();
    let product: Multiply<'a> = made_by(query).ok_or(Miss::Other)?;
    let (factor, source) = constant_factor(&product).ok_or(Miss::Other)?;
    expect_movable(factor, query, operation, rewrite)?;
    if !attention.normalize() {
        scale_by(attention, operation, factor, builder)?;
    }
    replace_operands(operation, &[(0, source)], rewrite);
    Ok(())
}

fn factor_of_output<'a>(product: &Multiply<'a>, site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let (factor, output) = constant_factor(product).ok_or(Miss::Other)?;
    let attention: LinearAttention<'a> = made_by(output).ok_or(Miss::Other)?;
    if attention.result(0) != Some(output) {
        return Err(Miss::Other);
    }
    expect_movable(factor, output, operation, rewrite)?;
    let target = attention.operation().ok_or(Miss::Other)?;
    scale_by(&attention, target, factor, builder)?;
    rewrite.replace(operation, &[output], builder);
    Ok(())
}

/// The number that a product has as one factor, and the other one, of the same
/// type as the product.
fn constant_factor<'a>(product: &Multiply<'a>) -> Option<(f64, Value<'a, 'a>)> {
    let r#type = product.result(0)?.r#type();
    let (lhs, rhs) = (product.lhs(), product.rhs());
    [(lhs, rhs), (rhs, lhs)]
        .into_iter()
        .filter(|(_, other)| other.r#type() == r#type)
        .find_map(|(factor, other)| Some((known_splat(factor)?, other)))
}

fn expect_movable<'a>(
    factor: f64,
    value: Value<'a, 'a>,
    operation: OperationRef<'a, 'a>,
    rewrite: &Rewrite<'a>,
) -> Result<(), Miss> {
    if !is_only_for(value, operation) {
        return Err(USED);
    }
    if is_power_of_two(factor) {
        return Ok(());
    }
    if !rewrite.reassociate || !factor.is_normal() {
        return Err(Miss::Near(
            "a factor that is no power of two moves into the scale under reassociate only",
        ));
    }
    match is_computed_in(TensorType::of(value).element) {
        true => Ok(()),
        false => Err(ROUNDED),
    }
}

/// Multiplies the scale of attention.
fn scale_by<'a>(
    attention: &LinearAttention<'a>,
    operation: OperationRef<'a, 'a>,
    factor: f64,
    builder: &Builder<'a>,
) -> Result<(), Miss> {
    let scale = match attention.scale() {
        Some(scale) => scale,
        None if attention.normalize() => 1.0,
        None => match TensorType::of(attention.query()).shape.last() {
            Some(&size) if size != DYNAMIC && size > 0 => 1.0 / (size as f64).sqrt(),
            _ => {
                return Err(Miss::Near(
                    "the size of the keys, and so the scale, is not known",
                ));
            }
        },
    };
    if !(scale * factor).is_finite() {
        return Err(Miss::Near("the product of two scales is not finite"));
    }
    let f64_type = Type::float64(builder.context());
    let scale = FloatAttribute::new(builder.context(), f64_type, scale * factor);
    set_attribute(operation, "scale", Attribute::from(scale));
    Ok(())
}

fn replace_operands<'a>(
    operation: OperationRef<'a, 'a>,
    changes: &[(usize, Value<'a, 'a>)],
    rewrite: &Rewrite<'a>,
) {
    let mut operands: Vec<Value<'a, 'a>> = operation.operands().collect();
    for &(index, value) in changes {
        operands[index] = value;
    }
    rewrite.set_operands(operation, &operands);
}
