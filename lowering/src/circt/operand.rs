//! What hardware takes of a function's values, and why it refuses the rest.

use super::{Options, engine::Trits, launch};
use fidelity_dialect::{Storage, TensorType, constant_value, numbers, splat_number, storage_of};
use melior::ir::{Location, TypeLike, Value, ValueLike};
use ods_bridge::{
    DenseResource, Diagnostic, bit_width, block_argument, defining_op, dense_bytes, name_of,
};

/// The shape of a tensor that hardware is made for: static and not empty.
///
/// # Errors
///
/// When it is not.
pub fn shape<'a>(
    what: &str,
    value: Value<'a, 'a>,
    at: Location<'a>,
) -> Result<TensorType<'a>, Diagnostic<'a>> {
    let r#type = value.r#type();
    let refused = |expected: &str, way_out: &str| {
        Diagnostic::new(format!(
            "expected {what} to be {expected}, but got {type}; {way_out}"
        ))
        .at(at)
    };
    let tensor = r#type.is_ranked_tensor().then(|| TensorType::new(r#type));
    let Some(tensor) = tensor.flatten() else {
        return Err(refused("a tensor", "compile a function on tensors"));
    };
    if !tensor.is_static() {
        return Err(refused(
            "of static sizes, as its counters and memories are",
            "give each dimension a size",
        ));
    }
    match tensor.count() {
        Some(0) => Err(refused(
            "of at least one element",
            "leave an empty tensor to software",
        )),
        None => Err(refused("of fewer elements", "take it apart")),
        Some(_) => Ok(tensor),
    }
}

/// The stream that carries a tensor: an element after the other, in row-major
/// order.
///
/// # Errors
///
/// As [`shape`], and when its elements are no numbers that hardware has.
pub fn stream<'a>(
    what: &str,
    value: Value<'a, 'a>,
    options: &Options,
    at: Location<'a>,
) -> Result<launch::Stream, Diagnostic<'a>> {
    let tensor = shape(what, value, at)?;
    let count = tensor.count().unwrap_or(0);
    let element = tensor.element.to_string();
    let integer = |width| launch::Stream {
        width,
        count,
        fraction: None,
    };
    match (&*element, options.format) {
        ("i8" | "i32", _) => Ok(integer(bit_width(tensor.element).unwrap_or(0))),
        ("f16" | "bf16" | "f32" | "f64", Some(format)) => Ok(launch::Stream {
            fraction: Some(format.fraction),
            ..integer(format.width)
        }),
        ("f16" | "bf16" | "f32" | "f64", None) => Err(Diagnostic::new(format!(
            "expected {what} to have a fixed-point format, but got {}; \
             give fraction-bits to compute its {element} in fixed point",
            value.r#type()
        ))
        .at(at)),
        _ => Err(Diagnostic::new(format!(
            "expected {what} to have elements of i8, i32 or a float type, but got {}; \
             convert it before",
            value.r#type()
        ))
        .at(at)),
    }
}

/// The elements of a float constant in a format, one if they are all the same.
///
/// # Errors
///
/// When they are not there, or no numbers.
pub fn constant<'a>(
    what: &str,
    value: Value<'a, 'a>,
    stream: &launch::Stream,
    at: Location<'a>,
) -> Result<Vec<i64>, Diagnostic<'a>> {
    let refused = |expected: &str, actual: &str, way_out: &str| {
        Diagnostic::new(format!(
            "expected {what} to be {expected}, but got {actual}; {way_out}"
        ))
        .at(at)
        .note_value(what, value)
    };
    let by = defining_op(value).map_or("", name_of);
    let Some(constant) = constant_value(value).filter(|_| stream.fraction.is_some()) else {
        return Err(refused(
            "an argument, a constant of floats or the result of an op that hardware has",
            &format!("the result of '{by}'"),
            "make it an argument",
        ));
    };
    let elements = splat_number(constant).map(|splat| vec![splat]);
    let elements = elements.or_else(|| numbers(constant, stream.count));
    let Some(elements) = elements else {
        return Err(refused(
            "a constant whose elements are there",
            "a blob that is not",
            "make it an argument",
        ));
    };
    match elements.iter().find(|number| !number.is_finite()) {
        Some(number) => Err(refused(
            "finite, as all numbers in fixed point are",
            &number.to_string(),
            "take it out",
        )),
        None => {
            let format = stream.format();
            Ok(elements.iter().map(|&x| format.nearest(x)).collect())
        }
    }
}

/// A matrix of trits.
pub struct Weights {
    /// Its rows.
    pub rows: u64,
    /// Its columns.
    pub columns: u64,
    /// How its trits come in.
    pub trits: Trits,
    /// The bytes that come in, where they are known.
    pub contents: Option<Vec<u8>>,
}

/// What is known of weights, which are an argument or a constant.
///
/// # Errors
///
/// As [`shape`], and when the weights are neither or stored in a way that
/// hardware does not read.
pub fn weights<'a>(value: Value<'a, 'a>, at: Location<'a>) -> Result<Weights, Diagnostic<'a>> {
    let tensor = shape("weights", value, at)?;
    let storage = storage_of(&tensor);
    let trits = match storage {
        Storage::Dense => Trits::Dense,
        Storage::Packed2 => Trits::Packed2,
        Storage::Packed5 | Storage::Tiled2 | Storage::Tiled5 => {
            return Err(Diagnostic::new(format!(
                "expected weights stored as packed2 or dense, but got {}; \
                 change their storage, with fidelity.unpack and fidelity.pack, \
                 or import with --storage packed2",
                value.r#type()
            ))
            .at(at));
        }
    };
    let [rows, columns] = [tensor.shape[0], tensor.shape[1]].map(i64::unsigned_abs);
    let contents = match constant_value(value) {
        Some(constant) => {
            let bytes = match DenseResource::cast(constant) {
                Some(resource) => resource.data().map(<[u8]>::to_vec),
                None => dense_bytes(constant).map(|dense| {
                    let trits: Vec<i8> = dense.bytes.iter().map(|&byte| byte as i8).collect();
                    let trits = match (dense.is_splat, trits.first()) {
                        (true, Some(&trit)) => vec![trit; tensor.count().unwrap_or(0)],
                        _ => trits,
                    };
                    storage.pack(&trits, columns as usize)
                }),
            };
            Some(bytes.ok_or_else(|| {
                Diagnostic::expected("weights whose bytes are there", "a blob that is not").at(at)
            })?)
        }
        None if block_argument(value).is_some() => None,
        None => {
            let by = defining_op(value).map_or("", name_of);
            let error = Diagnostic::new(format!(
                "expected weights that are an argument or a constant, which are loaded once, \
                 but got the result of '{by}'; make them an argument"
            ));
            return Err(error.at(at).note_value("weights", value));
        }
    };
    Ok(Weights {
        rows,
        columns,
        trits,
        contents,
    })
}
