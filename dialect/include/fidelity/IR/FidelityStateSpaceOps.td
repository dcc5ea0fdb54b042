//===- FidelityStateSpaceOps.td - state-space models
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_STATE_SPACE_OPS_TD
#define FIDELITY_IR_STATE_SPACE_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_SsmStateUpdateOp : Fidelity_Op<"ssm.state_update", !listconcat(Fidelity_PureIfShapesAgree, [
      SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ])> {
  let summary = "one step of a diagonal state-space model";
  let description = [{
    `s' = A ⊙ s + B · x` with a diagonal A. `state` is `[…, N]`; `input` is
    `[…]`, one value per state vector; `A` and `B` are `[N]`, or any shape that
    broadcasts to the shape of `state`. s' has the unit of s.

    Constraints:
    - (C1) `state` has a last dimension.
    - (C2) `input` has the shape of `state` without its last dimension.
    - (C3) `A` broadcasts to the shape of `state`.
    - (C4) `B` broadcasts to the shape of `state`.
    - (C5) `A` is dimensionless.
    - (C6) the product of the units of `B` and `input` is the unit of `state`.

    Example:

    ```mlir
    func.func @step(%s: tensor<?xf32>, %x: tensor<f32>, %A: tensor<?xf32>, %B: tensor<?xf32>) -> tensor<?xf32> {
      %next = fidelity.ssm.state_update %s, %x, %A, %B
        : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
      return %next : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$state,
    Fidelity_FloatTensor:$input,
    Fidelity_FloatTensor:$A,
    Fidelity_FloatTensor:$B
  );
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = [{
    $state `,` $input `,` $A `,` $B attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_SsmOutputOp : Fidelity_Op<"ssm.output", !listconcat(Fidelity_PureIfShapesAgree, [
      SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ])> {
  let summary = "read a state-space model's state";
  let description = [{
    `y = Σ_n C_n s_n (+ D · x)`. `state` is `[…, N]`; `C` is `[N]`, or any
    shape that broadcasts to the shape of `state`; y is `[…]`. The `skip` term
    takes two operands: `D`, any shape that broadcasts to `[…]`, and the input
    x, `[…]`. The unit of y is the product of those of `C` and `state`.

    Constraints:
    - (C1) `state` has a last dimension.
    - (C2) `C` broadcasts to the shape of `state`.
    - (C3) `skip` is absent, or `D` and the input.
    - (C4) the input has the shape of `state` without its last dimension.
    - (C5) `D` broadcasts to the shape of the result.
    - (C6) the product of the units of `D` and the input is that of `C` and
      `state`.

    Example:

    ```mlir
    func.func @read(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>, %x: tensor<8xf32>) -> tensor<8xf32> {
      %y = fidelity.ssm.output %s, %C skip %D, %x
        : (tensor<8x16xf32>, tensor<16xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
      return %y : tensor<8xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$state,
    Fidelity_FloatTensor:$C,
    Variadic<Fidelity_FloatTensor>:$skip
  );
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = [{
    $state `,` $C (`skip` $skip^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_STATE_SPACE_OPS_TD
