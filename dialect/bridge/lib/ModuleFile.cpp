//===- ModuleFile.cpp - a module from text or bytecode --------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "ods-bridge/CAPI.h"

using namespace mlir;

// A section of bytecode may ask for an alignment, as that of large constants
// does, and is refused in a buffer that has it not. A page is enough for all.
static constexpr uint64_t bufferAlignment = 4096;

static MlirModule parse(MlirContext context,
                        std::unique_ptr<llvm::MemoryBuffer> buffer) {
  // Shared, so that the constants of bytecode stay in the buffer.
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  ParserConfig config(unwrap(context));
  return wrap(parseSourceFile<ModuleOp>(sources, config).release());
}

MlirModule odsBridgeParseModuleFile(MlirContext context, MlirStringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(
      unwrap(path), /*IsText=*/false, /*RequiresNullTerminator=*/true,
      /*IsVolatile=*/false, llvm::Align(bufferAlignment));
  if (std::error_code error = buffer.getError()) {
    emitError(UnknownLoc::get(unwrap(context))) << error.message();
    return {nullptr};
  }
  return parse(context, std::move(*buffer));
}

MlirModule odsBridgeParseModule(MlirContext context, MlirStringRef source,
                                MlirStringRef name) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      source.length, unwrap(name), llvm::Align(bufferAlignment));
  if (!buffer) {
    emitError(UnknownLoc::get(unwrap(context)))
        << "expected room for " << source.length << " bytes, but there is none";
    return {nullptr};
  }
  llvm::copy(unwrap(source), buffer->getBufferStart());
  return parse(context, std::move(buffer));
}
