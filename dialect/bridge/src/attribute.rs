//! Attributes that the C API shows too little of.

use crate::ffi;
use melior::ir::{
    AffineMap, Attribute, AttributeLike, Type, TypeLike,
    attribute::{DenseElementsAttribute, FlatSymbolRefAttribute, StringAttribute},
    r#type::{RankedTensorType, ShapedTypeLike},
};
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

/// The name that an attribute refers to, "" if it is not UTF-8.
///
/// melior's own `FlatSymbolRefAttribute::value` panics on an empty name.
pub fn symbol_name<'c>(attribute: FlatSymbolRefAttribute<'c>) -> &'c str {
    // SAFETY: MLIR keeps the name in the context, which lives for 'c.
    match unsafe { ffi::to_str(mlir_sys::mlirFlatSymbolRefAttrGetValue(attribute.to_raw())) } {
        Cow::Borrowed(name) => name,
        Cow::Owned(_) => "",
    }
}

/// The code that a `#gpu.object` holds: a program's bytes, or its text.
pub fn gpu_code(attribute: Attribute<'_>) -> Option<&[u8]> {
    let raw = attribute.to_raw();
    // SAFETY: the attribute is checked to be an object before it is read; MLIR
    // keeps the bytes in the context, which lives as long as the attribute.
    unsafe {
        if !mlir_sys::mlirAttributeIsAGPUObjectAttr(raw) {
            return None;
        }
        let code = mlir_sys::mlirGPUObjectAttrGetObject(raw);
        if code.length == 0 {
            // No bytes may have no address.
            return Some(&[]);
        }
        Some(std::slice::from_raw_parts(code.data.cast(), code.length))
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

/// The number of bits of an integer or float type, or of both parts of a
/// complex one.
pub fn bit_width(r#type: Type<'_>) -> Option<u32> {
    if let Some(part) = complex_element(r#type) {
        return Some(2 * bit_width(part)?);
    }
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

/// The type of the parts of a complex type.
pub fn complex_element(r#type: Type<'_>) -> Option<Type<'_>> {
    // SAFETY: the type is checked to be complex before it is asked for its parts.
    unsafe {
        let raw = r#type.to_raw();
        mlir_sys::mlirTypeIsAComplex(raw)
            .then(|| Type::from_raw(mlir_sys::mlirComplexTypeGetElementType(raw)))
    }
}

/// The complex type whose parts have a type.
pub fn complex_of(element: Type<'_>) -> Type<'_> {
    // SAFETY: the type is valid; the new one belongs to its context.
    unsafe { Type::from_raw(mlir_sys::mlirComplexTypeGet(element.to_raw())) }
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

/// The map that an attribute holds, if it is an affine map.
pub fn affine_map_of(attribute: Attribute<'_>) -> Option<AffineMap<'_>> {
    // SAFETY: the attribute is checked to be a map before it is read; the map
    // belongs to the context, as the attribute does.
    unsafe {
        mlir_sys::mlirAttributeIsAAffineMap(attribute.to_raw())
            .then(|| AffineMap::from_raw(mlir_sys::mlirAffineMapAttrGetValue(attribute.to_raw())))
    }
}

/// The elements of a dense constant as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenseBytes<'a> {
    /// The elements in row-major order, or the one that all are: in the byte
    /// order of the machine, an i1 in a byte of its own, an index in eight.
    pub bytes: Cow<'a, [u8]>,
    /// Whether all elements are the one in `bytes`.
    pub is_splat: bool,
}

/// The elements of a `dense` attribute of integers, indices, floats or complex
/// numbers whose width is 1 or whole bytes; `None` for any other attribute.
pub fn dense_bytes(attribute: Attribute<'_>) -> Option<DenseBytes<'_>> {
    let elements = DenseElementsAttribute::try_from(attribute).ok()?;
    let element = RankedTensorType::try_from(shaped_type_of(attribute)?)
        .ok()?
        .element();
    let is_splat = elements.is_splat();
    let count = if is_splat { 1 } else { elements.len() };
    let width = match bit_width(element) {
        // How MLIR packs bits is its own affair.
        Some(1) => {
            let bit = |index| {
                // SAFETY: the attribute holds i1, and `index` is below the
                // number of its elements, or 0 for a splat.
                u8::from(unsafe {
                    mlir_sys::mlirDenseElementsAttrGetBoolValue(attribute.to_raw(), index as isize)
                })
            };
            return Some(DenseBytes {
                bytes: (0..count).map(bit).collect(),
                is_splat,
            });
        }
        Some(bits) => (bits % 8 == 0).then_some(bits as usize / 8)?,
        None => element.is_index().then_some(size_of::<u64>())?,
    };
    if count == 0 {
        return Some(DenseBytes {
            bytes: Cow::Borrowed(&[]),
            is_splat,
        });
    }
    // SAFETY: MLIR keeps `count` elements of `width` bytes each, one after the
    // other; the context owns them.
    let bytes =
        unsafe { std::slice::from_raw_parts(elements.raw_data().cast::<u8>(), count * width) };
    Some(DenseBytes {
        bytes: bytes.into(),
        is_splat,
    })
}

/// A `dense` attribute of a shaped type from its elements as [`dense_bytes`]
/// gives them: all, or one that all are; `None` when they are not as many as
/// the type has.
pub fn dense_elements<'c>(r#type: Type<'c>, bytes: &[u8]) -> Option<Attribute<'c>> {
    let element = RankedTensorType::try_from(r#type).ok()?.element();
    let width = bit_width(element).filter(|bits| bits % 8 == 0)? as usize / 8;
    // MLIR knows a splat by its one element.
    let same = bytes
        .chunks_exact(width)
        .all(|element| element == &bytes[..width]);
    let bytes = if same && !bytes.is_empty() {
        &bytes[..width]
    } else {
        bytes
    };
    // SAFETY: MLIR checks the number of bytes, of which it copies as many as it
    // is told; what does not fit gives null, which is `None`.
    unsafe {
        Attribute::from_option_raw(mlir_sys::mlirDenseElementsAttrRawBufferGet(
            r#type.to_raw(),
            bytes.len(),
            bytes.as_ptr().cast(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use melior::Context;
    use pretty_assertions::assert_eq;

    fn bytes_of(context: &Context, text: &str) -> Option<(Vec<u8>, bool)> {
        let attribute = Attribute::parse(context, text).expect("an attribute");
        let dense = dense_bytes(attribute)?;
        Some((dense.bytes.into_owned(), dense.is_splat))
    }

    #[test]
    fn reads_dense_elements_as_bytes() {
        let context = Context::new();
        for (text, bytes, is_splat) in [
            ("dense<[1, -2]> : tensor<2xi8>", vec![1, 0xfe], false),
            ("dense<7> : tensor<3xi16>", vec![7, 0], true),
            ("dense<1.0> : tensor<f16>", vec![0, 0x3c], true),
            (
                "dense<[1.0, 2.0]> : tensor<2xbf16>",
                vec![0x80, 0x3f, 0, 0x40],
                false,
            ),
            (
                "dense<[true, false, true]> : tensor<3xi1>",
                vec![1, 0, 1],
                false,
            ),
            ("dense<true> : tensor<3xi1>", vec![1], true),
            (
                "dense<5> : tensor<1xindex>",
                vec![5, 0, 0, 0, 0, 0, 0, 0],
                true,
            ),
            (
                "dense<(1.0, -2.0)> : tensor<3xcomplex<f32>>",
                vec![0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0],
                true,
            ),
            ("dense<> : tensor<0xf32>", vec![], false),
        ] {
            assert_eq!(bytes_of(&context, text), Some((bytes, is_splat)), "{text}");
        }
        for text in ["dense<1> : tensor<2xi4>", "unit", "dense<1> : vector<2xi8>"] {
            assert_eq!(bytes_of(&context, text), None, "{text}");
        }
    }

    #[test]
    fn makes_dense_elements_of_bytes() {
        let context = Context::new();
        let make = |r#type, bytes: &[u8]| {
            let r#type = Type::parse(&context, r#type).expect("a type");
            dense_elements(r#type, bytes).map(|attribute| attribute.to_string())
        };
        for (r#type, bytes, text) in [
            (
                "tensor<2xi8>",
                &[1, 0xfe][..],
                "dense<[1, -2]> : tensor<2xi8>",
            ),
            ("tensor<2x2xi8>", &[7; 4], "dense<7> : tensor<2x2xi8>"),
            ("tensor<3xi8>", &[7], "dense<7> : tensor<3xi8>"),
            (
                "tensor<f16>",
                &[0, 0x3c],
                "dense<1.000000e+00> : tensor<f16>",
            ),
            ("tensor<0xf32>", &[], "dense<> : tensor<0xf32>"),
        ] {
            assert_eq!(make(r#type, bytes).as_deref(), Some(text));
        }
        assert_eq!(make("tensor<3xi8>", &[1, 2]), None);
        assert_eq!(make("tensor<2xi4>", &[1]), None);
        assert_eq!(make("f32", &[0; 4]), None);
    }

    #[test]
    fn reads_affine_maps() {
        let context = Context::new();
        let map = |text| affine_map_of(Attribute::parse(&context, text).expect("an attribute"));
        let transposed = map("affine_map<(d0, d1) -> (d1, d0)>").expect("a map");
        assert_eq!((transposed.dim_count(), transposed.result_count()), (2, 2));
        assert!(map("unit").is_none());
    }
}
