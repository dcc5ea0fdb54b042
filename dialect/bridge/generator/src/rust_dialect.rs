//! The Rust of a dialect: its handle, and its enums.

use crate::{
    records::{DialectRecords, Enum, EnumCase},
    rust_definition::definition,
    rust_op::op,
};
use std::fmt::Write;

/// The source, to be included at the root of a module.
pub fn source(records: &DialectRecords) -> String {
    let name = &records.name;
    let mut text = format!(
        r#"// Generated from the .td files of the dialect.

unsafe extern "C" {{
    fn {name}_dialect_handle() -> ::mlir_sys::MlirDialectHandle;
}}

/// The handle of the dialect.
pub fn dialect_handle() -> ::melior::dialect::DialectHandle {{
    // SAFETY: the handle is a static of the generated C++.
    unsafe {{ ::melior::dialect::DialectHandle::from_raw({name}_dialect_handle()) }}
}}

/// The names of the dialect's ops.
pub const OP_NAMES: &[&str] = &[
"#
    );
    for op in &records.ops {
        let _ = writeln!(text, "    {:?},", op.name);
    }
    text.push_str("];\n");
    for item in &records.enums {
        enumeration(&mut text, name, item);
    }
    for item in &records.definitions {
        definition(&mut text, name, item);
    }
    for item in &records.ops {
        op(&mut text, name, item);
    }
    text
}

fn enumeration(text: &mut String, dialect: &str, item: &Enum) {
    let Enum {
        class,
        summary,
        attribute_class,
        cases,
    } = item;
    let mut variants = String::new();
    let mut from = String::new();
    let mut keywords = String::new();
    for EnumCase {
        rust,
        value,
        keyword,
        ..
    } in cases
    {
        let _ = writeln!(variants, "    /// `{keyword}`\n    {rust} = {value},");
        let _ = writeln!(from, "            {value} => Some(Self::{rust}),");
        let _ = writeln!(keywords, "            Self::{rust} => {keyword:?},");
    }
    let _ = write!(
        text,
        r#"
/// {summary}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum {class} {{
{variants}}}

unsafe extern "C" {{
    fn {dialect}_{attribute_class}_value(attribute: ::mlir_sys::MlirAttribute) -> i64;
    fn {dialect}_{attribute_class}_get(
        context: ::mlir_sys::MlirContext,
        value: i64,
    ) -> ::mlir_sys::MlirAttribute;
}}

impl {class} {{
    /// The value of such an attribute.
    pub fn from_attribute(attribute: ::melior::ir::Attribute<'_>) -> Option<Self> {{
        use ::melior::ir::AttributeLike;
        // SAFETY: the attribute is valid; another kind gives -1.
        Self::from_value(unsafe {{ {dialect}_{attribute_class}_value(attribute.to_raw()) }})
    }}

    /// The attribute with that value.
    pub fn to_attribute<'c>(self, context: &'c ::melior::Context) -> ::melior::ir::Attribute<'c> {{
        // SAFETY: the context has the dialect loaded once an op of it exists.
        unsafe {{
            ::melior::ir::Attribute::from_raw({dialect}_{attribute_class}_get(
                context.to_raw(),
                self as i64,
            ))
        }}
    }}

    fn from_value(value: i64) -> Option<Self> {{
        match value {{
{from}            _ => None,
        }}
    }}

    /// The keyword in the assembly.
    pub fn keyword(self) -> &'static str {{
        match self {{
{keywords}        }}
    }}
}}

impl ::std::fmt::Display for {class} {{
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{
        formatter.write_str(self.keyword())
    }}
}}
"#
    );
}
