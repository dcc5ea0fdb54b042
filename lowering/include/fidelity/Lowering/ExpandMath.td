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

    Of `log1p(exp(-|x|))`, whose argument is between 0 and 1, the logarithm is a polynomial
    with an error of 1.5. So `fidelity.softplus` has one of 2 units, `fidelity.sigmoid` of 2.5 from -88.7
    on, where the exponential in it begins to be finite and not to give 0, and
    `fidelity.silu` of 3 from -87.3 on, where the sigmoid begins to be normal.

    Of `exp2` an approximation will do where it has `fastmath<afn>`, as the kernels of
    recurrences have it: with an error of 2, and one that is subnormal may be 0, and one of
    at least 2^127.5 infinite. Of vectors of 16 it is made by instructions of AVX-512 where
    `isa` has these; the function around it gets `target_features` then.

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
  let options = [
    Option<"isa", "isa", "std::string", /*default=*/"\"portable\"",
           "What the processor has, as of convert-fidelity-to-vector">
  ];
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
