//===- GpuPasses.td - lowerings from fidelity to the gpu dialect ----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_GPU_PASSES_TD
#define FIDELITY_LOWERING_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFidelityToGpu : Pass<"convert-fidelity-to-gpu", "::mlir::ModuleOp"> {
  let summary = "lower kernels to the gpu dialect, and their calls to a launch plan";
  let description = [{
    Each kernel that `fidelity-form-kernels` has made becomes a `gpu.func` in the
    `gpu.module` of the name `kernels`, of `gpu`, `scf`, `memref`, `arith` and
    `math` ops on scalars. The same text serves every machine that MLIR compiles
    the dialect for: it has no shuffles and no size of a subgroup.

    | kind | a block has | a thread has |
    | --- | --- | --- |
    | `row` of elementwise ops | up to 256 elements of a row | an element |
    | `row` with `rms_norm` or `quantize_activations` | a row of any length | elements as far apart as there are threads, in a loop for each sum and one for the results |
    | `linear` | up to 8 outputs of up to 4 tokens | each 32nd byte of a row of weights, whose trits it decodes in registers |
    | `recurrence` | up to 128 channels of a sequence | a channel, in a loop over time |

    The mapping of an op may have another `tile`: `[M, N, K]` for M tokens and N
    outputs of a product, each with as many threads as K trits are bytes of its
    storage, up to 32 and not fewer than tokens; `[N]` for N threads of any other
    kernel. Threads are a power of two, up to 1024.

    What is added up is carried by the loop. What the threads of a row, or the 32
    of an output, have added up goes through the memory of the block, which is a
    `memref.global` of the module, as a tree. An op whose row is summed is computed
    again where its elements are needed: nothing but sums is kept in between.

    The arguments of a kernel are, for each tensor that it reads and then for
    each that it writes, the first element in global memory, `memref<T, 1>`; then
    an i64 for each dynamic size. With `use-bare-ptr-memref-call-conv` a tensor is
    one pointer. Memory spaces are 1, the device's, and 3, a block's, which are
    those of NVPTX, AMDGPU and SPIR-V.

    Each function that calls kernels becomes an entry of the module's attribute
    `fidelity.launch`, as for [`convert-fidelity-to-triton`](#-convert-fidelity-to-triton),
    with `threads`, the size of a block, in place of `num_warps`.

    Packed weights stay packed in memory. f64 is computed in f64, narrower floats
    in f32 and rounded after each op of the dialect.

    Refused is what no kernel has: `fidelity-gpu-pipeline` brings functions into
    the form that is needed.

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
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // FIDELITY_LOWERING_GPU_PASSES_TD
