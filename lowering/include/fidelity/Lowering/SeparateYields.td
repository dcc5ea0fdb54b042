//===- SeparateYields.td - what a loop gives is in buffers of its own -----===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_SEPARATE_YIELDS_TD
#define FIDELITY_LOWERING_SEPARATE_YIELDS_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuSeparateYields : Pass<"fidelity-cpu-separate-yields"> {
  let summary = "let each tensor that a loop yields have a buffer of its own";
  let description = [{
    Copies a tensor that a `scf.for` yields if it may share its buffer with another
    one that the loop yields: because it is the same, a part or another shape of it,
    what may have been computed in its place, or memory that nothing was written to.

    `one-shot-bufferize` (LLVM 22) takes the results of a `scf.for` for buffers that
    nothing shares. For that it copies what the loop yields of tensors from before it
    and of those that it carries, which are left alone here. But with
    `allow-return-allocs-from-loops` it yields a tensor that is made in the loop as it
    is, twice if it is yielded twice: both results are then one buffer, and an op that
    changes one of them in place changes the other. Of `scf.if` it knows that results
    may share a buffer, and of `scf.while` and `scf.forall` it copies.

    It runs right before bufferisation: `cse` may make one tensor of two.

    Example:

    ```mlir
    func.func @twice(%x: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %x)
          -> (tensor<4xf32>, tensor<4xf32>) {
        %y = math.exp %a : tensor<4xf32>
        scf.yield %y, %y : tensor<4xf32>, tensor<4xf32>
      }
      return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
    }
    ```
  }];
  let statistics = [
    Statistic<"numCopied", "copied", "tensors copied">
  ];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

#endif // FIDELITY_LOWERING_SEPARATE_YIELDS_TD
