//===- Bufferization.h - BufferizableOpInterface of ops from Rust ---------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_BUFFERIZATION_H
#define ODS_BRIDGE_BUFFERIZATION_H

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "ods-bridge/CAPI.h"

namespace odsbridge {

/// The results that have the buffer of an operand: that of an init.
mlir::bufferization::AliasingValueList
getDestinationAliases(mlir::DestinationStyleOpInterface op,
                      mlir::OpOperand &operand);

/// Makes the op the same op on the buffers of its tensors.
mlir::LogicalResult bufferizeDestinationStyle(
    mlir::DestinationStyleOpInterface op, mlir::RewriterBase &rewriter,
    const mlir::bufferization::BufferizationOptions &options,
    mlir::bufferization::BufferizationState &state,
    bool (*hook)(MlirOperation));

/// What an op without a form on memrefs does: an error with a note, unless
/// unknown ops may stay, or the op is dead.
mlir::LogicalResult
refuseBuffers(mlir::Operation *op,
              const mlir::bufferization::BufferizationOptions &options,
              llvm::StringRef advice);

} // namespace odsbridge

#endif // ODS_BRIDGE_BUFFERIZATION_H
