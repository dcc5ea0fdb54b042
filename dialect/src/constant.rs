//! Constants: reading and making splats.

use melior::ir::{
    Attribute, Type, Value,
    attribute::{ArrayAttribute, DenseElementsAttribute, FloatAttribute, IntegerAttribute},
    operation::OperationLike,
};
use ods_bridge::{complex_element, defining_op, float_value, name_of};

use crate::TensorType;

/// The constant that a value is, if an `arith.constant` defines it.
pub fn constant_value<'a>(value: Value<'a, 'a>) -> Option<Attribute<'a>> {
    let operation = defining_op(value)?;
    (name_of(operation) == "arith.constant")
        .then(|| operation.attribute("value").ok())
        .flatten()
}

/// The number that a value of index or integer type is, if it is constant.
pub fn index_value(value: Value<'_, '_>) -> Option<i64> {
    let attribute = constant_value(value)?;
    Some(IntegerAttribute::try_from(attribute).ok()?.value())
}

/// The number that all elements of a dense constant are.
pub fn splat_number(attribute: Attribute<'_>) -> Option<f64> {
    let elements = DenseElementsAttribute::try_from(attribute).ok()?;
    if !elements.is_splat() {
        return None;
    }
    let element = elements.splat_value();
    float_value(element).or_else(|| Some(IntegerAttribute::try_from(element).ok()?.value() as f64))
}

/// Whether a constant is a splat of exactly that number, its sign included; a
/// complex one of that real part and an imaginary part of 0.
pub fn is_splat_of(attribute: Option<Attribute<'_>>, number: f64) -> bool {
    let same = |value: f64, wanted: f64| value.to_bits() == wanted.to_bits();
    match attribute.and_then(complex_splat) {
        Some([re, im]) => same(re, number) && same(im, 0.0),
        None => attribute
            .and_then(splat_number)
            .is_some_and(|value| same(value, number)),
    }
}

/// The parts of the complex number that all elements of a dense constant are.
fn complex_splat(attribute: Attribute<'_>) -> Option<[f64; 2]> {
    let elements = DenseElementsAttribute::try_from(attribute).ok()?;
    if !elements.is_splat() {
        return None;
    }
    let parts = ArrayAttribute::try_from(elements.splat_value()).ok()?;
    let part = |index| float_value(parts.element(index).ok()?);
    Some([part(0)?, part(1)?])
}

/// A dense constant all of whose elements are `number`, rounded to the element
/// type, which may be complex; `None` when the shape is not static.
pub fn splat<'a>(r#type: Type<'a>, number: f64) -> Option<Attribute<'a>> {
    use melior::ir::TypeLike;
    let tensor = TensorType::new(r#type)?;
    if !tensor.is_static() {
        return None;
    }
    let context = r#type.context();
    if complex_element(tensor.element).is_some() {
        let context = ods_bridge::context_of(context);
        return Attribute::parse(context, &format!("dense<({number:e}, 0.0)> : {type}"));
    }
    let element = if tensor.element.is_float() {
        Attribute::from(FloatAttribute::new(
            ods_bridge::context_of(context),
            tensor.element,
            number,
        ))
    } else {
        IntegerAttribute::new(tensor.element, number as i64).into()
    };
    Some(DenseElementsAttribute::splat(r#type, element).into())
}
