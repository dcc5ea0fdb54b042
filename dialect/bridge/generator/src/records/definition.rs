//! Enums, attributes and types.

use super::{dag_arguments, declared_interfaces, refuse_bits, trim_namespace};
use crate::{
    Result,
    names::{Scope, doc},
};
use tblgen::record::Record;

/// An enum and the attribute that holds one.
pub struct Enum {
    pub class: String,
    pub summary: String,
    /// The C++ class of the attribute, without namespace.
    pub attribute_class: String,
    pub cases: Vec<EnumCase>,
}

/// A case of an enum.
pub struct EnumCase {
    /// In C++.
    pub symbol: String,
    /// The variant in Rust.
    pub rust: String,
    pub value: i64,
    /// In the assembly.
    pub keyword: String,
}

impl Enum {
    pub fn read(record: Record<'_>) -> Result<Self> {
        let name = record.name()?;
        let info = record.def_value("enum")?;
        if info.subclass_of("BitEnumBase") {
            return Err(format!("{name}: the bridge does not know enums of bits").into());
        }
        let mut scope = Scope::new(name);
        let mut cases = Vec::new();
        for case in info.list_of_defs_value("enumerants")? {
            let symbol = case.str_value("symbol")?;
            cases.push(EnumCase {
                symbol: symbol.into(),
                rust: scope.variant(symbol)?,
                value: case.int_value("value")?,
                keyword: case.str_value("str")?.into(),
            });
        }
        Ok(Self {
            class: info.str_value("className")?.into(),
            summary: doc(info.str_value("summary")?),
            attribute_class: record.str_value("cppClassName")?.into(),
            cases,
        })
    }

    /// The Rust variant that a C++ expression such as `::toy::Combine::Add`
    /// names.
    pub fn variant(&self, expression: &str) -> Option<&str> {
        let symbol = expression.rsplit("::").next()?.trim();
        self.cases
            .iter()
            .find(|case| case.symbol == symbol)
            .map(|case| case.rust.as_str())
    }
}

/// What a definition defines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefinitionKind {
    Attribute,
    Type,
}

impl DefinitionKind {
    /// The class of its records.
    pub fn td_class(self) -> &'static str {
        match self {
            Self::Attribute => "AttrDef",
            Self::Type => "TypeDef",
        }
    }
}

/// An attribute or a type with parameters.
pub struct Definition {
    pub kind: DefinitionKind,
    /// The C++ class, without namespace; also the Rust type.
    pub class: String,
    pub summary: String,
    pub parameters: Vec<Parameter>,
    pub has_verifier: bool,
    pub is_tensor_encoding: bool,
    pub is_agreeing_encoding: bool,
}

/// A parameter of an attribute or a type.
pub struct Parameter {
    pub name: String,
    /// The Rust name.
    pub rust: String,
    pub kind: ParameterKind,
}

/// A parameter's type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    /// `ArrayRef<StringAttr>`
    StringAttrs,
    /// An attribute of the builtin dialect, null when absent.
    Builtin(BuiltinAttr),
    /// `Type`
    Type,
    /// `int64_t`
    I64,
    /// `bool`
    Bool,
    /// An enum of the dialect.
    Enum(String),
    /// `std::optional<int64_t>`
    OptionalI64,
    /// `std::optional` of an enum of the dialect.
    OptionalEnum(String),
}

/// An attribute of the builtin dialect that a parameter may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuiltinAttr {
    String,
    I64Array,
}

impl BuiltinAttr {
    /// The C++ class.
    pub fn cpp(self) -> &'static str {
        match self {
            Self::String => "StringAttr",
            Self::I64Array => "DenseI64ArrayAttr",
        }
    }

    /// The Rust type.
    pub fn rust(self) -> &'static str {
        match self {
            Self::String => "::melior::ir::attribute::StringAttribute<'a>",
            Self::I64Array => "::melior::ir::attribute::DenseI64ArrayAttribute<'a>",
        }
    }
}

const TENSOR_ENCODING: &str = "VerifiableTensorEncoding";
const AGREEING_ENCODING: &str = "AgreeingEncoding";

/// Names that the generated functions use themselves.
const RESERVED: &[&str] = &["cast", "context", "emitter", "new"];

impl Definition {
    pub fn read(
        record: Record<'_>,
        kind: DefinitionKind,
        namespace: &str,
        enums: &[Enum],
    ) -> Result<Self> {
        let class = record.str_value("cppClassName")?.to_owned();
        let mut scope = Scope::new(record.name()?);
        let mut parameters = Vec::new();
        for (name, init) in dag_arguments(record, "parameters")? {
            let cpp = match Record::try_from(init) {
                Ok(def) => def.str_value("cppType")?.to_owned(),
                Err(_) => init.as_string()?.to_str()?.to_owned(),
            };
            parameters.push(Parameter {
                rust: scope.value(&name, "parameter", RESERVED)?,
                kind: parameter_kind(record, &name, &cpp, namespace, enums)?,
                name,
            });
        }
        refuse_bits(record, &["hasCustomAssemblyFormat"])?;
        let known: &[(&str, &[&str])] = match kind {
            DefinitionKind::Attribute => &[
                (TENSOR_ENCODING, &["verifyEncoding"]),
                (AGREEING_ENCODING, &["verifyAgreement"]),
            ],
            DefinitionKind::Type => &[],
        };
        let interfaces = declared_interfaces(record, known)?;
        let declares = |name: &str| interfaces.iter().any(|interface| interface == name);
        Ok(Self {
            kind,
            class,
            summary: doc(record.str_value("summary").unwrap_or_default()),
            parameters,
            has_verifier: record.bit_value("genVerifyDecl")?,
            is_tensor_encoding: declares(TENSOR_ENCODING),
            is_agreeing_encoding: declares(AGREEING_ENCODING),
        })
    }
}

fn parameter_kind(
    record: Record<'_>,
    name: &str,
    cpp: &str,
    namespace: &str,
    enums: &[Enum],
) -> Result<ParameterKind> {
    let plain = cpp.replace("::llvm::", "").replace("::mlir::", "");
    Ok(match plain.as_str() {
        "ArrayRef<StringAttr>" => ParameterKind::StringAttrs,
        "StringAttr" => ParameterKind::Builtin(BuiltinAttr::String),
        "DenseI64ArrayAttr" => ParameterKind::Builtin(BuiltinAttr::I64Array),
        "Type" => ParameterKind::Type,
        "int64_t" => ParameterKind::I64,
        "bool" => ParameterKind::Bool,
        "std::optional<int64_t>" => ParameterKind::OptionalI64,
        _ => {
            let optional = plain.strip_prefix("std::optional<");
            let inner = optional.and_then(|inner| inner.strip_suffix('>'));
            let class = trim_namespace(inner.unwrap_or(cpp));
            let class = class
                .strip_prefix(&format!("{namespace}::"))
                .unwrap_or(&class);
            if !enums.iter().any(|item| item.class == class) {
                return Err(format!(
                    "{}: expected `{name}` to be StringAttr, DenseI64ArrayAttr, \
                     ArrayRef<StringAttr>, Type, int64_t, bool, an enum of the dialect, or std::optional of int64_t or of an enum, \
                     but got {cpp}",
                    record.name()?
                )
                .into());
            }
            match inner {
                Some(_) => ParameterKind::OptionalEnum(class.into()),
                None => ParameterKind::Enum(class.into()),
            }
        }
    })
}
