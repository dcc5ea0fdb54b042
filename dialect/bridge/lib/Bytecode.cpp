//===- Bytecode.cpp - bytecode with a version, upgraded by Rust -----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ods-bridge/Bytecode.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "ods-bridge/Bridge.h"

using namespace mlir;
using namespace odsbridge;

namespace {
struct Version : public DialectVersion {
  explicit Version(uint64_t number) : number(number) {}
  uint64_t number;
};
} // namespace

void VersionedBytecode::writeVersion(DialectBytecodeWriter &writer) const {
  writer.writeVarInt(version);
}

std::unique_ptr<DialectVersion>
VersionedBytecode::readVersion(DialectBytecodeReader &reader) const {
  uint64_t number;
  if (failed(reader.readVarInt(number)))
    return nullptr;
  if (number > version) {
    StringRef name = getDialect()->getNamespace();
    reader.emitError("expected bytecode of the dialect '")
        << name << "' in version " << version << " or older, but got version "
        << number << "; a newer release of '" << name << "' reads it";
    return nullptr;
  }
  return std::make_unique<Version>(number);
}

LogicalResult
VersionedBytecode::upgradeFromVersion(Operation *op,
                                      const DialectVersion &read) const {
  uint64_t number = static_cast<const Version &>(read).number;
  return success(number == version || hooks.operations(wrap(op), number));
}

FailureOr<DictionaryAttr>
VersionedBytecode::readAttributes(DialectBytecodeReader &reader,
                                  StringRef op) const {
  DictionaryAttr attributes;
  FailureOr<const DialectVersion *> read =
      reader.getDialectVersion(getDialect()->getNamespace());
  if (failed(read) || failed(reader.readAttribute(attributes)))
    return failure();
  uint64_t number = static_cast<const Version *>(*read)->number;
  if (number == version)
    return attributes;
  auto emit = [&] { return reader.emitError(); };
  function_ref<InFlightDiagnostic()> emitError = emit;
  Attribute upgraded = unwrap(
      hooks.attributes(wrap(reader.getContext()), wrap(op), number,
                       wrap(Attribute(attributes)), makeEmitter(emitError)));
  if (!upgraded)
    return failure();
  return cast<DictionaryAttr>(upgraded);
}

bool odsbridge::hasVersion(DialectBytecodeReader &reader, StringRef dialect) {
  return succeeded(reader.getDialectVersion(dialect));
}

void odsbridge::writeProperties(DialectBytecodeWriter &writer,
                                MLIRContext *context, Attribute properties) {
  writer.writeAttribute(properties ? properties : DictionaryAttr::get(context));
}
