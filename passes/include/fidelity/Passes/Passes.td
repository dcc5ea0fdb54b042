//===- Passes.td - passes from fidelity to fidelity -----------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_PASSES_TD
#define FIDELITY_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

def FidelityMaterializeStorage : Pass<"fidelity-materialize-storage", "::mlir::ModuleOp"> {
  let summary = "give every encoded tensor its physical type";
  let description = [{
    Rewrites each type with a `#fidelity.tensor` encoding, wherever it stands
    (operands, results, block arguments, function types, constants), to the
    type of what lies in memory: names of dimensions and units vanish, and
    `tensor<NxKxi8>` stored `packed2` becomes `tensor<Nx⌈K/4⌉xi8>`, stored
    `packed5` `tensor<Nx⌈K/5⌉xi8>`. The blob of a constant stays as it is. Conversion casts between a tensor and its
    physical form, which lowerings leave behind, vanish.

    No op of the dialect may be left: they speak of logical shapes. Run
    `convert-fidelity-to-linalg` first.

    Example:

    ```mlir
    func.func @rows(%w: tensor<?x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x3xi8> {
      %p = builtin.unrealized_conversion_cast %w
        : tensor<?x10xi8, #fidelity.tensor<storage = packed2>> to tensor<?x3xi8>
      return %p : tensor<?x3xi8>
    }
    ```
  }];
}

#endif // FIDELITY_PASSES_PASSES_TD
