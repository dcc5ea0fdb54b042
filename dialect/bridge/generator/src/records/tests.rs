//! What is read from .td files, and what is refused with which message.

use super::*;
use mlir_toolchain::Toolchain;
use pretty_assertions::assert_eq;
use tblgen::TableGenParser;

const INCLUDES: &str = r#"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/LoopLikeInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ValueBoundsOpInterface.td"
include "mlir/Pass/PassBase.td"
"#;

const DIALECT: &str = r#"
def Toy_Dialect : Dialect {
  let name = "toy";
  let cppNamespace = "::toy";
  let dependentDialects = ["::mlir::arith::ArithDialect", "mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}
class Toy_Op<string mnemonic, list<Trait> traits = []>
    : Op<Toy_Dialect, mnemonic, traits>;
def Toy_Mode : I32EnumAttr<"Mode", "", [
    I32EnumAttrCase<"FastMath", 0, "fast">, I32EnumAttrCase<"SLOW", 1, "slow">
  ]> {
  let cppNamespace = "::toy";
  let genSpecializedAttr = 0;
}
def Toy_ModeAttr : EnumAttr<Toy_Dialect, Toy_Mode, "mode">;
"#;

fn parse(text: &str) -> RecordKeeper<'static> {
    let include = Toolchain::find().unwrap().include_directory();
    TableGenParser::new()
        .add_include_directory(&include.to_string_lossy())
        .add_source(text)
        .unwrap()
        .parse()
        .unwrap()
}

fn read(text: &str) -> Result<DialectRecords> {
    let keeper = parse(&format!("{INCLUDES}{text}"));
    DialectRecords::read(&keeper, "toy")
}

/// The error for the usual dialect with `text` added.
fn refusal(text: &str) -> String {
    match read(&format!("{DIALECT}{text}")) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error.to_string(),
    }
}

fn op_refusal(traits: &str, body: &str) -> String {
    refusal(&format!(
        "def Toy_FooOp : Toy_Op<\"foo\", [{traits}]> {{ let summary = \"foo\"; {body} }}"
    ))
}

fn dialect_refusal(old: &str, new: &str, text: &str) -> String {
    let dialect = DIALECT.replace(old, new);
    assert_ne!(dialect, DIALECT);
    match read(&format!("{dialect}{text}")) {
        Ok(_) => panic!("accepted: {new}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_op_is_read() {
    let records = read(&format!(
        r#"{DIALECT}
def Toy_FooOp : Toy_Op<"foo", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<InferTypeOpInterface>,
    DeclareOpInterfaceMethods<ConditionallySpeculatable, ["getSpeculatability"]>]> {{
  let summary = [{{ a summary
    of two lines }}];
  let arguments = (ins I32:$type, Optional<I32>:$lowerBound, Variadic<I32>:$operands,
    DefaultValuedAttr<F32Attr, "1.5f">:$epsilon,
    DefaultValuedAttr<I64Attr, "3">:$count,
    DefaultValuedAttr<BoolAttr, "true">:$flag,
    DefaultValuedStrAttr<StrAttr, "text">:$text,
    DefaultValuedAttr<Toy_ModeAttr, "::toy::Mode::SLOW">:$mode,
    DefaultValuedAttr<I64ArrayAttr, "{{}}">:$list,
    OptionalAttr<I32Attr>:$width, UnitAttr:$unit, TypeAttr:$element);
  let results = (outs I32:$result);
  let hasFolder = 1;
}}"#
    ))
    .unwrap();
    let op = &records.ops[0];
    assert_eq!(
        (op.name.as_str(), op.class.as_str(), op.rust.as_str()),
        ("toy.foo", "FooOp", "Foo")
    );
    assert_eq!(op.summary, "a summary of two lines");
    assert!(op.segments == ["operandSegmentSizes"] && op.has_single_result);
    assert_eq!(
        op.hooks,
        [Hook::Fold, Hook::InferReturnTypes, Hook::Speculate]
    );
    let operands: Vec<_> = op
        .operands
        .iter()
        .map(|item| (item.name.as_str(), item.rust.as_str(), item.kind))
        .collect();
    assert_eq!(
        operands,
        [
            ("type", "r#type", OperandKind::Single),
            ("lowerBound", "lower_bound", OperandKind::Optional),
            ("operands", "operands_operand", OperandKind::Variadic),
        ]
    );
    let attributes: Vec<_> = op
        .attributes
        .iter()
        .map(|item| {
            let default = item.default.as_deref().unwrap_or_default();
            (item.name.as_str(), &item.kind, item.optional, default)
        })
        .collect();
    assert_eq!(
        attributes,
        [
            ("epsilon", &AttributeKind::F64, false, "1.5"),
            ("count", &AttributeKind::I64, false, "3"),
            ("flag", &AttributeKind::Bool, false, "true"),
            ("text", &AttributeKind::Text, false, "\"text\""),
            (
                "mode",
                &AttributeKind::Enum("Mode".into()),
                false,
                "Mode::Slow"
            ),
            ("list", &AttributeKind::Other, true, ""),
            ("width", &AttributeKind::I64, true, ""),
            ("unit", &AttributeKind::Unit, true, ""),
            ("element", &AttributeKind::Other, false, ""),
        ]
    );
}

#[test]
fn definitions_and_the_dialect_are_read() {
    let records = read(&format!(
        r#"{DIALECT}
def Toy_BoxType : TypeDef<Toy_Dialect, "Box"> {{
  let mnemonic = "box";
  let parameters = (ins "::mlir::Type":$type, "int64_t":$new, "bool":$flag,
    "::mlir::StringAttr":$name, ArrayRefParameter<"::mlir::StringAttr">:$tags,
    OptionalParameter<"::mlir::DenseI64ArrayAttr">:$sizes,
    "::toy::Mode":$mode, OptionalParameter<"std::optional<int64_t>">:$count,
    OptionalParameter<"std::optional<::toy::Mode>">:$other);
  let assemblyFormat = "`<` params `>`";
}}"#
    ))
    .unwrap();
    assert_eq!(records.class, "ToyDialect");
    assert_eq!(records.namespace, "toy");
    let cases: Vec<_> = records.enums[0]
        .cases
        .iter()
        .map(|case| (case.rust.as_str(), case.value, case.keyword.as_str()))
        .collect();
    assert_eq!(cases, [("FastMath", 0, "fast"), ("Slow", 1, "slow")]);
    let item = &records.definitions[0];
    assert_eq!(
        (item.class.as_str(), item.kind),
        ("BoxType", DefinitionKind::Type)
    );
    let parameters: Vec<_> = item
        .parameters
        .iter()
        .map(|item| (item.rust.as_str(), item.kind.clone()))
        .collect();
    assert_eq!(
        parameters,
        [
            ("r#type", ParameterKind::Type),
            ("new_parameter", ParameterKind::I64),
            ("flag", ParameterKind::Bool),
            ("name", ParameterKind::Builtin(BuiltinAttr::String)),
            ("tags", ParameterKind::StringAttrs),
            ("sizes", ParameterKind::Builtin(BuiltinAttr::I64Array)),
            ("mode", ParameterKind::Enum("Mode".into())),
            ("count", ParameterKind::OptionalI64),
            ("other", ParameterKind::OptionalEnum("Mode".into())),
        ]
    );
}

#[test]
fn an_unknown_interface_is_refused() {
    assert_eq!(
        op_refusal("DeclareOpInterfaceMethods<LoopLikeOpInterface>", ""),
        "Toy_FooOp: the bridge does not know the methods of LoopLikeOpInterface; expected one of \
         InferTypeOpInterface, ReifyRankedShapedTypeOpInterface, ValueBoundsOpInterface, \
         ConditionallySpeculatable, MemoryEffectOpInterface, TilingInterface, BufferizableOpInterface"
    );
    assert_eq!(
        op_refusal(
            "DeclareOpInterfaceMethods<InferTypeOpInterface, [\"refineReturnTypes\"]>",
            ""
        ),
        "Toy_FooOp: of the methods of InferTypeOpInterface the bridge knows inferReturnTypes, but \
         got refineReturnTypes"
    );
    assert_eq!(
        op_refusal(
            "DeclareOpInterfaceMethods<ValueBoundsOpInterface, \
             [\"populateBoundsForShapedValueDim\"]>",
            ""
        ),
        "Toy_FooOp: the bridge knows the methods of ValueBoundsOpInterface for ops with those of \
         ReifyRankedShapedTypeOpInterface, but this has none"
    );
    assert_eq!(
        op_refusal("DeclareOpInterfaceMethods<MemoryEffectsOpInterface>", ""),
        "Toy_FooOp: the bridge knows the methods of MemoryEffectOpInterface for ops with \
         DestinationStyleOpInterface, but this has none"
    );
}

#[test]
fn an_unknown_method_is_refused() {
    for bit in [
        "hasCanonicalizeMethod",
        "hasCustomAssemblyFormat",
        "hasRegionVerifier",
    ] {
        assert_eq!(
            op_refusal("", &format!("let {bit} = 1;")),
            format!("Toy_FooOp: the bridge does not know the methods of {bit}")
        );
    }
    assert_eq!(
        dialect_refusal(
            "let name =",
            "let hasOperationAttrVerify = 1; let name =",
            ""
        ),
        "Toy_Dialect: the bridge does not know the methods of hasOperationAttrVerify"
    );
}

#[test]
fn an_unknown_parameter_type_is_refused() {
    let text = r#"
def Toy_BoxAttr : AttrDef<Toy_Dialect, "Box"> {
  let mnemonic = "box";
  let parameters = (ins "::mlir::AffineMap":$map);
}"#;
    assert_eq!(
        refusal(text),
        "Toy_BoxAttr: expected `map` to be StringAttr, DenseI64ArrayAttr, ArrayRef<StringAttr>, \
         Type, int64_t, bool, an enum of the dialect, or std::optional of int64_t or of an enum, but got \
         ::mlir::AffineMap"
    );
}

#[test]
fn an_unknown_option_type_is_refused() {
    let option = |kind: &str| {
        let keeper = parse(&format!(
            "{INCLUDES}
def ToyPass : Pass<\"toy-pass\"> {{
  let summary = \"\";
  let options = [Option<\"howMuch\", \"how-much\", \"{kind}\", \"\", \"an option\">];
}}"
        ));
        PassRecords::read(&keeper)
    };
    assert_eq!(
        option("float").map(|_| ()).unwrap_err().to_string(),
        "ToyPass: expected the option `howMuch` to be bool, int64_t, unsigned, double or \
         std::string, but got float"
    );
    let records = option("double").unwrap();
    assert_eq!(records.0[0].options[0].kind, OptionKind::F64);
    assert_eq!(records.0[0].options[0].rust, "how_much");
}

#[test]
fn what_the_bridge_relies_on_must_be_declared() {
    assert_eq!(
        dialect_refusal("let useDefaultAttributePrinterParser = 1;", "", ""),
        "Toy_Dialect: expected `let useDefaultAttributePrinterParser = 1`, as the bridge has no \
         parser of another kind"
    );
    let reifies = r#"
def Toy_FooOp : Toy_Op<"foo", [
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>
  ]> { let summary = "foo"; }"#;
    assert_eq!(
        dialect_refusal(", \"mlir::tensor::TensorDialect\"", "", reifies),
        "Toy_Dialect: expected ::mlir::tensor::TensorDialect in dependentDialects, because \
         reified sizes are tensor.dim"
    );
    assert_eq!(
        dialect_refusal(
            "let dependentDialects = [\"::mlir::arith::ArithDialect\", ",
            "let hasConstantMaterializer = 1; let dependentDialects = [",
            ""
        ),
        "Toy_Dialect: expected ::mlir::arith::ArithDialect in dependentDialects, because \
         hasConstantMaterializer makes arith.constant"
    );
}

#[test]
fn a_default_that_rust_cannot_say_is_refused() {
    assert_eq!(
        op_refusal(
            "",
            "let arguments = (ins DefaultValuedAttr<I64Attr, \"kCount\">:$count);"
        ),
        "Toy_FooOp: expected a default of `count` that is one literal, but got kCount"
    );
    assert_eq!(
        op_refusal(
            "",
            "let arguments = (ins DefaultValuedAttr<Toy_ModeAttr, \"Mode::Medium\">:$mode);"
        ),
        "Toy_FooOp: expected a default of `mode` that is one literal, but got Mode::Medium"
    );
}

#[test]
fn names_that_rust_cannot_tell_apart_are_refused() {
    assert_eq!(
        op_refusal("", "let arguments = (ins I32:$fooBar, I64Attr:$foo_bar);"),
        "Toy_FooOp: expected distinct names in Rust, but got `foo_bar` for `fooBar` and for \
         `foo_bar`"
    );
    // An enum and an op.
    assert_eq!(
        refusal("def Toy_ModeOp : Toy_Op<\"mode\"> { let summary = \"\"; }"),
        "Toy_Dialect: expected distinct names in Rust, but got `Mode` for `ModeAttr` and for \
         `ModeOp`"
    );
}

#[test]
fn what_is_neither_operand_nor_attribute_is_refused() {
    assert_eq!(
        op_refusal("", "let arguments = (ins I64Prop:$count);"),
        "Toy_FooOp: the bridge knows operands and attributes, but `count` is neither"
    );
}

#[test]
fn a_dialect_that_is_not_there_is_refused() {
    let keeper = parse(&format!("{INCLUDES}{DIALECT}"));
    let message = |name| {
        DialectRecords::read(&keeper, name)
            .map(|_| ())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(message("other"), "no dialect is named other");
    assert_eq!(
        message("my-toy"),
        "expected a dialect's name of letters, digits and _, but got my-toy"
    );
}
