//===- Raise.td - linalg to fidelity --------------------------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_RAISE_TD
#define FIDELITY_PASSES_RAISE_TD

include "mlir/Pass/PassBase.td"

def FidelityRaise : Pass<"fidelity-raise"> {
  let summary = "turn linalg, tensor and arith ops into ops of the dialect";
  let description = [{
    Recognises what other frontends write in linalg, torch-mlir's output above
    all, by the equations of the ops:

    | found | becomes |
    | --- | --- |
    | a product with constant weights whose rows hold -s, 0 and s alone, `linalg.matmul`, `matvec`, `vecmat`, `batch_matmul` or a `generic` that means one, weights transposed or not | `ternary_linear`, with a `scale` where s is not 1, one number or one for each row; an init that is not 0, be it a bias, is added. The weights may be times a scale that only run time tells, one number or one for each row |
    | elementwise bodies, in one op of linalg or several, and ops of arith and math on tensors | `sigmoid`, `tanh`, `silu`, `relu`, `squared_relu`, `gelu`, `exp`, `softplus`, `elu_plus_one`, `swiglu`, `add`, `subtract`, `multiply` |
    | x / √(mean(x²) + ε), with a weight or without | `rms_norm` |
    | clamp(rne(x · s), -128, 127), s = 127 / max(max\|x\|, 1e-5), divided by s or not | `quantize_activations`; a product that follows is one of i8 |
    | a depthwise convolution of a padded sequence that sees no later step | `causal_conv1d` |

    What looks near one of them but is not exactly it stays, and a remark
    (`--remarks-filter-missed=fidelity-raise`) says why: `row 3 of the weights has
    magnitudes 0.5 and 0.25`.

    What is equal over the reals is taken for equal. What differs then is how
    often a number is rounded:

    - s · Σ ±x for Σ ±s·x: sums of K terms are apart by at most 2 K u Σ |s·x|,
      u = 2⁻²⁴ in f32, as two orders of one sum are; not at all where s is a power
      of two and the order is the same. A weight of 0 does not touch x or s: where one
      is infinite or NaN, the product was NaN;
    - an op rounds a narrow float once, a chain of ops each time;
    - q · (1 / s) for q / s, by an ulp;
    - elu(x) + 1 is computed without the loss of what is below half an ulp of 1.

    s is computed as 127 / m. Written in PyTorch as `127.0 / m` it is
    127 · (1 / m), which rounds once more, so that a product with it that is
    half-way between two integers may go to the other one: by default it stays
    as it is, and `allow-reciprocal` takes it for the same.

    Names and units are none in what this pass looks at. Constants keep their
    form: of a resource, weights are a resource. Ops that nothing uses any more
    are removed.

    Example:

    ```mlir
    func.func @layer(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
      %w = arith.constant dense<[[0.5, 0.0, -0.5, 0.5], [-0.5, 0.5, 0.0, 0.0]]> : tensor<2x4xf32>
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0.0 : f32
      %n = tensor.dim %x, %c0 : tensor<?x4xf32>
      %e = tensor.empty() : tensor<4x2xf32>
      %t = linalg.transpose ins(%w : tensor<2x4xf32>) outs(%e : tensor<4x2xf32>) permutation = [1, 0]
      %i = tensor.empty(%n) : tensor<?x2xf32>
      %f = linalg.fill ins(%zero : f32) outs(%i : tensor<?x2xf32>) -> tensor<?x2xf32>
      %y = linalg.matmul ins(%x, %t : tensor<?x4xf32>, tensor<4x2xf32>)
        outs(%f : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
  }];
  let options = [
    Option<"allowReciprocal", "allow-reciprocal", "bool", /*default=*/"false",
           "Take 127 · (1 / m) for the scale 127 / m of quantize_activations">
  ];
  let statistics = [
    Statistic<"numElementwise", "elementwise", "elementwise ops that were raised">,
    Statistic<"numNorms", "norms", "rms_norm ops that were raised">,
    Statistic<"numQuantizations", "quantizations",
              "quantize_activations ops that were raised">,
    Statistic<"numConvolutions", "convolutions", "causal_conv1d ops that were raised">,
    Statistic<"numLinear", "linear", "ternary_linear ops that were raised">,
    Statistic<"numLeft", "left", "ops that look near and stay">
  ];
  let dependentDialects = [
    "::fidelity::FidelityDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // FIDELITY_PASSES_RAISE_TD
