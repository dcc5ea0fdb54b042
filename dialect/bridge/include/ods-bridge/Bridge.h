//===- Bridge.h - what the generated C++ of a dialect shares --------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No op, attribute or pass of any dialect is named here: the generated code
// calls these functions with the Rust hooks that its .td files declare.
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_BRIDGE_H
#define ODS_BRIDGE_BRIDGE_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Rewrite.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "ods-bridge/CAPI.h"

#include "ods-bridge/AgreeingEncoding.h.inc"

#include <limits>
#include <optional>

namespace odsbridge {

/// Assembly of a list of keywords, `[a, b, _]`, held as string attributes.
mlir::ParseResult
parseKeywordList(mlir::AsmParser &parser,
                 llvm::SmallVectorImpl<mlir::StringAttr> &keywords);
void printKeywordList(mlir::AsmPrinter &printer,
                      llvm::ArrayRef<mlir::StringAttr> keywords);

/// An optional number, or enum, as one number: absent is INT64_MIN, which no
/// size, count or case is.
template <typename T>
int64_t fromOptional(std::optional<T> value) {
  return value ? static_cast<int64_t>(*value)
               : std::numeric_limits<int64_t>::min();
}
template <typename T>
std::optional<T> toOptional(int64_t value) {
  if (value == std::numeric_limits<int64_t>::min())
    return std::nullopt;
  return static_cast<T>(value);
}

/// Assembly of an enum attribute as its bare keyword. That of EnumAttr itself
/// puts a space before it, which is one too many here.
template <typename EnumAttrT>
mlir::ParseResult parseEnum(mlir::AsmParser &parser, EnumAttrT &attribute) {
  using Enum = decltype(attribute.getValue());
  mlir::FailureOr<Enum> value = mlir::FieldParser<Enum>::parse(parser);
  if (failed(value))
    return mlir::failure();
  attribute = EnumAttrT::get(parser.getContext(), *value);
  return mlir::success();
}
template <typename EnumAttrT>
void printEnum(mlir::AsmPrinter &printer, mlir::Operation *,
               EnumAttrT attribute) {
  printer << attribute.getValue();
}

/// Whether an inferred type may stand for a written one: equal, or ranked
/// tensors of one element type whose static sizes and encodings agree as far
/// as both are given. Encodings agree when they are equal or the inferred one,
/// an AgreeingEncoding, says so.
bool areCompatible(mlir::TypeRange inferred, mlir::TypeRange written);

/// Checks the types of an op's results against those that were inferred.
mlir::LogicalResult verifyInferredTypes(mlir::Operation *op,
                                        mlir::TypeRange inferred);

/// Checks that they are the very types that were inferred.
mlir::LogicalResult verifySameTypes(mlir::Operation *op,
                                    mlir::TypeRange inferred);

/// Infers the types of an op's results and gives them to a check.
template <typename ConcreteOp>
mlir::LogicalResult
verifyInferred(mlir::Operation *op,
               mlir::LogicalResult (*check)(mlir::Operation *,
                                            mlir::TypeRange)) {
  llvm::SmallVector<mlir::Type> types;
  return mlir::failure(
      failed(ConcreteOp::inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getRawDictionaryAttrs(), op->getPropertiesStorage(),
          op->getRegions(), types)) ||
      failed(check(op, types)));
}

/// Verifies that result types can be inferred and agree with those of the op.
template <typename ConcreteOp>
class VerifyInference
    : public mlir::OpTrait::TraitBase<ConcreteOp, VerifyInference> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return verifyInferred<ConcreteOp>(op, verifyInferredTypes);
  }
};

/// Verifies that result types can be inferred and are those of the op.
template <typename ConcreteOp>
class VerifySameInference
    : public mlir::OpTrait::TraitBase<ConcreteOp, VerifySameInference> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return verifyInferred<ConcreteOp>(op, verifySameTypes);
  }
};

mlir::LogicalResult
inferReturnTypes(mlir::MLIRContext *context,
                 std::optional<mlir::Location> location,
                 mlir::ValueRange operands, mlir::Attribute attributes,
                 llvm::SmallVectorImpl<mlir::Type> &types,
                 bool (*hook)(const OdsOpParts *, OdsTypeSink));

mlir::LogicalResult
reifyResultShapes(mlir::Operation *op, mlir::OpBuilder &builder,
                  mlir::ReifiedRankedShapedTypeDims &shapes,
                  bool (*hook)(MlirOperation, OdsDimSink));

/// Bounds a dimension of a result by what it is equal to.
void populateBounds(mlir::OpResult result, int64_t dim,
                    mlir::ValueBoundsConstraintSet &constraints,
                    bool (*hook)(MlirOperation, OdsDimSink));

mlir::LogicalResult
fold(mlir::Operation *op, llvm::ArrayRef<mlir::Attribute> constants,
     llvm::SmallVectorImpl<mlir::OpFoldResult> &results,
     bool (*hook)(MlirOperation, intptr_t, const MlirAttribute *, OdsFoldSink));
mlir::OpFoldResult
foldOne(mlir::Operation *op, llvm::ArrayRef<mlir::Attribute> constants,
        bool (*hook)(MlirOperation, intptr_t, const MlirAttribute *,
                     OdsFoldSink));

/// The effects of an op in destination style: on memrefs it reads its inputs
/// and reads and writes its inits, on tensors it has none.
void getDestinationStyleEffects(
    mlir::DestinationStyleOpInterface op,
    llvm::SmallVectorImpl<
        mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>>
        &effects);

/// An OdsEmitter over MLIR's way of reporting from a verifier of attributes.
OdsEmitter
makeEmitter(llvm::function_ref<mlir::InFlightDiagnostic()> &emitError);

} // namespace odsbridge

#endif // ODS_BRIDGE_BRIDGE_H
