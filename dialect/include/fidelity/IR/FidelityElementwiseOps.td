//===- FidelityElementwiseOps.td - arithmetic and activations
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_ELEMENTWISE_OPS_TD
#define FIDELITY_IR_ELEMENTWISE_OPS_TD

include "fidelity/IR/FidelityAttributes.td"

//===----------------------------------------------------------------------===//
// Binary arithmetic
//===----------------------------------------------------------------------===//

class Fidelity_BinaryOp<string mnemonic, list<Trait> traits = []>
    : Fidelity_Op<mnemonic, !listconcat(traits, Fidelity_PureIfShapesAgree, [
        SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes,
        OdsBridge_Tile
      ])> {
  let arguments = (ins Fidelity_FloatTensor:$lhs, Fidelity_FloatTensor:$rhs);
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Fidelity_AddOp : Fidelity_BinaryOp<"add", [Commutative]> {
  let summary = "elementwise sum with broadcasting";
  let description = [{
    `y = lhs + rhs`, each `[…]`, shapes broadcast as in NumPy: aligned at the
    last dimension, a static 1 stretching to the other side's size.

    y has the unit of both.

    Constraints:
    - (C1) the shapes broadcast.
    - (C2) `lhs` and `rhs` have one unit.

    Folds:
    - (F1) `x + -0 = x` and `-0 + x = x` where the sum has the type of x.
    - (F2) `x + 0 = x` and `0 + x = x` for an x that is never -0: of `relu`,
      `squared_relu`, `sigmoid`, `exp`, `softplus` or `elu_plus_one`, or of a
      `ternary_linear` without scale whose sum has the type of x.
    - (F3) `lhs + rhs` is a constant for two constants.

    Source: ONNX `Add`.

    Example:

    ```mlir
    func.func @bias(%x: tensor<?x8xf32>, %b: tensor<8xf32>) -> tensor<?x8xf32> {
      %y = fidelity.add %x, %b : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
      return %y : tensor<?x8xf32>
    }
    ```
  }];
}

def Fidelity_SubtractOp : Fidelity_BinaryOp<"subtract"> {
  let summary = "elementwise difference with broadcasting";
  let description = [{
    `y = lhs - rhs`, each `[…]`, shapes broadcast as for `fidelity.add`.

    y has the unit of both.

    Constraints:
    - (C1) the shapes broadcast.
    - (C2) `lhs` and `rhs` have one unit.

    Folds:
    - (F1) `x - 0 = x` where the difference has the type of x.
    - (F2) `x - -0 = x` for an x that is never -0, as for `fidelity.add`.
    - (F3) `lhs - rhs` is a constant for two constants.

    x - x is not 0 where x is infinite.

    Source: ONNX `Sub`.

    Example:

    ```mlir
    func.func @complement(%one: tensor<f32>, %f: tensor<?xf32>) -> tensor<?xf32> {
      %y = fidelity.subtract %one, %f : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
      return %y : tensor<?xf32>
    }
    ```
  }];
}

def Fidelity_MultiplyOp : Fidelity_BinaryOp<"multiply", [Commutative]> {
  let summary = "elementwise product with broadcasting";
  let description = [{
    `y = lhs · rhs`, each `[…]`, shapes broadcast as for `fidelity.add`.

    The unit of y is the product of both.

    Constraints:
    - (C1) the shapes broadcast.

    Folds:
    - (F1) `x · 1 = x` and `1 · x = x` where the product has the type of x.
    - (F2) `lhs · rhs` is a constant for two constants.
    - (F3) `ternary_linear(x, w) · s = ternary_linear(x, w, s)` for an s that is
      a scalar or `[N]`, where nothing else uses the layer and its sum has the
      type of the product.

    x · 0 is not 0 where x is infinite or below 0. A layer that has a scale
    keeps it, and the factor stays beside it, be it a power of two: the first
    product may leave the range of the type where both together do not.

    Source: ONNX `Mul`.

    Example:

    ```mlir
    func.func @gate(%f: tensor<?x4xf16>, %h: tensor<?x4xf16>) -> tensor<?x4xf16> {
      %y = fidelity.multiply %f, %h : (tensor<?x4xf16>, tensor<?x4xf16>) -> tensor<?x4xf16>
      return %y : tensor<?x4xf16>
    }
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

class Fidelity_UnaryOp<string mnemonic>
    : Fidelity_Op<mnemonic, [
        Pure, OdsBridge_InferSameTypes, OdsBridge_ReifyShapes, OdsBridge_Tile
      ]> {
  let arguments = (ins Fidelity_FloatTensor:$input);
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

class Fidelity_ActivationOp<string mnemonic, string text, string equation, string source,
                            string unit, string folds = "">
    : Fidelity_UnaryOp<mnemonic> {
  let summary = text;
  let description = "\n    " # equation # [{, on each element: x and y are `[…]`.

    }] # unit # [{

    Folds:
    - (F1) `}] # mnemonic # [{(x)` is a constant for a constant x.}] # folds # [{

    Source: }] # source # [{.

    Example:

    ```mlir
    func.func @activation(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %y = fidelity.}] # mnemonic # [{ %x : tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
}

// Activations that are no powers of x.
class Fidelity_TranscendentalOp<string mnemonic, string text, string equation, string source>
    : Fidelity_ActivationOp<mnemonic, text, equation, source, [{Constraints:
    - (C1) `input` is dimensionless.}]> {
  let hasVerifier = 1;
}

def Fidelity_SigmoidOp : Fidelity_TranscendentalOp<"sigmoid", "logistic sigmoid",
    "`y = σ(x) = 1 / (1 + exp(-x))`", "ONNX `Sigmoid`">;
def Fidelity_TanhOp : Fidelity_TranscendentalOp<"tanh", "hyperbolic tangent",
    "`y = tanh(x)`", "ONNX `Tanh`">;
def Fidelity_SiluOp : Fidelity_TranscendentalOp<"silu", "sigmoid linear unit (swish)",
    "`y = silu(x) = x · σ(x)`", "arXiv 1702.03118">;
def Fidelity_ReluOp : Fidelity_ActivationOp<"relu", "rectified linear unit",
    "`y = max(x, 0)`", "ONNX `Relu`", "The result has the unit of x.", [{
    - (F2) `relu(f(x)) = f(x)` for an f that is nowhere below 0: `relu`,
      `squared_relu`, `sigmoid`, `exp`, `softplus` and `elu_plus_one`.}]>;
def Fidelity_SquaredReluOp : Fidelity_ActivationOp<"squared_relu", "squared rectified linear unit",
    "`y = max(x, 0)²`", "arXiv 2109.08668",
    "The unit of the result is the square of that of x.", [{
    - (F2) `squared_relu(relu(x)) = squared_relu(x)`.}]>;
def Fidelity_ExpOp : Fidelity_TranscendentalOp<"exp", "natural exponential",
    "`y = exp(x)`", "ONNX `Exp`">;
def Fidelity_SoftplusOp : Fidelity_TranscendentalOp<"softplus", "smooth rectifier",
    "`y = log(1 + exp(x))`", "ONNX `Softplus`">;
def Fidelity_EluPlusOneOp : Fidelity_TranscendentalOp<"elu_plus_one", "positive feature map of linear attention",
    "`y = x + 1` for x > 0, else `y = exp(x)`", "arXiv 2006.16236">;

def Fidelity_GeluOp : Fidelity_UnaryOp<"gelu"> {
  let summary = "Gaussian error linear unit";
  let description = [{
    `y = x · Φ(x)`, Φ being the normal distribution function (arXiv 1606.08415);
    with `approximation(tanh)`,
    `y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`. The two forms are those
    of ONNX `Gelu`. x and y are `[…]`.

    Constraints:
    - (C1) `input` is dimensionless.

    Folds:
    - (F1) `gelu(x)` is a constant for a constant x.

    Example:

    ```mlir
    func.func @activation(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %y = fidelity.gelu %x approximation(tanh) : tensor<?x4xf32>
      return %y : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins
    Fidelity_FloatTensor:$input,
    DefaultValuedAttr<Fidelity_ApproximationAttr, "::fidelity::Approximation::None">:$approximation
  );
  let assemblyFormat = [{
    $input (`approximation` `(` custom<Enum>($approximation)^ `)`)? attr-dict `:` type($input)
  }];
  let hasVerifier = 1;
}

def Fidelity_SwigluOp : Fidelity_Op<"swiglu", !listconcat(Fidelity_PureIfShapesAgree, [
      SameOperandsAndResultElementType, OdsBridge_InferTypes, OdsBridge_ReifyShapes,
      OdsBridge_Tile
    ])> {
  let summary = "gated linear unit with a silu gate";
  let description = [{
    `y = silu(gate) ⊙ up` (arXiv 2002.05202); `gate`, `up` and y are `[…]`. y
    has the unit of `up`.

    Constraints:
    - (C1) `gate` and `up` have the same shape.
    - (C2) `gate` is dimensionless.

    Folds:
    - (F1) `swiglu(gate, 1) = silu(gate)`.
    - (F2) `swiglu(gate, up)` is a constant for two constants.

    Example:

    ```mlir
    func.func @mlp(%gate: tensor<?x768xf32>, %up: tensor<?x768xf32>) -> tensor<?x768xf32> {
      %y = fidelity.swiglu %gate, %up : (tensor<?x768xf32>, tensor<?x768xf32>) -> tensor<?x768xf32>
      return %y : tensor<?x768xf32>
    }
    ```
  }];
  let arguments = (ins Fidelity_FloatTensor:$gate, Fidelity_FloatTensor:$up);
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = "$gate `,` $up attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // FIDELITY_IR_ELEMENTWISE_OPS_TD
