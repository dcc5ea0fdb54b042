//===- SplitDeallocations.td - what is freed by itself --------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_SPLIT_DEALLOCATIONS_TD
#define FIDELITY_LOWERING_SPLIT_DEALLOCATIONS_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuSplitDeallocations
    : Pass<"fidelity-cpu-split-deallocations", "::mlir::ModuleOp"> {
  let summary = "free by itself what shares memory with nothing else";
  let description = [{
    `ownership-based-buffer-deallocation` leaves one `bufferization.dealloc` behind
    each block, of all buffers made in it and all that live on. Which of them are one
    `buffer-deallocation-simplification` finds out pair by pair, each time anew: for
    a function of many buffers this takes time that grows with their third power.

    This pass goes before it, and looks at each buffer once. A buffer is known by
    where it was made: by an allocation, or by a call, whose results belong to the
    caller. Where all buffers of a `bufferization.dealloc` are known, or are
    arguments or constants, each that is owned in any case is freed by a
    `memref.dealloc`, or lives on. What else there is stays.

    A call is known to give separate buffers if the function's body is there and
    returns what it made itself, each buffer once.

    Example:

    ```mlir
    func.func @scratch(%x: memref<4xf32>) -> memref<4xf32> {
      %true = arith.constant true
      %a = memref.alloc() : memref<4xf32>
      %b = memref.alloc() : memref<4xf32>
      %owned = bufferization.dealloc (%a, %b : memref<4xf32>, memref<4xf32>) if (%true, %true)
        retain (%b : memref<4xf32>)
      return %b : memref<4xf32>
    }
    ```
  }];
  let statistics = [
    Statistic<"numSplit", "split", "buffers that are freed by themselves or live on">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

#endif // FIDELITY_LOWERING_SPLIT_DEALLOCATIONS_TD
