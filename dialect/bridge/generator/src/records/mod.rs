//! What the .td files say, as plain data.
//!
//! What the bridge does not know is an error here, that names the record and
//! says what is known: otherwise C++ or the linker would say it.

mod definition;
mod op;
mod pass;
#[cfg(test)]
mod tests;

pub use definition::{
    BuiltinAttr, Definition, DefinitionKind, Enum, EnumCase, Parameter, ParameterKind,
};
pub use op::{Attribute, AttributeKind, Hook, Op, Operand, OperandKind};
pub use pass::{OptionKind, PassOption, PassRecord, PassRecords};

use crate::{Result, names::Scope};
use tblgen::{RecordKeeper, init::TypedInit, record::Record};

/// A dialect's records.
pub struct DialectRecords {
    pub name: String,
    /// The C++ class, without namespace.
    pub class: String,
    /// Without the leading `::`.
    pub namespace: String,
    pub enums: Vec<Enum>,
    /// Attributes and types.
    pub definitions: Vec<Definition>,
    pub ops: Vec<Op>,
    pub has_constant_materializer: bool,
    /// Of `OdsBridge_BytecodeVersion`.
    pub bytecode_version: Option<u64>,
}

impl DialectRecords {
    pub fn read(keeper: &RecordKeeper<'_>, name: &str) -> Result<Self> {
        // The name is part of C names.
        if name.is_empty() || name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            return Err(format!(
                "expected a dialect's name of letters, digits and _, but got {name}"
            )
            .into());
        }
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
        if namespace.is_empty() {
            return Err(format!("{dialect_def}: expected a cppNamespace, but got none").into());
        }
        refuse_bits(
            dialect,
            &[
                "hasCanonicalizer",
                "hasNonDefaultDestructor",
                "hasOperationAttrVerify",
                "hasOperationInterfaceFallback",
                "hasRegionArgAttrVerify",
                "hasRegionResultAttrVerify",
                "isExtensible",
            ],
        )?;

        let mut enums = Vec::new();
        for record in keeper.all_derived_definitions_if_defined("EnumAttr") {
            if of_dialect(&record, "dialect") {
                enums.push(Enum::read(record)?);
            }
        }
        let mut definitions = Vec::new();
        for kind in [DefinitionKind::Attribute, DefinitionKind::Type] {
            for record in keeper.all_derived_definitions_if_defined(kind.td_class()) {
                if of_dialect(&record, "dialect") && !record.subclass_of("EnumAttr") {
                    definitions.push(Definition::read(record, kind, &namespace, &enums)?);
                }
            }
        }
        let bytecode_version = bytecode_version(dialect)?;
        let mut ops = Vec::new();
        for record in keeper.all_derived_definitions_if_defined("Op") {
            if of_dialect(&record, "opDialect") {
                let op = Op::read(record, name, &namespace, &enums)?;
                check_encoding(record, &op, bytecode_version)?;
                ops.push(op);
            }
        }
        let records = Self {
            name: name.into(),
            class: dialect_def.replace('_', ""),
            namespace,
            enums,
            definitions,
            ops,
            has_constant_materializer: dialect.bit_value("hasConstantMaterializer")?,
            bytecode_version,
        };
        records.check(dialect)?;
        Ok(records)
    }

    /// Checks what concerns several records.
    fn check(&self, dialect: Record<'_>) -> Result<()> {
        let name = dialect.name()?;
        let mut types = Scope::new(name);
        for (ods, rust) in self
            .enums
            .iter()
            .map(|item| (&item.attribute_class, &item.class))
            .chain(
                self.definitions
                    .iter()
                    .map(|item| (&item.class, &item.class)),
            )
            .chain(self.ops.iter().map(|op| (&op.class, &op.rust)))
        {
            types.take(ods, rust.clone())?;
        }

        let has = |kind| self.definitions.iter().any(|item| item.kind == kind);
        for (needed, bit) in [
            (
                has(DefinitionKind::Attribute) || !self.enums.is_empty(),
                "useDefaultAttributePrinterParser",
            ),
            (has(DefinitionKind::Type), "useDefaultTypePrinterParser"),
        ] {
            if needed && !dialect.bit_value(bit)? {
                return Err(format!(
                    "{name}: expected `let {bit} = 1`, as the bridge has no parser of another kind"
                )
                .into());
            }
        }

        // What the bridge's own code creates.
        let dependent = dialect.list_of_strings_value("dependentDialects")?;
        let reifies = self.ops.iter().any(|op| op.has(Hook::ReifyResultShapes));
        let tiles = self.ops.iter().any(|op| op.has(Hook::Tile));
        for (needed, why, class) in [
            (
                self.has_constant_materializer,
                "hasConstantMaterializer makes arith.constant",
                "mlir::arith::ArithDialect",
            ),
            (
                reifies,
                "reified sizes are arith.constant",
                "mlir::arith::ArithDialect",
            ),
            (
                reifies,
                "reified sizes are tensor.dim",
                "mlir::tensor::TensorDialect",
            ),
            (
                tiles,
                "the size of a tile may be arith.constant",
                "mlir::arith::ArithDialect",
            ),
            (
                tiles,
                "tiles of memrefs are memref.subview",
                "mlir::memref::MemRefDialect",
            ),
            (
                tiles,
                "tiles of tensors are tensor.extract_slice",
                "mlir::tensor::TensorDialect",
            ),
        ] {
            if needed && !dependent.iter().any(|item| trim_namespace(item) == class) {
                return Err(format!(
                    "{name}: expected ::{class} in dependentDialects, because {why}"
                )
                .into());
            }
        }
        Ok(())
    }
}

/// The version of a dialect's bytecode, if it has one.
fn bytecode_version(dialect: Record<'_>) -> Result<Option<u64>> {
    let Ok(version) = dialect.int_value("bytecodeVersion") else {
        return Ok(None);
    };
    match u64::try_from(version) {
        Ok(version) if version > 0 => Ok(Some(version)),
        _ => Err(format!(
            "{}: expected a bytecode version of 1 or more, but got {version}",
            dialect.name()?
        )
        .into()),
    }
}

/// Checks that who writes an op's attributes to bytecode is who reads them.
fn check_encoding(record: Record<'_>, op: &Op, version: Option<u64>) -> Result<()> {
    const BIT: &str = "useCustomPropertiesEncoding";
    let name = record.name()?;
    let is_custom = record.bit_value(BIT)?;
    match version {
        Some(_) if op.has_properties() && !is_custom => Err(format!(
            "{name}: expected `let {BIT} = 1`, as the dialect's bytecode has a version"
        )
        .into()),
        None if is_custom => Err(format!(
            "{name}: the bridge knows {BIT} of a dialect with OdsBridge_BytecodeVersion"
        )
        .into()),
        _ => Ok(()),
    }
}

/// Refuses methods that the bridge does not implement.
fn refuse_bits(record: Record<'_>, bits: &[&str]) -> Result<()> {
    for bit in bits {
        if record.bit_value(bit).unwrap_or(false) {
            return Err(format!(
                "{}: the bridge does not know the methods of {bit}",
                record.name()?
            )
            .into());
        }
    }
    Ok(())
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

/// The interfaces whose methods the .td declares, by C++ name.
///
/// # Errors
///
/// When it declares a method besides those in `known`, which gives the methods
/// of each interface that the bridge implements, or declares some of several:
/// the bridge implements all or none.
fn declared_interfaces(record: Record<'_>, known: &[(&str, &[&str])]) -> Result<Vec<String>> {
    let name = record.name()?;
    let mut interfaces = Vec::new();
    for item in traits(record)? {
        if !item.subclass_of("DeclareInterfaceMethods") {
            continue;
        }
        let interface = item.str_value("cppInterfaceName")?;
        let Some((_, methods)) = known.iter().find(|(known, _)| *known == interface) else {
            let known: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
            return Err(format!(
                "{name}: the bridge does not know the methods of {interface}; expected one of {}",
                known.join(", ")
            )
            .into());
        };
        let declared = item.list_of_strings_value("alwaysOverriddenMethods")?;
        let is_known = declared.iter().all(|method| methods.contains(method));
        let is_whole = methods.len() == 1 || declared.len() == methods.len();
        if !is_known || !is_whole {
            return Err(format!(
                "{name}: of the methods of {interface} the bridge knows {}, but got {}",
                methods.join(", "),
                declared.join(", ")
            )
            .into());
        }
        interfaces.push(interface.to_owned());
    }
    Ok(interfaces)
}

fn trim_namespace(name: &str) -> String {
    name.trim().trim_start_matches("::").into()
}
