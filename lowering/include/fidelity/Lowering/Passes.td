//===- Passes.td - lowerings from fidelity to other dialects --------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_PASSES_TD
#define FIDELITY_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFidelityToLinalg : Pass<"convert-fidelity-to-linalg"> {
  let summary = "lower every fidelity op to linalg, tensor, arith, math and scf";
  let description = [{
    Each op becomes `linalg` ops on tensors, sequence ops a loop over time that
    carries its state. Packed weights stay packed: a trit is decoded where it
    is used, and sums take additions and subtractions only. Where two dynamic
    sizes have to agree, a `cf.assert` checks them.

    Values of types with a `#fidelity.tensor` encoding pass through
    `builtin.unrealized_conversion_cast`; `fidelity-materialize-storage`
    removes the casts and the encodings.

    Example:

    ```mlir
    func.func @layer(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>) -> tensor<?x64xf32> {
      %y = fidelity.ternary_linear %x, %w
        : (tensor<?x256xf32>, tensor<64x256xi8>) -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // FIDELITY_LOWERING_PASSES_TD
