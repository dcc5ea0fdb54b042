//===- Bridge.cpp - what the generated C++ of a dialect shares ------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ods-bridge/Bridge.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

ParseResult odsbridge::parseKeywordList(AsmParser &parser,
                                        SmallVectorImpl<StringAttr> &keywords) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Square, [&]() -> ParseResult {
        std::string keyword;
        if (parser.parseKeywordOrString(&keyword))
          return failure();
        keywords.push_back(StringAttr::get(parser.getContext(), keyword));
        return success();
      });
}

void odsbridge::printKeywordList(AsmPrinter &printer,
                                 ArrayRef<StringAttr> keywords) {
  printer << '[';
  llvm::interleaveComma(keywords, printer.getStream(), [&](StringAttr keyword) {
    printer.printKeywordOrString(keyword.getValue());
  });
  printer << ']';
}

#include "ods-bridge/AgreeingEncoding.cpp.inc"

static Attribute encodingOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getEncoding() : Attribute();
}

/// Whether types agree in all but their encodings.
static bool areCompatibleButForEncodings(Type inferred, Type written) {
  if (inferred == written)
    return true;
  auto lhs = dyn_cast<RankedTensorType>(inferred);
  auto rhs = dyn_cast<RankedTensorType>(written);
  return lhs && rhs && lhs.getElementType() == rhs.getElementType() &&
         succeeded(verifyCompatibleShape(lhs, rhs));
}

static LogicalResult
verifyEncodingsAgree(Type inferred, Type written,
                     function_ref<InFlightDiagnostic()> emitError) {
  Attribute lhs = encodingOf(inferred);
  Attribute rhs = encodingOf(written);
  if (!lhs || !rhs || lhs == rhs)
    return success();
  if (auto agreeing = dyn_cast<odsbridge::AgreeingEncoding>(lhs))
    return agreeing.verifyAgreement(rhs, emitError);
  return emitError() << "expected encoding " << lhs << ", but got " << rhs;
}

bool odsbridge::areCompatible(TypeRange inferred, TypeRange written) {
  return inferred.size() == written.size() &&
         llvm::all_of(llvm::zip(inferred, written), [](auto pair) {
           auto [inferred, written] = pair;
           return areCompatibleButForEncodings(inferred, written) &&
                  succeeded(verifyEncodingsAgree(
                      inferred, written, [] { return InFlightDiagnostic(); }));
         });
}

LogicalResult odsbridge::verifyInferredTypes(Operation *op,
                                             TypeRange inferred) {
  // An op whose number of results varies says in its verifier what is wrong.
  if (inferred.size() != op->getNumResults())
    return success();
  for (auto [index, type, written] :
       llvm::enumerate(inferred, op->getResultTypes())) {
    if (!areCompatibleButForEncodings(type, written))
      return op->emitOpError("expected result #")
             << index << " to have a type that agrees with " << type
             << ", but got " << written;
    auto emitError = [op, number = index] {
      InFlightDiagnostic diagnostic =
          op->emitOpError("result #") << number << ": ";
      // What is inferred comes from the operands.
      for (auto [index, operand] : llvm::enumerate(op->getOperands()))
        if (encodingOf(operand.getType()))
          diagnostic.attachNote(operand.getLoc())
              << "operand #" << index << " has type " << operand.getType();
      return diagnostic;
    };
    if (failed(verifyEncodingsAgree(type, written, emitError)))
      return failure();
  }
  return success();
}

LogicalResult odsbridge::verifySameTypes(Operation *op, TypeRange inferred) {
  for (auto [index, type, written] :
       llvm::enumerate(inferred, op->getResultTypes())) {
    if (type == written)
      continue;
    // Of encodings that contradict each other it says what does.
    if (areCompatibleButForEncodings(type, written) &&
        failed(verifyInferredTypes(op, inferred)))
      return failure();
    return op->emitOpError("expected result #")
           << index << " to have type " << type << ", but got " << written;
  }
  return success();
}

static SmallVector<MlirValue> wrapAll(ValueRange values) {
  return llvm::map_to_vector(values, [](Value value) { return wrap(value); });
}

LogicalResult
odsbridge::inferReturnTypes(MLIRContext *context,
                            std::optional<Location> location,
                            ValueRange operands, Attribute attributes,
                            SmallVectorImpl<Type> &types,
                            bool (*hook)(const OdsOpParts *, OdsTypeSink)) {
  SmallVector<MlirValue> values = wrapAll(operands);
  OdsOpParts parts{wrap(context),
                   wrap(location.value_or(UnknownLoc::get(context))),
                   static_cast<intptr_t>(values.size()), values.data(),
                   wrap(attributes)};
  OdsTypeSink sink{&types, [](void *user, MlirType type) {
                     static_cast<SmallVectorImpl<Type> *>(user)->push_back(
                         unwrap(type));
                   }};
  return success(hook(&parts, sink));
}

using Dims = SmallVector<SmallVector<OdsDim>>;

/// The sizes of the results, as Rust says them.
static FailureOr<Dims> dimsOf(Operation *op,
                              bool (*hook)(MlirOperation, OdsDimSink)) {
  Dims dims(op->getNumResults());
  OdsDimSink sink{&dims, [](void *user, intptr_t result, OdsDim dim) {
                    auto &dims = *static_cast<Dims *>(user);
                    if (result < static_cast<intptr_t>(dims.size()))
                      dims[result].push_back(dim);
                  }};
  if (!hook(wrap(op), sink))
    return failure();
  return dims;
}

LogicalResult
odsbridge::reifyResultShapes(Operation *op, OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes,
                             bool (*hook)(MlirOperation, OdsDimSink)) {
  FailureOr<Dims> dims = dimsOf(op, hook);
  if (failed(dims))
    return failure();
  for (auto [result, resultDims] : llvm::zip(op->getResults(), *dims)) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!type || type.getRank() != static_cast<int64_t>(resultDims.size()))
      return failure();
    SmallVector<OpFoldResult> sizes;
    for (auto [index, dim] : llvm::enumerate(resultDims)) {
      // What the type already says must come back as an attribute.
      if (!type.isDynamicDim(index))
        sizes.push_back(builder.getIndexAttr(type.getDimSize(index)));
      else if (dim.kind == OdsDimStatic)
        sizes.push_back(getValueOrCreateConstantIndexOp(
            builder, op->getLoc(), builder.getIndexAttr(dim.index)));
      else if (dim.kind == OdsDimValue)
        sizes.push_back(unwrap(dim.value));
      else
        sizes.push_back(getValueOrCreateConstantIndexOp(
            builder, op->getLoc(),
            tensor::getMixedSize(builder, op->getLoc(), unwrap(dim.value),
                                 dim.index)));
    }
    shapes.push_back(std::move(sizes));
  }
  return success();
}

void odsbridge::populateBounds(OpResult result, int64_t dim,
                               ValueBoundsConstraintSet &constraints,
                               bool (*hook)(MlirOperation, OdsDimSink)) {
  FailureOr<Dims> dims = dimsOf(result.getOwner(), hook);
  if (failed(dims))
    return;
  ArrayRef<OdsDim> sizes = (*dims)[result.getResultNumber()];
  if (dim >= static_cast<int64_t>(sizes.size()))
    return;
  OdsDim size = sizes[dim];
  auto bound = [&](AffineExpr equal) {
    constraints.bound(result)[dim] == equal;
  };
  if (size.kind == OdsDimStatic)
    bound(getAffineConstantExpr(size.index, result.getContext()));
  else if (size.kind == OdsDimValue)
    bound(constraints.getExpr(unwrap(size.value)));
  else
    bound(constraints.getExpr(unwrap(size.value), size.index));
}

LogicalResult odsbridge::fold(Operation *op, ArrayRef<Attribute> constants,
                              SmallVectorImpl<OpFoldResult> &results,
                              bool (*hook)(MlirOperation, intptr_t,
                                           const MlirAttribute *,
                                           OdsFoldSink)) {
  SmallVector<MlirAttribute> attributes = llvm::map_to_vector(
      constants, [](Attribute attribute) { return wrap(attribute); });
  OdsFoldSink sink{&results,
                   [](void *user, MlirAttribute attribute, MlirValue value) {
                     auto &results =
                         *static_cast<SmallVectorImpl<OpFoldResult> *>(user);
                     if (!mlirAttributeIsNull(attribute))
                       results.push_back(unwrap(attribute));
                     else
                       results.push_back(unwrap(value));
                   }};
  if (!hook(wrap(op), attributes.size(), attributes.data(), sink))
    return failure();
  return success(results.size() == op->getNumResults());
}

OpFoldResult odsbridge::foldOne(Operation *op, ArrayRef<Attribute> constants,
                                bool (*hook)(MlirOperation, intptr_t,
                                             const MlirAttribute *,
                                             OdsFoldSink)) {
  SmallVector<OpFoldResult> results;
  if (failed(fold(op, constants, results, hook)))
    return {};
  return results.front();
}

void odsbridge::getDestinationStyleEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    effects.emplace_back(MemoryEffects::Read::get(), &operand,
                         SideEffects::DefaultResource::get());
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
  }
}

OdsEmitter
odsbridge::makeEmitter(function_ref<InFlightDiagnostic()> &emitError) {
  return {&emitError, [](void *user, MlirStringRef message) {
            (*static_cast<function_ref<InFlightDiagnostic()> *>(user))()
                << unwrap(message);
          }};
}

//===----------------------------------------------------------------------===//
// Called from Rust
//===----------------------------------------------------------------------===//

static void attachNotes(InFlightDiagnostic &diagnostic, intptr_t numNotes,
                        const MlirLocation *locations,
                        const MlirStringRef *notes) {
  for (intptr_t i = 0; i < numNotes; ++i)
    diagnostic.attachNote(unwrap(locations[i])) << unwrap(notes[i]);
}

void odsBridgeEmitOpError(MlirOperation op, MlirStringRef message,
                          intptr_t numNotes, const MlirLocation *locations,
                          const MlirStringRef *notes) {
  InFlightDiagnostic diagnostic = unwrap(op)->emitOpError() << unwrap(message);
  attachNotes(diagnostic, numNotes, locations, notes);
}

void odsBridgeEmitError(MlirLocation location, MlirStringRef message,
                        intptr_t numNotes, const MlirLocation *locations,
                        const MlirStringRef *notes) {
  InFlightDiagnostic diagnostic =
      emitError(unwrap(location)) << unwrap(message);
  attachNotes(diagnostic, numNotes, locations, notes);
}

void odsBridgeEmitRemark(MlirLocation location, MlirStringRef message) {
  emitRemark(unwrap(location)) << unwrap(message);
}

void odsBridgeOptimizationRemark(int kind, MlirLocation location,
                                 MlirStringRef category, MlirStringRef name,
                                 MlirStringRef message) {
  auto options =
      remark::RemarkOpts::name(unwrap(name)).category(unwrap(category));
  auto emit = [&](remark::detail::InFlightRemark remark) {
    remark << unwrap(message);
  };
  switch (kind) {
  case 0:
    return emit(remark::passed(unwrap(location), options));
  case 1:
    return emit(remark::missed(unwrap(location), options));
  default:
    return emit(remark::analysis(unwrap(location), options));
  }
}

MlirOperation odsBridgePreviousInBlock(MlirOperation op) {
  Operation *operation = unwrap(op);
  // An op in no block has no neighbours to ask for.
  return wrap(operation->getBlock() ? operation->getPrevNode() : nullptr);
}

const uint8_t *odsBridgeDenseResourceData(MlirAttribute attribute,
                                          uint64_t *size) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(unwrap(attribute));
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob)
    return nullptr;
  *size = blob->getData().size();
  return reinterpret_cast<const uint8_t *>(blob->getData().data());
}

MlirStringRef odsBridgeDenseResourceKey(MlirAttribute attribute) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(unwrap(attribute));
  return wrap(resource ? resource.getRawHandle().getKey() : StringRef());
}

MlirAttribute odsBridgeDenseResourceWithType(MlirAttribute attribute,
                                             MlirType type) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(unwrap(attribute));
  auto shaped = dyn_cast<ShapedType>(unwrap(type));
  if (!resource || !shaped)
    return wrap(Attribute());
  return wrap(Attribute(
      DenseResourceElementsAttr::get(shaped, resource.getRawHandle())));
}

bool odsBridgeIsMemoryEffectFree(MlirOperation op) {
  return isMemoryEffectFree(unwrap(op));
}

void odsBridgeReplaceTypes(MlirOperation op, OdsReplacements replacements) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([=](Type type) -> std::optional<Type> {
    MlirType other = replacements.type(replacements.user, wrap(type));
    if (mlirTypeIsNull(other))
      return std::nullopt;
    return unwrap(other);
  });
  replacer.addReplacement([=](Attribute attribute) -> std::optional<Attribute> {
    MlirAttribute other =
        replacements.attribute(replacements.user, wrap(attribute));
    if (mlirAttributeIsNull(other))
      return std::nullopt;
    return unwrap(other);
  });
  replacer.recursivelyReplaceElementsIn(unwrap(op), /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}
