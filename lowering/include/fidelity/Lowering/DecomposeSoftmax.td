//===- DecomposeSoftmax.td - linalg.softmax in parts ----------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_DECOMPOSE_SOFTMAX_TD
#define FIDELITY_LOWERING_DECOMPOSE_SOFTMAX_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuDecomposeSoftmax : Pass<"fidelity-cpu-decompose-softmax"> {
  let summary = "take linalg.softmax apart into linalg.generic";
  let description = [{
    MLIR's passes have no loops for `linalg.softmax`, which models with attention have
    beside ops of the dialect. On tensors this pass makes of it the equation that it is,

    ```text
    m = max x    e = exp(x - m)    y = e / Σ e
    ```

    each a `linalg.generic` over the same loops. Numbers of less than 32 bits are
    computed with in f32 and rounded once. On memrefs it stays.

    Example:

    ```mlir
    func.func @attention(%scores: tensor<4x?xf16>, %init: tensor<4x?xf16>) -> tensor<4x?xf16> {
      %0 = linalg.softmax dimension(1) ins(%scores : tensor<4x?xf16>) outs(%init : tensor<4x?xf16>) -> tensor<4x?xf16>
      return %0 : tensor<4x?xf16>
    }
    ```
  }];
  let statistics = [
    Statistic<"numDecomposed", "decomposed", "ops taken apart">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // FIDELITY_LOWERING_DECOMPOSE_SOFTMAX_TD
