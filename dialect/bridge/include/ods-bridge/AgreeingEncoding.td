//===- AgreeingEncoding.td - encodings that can agree without being equal -===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_AGREEING_ENCODING_TD
#define ODS_BRIDGE_AGREEING_ENCODING_TD

include "mlir/IR/Interfaces.td"

// Of a tensor encoding that says several things, each of which may be left out:
// an inferred one and a written one agree where they do not contradict.
def OdsBridge_AgreeingEncoding : AttrInterface<"AgreeingEncoding"> {
  let cppNamespace = "::odsbridge";
  let methods = [
    InterfaceMethod<
      "Verifies that a written encoding does not contradict this inferred one.",
      "::llvm::LogicalResult", "verifyAgreement",
      (ins "::mlir::Attribute":$written,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>
  ];
}

#endif // ODS_BRIDGE_AGREEING_ENCODING_TD
