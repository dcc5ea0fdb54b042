//! Constants of type i32.

use melior::ir::{
    Attribute, Type, Value, attribute::IntegerAttribute, operation::OperationLike,
    r#type::IntegerType,
};
use ods_bridge::{Builder, defining_op, name_of};

/// The number that an attribute holds.
pub fn number(attribute: Attribute<'_>) -> Option<i32> {
    let value = IntegerAttribute::try_from(attribute).ok()?.value();
    i32::try_from(value).ok()
}

/// The number that a value is, if an `arith.constant` defines it.
pub fn constant(value: Value<'_, '_>) -> Option<i32> {
    let operation = defining_op(value)?;
    (name_of(operation) == "arith.constant")
        .then(|| operation.attribute("value").ok())
        .flatten()
        .and_then(number)
}

/// The attribute for a number of that type.
pub fn attribute<'a>(r#type: Type<'a>, number: i32) -> Attribute<'a> {
    IntegerAttribute::new(r#type, number.into()).into()
}

/// Builds an `arith.constant`.
pub fn build<'a>(builder: &Builder<'a>, number: i32) -> Value<'a, 'a> {
    let r#type = IntegerType::new(builder.context(), 32).into();
    builder
        .op("arith.constant")
        .attribute("value", attribute(r#type, number))
        .result(r#type)
        .value()
}
