//===- TritonPasses.td - lowerings from fidelity to Triton ----------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_TRITON_PASSES_TD
#define FIDELITY_LOWERING_TRITON_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFidelityToTriton : Pass<"convert-fidelity-to-triton", "::mlir::ModuleOp"> {
  let summary = "lower kernels to Triton IR, and their calls to a launch plan";
  let description = [{
    Each kernel that `fidelity-form-kernels` has made becomes a module with one
    `tt.func`, in the subset of Triton IR that Triton 3.6 and 3.9 compile: plain
    pointers, a mask at every access, blocks of powers of two. Its arguments are
    a pointer for each tensor that it reads, then for each that it writes, then
    an i64 for each dynamic size.

    Each function that calls them becomes an entry of the module's attribute
    `fidelity.launch`: its arguments and results, the buffers in between, the
    sizes that have to agree, and the launches in their order, in terms of the
    sizes of the arguments.

    Packed weights stay packed in memory; a trit is decoded in a register. 8-bit
    activations are multiplied with trits by `tt.dot` in i32, or for one token
    selected by the trit and added up, as float ones always are.

    What a program has at once is chosen by the sizes, unless the mapping of its op
    has a `tile`: `[M, N, K]` tokens, outputs and inputs of a product, or `[N]`
    elements of a row, or channels of a recurrence, all powers of two. A program
    that sums a row has all of it. `tt.dot` takes tiles of 8-bit activations from
    `[16, 16, 32]` on; in smaller ones, and in those of floats, terms are selected
    and added.

    Refused is what Triton has no types for (f64, complex numbers), and what no
    kernel has: `fidelity-triton-pipeline` brings functions into the form that
    is needed.

    Example:

    ```mlir
    func.func @scale(%x: tensor<?x100xf32>, %s: tensor<100xf32>) -> tensor<?x100xf32> {
      %y = call @scale_kernel0(%x, %s) : (tensor<?x100xf32>, tensor<100xf32>) -> tensor<?x100xf32>
      return %y : tensor<?x100xf32>
    }
    func.func private @scale_kernel0(%x: tensor<?x100xf32>, %s: tensor<100xf32>) -> tensor<?x100xf32>
        attributes {fidelity.kernel = "row"} {
      %y = fidelity.rms_norm %x weight %s
        : (tensor<?x100xf32>, tensor<100xf32>) -> tensor<?x100xf32>
      return %y : tensor<?x100xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // FIDELITY_LOWERING_TRITON_PASSES_TD
