//===- OutlineRepeats.td - what a model does again as a function ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_OUTLINE_REPEATS_TD
#define FIDELITY_PASSES_OUTLINE_REPEATS_TD

include "mlir/Pass/PassBase.td"

def FidelityOutlineRepeats : Pass<"fidelity-outline-repeats", "::mlir::ModuleOp"> {
  let summary = "make each kind of layer a function that is called once per layer";
  let description = [{
    Finds ops of functions, one after the other, that occur several times and differ
    in constant tensors only, as the layers of a model do: in their weights and
    scales. They become one private function, and each repeat a call of it. What is
    after it in a compiler takes time for one layer then, and not for all.

    What differs from repeat to repeat is an argument, with its type as it is: sizes,
    storage, names and units. A constant that is the same in all of them stands in
    the function, and so do numbers and empty tensors that its ops read. What is read
    behind a repeat is a result. Two ops are the same if they have the same name,
    attributes (`fidelity.mapping` too), types and regions, and read each other as the
    others do. Constants are not counted among the ops, wherever they stand.

    Of all sections that repeat, the one is taken first that saves most; sections that
    overlap with it are then looked at again without these. What is left may repeat
    too. In a list of equal layers, that is a layer, from where the fewest values go
    from one to the next. Functions can share a section. A body of `scf.for` or
    `scf.if` is searched as that of a function is.

    An op that accesses memory, defines a symbol, or has a value that is neither a
    tensor nor a number stays where it is, and sections end at it. Calls and
    assertions move, and stay in their order. Functions on a device of their own
    and kernels stay whole.

    The functions are `no_inline`: what is inlined takes the time again that the
    function has saved. Run `canonicalize` before: constants in a region are then
    out of it.

    Example, of three layers, where `least=1` saves something:

    ```mlir
    !packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
    !back = tensor<8x4xi8, #fidelity.tensor<storage = packed2>>
    func.func @model(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
      %s = arith.constant dense<0.5> : tensor<f32>
      %w0 = arith.constant dense<1> : !packed
      %v0 = arith.constant dense<-1> : !back
      %n0 = fidelity.rms_norm %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
      %a0 = fidelity.ternary_linear %n0, %w0 scale %s
        : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
      %b0 = fidelity.silu %a0 : tensor<?x4xf32>
      %c0 = fidelity.ternary_linear %b0, %v0 scale %s
        : (tensor<?x4xf32>, !back, tensor<f32>) -> tensor<?x8xf32>
      %y0 = fidelity.add %x, %c0 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
      %w1 = arith.constant dense<-1> : !packed
      %v1 = arith.constant dense<1> : !back
      %n1 = fidelity.rms_norm %y0 : (tensor<?x8xf32>) -> tensor<?x8xf32>
      %a1 = fidelity.ternary_linear %n1, %w1 scale %s
        : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
      %b1 = fidelity.silu %a1 : tensor<?x4xf32>
      %c1 = fidelity.ternary_linear %b1, %v1 scale %s
        : (tensor<?x4xf32>, !back, tensor<f32>) -> tensor<?x8xf32>
      %y1 = fidelity.add %y0, %c1 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
      %w2 = arith.constant dense<0> : !packed
      %v2 = arith.constant dense<-1> : !back
      %n2 = fidelity.rms_norm %y1 : (tensor<?x8xf32>) -> tensor<?x8xf32>
      %a2 = fidelity.ternary_linear %n2, %w2 scale %s
        : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
      %b2 = fidelity.silu %a2 : tensor<?x4xf32>
      %c2 = fidelity.ternary_linear %b2, %v2 scale %s
        : (tensor<?x4xf32>, !back, tensor<f32>) -> tensor<?x8xf32>
      %y2 = fidelity.add %y1, %c2 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
      return %y2 : tensor<?x8xf32>
    }
    ```
  }];
  let options = [
    Option<"least", "least", "int64_t", /*default=*/"16",
           "How many ops a function has to save; a call counts as one, and so does each "
           "value that it is given or gives, but for constants">
  ];
  let statistics = [
    Statistic<"numFunctions", "functions", "functions made of what repeats">,
    Statistic<"numCalls", "calls", "calls of them">,
    Statistic<"numSaved", "saved", "ops that are in the module once and no longer once a call">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"
  ];
}

#endif // FIDELITY_PASSES_OUTLINE_REPEATS_TD
