//! The Rust of an op: its operands and attributes by name, and the functions
//! that the generated C++ calls.

use crate::{
    cpp_dialect::hook_name,
    records::{Attribute, AttributeKind, Hook, Op, Operand, OperandKind},
};
use std::fmt::Write;

/// The Rust type of an op, and its hooks.
pub fn op(text: &mut String, dialect: &str, op: &Op) {
    let Op {
        name,
        class,
        rust,
        summary,
        ..
    } = op;
    let kinds: Vec<String> = op
        .operands
        .iter()
        .map(|item| format!("::ods_bridge::OperandKind::{:?}", item.kind))
        .collect();
    let required: Vec<String> = op
        .attributes
        .iter()
        .filter(|item| !item.optional && item.default.is_none() && item.kind != AttributeKind::Unit)
        .map(|item| format!("{:?}", item.name))
        .collect();
    let _ = write!(
        text,
        r#"
/// `{name}`: {summary}
#[derive(Clone, Debug)]
pub struct {rust}<'a>(::ods_bridge::View<'a>);

impl<'a> ::ods_bridge::OpView<'a> for {rust}<'a> {{
    const NAME: &'static str = {name:?};
    const OPERANDS: &'static [::ods_bridge::OperandKind] = &[{}];
    const REQUIRED_ATTRIBUTES: &'static [&'static str] = &[{}];

    fn new(view: ::ods_bridge::View<'a>) -> Self {{
        Self(view)
    }}

    fn view(&self) -> &::ods_bridge::View<'a> {{
        &self.0
    }}
}}

impl<'a> ::std::ops::Deref for {rust}<'a> {{
    type Target = ::ods_bridge::View<'a>;

    fn deref(&self) -> &Self::Target {{
        &self.0
    }}
}}

impl<'a> {rust}<'a> {{
"#,
        kinds.join(", "),
        required.join(", ")
    );
    for (index, operand) in op.operands.iter().enumerate() {
        let Operand { name, rust, kind } = operand;
        let (returned, body) = match kind {
            OperandKind::Single => (
                "::melior::ir::Value<'a, 'a>",
                format!("self.0.segment({index})[0]"),
            ),
            OperandKind::Optional => (
                "Option<::melior::ir::Value<'a, 'a>>",
                format!("self.0.segment({index}).first().copied()"),
            ),
            OperandKind::Variadic => (
                "&[::melior::ir::Value<'a, 'a>]",
                format!("self.0.segment({index})"),
            ),
        };
        let _ = write!(
            text,
            "    /// The operand `{name}`.\n    pub fn {rust}(&self) -> {returned} {{\n        {body}\n    }}\n"
        );
    }
    for attribute in &op.attributes {
        attribute_getter(text, op, attribute);
    }
    text.push_str("}\n");
    hooks(text, dialect, class, rust, op);
}

fn attribute_getter(text: &mut String, op: &Op, attribute: &Attribute) {
    let Attribute { name, rust, .. } = attribute;
    let find = format!("self.0.attribute({name:?})");
    let melior = "::melior::ir::attribute";
    let (value_type, value) = match &attribute.kind {
        AttributeKind::Unit => {
            let _ = write!(
                text,
                "    /// Whether the attribute `{name}` is there.\n    pub fn {rust}(&self) -> bool {{\n        {find}.is_some()\n    }}\n"
            );
            return;
        }
        AttributeKind::F64 => (
            "f64",
            format!("{find}.and_then(|item| ::ods_bridge::float_value(item))"),
        ),
        AttributeKind::I64 => (
            "i64",
            format!(
                "{find}.and_then(|item| Some({melior}::IntegerAttribute::try_from(item).ok()?.value()))"
            ),
        ),
        AttributeKind::Bool => (
            "bool",
            format!(
                "{find}.and_then(|item| Some({melior}::BoolAttribute::try_from(item).ok()?.value()))"
            ),
        ),
        AttributeKind::Text => (
            "&'a str",
            format!(
                "{find}.and_then(|item| Some(::ods_bridge::string_value({melior}::StringAttribute::try_from(item).ok()?)))"
            ),
        ),
        AttributeKind::Enum(class) => (
            class.as_str(),
            format!("{find}.and_then({class}::from_attribute)"),
        ),
        AttributeKind::Other => ("::melior::ir::Attribute<'a>", find),
    };
    let _ = if attribute.optional {
        write!(
            text,
            "    /// The attribute `{name}`.\n    pub fn {rust}(&self) -> Option<{value_type}> {{\n        {value}\n    }}\n"
        )
    } else if let Some(default) = &attribute.default {
        write!(
            text,
            "    /// The attribute `{name}`, or its default.\n    pub fn {rust}(&self) -> {value_type} {{\n        {value}.unwrap_or({default})\n    }}\n"
        )
    } else {
        write!(
            text,
            "    /// The attribute `{name}`.\n    pub fn {rust}(&self) -> {value_type} {{\n        {value}.unwrap_or_else(|| panic!(\"{} has no {name}\"))\n    }}\n",
            op.name
        )
    };
}

fn hooks(text: &mut String, dialect: &str, class: &str, rust: &str, op: &Op) {
    for hook in &op.hooks {
        let (suffix, parameters, returns, call) = match hook {
            Hook::Verify => (
                "verify",
                "op: ::mlir_sys::MlirOperation",
                " -> bool",
                format!("verify::<{rust}<'_>>(op)"),
            ),
            Hook::InferReturnTypes => (
                "infer_return_types",
                "parts: *const ::ods_bridge::trampoline::OpParts, sink: ::ods_bridge::trampoline::TypeSink",
                " -> bool",
                format!("infer_return_types::<{rust}<'_>>(parts, sink)"),
            ),
            Hook::ReifyResultShapes => (
                "reify_result_shapes",
                "op: ::mlir_sys::MlirOperation, sink: ::ods_bridge::trampoline::DimSink",
                " -> bool",
                format!("reify_result_shapes::<{rust}<'_>>(op, sink)"),
            ),
            Hook::Fold => (
                "fold",
                "op: ::mlir_sys::MlirOperation, size: isize, constants: *const ::mlir_sys::MlirAttribute, sink: ::ods_bridge::trampoline::FoldSink",
                " -> bool",
                format!("fold::<{rust}<'_>>(op, size, constants, sink)"),
            ),
            Hook::Canonicalize => (
                "canonicalization_patterns",
                "set: ::mlir_sys::MlirRewritePatternSet, context: ::mlir_sys::MlirContext",
                "",
                format!("canonicalization_patterns::<{rust}<'_>>(set, context)"),
            ),
            Hook::Speculate => (
                "is_speculatable",
                "op: ::mlir_sys::MlirOperation",
                " -> bool",
                format!("is_speculatable::<{rust}<'_>>(op)"),
            ),
            Hook::Tile => (
                "tile",
                "op: ::mlir_sys::MlirOperation, sink: ::ods_bridge::trampoline::TilingSink",
                " -> bool",
                format!("tile::<{rust}<'_>>(op, sink)"),
            ),
            Hook::Bufferize => (
                "check_buffers",
                "op: ::mlir_sys::MlirOperation",
                " -> bool",
                format!("check_buffers::<{rust}<'_>>(op)"),
            ),
            Hook::DestinationStyleEffects | Hook::RefuseBuffers | Hook::ShapeBounds => continue,
        };
        let function = hook_name(dialect, class, suffix);
        let _ = write!(
            text,
            r#"
#[unsafe(no_mangle)]
unsafe extern "C" fn {function}({parameters}){returns} {{
    // SAFETY: the C++ method of this op passes what the trampoline asks for.
    unsafe {{ ::ods_bridge::trampoline::{call} }}
}}
"#
        );
    }
}
