//===- Traits.td - trait bundles that the bridge implements ---------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_TRAITS_TD
#define ODS_BRIDGE_TRAITS_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Infers with the other traits, so that one error, at the right place, says
// what is wrong; the interface's own check comes later and adds a second one.
def OdsBridge_VerifyInference : NativeOpTrait<"VerifyInference"> {
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

// The sizes of the results as values, by Rust's `ReifyResultShapes`.
def OdsBridge_ReifyShapes
    : DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>;

// Whether the op may run where it did not run before, by Rust's `Speculate`.
def OdsBridge_Speculate : DeclareOpInterfaceMethods<ConditionallySpeculatable>;

#endif // ODS_BRIDGE_TRAITS_TD
