//===- Target.cpp - what LLVM's C API does not say of targets -------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"
#include "mlir/CAPI/Support.h"
#include "ods-bridge/CAPI.h"

bool odsBridgeIsCpuOf(void *machine, MlirStringRef cpu) {
  return static_cast<llvm::TargetMachine *>(machine)
      ->getMCSubtargetInfo()
      ->isCPUStringValid(unwrap(cpu));
}

bool odsBridgeHasFeatures(void *machine, MlirStringRef features) {
  return static_cast<llvm::TargetMachine *>(machine)
      ->getMCSubtargetInfo()
      ->checkFeatures(unwrap(features));
}
