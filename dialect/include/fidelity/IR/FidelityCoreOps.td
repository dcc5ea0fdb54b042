//===- FidelityCoreOps.td - what the sequence ops decompose to
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_CORE_OPS_TD
#define FIDELITY_IR_CORE_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

def Fidelity_RecurrenceOp : Fidelity_Op<"recurrence", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ])> {
  let summary = "linear recurrence of a state under a decay, fed by an outer product";
  let description = [{
    What every linear sequence op decomposes to (`fidelity-decompose`): a state
    S decays, is fed an outer product, and is read by a contraction.

    ```
    S_t = d_t ⊙ S_{t-1} + w_t ⊗ (r_tᵀ S_{t-1}) + key_t ⊗ value_t
    o_t = Σ_keys query_t ⊙ S_t                                  read(after)
    o_t = Σ_keys query_t ⊙ (S_{t-1} + bonus ⊙ key_t ⊗ value_t)  read(before)
    ```

    Like a `linalg.generic` the op stands in a space of loops, and each
    operand and result has an affine map that says which loops index it; an
    operand is shared by the points along the loops that its map lacks: under
    the map `(t, k, v) -> (t, k)` it is `[T, K]`. The
    maps of the results tell the loops apart: *time* indexes `output` and not
    `last_state`; the *keys* index `last_state` and not `output`, and are summed
    over when the state is read; all others index both and are parallel.

    - `decay` is d: none is 1, two are multiplied, and with `exponential` d is
      the exponential of their product. Its map makes it a decay for each
      element, each key or each head, changing in time or not.
    - `key`, `value`, `query` are 1 when absent.
    - `erase` is the pair (r, w), a rank-one change of the state: the delta
      rule `S = d S + β k ⊗ (v - (d S)ᵀ k)` has r = d ⊙ k, w = -β k and the
      key β k. r reads the state before it decays, summing over the keys.
    - `bonus` is the weight with which `read(before)` sees the current key and
      value; without it, it does not see them.
    - `state` is S before the first step, 0 when absent.

    Results: `output`, and `last_state`, which is `state` when there is no
    step. Operands may have different float types; the results have the widest
    of them, f32 for f16 beside bf16, and are complex when an operand is. The
    state is kept in f32 at least.

    `chunk`, when given, has the sequence computed that many steps at once: as
    matrix products inside a chunk, carrying the state from chunk to chunk
    (as in arXiv 2312.06635 and 2406.06484, with products of decays in place of
    quotients, which is stable for any decay). Otherwise there is a loop over
    time, or no loop where there is one step.

    Constraints:
    - (C1) `indexing_maps` has a map for each operand and each result, in their
      order.
    - (C2) the maps are over the same loops, and each is a projected
      permutation: a list of different loops.
    - (C3) the map of `last_state` has all loops but one, time.
    - (C4) the map of `output` has time, and no other loop that `last_state`
      lacks.
    - (C5) `state` has the map of `last_state`.
    - (C6) each operand has a dimension for each result of its map.
    - (C7) operands agree in the size of each loop, and an operand has it.
    - (C8) `decay` has at most two operands, and `exponential` at least one.
    - (C9) `erase` has two operands or none.
    - (C10) `bonus` comes with `read(before)`.
    - (C11) `chunk` is positive.
    - (C12) the product of `decay`, that of `erase`, and `bonus` are
      dimensionless.
    - (C13) `state` has the unit of `key` · `value`.

    Folds:
    - (F1) `recurrence(…, state = 0) = recurrence(…)`.
    - (F2) `decay = 1` is dropped, without `exponential`.
    - (F3) `decay = 0` is dropped with `exponential`, where it is the only one:
      exp(0) = 1, but 0 · ∞ is no number.
    - (F4) `key = 1`, `value = 1` and `query = 1` are dropped.
    - (F5) `chunk` is dropped where there is at most one step.
    - (F6) `recurrence(…) = (the empty output, state)` where there is no step, for
      a state of the type of `last_state`.

    An operand that alone has the size of a loop stays.

    Example, gated linear attention of one head:

    ```mlir
    func.func @gla(%g: tensor<?x16xf32>, %k: tensor<?x16xf32>, %v: tensor<?x32xf32>, %q: tensor<?x16xf32>)
        -> (tensor<?x32xf32>, tensor<16x32xf32>) {
      %o, %s = fidelity.recurrence decay %g key %k value %v query %q chunk(64)
        {exponential,
         indexing_maps = [affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (t, k)>,
                          affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (t, k)>,
                          affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (k, v)>]}
        : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>)
        -> (tensor<?x32xf32>, tensor<16x32xf32>)
      return %o, %s : tensor<?x32xf32>, tensor<16x32xf32>
    }
    ```
  }];
  let arguments = (ins
    Variadic<Fidelity_FloatOrComplexTensor>:$decay,
    Optional<Fidelity_FloatOrComplexTensor>:$key,
    Optional<Fidelity_FloatOrComplexTensor>:$value,
    Optional<Fidelity_FloatOrComplexTensor>:$query,
    Variadic<Fidelity_FloatOrComplexTensor>:$erase,
    Optional<Fidelity_FloatOrComplexTensor>:$bonus,
    Optional<Fidelity_FloatOrComplexTensor>:$state,
    AffineMapArrayAttr:$indexing_maps,
    UnitAttr:$exponential,
    DefaultValuedAttr<Fidelity_ReadAttr, "::fidelity::Read::After">:$read,
    OptionalAttr<I64Attr>:$chunk
  );
  let results = (outs Fidelity_FloatOrComplexTensor:$output,
                      Fidelity_FloatOrComplexTensor:$last_state);
  let assemblyFormat = [{
    (`decay` $decay^)? (`key` $key^)? (`value` $value^)? (`query` $query^)?
    (`erase` $erase^)? (`bonus` $bonus^)? (`state` $state^)?
    (`read` `(` custom<Enum>($read)^ `)`)? (`chunk` `(` $chunk^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_CORE_OPS_TD
