//! What the .td files say, as plain data.

use crate::Result;
use std::collections::HashMap;
use tblgen::{RecordKeeper, init::TypedInit, record::Record};

/// A dialect's records.
pub struct DialectRecords {
    pub name: String,
    /// Without the leading `::`.
    pub namespace: String,
    pub enums: Vec<Enum>,
    pub attributes: Vec<AttributeDefinition>,
    pub ops: Vec<Op>,
    pub has_constant_materializer: bool,
}

/// An enum and the attribute that holds one.
pub struct Enum {
    pub class: String,
    pub summary: String,
    /// The C++ class of the attribute, without namespace.
    pub attribute_class: String,
    pub cases: Vec<(String, i64, String)>,
}

/// An attribute with parameters.
pub struct AttributeDefinition {
    /// The C++ class, without namespace.
    pub class: String,
    pub summary: String,
    pub parameters: Vec<(String, ParameterKind)>,
    pub has_verifier: bool,
    pub is_tensor_encoding: bool,
}

/// A parameter's type.
pub enum ParameterKind {
    /// `ArrayRef<StringAttr>`
    StringAttrs,
    /// `StringAttr`, null when absent.
    StringAttr,
    /// An enum of the dialect.
    Enum(String),
}

/// An op.
pub struct Op {
    /// With the dialect.
    pub name: String,
    /// The C++ class, without namespace.
    pub class: String,
    /// The Rust type.
    pub rust: String,
    pub summary: String,
    pub operands: Vec<(String, OperandKind)>,
    pub attributes: Vec<Attribute>,
    /// Whether there is exactly one result, always.
    pub has_single_result: bool,
    pub has_segments: bool,
    pub hooks: Vec<Hook>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandKind {
    Single,
    Optional,
    Variadic,
}

/// An op's attribute.
pub struct Attribute {
    pub name: String,
    pub kind: AttributeKind,
    pub optional: bool,
    pub default: Option<String>,
}

#[derive(PartialEq, Eq, Debug)]
pub enum AttributeKind {
    F64,
    I64,
    Bool,
    Unit,
    Enum(String),
    Other,
}

/// A method that a .td file declares and Rust implements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    Verify,
    InferReturnTypes,
    ReifyResultShapes,
    Fold,
    Canonicalize,
    Speculate,
    /// Implemented by the bridge for ops in destination style.
    DestinationStyleEffects,
}

impl DialectRecords {
    pub fn read(keeper: &RecordKeeper<'_>, name: &str) -> Result<Self> {
        let dialect = keeper
            .all_derived_definitions("Dialect")
            .find(|record| record.str_value("name") == Ok(name))
            .ok_or_else(|| format!("no dialect is named {name}"))?;
        let dialect_def = dialect.name()?;
        let of_dialect = |record: &Record<'_>, field: &str| {
            record
                .def_value(field)
                .and_then(|def| Ok(def.name()? == dialect_def))
                .unwrap_or(false)
        };
        let namespace = trim_namespace(dialect.str_value("cppNamespace")?);

        let mut enums = Vec::new();
        for record in keeper.all_derived_definitions_if_defined("EnumAttr") {
            if of_dialect(&record, "dialect") {
                enums.push(Enum::read(record)?);
            }
        }
        let mut attributes = Vec::new();
        for record in keeper.all_derived_definitions_if_defined("AttrDef") {
            if of_dialect(&record, "dialect") && !record.subclass_of("EnumAttr") {
                attributes.push(AttributeDefinition::read(record, &namespace, &enums)?);
            }
        }
        let by_attribute: HashMap<String, &str> = enums
            .iter()
            .map(|item| {
                (
                    format!("{namespace}::{}", item.attribute_class),
                    item.class.as_str(),
                )
            })
            .collect();
        let mut ops = Vec::new();
        for record in keeper.all_derived_definitions_if_defined("Op") {
            if of_dialect(&record, "opDialect") {
                ops.push(Op::read(record, name, &by_attribute)?);
            }
        }
        Ok(Self {
            name: name.into(),
            namespace,
            enums,
            attributes,
            ops,
            has_constant_materializer: dialect.bit_value("hasConstantMaterializer")?,
        })
    }
}

impl Enum {
    fn read(record: Record<'_>) -> Result<Self> {
        let info = record.def_value("enum")?;
        let mut cases = Vec::new();
        for case in info.list_of_defs_value("enumerants")? {
            cases.push((
                case.str_value("symbol")?.into(),
                case.int_value("value")?,
                case.str_value("str")?.into(),
            ));
        }
        Ok(Self {
            class: info.str_value("className")?.into(),
            summary: info.str_value("summary")?.into(),
            attribute_class: record.str_value("cppClassName")?.into(),
            cases,
        })
    }
}

impl AttributeDefinition {
    fn read(record: Record<'_>, namespace: &str, enums: &[Enum]) -> Result<Self> {
        let class = record.str_value("cppClassName")?.to_owned();
        let mut parameters = Vec::new();
        for (name, init) in dag_arguments(record, "parameters")? {
            let cpp = match Record::try_from(init) {
                Ok(def) => def.str_value("cppType")?.to_owned(),
                Err(_) => init.as_string()?.to_str()?.to_owned(),
            };
            let plain = cpp.replace("::llvm::", "").replace("::mlir::", "");
            let kind = match plain.as_str() {
                "ArrayRef<StringAttr>" => ParameterKind::StringAttrs,
                "StringAttr" => ParameterKind::StringAttr,
                _ => {
                    let class = trim_namespace(&cpp);
                    let class = class
                        .strip_prefix(&format!("{namespace}::"))
                        .unwrap_or(&class);
                    if !enums.iter().any(|item| item.class == class) {
                        return Err(format!(
                            "{}: the bridge has no Rust type for a parameter of type {cpp}; \
                             expected StringAttr, ArrayRef<StringAttr> or an enum of the dialect",
                            record.name()?
                        )
                        .into());
                    }
                    ParameterKind::Enum(class.into())
                }
            };
            parameters.push((name, kind));
        }
        let mut is_tensor_encoding = false;
        for interface in declared_interfaces(record)? {
            match interface.as_str() {
                "VerifiableTensorEncoding" => is_tensor_encoding = true,
                other => return Err(unknown_interface(record, other)),
            }
        }
        Ok(Self {
            class,
            summary: record.str_value("summary").unwrap_or_default().into(),
            parameters,
            has_verifier: record.bit_value("genVerifyDecl")?,
            is_tensor_encoding,
        })
    }
}

impl Op {
    fn read(record: Record<'_>, dialect: &str, enums: &HashMap<String, &str>) -> Result<Self> {
        let class = class_name(record.name()?);
        let mut operands = Vec::new();
        let mut attributes = Vec::new();
        for (name, init) in dag_arguments(record, "arguments")? {
            let argument = Record::try_from(init)?;
            if argument.subclass_of("Attr") {
                attributes.push(Attribute::read(&name, argument, enums)?);
            } else if argument.subclass_of("TypeConstraint") {
                operands.push((name, operand_kind(argument)));
            } else {
                return Err(format!(
                    "{}: the bridge knows operands and attributes, but `{name}` is neither",
                    record.name()?
                )
                .into());
            }
        }
        let mut results = Vec::new();
        for (_, init) in dag_arguments(record, "results")? {
            results.push(operand_kind(Record::try_from(init)?));
        }

        let mut hooks = Vec::new();
        for (bit, hook) in [
            ("hasVerifier", Hook::Verify),
            ("hasFolder", Hook::Fold),
            ("hasCanonicalizer", Hook::Canonicalize),
        ] {
            if record.bit_value(bit)? {
                hooks.push(hook);
            }
        }
        for interface in declared_interfaces(record)? {
            hooks.push(match interface.as_str() {
                "InferTypeOpInterface" => Hook::InferReturnTypes,
                "ReifyRankedShapedTypeOpInterface" => Hook::ReifyResultShapes,
                "ConditionallySpeculatable" => Hook::Speculate,
                "MemoryEffectOpInterface" => Hook::DestinationStyleEffects,
                other => return Err(unknown_interface(record, other)),
            });
        }
        Ok(Self {
            name: format!("{dialect}.{}", record.str_value("opName")?),
            rust: class.strip_suffix("Op").unwrap_or(&class).into(),
            class,
            summary: record.str_value("summary")?.into(),
            operands,
            attributes,
            has_single_result: results == [OperandKind::Single],
            has_segments: trait_names(record)?
                .iter()
                .any(|name| name.ends_with("AttrSizedOperandSegments")),
            hooks,
        })
    }

    pub fn has(&self, hook: Hook) -> bool {
        self.hooks.contains(&hook)
    }
}

impl Attribute {
    fn read(name: &str, record: Record<'_>, enums: &HashMap<String, &str>) -> Result<Self> {
        let storage = trim_namespace(record.str_value("storageType")?.trim());
        let returned = record.str_value("returnType").unwrap_or_default();
        let kind = match storage.as_str() {
            "mlir::FloatAttr" => AttributeKind::F64,
            "mlir::IntegerAttr" if returned.contains("64") => AttributeKind::I64,
            "mlir::BoolAttr" => AttributeKind::Bool,
            "mlir::UnitAttr" => AttributeKind::Unit,
            other => match enums.get(other) {
                Some(&class) => AttributeKind::Enum(class.into()),
                None => AttributeKind::Other,
            },
        };
        Ok(Self {
            name: name.into(),
            kind,
            optional: record.bit_value("isOptional")?,
            default: record
                .str_value("defaultValue")
                .ok()
                .filter(|text| !text.is_empty())
                .map(Into::into),
        })
    }
}

/// A group of passes.
pub struct PassRecords(pub Vec<PassRecord>);

pub struct PassRecord {
    pub class: String,
    pub summary: String,
    pub options: Vec<PassOption>,
    pub statistics: Vec<String>,
}

pub struct PassOption {
    pub name: String,
    pub description: String,
    pub kind: OptionKind,
    pub is_list: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionKind {
    Bool,
    I64,
    U32,
    F64,
    Text,
}

impl PassRecords {
    pub fn read(keeper: &RecordKeeper<'_>) -> Result<Self> {
        let mut passes = Vec::new();
        for record in keeper.all_derived_definitions("PassBase") {
            let mut options = Vec::new();
            for option in record.list_of_defs_value("options")? {
                options.push(PassOption::read(option)?);
            }
            let mut statistics = Vec::new();
            for statistic in record.list_of_defs_value("statistics")? {
                statistics.push(statistic.str_value("cppName")?.into());
            }
            passes.push(PassRecord {
                class: record.name()?.into(),
                summary: record.str_value("summary")?.into(),
                options,
                statistics,
            });
        }
        Ok(Self(passes))
    }
}

impl PassOption {
    fn read(record: Record<'_>) -> Result<Self> {
        let name = record.str_value("cppName")?;
        Ok(Self {
            name: name.into(),
            description: record.str_value("description")?.into(),
            kind: match record.str_value("type")? {
                "bool" => OptionKind::Bool,
                "int64_t" => OptionKind::I64,
                "unsigned" => OptionKind::U32,
                "double" => OptionKind::F64,
                "std::string" => OptionKind::Text,
                other => {
                    return Err(format!(
                        "pass option {name}: expected the type bool, int64_t, unsigned, double \
                         or std::string, but got {other}"
                    )
                    .into());
                }
            },
            is_list: record.subclass_of("ListOption"),
        })
    }
}

/// The named arguments of a dag.
fn dag_arguments<'a>(record: Record<'a>, field: &str) -> Result<Vec<(String, TypedInit<'a>)>> {
    record
        .dag_value(field)?
        .args()
        .enumerate()
        .map(|(index, (name, init))| {
            let name = name.ok_or_else(|| {
                format!(
                    "{}: {field} number {index} has no name",
                    record.name().unwrap_or("a record")
                )
            })?;
            Ok((name.to_owned(), init))
        })
        .collect()
}

fn operand_kind(record: Record<'_>) -> OperandKind {
    if record.subclass_of("Optional") {
        OperandKind::Optional
    } else if record.subclass_of("Variadic") || record.subclass_of("VariadicOfVariadic") {
        OperandKind::Variadic
    } else {
        OperandKind::Single
    }
}

/// The traits, those of nested lists included.
fn traits<'a>(record: Record<'a>) -> Result<Vec<Record<'a>>> {
    let mut all = Vec::new();
    for item in record.list_of_defs_value("traits")? {
        if item.subclass_of("TraitList") {
            all.extend(traits(item)?);
        } else {
            all.push(item);
        }
    }
    Ok(all)
}

fn trait_names(record: Record<'_>) -> Result<Vec<String>> {
    Ok(traits(record)?
        .iter()
        .filter_map(|item| Some(item.str_value("trait").ok()?.to_owned()))
        .collect())
}

/// The interfaces whose methods the .td declares, by C++ name.
fn declared_interfaces(record: Record<'_>) -> Result<Vec<String>> {
    Ok(traits(record)?
        .iter()
        .filter(|item| item.subclass_of("DeclareInterfaceMethods"))
        .filter_map(|item| Some(item.str_value("cppInterfaceName").ok()?.to_owned()))
        .collect())
}

fn unknown_interface(record: Record<'_>, interface: &str) -> Box<dyn std::error::Error> {
    format!(
        "{}: the bridge does not know the methods of {interface}",
        record.name().unwrap_or("a record")
    )
    .into()
}

/// ODS names a C++ class by what follows the first `_` of the record's name.
fn class_name(record: &str) -> String {
    record
        .split_once('_')
        .map_or(record, |(_, class)| class)
        .into()
}

fn trim_namespace(name: &str) -> String {
    name.trim_start_matches("::").into()
}

/// `snake_case` of an ODS or C++ name.
pub fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 && !text.ends_with('_') {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// `PascalCase` of a `snake_case` name.
pub fn pascal_case(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
                .unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn names() {
        assert_eq!(snake_case("lowerBound"), "lower_bound");
        assert_eq!(snake_case("A"), "a");
        assert_eq!(pascal_case("hello_world"), "HelloWorld");
        assert_eq!(class_name("Toy_DoubleOp"), "DoubleOp");
    }
}
