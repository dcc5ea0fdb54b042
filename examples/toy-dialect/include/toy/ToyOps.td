//===- ToyOps.td - the toy dialect ----------------------------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOY_OPS_TD
#define TOY_OPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "ods-bridge/Traits.td"

//===----------------------------------------------------------------------===//
// The dialect
//===----------------------------------------------------------------------===//

// Version 1 had the factor of a toy.scale under the name `times`, and a
// toy.shift besides.
def Toy_Dialect : Dialect, OdsBridge_BytecodeVersion<2> {
  let name = "toy";
  let summary = "each thing that a dialect in Rust can have, once";
  let cppNamespace = "::toy";
  // Folded constants become arith.constant, sizes become tensor.dim.
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
  let hasConstantMaterializer = 1;
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

class Toy_Op<string mnemonic, list<Trait> traits = []>
    : Op<Toy_Dialect, mnemonic, traits> {
  let useCustomPropertiesEncoding = 1;
}

//===----------------------------------------------------------------------===//
// Enums, attributes and types
//===----------------------------------------------------------------------===//

def Toy_Combine : I32EnumAttr<"Combine", "how two numbers become one", [
    I32EnumAttrCase<"Add", 0, "add">,
    I32EnumAttrCase<"Multiply", 1, "multiply">
  ]> {
  let cppNamespace = "::toy";
  let genSpecializedAttr = 0;
}
def Toy_CombineAttr : EnumAttr<Toy_Dialect, Toy_Combine, "combine"> {
  let assemblyFormat = "`<` $value `>`";
}

def Toy_Hook : I32EnumAttr<"Hook", "a function that MLIR calls", [
    I32EnumAttrCase<"Verify", 0, "verify">,
    I32EnumAttrCase<"Infer", 1, "infer">,
    I32EnumAttrCase<"Reify", 2, "reify">,
    I32EnumAttrCase<"Fold", 3, "fold">,
    I32EnumAttrCase<"Pattern", 4, "pattern">,
    I32EnumAttrCase<"Speculate", 5, "speculate">
  ]> {
  let cppNamespace = "::toy";
  let genSpecializedAttr = 0;
}
def Toy_HookAttr : EnumAttr<Toy_Dialect, Toy_Hook, "hook"> {
  let assemblyFormat = "`<` $value `>`";
}

def Toy_LabelAttr : AttrDef<Toy_Dialect, "Label"> {
  let mnemonic = "label";
  let summary = "a text and tags";
  let description = [{
    Constraints:
    - (C1) `text` is not empty.
    - (C2) no tag stands twice.
  }];
  let parameters = (ins
    "::mlir::StringAttr":$text,
    OptionalArrayRefParameter<"::mlir::StringAttr">:$tags,
    DefaultValuedParameter<"::toy::Combine", "::toy::Combine::Add">:$combine
  );
  let assemblyFormat = "`<` struct($text, custom<KeywordList>($tags), $combine) `>`";
  let genVerifyDecl = 1;
}

def Toy_QuantityType : TypeDef<Toy_Dialect, "Quantity"> {
  let mnemonic = "quantity";
  let summary = "a number with a unit";
  let description = [{
    Constraints:
    - (C1) `number` is an integer, an index or a float.
  }];
  let parameters = (ins "::mlir::Type":$number, "::mlir::StringAttr":$unit);
  let assemblyFormat = "`<` $number `,` $unit `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

def Toy_ScaleOp : Toy_Op<"scale", [Pure, SameOperandsAndResultType]> {
  let summary = "an integer times a constant, modulo 2³²";
  let arguments = (ins I32:$input, I64Attr:$factor);
  let results = (outs I32:$result);
  let assemblyFormat = "$input `by` $factor attr-dict";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Toy_SumOp : Toy_Op<"sum", [Pure]> {
  let summary = "the sum of any number of integers, modulo 2³²";
  let arguments = (ins Variadic<I32>:$inputs, OptionalAttr<Toy_LabelAttr>:$label);
  let results = (outs I32:$result);
  let assemblyFormat = "`(` $inputs `)` (`label` $label^)? attr-dict";
  let hasFolder = 1;
}

def Toy_ClampOp : Toy_Op<"clamp", [Pure, AttrSizedOperandSegments]> {
  let summary = "an integer, not below one bound and not above another";
  let description = [{
    Constraints:
    - (C1) there is a bound.
    - (C2) `lower` is not above `upper`, where both are constants.
  }];
  let arguments = (ins I32:$input, Optional<I32>:$lower, Optional<I32>:$upper);
  let results = (outs I32:$result);
  let assemblyFormat = "$input (`from` $lower^)? (`to` $upper^)? attr-dict";
  let hasVerifier = 1;
}

def Toy_DivideOp : Toy_Op<"divide", [NoMemoryEffect, OdsBridge_Speculate]> {
  let summary = "integer division, undefined for a zero divisor";
  let arguments = (ins I32:$dividend, I32:$divisor);
  let results = (outs I32:$result);
  let assemblyFormat = "$dividend `,` $divisor attr-dict";
}

def Toy_OuterOp : Toy_Op<"outer", [Pure, OdsBridge_InferTypes, OdsBridge_ReifyShapes]> {
  let summary = "all pairs of two vectors' elements, combined";
  let description = [{
    `result[i, j] = combine(lhs[i], rhs[j])`: from `[M]` and `[N]` to `[M, N]`.

    Constraints:
    - (C1) both vectors have one element type.
  }];
  let arguments = (ins
    1DTensorOf<[F32, F64]>:$lhs,
    1DTensorOf<[F32, F64]>:$rhs,
    DefaultValuedAttr<Toy_CombineAttr, "::toy::Combine::Multiply">:$combine
  );
  let results = (outs 2DTensorOf<[F32, F64]>:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`combine` `` $combine^)?
    attr-dict `:` functional-type(operands, results)
  }];
}

def Toy_MeasureOp : Toy_Op<"measure", [Pure]> {
  let summary = "a number as a quantity";
  let description = [{
    Constraints:
    - (C1) the quantity's number has the type of the operand.
  }];
  let arguments = (ins AnyType:$number);
  let results = (outs Toy_QuantityType:$result);
  let assemblyFormat = "$number attr-dict `:` type($number) `as` qualified(type($result))";
  let hasVerifier = 1;
}

def Toy_FaultyOp : Toy_Op<"faulty", [
      NoMemoryEffect, OdsBridge_InferTypes, OdsBridge_ReifyShapes, OdsBridge_Speculate
    ]> {
  let summary = "an op with a mistake in one of its hooks";
  let description = [{
    A vector of `size` numbers. The named hook panics, to show what becomes of
    it: an error, and a failure of what called the hook.
  }];
  let arguments = (ins Index:$size, Toy_HookAttr:$hook);
  let results = (outs 1DTensorOf<[F32]>:$result);
  let assemblyFormat = "$size `in` `` $hook attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

#endif // TOY_OPS_TD
