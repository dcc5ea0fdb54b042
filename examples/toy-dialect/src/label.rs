//! `#toy.label`: the check of an attribute's parameters.

use crate::{Combine, LabelAttr, VerifyLabelAttr};
use melior::ir::attribute::StringAttribute;
use ods_bridge::{Diagnostic, string_value};

impl<'a> VerifyLabelAttr<'a> for LabelAttr<'a> {
    fn verify(
        text: Option<StringAttribute<'a>>,
        tags: &[StringAttribute<'a>],
        _combine: Combine,
    ) -> Result<(), Diagnostic<'a>> {
        // C1
        if text.is_none_or(|text| string_value(text).is_empty()) {
            return Err(Diagnostic::expected("a text", "none"));
        }
        // C2
        for (index, &tag) in tags.iter().enumerate() {
            if tags[..index]
                .iter()
                .any(|&other| string_value(other) == string_value(tag))
            {
                return Err(Diagnostic::expected(
                    "each tag once",
                    format!("`{}` twice", string_value(tag)),
                ));
            }
        }
        Ok(())
    }
}
