//===- Tiling.h - TilingInterface of an op whose tiling Rust says ---------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rust's `Tile` gives an op's loops and, for each dimension of its operands and
// results, the loop that the dimension follows, or that it stays whole. From
// that follows all of TilingInterface: a tile of the op is the op on slices of
// its operands.
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_TILING_H
#define ODS_BRIDGE_TILING_H

// A dialect whose ops are cut depends on the one of their slices.
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "ods-bridge/CAPI.h"

namespace odsbridge {

using TilingHook = bool (*)(MlirOperation, OdsTilingSink);
using Sizes = llvm::ArrayRef<mlir::OpFoldResult>;
using SizeLists = llvm::ArrayRef<llvm::SmallVector<mlir::OpFoldResult>>;

// The methods of the interface, of the same names there.

llvm::SmallVector<mlir::utils::IteratorType>
getLoopIteratorTypes(mlir::Operation *op, TilingHook hook);

llvm::SmallVector<mlir::Range> getIterationDomain(mlir::Operation *op,
                                                  mlir::OpBuilder &builder,
                                                  TilingHook hook);

mlir::FailureOr<mlir::TilingResult>
getTiledImplementation(mlir::Operation *op, mlir::OpBuilder &builder,
                       Sizes offsets, Sizes sizes, TilingHook hook);

mlir::LogicalResult
getResultTilePosition(mlir::Operation *op, mlir::OpBuilder &builder,
                      unsigned result, Sizes offsets, Sizes sizes,
                      llvm::SmallVectorImpl<mlir::OpFoldResult> &resultOffsets,
                      llvm::SmallVectorImpl<mlir::OpFoldResult> &resultSizes,
                      TilingHook hook);

/// Where only a part of a whole dimension is asked for, the tile is computed
/// with all of it, and the part is cut out.
mlir::FailureOr<mlir::TilingResult>
generateResultTileValue(mlir::Operation *op, mlir::OpBuilder &builder,
                        unsigned result, Sizes offsets, Sizes sizes,
                        TilingHook hook);

mlir::FailureOr<mlir::TilingResult> getTiledImplementationFromOperandTiles(
    mlir::Operation *op, mlir::OpBuilder &builder,
    llvm::ArrayRef<unsigned> operands, SizeLists offsets, SizeLists sizes,
    TilingHook hook);

/// Fails where an operand's tile is only a part of a dimension that stays
/// whole or is summed over: no tile of a result can be made of it.
mlir::LogicalResult getIterationDomainTileFromOperandTiles(
    mlir::Operation *op, mlir::OpBuilder &builder,
    llvm::ArrayRef<unsigned> operands, SizeLists offsets, SizeLists sizes,
    llvm::SmallVectorImpl<mlir::OpFoldResult> &loopOffsets,
    llvm::SmallVectorImpl<mlir::OpFoldResult> &loopSizes, TilingHook hook);

mlir::LogicalResult getIterationDomainTileFromResultTile(
    mlir::Operation *op, mlir::OpBuilder &builder, unsigned result,
    Sizes offsets, Sizes sizes,
    llvm::SmallVectorImpl<mlir::OpFoldResult> &loopOffsets,
    llvm::SmallVectorImpl<mlir::OpFoldResult> &loopSizes, TilingHook hook);

bool isOpFusableWithConsumerSlice(mlir::Operation *op, TilingHook hook);

bool isOpFusableWithProducerSlices(mlir::Operation *op,
                                   llvm::ArrayRef<unsigned> operands,
                                   SizeLists offsets, SizeLists sizes,
                                   TilingHook hook);

} // namespace odsbridge

#endif // ODS_BRIDGE_TILING_H
