//===- FidelityRecurrentOps.td - recurrent token mixers
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_RECURRENT_OPS_TD
#define FIDELITY_IR_RECURRENT_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_MlgruOp : Fidelity_Op<"mlgru", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, SameOperandsAndResultElementType,
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "MatMul-free linear gated recurrent unit";
  let description = [{
    The token mixer of MatMul-free LM (arXiv 2406.02528), after its ternary
    projections:

    ```
    f_t = b + (1 - b) ⊙ σ(forget_t)
    h_t = f_t ⊙ h_{t-1} + (1 - f_t) ⊙ τ(candidate_t)
    o_t = σ(gate_t) ⊙ h_t,  or h_t when there is no gate
    ```

    `forget`, `candidate` and `gate` are `[…, T, D]`; `state`, the h before the
    first step, is `[…, D]` and 0 when absent; `lower_bound`, the b, is `[D]`
    and 0 when absent; τ is silu or tanh. Results: o, `[…, T, D]`, and the last
    h, `[…, D]`, which is `state` when T is 0. Both are dimensionless.

    Constraints:
    - (C1) `forget` has a time and a channel dimension.
    - (C2) `candidate` has the shape of `forget`.
    - (C3) `gate` has the shape of `forget`.
    - (C4) `state` has the shape of `forget` without its time dimension.
    - (C5) `lower_bound` has the size of the channel dimension.
    - (C6) all operands are dimensionless.

    Example:

    ```mlir
    func.func @mixer(%f: tensor<?x256xf32>, %c: tensor<?x256xf32>, %h: tensor<256xf32>,
                     %b: tensor<256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>) {
      %o, %last = fidelity.mlgru %f, %c state %h lower_bound %b
        : (tensor<?x256xf32>, tensor<?x256xf32>, tensor<256xf32>, tensor<256xf32>)
        -> (tensor<?x256xf32>, tensor<256xf32>)
      return %o, %last : tensor<?x256xf32>, tensor<256xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$forget,
    Fidelity_FloatTensor:$candidate,
    Optional<Fidelity_FloatTensor>:$gate,
    Optional<Fidelity_FloatTensor>:$state,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$lower_bound,
    DefaultValuedAttr<Fidelity_CandidateAttr, "::fidelity::Candidate::Silu">:$activation
  );
  let results = (outs Fidelity_FloatTensor:$output, Fidelity_FloatTensor:$last_state);
  let assemblyFormat = [{
    $forget `,` $candidate (`gate` $gate^)? (`state` $state^)?
    (`lower_bound` $lower_bound^)? (`activation` `(` custom<Enum>($activation)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_RECURRENT_OPS_TD
