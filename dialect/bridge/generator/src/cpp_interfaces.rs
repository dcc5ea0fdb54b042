//! The C++ of interfaces that have several methods: those of ops for tiling
//! and for bufferisation, those of the dialect for bytecode and inlining.

use crate::{
    cpp_dialect::hook_name,
    records::{DialectRecords, Hook, Op},
};
use std::fmt::Write;

/// The headers that the interfaces of a dialect's ops need.
pub fn headers(records: &DialectRecords) -> String {
    let has = |hook| records.ops.iter().any(|op| op.has(hook));
    let mut text = String::new();
    for (needed, header) in [
        (has(Hook::Tile), "Tiling.h"),
        (
            has(Hook::Bufferize) || has(Hook::RefuseBuffers),
            "Bufferization.h",
        ),
    ] {
        if needed {
            let _ = writeln!(text, "#include \"ods-bridge/{header}\"");
        }
    }
    text
}

/// Declarations of the hooks that `initialize` refers to.
pub fn dialect_hooks(records: &DialectRecords) -> String {
    let DialectRecords { name, class, .. } = records;
    if records.bytecode_version.is_none() {
        return String::new();
    }
    let attributes = hook_name(name, class, "upgrade_attributes");
    let operations = hook_name(name, class, "upgrade_operations");
    format!(
        r#"
ODS_HOOK MlirAttribute {attributes}(MlirContext context, MlirStringRef op, uint64_t version,
                                    MlirAttribute attributes, OdsEmitter emitter);
ODS_HOOK bool {operations}(MlirOperation op, uint64_t version);
"#
    )
}

/// The statements of `initialize` that add the dialect's own interfaces.
pub fn dialect_interfaces(records: &DialectRecords) -> String {
    let DialectRecords { name, class, .. } = records;
    let mut text = String::from("  addInterfaces<odsbridge::Inliner>();\n");
    if let Some(version) = records.bytecode_version {
        let attributes = hook_name(name, class, "upgrade_attributes");
        let operations = hook_name(name, class, "upgrade_operations");
        let _ = writeln!(
            text,
            "  addInterface<odsbridge::VersionedBytecode>(\n      {version}, odsbridge::UpgradeHooks{{{attributes}, {operations}}});"
        );
    }
    text
}

/// The methods of an op's interfaces.
pub fn op(text: &mut String, records: &DialectRecords, op: &Op) {
    let DialectRecords {
        name, namespace, ..
    } = records;
    let class = format!("{namespace}::{}", op.class);
    if op.has(Hook::Tile) {
        tiling(text, &class, &hook_name(name, &op.class, "tile"));
    }
    if op.has(Hook::Bufferize) {
        bufferization(text, &class, &hook_name(name, &op.class, "check_buffers"));
    }
    if op.has(Hook::RefuseBuffers) {
        refused_bufferization(
            text,
            &class,
            op.buffer_advice.as_deref().unwrap_or_default(),
        );
    }
    if records.bytecode_version.is_some() && op.has_properties() {
        properties(text, name, &class, op);
    }
}

fn tiling(text: &mut String, class: &str, hook: &str) {
    let _ = write!(
        text,
        r#"
ODS_HOOK bool {hook}(MlirOperation op, OdsTilingSink sink);
SmallVector<utils::IteratorType> {class}::getLoopIteratorTypes() {{
  return odsbridge::getLoopIteratorTypes(getOperation(), {hook});
}}
SmallVector<Range> {class}::getIterationDomain(OpBuilder &builder) {{
  return odsbridge::getIterationDomain(getOperation(), builder, {hook});
}}
FailureOr<TilingResult> {class}::getTiledImplementation(
    OpBuilder &builder, ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes) {{
  return odsbridge::getTiledImplementation(getOperation(), builder, offsets, sizes, {hook});
}}
LogicalResult {class}::getResultTilePosition(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {{
  return odsbridge::getResultTilePosition(getOperation(), builder, result, offsets, sizes,
                                          resultOffsets, resultSizes, {hook});
}}
FailureOr<TilingResult> {class}::generateResultTileValue(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes) {{
  return odsbridge::generateResultTileValue(getOperation(), builder, result, offsets, sizes,
                                            {hook});
}}
FailureOr<TilingResult> {class}::getTiledImplementationFromOperandTiles(
    OpBuilder &builder, ArrayRef<unsigned> operands,
    ArrayRef<SmallVector<OpFoldResult>> offsets, ArrayRef<SmallVector<OpFoldResult>> sizes) {{
  return odsbridge::getTiledImplementationFromOperandTiles(getOperation(), builder, operands,
                                                           offsets, sizes, {hook});
}}
LogicalResult {class}::getIterationDomainTileFromOperandTiles(
    OpBuilder &builder, ArrayRef<unsigned> operands,
    ArrayRef<SmallVector<OpFoldResult>> offsets, ArrayRef<SmallVector<OpFoldResult>> sizes,
    SmallVectorImpl<OpFoldResult> &loopOffsets, SmallVectorImpl<OpFoldResult> &loopSizes) {{
  return odsbridge::getIterationDomainTileFromOperandTiles(
      getOperation(), builder, operands, offsets, sizes, loopOffsets, loopSizes, {hook});
}}
LogicalResult {class}::getIterationDomainTileFromResultTile(
    OpBuilder &builder, unsigned result, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {{
  return odsbridge::getIterationDomainTileFromResultTile(
      getOperation(), builder, result, offsets, sizes, loopOffsets, loopSizes, {hook});
}}
bool {class}::isOpFusableWithConsumerSlice(unsigned, ArrayRef<OpFoldResult>,
                                           ArrayRef<OpFoldResult>) {{
  return odsbridge::isOpFusableWithConsumerSlice(getOperation(), {hook});
}}
bool {class}::isOpFusableWithProducerSlices(
    ArrayRef<unsigned> operands, ArrayRef<SmallVector<OpFoldResult>> offsets,
    ArrayRef<SmallVector<OpFoldResult>> sizes) {{
  return odsbridge::isOpFusableWithProducerSlices(getOperation(), operands, offsets, sizes,
                                                  {hook});
}}
"#
    );
}

/// An op in destination style that has a form on memrefs.
fn bufferization(text: &mut String, class: &str, hook: &str) {
    let _ = write!(text, "\nODS_HOOK bool {hook}(MlirOperation op);");
    bufferizable(
        text,
        class,
        &Bufferizable {
            allocates: "false",
            writes: "isDpsInit(&operand)",
            aliases: "odsbridge::getDestinationAliases(*this, operand)",
            is_writable: "isa<OpResult>(value)",
            bufferize: &format!(
                "odsbridge::bufferizeDestinationStyle(*this, rewriter, options, state, {hook})"
            ),
        },
    );
}

/// An op that has none. Its results, where it stays, are as new; what it is
/// lowered to later may make them of constants, so nobody writes to them.
fn refused_bufferization(text: &mut String, class: &str, advice: &str) {
    bufferizable(
        text,
        class,
        &Bufferizable {
            allocates: "true",
            writes: "false",
            aliases: "bufferization::AliasingValueList()",
            is_writable: "false",
            bufferize: &format!("odsbridge::refuseBuffers(getOperation(), options, {advice:?})"),
        },
    );
}

/// What the methods of BufferizableOpInterface return.
struct Bufferizable<'a> {
    allocates: &'a str,
    writes: &'a str,
    aliases: &'a str,
    is_writable: &'a str,
    bufferize: &'a str,
}

fn bufferizable(text: &mut String, class: &str, answers: &Bufferizable<'_>) {
    let Bufferizable {
        allocates,
        writes,
        aliases,
        is_writable,
        bufferize,
    } = answers;
    let _ = write!(
        text,
        r#"
bool {class}::bufferizesToAllocation(Value) {{ return {allocates}; }}
bool {class}::bufferizesToMemoryRead(OpOperand &, const bufferization::AnalysisState &) {{
  return true;
}}
bool {class}::bufferizesToMemoryWrite(OpOperand &operand, const bufferization::AnalysisState &) {{
  return {writes};
}}
bufferization::AliasingValueList
{class}::getAliasingValues(OpOperand &operand, const bufferization::AnalysisState &) {{
  return {aliases};
}}
bool {class}::isWritable(Value value, const bufferization::AnalysisState &) {{
  return {is_writable};
}}
LogicalResult {class}::bufferize(RewriterBase &rewriter,
                                 const bufferization::BufferizationOptions &options,
                                 bufferization::BufferizationState &state) {{
  return {bufferize};
}}
"#
    );
}

/// Inherent attributes in bytecode: by name, or as MLIR writes them in a file
/// from before the dialect had versions.
fn properties(text: &mut String, dialect: &str, class: &str, op: &Op) {
    // MLIR's order is that of the names.
    let mut attributes: Vec<_> = op.attributes.iter().collect();
    attributes.sort_by(|lhs, rhs| lhs.name.cmp(&rhs.name));
    let mut reads: Vec<String> = attributes
        .iter()
        .map(|attribute| {
            let optional = if attribute.may_be_absent {
                "Optional"
            } else {
                ""
            };
            format!(
                "reader.read{optional}Attribute(properties.{})",
                attribute.name
            )
        })
        .collect();
    reads.extend(
        op.segments
            .iter()
            .map(|name| format!("reader.readSparseArray(MutableArrayRef(properties.{name}))")),
    );
    let reads: Vec<String> = reads
        .iter()
        .map(|read| format!("succeeded({read})"))
        .collect();
    let _ = write!(
        text,
        r#"
LogicalResult {class}::readProperties(DialectBytecodeReader &reader, OperationState &state) {{
  auto &properties = state.getOrAddProperties<Properties>();
  if (odsbridge::hasVersion(reader, {dialect:?}))
    return odsbridge::readProperties<{class}>(reader, properties, {dialect:?});
  return success({});
}}
void {class}::writeProperties(DialectBytecodeWriter &writer) {{
  odsbridge::writeProperties(writer, getContext(),
                             getPropertiesAsAttr(getContext(), getProperties()));
}}
"#,
        reads.join(" &&\n                 ")
    );
}
