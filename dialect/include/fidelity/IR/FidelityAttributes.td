//===- FidelityAttributes.td - the tensor encoding and the enums ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_ATTRIBUTES_TD
#define FIDELITY_IR_ATTRIBUTES_TD

include "fidelity/IR/FidelityBase.td"
include "mlir/IR/TensorEncoding.td"
include "ods-bridge/AgreeingEncoding.td"

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

def Fidelity_Storage : I32EnumAttr<"Storage", "how a tensor's elements are stored", [
    I32EnumAttrCase<"Dense", 0, "dense">,
    I32EnumAttrCase<"Packed2", 1, "packed2">,
    I32EnumAttrCase<"Packed5", 2, "packed5">,
    I32EnumAttrCase<"Tiled2", 3, "tiled2">,
    I32EnumAttrCase<"Tiled5", 4, "tiled5">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_StorageAttr : EnumAttr<Fidelity_Dialect, Fidelity_Storage, "storage">;

def Fidelity_Accumulator : I32EnumAttr<"Accumulator", "the type a sum is kept in", [
    I32EnumAttrCase<"F32", 0, "f32">,
    I32EnumAttrCase<"F64", 1, "f64">,
    I32EnumAttrCase<"F80", 2, "f80">,
    I32EnumAttrCase<"F128", 3, "f128">,
    I32EnumAttrCase<"I32", 4, "i32">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_AccumulatorAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_Accumulator, "accumulator">;

def Fidelity_Granularity : I32EnumAttr<"Granularity", "what shares one scale", [
    I32EnumAttrCase<"Tensor", 0, "tensor">,
    I32EnumAttrCase<"Row", 1, "row">,
    I32EnumAttrCase<"Group", 2, "group">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_GranularityAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_Granularity, "granularity">;

def Fidelity_Candidate : I32EnumAttr<"Candidate", "activation of a recurrence's candidate", [
    I32EnumAttrCase<"Silu", 0, "silu">,
    I32EnumAttrCase<"Tanh", 1, "tanh">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_CandidateAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_Candidate, "candidate">;

def Fidelity_ForgetGate : I32EnumAttr<"ForgetGate", "activation of an extended LSTM's forget gate", [
    I32EnumAttrCase<"Sigmoid", 0, "sigmoid">,
    I32EnumAttrCase<"Exponential", 1, "exponential">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_ForgetGateAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_ForgetGate, "forget_gate">;

def Fidelity_RwkvVersion : I32EnumAttr<"RwkvVersion", "version of RWKV", [
    I32EnumAttrCase<"V6", 0, "v6">,
    I32EnumAttrCase<"V7", 1, "v7">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_RwkvVersionAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_RwkvVersion, "rwkv_version">;

def Fidelity_UpdateRule : I32EnumAttr<"UpdateRule", "how a token changes the state of linear attention", [
    I32EnumAttrCase<"Linear", 0, "linear">,
    I32EnumAttrCase<"Gated", 1, "gated">,
    I32EnumAttrCase<"Delta", 2, "delta">,
    I32EnumAttrCase<"GatedDelta", 3, "gated_delta">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_UpdateRuleAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_UpdateRule, "update_rule">;

def Fidelity_FeatureMap : I32EnumAttr<"FeatureMap", "what linear attention makes of queries and keys", [
    I32EnumAttrCase<"Identity", 0, "identity">,
    I32EnumAttrCase<"EluPlusOne", 1, "elu_plus_one">,
    I32EnumAttrCase<"Relu", 2, "relu">,
    I32EnumAttrCase<"PositiveRandom", 3, "positive_random">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_FeatureMapAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_FeatureMap, "feature_map">;

def Fidelity_Read : I32EnumAttr<"Read", "whether a state is read before or after its update", [
    I32EnumAttrCase<"Before", 0, "before">,
    I32EnumAttrCase<"After", 1, "after">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_ReadAttr : EnumAttr<Fidelity_Dialect, Fidelity_Read, "read">;

def Fidelity_Discretization : I32EnumAttr<"Discretization", "how a continuous system becomes a discrete one", [
    I32EnumAttrCase<"Zoh", 0, "zoh">,
    I32EnumAttrCase<"Euler", 1, "euler">,
    I32EnumAttrCase<"Bilinear", 2, "bilinear">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_DiscretizationAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_Discretization, "discretization">;

def Fidelity_ConvolutionActivation : I32EnumAttr<"ConvolutionActivation", "activation of a convolution", [
    I32EnumAttrCase<"None", 0, "none">,
    I32EnumAttrCase<"Silu", 1, "silu">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_ConvolutionActivationAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_ConvolutionActivation, "convolution_activation">;

def Fidelity_Approximation : I32EnumAttr<"Approximation", "form of the Gaussian error linear unit", [
    I32EnumAttrCase<"None", 0, "none">,
    I32EnumAttrCase<"Tanh", 1, "tanh">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_ApproximationAttr
    : EnumAttr<Fidelity_Dialect, Fidelity_Approximation, "approximation">;

def Fidelity_Softmax : I32EnumAttr<"Softmax", "what a router's softmax runs over", [
    I32EnumAttrCase<"Selected", 0, "selected">,
    I32EnumAttrCase<"All", 1, "all">
  ]> {
  let cppNamespace = "::fidelity";
  let genSpecializedAttr = 0;
}
def Fidelity_SoftmaxAttr : EnumAttr<Fidelity_Dialect, Fidelity_Softmax, "softmax">;

//===----------------------------------------------------------------------===//
// The tensor encoding
//===----------------------------------------------------------------------===//

def Fidelity_TensorAttr : AttrDef<Fidelity_Dialect, "Tensor", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>,
    DeclareAttrInterfaceMethods<OdsBridge_AgreeingEncoding>
  ]> {
  let mnemonic = "tensor";
  let summary = "what a tensor's shape and element type do not say";
  let description = [{
    Stands in the encoding slot of a tensor type. Every key is optional.

    - `dims` names the dimensions, `_` leaving one without a name. Dimensions of
      two names do not agree, whatever their sizes.
    - `unit` is the unit of the elements: products and quotients (`*`, `/`) of
      names with integer powers (`^`). The base and derived units of the SI
      (SI Brochure, 9th edition, tables 2 and 4) mean what they mean there, so
      that `N` is `kg*m/s^2` and `rad` is `1`; any other name, a prefixed one
      too, is a base unit of its own.
    - `storage` is how the elements lie in memory; the shape in the type stays
      the logical one. `dense` is the default, the others are for trits. The
      packed ones write a trit as a digit, 0 as 0, -1 as 1 and +1 as 2, and a byte
      as a number of such digits, the first trit in the lowest one:

      | storage | digits of a byte | base | bytes of `[N, K]` | size of a trit |
      | --- | --- | --- | --- | --- |
      | `packed2` | 4 | 4 | `N × ⌈K/4⌉` | 2 bits |
      | `packed5` | 5 | 3 | `N × ⌈K/5⌉` | 1.6 bits |
      | `tiled2` | 4 | 4 | `N × 4⌈K/16⌉` | 2 bits |
      | `tiled5` | 5 | 3 | `N × 4⌈K/20⌉` | 1.6 bits |

      So trit i of a `packed2` byte is its bits 2i and 2i + 1, and trit i of a
      `packed5` byte is `⌊byte / 3^i⌋ mod 3`. Rows start on a byte; the unused
      trits of a row's last byte are 0, and a byte of 0 holds zeros. What is
      never written has a meaning nevertheless: the digit 3 of `packed2` is
      read as 0, and a byte from 243 to 255 of `packed5` as that byte less 243,
      which the formula says too.

      `tiled2` and `tiled5` are the order in which vector units of processors read
      weights: the lanes of a vector are rows. Their matrix is cut into panels of 16
      rows, the last one with what is left, and a panel into tiles of 16 or 20
      columns, four for each digit of a byte, the last one filled up with zeros. A
      tile of R rows is 4R bytes: the digit i of its byte 4r + j, which counts
      4^i in `tiled2` and 3^i in `tiled5`, is column 4i + j of row r, as the trit
      plus 1. So that of a `tiled2` byte is its bits 2i and 2i + 1. Tiles of a panel
      follow one another, and so do panels, without gaps. The digit 3 of `tiled2`,
      and bytes from 243 on of `tiled5`, are never written, and what a layer takes
      them for is left open.

    Constraints:
    - (C1) `dims` has as many names as the tensor has dimensions.
    - (C2) a packed `storage` holds elements of type i8.
    - (C3) a packed tensor has a last dimension, and it is static: how many
      trits of the last byte count is not stored.
    - (C4) `unit` is well formed, and its powers of base units are within 32
      bits.
    - (C5) a tensor stored `tiled2` or `tiled5` has two dimensions.

    Example:

    ```mlir
    func.func @typed(%w: tensor<64x16xi8, #fidelity.tensor<storage = packed2>>,
                     %x: tensor<?x3xf32, #fidelity.tensor<dims = [Batch, In], unit = "m/s^2">>) {
      return
    }
    ```
  }];
  let parameters = (ins
    OptionalArrayRefParameter<"::mlir::StringAttr", "names of the dimensions">:$dims,
    OptionalParameter<"::mlir::StringAttr", "physical unit">:$unit,
    DefaultValuedParameter<"::fidelity::Storage", "::fidelity::Storage::Dense",
                           "how the elements are stored">:$storage
  );
  let assemblyFormat = "`<` struct(custom<KeywordList>($dims), $unit, $storage) `>`";
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// The mapping
//===----------------------------------------------------------------------===//

def Fidelity_MappingAttr : AttrDef<Fidelity_Dialect, "Mapping"> {
  let mnemonic = "mapping";
  let summary = "how an op is to be computed on a target";
  let description = [{
    What `fidelity-premap` chooses for an op, as its attribute `fidelity.mapping`, to
    be read and edited. Every key is optional; what is absent is left to the pass
    that has to know it, and to its options.

    | key | says | obeyed by |
    | --- | --- | --- |
    | `kernel` | which of the target profile's kernels computes it | `fidelity-premap`, reports |
    | `storage` | how its weights are stored | `fidelity-pack-weights` |
    | `chunk` | how many steps of a recurrence are computed at once, 0 for one after the other | `fidelity-decompose` |
    | `tile` | how much of its result is computed at once: `[M, N, K]` of a product with ternary weights, `[N]` of another op | `convert-fidelity-to-triton`, `convert-fidelity-to-gpu`, `convert-fidelity-to-hw` |
    | `group` | the ops of a function with one number are launched together, those with two are not | `fidelity-form-kernels` |
    | `device` | the device that computes it | `fidelity-partition` |

    In a `tile`, M is the number of rows of activations, N that of outputs, or of
    elements of a row, and K that of inputs whose terms are added before the next
    ones are read. On GPUs it is what one program or block of threads has; on FPGAs
    an engine has M and N of 1, and K lanes. Processors have kernels of one tile
    each, which the storage says, and TTIR leaves tiles to the compiler that takes
    it: there nothing looks at the key.

    Constraints:
    - (C1) `chunk` is not negative.
    - (C2) `group` is not negative.
    - (C3) `device` is not empty.
    - (C4) `tile` has 1 or 3 sizes.
    - (C5) the sizes of `tile` are at least 1.

    Example:

    ```mlir
    func.func @mixer(%f: tensor<512x256xf32>, %c: tensor<512x256xf32>)
        -> (tensor<512x256xf32>, tensor<256xf32>) {
      %o, %last = fidelity.mlgru %f, %c
        {fidelity.mapping = #fidelity.mapping<chunk = 32, group = 0>}
        : (tensor<512x256xf32>, tensor<512x256xf32>) -> (tensor<512x256xf32>, tensor<256xf32>)
      return %o, %last : tensor<512x256xf32>, tensor<256xf32>
    }
    ```
  }];
  let parameters = (ins
    OptionalParameter<"::mlir::StringAttr", "a kernel of the profile">:$kernel,
    OptionalParameter<"std::optional<::fidelity::Storage>", "storage of the weights">:$storage,
    OptionalParameter<"std::optional<int64_t>", "steps at once">:$chunk,
    OptionalParameter<"::mlir::DenseI64ArrayAttr", "sizes of a tile">:$tile,
    OptionalParameter<"std::optional<int64_t>", "number of the fusion group">:$group,
    OptionalParameter<"::mlir::StringAttr", "name of the device">:$device
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // FIDELITY_IR_ATTRIBUTES_TD
