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

    Folds:
    - (F1) `mlgru(…, state = 0) = mlgru(…)`.
    - (F2) `mlgru(…, lower_bound = 0) = mlgru(…)`.
    - (F3) `mlgru(…) = (the empty o, state)` for T = 0.

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

def Fidelity_MlstmOp : Fidelity_Op<"mlstm", !listconcat(Fidelity_PureIfShapesAgree, [
      SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "extended LSTM with a matrix memory";
  let description = [{
    The mLSTM of xLSTM (arXiv 2405.04517) in its stabilised form, i and f being
    the exponentials relative to m:

    ```
    m_t = max(log f_t + m_{t-1}, input_gate_t)
    i'_t = exp(input_gate_t - m_t)
    f'_t = exp(log f_t + m_{t-1} - m_t)
    C_t = f'_t C_{t-1} + i'_t key_t ⊗ value_t
    n_t = f'_t n_{t-1} + i'_t key_t
    h_t = s C_tᵀ query_t / (max(|s n_t · query_t|, exp(-m_t)) + ε)
    ```

    f is σ(`forget_gate`), or exp(`forget_gate`) with `forget(exponential)`;
    `input_gate` and `forget_gate` are pre-activations. `query` and `key` are
    `[…, T, K]`, `value` `[…, T, V]`, the gates `[…, T]`. `state` is C, n and m
    before the first step: `[…, K, V]`, `[…, K]` and `[…]`, each 0 when absent.
    Results: h, `[…, T, V]`, of the unit of `value`, and the last C, n and m,
    which are `state` when T is 0.

    `scale`, the s, is 1/√K when absent. The paper divides the keys by √K
    instead, before they get here; h is the same, and C and n are then 1/√K of
    these. ε, 0 in the paper, is 1e-6 in its authors' code, whose kernels have
    C, n, m and the scale as here.

    Constraints:
    - (C1) `query` has a time and a key dimension.
    - (C2) `key` has the shape of `query`.
    - (C3) `value` has the shape of `query` but for its last dimension.
    - (C4) `input_gate` has the shape of `query` without its last dimension.
    - (C5) `forget_gate` has the shape of `query` without its last dimension.
    - (C6) `state` is absent, or C, n and m.
    - (C7) C has the shape of `query` without its time dimension, and then the
      last dimension of `value`.
    - (C8) n has the shape of `query` without its time dimension.
    - (C9) m has the shape of `query` without its time and key dimensions.
    - (C10) `scale` is finite.
    - (C11) `epsilon` is finite and not negative.
    - (C12) `input_gate`, `forget_gate` and m are dimensionless.
    - (C13) the product of the units of `query` and `key` is dimensionless.
    - (C14) the unit of C is the product of those of `key` and `value`.
    - (C15) the unit of n is that of `key`.

    Folds:
    - (F1) `mlstm(…, state = (0, 0, 0)) = mlstm(…)`.
    - (F2) `mlstm(…) = (the empty h, state)` for T = 0.
    - (F3) `scale` is dropped where it is 1/√K for a static K.

    Example:

    ```mlir
    func.func @mixer(%q: tensor<4x?x64xf32>, %k: tensor<4x?x64xf32>, %v: tensor<4x?x128xf32>,
                     %i: tensor<4x?xf32>, %f: tensor<4x?xf32>, %C: tensor<4x64x128xf32>,
                     %n: tensor<4x64xf32>, %m: tensor<4xf32>)
        -> (tensor<4x?x128xf32>, tensor<4x64x128xf32>, tensor<4x64xf32>, tensor<4xf32>) {
      %h, %last:3 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m {epsilon = 1.0e-6 : f64}
        : (tensor<4x?x64xf32>, tensor<4x?x64xf32>, tensor<4x?x128xf32>, tensor<4x?xf32>,
           tensor<4x?xf32>, tensor<4x64x128xf32>, tensor<4x64xf32>, tensor<4xf32>)
        -> (tensor<4x?x128xf32>, tensor<4x64x128xf32>, tensor<4x64xf32>, tensor<4xf32>)
      return %h, %last#0, %last#1, %last#2
        : tensor<4x?x128xf32>, tensor<4x64x128xf32>, tensor<4x64xf32>, tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$query,
    Fidelity_FloatTensor:$key,
    Fidelity_FloatTensor:$value,
    Fidelity_FloatTensor:$input_gate,
    Fidelity_FloatTensor:$forget_gate,
    Variadic<Fidelity_FloatTensor>:$state,
    DefaultValuedAttr<Fidelity_ForgetGateAttr, "::fidelity::ForgetGate::Sigmoid">:$forget,
    OptionalAttr<F64Attr>:$scale,
    DefaultValuedAttr<F64Attr, "0.0">:$epsilon
  );
  let results = (outs
    Fidelity_FloatTensor:$output,
    Fidelity_FloatTensor:$last_memory,
    Fidelity_FloatTensor:$last_normalizer,
    Fidelity_FloatTensor:$last_stabilizer
  );
  let assemblyFormat = [{
    $query `,` $key `,` $value `,` $input_gate `,` $forget_gate (`state` $state^)?
    (`forget` `(` custom<Enum>($forget)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def Fidelity_SlstmOp : Fidelity_Op<"slstm", !listconcat(Fidelity_PureIfShapesAgree, [
      SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "extended LSTM with a scalar memory and recurrent mixing";
  let description = [{
    The sLSTM of xLSTM (arXiv 2405.04517) in its stabilised form. What the gates
    of a head see is mixed with what that head said last, by the matrices R of
    `recurrent`:

    ```
    z_t = tanh(cell_input_t + R_z h_{t-1})
    ĩ_t = input_gate_t + R_i h_{t-1}
    f_t = σ(forget_gate_t + R_f h_{t-1})
    o_t = σ(output_gate_t + R_o h_{t-1})
    m_t = max(log f_t + m_{t-1}, ĩ_t)
    c_t = exp(log f_t + m_{t-1} - m_t) ⊙ c_{t-1} + exp(ĩ_t - m_t) ⊙ z_t
    n_t = exp(log f_t + m_{t-1} - m_t) ⊙ n_{t-1} + exp(ĩ_t - m_t)
    h_t = o_t ⊙ c_t / n_t
    ```

    With `forget(exponential)` f is the exponential instead of σ. Where n_{t-1}
    is 0 nothing is remembered: m_t is ĩ_t there, and c_{t-1} is not looked at
    (as in FlashRNN, arXiv 2412.07752), so that h is never 0/0.

    `cell_input` and the gates are pre-activations with their biases,
    `[…, T, H, D]`. `recurrent` is `[4, H, D, D]`: R_z, R_i, R_f and R_o, each
    a matrix per head with a row per feature that it makes. `state` is c, n, m
    and h before the first step, each `[…, H, D]`, and 0 when absent. Results:
    h of all steps, `[…, T, H, D]`, and the last c, n, m and h, which are
    `state` when T is 0. All are dimensionless.

    Constraints:
    - (C1) `cell_input` has a time, a head and a feature dimension.
    - (C2) `input_gate` has the shape of `cell_input`.
    - (C3) `forget_gate` has the shape of `cell_input`.
    - (C4) `output_gate` has the shape of `cell_input`.
    - (C5) `recurrent` has the size 4, the heads of `cell_input`, and twice its
      features.
    - (C6) `state` is absent, or c, n, m and h.
    - (C7) each of these has the shape of `cell_input` without its time
      dimension.
    - (C8) all operands are dimensionless.

    Folds:
    - (F1) `slstm(…, state = (0, 0, 0, 0)) = slstm(…)`.
    - (F2) `slstm(…) = (the empty h, state)` for T = 0.

    Example:

    ```mlir
    func.func @mixer(%z: tensor<?x4x64xf32>, %i: tensor<?x4x64xf32>, %f: tensor<?x4x64xf32>,
                     %o: tensor<?x4x64xf32>, %R: tensor<4x4x64x64xf32>)
        -> (tensor<?x4x64xf32>, tensor<4x64xf32>) {
      %h, %c, %n, %m, %last = fidelity.slstm %z, %i, %f, %o, %R
        : (tensor<?x4x64xf32>, tensor<?x4x64xf32>, tensor<?x4x64xf32>, tensor<?x4x64xf32>,
           tensor<4x4x64x64xf32>)
        -> (tensor<?x4x64xf32>, tensor<4x64xf32>, tensor<4x64xf32>, tensor<4x64xf32>,
            tensor<4x64xf32>)
      return %h, %last : tensor<?x4x64xf32>, tensor<4x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$cell_input,
    Fidelity_FloatTensor:$input_gate,
    Fidelity_FloatTensor:$forget_gate,
    Fidelity_FloatTensor:$output_gate,
    TensorRankOf<Fidelity_FloatTypes, [4]>:$recurrent,
    Variadic<Fidelity_FloatTensor>:$state,
    DefaultValuedAttr<Fidelity_ForgetGateAttr, "::fidelity::ForgetGate::Sigmoid">:$forget
  );
  let results = (outs
    Fidelity_FloatTensor:$output,
    Fidelity_FloatTensor:$last_cell,
    Fidelity_FloatTensor:$last_normalizer,
    Fidelity_FloatTensor:$last_stabilizer,
    Fidelity_FloatTensor:$last_hidden
  );
  let assemblyFormat = [{
    $cell_input `,` $input_gate `,` $forget_gate `,` $output_gate `,` $recurrent
    (`state` $state^)? (`forget` `(` custom<Enum>($forget)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_EmaOp : Fidelity_Op<"ema", !listconcat(Fidelity_PureIfShapesAgree, [
      SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "multi-dimensional damped exponential moving average";
  let description = [{
    The moving average of Mega (arXiv 2209.10655), which expands each channel
    into N:

    ```
    h_t = α ⊙ β input_t + (1 - α ⊙ δ) ⊙ h_{t-1}
    y_t = Σ_n η_n h_{t,n}
    ```

    `input` is `[…, T, D]`. `alpha`, `delta`, `beta` and `eta` are `[D, N]`, and
    are the values themselves: α and δ, between 0 and 1, come after their
    sigmoid, and a factor 1/√N on η, as in the authors' code, is part of it.
    `state`, the h before the first step, is `[…, D, N]` and 0 when absent.
    Results: y, `[…, T, D]`, and the last h, `[…, D, N]`, which is `state` when
    T is 0. The unit of y is the product of those of `eta` and h.

    Constraints:
    - (C1) `input` has a time and a channel dimension.
    - (C2) `alpha` has a row for each channel of `input`.
    - (C3) `delta` has the shape of `alpha`.
    - (C4) `beta` has the shape of `alpha`.
    - (C5) `eta` has the shape of `alpha`.
    - (C6) `state` has the shape of `input` without its time dimension, and then
      the last dimension of `alpha`.
    - (C7) the product of the units of `alpha` and `delta` is dimensionless.
    - (C8) the unit of `state` is the product of those of `alpha`, `beta` and
      `input`.

    Folds:
    - (F1) `ema(…, state = 0) = ema(…)`.
    - (F2) `ema(…) = (the empty y, state)` for T = 0.

    Example:

    ```mlir
    func.func @average(%x: tensor<?x256xf32>, %alpha: tensor<256x16xf32>, %delta: tensor<256x16xf32>,
                       %beta: tensor<256x16xf32>, %eta: tensor<256x16xf32>)
        -> (tensor<?x256xf32>, tensor<256x16xf32>) {
      %y, %last = fidelity.ema %x, %alpha, %delta, %beta, %eta
        : (tensor<?x256xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>,
           tensor<256x16xf32>) -> (tensor<?x256xf32>, tensor<256x16xf32>)
      return %y, %last : tensor<?x256xf32>, tensor<256x16xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$input,
    TensorRankOf<Fidelity_FloatTypes, [2]>:$alpha,
    TensorRankOf<Fidelity_FloatTypes, [2]>:$delta,
    TensorRankOf<Fidelity_FloatTypes, [2]>:$beta,
    TensorRankOf<Fidelity_FloatTypes, [2]>:$eta,
    Optional<Fidelity_FloatTensor>:$state
  );
  let results = (outs Fidelity_FloatTensor:$output, Fidelity_FloatTensor:$last_state);
  let assemblyFormat = [{
    $input `,` $alpha `,` $delta `,` $beta `,` $eta (`state` $state^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_RwkvOp : Fidelity_Op<"rwkv", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, SameOperandsAndResultElementType,
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "time mixing of RWKV-6 and RWKV-7";
  let description = [{
    The recurrence of RWKV. Version 6, Finch (arXiv 2404.05892), reads its state
    before it writes the current step, which the bonus u weighs instead:

    ```
    o_t = receptance_tᵀ (S_{t-1} + (u ⊙ key_t) ⊗ value_t)
    S_t = exp(decay_t) ⊙ S_{t-1} + key_t ⊗ value_t
    ```

    Version 7, Goose (arXiv 2503.14456), erases what a finds in the state, and
    reads afterwards; its bonus ρ adds the current step once more:

    ```
    S_t = exp(decay_t) ⊙ S_{t-1} + b_t ⊗ (S_{t-1}ᵀ a_t) + key_t ⊗ value_t
    o_t = S_tᵀ receptance_t + (receptance_t · (ρ ⊙ key_t)) value_t
    ```

    `receptance`, `decay` and `key` are `[…, H, T, K]`, `value` is
    `[…, H, T, V]`. `decay` is the logarithm of the paper's decay w, per key
    dimension and below 0: the kernels of the RWKV project take
    log(-`decay`) for it. `erase` is a and b, `[…, H, T, K]`, in the paper's
    terms -κ̂ and κ̂ ⊙ a; without them nothing is erased. `bonus`, u or ρ, is
    `[H, K]` and 0 when absent; where a norm stands between the read and the
    bonus, as in version 7 of the project's models, the bonus is left to other
    ops. `state`, the S before the first step, is `[…, H, K, V]`, the transpose
    of the paper's, and 0 when absent. Results: o, `[…, H, T, V]`, and the last
    S, `[…, H, K, V]`, which is `state` when T is 0. The unit of o is the
    product of those of `receptance` and S.

    Constraints:
    - (C1) `receptance` has a head, a time and a key dimension.
    - (C2) `decay` has the shape of `receptance`.
    - (C3) `key` has the shape of `receptance`.
    - (C4) `value` has the shape of `receptance` but for its last dimension.
    - (C5) `erase` is absent, or a and b.
    - (C6) `erase` is absent in version 6.
    - (C7) a and b have the shape of `receptance`.
    - (C8) `bonus` has a row for each head of `receptance`, and its last
      dimension.
    - (C9) `state` has the shape of `receptance` without its time dimension, and
      then the last dimension of `value`.
    - (C10) `decay` is dimensionless.
    - (C11) the product of the units of a and b is dimensionless.
    - (C12) `bonus` is dimensionless.
    - (C13) the unit of `state` is the product of those of `key` and `value`.

    Folds:
    - (F1) `rwkv(…, bonus = 0) = rwkv(…)`.
    - (F2) `rwkv(…, state = 0) = rwkv(…)`.
    - (F3) `rwkv(…) = (the empty o, state)` for T = 0.

    Example:

    ```mlir
    func.func @mixers(%r: tensor<4x?x64xf32>, %w: tensor<4x?x64xf32>, %k: tensor<4x?x64xf32>,
                      %v: tensor<4x?x64xf32>, %a: tensor<4x?x64xf32>, %b: tensor<4x?x64xf32>,
                      %u: tensor<4x64xf32>, %S: tensor<4x64x64xf32>)
        -> (tensor<4x?x64xf32>, tensor<4x?x64xf32>) {
      %o6, %S6 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6)
        : (tensor<4x?x64xf32>, tensor<4x?x64xf32>, tensor<4x?x64xf32>, tensor<4x?x64xf32>,
           tensor<4x64xf32>) -> (tensor<4x?x64xf32>, tensor<4x64x64xf32>)
      %o7, %S7 = fidelity.rwkv %r, %w, %k, %v erase %a, %b state %S version(v7)
        : (tensor<4x?x64xf32>, tensor<4x?x64xf32>, tensor<4x?x64xf32>, tensor<4x?x64xf32>,
           tensor<4x?x64xf32>, tensor<4x?x64xf32>, tensor<4x64x64xf32>)
        -> (tensor<4x?x64xf32>, tensor<4x64x64xf32>)
      return %o6, %o7 : tensor<4x?x64xf32>, tensor<4x?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$receptance,
    Fidelity_FloatTensor:$decay,
    Fidelity_FloatTensor:$key,
    Fidelity_FloatTensor:$value,
    Variadic<Fidelity_FloatTensor>:$erase,
    Optional<TensorRankOf<Fidelity_FloatTypes, [2]>>:$bonus,
    Optional<Fidelity_FloatTensor>:$state,
    Fidelity_RwkvVersionAttr:$version
  );
  let results = (outs Fidelity_FloatTensor:$output, Fidelity_FloatTensor:$last_state);
  let assemblyFormat = [{
    $receptance `,` $decay `,` $key `,` $value (`erase` $erase^)? (`bonus` $bonus^)?
    (`state` $state^)? `version` `(` custom<Enum>($version) `)`
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_RECURRENT_OPS_TD
