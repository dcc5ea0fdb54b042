//! Constants: reading and making splats.

use fidelity_reference::{ElementType, Tensor};
use melior::ir::{
    Attribute, Type, Value,
    attribute::{ArrayAttribute, DenseElementsAttribute, FloatAttribute, IntegerAttribute},
    operation::OperationLike,
};
use ods_bridge::{
    DenseResource, OpView, complex_element, defining_op, dense_bytes, dense_elements, float_value,
    name_of, shaped_type_of,
};

use crate::{TensorType, ZeroVector};

/// The most elements that a constant is folded to, if it is not a splat: what
/// an op makes of a constant can be larger than the op.
pub const MOST_FOLDED: usize = 1 << 14;

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

/// The number that all elements of a tensor are: of a constant, of a
/// `fidelity.zero_vector`, of a `tensor.splat` of a constant, or of a
/// `tensor.cast` of one of them.
pub fn known_splat(value: Value<'_, '_>) -> Option<f64> {
    let operation = defining_op(value)?;
    match name_of(operation) {
        ZeroVector::NAME => Some(0.0),
        "tensor.cast" => known_splat(operation.operand(0).ok()?),
        "tensor.splat" => number(constant_value(operation.operand(0).ok()?)?),
        _ => splat_number(constant_value(value)?),
    }
}

/// Whether all elements of a tensor are known to be exactly that number, its
/// sign included; of a complex one, with an imaginary part of 0.
pub fn is_known_splat_of(value: Value<'_, '_>, wanted: f64) -> bool {
    is_splat_of(constant_value(value), wanted)
        || known_splat(value).is_some_and(|number| number.to_bits() == wanted.to_bits())
}

/// The numbers that the elements of a float constant are, if there are at most
/// `most` of them.
pub fn numbers(attribute: Attribute<'_>, most: usize) -> Option<Vec<f64>> {
    tensor(attribute, most)?.floats().map(<[f64]>::to_vec)
}

/// A constant as the reference has it, if it has at most `most` elements and is
/// stored dense.
pub fn tensor(attribute: Attribute<'_>, most: usize) -> Option<Tensor> {
    let r#type = TensorType::new(shaped_type_of(attribute)?)?;
    let element: ElementType = r#type.element.to_string().parse().ok()?;
    let count = r#type.count().filter(|&count| count <= most)?;
    let shape: Vec<usize> = r#type.shape.iter().map(|&size| size as usize).collect();
    if let Some(resource) = DenseResource::cast(attribute) {
        return Tensor::from_bytes(element, shape, resource.data()?).ok();
    }
    let dense = dense_bytes(attribute)?;
    let bytes = match dense.is_splat {
        true => dense.bytes.repeat(count).into(),
        false => dense.bytes,
    };
    Tensor::from_bytes(element, shape, &bytes).ok()
}

/// A dense constant of what the reference has computed; `None` when the type
/// does not say the same shape.
pub fn dense_of<'a>(r#type: Type<'a>, value: &Tensor) -> Option<Attribute<'a>> {
    let shape = TensorType::new(r#type)?.shape;
    let sizes = value.shape().iter().map(|&size| size as i64);
    sizes.eq(shape).then_some(())?;
    dense_elements(r#type, &value.to_bytes())
}

/// A dense float constant of those numbers, each rounded to the element type;
/// `None` when the shape is not static or has not as many elements.
pub fn dense<'a>(r#type: Type<'a>, numbers: Vec<f64>) -> Option<Attribute<'a>> {
    let tensor = TensorType::new(r#type)?;
    let element: ElementType = tensor.element.to_string().parse().ok()?;
    tensor.count().filter(|&count| count == numbers.len())?;
    let tensor = Tensor::from_floats(element, [numbers.len()], numbers).ok()?;
    dense_elements(r#type, &tensor.to_bytes())
}

/// Whether all elements of a constant are 0, stored in any way.
pub fn is_zero(attribute: Attribute<'_>) -> bool {
    match DenseResource::cast(attribute) {
        // In packed storage too a byte of 0 holds zeros.
        Some(resource) => resource
            .data()
            .is_some_and(|bytes| bytes.iter().all(|&byte| byte == 0)),
        None => splat_number(attribute) == Some(0.0),
    }
}

/// The number that all elements of a dense constant are.
pub fn splat_number(attribute: Attribute<'_>) -> Option<f64> {
    let elements = DenseElementsAttribute::try_from(attribute).ok()?;
    if !elements.is_splat() {
        return None;
    }
    number(elements.splat_value())
}

/// The number that a scalar constant is.
fn number(attribute: Attribute<'_>) -> Option<f64> {
    float_value(attribute)
        .or_else(|| Some(IntegerAttribute::try_from(attribute).ok()?.value() as f64))
}

/// Whether a constant is a splat of exactly that number, its sign included; a
/// complex one of that real part and an imaginary part of 0.
fn is_splat_of(attribute: Option<Attribute<'_>>, number: f64) -> bool {
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
        // With a point, without which MLIR reads no exponent.
        return Attribute::parse(context, &format!("dense<({number:.16e}, 0.0)> : {type}"));
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
