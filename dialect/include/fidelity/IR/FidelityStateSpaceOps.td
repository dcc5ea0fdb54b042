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

    Folds: none of its own; 0 times what is infinite is no number.

    Source: S4D, arXiv 2206.11893, and the decoding of Mamba, arXiv 2312.00752.

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

    Folds:
    - (F1) `Σ_n C_n s_n = 0` for a state without elements, without `skip`.

    A `C` or `D` of 0 stays: 0 times what is infinite is no number.

    Source: S4D, arXiv 2206.11893, and the decoding of Mamba, arXiv 2312.00752.

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

//===----------------------------------------------------------------------===//
// Sequences
//===----------------------------------------------------------------------===//

def Fidelity_SsmDiscretizeOp : Fidelity_Op<"ssm.discretize", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "a continuous diagonal state-space model as a discrete one";
  let description = [{
    Makes the Ā and B̄ of `h_t = Ā ⊙ h_{t-1} + B̄ x_t` from the A and B of
    `h' = A ⊙ h + B x` and a step size Δ:

    ```
    zoh       Ā = exp(Δ A)                    B̄ = (exp(Δ A) - 1) / A · B
    euler     Ā = 1 + Δ A                     B̄ = Δ B
    bilinear  Ā = (1 + Δ A/2) / (1 - Δ A/2)   B̄ = Δ B / (1 - Δ A/2)
    ```

    `zoh`, the zero-order hold, is the default; where A is 0 its B̄ is the limit
    Δ B, and it keeps its precision where Δ A is small. `dt`, the Δ, is
    `[…, D]` and real; `A` and `B` are `[D, N]`, real or complex; Ā and B̄ are
    `[…, D, N]`, complex when `A` or `B` is. Ā is dimensionless, and the unit
    of B̄ is the product of those of `dt` and `B`.

    S4D (arXiv 2206.11893) discretises by `zoh` or `bilinear`; what follows is
    an `ssm.convolution`, or an `ssm.scan` without `delta`. S5 (arXiv
    2208.04933) is one system for all channels, with a dense B `[N, U]` and C
    `[U, N]` about a diagonal A. Its B̄ is B with its rows scaled: discretise
    with a step and a channel for each state, `dt` `[N]`, `A` and a `B` of ones
    `[N, 1]`. The layer is a matrix product, `u_t = (B̄ ⊙ B) x_t`, a
    `recurrence` whose decay is Ā, whose value is u and whose output is h, and
    the product `y_t = Re(C h_t)`.

    Constraints:
    - (C1) `dt` has a last dimension.
    - (C2) the first dimension of `A` has the size of the last dimension of
      `dt`.
    - (C3) `B` has the shape of `A`.
    - (C4) a real operand has the element type of `dt`.
    - (C5) a complex operand has parts of the type that is computed in: f64 for
      an f64 `dt`, f32 for another.
    - (C6) the product of the units of `dt` and `A` is dimensionless.

    Folds:
    - (F1) `ssm.discretize(Δ, A, B) = (Ā, B̄)`, constants, for constants that
      are not large: the parameters of a trained model.

    Example:

    ```mlir
    func.func @s4d(%dt: tensor<64xf32>, %A: tensor<64x16xcomplex<f32>>, %B: tensor<64x16xcomplex<f32>>)
        -> (tensor<64x16xcomplex<f32>>, tensor<64x16xcomplex<f32>>) {
      %Abar, %Bbar = fidelity.ssm.discretize %dt, %A, %B method(bilinear)
        : (tensor<64xf32>, tensor<64x16xcomplex<f32>>, tensor<64x16xcomplex<f32>>)
        -> (tensor<64x16xcomplex<f32>>, tensor<64x16xcomplex<f32>>)
      return %Abar, %Bbar : tensor<64x16xcomplex<f32>>, tensor<64x16xcomplex<f32>>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$dt,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2]>:$A,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2]>:$B,
    DefaultValuedAttr<Fidelity_DiscretizationAttr, "::fidelity::Discretization::Zoh">:$method
  );
  let results = (outs Fidelity_FloatOrComplexTensor:$discrete_A,
                      Fidelity_FloatOrComplexTensor:$discrete_B);
  let assemblyFormat = [{
    $dt `,` $A `,` $B (`method` `(` custom<Enum>($method)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_SsmScanOp : Fidelity_Op<"ssm.scan", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "scan of a diagonal state-space model over a sequence";
  let description = [{
    For each channel d, with a state of N numbers:

    ```
    h_t = exp(Δ_t A) ⊙ h_{t-1} + (Δ_t x_t) B_t   with delta
    h_t = A ⊙ h_{t-1} + x_t B_t                  without: A and B are discrete
    y_t = Re(Σ_n C_t h_t) + D x_t, and with a gate times silu(z_t)
    ```

    This is the selective scan of Mamba (arXiv 2312.00752), and with a `B` and a
    `C` that do not change in time the recurrence of S4D (arXiv 2206.11893).

    `x`, `dt` (the Δ, or its pre-activation with `delta_softplus`, where Δ is
    softplus(dt)) and the `gate` z are `[B, T, D]`; `A` is `[D, N]`; `B` and
    `C` are each `[B, T, N]`, one for each step, or `[D, N]`; `skip`, the D, is
    `[D]`; `state`, the h before the first step, is `[B, D, N]`. What is absent
    is not there in the equation, and a state is 0 when absent. `A`, `B` and
    `C` are real or complex, the state is complex when `A` or `B` is. Results:
    y, `[B, T, D]`, and the last h, `[B, D, N]`, which is `state` when T is 0.

    The unit of h is the product of those of `x`, `B` and `dt`, and that of y is
    the product of this and the unit of `C`.

    Constraints:
    - (C1) `dt` has the shape of `x`.
    - (C2) the first dimension of `A` has the size of the channel dimension.
    - (C3) `B` is `[B, T, N]` or `[D, N]`.
    - (C4) `C` is `[B, T, N]` or `[D, N]`.
    - (C5) `D` has the size of the channel dimension.
    - (C6) `gate` has the shape of `x`.
    - (C7) `state` is `[B, D, N]`.
    - (C8) a real operand has the element type of `x`.
    - (C9) a complex operand has parts of the type that is computed in: f64 for
      an f64 `x`, f32 for another.
    - (C10) `state` is complex when `A` or `B` is, and otherwise real.
    - (C11) `delta_softplus` comes with `delta`.
    - (C12) the product of the units of `dt` and `A` is dimensionless; without
      `dt`, `A` is.
    - (C13) `gate` is dimensionless, and so is `dt` with `delta_softplus`.
    - (C14) `state` has the unit of h.
    - (C15) the product of the units of `D` and `x` is the unit of y.

    Folds:
    - (F1) `ssm.scan(…, h_0 = 0) = ssm.scan(…)`.
    - (F2) `ssm.scan(…) = (the empty y, h_0)` for T = 0.
    - (F3) for T = 1, in real f32 or f64, without names and units:
      `ssm.scan(x, A, B, C, D, h_0) = (ssm.output(h_1, C, D, x), h_1)` with
      `h_1 = ssm.state_update(h_0, x, A, B)`, or with `delta`
      `h_1 = ssm.state_update(h_0, Δ x, exp(Δ A), B)`; with a gate the output is
      multiplied by `silu(z)`.

    A narrower state would be rounded before it is read, and the ops of a step
    take no complex numbers, so that those stay; `fidelity-decompose` makes a
    `recurrence` of one step of them.

    Example:

    ```mlir
    func.func @mamba(%x: tensor<2x?x64xf32>, %dt: tensor<2x?x64xf32>, %A: tensor<64x16xf32>,
                     %B: tensor<2x?x16xf32>, %C: tensor<2x?x16xf32>, %D: tensor<64xf32>,
                     %z: tensor<2x?x64xf32>, %h: tensor<2x64x16xf32>)
        -> (tensor<2x?x64xf32>, tensor<2x64x16xf32>) {
      %y, %last = fidelity.ssm.scan %x, %A, %B, %C delta %dt skip %D gate %z state %h {delta_softplus}
        : (tensor<2x?x64xf32>, tensor<64x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>,
           tensor<2x?x64xf32>, tensor<64xf32>, tensor<2x?x64xf32>, tensor<2x64x16xf32>)
        -> (tensor<2x?x64xf32>, tensor<2x64x16xf32>)
      return %y, %last : tensor<2x?x64xf32>, tensor<2x64x16xf32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [3]>:$x,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2]>:$A,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2, 3]>:$B,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2, 3]>:$C,
    Optional<TensorRankOf<Fidelity_FloatTypes, [3]>>:$dt,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$skip,
    Optional<TensorRankOf<Fidelity_FloatTypes, [3]>>:$gate,
    Optional<TensorRankOf<Fidelity_FloatOrComplexTypes, [3]>>:$state,
    UnitAttr:$delta_softplus
  );
  let results = (outs Fidelity_FloatTensor:$output, Fidelity_FloatOrComplexTensor:$last_state);
  let assemblyFormat = [{
    $x `,` $A `,` $B `,` $C (`delta` $dt^)? (`skip` $skip^)? (`gate` $gate^)?
    (`state` $state^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_SsmSsdOp : Fidelity_Op<"ssm.ssd", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, SameOperandsAndResultElementType,
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "state-space duality: a scan with one decay for each head";
  let description = [{
    The layer of Mamba-2 (arXiv 2405.21060). For each head, with a state of P by
    N numbers and a scalar A:

    ```
    h_t = exp(Δ_t A) h_{t-1} + (Δ_t x_t) ⊗ B_t
    y_t = h_t C_t + D x_t, and with a gate times silu(z_t)
    ```

    `x` and the `gate` z are `[B, T, H, P]`; `dt` (the Δ, or its pre-activation
    with `delta_softplus`, where Δ is softplus(dt)) is `[B, T, H]`; `A` and
    `skip`, the D, are `[H]`; `B` and `C` are `[B, T, G, N]`, head h taking
    group ⌊h / (H/G)⌋; `state`, the h before the first step, is `[B, H, P, N]`
    and 0 when absent. Results: y, `[B, T, H, P]`, and the last h,
    `[B, H, P, N]`, which is `state` when T is 0.

    The unit of h is the product of those of `x`, `B` and `dt`, and that of y is
    the product of this and the unit of `C`.

    Constraints:
    - (C1) `dt` has the shape of `x` without its last dimension.
    - (C2) `A` has the size of the head dimension.
    - (C3) `B` is `[B, T, G, N]`.
    - (C4) `C` has the shape of `B`.
    - (C5) the groups divide the heads.
    - (C6) `D` has the size of the head dimension.
    - (C7) `gate` has the shape of `x`.
    - (C8) `state` is `[B, H, P, N]`.
    - (C9) the product of the units of `dt` and `A` is dimensionless.
    - (C10) `gate` is dimensionless, and so is `dt` with `delta_softplus`.
    - (C11) `state` has the unit of h.
    - (C12) the product of the units of `D` and `x` is the unit of y.

    Folds:
    - (F1) `ssm.ssd(…, h_0 = 0) = ssm.ssd(…)`.
    - (F2) `ssm.ssd(…) = (the empty y, h_0)` for T = 0.
    - (F3) for T = 1 and G = 1, in f32 or f64, without names and units:
      `ssm.ssd(x, Δ, A, B, C, D, h_0) = (ssm.output(h_1, C, D, x), h_1)` with
      `h_1 = ssm.state_update(h_0, Δ x, exp(Δ A), B)`; with a gate the output is
      multiplied by `silu(z)`.

    Example:

    ```mlir
    func.func @mamba2(%x: tensor<1x?x8x64xf32>, %dt: tensor<1x?x8xf32>, %A: tensor<8xf32>,
                      %B: tensor<1x?x2x16xf32>, %C: tensor<1x?x2x16xf32>, %D: tensor<8xf32>)
        -> (tensor<1x?x8x64xf32>, tensor<1x8x64x16xf32>) {
      %y, %last = fidelity.ssm.ssd %x, %dt, %A, %B, %C skip %D {delta_softplus}
        : (tensor<1x?x8x64xf32>, tensor<1x?x8xf32>, tensor<8xf32>, tensor<1x?x2x16xf32>,
           tensor<1x?x2x16xf32>, tensor<8xf32>)
        -> (tensor<1x?x8x64xf32>, tensor<1x8x64x16xf32>)
      return %y, %last : tensor<1x?x8x64xf32>, tensor<1x8x64x16xf32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [4]>:$x,
    TensorRankOf<Fidelity_FloatTypes, [3]>:$dt,
    TensorRankOf<Fidelity_FloatTypes, [1]>:$A,
    TensorRankOf<Fidelity_FloatTypes, [4]>:$B,
    TensorRankOf<Fidelity_FloatTypes, [4]>:$C,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$skip,
    Optional<TensorRankOf<Fidelity_FloatTypes, [4]>>:$gate,
    Optional<TensorRankOf<Fidelity_FloatTypes, [4]>>:$state,
    UnitAttr:$delta_softplus
  );
  let results = (outs Fidelity_FloatTensor:$output, Fidelity_FloatTensor:$last_state);
  let assemblyFormat = [{
    $x `,` $dt `,` $A `,` $B `,` $C (`skip` $skip^)? (`gate` $gate^)? (`state` $state^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_SsmConvolutionOp : Fidelity_Op<"ssm.convolution", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes
    ])> {
  let summary = "time-invariant state-space model as a convolution";
  let description = [{
    The causal convolution of each channel with the kernel that a discrete
    system has (S4D, arXiv 2206.11893):

    ```
    K_l = Re(Σ_n C_n A_n^l B_n)
    y_t = Σ_{l ≤ t} K_l x_{t-l} + D x_t
    ```

    `x` and y are `[B, T, D]`; `A`, `B` and `C`, discrete, are `[D, N]`, real or
    complex; `skip`, the D, is `[D]`. It is what `ssm.scan` computes with these
    and no state, and how it is lowered: by the recurrence, whose work grows
    with T and not with T². The unit of y is the product of those of `x`, `B`
    and `C`.

    Constraints:
    - (C1) the first dimension of `A` has the size of the channel dimension.
    - (C2) `B` has the shape of `A`.
    - (C3) `C` has the shape of `A`.
    - (C4) `D` has the size of the channel dimension.
    - (C5) a real operand has the element type of `x`.
    - (C6) a complex operand has parts of the type that is computed in: f64 for
      an f64 `x`, f32 for another.
    - (C7) `A` is dimensionless.
    - (C8) the product of the units of `D` and `x` is the unit of y.

    Folds:
    - (F1) `ssm.convolution(…)` is the empty y for T = 0.

    Example:

    ```mlir
    func.func @s4d(%x: tensor<2x?x64xf32>, %A: tensor<64x16xcomplex<f32>>, %B: tensor<64x16xcomplex<f32>>,
                   %C: tensor<64x16xcomplex<f32>>, %D: tensor<64xf32>) -> tensor<2x?x64xf32> {
      %y = fidelity.ssm.convolution %x, %A, %B, %C skip %D
        : (tensor<2x?x64xf32>, tensor<64x16xcomplex<f32>>, tensor<64x16xcomplex<f32>>,
           tensor<64x16xcomplex<f32>>, tensor<64xf32>) -> tensor<2x?x64xf32>
      return %y : tensor<2x?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [3]>:$x,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2]>:$A,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2]>:$B,
    TensorRankOf<Fidelity_FloatOrComplexTypes, [2]>:$C,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$skip
  );
  let results = (outs Fidelity_FloatTensor:$output);
  let assemblyFormat = [{
    $x `,` $A `,` $B `,` $C (`skip` $skip^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_STATE_SPACE_OPS_TD
