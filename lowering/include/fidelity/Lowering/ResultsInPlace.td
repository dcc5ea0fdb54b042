//===- ResultsInPlace.td - results in the memory of arguments --------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_RESULTS_IN_PLACE_TD
#define FIDELITY_LOWERING_RESULTS_IN_PLACE_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuResultsInPlace : Pass<"fidelity-cpu-results-in-place", "::mlir::ModuleOp"> {
  let summary = "write results to the arguments whose memory they are for";
  let description = [{
    Result N of a public function that has an argument with
    `fidelity.aliasing_output = N` (XLA's `tf.aliasing_output`) is written to that
    argument before the function returns, and is no result any more; nor is the attribute
    there. After bufferisation,
    which may write to the argument, most such results lie there already, and nothing is
    left to be done. One that does not is copied there.

    What a private function gives back of its arguments is taken for those where all calls
    give it such memory, and is no result of it any more: it would be copied when it
    returns.

    Another result that lies, or may lie, in an argument that something is written to is
    copied before that. Where types do not say the sizes, `cf.assert` checks that a result
    has those of its argument.

    Example:

    ```mlir
    func.func @count(%sums: memref<4xf32> {fidelity.aliasing_output = 0}, %x: f32)
        -> (memref<4xf32>, f32) {
      %c0 = arith.constant 0 : index
      %first = memref.load %sums[%c0] : memref<4xf32>
      %next = arith.addf %first, %x : f32
      memref.store %next, %sums[%c0] : memref<4xf32>
      return %sums, %first : memref<4xf32>, f32
    }
    ```
  }];
  let statistics = [
    Statistic<"numCopied", "copied", "buffers copied">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

#endif // FIDELITY_LOWERING_RESULTS_IN_PLACE_TD
