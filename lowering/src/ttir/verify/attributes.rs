//! Attributes of TTIR's ops, and their widths.

use fidelity_dialect::TensorType;
use melior::ir::{
    Attribute, AttributeLike, TypeLike,
    attribute::{
        ArrayAttribute, BoolAttribute, DenseI32ArrayAttribute, DenseI64ArrayAttribute,
        FloatAttribute, IntegerAttribute,
    },
    operation::{OperationLike, OperationRef},
    r#type::IntegerType,
};
use ods_bridge::{Diagnostic, name_of, shaped_type_of};

/// What an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bool,
    /// `false`: the other value is known to compile wrongly.
    False,
    F32,
    /// `1 : si32`
    SignedI32,
    /// `[1 : i32]`
    I32List,
    /// `array<i32: 1>`
    I32Array,
    /// `array<i64: 1>`
    I64Array,
    /// The elements of a tensor, `dense`.
    Elements,
}

impl Kind {
    fn says(self) -> &'static str {
        match self {
            Self::Bool => "a boolean",
            Self::False => "false, the transpose of a being compiled wrongly",
            Self::F32 => "a number of type f32",
            Self::SignedI32 => "an integer of type si32",
            Self::I32List => "a list of integers of type i32",
            Self::I32Array => "an array<i32>",
            Self::I64Array => "an array<i64>",
            Self::Elements => "dense elements",
        }
    }

    fn is_kind_of(self, attribute: Attribute<'_>) -> bool {
        match self {
            Self::Bool => BoolAttribute::try_from(attribute).is_ok(),
            Self::False => {
                BoolAttribute::try_from(attribute).is_ok_and(|attribute| !attribute.value())
            }
            Self::F32 => {
                FloatAttribute::try_from(attribute).is_ok_and(|_| attribute.r#type().is_f32())
            }
            Self::SignedI32 => is_integer(attribute, |r#type| r#type.is_signed()),
            Self::I32List => ArrayAttribute::try_from(attribute).is_ok_and(|list| {
                (0..list.len()).all(|index| {
                    list.element(index)
                        .is_ok_and(|element| is_integer(element, |r#type| r#type.is_signless()))
                })
            }),
            Self::I32Array => DenseI32ArrayAttribute::try_from(attribute).is_ok(),
            Self::I64Array => DenseI64ArrayAttribute::try_from(attribute).is_ok(),
            Self::Elements => {
                shaped_type_of(attribute).is_some_and(|r#type| TensorType::new(r#type).is_some())
            }
        }
    }
}

fn is_integer(attribute: Attribute<'_>, signedness: impl Fn(&IntegerType<'_>) -> bool) -> bool {
    IntegerAttribute::try_from(attribute).is_ok()
        && IntegerType::try_from(attribute.r#type())
            .is_ok_and(|r#type| r#type.width() == 32 && signedness(&r#type))
}

/// Checks that an op has those attributes and no others.
pub fn check_attributes<'a>(
    operation: OperationRef<'a, 'a>,
    kinds: &[(&str, Kind)],
) -> Result<(), Diagnostic<'a>> {
    for (name, _) in operation.attributes() {
        let name = name.as_string_ref();
        let name = name.as_str().unwrap_or_default();
        if kinds.iter().all(|(known, _)| *known != name) {
            let known: Vec<&str> = kinds.iter().map(|(known, _)| *known).collect();
            let known = match known.as_slice() {
                [] => "none".to_owned(),
                known => known.join(", "),
            };
            return Err(Diagnostic::new(format!(
                "expected of '{}' the attributes {known}, but got {name}",
                name_of(operation)
            )));
        }
    }
    for &(name, kind) in kinds {
        let Ok(attribute) = operation.attribute(name) else {
            return Err(Diagnostic::expected(
                format!("{name} to be {}", kind.says()),
                "none",
            ));
        };
        if !kind.is_kind_of(attribute) {
            return Err(Diagnostic::expected(
                format!("{name} to be {}", kind.says()),
                attribute,
            ));
        }
    }
    Ok(())
}

/// The numbers of an attribute that is a list of them.
pub fn numbers(operation: OperationRef<'_, '_>, name: &str) -> Vec<i64> {
    let Ok(attribute) = operation.attribute(name) else {
        return Vec::new();
    };
    let numbers: Option<Vec<i64>> = if let Ok(list) = ArrayAttribute::try_from(attribute) {
        (0..list.len())
            .map(|index| {
                let element = IntegerAttribute::try_from(list.element(index).ok()?).ok()?;
                Some(element.value())
            })
            .collect()
    } else if let Ok(array) = DenseI64ArrayAttribute::try_from(attribute) {
        (0..array.len())
            .map(|index| array.element(index).ok())
            .collect()
    } else if let Ok(array) = DenseI32ArrayAttribute::try_from(attribute) {
        (0..array.len())
            .map(|index| array.element(index).ok().map(i64::from))
            .collect()
    } else {
        IntegerAttribute::try_from(attribute)
            .ok()
            .map(|number| vec![number.signed_value()])
    };
    numbers.unwrap_or_default()
}

/// Whether a boolean attribute is true.
pub fn flag(operation: OperationRef<'_, '_>, name: &str) -> bool {
    operation
        .attribute(name)
        .ok()
        .and_then(|attribute| BoolAttribute::try_from(attribute).ok())
        .is_some_and(|attribute| attribute.value())
}
