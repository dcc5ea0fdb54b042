//===- ShareLoops.td - threads share large loops --------------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_SHARE_LOOPS_TD
#define FIDELITY_LOWERING_SHARE_LOOPS_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuShareLoops : Pass<"fidelity-cpu-share-loops"> {
  let summary = "have threads share large linalg ops";
  let description = [{
    A `linalg.generic` on memrefs that computes at least 65536 elements is computed by
    `threads` threads, in a `scf.parallel`: each has a part of the first parallel loop
    that has more than one iteration, as slices of the operands. Where sizes are dynamic
    they decide when the code runs; what is smaller stays on the thread that calls, as
    waking others takes longer. The sum of a row is computed by one thread, so that
    results do not depend on how many there are.

    An op stays as it is where an output does not have that loop as a dimension, an
    operand to be sliced is not contiguous, its body asks for an index, or threads share
    what is around it already.

    Example:

    ```mlir
    func.func @double(%x: memref<?x256xf32>, %y: memref<?x256xf32>) {
      linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                      iterator_types = ["parallel", "parallel"]}
          ins(%x : memref<?x256xf32>) outs(%y : memref<?x256xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.addf %a, %a : f32
        linalg.yield %c : f32
      }
      return
    }
    ```
  }];
  let options = [
    Option<"threads", "threads", "int64_t", /*default=*/"1",
           "How many threads share an op">
  ];
  let statistics = [
    Statistic<"numShared", "shared", "ops that threads share">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // FIDELITY_LOWERING_SHARE_LOOPS_TD
