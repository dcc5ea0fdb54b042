//===- FidelityNormOps.td - normalisation
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_NORM_OPS_TD
#define FIDELITY_IR_NORM_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_RmsNormOp : Fidelity_Op<"rms_norm", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ])> {
  let summary = "root mean square normalisation over the last dimension";
  let description = [{
    `y = x / √(mean(x²) + ε) ⊙ weight` over the last dimension (arXiv
    1910.07467; ONNX `RMSNormalization` with axis -1). x is `[…, D]`, weight
    `[D]`, of any float type. The mean is taken in f32, in f64 for f64; of an
    empty last dimension it is 0.

    y has the unit of `weight` and is dimensionless without one: the root mean
    square has the unit of x. ε stands beside x² and is therefore a number of
    the squared unit of x.

    Constraints:
    - (C1) `input` has a last dimension.
    - (C2) `weight` has the size of the last dimension of `input`.
    - (C3) `epsilon` is finite and not negative.

    Folds:
    - (F1) `rms_norm(x, 1) = rms_norm(x)`.
    - (F2) `rms_norm(0) = 0`, a constant of the sign of that 0, without `weight`
      and for ε > 0.

    Example:

    ```mlir
    func.func @norm(%x: tensor<?x256xf32>, %w: tensor<256xf32>) -> tensor<?x256xf32> {
      %y = fidelity.rms_norm %x weight %w {epsilon = 1.0e-6 : f64}
        : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
      return %y : tensor<?x256xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$input,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$weight,
    DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon
  );
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = [{
    $input (`weight` $weight^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_NORM_OPS_TD
