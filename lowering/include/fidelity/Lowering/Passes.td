//===- Passes.td - lowerings from fidelity to other dialects --------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_PASSES_TD
#define FIDELITY_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"
include "fidelity/Lowering/CirctPasses.td"
include "fidelity/Lowering/DecomposeSoftmax.td"
include "fidelity/Lowering/ExpandMath.td"
include "fidelity/Lowering/GpuBinaryPasses.td"
include "fidelity/Lowering/GpuPasses.td"
include "fidelity/Lowering/TritonPasses.td"
include "fidelity/Lowering/TtirPasses.td"
include "fidelity/Lowering/ResultsInPlace.td"
include "fidelity/Lowering/SeparateYields.td"
include "fidelity/Lowering/OrderLoops.td"
include "fidelity/Lowering/ShareLoops.td"
include "fidelity/Lowering/SplitDeallocations.td"
include "fidelity/Lowering/UnshareDestinations.td"
include "fidelity/Lowering/VectorPasses.td"

def ConvertFidelityToLinalg : Pass<"convert-fidelity-to-linalg"> {
  let summary = "lower every fidelity op to linalg, tensor, arith, math and scf";
  let description = [{
    Each op becomes `linalg` ops on tensors, sequence ops a loop over time that
    carries its state. Packed weights stay packed: a trit is decoded where it
    is used, and sums take additions and subtractions only, in whatever order suits
    the processor. Where two dynamic sizes have to agree, a `cf.assert` checks
    them, unless `runtime-checks=false`.

    On memrefs the sum of narrow floats gets a buffer of its own, which the
    ownership-based deallocation frees, as it does those of tensors.

    Values of types with a `#fidelity.tensor` encoding pass through
    `builtin.unrealized_conversion_cast`; `fidelity-materialize-storage`
    removes the casts and the encodings.

    With `kernels` sums of products stay `fidelity.ternary_accumulate` where
    `convert-fidelity-to-vector` has kernels for them: of an i8 `x` with weights stored
    `tiled2` or `tiled5`; and with weights stored `tiled2` of an `x` that f32 holds and
    whose sums are kept in it, and under scales of groups where those are whole tiles. A
    `fidelity.recurrence` of f32, whatever its `chunk`, and so each
    sequence op that becomes one, becomes vectors of 16 lanes, of which LLVM makes as
    many as the processor needs. Their lanes are the last dimension of the state, be it
    values or keys, which has to be the last one of each operand that has it. A state
    whose lanes would be keys is transposed before and after many steps, where no operand
    that changes in time has to be, so that nothing is summed up over lanes. Where the
    state decays by its keys, or as a whole, or not at all, 4 steps at once are products
    of small matrices: what a key needs is made once for all values, which go in tiles of
    2 vectors, a number of the state is read and written once, and the operands of the
    next block are asked for (`memref.prefetch`). Else a tile of the state, of up to 4
    vectors of values or of 8 rows of keys, takes 16 steps before the next tile takes the
    same, so that it stays in registers, where it is a few vectors in all, or in the
    nearest cache. What does not fill a vector is masked, and nothing as large as the state
    is made for each step. A `linalg.generic` of f32 whose result only the recurrence
    needs, an element at one step of one part of the state, is computed there on vectors.
    `fidelity.ssm.output` of a `fidelity.ssm.state_update` is a recurrence of one step.
    With `threads` a large
    recurrence is an `scf.forall` of as many parts of its heads, or of its lanes. A decay that each element or each key of a state
    has of its own, the exponential of x, has an error of 2 + 3 |x| units in the last place
    where it is normal, as x is rounded, may be 0 where it is less, and is infinite from
    2^127.5 on; the factors of x that do not change have to be less than 2.3e38. Other
    recurrences become loops.

    With `keep` the ops of those names stay, as `keep=fidelity.rms_norm,fidelity.recurrence`:
    a target that has something better for them lowers them itself.

    Example:

    ```mlir
    func.func @layer(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>) -> tensor<?x64xf32> {
      %y = fidelity.ternary_linear %x, %w
        : (tensor<?x256xf32>, tensor<64x256xi8>) -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let options = [
    Option<"runtimeChecks", "runtime-checks", "bool", /*default=*/"true",
           "Check at run time what the types leave open of sizes; without the "
           "checks a program whose sizes disagree has no meaning">,
    Option<"kernels", "kernels", "bool", /*default=*/"false",
           "Leave what convert-fidelity-to-vector has kernels for, and make vectors of "
           "recurrences">,
    Option<"threads", "threads", "int64_t", /*default=*/"1",
           "How many threads share a recurrence of kernels that has much to do">,
    ListOption<"keep", "keep", "std::string", "Names of ops that stay">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::complex::ComplexDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def FidelityCpuCallingConvention : Pass<"fidelity-cpu-calling-convention", "::mlir::ModuleOp"> {
  let summary = "settle what functions on tensors promise their callers";
  let description = [{
    Prepares `func.func` ops on tensors for bufferisation, so that in compiled
    code

    - a function never writes to its arguments (`bufferization.writable`), but for
      those of a public one that have `fidelity.aliasing_output = N`: their memory is
      for result N, which has the same type (`fidelity-cpu-results-in-place`). No
      function of the module may call such a one;
    - every result is a buffer of its own, which belongs to the caller: it is
      no argument, no constant and no other result. A result that could share
      its buffer with another one is copied; the ownership-based deallocation
      of the pipeline takes care of the rest;
    - arguments and results are contiguous: a slice that is passed or returned
      is copied;
    - public functions have a C interface, `_mlir_ciface_NAME`, and private
      ones are internal to the module.

    Example:

    ```mlir
    func.func @both(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<2x2xf32>) {
      %y = math.exp %x : tensor<4xf32>
      %z = tensor.expand_shape %y [[0, 1]] output_shape [2, 2]
        : tensor<4xf32> into tensor<2x2xf32>
      return %y, %z : tensor<4xf32>, tensor<2x2xf32>
    }
    func.func @step(%state: tensor<4xf32> {fidelity.aliasing_output = 0}) -> tensor<4xf32> {
      %next = math.exp %state : tensor<4xf32>
      return %next : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::bufferization::BufferizationDialect"
  ];
}

def FidelityCpuAvoidDefects : Pass<"fidelity-cpu-avoid-defects"> {
  let summary = "rewrite what passes of LLVM 22 get wrong";
  let description = [{
    Things that are valid and that the rest of `fidelity-cpu-pipeline` would
    compile wrongly or not at all. The pipeline runs it on tensors and, once more,
    on memrefs; `fidelity-cpu-separate-yields` is for one that only shows right before
    bufferisation:

    - `linalg-fuse-elementwise-ops` keeps the output of a `linalg.generic` that
      reads it, when it fuses the op into one with more loops: these then write
      it once for each round, each time on top of the last. Such an op gets what
      it reads as an input.
    - `finalize-memref-to-llvm` ends the process at a constant of rank 0 that is a
      `dense_resource`, and the translation to LLVM IR knows none of complex
      numbers. Such a constant becomes a `dense` one.
    - `expand-strided-metadata` is wrong about which dimension a `memref.subview`
      drops where the sizes of several are 1. At a `memref.expand_shape` it ends
      the process when that makes two dynamic sizes of one, and divides by 0 when
      that makes a dynamic size and one of 0. All become `memref.reinterpret_cast`.
    - `memref.collapse_shape` has no valid form that makes one of a size of 0 and
      a dynamic one: its verifier asks for a size of 0 and for a dynamic one. A
      `tensor.collapse_shape` that would become one gives an empty tensor.
    - `memref.subview` takes in the type that its source was cast from, and is
      invalid when that has a size of 0: no offset is within it. A slice of such a
      tensor, or into one, has no elements and is left out. Nor is what is padded
      put into one.
    - `one-shot-bufferize` takes a `vector.transfer_write` into a tensor of more
      dimensions for one of all of it, and does not keep the rest, when the tensor's
      first sizes are no greater than the vector's, at the index 0. It becomes one into a slice.

    Example:

    ```mlir
    func.func @broadcast_sum(%x: tensor<4xf32>, %s: tensor<4xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
      %sum = linalg.generic {indexing_maps = [affine_map<(d) -> (d)>, affine_map<(d) -> (d)>],
                             iterator_types = ["parallel"]}
          ins(%x : tensor<4xf32>) outs(%s : tensor<4xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.addf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<4xf32>
      %all = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                             iterator_types = ["parallel", "parallel"]}
          ins(%sum : tensor<4xf32>) outs(%y : tensor<3x4xf32>) {
      ^bb0(%a: f32, %b: f32):
        %c = arith.mulf %a, %b : f32
        linalg.yield %c : f32
      } -> tensor<3x4xf32>
      return %all : tensor<3x4xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def ConvertMemrefCopyToLinalg : Pass<"convert-memref-copy-to-linalg"> {
  let summary = "make copies between strided memrefs linalg ops";
  let description = [{
    A `memref.copy` of which one side has a layout other than the identity
    lowers to a call of MLIR's run-time library. As a `linalg.generic` it
    becomes loops, and compiled code needs the C library only.

    Example:

    ```mlir
    func.func @column(%a: memref<4x8xf32, strided<[16, 2]>>, %b: memref<4x8xf32>) {
      memref.copy %a, %b : memref<4x8xf32, strided<[16, 2]>> to memref<4x8xf32>
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

#endif // FIDELITY_LOWERING_PASSES_TD
