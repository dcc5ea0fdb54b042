//===- ModuleFile.cpp - a module from text or bytecode --------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "ods-bridge/CAPI.h"
#include <exception>
#ifdef __linux__
#include <sys/mman.h>
#endif

using namespace mlir;

// A section of bytecode may ask for an alignment, as that of large constants
// does, and is refused in a buffer that has it not. A page is enough for all.
static constexpr uint64_t bufferAlignment = 4096;

// The reader of bytecode makes types without verifying them, where the parser
// of text does verify: sizes may be negative, an encoding may not fit.
static LogicalResult verifyTypes(ModuleOp module) {
  Operation *where = module;
  auto emit = [&] { return where->emitError(); };
  AttrTypeWalker walker;
  walker.addWalk([&](RankedTensorType type) {
    return WalkResult(RankedTensorType::verify(
        emit, type.getShape(), type.getElementType(), type.getEncoding()));
  });
  walker.addWalk([&](MemRefType type) {
    return WalkResult(MemRefType::verify(emit, type.getShape(),
                                         type.getElementType(),
                                         type.getLayout(),
                                         type.getMemorySpace()));
  });
  auto isWrong = [&](auto value) {
    return walker.walk(value).wasInterrupted();
  };
  WalkResult result = module->walk([&](Operation *op) {
    where = op;
    bool wrong = isWrong(Attribute(op->getAttrDictionary())) ||
                 llvm::any_of(op->getResultTypes(), isWrong);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        wrong |= llvm::any_of(block.getArgumentTypes(), isWrong);
    return wrong ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

// The number that the next handler of diagnostics gets; they count upwards.
static uint64_t nextHandler(MLIRContext *context) {
  DiagnosticEngine &engine = context->getDiagEngine();
  uint64_t id =
      engine.registerHandler([](Diagnostic &) { return failure(); });
  engine.eraseHandler(id);
  return id + 1;
}

// Names no attribute and no type in what the reader of bytecode itself says, which
// is at no line of the file: of a damaged file they may be half made, and printing
// them would end the process.
static void withoutHalfMade(Diagnostic &diagnostic, StringRef file) {
  auto at = dyn_cast<FileLineColLoc>(diagnostic.getLocation());
  if (!at || at.getLine() != 0 || at.getFilename() != file)
    return;
  using Kind = DiagnosticArgument::DiagnosticArgumentKind;
  for (DiagnosticArgument &argument : diagnostic.getArguments())
    if (argument.getKind() == Kind::Attribute ||
        argument.getKind() == Kind::Type)
      argument = DiagnosticArgument(StringRef("another one"));
}

static MlirModule parse(MlirContext context,
                        std::unique_ptr<llvm::MemoryBuffer> buffer) {
  bool isBinary = isBytecode(*buffer);
  std::string file = buffer->getBufferIdentifier().str();
  // Shared, so that the constants of bytecode stay in the buffer.
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  ParserConfig config(unwrap(context));
  // The reader of bytecode believes lengths that damaged files have, and the
  // standard library throws at one that no memory has room for. That would end
  // the process at the first caller that is not C++.
  uint64_t handlersBefore = nextHandler(unwrap(context));
  try {
    std::optional<ScopedDiagnosticHandler> handler;
    if (isBinary)
      handler.emplace(unwrap(context), [&](Diagnostic &diagnostic) {
        withoutHalfMade(diagnostic, file);
        return failure();
      });
    OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, config);
    if (!module || failed(verifyTypes(*module)))
      return {nullptr};
    return wrap(module.release());
  } catch (const std::exception &error) {
    // MLIR is without exceptions and has released nothing: its memory leaks, but
    // its handlers of diagnostics must not be called again.
    DiagnosticEngine &engine = unwrap(context)->getDiagEngine();
    uint64_t handlersAfter = nextHandler(unwrap(context));
    for (uint64_t id = handlersBefore; id != handlersAfter; ++id)
      engine.eraseHandler(id);
    emitError(UnknownLoc::get(unwrap(context)))
        << "expected a module, but got a damaged file: " << error.what();
    return {nullptr};
  }
}

// Has the system bring a mapped file in by large pages, where it can: weights are
// read from one end to the other, which small pages slow down. It is a wish that may
// be refused.
static void askForLargePages([[maybe_unused]] const llvm::MemoryBuffer &buffer) {
#ifdef __linux__
  if (buffer.getBufferKind() == llvm::MemoryBuffer::MemoryBuffer_MMap)
    madvise(const_cast<char *>(buffer.getBufferStart()), buffer.getBufferSize(),
            MADV_HUGEPAGE);
#endif
}

MlirModule odsBridgeParseModuleFile(MlirContext context, MlirStringRef path) {
  auto open = [&](bool needsNull) {
    return llvm::MemoryBuffer::getFile(
        unwrap(path), /*IsText=*/false, /*RequiresNullTerminator=*/needsNull,
        /*IsVolatile=*/false, llvm::Align(bufferAlignment));
  };
  // Text ends with a null, for which a file of whole pages has no room and is
  // read; bytecode does without and is always mapped.
  auto buffer = open(/*needsNull=*/false);
  if (buffer)
    askForLargePages(**buffer);
  if (buffer && !isBytecode(**buffer))
    buffer = open(/*needsNull=*/true);
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
