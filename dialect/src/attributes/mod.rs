//! The tensor encoding.

mod convert;
mod mapping;
mod retile;
mod storage;
mod tiled;

pub use mapping::{MAPPING, mapping_of};
pub use storage::{storage_of, stored_as};

use crate::{DYNAMIC, Storage, TensorAttr, VerifyTensorAttr, shape::UNNAMED, unit::Unit};
use melior::{
    Context,
    ir::{Attribute, Type, attribute::StringAttribute, r#type::IntegerType},
};
use ods_bridge::{Diagnostic, VerifyAgreement, VerifyEncoding, string_value};

impl<'a> VerifyTensorAttr<'a> for TensorAttr<'a> {
    fn verify(
        _dims: &[StringAttribute<'a>],
        unit: Option<StringAttribute<'a>>,
        _storage: Storage,
    ) -> Result<(), Diagnostic<'a>> {
        // C4
        if let Some(unit) = unit {
            Unit::parse(string_value(unit)).map_err(Diagnostic::new)?;
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
        let problem = match shape.last() {
            None => Some(("a last dimension", "a scalar")),
            Some(&DYNAMIC) => Some(("a static last dimension", "?")),
            Some(_) => None,
        };
        if let Some((expected, got)) = problem {
            return Err(Diagnostic::expected(
                format!("{expected} for storage {storage}"),
                got,
            ));
        }
        // C5
        if storage.is_tiled() && shape.len() != 2 {
            return Err(Diagnostic::expected(
                format!("two dimensions for storage {storage}"),
                shape.len(),
            ));
        }
        Ok(())
    }
}

impl<'a> VerifyAgreement<'a> for TensorAttr<'a> {
    /// A key that only one side gives is no contradiction.
    fn verify_agreement(&self, written: Attribute<'a>) -> Result<(), Diagnostic<'a>> {
        let Some(written) = Self::cast(written) else {
            return Err(Diagnostic::expected(
                format!("encoding {}", Attribute::from(*self)),
                written,
            ));
        };
        for (index, (name, other)) in self.dims().into_iter().zip(written.dims()).enumerate() {
            let (name, other) = (string_value(name), string_value(other));
            if name != other && name != UNNAMED && other != UNNAMED {
                return Err(Diagnostic::expected(
                    format!("dimension {index} to be {name}"),
                    other,
                ));
            }
        }
        let units = [*self, written].map(|side| {
            let text = side.unit().map(string_value);
            text.and_then(|text| Unit::parse(text).ok())
        });
        if let [Some(unit), Some(other)] = units
            && unit != other
        {
            return Err(Diagnostic::expected(format!("unit {unit}"), other));
        }
        let (storage, other) = (self.storage(), written.storage());
        if storage != other {
            return Err(Diagnostic::expected(format!("storage {storage}"), other));
        }
        Ok(())
    }
}

/// The encoding of those parts; none at all when it would say nothing.
pub fn encoding<'a>(
    context: &'a Context,
    dims: &[Option<StringAttribute<'a>>],
    unit: Option<&Unit>,
    storage: Storage,
) -> Option<Attribute<'a>> {
    let dims: Vec<_> = if dims.iter().all(Option::is_none) {
        Vec::new()
    } else {
        let unnamed = || StringAttribute::new(context, UNNAMED);
        dims.iter().map(|dim| dim.unwrap_or_else(unnamed)).collect()
    };
    let unit = unit.map(|unit| StringAttribute::new(context, &unit.to_string()));
    if dims.is_empty() && unit.is_none() && storage == Storage::Dense {
        return None;
    }
    Some(TensorAttr::new(context, &dims, unit, storage).into())
}
