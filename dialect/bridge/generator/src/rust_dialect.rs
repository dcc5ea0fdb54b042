//! The Rust of a dialect: ops by their operands' names, attributes, enums, and
//! the functions that the generated C++ calls.

use crate::{
    Result,
    cpp_dialect::hook_name,
    records::{
        Attribute, AttributeDefinition, AttributeKind, DialectRecords, Enum, Hook, Op, OperandKind,
        ParameterKind, pascal_case, snake_case,
    },
};
use std::fmt::Write;

/// The source, to be included at the root of a module.
pub fn source(records: &DialectRecords, pascal: &str) -> Result<String> {
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
    let _ = pascal;
    for item in &records.enums {
        enumeration(&mut text, name, item);
    }
    for item in &records.attributes {
        attribute_definition(&mut text, name, item);
    }
    for op in &records.ops {
        self::op(&mut text, name, op)?;
    }
    Ok(text)
}

fn enumeration(text: &mut String, dialect: &str, item: &Enum) {
    let Enum {
        class,
        summary,
        attribute_class,
        cases,
    } = item;
    let variants: String = cases
        .iter()
        .map(|(symbol, value, keyword)| {
            format!(
                "    /// `{keyword}`\n    {} = {value},\n",
                pascal_case(&symbol.to_lowercase())
            )
        })
        .collect();
    let from: String = cases
        .iter()
        .map(|(symbol, value, _)| {
            format!(
                "            {value} => Some(Self::{}),\n",
                pascal_case(&symbol.to_lowercase())
            )
        })
        .collect();
    let keywords: String = cases
        .iter()
        .map(|(symbol, _, keyword)| {
            format!(
                "            Self::{} => {keyword:?},\n",
                pascal_case(&symbol.to_lowercase())
            )
        })
        .collect();
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

fn attribute_definition(text: &mut String, dialect: &str, item: &AttributeDefinition) {
    let attribute = &item.class;
    let mut declarations = String::new();
    let mut getters = String::new();
    let mut c_parameters = String::new();
    let mut rust_parameters = Vec::new();
    let mut to_c = Vec::new();
    let mut from_c = Vec::new();
    for (parameter, kind) in &item.parameters {
        let name = snake_case(parameter);
        match kind {
            ParameterKind::StringAttrs => {
                let _ = write!(
                    declarations,
                    "    fn {dialect}_{attribute}_{parameter}_size(attribute: ::mlir_sys::MlirAttribute) -> isize;\n    fn {dialect}_{attribute}_{parameter}(attribute: ::mlir_sys::MlirAttribute, index: isize) -> ::mlir_sys::MlirAttribute;\n"
                );
                let _ = write!(
                    getters,
                    r#"
    /// The parameter `{parameter}`.
    pub fn {name}(&self) -> Vec<::melior::ir::attribute::StringAttribute<'a>> {{
        use ::melior::ir::AttributeLike;
        // SAFETY: the attribute is one of this class and the index in range.
        unsafe {{
            (0..{dialect}_{attribute}_{parameter}_size(self.0.to_raw()))
                .filter_map(|index| {{
                    ::melior::ir::Attribute::from_raw({dialect}_{attribute}_{parameter}(self.0.to_raw(), index))
                        .try_into()
                        .ok()
                }})
                .collect()
        }}
    }}
"#
                );
                let _ = write!(
                    c_parameters,
                    "{name}_size: isize, {name}: *const ::mlir_sys::MlirAttribute, "
                );
                rust_parameters.push(format!(
                    "{name}: &[::melior::ir::attribute::StringAttribute<'a>]"
                ));
                to_c.push(format!(
                    "{name}.len() as isize, {name}.iter().map(|item| item.to_raw()).collect::<Vec<_>>().as_ptr()"
                ));
                from_c.push(format!(
                    "&(0..{name}_size).filter_map(|index| ::melior::ir::Attribute::from_raw(*{name}.offset(index)).try_into().ok()).collect::<Vec<_>>()"
                ));
            }
            ParameterKind::StringAttr => {
                let _ = writeln!(
                    declarations,
                    "    fn {dialect}_{attribute}_{parameter}(attribute: ::mlir_sys::MlirAttribute) -> ::mlir_sys::MlirAttribute;"
                );
                let _ = write!(
                    getters,
                    r#"
    /// The parameter `{parameter}`.
    pub fn {name}(&self) -> Option<::melior::ir::attribute::StringAttribute<'a>> {{
        use ::melior::ir::AttributeLike;
        // SAFETY: the attribute is one of this class; null becomes `None`.
        unsafe {{
            ::melior::ir::Attribute::from_option_raw({dialect}_{attribute}_{parameter}(self.0.to_raw()))
        }}?
        .try_into()
        .ok()
    }}
"#
                );
                let _ = write!(c_parameters, "{name}: ::mlir_sys::MlirAttribute, ");
                rust_parameters.push(format!(
                    "{name}: Option<::melior::ir::attribute::StringAttribute<'a>>"
                ));
                to_c.push(format!(
                    "{name}.map_or(::mlir_sys::MlirAttribute {{ ptr: ::std::ptr::null() }}, |item| item.to_raw())"
                ));
                from_c.push(format!(
                    "::melior::ir::Attribute::from_option_raw({name}).and_then(|item| item.try_into().ok())"
                ));
            }
            ParameterKind::Enum(class) => {
                let _ = writeln!(
                    declarations,
                    "    fn {dialect}_{attribute}_{parameter}(attribute: ::mlir_sys::MlirAttribute) -> i64;"
                );
                let _ = write!(
                    getters,
                    r#"
    /// The parameter `{parameter}`.
    pub fn {name}(&self) -> {class} {{
        use ::melior::ir::AttributeLike;
        // SAFETY: the attribute is one of this class.
        let value = unsafe {{ {dialect}_{attribute}_{parameter}(self.0.to_raw()) }};
        {class}::from_value(value).unwrap_or_else(|| panic!("{{value}} is no {class}"))
    }}
"#
                );
                let _ = write!(c_parameters, "{name}: i64, ");
                rust_parameters.push(format!("{name}: {class}"));
                to_c.push(format!("{name} as i64"));
                from_c.push(format!(
                    "{class}::from_value({name}).unwrap_or_else(|| panic!(\"{{}} is no {class}\", {name}))"
                ));
            }
        }
    }
    let _ = write!(
        text,
        r#"
/// {summary}
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct {attribute}<'a>(::melior::ir::Attribute<'a>);

unsafe extern "C" {{
    fn {dialect}_{attribute}_isa(attribute: ::mlir_sys::MlirAttribute) -> bool;
    fn {dialect}_{attribute}_get(context: ::mlir_sys::MlirContext, {c_parameters}) -> ::mlir_sys::MlirAttribute;
{declarations}}}

impl<'a> {attribute}<'a> {{
    /// The attribute with those parameters.
    pub fn new(context: &'a ::melior::Context, {rust}) -> Self {{
        use ::melior::ir::AttributeLike;
        // SAFETY: the arguments are valid and MLIR copies the lists.
        unsafe {{
            Self(::melior::ir::Attribute::from_raw({dialect}_{attribute}_get(context.to_raw(), {to_c})))
        }}
    }}

    /// Looks at an attribute, if it is of this class.
    pub fn cast(attribute: ::melior::ir::Attribute<'a>) -> Option<Self> {{
        use ::melior::ir::AttributeLike;
        // SAFETY: the attribute is valid.
        unsafe {{ {dialect}_{attribute}_isa(attribute.to_raw()) }}.then_some(Self(attribute))
    }}
{getters}}}

impl<'a> From<{attribute}<'a>> for ::melior::ir::Attribute<'a> {{
    fn from(attribute: {attribute}<'a>) -> Self {{
        attribute.0
    }}
}}
"#,
        summary = item.summary,
        rust = rust_parameters.join(", "),
        to_c = to_c.join(", "),
    );
    if item.has_verifier {
        let hook = hook_name(dialect, attribute, "verify");
        let _ = write!(
            text,
            r#"
/// The verifier of [`{attribute}`]'s parameters.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `let genVerifyDecl = 1` for `{{Self}}`, but `Verify{attribute}` is not implemented"
)]
pub trait Verify{attribute}<'a> {{
    /// Checks the parameters before the attribute is made.
    ///
    /// # Errors
    ///
    /// The first constraint that does not hold.
    fn verify({rust}) -> Result<(), ::ods_bridge::Diagnostic<'a>>;
}}

#[unsafe(no_mangle)]
unsafe extern "C" fn {hook}(emitter: ::ods_bridge::trampoline::Emitter, {c_parameters}) -> bool {{
    ::ods_bridge::trampoline::verify_attribute(emitter, || {{
        // SAFETY: the C++ class gives its parameters.
        unsafe {{ <{attribute}<'_> as Verify{attribute}<'_>>::verify({from_c}) }}
    }})
}}
"#,
            rust = rust_parameters.join(", "),
            from_c = from_c.join(", "),
        );
    }
    if item.is_tensor_encoding {
        let hook = hook_name(dialect, attribute, "verify_encoding");
        let _ = write!(
            text,
            r#"
#[unsafe(no_mangle)]
unsafe extern "C" fn {hook}(
    attribute: ::mlir_sys::MlirAttribute,
    rank: isize,
    shape: *const i64,
    element: ::mlir_sys::MlirType,
    emitter: ::ods_bridge::trampoline::Emitter,
) -> bool {{
    // SAFETY: the C++ class passes itself and the parts of a tensor type.
    unsafe {{
        let attribute = {attribute}::cast(::melior::ir::Attribute::from_raw(attribute));
        ::ods_bridge::trampoline::verify_encoding(attribute, rank, shape, element, emitter)
    }}
}}
"#
        );
    }
}

fn op(text: &mut String, dialect: &str, op: &Op) -> Result<()> {
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
        .map(|(_, kind)| format!("::ods_bridge::OperandKind::{kind:?}"))
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
    for (index, (operand, kind)) in op.operands.iter().enumerate() {
        let method = snake_case(operand);
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
            "    /// The operand `{operand}`.\n    pub fn {method}(&self) -> {returned} {{\n        {body}\n    }}\n"
        );
    }
    for attribute in &op.attributes {
        attribute_getter(text, op, attribute)?;
    }
    text.push_str("}\n");
    hooks(text, dialect, class, rust, op);
    Ok(())
}

fn attribute_getter(text: &mut String, op: &Op, attribute: &Attribute) -> Result<()> {
    let name = &attribute.name;
    let method = snake_case(name);
    let find = format!("self.0.attribute({name:?})");
    let (value_type, value, default) = match &attribute.kind {
        AttributeKind::Unit => {
            let _ = write!(
                text,
                "    /// Whether the attribute `{name}` is there.\n    pub fn {method}(&self) -> bool {{\n        {find}.is_some()\n    }}\n"
            );
            return Ok(());
        }
        AttributeKind::F64 => (
            "f64".to_owned(),
            format!("{find}.and_then(|item| ::ods_bridge::float_value(item))"),
            attribute.default.as_deref().map(str::to_owned),
        ),
        AttributeKind::I64 => (
            "i64".into(),
            format!(
                "{find}.and_then(|item| Some(::melior::ir::attribute::IntegerAttribute::try_from(item).ok()?.value()))"
            ),
            attribute.default.clone(),
        ),
        AttributeKind::Bool => (
            "bool".into(),
            format!(
                "{find}.and_then(|item| Some(::melior::ir::attribute::BoolAttribute::try_from(item).ok()?.value()))"
            ),
            attribute.default.clone(),
        ),
        AttributeKind::Enum(class) => (
            class.clone(),
            format!("{find}.and_then({class}::from_attribute)"),
            attribute
                .default
                .as_deref()
                .map(|text| -> Result<String> {
                    let case = text
                        .rsplit("::")
                        .next()
                        .filter(|case| !case.is_empty())
                        .ok_or_else(|| format!("{}: `{text}` is no case of an enum", op.name))?;
                    Ok(format!("{class}::{}", pascal_case(&case.to_lowercase())))
                })
                .transpose()?,
        ),
        AttributeKind::Other => ("::melior::ir::Attribute<'a>".into(), find, None),
    };
    let _ = if attribute.optional {
        write!(
            text,
            "    /// The attribute `{name}`.\n    pub fn {method}(&self) -> Option<{value_type}> {{\n        {value}\n    }}\n"
        )
    } else if let Some(default) = default {
        write!(
            text,
            "    /// The attribute `{name}`, or its default.\n    pub fn {method}(&self) -> {value_type} {{\n        {value}.unwrap_or({default})\n    }}\n"
        )
    } else {
        write!(
            text,
            "    /// The attribute `{name}`.\n    pub fn {method}(&self) -> {value_type} {{\n        {value}.unwrap_or_else(|| panic!(\"{} has no {name}\"))\n    }}\n",
            op.name
        )
    };
    Ok(())
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
            Hook::DestinationStyleEffects => continue,
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
