//! The tensor encoding.

mod unit;

use crate::{DYNAMIC, Storage, TensorAttr, TensorType, VerifyTensorAttr};
use melior::ir::{Attribute, Type, TypeLike, attribute::StringAttribute, r#type::IntegerType};
use ods_bridge::{Diagnostic, VerifyEncoding, context_of, string_value};

impl<'a> VerifyTensorAttr<'a> for TensorAttr<'a> {
    fn verify(
        _dims: &[StringAttribute<'a>],
        unit: Option<StringAttribute<'a>>,
        _storage: Storage,
    ) -> Result<(), Diagnostic<'a>> {
        // C4
        if let Some(unit) = unit {
            unit::check(string_value(unit)).map_err(Diagnostic::new)?;
        }
        Ok(())
    }
}

impl<'a> VerifyEncoding<'a> for TensorAttr<'a> {
    fn verify_encoding(&self, shape: &[i64], element: Type<'a>) -> Result<(), Diagnostic<'a>> {
        // C1
        let dims = self.dims().len();
        if dims != 0 && dims != shape.len() {
            return Err(Diagnostic::expected(
                format!("{} names in dims, one for each dimension", shape.len()),
                dims,
            ));
        }
        let storage = self.storage();
        if storage == Storage::Dense {
            return Ok(());
        }
        // C2
        if !IntegerType::try_from(element).is_ok_and(|element| element.width() == 8) {
            return Err(Diagnostic::expected(
                format!("elements of type i8 for storage {storage}"),
                element,
            ));
        }
        // C3
        match shape.last() {
            None => Err(Diagnostic::expected(
                format!("a last dimension for storage {storage}"),
                "a scalar",
            )),
            Some(&DYNAMIC) => Err(Diagnostic::expected(
                format!("a static last dimension for storage {storage}"),
                "?",
            )),
            Some(_) => Ok(()),
        }
    }
}

/// How a tensor's elements are stored.
pub fn storage_of(r#type: &TensorType<'_>) -> Storage {
    r#type
        .encoding
        .and_then(TensorAttr::cast)
        .map_or(Storage::Dense, |encoding| encoding.storage())
}

/// The encoding of `type` with another storage; no encoding at all when it
/// would say nothing.
pub fn with_storage<'a>(r#type: &TensorType<'a>, storage: Storage) -> Option<Attribute<'a>> {
    let old = r#type.encoding.and_then(TensorAttr::cast);
    let (dims, unit) = old.map_or((Vec::new(), None), |old| (old.dims(), old.unit()));
    if dims.is_empty() && unit.is_none() && storage == Storage::Dense {
        return None;
    }
    let context = context_of(r#type.element.context());
    Some(TensorAttr::new(context, &dims, unit, storage).into())
}
