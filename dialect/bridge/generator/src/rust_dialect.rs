//! The Rust of a dialect: its handle, and its enums.

use crate::{
    cpp_dialect::hook_name,
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
    if let Some(version) = records.bytecode_version {
        versioned(&mut text, records, version);
    }
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

/// What stands for the dialect as a whole, and reads older bytecode.
fn versioned(text: &mut String, records: &DialectRecords, version: u64) {
    let DialectRecords { name, class, .. } = records;
    let attributes = hook_name(name, class, "upgrade_attributes");
    let operations = hook_name(name, class, "upgrade_operations");
    let _ = write!(
        text,
        r#"
/// The dialect `{name}`, for what concerns all of it.
#[derive(Clone, Copy, Debug)]
pub struct {class};

impl {class} {{
    /// The version of the bytecode that is written, and the newest that is
    /// read.
    pub const BYTECODE_VERSION: u64 = {version};
}}

#[unsafe(no_mangle)]
unsafe extern "C" fn {attributes}(
    context: ::mlir_sys::MlirContext,
    op: ::mlir_sys::MlirStringRef,
    version: u64,
    attributes: ::mlir_sys::MlirAttribute,
    emitter: ::ods_bridge::trampoline::Emitter,
) -> ::mlir_sys::MlirAttribute {{
    // SAFETY: the bytecode reader passes what the trampoline asks for.
    unsafe {{
        ::ods_bridge::trampoline::upgrade_attributes::<{class}>(
            context, op, version, attributes, emitter,
        )
    }}
}}

#[unsafe(no_mangle)]
unsafe extern "C" fn {operations}(op: ::mlir_sys::MlirOperation, version: u64) -> bool {{
    // SAFETY: as above.
    unsafe {{ ::ods_bridge::trampoline::upgrade_operations::<{class}>(op, version) }}
}}
"#
    );
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
