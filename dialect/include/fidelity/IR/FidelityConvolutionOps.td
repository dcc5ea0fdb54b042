//===- FidelityConvolutionOps.td - convolutions over time
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_CONVOLUTION_OPS_TD
#define FIDELITY_IR_CONVOLUTION_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_CausalConv1dOp : Fidelity_Op<"causal_conv1d", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, SameOperandsAndResultElementType,
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "depthwise causal convolution with a carried state";
  let description = [{
    Each channel is convolved with its own K weights and sees no later step:

    ```
    y[b, c, t] = τ(bias[c] + Σ_k weights[c, k] · p[b, c, t + k])
    ```

    p being `state` and then `x`, joined in time; τ is silu with
    `activation(silu)`, otherwise nothing. It is ONNX `CausalConvWithState`
    (opset 27), whose layouts it has, but for the middle dimension of 1 that
    its weights have; the short convolution before a Mamba or DeltaNet layer.

    `x` and y are `[B, C, T]`, `weights` is `[C, K]`, the last weight being that
    of the current step; `bias` is `[C]` and 0 when absent; `state`, the K - 1
    inputs before the first step, is `[B, C, K-1]` and 0 when absent. Results:
    y, and the last K - 1 positions of p, `[B, C, K-1]`, which is `state` when T
    is 0. Sums are kept in f32, in f64 for f64. The unit of y is the product of
    those of `x` and `weights`; the state has the unit of `x`.

    Constraints:
    - (C1) K is static and at least 1: the type of the state has K - 1.
    - (C2) the first dimension of `weights` has the size of the channel
      dimension of `x`.
    - (C3) `bias` has the size of the channel dimension.
    - (C4) `state` is `[B, C, K-1]`.
    - (C5) `state` has the unit of `x`.
    - (C6) `bias` has the unit of y.
    - (C7) y is dimensionless where there is an activation.

    Folds:
    - (F1) `causal_conv1d(…, bias = 0) = causal_conv1d(…)`.
    - (F2) `causal_conv1d(…, state = 0) = causal_conv1d(…)`.
    - (F3) `causal_conv1d(…, state) = causal_conv1d(…)` for K = 1, where nothing
      is carried.
    - (F4) `causal_conv1d(…) = (the empty y, state)` for T = 0.

    Example:

    ```mlir
    func.func @short(%x: tensor<1x64x?xf32>, %w: tensor<64x4xf32>, %b: tensor<64xf32>,
                     %s: tensor<1x64x3xf32>) -> (tensor<1x64x?xf32>, tensor<1x64x3xf32>) {
      %y, %last = fidelity.causal_conv1d %x, %w bias %b state %s activation(silu)
        : (tensor<1x64x?xf32>, tensor<64x4xf32>, tensor<64xf32>, tensor<1x64x3xf32>)
        -> (tensor<1x64x?xf32>, tensor<1x64x3xf32>)
      return %y, %last : tensor<1x64x?xf32>, tensor<1x64x3xf32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [3]>:$x,
    TensorRankOf<Fidelity_FloatTypes, [2]>:$weights,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$bias,
    Optional<TensorRankOf<Fidelity_FloatTypes, [3]>>:$state,
    DefaultValuedAttr<Fidelity_ConvolutionActivationAttr,
                      "::fidelity::ConvolutionActivation::None">:$activation
  );
  let results = (outs Fidelity_FloatTensor:$output, Fidelity_FloatTensor:$last_state);
  let assemblyFormat = [{
    $x `,` $weights (`bias` $bias^)? (`state` $state^)?
    (`activation` `(` custom<Enum>($activation)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_CONVOLUTION_OPS_TD
