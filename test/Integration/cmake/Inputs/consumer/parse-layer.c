//===- parse-layer.c - the dialect as a C project uses it -----------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fidelity-c/Fidelity.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/Pass.h"

#include <stdio.h>

static void print(MlirStringRef text, void *file) {
  fwrite(text.data, 1, text.length, file);
}

int main(void) {
  mlirRegisterFidelityPasses();
  MlirContext context = mlirContextCreate();
  MlirDialectHandle handle = mlirGetDialectHandle__fidelity__();
  mlirDialectHandleRegisterDialect(handle, context);
  mlirDialectHandleLoadDialect(handle, context);

  MlirModule module = mlirModuleCreateParse(
      context,
      mlirStringRefCreateFromCString(
          "%x = \"builtin.unrealized_conversion_cast\"() : () -> tensor<?xf32>\n"
          "%y = fidelity.silu %x : tensor<?xf32>\n"));
  if (mlirModuleIsNull(module))
    return 1;
  MlirOperation operation = mlirModuleGetOperation(module);
  mlirOperationPrint(operation, print, stdout);

  MlirPassManager manager = mlirPassManagerCreate(context);
  MlirLogicalResult result = mlirOpPassManagerAddPipeline(
      mlirPassManagerGetAsOpPassManager(manager),
      mlirStringRefCreateFromCString("convert-fidelity-to-linalg"), print,
      stdout);
  if (mlirLogicalResultIsFailure(result) ||
      mlirLogicalResultIsFailure(mlirPassManagerRunOnOp(manager, operation)))
    return 1;
  printf("\nlowered:\n");
  mlirOperationPrint(operation, print, stdout);

  mlirPassManagerDestroy(manager);
  mlirModuleDestroy(module);
  mlirContextDestroy(context);
  return 0;
}
