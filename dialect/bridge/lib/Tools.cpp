//===- Tools.cpp - mlir-opt and the language server as functions ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/Statistic.h"
#include "llvm/Support/Signals.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "ods-bridge/CAPI.h"

#include <csignal>

using namespace mlir;

void odsBridgeRegisterUpstream(MlirDialectRegistry registry) {
  registerAllDialects(*unwrap(registry));
  registerAllExtensions(*unwrap(registry));
  registerAllToLLVMIRTranslations(*unwrap(registry));
}

int odsBridgeOptMain(int argc, char **argv, MlirStringRef toolName,
                     MlirDialectRegistry registry) {
  // Rust's start-up ignores SIGPIPE; a tool of LLVM's ends quietly when its
  // reader does, and calls a failed write a bug.
  std::signal(SIGPIPE, SIG_DFL);
  return asMainReturnCode(
      MlirOptMain(argc, argv, unwrap(toolName), *unwrap(registry)));
}

bool odsBridgeHasStatistics() { return LLVM_ENABLE_STATS; }

void odsBridgePrintStackOnCrash() {
  llvm::sys::PrintStackTraceOnErrorSignal(/*Argv0=*/"",
                                          /*DisableCrashReporting=*/true);
}

int odsBridgeLspServerMain(int argc, char **argv,
                           MlirDialectRegistry registry) {
  return asMainReturnCode(MlirLspServerMain(argc, argv, *unwrap(registry)));
}

void odsBridgeAppendRegistry(MlirContext context,
                             MlirDialectRegistry registry) {
  unwrap(context)->appendDialectRegistry(*unwrap(registry));
}

void odsBridgeRegisterPipeline(MlirStringRef name, MlirStringRef description,
                               void *user,
                               void (*build)(void *user, MlirStringRef options,
                                             OdsTextSink result)) {
  struct Answer {
    bool ok = false;
    std::string text;
  };
  // MLIR aborts when two libraries register one pipeline.
  if (PassPipelineInfo::lookup(unwrap(name)))
    return;
  registerPassPipeline(
      unwrap(name), unwrap(description),
      [=](OpPassManager &manager, StringRef options,
          function_ref<LogicalResult(const Twine &)> errorHandler) {
        Answer answer;
        build(user, wrap(options),
              {&answer, [](void *user, bool ok, MlirStringRef text) {
                 *static_cast<Answer *>(user) = {ok, unwrap(text).str()};
               }});
        if (!answer.ok)
          return errorHandler(answer.text);
        std::string errors;
        llvm::raw_string_ostream stream(errors);
        if (failed(parsePassPipeline(answer.text, manager, stream)))
          return errorHandler(errors);
        return success();
      },
      [](function_ref<void(const detail::PassOptions &)>) {});
}
