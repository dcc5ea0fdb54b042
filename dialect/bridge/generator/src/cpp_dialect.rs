//! The C++ of a dialect: a header for its users, and the bodies of the methods
//! that its .td files declare.

use crate::{
    cpp_definition::definition,
    cpp_interfaces,
    records::{DialectRecords, Enum, Hook, Op},
};
use std::fmt::Write;

/// The prefix of the C names that C++ and Rust share.
pub fn hook_name(dialect: &str, class: &str, hook: &str) -> String {
    format!("{dialect}_{class}_{hook}")
}

/// The header: all classes of the dialect.
pub fn header(records: &DialectRecords, pascal: &str) -> String {
    let DialectRecords { name, .. } = records;
    let guard = format!("{}_DIALECT_H", name.to_uppercase());
    format!(
        r#"//===- {pascal}.h - generated from the .td files of the dialect -------------===//

#ifndef {guard}
#define {guard}

#include "ods-bridge/Bridge.h"
{headers}
#include "{name}/{pascal}Dialect.h.inc"

#include "{name}/{pascal}Enums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "{name}/{pascal}Attrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "{name}/{pascal}Types.h.inc"

#define GET_OP_CLASSES
#include "{name}/{pascal}Ops.h.inc"

#endif // {guard}
"#,
        headers = cpp_interfaces::headers(records)
    )
}

/// The source: what TableGen defines, and the bodies that call Rust.
pub fn source(records: &DialectRecords, pascal: &str) -> String {
    let mut text = format!(
        r#"//===- {pascal}.cpp - generated from the .td files of the dialect -----------===//

#include "{name}/{pascal}.h"
#include "mlir/CAPI/Registration.h"
#include "ods-bridge/Bytecode.h"
#include "ods-bridge/Inliner.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using odsbridge::parseEnum;
using odsbridge::parseKeywordList;
using odsbridge::printEnum;
using odsbridge::printKeywordList;

// Rust defines the hooks. Hidden, so that a shared library does not export
// them.
#define ODS_HOOK extern "C" __attribute__((visibility("hidden")))

#include "{name}/{pascal}Dialect.cpp.inc"

#include "{name}/{pascal}Enums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "{name}/{pascal}Attrs.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "{name}/{pascal}Types.cpp.inc"

#define GET_OP_CLASSES
#include "{name}/{pascal}Ops.cpp.inc"
"#,
        name = records.name
    );
    dialect(&mut text, records, pascal);
    for item in &records.enums {
        enumeration(&mut text, records, item);
    }
    for item in &records.definitions {
        definition(&mut text, records, item);
    }
    for op in &records.ops {
        self::op(&mut text, records, op);
    }
    text
}

fn dialect(text: &mut String, records: &DialectRecords, pascal: &str) {
    let DialectRecords {
        name, namespace, ..
    } = records;
    let class = format!("{namespace}::{}", records.class);
    text.push_str(&cpp_interfaces::dialect_hooks(records));
    let _ = write!(
        text,
        r#"
void {class}::initialize() {{
  addAttributes<
#define GET_ATTRDEF_LIST
#include "{name}/{pascal}Attrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "{name}/{pascal}Types.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "{name}/{pascal}Ops.cpp.inc"
      >();
{interfaces}}}
"#,
        interfaces = cpp_interfaces::dialect_interfaces(records)
    );
    if records.has_constant_materializer {
        let _ = write!(
            text,
            r#"
Operation *{class}::materializeConstant(OpBuilder &builder, Attribute value,
                                        Type type, Location location) {{
  return arith::ConstantOp::materialize(builder, value, type, location);
}}
"#
        );
    }
    let _ = write!(
        text,
        r#"
extern "C" MlirDialectHandle {name}_dialect_handle() {{
  static MlirDialectRegistrationHooks hooks = {{
      [](MlirDialectRegistry registry) {{ unwrap(registry)->insert<{class}>(); }},
      [](MlirContext context) -> MlirDialect {{
        return wrap(static_cast<Dialect *>(
            unwrap(context)->getOrLoadDialect<{class}>()));
      }},
      []() {{ return wrap({class}::getDialectNamespace()); }}}};
  return MlirDialectHandle{{&hooks}};
}}
"#
    );
}

fn enumeration(text: &mut String, records: &DialectRecords, item: &Enum) {
    let DialectRecords {
        name, namespace, ..
    } = records;
    let (class, attribute) = (&item.class, &item.attribute_class);
    let _ = write!(
        text,
        r#"
extern "C" int64_t {name}_{attribute}_value(MlirAttribute attribute) {{
  auto value = llvm::dyn_cast_if_present<::{namespace}::{attribute}>(unwrap(attribute));
  return value ? static_cast<int64_t>(value.getValue()) : -1;
}}
extern "C" MlirAttribute {name}_{attribute}_get(MlirContext context, int64_t value) {{
  return wrap(::{namespace}::{attribute}::get(
      unwrap(context), static_cast<::{namespace}::{class}>(value)));
}}
"#
    );
}

fn op(text: &mut String, records: &DialectRecords, op: &Op) {
    let DialectRecords {
        name, namespace, ..
    } = records;
    // Without a leading `::`, which after a return type would bind to it.
    let class = format!("{namespace}::{}", op.class);
    let hook = |suffix: &str| hook_name(name, &op.class, suffix);
    if op.has(Hook::Verify) {
        let hook = hook("verify");
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(MlirOperation op);
LogicalResult {class}::verify() {{ return success({hook}(wrap(getOperation()))); }}
"#
        );
    }
    if op.has(Hook::InferReturnTypes) {
        let hook = hook("infer_return_types");
        let attributes = if !op.has_properties() {
            "attributes".into()
        } else {
            format!(
                "properties ? {class}::getPropertiesAsAttr(context, *properties.as<{class}::Properties *>())\n                 : Attribute(attributes)"
            )
        };
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(const OdsOpParts *parts, OdsTypeSink sink);
LogicalResult {class}::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &types) {{
  return odsbridge::inferReturnTypes(
      context, location, operands, {attributes}, types, {hook});
}}
"#
        );
    }
    if op.has(Hook::ReifyResultShapes) {
        let hook = hook("reify_result_shapes");
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(MlirOperation op, OdsDimSink sink);
LogicalResult {class}::reifyResultShapes(OpBuilder &builder,
                                         ReifiedRankedShapedTypeDims &shapes) {{
  return odsbridge::reifyResultShapes(getOperation(), builder, shapes, {hook});
}}
"#
        );
        if op.has(Hook::ShapeBounds) {
            let _ = write!(
                text,
                r#"void {class}::populateBoundsForShapedValueDim(Value value, int64_t dim,
                                                ValueBoundsConstraintSet &constraints) {{
  odsbridge::populateBounds(cast<OpResult>(value), dim, constraints, {hook});
}}
"#
            );
        }
    }
    if op.has(Hook::Fold) {
        let hook = hook("fold");
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(MlirOperation op, intptr_t size, const MlirAttribute *constants,
                     OdsFoldSink sink);
"#
        );
        let _ = if op.has_single_result {
            write!(
                text,
                r#"OpFoldResult {class}::fold(FoldAdaptor adaptor) {{
  return odsbridge::foldOne(getOperation(), adaptor.getOperands(), {hook});
}}
"#
            )
        } else {
            write!(
                text,
                r#"LogicalResult {class}::fold(FoldAdaptor adaptor,
                           SmallVectorImpl<OpFoldResult> &results) {{
  return odsbridge::fold(getOperation(), adaptor.getOperands(), results, {hook});
}}
"#
            )
        };
    }
    if op.has(Hook::Canonicalize) {
        let hook = hook("canonicalization_patterns");
        let _ = write!(
            text,
            r#"
ODS_HOOK void {hook}(MlirRewritePatternSet set, MlirContext context);
void {class}::getCanonicalizationPatterns(RewritePatternSet &set,
                                          MLIRContext *context) {{
  {hook}(wrap(&set), wrap(context));
}}
"#
        );
    }
    if op.has(Hook::Speculate) {
        let hook = hook("is_speculatable");
        let _ = write!(
            text,
            r#"
ODS_HOOK bool {hook}(MlirOperation op);
Speculation::Speculatability {class}::getSpeculatability() {{
  return {hook}(wrap(getOperation())) ? Speculation::Speculatable
                                      : Speculation::NotSpeculatable;
}}
"#
        );
    }
    if op.has(Hook::DestinationStyleEffects) {
        let _ = write!(
            text,
            r#"
void {class}::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {{
  odsbridge::getDestinationStyleEffects(*this, effects);
}}
"#
        );
    }
    cpp_interfaces::op(text, records, op);
}
