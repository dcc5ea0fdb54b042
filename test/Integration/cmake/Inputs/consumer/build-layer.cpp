//===- build-layer.cpp - the dialect as a C++ project uses it -------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fidelity-c/Fidelity.h"
#include "fidelity/Fidelity.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

/// A function of one layer with three outputs, whose weights have rows of
/// `numWeights`.
static func::FuncOp buildLayer(OpBuilder &builder, StringRef name,
                               int64_t numWeights) {
  Location loc = builder.getUnknownLoc();
  Type f32 = builder.getF32Type();
  SmallVector<Type> inputs = {
      RankedTensorType::get({ShapedType::kDynamic, 4}, f32),
      RankedTensorType::get({3, numWeights}, builder.getI8Type()),
      RankedTensorType::get({3}, f32)};
  Type output = RankedTensorType::get({ShapedType::kDynamic, 3}, f32);
  auto function = func::FuncOp::create(
      builder, loc, name, builder.getFunctionType(inputs, output));
  Block *entry = function.addEntryBlock();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(entry);
  auto linear = fidelity::TernaryLinearOp::create(
      builder, loc, output, entry->getArgument(0), entry->getArgument(1),
      entry->getArgument(2), fidelity::AccumulatorAttr());
  func::ReturnOp::create(builder, loc, linear.getResult());
  return function;
}

int main() {
  DialectRegistry registry;
  registry.insert<fidelity::FidelityDialect, func::FuncDialect>();
  MLIRContext context(registry);
  context.loadAllAvailableDialects();

  OpBuilder builder(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToStart(module->getBody());
  buildLayer(builder, "layer", 4);
  if (failed(verify(*module)))
    return 1;
  module->print(llvm::outs());

  module->walk([](Operation *op) {
    if (auto linear = dyn_cast<fidelity::TernaryLinearOp>(op))
      llvm::outs() << "scale: " << linear.getScale().getType() << "\n";
  });

  mlirRegisterFidelityPasses();
  PassManager manager(&context);
  if (failed(parsePassPipeline("convert-fidelity-to-linalg", manager)) ||
      failed(manager.run(*module)))
    return 1;
  llvm::outs() << "lowered:\n";
  module->print(llvm::outs());

  // The verifier is Rust; its diagnostic comes through MLIR.
  ScopedDiagnosticHandler handler(&context, [](Diagnostic &diagnostic) {
    llvm::outs() << "refused: " << diagnostic << "\n";
  });
  func::FuncOp wrong = buildLayer(builder, "wrong", 5);
  return succeeded(verify(wrong));
}
