//! The C++ of an attribute or a type: how its parameters cross to Rust.

use crate::{
    cpp_dialect::hook_name,
    names::cpp_getter,
    records::{Definition, DefinitionKind, DialectRecords, Parameter, ParameterKind},
};
use std::fmt::Write;

/// How a parameter is written in C and in C++.
struct Crossing {
    /// The C parameters, each after a comma.
    c_parameters: String,
    /// The C++ parameter of the verifier.
    cpp_parameter: String,
    /// The C arguments for that C++ parameter.
    to_c: String,
    /// Statements that have to precede `from_c`.
    conversion: String,
    /// The C++ argument for those C parameters.
    from_c: String,
    /// The C type of the getter, `None` for a list.
    c_type: Option<&'static str>,
}

impl Crossing {
    fn new(namespace: &str, parameter: &Parameter) -> Self {
        let name = &parameter.name;
        let plain = |c_type: &'static str, cpp: &str, to_c: String, from_c: String| Self {
            c_parameters: format!(", {c_type} {name}"),
            cpp_parameter: format!("{cpp} {name}"),
            to_c,
            conversion: String::new(),
            from_c,
            c_type: Some(c_type),
        };
        match &parameter.kind {
            ParameterKind::StringAttrs => Self {
                c_parameters: format!(", intptr_t {name}_size, const MlirAttribute *{name}"),
                cpp_parameter: format!("ArrayRef<StringAttr> {name}"),
                to_c: format!(
                    "static_cast<intptr_t>({name}.size()), \
                     reinterpret_cast<const MlirAttribute *>({name}.data())"
                ),
                conversion: format!(
                    "  SmallVector<StringAttr> {name}_list;\n  \
                     for (intptr_t i = 0; i < {name}_size; ++i)\n    \
                     {name}_list.push_back(cast<StringAttr>(unwrap({name}[i])));\n"
                ),
                from_c: format!("{name}_list"),
                c_type: None,
            },
            ParameterKind::Builtin(class) => plain(
                "MlirAttribute",
                class.cpp(),
                format!("wrap(Attribute({name}))"),
                format!("llvm::cast_if_present<{}>(unwrap({name}))", class.cpp()),
            ),
            ParameterKind::Type => plain(
                "MlirType",
                "Type",
                format!("wrap({name})"),
                format!("unwrap({name})"),
            ),
            ParameterKind::I64 => plain("int64_t", "int64_t", name.clone(), name.clone()),
            ParameterKind::Bool => plain("bool", "bool", name.clone(), name.clone()),
            ParameterKind::Enum(class) => plain(
                "int64_t",
                &format!("::{namespace}::{class}"),
                format!("static_cast<int64_t>({name})"),
                format!("static_cast<::{namespace}::{class}>({name})"),
            ),
            ParameterKind::OptionalI64 => plain(
                "int64_t",
                "std::optional<int64_t>",
                format!("odsbridge::fromOptional({name})"),
                format!("odsbridge::toOptional<int64_t>({name})"),
            ),
            ParameterKind::OptionalEnum(class) => plain(
                "int64_t",
                &format!("std::optional<::{namespace}::{class}>"),
                format!("odsbridge::fromOptional({name})"),
                format!("odsbridge::toOptional<::{namespace}::{class}>({name})"),
            ),
        }
    }
}

/// The functions of an attribute or a type.
pub fn definition(text: &mut String, records: &DialectRecords, item: &Definition) {
    let DialectRecords {
        name, namespace, ..
    } = records;
    let class = &item.class;
    let qualified = format!("{namespace}::{class}");
    let c_class = match item.kind {
        DefinitionKind::Attribute => "MlirAttribute",
        DefinitionKind::Type => "MlirType",
    };
    let crossings: Vec<Crossing> = item
        .parameters
        .iter()
        .map(|parameter| Crossing::new(namespace, parameter))
        .collect();

    let _ = write!(
        text,
        r#"
extern "C" bool {name}_{class}_isa({c_class} self) {{
  return llvm::isa_and_present<{qualified}>(unwrap(self));
}}
"#
    );
    for (parameter, crossing) in item.parameters.iter().zip(&crossings) {
        getter(text, records, item, c_class, parameter, crossing);
    }

    let c_parameters: String = crossings.iter().map(|item| &*item.c_parameters).collect();
    let conversions: String = crossings.iter().map(|item| &*item.conversion).collect();
    let from_c: String = crossings
        .iter()
        .map(|item| format!(", {}", item.from_c))
        .collect();
    let _ = write!(
        text,
        r#"extern "C" {c_class} {name}_{class}_get(MlirContext context{c_parameters}) {{
{conversions}  return wrap({qualified}::get(unwrap(context){from_c}));
}}
"#
    );
    if item.has_verifier {
        let hook = hook_name(name, class, "verify");
        let cpp_parameters: String = crossings
            .iter()
            .map(|item| format!(", {}", item.cpp_parameter))
            .collect();
        let to_c: String = crossings
            .iter()
            .map(|item| format!(", {}", item.to_c))
            .collect();
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(OdsEmitter emitter{c_parameters});
static_assert(sizeof(StringAttr) == sizeof(MlirAttribute));
LogicalResult {qualified}::verify(
    function_ref<InFlightDiagnostic()> emitError{cpp_parameters}) {{
  return success({hook}(odsbridge::makeEmitter(emitError){to_c}));
}}
"#
        );
    }
    if item.is_tensor_encoding {
        let hook = hook_name(name, class, "verify_encoding");
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(MlirAttribute attribute, intptr_t rank, const int64_t *shape,
                     MlirType elementType, OdsEmitter emitter);
LogicalResult {qualified}::verifyEncoding(
    ArrayRef<int64_t> shape, Type elementType,
    function_ref<InFlightDiagnostic()> emitError) const {{
  // MLIR's parser asks even where it has just refused the element type.
  if (!elementType)
    return failure();
  return success({hook}(wrap(*this), shape.size(), shape.data(), wrap(elementType),
                        odsbridge::makeEmitter(emitError)));
}}
"#
        );
    }
    if item.is_agreeing_encoding {
        let hook = hook_name(name, class, "verify_agreement");
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(MlirAttribute inferred, MlirAttribute written, OdsEmitter emitter);
LogicalResult {qualified}::verifyAgreement(
    Attribute written, function_ref<InFlightDiagnostic()> emitError) const {{
  return success(
      {hook}(wrap(*this), wrap(written), odsbridge::makeEmitter(emitError)));
}}
"#
        );
    }
}

fn getter(
    text: &mut String,
    records: &DialectRecords,
    item: &Definition,
    c_class: &str,
    parameter: &Parameter,
    crossing: &Crossing,
) {
    let DialectRecords {
        name, namespace, ..
    } = records;
    let class = &item.class;
    let function = format!("{name}_{class}_{}", parameter.name);
    let value = format!(
        "cast<{namespace}::{class}>(unwrap(self)).{}()",
        cpp_getter(&parameter.name)
    );
    let _ = match crossing.c_type {
        None => write!(
            text,
            r#"extern "C" intptr_t {function}_size({c_class} self) {{
  return {value}.size();
}}
extern "C" MlirAttribute {function}({c_class} self, intptr_t index) {{
  return wrap(Attribute({value}[index]));
}}
"#
        ),
        Some(c_type) => {
            let value = match parameter.kind {
                ParameterKind::Builtin(_) => format!("wrap(Attribute({value}))"),
                ParameterKind::Type => format!("wrap({value})"),
                ParameterKind::OptionalI64 | ParameterKind::OptionalEnum(_) => {
                    format!("odsbridge::fromOptional({value})")
                }
                _ => format!("static_cast<{c_type}>({value})"),
            };
            write!(
                text,
                r#"extern "C" {c_type} {function}({c_class} self) {{
  return {value};
}}
"#
            )
        }
    };
}
