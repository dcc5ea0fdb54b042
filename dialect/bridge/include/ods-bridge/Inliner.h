//===- Inliner.h - inlining of functions with ops from Rust ---------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ODS_BRIDGE_INLINER_H
#define ODS_BRIDGE_INLINER_H

#include "mlir/Transforms/InliningUtils.h"

namespace odsbridge {

/// An op may stand in any function: what it means does not depend on where it
/// is.
class Inliner : public mlir::DialectInlinerInterface {
public:
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(mlir::Operation *, mlir::Region *, bool,
                       mlir::IRMapping &) const override {
    return true;
  }
  bool isLegalToInline(mlir::Region *, mlir::Region *, bool,
                       mlir::IRMapping &) const override {
    return true;
  }
};

} // namespace odsbridge

#endif // ODS_BRIDGE_INLINER_H
