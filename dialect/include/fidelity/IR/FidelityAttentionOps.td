//===- FidelityAttentionOps.td - linear attention
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_ATTENTION_OPS_TD
#define FIDELITY_IR_ATTENTION_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_LinearAttentionOp : Fidelity_Op<"linear_attention", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "attention whose sums over earlier tokens are one state per head";
  let description = [{
    Linear attention (arXiv 2006.16236). With q, k the features φ of `query` and
    `key`, v `value`, g `decay` and β `beta`, `update_rule` is one of

    ```
    linear       S_t = S_{t-1} + k_t ⊗ v_t
    gated        S_t = exp(g_t) ⊙ S_{t-1} + k_t ⊗ v_t
    delta        S_t = S_{t-1} + k_t ⊗ β_t (v_t - S_{t-1}ᵀ k_t)
    gated_delta  S_t = exp(g_t) ⊙ S_{t-1} + k_t ⊗ β_t (v_t - (exp(g_t) ⊙ S_{t-1})ᵀ k_t)
    ```

    and token t reads `o_t = s S_tᵀ q_t`, or `s Sᵀ q_t` with the S after the
    last token where `causal` is false. `gated` is GLA (arXiv 2312.06635) and,
    with one constant decay per head, RetNet (arXiv 2307.08621); `delta` is
    DeltaNet (arXiv 2406.06484) and `gated_delta` Gated DeltaNet (arXiv
    2412.06464), which expect keys of length 1.

    The feature map φ is `identity`, `elu_plus_one` (x + 1 where x > 0, else
    exp(x)), `relu`, or `positive_random`, that of Performer (arXiv 2009.14794),
    where ω is `features`, `[m, K]`; q and k divided by K^(1/4) beforehand make
    it approximate softmax attention:

    ```
    φ(x) = exp(ω x - |x|²/2) / √m
    ```

    With `normalize` each read is a weighted mean of values: z is the state that
    the rule makes of values which are 1, Σ_s k_s for `linear`, and
    `o_t = s S_tᵀ q_t / (z_t · q_t)`, 0 where z_t · q_t is 0. A factor of q_t
    makes no difference, and of random features the largest of a query has none,
    so that a long query's do not all vanish. `scale`, the s, is
    1/√K when absent, K being the size of keys before φ, and 1 with
    `normalize`.

    `query` is `[…, Hq, T, K]`, `key` `[…, H, T, K]`, `value` `[…, H, T, V]`; Hq
    is a multiple of H, and query head h reads the state of head h / (Hq / H).
    `decay`, a logarithm, is `[…, H, T, K']` per feature, of which there are K',
    or `[…, H, T]` per head; `beta` is `[…, H, T]`. In these two a static 1
    stretches. `state` is S and, with `normalize`, z before the first token,
    `[…, H, K', V]` and `[…, H, K']`, 0 when absent.

    Results: o, `[…, Hq, T, V]`, the last S and, with `normalize`, the last z,
    which are `state` when T is 0. o has the element type of `query`, S and z
    have those of `state`, or of `query` without it.

    Rules, grouped heads and scale are those of `LinearAttention` in ONNX opset
    27, which packs heads into the last dimension, calls an absent scale 0, and
    has neither feature maps, nor `normalize`, nor `causal`.

    Constraints:
    - (C1) `query` has a head, a time and a key dimension.
    - (C2) `key` has the shape of `query` but for its heads.
    - (C3) `value` has the shape of `key` but for its last dimension.
    - (C4) the heads of `query` are a positive multiple of those of `key`, or
      both are none.
    - (C5) `decay` is present in the gated rules and in no other.
    - (C6) `decay` broadcasts to the features of `key`, or to its heads and
      steps.
    - (C7) `beta` is present in the delta rules and in no other.
    - (C8) `beta` broadcasts to the heads and steps of `key`.
    - (C9) `features` is present with `positive_random` and with no other
      feature map.
    - (C10) `features` has two dimensions, the second the last one of `query`.
    - (C11) `state` is absent, or S, or with `normalize` S and z.
    - (C12) S has the shape of the features of `key` without their time
      dimension, and then the last dimension of `value`.
    - (C13) z has the shape of the features of `key` without their time
      dimension.
    - (C14) `scale` is finite.
    - (C15) `decay` and `features` are dimensionless, and so is the argument of
      a feature map but `identity` and `relu`.
    - (C16) S has the unit that the update rule gives it: that of `key` times
      that of `value`, or in the delta rules the latter divided by the former,
      of which `beta` has the power -2. z has that of S divided by that of
      `value`.

    Folds:
    - (F1) `linear_attention(…, state = 0) = linear_attention(…)` for a state of
      the element type of `query`.
    - (F2) `gated(…, decay = 0) = linear(…)` and `gated_delta(…, decay = 0) =
      delta(…)`: exp(0) = 1.
    - (F3) `causal = false` is dropped for T = 1: the only token is the last
      one.
    - (F4) `linear_attention(…) = (the empty o, state)` for T = 0.
    - (F5) `scale` is dropped where it is what an absent one is, 1/√K for a
      static K, or 1 with `normalize`.

    `beta` stays, also where it is 1: the delta rules ask for it.

    Example, two query heads to a head of keys, and a Performer that sees both
    ways:

    ```mlir
    func.func @attention(%q: tensor<1x8x?x64xf16>, %k: tensor<1x4x?x64xf16>, %v: tensor<1x4x?x128xf16>,
                         %g: tensor<1x4x?xf32>, %b: tensor<1x4x?xf16>, %S: tensor<1x4x64x128xf32>,
                         %omega: tensor<256x64xf32>)
        -> (tensor<1x8x?x128xf16>, tensor<1x4x64x128xf32>, tensor<1x8x?x128xf16>) {
      %o, %last = fidelity.linear_attention %q, %k, %v decay %g beta %b state %S update_rule(gated_delta)
        : (tensor<1x8x?x64xf16>, tensor<1x4x?x64xf16>, tensor<1x4x?x128xf16>, tensor<1x4x?xf32>,
           tensor<1x4x?xf16>, tensor<1x4x64x128xf32>)
        -> (tensor<1x8x?x128xf16>, tensor<1x4x64x128xf32>)
      %p, %sums:2 = fidelity.linear_attention %q, %k, %v features %omega update_rule(linear)
          feature_map(positive_random) {causal = false, normalize}
        : (tensor<1x8x?x64xf16>, tensor<1x4x?x64xf16>, tensor<1x4x?x128xf16>, tensor<256x64xf32>)
        -> (tensor<1x8x?x128xf16>, tensor<1x4x256x128xf16>, tensor<1x4x256xf16>)
      return %o, %last, %p : tensor<1x8x?x128xf16>, tensor<1x4x64x128xf32>, tensor<1x8x?x128xf16>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$query,
    Fidelity_FloatTensor:$key,
    Fidelity_FloatTensor:$value,
    Optional<Fidelity_FloatTensor>:$decay,
    Optional<Fidelity_FloatTensor>:$beta,
    Variadic<Fidelity_FloatTensor>:$state,
    Optional<TensorRankOf<Fidelity_FloatTypes, [2]>>:$features,
    Fidelity_UpdateRuleAttr:$update_rule,
    DefaultValuedAttr<Fidelity_FeatureMapAttr, "::fidelity::FeatureMap::Identity">:$feature_map,
    UnitAttr:$normalize,
    DefaultValuedAttr<BoolAttr, "true">:$causal,
    OptionalAttr<F64Attr>:$scale
  );
  let results = (outs
    Fidelity_FloatTensor:$output,
    Fidelity_FloatTensor:$last_state,
    Optional<Fidelity_FloatTensor>:$last_normalizer
  );
  let assemblyFormat = [{
    $query `,` $key `,` $value (`decay` $decay^)? (`beta` $beta^)? (`state` $state^)?
    (`features` $features^)? `update_rule` `(` custom<Enum>($update_rule) `)`
    (`feature_map` `(` custom<Enum>($feature_map)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_ATTENTION_OPS_TD
