//! `!toy.quantity` and `toy.measure`: a type with parameters.

use crate::{Measure, QuantityType, VerifyQuantityType};
use melior::ir::{Type, TypeLike, ValueLike, attribute::StringAttribute};
use ods_bridge::{Diagnostic, Verify};

impl<'a> VerifyQuantityType<'a> for QuantityType<'a> {
    fn verify(number: Type<'a>, _unit: Option<StringAttribute<'a>>) -> Result<(), Diagnostic<'a>> {
        // C1
        if !(number.is_integer() || number.is_index() || number.is_float()) {
            return Err(Diagnostic::expected(
                "an integer, an index or a float",
                number,
            ));
        }
        Ok(())
    }
}

impl<'a> Verify<'a> for Measure<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        let quantity = self
            .result(0)
            .and_then(|result| QuantityType::cast(result.r#type()))
            .ok_or_else(|| Diagnostic::new("expected a quantity"))?;
        // C1
        let number = self.number().r#type();
        if quantity.number() != number {
            return Err(Diagnostic::expected(
                format!("a quantity of {number}"),
                format!("one of {}", quantity.number()),
            ));
        }
        Ok(())
    }
}
