//! Attributes that the C API shows too little of.

use crate::ffi;
use melior::ir::{Attribute, AttributeLike, Type, TypeLike, attribute::StringAttribute};
use std::borrow::Cow;

/// The value of a float attribute.
pub fn float_value(attribute: Attribute<'_>) -> Option<f64> {
    // SAFETY: the attribute is checked to be a float before it is read.
    unsafe {
        mlir_sys::mlirAttributeIsAFloat(attribute.to_raw())
            .then(|| mlir_sys::mlirFloatAttrGetValueDouble(attribute.to_raw()))
    }
}

/// The text of a string attribute, "" if it is not UTF-8.
///
/// melior's own `StringAttribute::value` panics on an empty string.
pub fn string_value<'c>(attribute: StringAttribute<'c>) -> &'c str {
    // SAFETY: MLIR keeps the text in the context, which lives for 'c.
    match unsafe { ffi::to_str(mlir_sys::mlirStringAttrGetValue(attribute.to_raw())) } {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => "",
    }
}

/// The type of an attribute that holds elements.
pub fn shaped_type_of(attribute: Attribute<'_>) -> Option<Type<'_>> {
    // SAFETY: only an attribute of elements is asked for its type.
    unsafe {
        mlir_sys::mlirAttributeIsAElements(attribute.to_raw())
            .then(|| Type::from_raw(mlir_sys::mlirAttributeGetType(attribute.to_raw())))
    }
}

/// The number of bits of an integer or float type.
pub fn bit_width(r#type: Type<'_>) -> Option<u32> {
    // SAFETY: the type is checked before it is asked for its width.
    unsafe {
        let raw = r#type.to_raw();
        if mlir_sys::mlirTypeIsAInteger(raw) {
            Some(mlir_sys::mlirIntegerTypeGetWidth(raw))
        } else if mlir_sys::mlirTypeIsAFloat(raw) {
            Some(mlir_sys::mlirFloatTypeGetWidth(raw))
        } else {
            None
        }
    }
}

/// A `dense_resource`: elements kept as a blob of bytes beside the IR.
#[derive(Clone, Copy, Debug)]
pub struct DenseResource<'a>(Attribute<'a>);

impl<'a> DenseResource<'a> {
    /// Looks at an attribute, if it is a `dense_resource`.
    pub fn cast(attribute: Attribute<'a>) -> Option<Self> {
        // SAFETY: a valid attribute of another kind has an empty key.
        let key = unsafe { ffi::odsBridgeDenseResourceKey(attribute.to_raw()) };
        (key.length > 0).then_some(Self(attribute))
    }

    /// The name of the blob.
    pub fn key(&self) -> Cow<'a, str> {
        // SAFETY: MLIR keeps the name as long as the context, which lives for 'a.
        unsafe { ffi::to_str(ffi::odsBridgeDenseResourceKey(self.0.to_raw())) }
    }

    /// The bytes; `None` when the blob is not there.
    pub fn data(&self) -> Option<&'a [u8]> {
        // Only a blob that is there says its size.
        let mut size = u64::MAX;
        // SAFETY: the attribute is a dense_resource; its blob belongs to the
        // context and is not written while shared.
        unsafe {
            let data = ffi::odsBridgeDenseResourceData(self.0.to_raw(), &mut size);
            if data.is_null() {
                // An empty blob may have no address.
                return (size == 0).then_some(&[]);
            }
            Some(std::slice::from_raw_parts(data, size as usize))
        }
    }

    /// The same blob under another shaped type.
    pub fn with_type(&self, r#type: Type<'a>) -> Option<Attribute<'a>> {
        // SAFETY: both are valid; a type that is not shaped gives null.
        unsafe {
            Attribute::from_option_raw(ffi::odsBridgeDenseResourceWithType(
                self.0.to_raw(),
                r#type.to_raw(),
            ))
        }
    }
}
