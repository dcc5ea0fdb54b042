//! Ops: operands, attributes, and the hooks that Rust implements.

use super::{Enum, dag_arguments, declared_interfaces, refuse_bits, traits, trim_namespace};
use crate::{
    Result,
    names::{Scope, cpp_class, doc},
};
use tblgen::record::Record;

/// An op.
pub struct Op {
    /// With the dialect.
    pub name: String,
    /// The C++ class, without namespace.
    pub class: String,
    /// The Rust type.
    pub rust: String,
    pub summary: String,
    pub operands: Vec<Operand>,
    pub attributes: Vec<Attribute>,
    /// Whether there is exactly one result, always.
    pub has_single_result: bool,
    /// The properties in which ODS keeps the sizes of several optional operands
    /// or results.
    pub segments: Vec<&'static str>,
    pub hooks: Vec<Hook>,
    /// Of `OdsBridge_LowerBeforeBuffers`: what its error notes.
    pub buffer_advice: Option<String>,
}

/// An op's operand.
pub struct Operand {
    pub name: String,
    /// The Rust method.
    pub rust: String,
    pub kind: OperandKind,
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
    /// The Rust method.
    pub rust: String,
    pub kind: AttributeKind,
    /// Whether Rust shows it as an `Option`.
    pub optional: bool,
    /// Whether an op may lack it: an optional one, and one with a default.
    pub may_be_absent: bool,
    /// A Rust expression.
    pub default: Option<String>,
}

#[derive(PartialEq, Eq, Debug)]
pub enum AttributeKind {
    F64,
    I64,
    Bool,
    Unit,
    Text,
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
    /// Implemented by the bridge with `ReifyResultShapes`.
    ShapeBounds,
    Tile,
    Bufferize,
    /// Implemented by the bridge for ops in destination style.
    DestinationStyleEffects,
    /// Implemented by the bridge: there is no form on memrefs.
    RefuseBuffers,
}

/// The interfaces, by C++ name, with the methods that the bridge implements and
/// the hook that they rest on.
const INTERFACES: &[(&str, &[&str], Hook)] = &[
    (
        "InferTypeOpInterface",
        &["inferReturnTypes"],
        Hook::InferReturnTypes,
    ),
    (
        "ReifyRankedShapedTypeOpInterface",
        &["reifyResultShapes"],
        Hook::ReifyResultShapes,
    ),
    (
        "ValueBoundsOpInterface",
        &["populateBoundsForShapedValueDim"],
        Hook::ShapeBounds,
    ),
    (
        "ConditionallySpeculatable",
        &["getSpeculatability"],
        Hook::Speculate,
    ),
    (
        "MemoryEffectOpInterface",
        &["getEffects"],
        Hook::DestinationStyleEffects,
    ),
    (
        "TilingInterface",
        &[
            "getLoopIteratorTypes",
            "getIterationDomain",
            "getTiledImplementation",
            "getResultTilePosition",
            "generateResultTileValue",
            "getTiledImplementationFromOperandTiles",
            "getIterationDomainTileFromOperandTiles",
            "getIterationDomainTileFromResultTile",
            "isOpFusableWithConsumerSlice",
            "isOpFusableWithProducerSlices",
        ],
        Hook::Tile,
    ),
    (
        "BufferizableOpInterface",
        &[
            "bufferizesToAllocation",
            "bufferizesToMemoryRead",
            "bufferizesToMemoryWrite",
            "getAliasingValues",
            "isWritable",
            "bufferize",
        ],
        Hook::Bufferize,
    ),
];

/// The methods of `View` and `OpView`, which an op's own would hide.
const RESERVED: &[&str] = &[
    "attribute",
    "cast",
    "context",
    "location",
    "new",
    "of_operation",
    "operands",
    "operation",
    "result",
    "segment",
    "view",
    "with_operands",
];

impl Op {
    pub fn read(
        record: Record<'_>,
        dialect: &str,
        namespace: &str,
        enums: &[Enum],
    ) -> Result<Self> {
        let record_name = record.name()?;
        let class = cpp_class(record_name).to_owned();
        let mut scope = Scope::new(record_name);
        let mut operands = Vec::new();
        let mut attributes = Vec::new();
        for (name, init) in dag_arguments(record, "arguments")? {
            let argument = Record::try_from(init)?;
            if argument.subclass_of("Attr") {
                let rust = scope.value(&name, "attribute", RESERVED)?;
                attributes.push(
                    Attribute::read(name, rust, argument, namespace, enums)
                        .map_err(|error| format!("{record_name}: {error}"))?,
                );
            } else if argument.subclass_of("TypeConstraint") {
                operands.push(Operand {
                    rust: scope.value(&name, "operand", RESERVED)?,
                    kind: operand_kind(argument),
                    name,
                });
            } else {
                return Err(format!(
                    "{record_name}: the bridge knows operands and attributes, but `{name}` is neither"
                )
                .into());
            }
        }
        let mut results = Vec::new();
        for (_, init) in dag_arguments(record, "results")? {
            results.push(operand_kind(Record::try_from(init)?));
        }

        refuse_bits(
            record,
            &[
                "hasCanonicalizeMethod",
                "hasCustomAssemblyFormat",
                "hasRegionVerifier",
            ],
        )?;
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
        let known: Vec<(&str, &[&str])> = INTERFACES
            .iter()
            .map(|(interface, methods, _)| (*interface, *methods))
            .collect();
        for interface in declared_interfaces(record, &known)? {
            hooks.extend(
                INTERFACES
                    .iter()
                    .filter(|(known, ..)| *known == interface)
                    .map(|(.., hook)| *hook),
            );
        }
        let has_trait = |field: &str, name: &str| -> Result<bool> {
            Ok(traits(record)?.iter().any(|item| {
                item.str_value(field)
                    .is_ok_and(|value| value.rsplit("::").next() == Some(name))
            }))
        };
        let buffer_advice = traits(record)?
            .iter()
            .find_map(|item| item.str_value("bufferAdvice").ok())
            .map(str::to_owned);
        if buffer_advice.is_some() {
            hooks.retain(|&hook| hook != Hook::Bufferize);
            hooks.push(Hook::RefuseBuffers);
        }
        for (hook, interface) in [
            (Hook::DestinationStyleEffects, "MemoryEffectOpInterface"),
            (Hook::Bufferize, "BufferizableOpInterface"),
        ] {
            if hooks.contains(&hook)
                && !has_trait("cppInterfaceName", "DestinationStyleOpInterface")?
            {
                return Err(format!(
                    "{record_name}: the bridge knows the methods of {interface} for ops with \
                     DestinationStyleOpInterface, but this has none"
                )
                .into());
            }
        }
        if hooks.contains(&Hook::ShapeBounds) && !hooks.contains(&Hook::ReifyResultShapes) {
            return Err(format!(
                "{record_name}: the bridge knows the methods of ValueBoundsOpInterface for ops \
                 with those of ReifyRankedShapedTypeOpInterface, but this has none"
            )
            .into());
        }
        if has_trait("trait", "SameVariadicOperandSize")? {
            return Err(format!(
                "{record_name}: expected AttrSizedOperandSegments for several optional operands, \
                 but got SameVariadicOperandSize"
            )
            .into());
        }
        let mut segments = Vec::new();
        for (name, property) in [
            ("AttrSizedOperandSegments", "operandSegmentSizes"),
            ("AttrSizedResultSegments", "resultSegmentSizes"),
        ] {
            if has_trait("trait", name)? {
                segments.push(property);
            }
        }
        Ok(Self {
            name: format!("{dialect}.{}", record.str_value("opName")?),
            rust: class.strip_suffix("Op").unwrap_or(&class).into(),
            class,
            summary: doc(record.str_value("summary")?),
            operands,
            attributes,
            has_single_result: results == [OperandKind::Single],
            segments,
            hooks,
            buffer_advice,
        })
    }

    /// Whether MLIR keeps something of the op in properties.
    pub fn has_properties(&self) -> bool {
        !self.attributes.is_empty() || !self.segments.is_empty()
    }

    pub fn has(&self, hook: Hook) -> bool {
        self.hooks.contains(&hook)
    }
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

impl Attribute {
    fn read(
        name: String,
        rust: String,
        record: Record<'_>,
        namespace: &str,
        enums: &[Enum],
    ) -> Result<Self> {
        let storage = trim_namespace(record.str_value("storageType")?);
        let returned = record.str_value("returnType").unwrap_or_default();
        let of_dialect = enums
            .iter()
            .find(|item| storage == format!("{namespace}::{}", item.attribute_class));
        let kind = match storage.as_str() {
            "mlir::FloatAttr" => AttributeKind::F64,
            // int8_t to uint64_t; an APInt may be of any width.
            "mlir::IntegerAttr" if returned.contains("int") => AttributeKind::I64,
            "mlir::BoolAttr" => AttributeKind::Bool,
            "mlir::UnitAttr" => AttributeKind::Unit,
            "mlir::StringAttr" => AttributeKind::Text,
            _ => match of_dialect {
                Some(item) => AttributeKind::Enum(item.class.clone()),
                None => AttributeKind::Other,
            },
        };
        let default = record
            .str_value("defaultValue")
            .unwrap_or_default()
            .trim()
            .to_owned();
        let optional = record.bit_value("isOptional")?;
        let mut attribute = Self {
            name,
            rust,
            kind,
            optional,
            may_be_absent: optional || !default.is_empty(),
            default: None,
        };
        if default.is_empty() || attribute.optional {
            return Ok(attribute);
        }
        attribute.default = match &attribute.kind {
            // Rust cannot say it: None stands for the default.
            AttributeKind::Other => {
                attribute.optional = true;
                None
            }
            kind => Some(rust_literal(kind, &default, of_dialect).ok_or_else(|| {
                format!(
                    "expected a default of `{}` that is one literal, but got {default}",
                    attribute.name
                )
            })?),
        };
        Ok(attribute)
    }
}

/// A C++ literal in Rust.
fn rust_literal(kind: &AttributeKind, cpp: &str, of_dialect: Option<&Enum>) -> Option<String> {
    match kind {
        AttributeKind::F64 => {
            let value: f64 = cpp.trim_end_matches(['f', 'F']).parse().ok()?;
            value.is_finite().then(|| format!("{value:?}"))
        }
        AttributeKind::I64 => {
            let value: i64 = cpp.trim_end_matches(['l', 'L', 'u', 'U']).parse().ok()?;
            Some(value.to_string())
        }
        AttributeKind::Bool => cpp.parse::<bool>().ok().map(|value| value.to_string()),
        AttributeKind::Text => {
            let text = cpp.strip_prefix('"')?.strip_suffix('"')?;
            (!text.contains(['"', '\\'])).then(|| format!("{text:?}"))
        }
        AttributeKind::Enum(class) => Some(format!("{class}::{}", of_dialect?.variant(cpp)?)),
        AttributeKind::Unit | AttributeKind::Other => None,
    }
}
