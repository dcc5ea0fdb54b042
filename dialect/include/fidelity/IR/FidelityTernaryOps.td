//===- FidelityTernaryOps.td - linear layers with ternary weights
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_TERNARY_OPS_TD
#define FIDELITY_IR_TERNARY_OPS_TD

include "fidelity/IR/FidelityAttributes.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def Fidelity_ZeroVectorOp : Fidelity_Op<"zero_vector", [
      Pure, OdsBridge_ReifyShapes, OdsBridge_Tile
    ]> {
  let summary = "a vector of zeros";
  let description = [{
    `y[n] = 0` for each of N = `size` elements: y is `[N]`. As for
    `tensor.empty`, the result type is not inferred: the operand does not
    determine the element type.

    Constraints:
    - (C1) the result has one dimension.

    Folds:
    - (F1) `zero_vector(n) = 0`, a constant, for a constant n that the type
      says.
    - (F2) `zero_vector(n) : tensor<?xF> = cast(zero_vector(n) : tensor<nxF>)`
      for a constant n that is not negative.

    Source: ONNX `ConstantOfShape`.

    Example:

    ```mlir
    func.func @zeros(%n: index) -> tensor<?xf32> {
      %zero = fidelity.zero_vector %n : tensor<?xf32>
      return %zero : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins Index:$size);
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = "$size attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Fidelity_TernaryLinearOp : Fidelity_Op<"ternary_linear", !listconcat(Fidelity_PureIfShapesAgree, [
      OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ])> {
  let summary = "linear layer with ternary weights, by additions and subtractions";
  let description = [{
    `y[…, n] = scale(n) · Σ_k x[…, k] · weights[n, k]` with weights in
    {-1, 0, +1}: the sum takes additions and subtractions only. `x` is `[…, K]`,
    `weights` `[N, K]`, y `[…, N]`. `scale` is a scalar, `[N]`, or `[N, G]`
    where each row has G groups of K/G weights and each group's sum is scaled
    before the groups are added. A bias is a `fidelity.add`.

    The element type of y is that of `x` for a float `x`; for an i8 `x` it is
    that of `scale`, or i32 without a scale. `accumulator` is the type the sum
    is kept in: for a float `x` f32, f64, f80 or f128 (f32 when absent, f64
    for an f64 `x`), for an i8 `x` i32.

    A weight that is not a trit counts by its sign.

    The unit of y is the product of those of `x` and `scale`.

    Constraints:
    - (C1) `x` has a last dimension.
    - (C2) the last dimension of `x` has the size of the last dimension of
      `weights`.
    - (C3) `scale` is a scalar, `[N]` or `[N, G]`.
    - (C4) the groups of `scale` divide K.
    - (C5) `accumulator` is i32 for an i8 `x`, a float type for a float one.
    - (C6) `weights` are dimensionless.

    Folds:
    - (F1) `ternary_linear(x, w, 1) = ternary_linear(x, w)` for a float `x`.
    - (F2) `ternary_linear(x, 0, s) = 0`, and so without inputs, where s is
      absent or a finite constant and not below 0: a weight of 0 does not touch
      `x`.
    - (F3) `ternary_linear(0, w, s) = 0` for such an s.
    - (F4) `ternary_linear(x, unpack(p), s) = ternary_linear(x, p, s)`.
    - (F5) `ternary_linear(x, [0; w; 0], s) = [0; ternary_linear(x, w, s); 0]`
      for a constant w between rows of zeros, which have at least as many zeros
      as there are rows, and such an s. Dimensions of w have no names, y neither
      names nor a unit.

    A row of zeros between others stays, as does a scale of one number for all
    rows.

    Source: BitNet b1.58, arXiv 2402.17764.

    Example:

    ```mlir
    func.func @project(%x: tensor<?x256xf32>,
                       %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                       %s: tensor<f32>) -> tensor<?x64xf32> {
      %y = fidelity.ternary_linear %x, %w scale %s
        : (tensor<?x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>)
        -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_ActivationTensor:$x,
    TensorRankOf<[I8], [2]>:$weights,
    Optional<Fidelity_FloatTensor>:$scale,
    OptionalAttr<Fidelity_AccumulatorAttr>:$accumulator
  );
  let results = (outs Fidelity_SumTensor:$result);
  let assemblyFormat = [{
    $x `,` $weights (`scale` $scale^)? (`accumulator` `(` custom<Enum>($accumulator)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
}

def Fidelity_TernaryAccumulateOp : Fidelity_Op<"ternary_accumulate", [
      OdsBridge_Speculate,
      DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
      DestinationStyleOpInterface, OdsBridge_InferTypes, OdsBridge_ReifyShapes,
      OdsBridge_Tile
    ], OdsBridge_Bufferize> {
  let summary = "add a ternary matrix-vector product to a destination";
  let description = [{
    `y[…, n] = init[…, n] + scale(n) · Σ_k x[…, k] · weights[n, k]`, in destination
    style: `x` is `[…, K]`, `weights` `[N, K]`, `init` and y `[…, N]`, `scale` as for
    `fidelity.ternary_linear`. On tensors y has the type of `init`; on memrefs there is
    no result and `init` is updated in place. The sum is kept in the element type of
    `init`, in f32 when that is f16 or bf16; of an i8 `x` that of a group is exact. A -0
    of `init` to which no weight adds anything is -0 or 0.

    A memref type says no storage, and neither does the type that
    `fidelity-materialize-storage` gives to a tensor. With `storage` the weights are
    the bytes of the `[N, K]` trits, as that storage has them; processors have kernels
    for the op in this form, which `convert-fidelity-to-vector` makes; nothing folds it.

    Constraints:
    - (C1) `x`, `weights`, `init` and `scale` are all tensors or all memrefs.
    - (C2) there is one result on tensors and none on memrefs.
    - (C3) `x` has a last dimension, of the size of the last dimension of
      `weights`.
    - (C4) `init` is `[…, N]` where `x` is `[…, K]` and `weights` `[N, K]`.
    - (C5) `init` has elements of type i32 for an i8 `x` without `scale`, of a float
      type with one; for a float `x` of the type of `x`, or f32 for an `x` of f16 or
      bf16.
    - (C6) `weights` are dimensionless.
    - (C7) `init` has the unit of `x · scale`.
    - (C8) with `storage`, which is not `dense`, `weights` have no encoding, and
      rows of as many bytes as it takes for K, where that is static.
    - (C9) `scale` is a scalar, `[N]` or `[N, G]`, and its groups divide K.

    Folds:
    - (F1) `ternary_accumulate(x, 0, init) = init` without a scale, and so without
      inputs: a weight of 0 adds nothing.
    - (F2) `ternary_accumulate(x, w, 0, s) = ternary_linear(x, w, s)` on tensors
      without names and units, where that has elements of the type of `init`.
    - (F3) `ternary_accumulate(x, unpack(p), init, s) = ternary_accumulate(x, p,
      init, s)`.
    - (F4) `ternary_accumulate(x, [0; w; 0], [i; j; k]) =
      [i; ternary_accumulate(x, w, j); k]` on tensors and without a scale, for a
      constant w as in F5 of `ternary_linear`.

    Source: MatMul-free LM, arXiv 2406.02528.

    Example:

    ```mlir
    func.func @accumulate(%x: tensor<?xf32>, %w: tensor<?x?xi8>, %init: tensor<?xf32>) -> tensor<?xf32> {
      %y = fidelity.ternary_accumulate %x, %w, %init
        : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
      return %y : tensor<?xf32>
    }
    ```
  }];
  let arguments = (ins
    AnyTypeOf<[Fidelity_ActivationTensor, MemRefOf<!listconcat(Fidelity_FloatTypes, [I8])>]>:$x,
    AnyTypeOf<[TensorRankOf<[I8], [2]>, MemRefRankOf<[I8], [2]>]>:$weights,
    AnyTypeOf<[Fidelity_SumTensor, MemRefOf<!listconcat(Fidelity_FloatTypes, [I32])>]>:$init,
    Optional<AnyTypeOf<[Fidelity_FloatTensor, MemRefOf<Fidelity_FloatTypes>]>>:$scale,
    OptionalAttr<Fidelity_StorageAttr>:$storage
  );
  let results = (outs Optional<Fidelity_SumTensor>:$result);
  let assemblyFormat = [{
    $x `,` $weights `,` $init (`scale` $scale^)? (`storage` `(` custom<Enum>($storage)^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Fidelity_TernarizeOp : Fidelity_Op<"ternarize", [
      Pure, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ]> {
  let summary = "weights to trits and a scale, by the absolute mean";
  let description = [{
    `γ = max(mean|W|, ε)`, `trit = clamp(rne(W / γ), -1, 1)` (BitNet b1.58,
    arXiv 2402.17764), rne rounding half to even. W is `[N, K]`. `granularity`
    says what shares one γ: the tensor (γ is a scalar), a row (γ is `[N]`) or
    each run of `group_size` weights in a row (γ is `[N, K / group_size]`).
    Results: the trits, i8 `[N, K]`, and γ, in f32, or f64 for f64 weights. The
    trits are dimensionless; γ and ε have the unit of W.

    Constraints:
    - (C1) `group_size` is given exactly for `granularity(group)`.
    - (C2) `group_size` is positive and divides K.
    - (C3) `epsilon` is finite and positive.

    Folds:
    - (F1) `ternarize(W) = (trits, γ)`, constants, for a finite constant W.

    Example:

    ```mlir
    func.func @quantize(%w: tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<64x2xf32>) {
      %trits, %gamma = fidelity.ternarize %w granularity(group) {group_size = 128 : i64}
        : (tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<64x2xf32>)
      return %trits, %gamma : tensor<64x256xi8>, tensor<64x2xf32>
    }
    ```
  }];
  let arguments = (ins
    TensorRankOf<Fidelity_FloatTypes, [2]>:$weights,
    DefaultValuedAttr<Fidelity_GranularityAttr, "::fidelity::Granularity::Tensor">:$granularity,
    OptionalAttr<I64Attr>:$group_size,
    DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon
  );
  let results = (outs Fidelity_DenseI8Tensor:$trits, Fidelity_FloatTensor:$scale);
  let assemblyFormat = [{
    $weights (`granularity` `(` custom<Enum>($granularity)^ `)`)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def Fidelity_QuantizeActivationsOp : Fidelity_Op<"quantize_activations", [
      Pure, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ]> {
  let summary = "activations to 8 bits, one scale per token";
  let description = [{
    Per token, that is per row of the last dimension:
    `s = 127 / max(max|x|, 1e-5)`, `q = clamp(rne(x · s), -128, 127)` (BitNet
    b1.58, arXiv 2402.17764), rne rounding half to even. x is `[…, K]`.
    Results: q, i8 `[…, K]`, and `1/s`, `[…, 1]`, in f32, or f64 for an f64 x.
    q is dimensionless; `1/s` and the 1e-5 have the unit of x.

    Constraints:
    - (C1) `input` has a last dimension.

    Folds:
    - (F1) `quantize_activations(x) = (q, 1/s)`, constants, for a finite
      constant x that is not large.

    Example:

    ```mlir
    func.func @quantize(%x: tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>) {
      %q, %inverse = fidelity.quantize_activations %x
        : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
      return %q, %inverse : tensor<?x256xi8>, tensor<?x1xf32>
    }
    ```
  }];
  let arguments = (ins Fidelity_FloatTensor:$input);
  let results = (outs Fidelity_DenseI8Tensor:$quantized, Fidelity_FloatTensor:$inverse_scale);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def Fidelity_BitLinearOp : Fidelity_Op<"bit_linear", !listconcat(Fidelity_PureIfShapesAgree, [
      AttrSizedOperandSegments, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ])> {
  let summary = "the BitLinear layer: norm, quantise, ternary linear, rescale";
  let description = [{
    The fused layer of BitNet b1.58 (arXiv 2402.17764) and MatMul-free LM:

    ```
    x̂ = rms_norm(x, norm_weight, epsilon)
    q, 1/s = quantize_activations(x̂)
    y = ternary_linear(q, weights, scale) / s (+ bias)
    ```

    `x` is `[…, K]`, `weights` `[N, K]`, `scale` as for
    `fidelity.ternary_linear`, `norm_weight` `[K]`, `bias` `[N]`, y `[…, N]`
    with the element type of `x`. Between the steps values are f32, or f64 for
    an f64 `x`. Without `norm_weight` the norm is taken with weight 1.

    The unit of y is the product of those of `norm_weight` and `scale`: the norm
    takes that of `x` away.

    Constraints:
    - (C1) `x` has a last dimension.
    - (C2) the last dimension of `x` has the size of the last dimension of
      `weights`.
    - (C3) `scale` is a scalar, `[N]` or `[N, G]`.
    - (C4) the groups of `scale` divide K.
    - (C5) `norm_weight` is `[K]`.
    - (C6) `bias` is `[N]`.
    - (C7) `epsilon` is finite and not negative.
    - (C8) `weights` are dimensionless.
    - (C9) `bias` has the unit of y.

    Folds:
    - (F1) `bit_linear(x, w, s, norm = 1) = bit_linear(x, w, s)`.
    - (F2) `bit_linear(x, w, s, bias = -0) = bit_linear(x, w, s)`; y + 0 is not
      y where y is -0.
    - (F3) `bit_linear(x, w, s) = 0` without inputs and bias, for a finite
      constant s that is not below 0.
    - (F4) `bit_linear(x, unpack(p), s) = bit_linear(x, p, s)`.

    Weights that are all 0 stay: an `x` that is not finite makes NaN of them.

    Example:

    ```mlir
    func.func @layer(%x: tensor<?x256xf32>,
                     %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                     %s: tensor<f32>, %norm: tensor<256xf32>) -> tensor<?x64xf32> {
      %y = fidelity.bit_linear %x, %w scale %s norm %norm {epsilon = 1.0e-8 : f64}
        : (tensor<?x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<256xf32>)
        -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$x,
    TensorRankOf<[I8], [2]>:$weights,
    Fidelity_FloatTensor:$scale,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$norm_weight,
    Optional<TensorRankOf<Fidelity_FloatTypes, [1]>>:$bias,
    DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon
  );
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = [{
    $x `,` $weights `scale` $scale (`norm` $norm_weight^)? (`bias` $bias^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// Storage
//===----------------------------------------------------------------------===//

def Fidelity_PackOp : Fidelity_Op<"pack", [
      Pure, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ]> {
  let summary = "dense trits to a packed storage";
  let description = [{
    `p[…, k] = sign(input[…, k])`: changes the storage of trits from `dense` to
    the one named. p is `[…, K]` as `input` is; the names of the dimensions and
    the unit stay. A value that is not a trit counts by its sign.

    Constraints:
    - (C1) `input` is stored dense.
    - (C2) the storage asked for is a packed one.
    - (C3) the last dimension of `input` is static.

    Folds:
    - (F1) `pack(unpack(p)) = p` for one storage and one type: the codes may
      differ, and stand for the same trits.
    - (F2) `pack(w)` is a constant for a constant w.

    Source: two bits a trit as in bitnet.cpp, arXiv 2410.16144.

    Example:

    ```mlir
    func.func @pack(%w: tensor<64x16xi8>) -> tensor<64x16xi8, #fidelity.tensor<storage = packed2>> {
      %p = fidelity.pack %w to packed2
        : (tensor<64x16xi8>) -> tensor<64x16xi8, #fidelity.tensor<storage = packed2>>
      return %p : tensor<64x16xi8, #fidelity.tensor<storage = packed2>>
    }
    ```
  }];
  let arguments = (ins Fidelity_TritTensor:$input, Fidelity_StorageAttr:$storage);
  let results = (outs Fidelity_PackedTritTensor:$result);
  let assemblyFormat = "$input `to` custom<Enum>($storage) attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Fidelity_UnpackOp : Fidelity_Op<"unpack", [
      Pure, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
    ]> {
  let summary = "packed trits to dense storage";
  let description = [{
    `w[…, k] = input[…, k]`: changes the storage of trits to `dense`. w is
    `[…, K]` as `input` is; the names of the dimensions and the unit stay.

    Constraints:
    - (C1) `input` is stored packed.

    Folds:
    - (F1) `unpack(pack(w)) = w` for a w that holds trits: of `ternarize`, of
      `unpack`, or constant.
    - (F2) `unpack(p)` is a constant for a constant p.

    Source: two bits a trit as in bitnet.cpp, arXiv 2410.16144.

    Example:

    ```mlir
    func.func @unpack(%p: tensor<64x16xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64x16xi8> {
      %w = fidelity.unpack %p
        : (tensor<64x16xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64x16xi8>
      return %w : tensor<64x16xi8>
    }
    ```
  }];
  let arguments = (ins Fidelity_TritTensor:$input);
  let results = (outs Fidelity_DenseI8Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_TERNARY_OPS_TD
