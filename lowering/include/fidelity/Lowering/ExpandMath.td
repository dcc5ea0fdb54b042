//===- ExpandMath.td - functions of math in arithmetic --------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_EXPAND_MATH_TD
#define FIDELITY_LOWERING_EXPAND_MATH_TD

include "mlir/Pass/PassBase.td"

def FidelityCpuExpandMath : Pass<"fidelity-cpu-expand-math"> {
  let summary = "write functions of math on f32 in arithmetic that has vectors";
  let description = [{
    MLIR lowers ops of `math` to calls of the C library, one for each number: a loop
    that has one is no loop on vectors. This pass writes those on f32, and on vectors of
    f32 of rank 1 or more, as additions, multiplications, divisions and bits without a branch, which LLVM
    makes vectors of. Where the processor adds a product with one rounding, it does.

    | function | error in units of the last place |
    | --- | --- |
    | `log`, `log1p` | 1 |
    | `exp`, `exp2` | 1.5 |
    | `tanh`, `log2` | 2 |
    | `erf` | 3 |
    | `erfc` | 8 |

    So `fidelity.softplus` has an error of 2 units, `fidelity.sigmoid` of 2.5 from -88.7
    on, where the exponential in it begins to be finite and not to give 0, and
    `fidelity.silu` of 3 from -87.3 on, where the sigmoid begins to be normal.

    Infinities, NaN, results that are subnormal and zeros of either sign are what the
    function is at its argument. Functions of other types, and other functions, stay.

    Maxima and minima of f32 and f64 (`arith.maximumf`, `arith.maxnumf` and the like)
    become LLVM's intrinsics, so that a loop that seeks the greatest number is one on
    vectors.

    Example:

    ```mlir
    func.func @gate(%x: vector<16xf32>, %y: f32) -> (vector<16xf32>, f32) {
      %0 = math.exp %x : vector<16xf32>
      %1 = math.tanh %y : f32
      return %0, %1 : vector<16xf32>, f32
    }
    ```
  }];
  let statistics = [
    Statistic<"numExpanded", "expanded", "functions that became arithmetic">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // FIDELITY_LOWERING_EXPAND_MATH_TD
