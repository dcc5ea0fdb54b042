//===- FidelityBase.td - the dialect, its op base class, shared hooks -----===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_BASE_TD
#define FIDELITY_IR_BASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "ods-bridge/Traits.td"

def Fidelity_Dialect : Dialect, OdsBridge_BytecodeVersion<1> {
  let name = "fidelity";
  let summary = "post-transformer models: ternary layers, state spaces, gated recurrences";
  let description = [{
    The `fidelity` dialect holds the layers of models that came after the
    transformer: linear layers with ternary weights (BitNet b1.58, MatMul-free
    LM), state-space models and gated linear recurrences.

    Letters in the descriptions: B batch, T time, D channels, N state size or
    output features, K input features, G groups; `…` stands for any leading
    dimensions. Float element types are f16, bf16, f32 and f64; where an op
    takes complex numbers, `complex<f32>` and `complex<f64>`.

    Weight matrices are `[N, K]`, one row per output feature. A trit is -1, 0
    or +1; unpacked trits are `i8`, and how packed ones are stored is part of
    the tensor's type: see `#fidelity.tensor`.

    A dynamic dimension agrees with any static one at compile time; a lowering
    checks the two at run time. Only a static 1, or an absent leading
    dimension, broadcasts.

    A tensor's encoding may name its dimensions and give its elements a unit.
    Where sizes have to be equal, so have the names of the dimensions; where
    terms are added, they have one unit, and "dimensionless" is a unit that is
    the product of no base units, such as `1`, `rad` or `m/m`. What has no name
    or no unit agrees with everything: a tensor without an encoding needs none.
    Result types have the names and the unit that follow from the operands, as
    each op says.

    `canonicalize` rewrites by the folds that each op lists, F1, F2 and so on,
    and only where no result changes: 0 is not -0 there, a NaN stays one, and
    0 · x is not 0, as x may be infinite. What is made of constants is computed
    in f64 and rounded once; except for one number repeated, and for weights,
    it has at most 2^14 elements. Two folds are every op's whose operands are
    tensors:

    - *cast*: `op(tensor.cast(x)) = op(x)` for a cast that only forgets sizes;
      the types of the results learn them, and a cast forgets them afterwards.
    - *empty*: what has no elements is a constant, or a `tensor.empty`.

    A fold may take away the check that two sizes agree at run time, as the
    removal of an op that nothing uses does. A sequence of one step is a
    sequence for canonicalisation, but for `ssm.scan` and `ssm.ssd`, which have folds
    of their own: `fidelity-decompose` makes a `recurrence` of it, which is lowered
    without a loop.
  }];
  let cppNamespace = "::fidelity";
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

// Most ops are on tensors only.
def Fidelity_TensorsOnly : OdsBridge_LowerBeforeBuffers<
  "convert-fidelity-to-linalg lowers it, and fidelity-cpu-pipeline does so "
  "before it bufferizes">;

class Fidelity_Op<string mnemonic, list<Trait> traits = [],
                  Trait buffers = Fidelity_TensorsOnly>
    : Op<Fidelity_Dialect, mnemonic, !listconcat(traits, [buffers])> {
  let useCustomPropertiesEncoding = 1;
}

//===----------------------------------------------------------------------===//
// Operand and result types
//===----------------------------------------------------------------------===//

defvar Fidelity_FloatTypes = [F16, BF16, F32, F64];
defvar Fidelity_FloatOrComplexTypes = [F16, BF16, F32, F64, Complex<F32>, Complex<F64>];

def Fidelity_FloatTensor : RankedTensorOf<Fidelity_FloatTypes>;
def Fidelity_FloatOrComplexTensor : RankedTensorOf<Fidelity_FloatOrComplexTypes>;
def Fidelity_TritTensor : RankedTensorOf<[I8]>;

// Storage is part of the type: only trits may be packed, and only where an op
// says so.
def Fidelity_IsDense : CPred<
  "!::llvm::isa_and_present<::fidelity::TensorAttr>("
    "::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()) || "
  "::llvm::cast<::fidelity::TensorAttr>("
    "::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()).getStorage() "
    "== ::fidelity::Storage::Dense">;
class Fidelity_DenseTensorOf<list<Type> types> : ConfinedType<
  RankedTensorOf<types>, [Fidelity_IsDense],
  RankedTensorOf<types>.summary # ", stored dense", "::mlir::RankedTensorType">;
def Fidelity_PackedTritTensor : ConfinedType<
  RankedTensorOf<[I8]>, [Neg<Fidelity_IsDense>],
  RankedTensorOf<[I8]>.summary # ", stored packed", "::mlir::RankedTensorType">;
def Fidelity_DenseI8Tensor : Fidelity_DenseTensorOf<[I8]>;
// An activation: a float, or an integer that quantize_activations made.
def Fidelity_ActivationTensor
    : Fidelity_DenseTensorOf<!listconcat(Fidelity_FloatTypes, [I8])>;
def Fidelity_SumTensor : RankedTensorOf<!listconcat(Fidelity_FloatTypes, [I32])>;

//===----------------------------------------------------------------------===//
// Trait bundles
//===----------------------------------------------------------------------===//

// No side effects, but two dynamic sizes may disagree at run time: such an op
// must not be moved to where it did not run before.
defvar Fidelity_PureIfShapesAgree = [
  NoMemoryEffect, OdsBridge_Speculate
];

#endif // FIDELITY_IR_BASE_TD
