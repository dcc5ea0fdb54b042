//===- Passes.td - passes from fidelity to fidelity -----------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_PASSES_TD
#define FIDELITY_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

def FidelityDecompose : Pass<"fidelity-decompose"> {
  let summary = "turn sequence ops, and layers if asked, into the core ops";
  let description = [{
    Each sequence op that is a linear recurrence becomes a
    `fidelity.recurrence` with the `linalg` ops that make its decay, its feed
    and its query, and that finish what it reads. Ops that are none stay as
    they are, and nothing is rounded to a narrow float in between.

    With `chunk=N` the recurrences are computed N steps at once, as matrix
    products: for long sequences, and where a decay does not depend on the
    values. Without it they are computed step by step; a sequence of one step
    takes no loop in either form.

    With `layers` a `fidelity.bit_linear` becomes what it is defined as: a
    `rms_norm`, a `quantize_activations` and a `ternary_linear`, and an
    elementwise op that scales and adds the bias. A target that fuses on its own
    wants the parts.

    `convert-fidelity-to-linalg` decomposes what is left of sequence ops, step
    by step.

    Example:

    ```mlir
    func.func @mixer(%f: tensor<?x256xf32>, %c: tensor<?x256xf32>)
        -> (tensor<?x256xf32>, tensor<256xf32>) {
      %o, %last = fidelity.mlgru %f, %c
        : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
      return %o, %last : tensor<?x256xf32>, tensor<256xf32>
    }
    ```
  }];
  let options = [
    Option<"chunk", "chunk", "int64_t", /*default=*/"0",
           "How many steps are computed at once; 0 for one after the other">,
    Option<"layers", "layers", "bool", /*default=*/"false",
           "Decompose layers too, not only sequence ops">,
    Option<"runtimeChecks", "runtime-checks", "bool", /*default=*/"true",
           "Check at run time what the types leave open of sizes">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::complex::ComplexDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FidelityEraseMeasures : Pass<"fidelity-erase-measures", "::mlir::ModuleOp"> {
  let summary = "remove the names of dimensions and the units";
  let description = [{
    Removes `dims` and `unit` from each `#fidelity.tensor`, wherever it stands:
    in the types of values, in the types of functions, in attributes. The
    storage stays. A `tensor.cast` that only changed names or units vanishes.

    The verifiers have checked by then what names and units are for; no later
    pass looks at them. Without them, constants, casts and functions that
    differed in measures alone are equal, so that canonicalisation and common
    subexpression elimination see what they see in a module that never had any.

    Example:

    ```mlir
    !acceleration = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s^2">>
    !velocity = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s">>
    !time = tensor<f32, #fidelity.tensor<unit = "s">>
    func.func @velocity(%v: !velocity, %a: !acceleration, %dt: !time) -> !velocity {
      %change = fidelity.multiply %a, %dt : (!acceleration, !time) -> !velocity
      %next = fidelity.add %v, %change : (!velocity, !velocity) -> !velocity
      return %next : !velocity
    }
    ```
  }];
}

def FidelityMaterializeStorage : Pass<"fidelity-materialize-storage", "::mlir::ModuleOp"> {
  let summary = "give every encoded tensor its physical type";
  let description = [{
    Rewrites each type with a `#fidelity.tensor` encoding, wherever it stands
    (operands, results, block arguments, function types, constants), to the
    type of what lies in memory: names of dimensions and units vanish, and
    `tensor<NxKxi8>` stored `packed2` becomes `tensor<Nx⌈K/4⌉xi8>`, stored
    `packed5` `tensor<Nx⌈K/5⌉xi8>`. The blob of a constant stays as it is. Conversion casts between a tensor and its
    physical form, which lowerings leave behind, vanish.

    No op of the dialect may be left: they speak of logical shapes. Run
    `convert-fidelity-to-linalg` first.

    Example:

    ```mlir
    func.func @rows(%w: tensor<?x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x3xi8> {
      %p = builtin.unrealized_conversion_cast %w
        : tensor<?x10xi8, #fidelity.tensor<storage = packed2>> to tensor<?x3xi8>
      return %p : tensor<?x3xi8>
    }
    ```
  }];
}

def FidelityFormKernels : Pass<"fidelity-form-kernels", "::mlir::ModuleOp"> {
  let summary = "partition functions into kernels";
  let description = [{
    Collects the ops of each function, in program order, into kernels: private
    functions with the attribute `fidelity.kernel`, which the function then only
    calls. A kernel is what one launch on a GPU-like machine computes without
    its programs talking to each other. There are three kinds:

    | kind | what it computes | one program has |
    | --- | --- | --- |
    | `row` | elementwise ops, `rms_norm` and `quantize_activations` over the same rows of the last dimension | a row |
    | `linear` | a `ternary_linear` and elementwise ops on its result | a tile of the result |
    | `recurrence` | a `recurrence` without keys, and elementwise ops on its operands and its output | channels of one sequence, all of its steps |

    An op joins the kernel that makes what it reads, or an earlier `row` kernel
    of the same sizes, if nothing that it reads is made later; otherwise it
    begins a kernel. Elementwise ops are `linalg.generic` ops whose loops are all
    parallel and whose bodies are `arith` and `math`; a result is read where it is
    made, or for its whole row. Constants of one value and slices are made anew
    in each kernel that reads them.

    What is none of this stays where it is between the calls, in its order.
    Run `fidelity-decompose{layers}` and `convert-fidelity-to-linalg{keep=…}`
    before, with the ops of the table kept.

    Example, of two kernels:

    ```mlir
    func.func @layer(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>, %n: tensor<256xf32>)
        -> tensor<?x64xf32> {
      %h = fidelity.rms_norm %x weight %n
        : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
      %q, %i = fidelity.quantize_activations %h
        : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
      %s = arith.constant dense<0.5> : tensor<f32>
      %y = fidelity.ternary_linear %q, %w scale %s
        : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f32>) -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::tensor::TensorDialect"
  ];
}

include "fidelity/Passes/Fuse.td"
include "fidelity/Passes/Premap.td"
include "fidelity/Passes/Raise.td"
include "fidelity/Passes/PackWeights.td"
include "fidelity/Passes/Partition.td"
include "fidelity/Passes/OutlineRepeats.td"

#endif // FIDELITY_PASSES_PASSES_TD
