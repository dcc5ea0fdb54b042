//===- Tiling.cpp - TilingInterface of an op whose tiling Rust says -------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ods-bridge/Tiling.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using odsbridge::SizeLists;
using odsbridge::Sizes;
using odsbridge::TilingHook;

namespace {
/// For each dimension of a value the loop that it follows, or OdsTilingWhole.
using Map = SmallVector<int64_t>;

/// What Rust says of an op.
struct Tiling {
  SmallVector<utils::IteratorType> loops;
  /// For each loop why it is not cut, or nothing.
  SmallVector<std::string> uncut;
  SmallVector<Map> operands;
  SmallVector<Map> results;

  bool isReduction(int64_t loop) const {
    return loops[loop] == utils::IteratorType::reduction;
  }
};

/// A part of the loops; a loop without a size is not cut.
struct Tile {
  SmallVector<OpFoldResult> offsets;
  SmallVector<OpFoldResult> sizes;

  explicit Tile(size_t numLoops) : offsets(numLoops), sizes(numLoops) {}
};
} // namespace

static FailureOr<Tiling> tilingOf(Operation *op, TilingHook hook) {
  struct Answer {
    Tiling tiling;
    size_t numOperands;
  } answer{{}, op->getNumOperands()};
  OdsTilingSink sink{
      &answer, [](void *user, const OdsTiling *raw) {
        auto &[tiling, numOperands] = *static_cast<Answer *>(user);
        for (bool isReduction : ArrayRef(raw->isReduction, raw->numLoops))
          tiling.loops.push_back(isReduction ? utils::IteratorType::reduction
                                             : utils::IteratorType::parallel);
        for (MlirStringRef reason : ArrayRef(raw->uncut, raw->numLoops))
          tiling.uncut.push_back(unwrap(reason).str());
        const int64_t *next = raw->dimensions;
        for (intptr_t rank : ArrayRef(raw->ranks, raw->numMaps)) {
          auto &maps = tiling.operands.size() < numOperands ? tiling.operands
                                                            : tiling.results;
          maps.emplace_back(next, next + rank);
          next += rank;
        }
      }};
  if (!hook(wrap(op), sink))
    return failure();
  return std::move(answer.tiling);
}

static int64_t staticSize(Type type, int64_t dim) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? shaped.getDimSize(dim) : ShapedType::kDynamic;
}

/// The size of a dimension; an index is the size of what it stands for.
static OpFoldResult sizeOf(OpBuilder &builder, Location location, Value value,
                           int64_t dim) {
  if (value.getType().isIndex())
    return getAsOpFoldResult(value);
  if (isa<MemRefType>(value.getType()))
    return memref::getMixedSize(builder, location, value, dim);
  return tensor::getMixedSize(builder, location, value, dim);
}

/// The size of a dimension of a result, from the operands: the op itself may
/// be about to go.
static FailureOr<OpFoldResult> sizeOfResult(OpBuilder &builder, OpResult result,
                                            int64_t dim) {
  int64_t size = staticSize(result.getType(), dim);
  if (ShapedType::isStatic(size))
    return OpFoldResult(builder.getIndexAttr(size));
  ReifiedRankedShapedTypeDims shapes;
  if (failed(reifyResultShapes(builder, result.getOwner(), shapes)))
    return failure();
  return shapes[result.getResultNumber()][dim];
}

/// Whether a dimension of an operand or a result that follows a loop is as
/// asked.
static bool anyAlong(Operation *op, const Tiling &tiling, int64_t loop,
                     function_ref<bool(Value, int64_t)> accept) {
  auto find = [&](auto values, ArrayRef<Map> maps) {
    for (auto [value, map] : llvm::zip_equal(values, maps))
      for (auto [dim, follows] : llvm::enumerate(map))
        if (follows == loop && accept(value, dim))
          return true;
    return false;
  };
  return find(op->getOperands(), tiling.operands) ||
         find(op->getResults(), tiling.results);
}

static FailureOr<OpFoldResult> sizeOfLoop(OpBuilder &builder, Operation *op,
                                          const Tiling &tiling, int64_t loop) {
  int64_t known = ShapedType::kDynamic;
  auto isStatic = [&](Value value, int64_t dim) {
    known = staticSize(value.getType(), dim);
    return ShapedType::isStatic(known);
  };
  if (anyAlong(op, tiling, loop, isStatic))
    return OpFoldResult(builder.getIndexAttr(known));
  FailureOr<OpFoldResult> size = failure();
  anyAlong(op, tiling, loop, [&](Value value, int64_t dim) {
    auto result = dyn_cast<OpResult>(value);
    size = result && result.getOwner() == op
               ? sizeOfResult(builder, result, dim)
               : sizeOf(builder, op->getLoc(), value, dim);
    return true;
  });
  return size;
}

/// Whether a range is known to be all of a dimension. Its type then is as
/// static as the range.
static bool isWhole(OpFoldResult offset, OpFoldResult size, Value value,
                    int64_t dim) {
  if (!isZeroInteger(offset))
    return false;
  int64_t known = staticSize(value.getType(), dim);
  if (ShapedType::isStatic(known))
    return isa<Attribute>(size) && getConstantIntValue(size) == known;
  if (isa<Attribute>(size))
    return false;
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(
      ValueBoundsConstraintSet::Variable(size),
      ValueBoundsConstraintSet::Variable(value, dim));
  return succeeded(equal) && *equal;
}

/// Cuts a tensor or a memref. One with a static dimension of size 0 cannot be
/// cut, but has no elements: of a tensor any other one without elements will do.
static FailureOr<Value> slice(OpBuilder &builder, Location location,
                              Value value, Sizes offsets, Sizes sizes,
                              SmallVectorImpl<Operation *> &slices) {
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  if (llvm::is_contained(cast<ShapedType>(value.getType()).getShape(), 0)) {
    if (!tensor)
      return emitError(location, "expected a memref with elements to tile, but got ")
             << value.getType();
    return tensor::EmptyOp::create(builder, location, sizes,
                                   tensor.getElementType(),
                                   tensor.getEncoding())
        .getResult();
  }
  if (tensor)
    slices.push_back(tensor::ExtractSliceOp::create(builder, location, value,
                                                    offsets, sizes, strides));
  else
    slices.push_back(memref::SubViewOp::create(builder, location, value,
                                               offsets, sizes, strides));
  return slices.back()->getResult(0);
}

/// The part of an operand that a tile takes.
static FailureOr<Value>
tileOfOperand(OpBuilder &builder, Location location, Value value,
              ArrayRef<int64_t> map, Sizes offsets, Sizes sizes,
              SmallVectorImpl<Operation *> &slices) {
  if (value.getType().isIndex() && !map.empty())
    return getValueOrCreateConstantIndexOp(builder, location, sizes[map[0]]);
  bool isCut = llvm::any_of(llvm::enumerate(map), [&](auto item) {
    auto [dim, loop] = item;
    return loop != OdsTilingWhole &&
           !isWhole(offsets[loop], sizes[loop], value, dim);
  });
  if (!isCut)
    return value;
  SmallVector<OpFoldResult> sliceOffsets, sliceSizes;
  for (auto [dim, loop] : llvm::enumerate(map)) {
    bool whole = loop == OdsTilingWhole;
    sliceOffsets.push_back(whole ? builder.getIndexAttr(0) : offsets[loop]);
    sliceSizes.push_back(whole ? sizeOf(builder, location, value, dim)
                               : sizes[loop]);
  }
  return slice(builder, location, value, sliceOffsets, sliceSizes, slices);
}

static Type tileOfType(Type type, ArrayRef<int64_t> map, Sizes sizes) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type;
  SmallVector<int64_t> shape(tensor.getShape());
  for (auto [dim, loop] : llvm::enumerate(map))
    if (loop != OdsTilingWhole)
      shape[dim] = isa<Attribute>(sizes[loop])
                       ? *getConstantIntValue(sizes[loop])
                       : ShapedType::kDynamic;
  return RankedTensorType::get(shape, tensor.getElementType(),
                               tensor.getEncoding());
}

/// Checks that a tile has all of each loop that is not cut.
static LogicalResult checkUncut(Operation *op, const Tiling &tiling,
                                Sizes offsets, Sizes sizes) {
  for (auto [loop, reason] : llvm::enumerate(tiling.uncut)) {
    auto hasAll = [&](Value value, int64_t dim) {
      return isWhole(offsets[loop], sizes[loop], value, dim);
    };
    if (!reason.empty() && !anyAlong(op, tiling, loop, hasAll))
      return op->emitOpError("expected tiles with all of loop ")
             << loop << ", but got a part: " << reason;
  }
  return success();
}

static FailureOr<TilingResult> tile(Operation *op, OpBuilder &builder,
                                    const Tiling &tiling, Sizes offsets,
                                    Sizes sizes) {
  if (failed(checkUncut(op, tiling, offsets, sizes)))
    return failure();
  SmallVector<Value> operands;
  SmallVector<Operation *> slices;
  for (auto [value, map] :
       llvm::zip_equal(op->getOperands(), tiling.operands)) {
    FailureOr<Value> operand = tileOfOperand(builder, op->getLoc(), value, map,
                                             offsets, sizes, slices);
    if (failed(operand))
      return failure();
    operands.push_back(*operand);
  }
  SmallVector<Type> types;
  for (auto [type, map] : llvm::zip_equal(op->getResultTypes(), tiling.results))
    types.push_back(tileOfType(type, map, sizes));
  Operation *tiled = clone(builder, op, types, operands);
  return TilingResult{
      {tiled}, SmallVector<Value>(tiled->getResults()), slices};
}

/// Checks that loops can put the tiles of the results together.
static LogicalResult checkCollectable(Operation *op) {
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      continue;
    // MLIR makes the tensor that tiles are put into, unless there is an init.
    if (tensor.getEncoding() && !isa<DestinationStyleOpInterface>(op))
      return op->emitOpError("expected results without an encoding to tile, as "
                             "the tensor that their tiles are put into has "
                             "none, but got ")
             << type;
    if (llvm::is_contained(tensor.getShape(), 0))
      return op->emitOpError("expected results with elements to tile, but got ")
             << type;
  }
  return success();
}

/// Gives the loops that are not cut all of their range.
static LogicalResult complete(OpBuilder &builder, Operation *op,
                              const Tiling &tiling, Tile &tile) {
  for (auto [loop, size] : llvm::enumerate(tile.sizes)) {
    if (size)
      continue;
    FailureOr<OpFoldResult> all = sizeOfLoop(builder, op, tiling, loop);
    if (failed(all))
      return failure();
    tile.offsets[loop] = builder.getIndexAttr(0);
    size = *all;
  }
  return success();
}

/// The loops that a tile of a result takes.
static Tile tileFromResult(const Tiling &tiling, unsigned result, Sizes offsets,
                           Sizes sizes) {
  Tile tile(tiling.loops.size());
  for (auto [dim, loop] : llvm::enumerate(tiling.results[result])) {
    if (loop == OdsTilingWhole)
      continue;
    tile.offsets[loop] = offsets[dim];
    tile.sizes[loop] = sizes[dim];
  }
  return tile;
}

/// The loops that tiles of operands feed.
static FailureOr<Tile> tileFromOperands(Operation *op, const Tiling &tiling,
                                        ArrayRef<unsigned> operands,
                                        SizeLists offsets, SizeLists sizes) {
  Tile tile(tiling.loops.size());
  for (auto [number, operandOffsets, operandSizes] :
       llvm::zip_equal(operands, offsets, sizes)) {
    for (auto [dim, loop] : llvm::enumerate(tiling.operands[number])) {
      OpFoldResult offset = operandOffsets[dim], size = operandSizes[dim];
      if (loop == OdsTilingWhole || tiling.isReduction(loop)) {
        if (!isWhole(offset, size, op->getOperand(number), dim))
          return failure();
        continue;
      }
      if (tile.sizes[loop] &&
          !(isEqualConstantIntOrValue(tile.offsets[loop], offset) &&
            isEqualConstantIntOrValue(tile.sizes[loop], size)))
        return failure();
      tile.offsets[loop] = offset;
      tile.sizes[loop] = size;
    }
  }
  return tile;
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

SmallVector<utils::IteratorType>
odsbridge::getLoopIteratorTypes(Operation *op, TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling))
    return {};
  return tiling->loops;
}

SmallVector<Range> odsbridge::getIterationDomain(Operation *op,
                                                 OpBuilder &builder,
                                                 TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling))
    return {};
  Tile all(tiling->loops.size());
  if (failed(complete(builder, op, *tiling, all)))
    return {};
  return llvm::map_to_vector(all.sizes, [&](OpFoldResult size) {
    return Range{builder.getIndexAttr(0), size, builder.getIndexAttr(1)};
  });
}

FailureOr<TilingResult>
odsbridge::getTiledImplementation(Operation *op, OpBuilder &builder,
                                  Sizes offsets, Sizes sizes, TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling) || failed(checkCollectable(op)))
    return failure();
  return tile(op, builder, *tiling, offsets, sizes);
}

LogicalResult odsbridge::getResultTilePosition(
    Operation *op, OpBuilder &builder, unsigned result, Sizes offsets,
    Sizes sizes, SmallVectorImpl<OpFoldResult> &resultOffsets,
    SmallVectorImpl<OpFoldResult> &resultSizes, TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling))
    return failure();
  for (auto [dim, loop] : llvm::enumerate(tiling->results[result])) {
    if (loop != OdsTilingWhole) {
      resultOffsets.push_back(offsets[loop]);
      resultSizes.push_back(sizes[loop]);
      continue;
    }
    FailureOr<OpFoldResult> size =
        sizeOfResult(builder, op->getResult(result), dim);
    if (failed(size))
      return failure();
    resultOffsets.push_back(builder.getIndexAttr(0));
    resultSizes.push_back(*size);
  }
  return success();
}

FailureOr<TilingResult>
odsbridge::generateResultTileValue(Operation *op, OpBuilder &builder,
                                   unsigned result, Sizes offsets, Sizes sizes,
                                   TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling))
    return failure();
  Tile part = tileFromResult(*tiling, result, offsets, sizes);
  if (failed(complete(builder, op, *tiling, part)))
    return failure();
  FailureOr<TilingResult> tiled =
      tile(op, builder, *tiling, part.offsets, part.sizes);
  if (failed(tiled))
    return failure();
  FailureOr<Value> value = tiled->tiledValues[result];
  SmallVector<OpFoldResult> partOffsets(offsets);
  bool isCut = false;
  for (auto [dim, loop] : llvm::enumerate(tiling->results[result])) {
    if (loop != OdsTilingWhole)
      partOffsets[dim] = builder.getIndexAttr(0);
    else if (!isWhole(offsets[dim], sizes[dim], op->getResult(result), dim))
      isCut = true;
  }
  if (isCut) {
    // What loops look for are the slices of operands.
    SmallVector<Operation *> ofResult;
    value = slice(builder, op->getLoc(), *value, partOffsets, sizes, ofResult);
    if (failed(value))
      return failure();
  }
  return TilingResult{tiled->tiledOps, {*value}, tiled->generatedSlices};
}

FailureOr<TilingResult> odsbridge::getTiledImplementationFromOperandTiles(
    Operation *op, OpBuilder &builder, ArrayRef<unsigned> operands,
    SizeLists offsets, SizeLists sizes, TilingHook hook) {
  SmallVector<OpFoldResult> loopOffsets, loopSizes;
  if (failed(getIterationDomainTileFromOperandTiles(
          op, builder, operands, offsets, sizes, loopOffsets, loopSizes, hook)))
    return failure();
  return getTiledImplementation(op, builder, loopOffsets, loopSizes, hook);
}

LogicalResult odsbridge::getIterationDomainTileFromOperandTiles(
    Operation *op, OpBuilder &builder, ArrayRef<unsigned> operands,
    SizeLists offsets, SizeLists sizes,
    SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes, TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling))
    return failure();
  FailureOr<Tile> tile =
      tileFromOperands(op, *tiling, operands, offsets, sizes);
  if (failed(tile) || failed(complete(builder, op, *tiling, *tile)))
    return failure();
  loopOffsets = std::move(tile->offsets);
  loopSizes = std::move(tile->sizes);
  return success();
}

LogicalResult odsbridge::getIterationDomainTileFromResultTile(
    Operation *op, OpBuilder &builder, unsigned result, Sizes offsets,
    Sizes sizes, SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes, TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  if (failed(tiling))
    return failure();
  Tile tile = tileFromResult(*tiling, result, offsets, sizes);
  if (failed(complete(builder, op, *tiling, tile)))
    return failure();
  loopOffsets = std::move(tile.offsets);
  loopSizes = std::move(tile.sizes);
  return success();
}

bool odsbridge::isOpFusableWithConsumerSlice(Operation *op, TilingHook hook) {
  return succeeded(tilingOf(op, hook));
}

bool odsbridge::isOpFusableWithProducerSlices(Operation *op,
                                              ArrayRef<unsigned> operands,
                                              SizeLists offsets,
                                              SizeLists sizes,
                                              TilingHook hook) {
  FailureOr<Tiling> tiling = tilingOf(op, hook);
  return succeeded(tiling) && succeeded(tileFromOperands(
                                  op, *tiling, operands, offsets, sizes));
}
