//===- FidelityRoutingOps.td - mixture of specialists, devices
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_ROUTING_OPS_TD
#define FIDELITY_IR_ROUTING_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_RouteOp : Fidelity_Op<"route", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "choose the experts of each token, and weigh them";
  let description = [{
    The router of a mixture of experts: of the E logits of a token the `top_k`
    largest are its choices, the largest first, and a softmax weighs them.

    ```
    i_1 … i_k = the experts of the k largest logits
    weights_j = exp(l_{i_j} - l_{i_1}) / Σ_e exp(l_e - l_{i_1})
    ```

    `softmax` says what the sum runs over: `selected`, the k choices, so that
    the weights add up to 1 (Mixtral, arXiv 2401.04088; GShard, arXiv
    2006.16668, divides by the sum of the chosen gates, which is the same), or
    `all` E experts (Switch Transformer, arXiv 2101.03961).

    Of equal logits the one of the lower expert comes first; 0 and -0 are
    equal. NaN is larger than any number and equal to NaN. Where the largest
    logit is NaN or infinite all weights are NaN; a logit of -∞ beside finite
    ones has the weight 0.

    `logits` is `[…, E]`. Results: the weights, `[…, k]` with the element type
    of `logits`, and the choices, i32 `[…, k]`.

    Constraints:
    - (C1) `logits` has a last dimension.
    - (C2) `top_k` is positive.
    - (C3) `top_k` is not more than E.
    - (C4) `logits` is dimensionless.

    Folds:
    - (F1) `route(l, k) softmax(all) = route(l, k) softmax(selected)` for k = E.

    Example:

    ```mlir
    func.func @router(%logits: tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>) {
      %weights, %experts = fidelity.route %logits {top_k = 2 : i64}
        : (tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
      return %weights, %experts : tensor<?x2xf32>, tensor<?x2xi32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$logits,
    I64Attr:$top_k,
    DefaultValuedAttr<Fidelity_SoftmaxAttr, "::fidelity::Softmax::Selected">:$softmax
  );
  let results = (outs Fidelity_FloatTensor:$weights, RankedTensorOf<[I32]>:$indices);
  let assemblyFormat = [{
    $logits (`softmax` `(` custom<Enum>($softmax)^ `)`)? attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_DispatchOp : Fidelity_Op<"dispatch", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "send each token to the experts that it has chosen";
  let description = [{
    Gives each expert a buffer of `capacity` slots and copies tokens into it,
    in the order of GShard (arXiv 2006.16668, algorithm 1): all first choices in
    the order of the tokens, then all second choices, and so on. A choice that
    finds the buffer of its expert full is dropped; with one choice per token
    that is Switch Transformer (arXiv 2101.03961). A choice outside of
    `0 … E - 1` is no expert's, and dropped too.

    ```
    for j, for t: e = indices[t, j], c = how many choices of e came before
      if c < capacity: dispatched[e, c] = tokens[t], positions[t, j] = c
      else: positions[t, j] = -1
    ```

    `tokens` is `[T, D]`, `indices` `[T, k]`. Results: the buffers,
    `[E, C, D]` with E = `experts` and C = `capacity`, the slots that no token
    has got being 0, and the slots, i32 `[T, k]`. C is below 2^31, which is
    checked at run time.

    Constraints:
    - (C1) `indices` has a row for each token.
    - (C2) `experts` is from 1 to 2^31 - 1.

    Folds:
    - (F1) `dispatch(…, c) : tensor<Ex?xDxF> = cast(dispatch(…, c) :
      tensor<ExcxDxF>)` for a constant c from 0 to 2^31 - 1.
    - (F2) `dispatch(…) = (0, the empty positions)` without tokens or choices,
      where the type says the capacity.

    Example:

    ```mlir
    func.func @send(%tokens: tensor<?x256xf32>, %experts: tensor<?x2xi32>, %capacity: index)
        -> (tensor<8x?x256xf32>, tensor<?x2xi32>) {
      %x, %slots = fidelity.dispatch %tokens, %experts capacity %capacity {experts = 8 : i64}
        : (tensor<?x256xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>)
      return %x, %slots : tensor<8x?x256xf32>, tensor<?x2xi32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [2]>:$tokens,
    TensorRankOf<[I32], [2]>:$indices,
    Index:$capacity,
    I64Attr:$experts
  );
  let results = (outs
    TensorRankOf<Fidelity_FloatTypes, [3]>:$dispatched,
    TensorRankOf<[I32], [2]>:$positions
  );
  let assemblyFormat = [{
    $tokens `,` $indices `capacity` $capacity attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_CombineOp : Fidelity_Op<"combine", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "weigh and add what the experts made of each token";
  let description = [{
    The way back from `fidelity.dispatch` (GShard, arXiv 2006.16668):

    ```
    y[t] = Σ_j weights[t, j] · outputs[indices[t, j], positions[t, j]]
    ```

    over the choices j that were not dropped, which are those whose expert is
    in `0 … E - 1` and whose slot is in `0 … C - 1`: a token without one is 0.

    `outputs` is `[E, C, D]`, `weights` `[T, k]` as `fidelity.route` gives them,
    `indices` and `positions` `[T, k]` as `fidelity.dispatch` takes and gives
    them; y is `[T, D]` with the element type of `outputs`. The sum is kept in
    f32, in f64 for f64 `outputs`.

    Constraints:
    - (C1) `indices` has the shape of `weights`.
    - (C2) `positions` has the shape of `weights`.

    Folds:
    - (F1) `combine(…) = 0` without choices, experts or slots.

    `combine` is not undone with `dispatch`: which choices are dropped is known
    at run time.

    Example:

    ```mlir
    func.func @back(%y: tensor<8x?x256xf32>, %weights: tensor<?x2xf32>,
                    %experts: tensor<?x2xi32>, %slots: tensor<?x2xi32>) -> tensor<?x256xf32> {
      %tokens = fidelity.combine %y, %weights, %experts, %slots
        : (tensor<8x?x256xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x256xf32>
      return %tokens : tensor<?x256xf32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [3]>:$outputs,
    TensorRankOf<Fidelity_FloatTypes, [2]>:$weights,
    TensorRankOf<[I32], [2]>:$indices,
    TensorRankOf<[I32], [2]>:$positions
  );
  let results = (outs TensorRankOf<Fidelity_FloatTypes, [2]>:$result);
  let assemblyFormat = [{
    $outputs `,` $weights `,` $indices `,` $positions attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_TransferOp : Fidelity_Op<"transfer", [
      Pure, OdsBridge_InferSameTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ]> {
  let summary = "the same tensor on another device";
  let description = [{
    `y = input`, y being on the device `to` and `input` on the device `from`:
    what `fidelity-partition` puts where a value goes from one to another. y is
    `[…]` as `input` is, of any element type; the names of the dimensions, the
    unit and the storage stay. The names of devices are those that the `device`
    of a `#fidelity.mapping` has.

    What moves the elements is the affair of a runtime that has the devices.
    Lowered for one process, which has one memory, a transfer is nothing.

    Constraints:
    - (C1) `from` is not empty.
    - (C2) `to` is not empty.

    Folds:
    - (F1) `transfer x from a to a = x`.
    - (F2) `transfer (transfer x from a to b) from b to a = x`.

    A transfer onwards stays: there may be no way from the first device to the
    last. So does one of a constant, which was put where it is.

    Source: the boundary between two parts of a model, as in GPipe (arXiv
    1811.06965).

    Example:

    ```mlir
    func.func @boundary(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
      %y = fidelity.transfer %x from "gpu0" to "gpu1" : tensor<?x256xf32>
      return %y : tensor<?x256xf32>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, StrAttr:$from, StrAttr:$to);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$input `from` $from `to` $to attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_ROUTING_OPS_TD
