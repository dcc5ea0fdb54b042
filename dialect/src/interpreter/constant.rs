//! `arith.constant` and `complex.constant`.

use super::{
    Failure, Op, Result, ValueType,
    value::{self, Elements, Number, Value},
};
use crate::Storage;
use fidelity_reference::{Complex, ElementType, Tensor, storage};
use melior::ir::{
    Attribute, AttributeLike,
    attribute::{ArrayAttribute, IntegerAttribute},
};
use ods_bridge::{DenseResource, dense_bytes, float_value};

pub(super) fn evaluate(op: &Op<'_>) -> Result<Vec<Value>> {
    let attribute = op.attribute("value")?;
    let r#type = op.result_type()?;
    Ok(vec![match &r#type {
        ValueType::Number(element) => number(attribute, *element)?.into(),
        ValueType::Tensor { shape, .. } => {
            let shape = shape
                .iter()
                .map(|size| size.ok_or_else(|| Failure::expected("a static shape", &r#type)))
                .collect::<Result<_>>()?;
            tensor(attribute, &r#type, shape)?.into()
        }
    }])
}

fn number(attribute: Attribute<'_>, to: ElementType) -> Result<Number> {
    if let Ok(parts) = ArrayAttribute::try_from(attribute) {
        let part = |index| {
            float_value(parts.element(index)?)
                .ok_or_else(|| Failure::expected("a float", format!("part {index}")))
        };
        return Ok(Number::from_complex(Complex::new(part(0)?, part(1)?), to));
    }
    match float_value(attribute) {
        Some(value) => Ok(Number::from_float(value, to)),
        None => {
            let integer = IntegerAttribute::try_from(attribute)?;
            Ok(Number::from_bits(integer.value(), to))
        }
    }
}

fn tensor(attribute: Attribute<'_>, r#type: &ValueType, shape: Vec<usize>) -> Result<Tensor> {
    let element = r#type.element();
    if let Some(resource) = DenseResource::cast(attribute) {
        let bytes = resource
            .data()
            .ok_or_else(|| Failure::expected("a blob for the resource", "none"))?;
        return from_blob(bytes, r#type, shape);
    }
    let dense = dense_bytes(attribute).ok_or_else(|| {
        Failure::expected(
            "a value that is dense or a dense_resource",
            if attribute.is_elements() {
                "other elements"
            } else {
                "no elements"
            },
        )
    })?;
    // The elements of a packed constant that is written out are its trits.
    let tensor = if dense.is_splat {
        let one = Tensor::from_bytes(element, [], &dense.bytes)?;
        Elements::filled(element, shape, value::element(&one, 0))?.into_tensor()?
    } else {
        Tensor::from_bytes(element, shape, &dense.bytes)?
    };
    r#type.stored(tensor)
}

/// A blob holds the bytes that compiled code reads: of a packed tensor the
/// packed ones.
fn from_blob(bytes: &[u8], r#type: &ValueType, mut shape: Vec<usize>) -> Result<Tensor> {
    match (r#type, shape.last_mut()) {
        (ValueType::Tensor { storage, .. }, Some(last)) if *storage != Storage::Dense => {
            let columns = *last;
            *last = storage.row_bytes(columns);
            let bytes = Tensor::from_bytes(ElementType::U8, shape, bytes)?;
            Ok(storage::unpack(&bytes, (*storage).into(), columns)?)
        }
        _ => Ok(Tensor::from_bytes(r#type.element(), shape, bytes)?),
    }
}
