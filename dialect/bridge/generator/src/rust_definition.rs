//! The Rust of an attribute or a type: its parameters by name.

use crate::{
    cpp_dialect::hook_name,
    records::{BuiltinAttr, Definition, DefinitionKind, Parameter, ParameterKind},
};
use std::fmt::Write;

/// How a parameter is written in Rust and in C.
struct Crossing {
    /// The Rust type of the argument.
    argument: String,
    /// The Rust type that the getter gives.
    returned: String,
    /// The C parameters with their types.
    c_parameters: String,
    /// The C type that the C getter gives, `None` for a list.
    c_type: Option<&'static str>,
    /// The C arguments for the Rust one.
    to_c: String,
    /// The Rust argument for the C ones.
    from_c: String,
}

impl Crossing {
    fn new(parameter: &Parameter) -> Self {
        let name = &parameter.rust;
        let plain = |rust: &str, c_type: &'static str, to_c: String, from_c: String| Self {
            argument: rust.into(),
            returned: rust.into(),
            c_parameters: format!("{name}: {c_type}"),
            c_type: Some(c_type),
            to_c,
            from_c,
        };
        match &parameter.kind {
            ParameterKind::StringAttrs => {
                let string = BuiltinAttr::String.rust();
                // `r#type_size` would be a word of its own.
                let size = format!("{}_size", name.trim_start_matches("r#"));
                Self {
                    argument: format!("&[{string}]"),
                    returned: format!("Vec<{string}>"),
                    c_parameters: format!(
                        "{size}: isize, {name}: *const ::mlir_sys::MlirAttribute"
                    ),
                    c_type: None,
                    to_c: format!(
                        "{name}.len() as isize, \
                         {name}.iter().map(|item| item.to_raw()).collect::<Vec<_>>().as_ptr()"
                    ),
                    from_c: format!(
                        "&(0..{size}).filter_map(|index| \
                         ::melior::ir::Attribute::from_raw(*{name}.offset(index)).try_into().ok())\
                         .collect::<Vec<_>>()"
                    ),
                }
            }
            ParameterKind::Builtin(class) => plain(
                &format!("Option<{}>", class.rust()),
                "::mlir_sys::MlirAttribute",
                format!(
                    "{name}.map_or(::mlir_sys::MlirAttribute {{ ptr: ::std::ptr::null() }}, \
                     |item| item.to_raw())"
                ),
                format!(
                    "::melior::ir::Attribute::from_option_raw({name})\
                     .and_then(|item| item.try_into().ok())"
                ),
            ),
            ParameterKind::Type => plain(
                "::melior::ir::Type<'a>",
                "::mlir_sys::MlirType",
                format!("::melior::ir::TypeLike::to_raw(&{name})"),
                format!("::melior::ir::Type::from_raw({name})"),
            ),
            ParameterKind::I64 => plain("i64", "i64", name.clone(), name.clone()),
            ParameterKind::Bool => plain("bool", "bool", name.clone(), name.clone()),
            ParameterKind::Enum(class) => plain(
                class,
                "i64",
                format!("{name} as i64"),
                format!(
                    "{class}::from_value({name})\
                     .unwrap_or_else(|| panic!(\"{{}} is no {class}\", {name}))"
                ),
            ),
            ParameterKind::OptionalI64 => plain(
                "Option<i64>",
                "i64",
                format!("{name}.unwrap_or(i64::MIN)"),
                format!("({name} != i64::MIN).then_some({name})"),
            ),
            ParameterKind::OptionalEnum(class) => plain(
                &format!("Option<{class}>"),
                "i64",
                format!("{name}.map_or(i64::MIN, |item| item as i64)"),
                format!("{class}::from_value({name})"),
            ),
        }
    }
}

/// The names that melior and the C API give the kind.
struct Names {
    handle: &'static str,
    like: &'static str,
    raw: &'static str,
}

impl Names {
    fn new(kind: DefinitionKind) -> Self {
        match kind {
            DefinitionKind::Attribute => Self {
                handle: "::melior::ir::Attribute",
                like: "::melior::ir::AttributeLike",
                raw: "::mlir_sys::MlirAttribute",
            },
            DefinitionKind::Type => Self {
                handle: "::melior::ir::Type",
                like: "::melior::ir::TypeLike",
                raw: "::mlir_sys::MlirType",
            },
        }
    }
}

/// The Rust type of an attribute or a type, and its hooks.
pub fn definition(text: &mut String, dialect: &str, item: &Definition) {
    let class = &item.class;
    let Names { handle, like, raw } = Names::new(item.kind);
    let crossings: Vec<(&Parameter, Crossing)> = item
        .parameters
        .iter()
        .map(|parameter| (parameter, Crossing::new(parameter)))
        .collect();
    let mut declarations = String::new();
    let mut getters = String::new();
    for (parameter, crossing) in &crossings {
        getter(
            &mut declarations,
            &mut getters,
            (dialect, item),
            parameter,
            crossing,
        );
    }
    let list = |part: &dyn Fn(&Parameter, &Crossing) -> String| -> String {
        let parts: Vec<String> = crossings
            .iter()
            .map(|(parameter, crossing)| part(parameter, crossing))
            .collect();
        parts.join(", ")
    };
    let c_parameters = list(&|_, crossing| crossing.c_parameters.clone());
    let parameters = list(&|item, crossing| format!("{}: {}", item.rust, crossing.argument));
    let to_c = list(&|_, crossing| crossing.to_c.clone());
    let from_c = list(&|_, crossing| crossing.from_c.clone());
    let _ = write!(
        text,
        r#"
/// {summary}
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct {class}<'a>({handle}<'a>);

unsafe extern "C" {{
    fn {dialect}_{class}_isa(this: {raw}) -> bool;
    fn {dialect}_{class}_get(context: ::mlir_sys::MlirContext, {c_parameters}) -> {raw};
{declarations}}}

impl<'a> {class}<'a> {{
    /// The one with those parameters, in a context that has the dialect loaded.
    pub fn new(context: &'a ::melior::Context, {parameters}) -> Self {{
        use ::melior::ir::AttributeLike as _;
        // SAFETY: the arguments are valid and MLIR copies the lists.
        unsafe {{
            Self({handle}::from_raw({dialect}_{class}_get(context.to_raw(), {to_c})))
        }}
    }}

    /// Looks at one of any kind, if it is of this class.
    pub fn cast(any: {handle}<'a>) -> Option<Self> {{
        use {like} as _;
        // SAFETY: it is valid.
        unsafe {{ {dialect}_{class}_isa(any.to_raw()) }}.then_some(Self(any))
    }}
{getters}}}

impl<'a> From<{class}<'a>> for {handle}<'a> {{
    fn from(item: {class}<'a>) -> Self {{
        item.0
    }}
}}
"#,
        summary = item.summary,
    );
    if item.has_verifier {
        let hook = hook_name(dialect, class, "verify");
        let _ = write!(
            text,
            r#"
/// The verifier of [`{class}`]'s parameters.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `let genVerifyDecl = 1` for `{{Self}}`, but `Verify{class}` is not implemented"
)]
pub trait Verify{class}<'a> {{
    /// Checks the parameters before the {kind} is made.
    ///
    /// # Errors
    ///
    /// The first constraint that does not hold.
    fn verify({parameters}) -> Result<(), ::ods_bridge::Diagnostic<'a>>;
}}

#[unsafe(no_mangle)]
unsafe extern "C" fn {hook}(
    emitter: ::ods_bridge::trampoline::Emitter,
    {c_parameters}
) -> bool {{
    // SAFETY: the C++ class passes its parameters.
    ::ods_bridge::trampoline::verify_attribute(emitter, || unsafe {{
        <{class}<'_> as Verify{class}<'_>>::verify({from_c})
    }})
}}
"#,
            kind = match item.kind {
                DefinitionKind::Attribute => "attribute",
                DefinitionKind::Type => "type",
            }
        );
    }
    if item.is_tensor_encoding {
        let hook = hook_name(dialect, class, "verify_encoding");
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
        let attribute = {class}::cast(::melior::ir::Attribute::from_raw(attribute));
        ::ods_bridge::trampoline::verify_encoding(attribute, rank, shape, element, emitter)
    }}
}}
"#
        );
    }
    if item.is_agreeing_encoding {
        let hook = hook_name(dialect, class, "verify_agreement");
        let _ = write!(
            text,
            r#"
#[unsafe(no_mangle)]
unsafe extern "C" fn {hook}(
    inferred: ::mlir_sys::MlirAttribute,
    written: ::mlir_sys::MlirAttribute,
    emitter: ::ods_bridge::trampoline::Emitter,
) -> bool {{
    // SAFETY: the C++ class passes itself and an attribute that is not null.
    unsafe {{
        let inferred = {class}::cast(::melior::ir::Attribute::from_raw(inferred));
        ::ods_bridge::trampoline::verify_agreement(inferred, written, emitter)
    }}
}}
"#
        );
    }
}

/// The declaration of a parameter's C getter, and the Rust one over it.
fn getter(
    declarations: &mut String,
    getters: &mut String,
    (dialect, item): (&str, &Definition),
    parameter: &Parameter,
    crossing: &Crossing,
) {
    let Names { like, raw, .. } = Names::new(item.kind);
    let function = format!("{dialect}_{}_{}", item.class, parameter.name);
    let body = match crossing.c_type {
        None => {
            let _ = write!(
                declarations,
                "    fn {function}_size(this: {raw}) -> isize;\n    \
                 fn {function}(this: {raw}, index: isize) -> ::mlir_sys::MlirAttribute;\n"
            );
            format!(
                "(0..{function}_size(self.0.to_raw()))\n                \
                 .filter_map(|index| ::melior::ir::Attribute::from_raw(\
                 {function}(self.0.to_raw(), index)).try_into().ok())\n                .collect()"
            )
        }
        Some(c_type) => {
            let _ = writeln!(declarations, "    fn {function}(this: {raw}) -> {c_type};");
            let value = format!("{function}(self.0.to_raw())");
            match &parameter.kind {
                ParameterKind::Builtin(_) => format!(
                    "::melior::ir::Attribute::from_option_raw({value})\
                     .and_then(|item| item.try_into().ok())"
                ),
                ParameterKind::Type => format!("::melior::ir::Type::from_raw({value})"),
                ParameterKind::Enum(class) => format!(
                    "{class}::from_value({value})\
                     .unwrap_or_else(|| panic!(\"a value that is no {class}\"))"
                ),
                ParameterKind::OptionalI64 => {
                    format!("Some({value}).filter(|&value| value != i64::MIN)")
                }
                ParameterKind::OptionalEnum(class) => format!("{class}::from_value({value})"),
                _ => value,
            }
        }
    };
    let _ = write!(
        getters,
        r#"
    /// The parameter `{parameter}`.
    pub fn {rust}(&self) -> {returned} {{
        use {like} as _;
        // SAFETY: this is of its class, an index is in range, and what is null
        // becomes `None`.
        unsafe {{
            {body}
        }}
    }}
"#,
        parameter = parameter.name,
        rust = parameter.rust,
        returned = crossing.returned,
    );
}
