//===- Bufferization.cpp - BufferizableOpInterface of ops from Rust -------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ods-bridge/Bufferization.h"
#include "mlir/CAPI/IR.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::bufferization;

AliasingValueList
odsbridge::getDestinationAliases(DestinationStyleOpInterface op,
                                 OpOperand &operand) {
  if (!op.isDpsInit(&operand))
    return {};
  return {{op.getTiedOpResult(&operand), BufferRelation::Equivalent}};
}

LogicalResult odsbridge::bufferizeDestinationStyle(
    DestinationStyleOpInterface op, RewriterBase &rewriter,
    const BufferizationOptions &options, BufferizationState &state,
    bool (*hook)(MlirOperation)) {
  // A memref type does not say what an encoding does: Rust knows whether that
  // matters. Where ops may stay on tensors, no error needs to be made of it.
  auto isEncoded = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getEncoding();
  };
  if (options.allowUnknownOps &&
      llvm::any_of(op->getOperandTypes(), isEncoded))
    return success();
  if (!hook(wrap(op.getOperation())))
    return failure();

  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  SmallVector<Value> operands, inits;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (isa<TensorType>(value.getType())) {
      FailureOr<Value> buffer = getBuffer(rewriter, value, options, state);
      if (failed(buffer))
        return failure();
      value = *buffer;
      if (op.isDpsInit(&operand))
        inits.push_back(value);
    }
    operands.push_back(value);
  }
  clone(rewriter, op, /*newResultTypes=*/TypeRange(), operands);
  replaceOpWithBufferizedValues(rewriter, op, inits);
  return success();
}

LogicalResult odsbridge::refuseBuffers(Operation *op,
                                       const BufferizationOptions &options,
                                       StringRef advice) {
  if (options.allowUnknownOps || (op->use_empty() && isMemoryEffectFree(op)))
    return success();
  InFlightDiagnostic diagnostic =
      op->emitOpError("expected to be lowered before bufferization, as it has "
                      "no form on memrefs");
  diagnostic.attachNote() << advice;
  return diagnostic;
}
