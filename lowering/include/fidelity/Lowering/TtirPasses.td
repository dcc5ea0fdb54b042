//===- TtirPasses.td - from fidelity to TTIR -------------------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_TTIR_PASSES_TD
#define FIDELITY_LOWERING_TTIR_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFidelityToTtir : Pass<"convert-fidelity-to-ttir", "::mlir::ModuleOp"> {
  let summary = "lower functions of fidelity ops to TTIR, for tt-mlir";
  let description = [{
    Builds each function anew from `ttir` ops, so that nothing of another
    dialect stays. Sizes are static; elements are f32, bf16 and i32, and what
    was i8 is a bf16 of the same number.

    Weights of ternary layers become arguments of -1, 0 and 1 in bf16 that
    tt-mlir keeps in blocks of four-bit floats, and the second operand of a
    `ttir.matmul`; the scale is multiplied after it. Constant weights become
    arguments as well. 8-bit activations are exact integers in bf16. Sequence
    ops decompose, and recurrences become scans in a logarithmic number of
    rounds.

    How the host has to prepare the arguments stands in the attribute
    `fidelity.launch` of the module; see docs/ttir.md.

    Example:

    ```mlir
    func.func @layer(%x: tensor<8x256xf32>,
                     %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                     %s: tensor<f32>) -> tensor<8x64xf32> {
      %y = fidelity.ternary_linear %x, %w scale %s
        : (tensor<8x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>)
        -> tensor<8x64xf32>
      return %y : tensor<8x64xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FidelityVerifyTtir : Pass<"fidelity-verify-ttir", "::mlir::ModuleOp"> {
  let summary = "check that a module is of the TTIR that is made here";
  let description = [{
    The `ttir` namespace is open here: its ops are built and printed unverified,
    and tt-mlir's own verifier lets through what goes wrong later, such as i8
    elements, which become unsigned, or dynamic sizes. This pass knows the part
    of TTIR that `convert-fidelity-to-ttir` makes, and refuses all else: other
    dialects, element types, attributes of another width, operands for the
    result, shapes that do not follow.

    Example:

    ```mlir
    func.func @gate(%x: tensor<8x64xf32>, %g: tensor<8x64xf32>) -> tensor<8x64xf32> {
      %0 = "ttir.sigmoid"(%g) : (tensor<8x64xf32>) -> tensor<8x64xf32>
      %1 = "ttir.multiply"(%x, %0) : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
      return %1 : tensor<8x64xf32>
    }
    ```
  }];
}

#endif // FIDELITY_LOWERING_TTIR_PASSES_TD
