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
    `y = lhs + rhs`, shapes broadcast as in NumPy: aligned at the last
    dimension, a static 1 stretching to the other side's size.

    y has the unit of both.

    Constraints:
    - (C1) the shapes broadcast.
    - (C2) `lhs` and `rhs` have one unit.

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
    `y = lhs - rhs`, shapes broadcast as for `fidelity.add`.

    y has the unit of both.

    Constraints:
    - (C1) the shapes broadcast.
    - (C2) `lhs` and `rhs` have one unit.

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
    `y = lhs · rhs`, shapes broadcast as for `fidelity.add`.

    The unit of y is the product of both.

    Constraints:
    - (C1) the shapes broadcast.

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

class Fidelity_UnaryOp<string mnemonic, Trait inference = SameOperandsAndResultType>
    : Fidelity_Op<mnemonic, [Pure, inference, OdsBridge_ReifyShapes, OdsBridge_Tile]> {
  let arguments = (ins Fidelity_FloatTensor:$input);
  let results = (outs Fidelity_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

class Fidelity_ActivationOp<string mnemonic, string text, string equation, string unit,
                            Trait inference = SameOperandsAndResultType>
    : Fidelity_UnaryOp<mnemonic, inference> {
  let summary = text;
  let description = equation # [{, on each element.

    }] # unit # [{

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
class Fidelity_TranscendentalOp<string mnemonic, string text, string equation>
    : Fidelity_ActivationOp<mnemonic, text, equation, [{Constraints:
    - (C1) `input` is dimensionless.}]> {
  let hasVerifier = 1;
}

def Fidelity_SigmoidOp : Fidelity_TranscendentalOp<"sigmoid", "logistic sigmoid",
    "`σ(x) = 1 / (1 + exp(-x))`">;
def Fidelity_TanhOp : Fidelity_TranscendentalOp<"tanh", "hyperbolic tangent",
    "`tanh(x)`">;
def Fidelity_SiluOp : Fidelity_TranscendentalOp<"silu", "sigmoid linear unit (swish)",
    "`silu(x) = x · σ(x)` (arXiv 1702.03118)">;
def Fidelity_ReluOp : Fidelity_ActivationOp<"relu", "rectified linear unit",
    "`max(x, 0)`", "The result has the unit of x.">;
def Fidelity_SquaredReluOp : Fidelity_ActivationOp<"squared_relu", "squared rectified linear unit",
    "`max(x, 0)²` (arXiv 2109.08668)",
    "The unit of the result is the square of that of x.",
    DeclareOpInterfaceMethods<InferTypeOpInterface>>;
def Fidelity_ExpOp : Fidelity_TranscendentalOp<"exp", "natural exponential",
    "`exp(x)`">;
def Fidelity_SoftplusOp : Fidelity_TranscendentalOp<"softplus", "smooth rectifier",
    "`log(1 + exp(x))`">;
def Fidelity_EluPlusOneOp : Fidelity_TranscendentalOp<"elu_plus_one", "positive feature map of linear attention",
    "`x + 1` for x > 0, else `exp(x)` (arXiv 2006.16236)">;

def Fidelity_GeluOp : Fidelity_UnaryOp<"gelu"> {
  let summary = "Gaussian error linear unit";
  let description = [{
    `x · Φ(x)`, Φ being the normal distribution function (arXiv 1606.08415);
    with `approximation(tanh)`,
    `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`. The two forms are those of
    ONNX `Gelu`.

    Constraints:
    - (C1) `input` is dimensionless.

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
    `y = silu(gate) ⊙ up` (arXiv 2002.05202); both operands have the shape of
    the result, which has the unit of `up`.

    Constraints:
    - (C1) `gate` and `up` have the same shape.
    - (C2) `gate` is dimensionless.

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
