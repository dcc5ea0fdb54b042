//===- ToyPasses.td - the passes of the toy dialect -----------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TOY_PASSES_TD
#define TOY_PASSES_TD

include "mlir/Pass/PassBase.td"

def ToyNumber : Pass<"toy-number", "::mlir::func::FuncOp"> {
  let summary = "number the ops of each function";
  let description = [{
    Gives the ops of the named kinds an attribute `toy.number`, in order. It
    does nothing useful, and has an option of each type.
  }];
  let options = [
    Option<"prefix", "prefix", "std::string", /*default=*/"\"n\"",
           "what stands before each number">,
    Option<"start", "start", "int64_t", /*default=*/"0", "the first number">,
    Option<"limit", "limit", "unsigned", /*default=*/"1000", "how many ops at most">,
    Option<"spacing", "spacing", "double", /*default=*/"1.0",
           "with report: the distance of two ops">,
    Option<"report", "report", "bool", /*default=*/"false",
           "whether to remark on each op">,
    ListOption<"kinds", "kinds", "std::string", "the names of the ops, all when empty">,
    ListOption<"skip", "skip", "int64_t", "numbers to leave out">
  ];
  let statistics = [
    Statistic<"numNumbered", "numbered", "ops that got a number">,
    Statistic<"numSkipped", "skipped", "numbers that were left out">
  ];
}

def ToyToArith : Pass<"toy-to-arith"> {
  let summary = "lower toy.scale to arith.muli";
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ToyFaulty : Pass<"toy-faulty", "::mlir::func::FuncOp"> {
  let summary = "panic in functions whose name begins with `faulty`";
}

#endif // TOY_PASSES_TD
