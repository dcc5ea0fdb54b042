//===- UnshareDestinations.td - few ops write into one empty tensor -------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_UNSHARE_DESTINATIONS_TD
#define FIDELITY_LOWERING_UNSHARE_DESTINATIONS_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuUnshareDestinations : Pass<"fidelity-cpu-unshare-destinations"> {
  let summary = "let few ops share an empty tensor";
  let description = [{
    Gives the ops that read one `tensor.empty`, which `cse` has made of all of its
    type, one for each `most` of them in program order. An op within another
    counts where that one stands, before which its tensor is then made.

    What is read of an empty tensor is nothing, so that no result changes. But
    `one-shot-bufferize` and `eliminate-empty-tensors` compare the uses of one
    buffer with each other, again for each: for a model of many layers, whose
    activations have few types, this takes time that grows with the third power of
    the layers. With a bound it grows as the layers do, and those that follow each
    other still compute in place.

    Example:

    ```mlir
    func.func @halves(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
      %to = tensor.empty() : tensor<4xf32>
      %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
      %1 = linalg.exp ins(%y : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
      return %0, %1 : tensor<4xf32>, tensor<4xf32>
    }
    ```
  }];
  let options = [
    Option<"most", "most", "int64_t", /*default=*/"16",
           "How many ops read one empty tensor at most">
  ];
  let statistics = [
    Statistic<"numMade", "made", "empty tensors more than before">
  ];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

#endif // FIDELITY_LOWERING_UNSHARE_DESTINATIONS_TD
