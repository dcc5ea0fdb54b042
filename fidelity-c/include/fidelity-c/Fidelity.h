//===- Fidelity.h - C API of the fidelity dialect and its passes ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_C_FIDELITY_H
#define FIDELITY_C_FIDELITY_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// mlirGetDialectHandle__fidelity__: the handle of the dialect, for
/// mlirDialectHandleInsertDialect, mlirDialectHandleRegisterDialect and
/// mlirDialectHandleLoadDialect.
MLIR_DECLARE_CAPI_DIALECT_REGISTRATION(Fidelity, fidelity);

/// Registers Fidelity's passes and pipelines for this process, so that
/// mlirParsePassPipeline and mlirOpPassManagerAddPipeline know them by name. A
/// second call does nothing. Safe to call from several threads.
MLIR_CAPI_EXPORTED void mlirRegisterFidelityPasses(void);

#ifdef __cplusplus
}
#endif

#endif // FIDELITY_C_FIDELITY_H
