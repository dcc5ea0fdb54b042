//! The tensor encoding.

mod storage;
mod unit;

pub use storage::{storage_of, with_storage};

use crate::{DYNAMIC, Storage, TensorAttr, VerifyTensorAttr};
use melior::ir::{Type, attribute::StringAttribute, r#type::IntegerType};
use ods_bridge::{Diagnostic, VerifyEncoding, string_value};

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
