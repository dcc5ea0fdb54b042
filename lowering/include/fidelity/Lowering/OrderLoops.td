//===- OrderLoops.td - loops in the order of memory -----------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_ORDER_LOOPS_TD
#define FIDELITY_LOWERING_ORDER_LOOPS_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuOrderLoops : Pass<"fidelity-cpu-order-loops"> {
  let summary = "have the innermost loop of a product go along memory";
  let description = [{
    The innermost loop of `linalg.matmul` adds up, and takes a row's neighbour at each step of
    its right operand: a processor reads a line of the cache for each number, and sums of
    floats, which have an order, make no vectors. Where a `linalg.generic` on memrefs ends
    with a loop that adds up, and a parallel loop is the last dimension of the output and of
    each operand that has it, that loop becomes the innermost one, and LLVM makes vectors of
    it. Each sum is added up in the same order, so that the numbers are the same.

    An op stays as it is whose body asks for an index, or whose maps are not dimensions alone,
    or where that loop has fewer than 4 iterations. Named ops are generic before
    (`linalg-generalize-named-ops`).

    Example:

    ```mlir
    func.func @product(%x: memref<8x16xf32>, %w: memref<16x32xf32>, %y: memref<8x32xf32>) {
      linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>,
                                       affine_map<(i, j, k) -> (k, j)>,
                                       affine_map<(i, j, k) -> (i, j)>],
                      iterator_types = ["parallel", "parallel", "reduction"]}
          ins(%x, %w : memref<8x16xf32>, memref<16x32xf32>) outs(%y : memref<8x32xf32>) {
      ^bb0(%a: f32, %b: f32, %c: f32):
        %m = arith.mulf %a, %b : f32
        %s = arith.addf %c, %m : f32
        linalg.yield %s : f32
      }
      return
    }
    ```
  }];
  let statistics = [
    Statistic<"numOrdered", "ordered", "ops whose loops got another order">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

#endif // FIDELITY_LOWERING_ORDER_LOOPS_TD
