//===- Bytecode.h - bytecode with a version, upgraded by Rust -------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR writes an op's inherent attributes one after another, in the order of
// their names and without them: a later version of the dialect that adds one,
// or renames one, reads others in their place. A dialect with a version writes
// them as a dictionary instead. That is also what MLIR reads of an op which it
// does not know any more, so that an op can be renamed.
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_BYTECODE_H
#define ODS_BRIDGE_BYTECODE_H

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "ods-bridge/CAPI.h"

namespace odsbridge {

/// What Rust does for bytecode of an older version.
struct UpgradeHooks {
  /// Gives the inherent attributes that an op has now for those it had, null
  /// after an error to the emitter.
  MlirAttribute (*attributes)(MlirContext context, MlirStringRef op,
                              uint64_t version, MlirAttribute attributes,
                              OdsEmitter emitter);
  /// Changes ops below one that has been read.
  bool (*operations)(MlirOperation op, uint64_t version);
};

/// Writes the version, reads it, and refuses a newer one.
class VersionedBytecode : public mlir::BytecodeDialectInterface {
public:
  VersionedBytecode(mlir::Dialect *dialect, uint64_t version,
                    UpgradeHooks hooks)
      : BytecodeDialectInterface(dialect), version(version), hooks(hooks) {}

  void writeVersion(mlir::DialectBytecodeWriter &writer) const override;
  std::unique_ptr<mlir::DialectVersion>
  readVersion(mlir::DialectBytecodeReader &reader) const override;
  mlir::LogicalResult
  upgradeFromVersion(mlir::Operation *op,
                     const mlir::DialectVersion &version) const override;

  /// Reads an op's inherent attributes, upgraded.
  mlir::FailureOr<mlir::DictionaryAttr>
  readAttributes(mlir::DialectBytecodeReader &reader, llvm::StringRef op) const;

private:
  uint64_t version;
  UpgradeHooks hooks;
};

/// Whether the file says the version of a dialect. One from before the dialect
/// had versions does not: it has the attributes as MLIR writes them.
bool hasVersion(mlir::DialectBytecodeReader &reader, llvm::StringRef dialect);

/// Reads the properties of an op from a file with a version.
template <typename OpT>
mlir::LogicalResult readProperties(mlir::DialectBytecodeReader &reader,
                                   typename OpT::Properties &properties,
                                   llvm::StringRef dialect) {
  auto *interface = static_cast<VersionedBytecode *>(
      reader.getContext()
          ->getLoadedDialect(dialect)
          ->getRegisteredInterface<mlir::BytecodeDialectInterface>());
  mlir::FailureOr<mlir::DictionaryAttr> attributes =
      interface->readAttributes(reader, OpT::getOperationName());
  if (failed(attributes))
    return mlir::failure();
  return OpT::setPropertiesFromAttr(properties, *attributes,
                                    [&] { return reader.emitError(); });
}

/// Writes the properties of an op, given as a dictionary or null.
void writeProperties(mlir::DialectBytecodeWriter &writer,
                     mlir::MLIRContext *context, mlir::Attribute properties);

} // namespace odsbridge

#endif // ODS_BRIDGE_BYTECODE_H
