//===- Traits.td - trait bundles that the bridge implements ---------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_TRAITS_TD
#define ODS_BRIDGE_TRAITS_TD

include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"
include "mlir/Interfaces/ValueBoundsOpInterface.td"

// Infers with the other traits, so that one error, at the right place, says
// what is wrong; the interface's own check comes later and adds a second one.
def OdsBridge_VerifyInference : NativeOpTrait<"VerifyInference"> {
  let cppNamespace = "::odsbridge";
}

def OdsBridge_VerifySameInference : NativeOpTrait<"VerifySameInference"> {
  let cppNamespace = "::odsbridge";
}

// Result types follow from operands and attributes, by Rust's
// `InferReturnTypes`; a type that is written out may be more or less static
// than the inferred one, and may lack an encoding or have one more.
def OdsBridge_InferTypes : TraitList<[
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  NativeOpTrait<"InferTypeOpAdaptor", [],
    /*extraOpDeclaration=*/[{
      static bool isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                          ::mlir::TypeRange written);
    }],
    /*extraOpDefinition=*/[{
      bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                              ::mlir::TypeRange written) {
        return ::odsbridge::areCompatible(inferred, written);
      }
    }]>,
  OdsBridge_VerifyInference
]>;

// Result types follow from operands and attributes, by Rust's
// `InferReturnTypes`, and are those, so that they need not be written.
def OdsBridge_InferSameTypes : TraitList<[
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  OdsBridge_VerifySameInference
]>;

// The sizes of the results, as values and as bounds of one another, by Rust's
// `ReifyResultShapes`.
def OdsBridge_ReifyShapes : TraitList<[
  DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
  DeclareOpInterfaceMethods<ValueBoundsOpInterface, ["populateBoundsForShapedValueDim"]>
]>;

// Whether the op may run where it did not run before, by Rust's `Speculate`.
def OdsBridge_Speculate : DeclareOpInterfaceMethods<ConditionallySpeculatable>;

// The op can be cut into tiles, by Rust's `Tile`, and fused with the tiles of
// what makes its operands or uses its results.
def OdsBridge_Tile : DeclareOpInterfaceMethods<TilingInterface, [
    "getLoopIteratorTypes", "getIterationDomain", "getTiledImplementation",
    "getResultTilePosition", "generateResultTileValue",
    "getTiledImplementationFromOperandTiles",
    "getIterationDomainTileFromOperandTiles",
    "getIterationDomainTileFromResultTile", "isOpFusableWithConsumerSlice",
    "isOpFusableWithProducerSlices"
  ]>;

defvar OdsBridge_BufferizableMethods = [
  "bufferizesToAllocation", "bufferizesToMemoryRead", "bufferizesToMemoryWrite",
  "getAliasingValues", "isWritable", "bufferize"
];

// An op in destination style becomes the same op on memrefs, without results,
// where Rust's `Bufferize` agrees; each result is the buffer of its init.
def OdsBridge_Bufferize : DeclareOpInterfaceMethods<
    BufferizableOpInterface, OdsBridge_BufferizableMethods>;

// An op that has no form on memrefs: bufferisation refuses it and notes
// `advice`, or leaves it alone where it is to leave what it does not know.
class OdsBridge_LowerBeforeBuffers<string advice>
    : DeclareOpInterfaceMethods<BufferizableOpInterface,
                                OdsBridge_BufferizableMethods> {
  string bufferAdvice = advice;
}

// Beside `Dialect`, of a dialect whose bytecode has a version. Rust's
// `Upgrade` reads older ones; newer ones are refused. Its ops have
// `let useCustomPropertiesEncoding = 1`: they are written with the names of
// their attributes, so that a later version can tell them apart.
class OdsBridge_BytecodeVersion<int version> {
  int bytecodeVersion = version;
}

#endif // ODS_BRIDGE_TRAITS_TD
