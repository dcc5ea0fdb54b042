//===- GpuBinaryPasses.td - from MLIR's gpu dialect to code ---------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_GPU_BINARY_PASSES_TD
#define FIDELITY_LOWERING_GPU_BINARY_PASSES_TD

include "mlir/Pass/PassBase.td"

def FidelityGpuExpandMath : Pass<"fidelity-gpu-expand-math"> {
  let summary = "write functions of math in arithmetic that every GPU has";
  let description = [{
    MLIR lowers ops of `math` to calls of a vendor's library, which would have to
    be there when the code is linked. This pass leaves none, on f32 and f64: what
    LLVM has an instruction for on every GPU (`absf`, `ceil`, `floor`, `fma`,
    `sqrt`) becomes an intrinsic of LLVM's, and other functions arithmetic, the
    same on every machine.

    | function | error in units of the last place of f32 | of f64 |
    | --- | --- | --- |
    | `exp`, `exp2`, `log` | 1 | 1.5 |
    | `rsqrt` | 1.5 | 1.5 |
    | `log2` | 2 | 2.5 |
    | `erf` | 3 | 3.5 |

    Infinities, NaN, results that are subnormal and zeros of either sign are what
    the function is at its argument. Other functions and `math` on vectors or
    narrow floats are refused.

    Example:

    ```mlir
    gpu.module @kernels {
      gpu.func @gate(%x: memref<f32, 1>) kernel {
        %0 = memref.load %x[] : memref<f32, 1>
        %1 = math.exp %0 : f32
        memref.store %1, %x[] : memref<f32, 1>
        gpu.return
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def FidelityGpuBareArguments : Pass<"fidelity-gpu-bare-arguments"> {
  let summary = "make the memory that kernels get plain pointers";
  let description = [{
    An argument of a kernel that is a memref of rank 0 becomes a pointer in its
    memory space, `!llvm.ptr<1>` for global memory, and the memref is made of it
    in the kernel: so a kernel takes one pointer for each tensor on every GPU,
    where some of MLIR's conversions would pass three numbers. Numbers stay as
    they are; an index, memrefs of other ranks and other types are refused.

    Example:

    ```mlir
    gpu.module @kernels {
      gpu.func @increment(%x: memref<i32, 1>) kernel {
        %0 = memref.load %x[] : memref<i32, 1>
        %c1 = arith.constant 1 : i32
        %1 = arith.addi %0, %c1 : i32
        memref.store %1, %x[] : memref<i32, 1>
        gpu.return
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def FidelityGpuBf16ToBits : Pass<"fidelity-gpu-bf16-to-bits"> {
  let summary = "keep numbers of type bf16 as integers of 16 bits";
  let description = [{
    For machines whose code has no type bf16: SPIR-V has one only in an extension,
    and LLVM ends the process where it is not enabled. Whatever has the type gets
    i16, in memory and in between, constants become their bits, and conversions
    from and to wider floats are written in integers, rounded half to even. Other
    arithmetic of bf16 is refused; `arith-emulate-unsupported-floats` makes it
    f32's.

    Example:

    ```mlir
    gpu.module @kernels {
      gpu.func @copy(%x: memref<bf16, 1>, %y: memref<bf16, 1>) kernel {
        %0 = memref.load %x[] : memref<bf16, 1>
        memref.store %0, %y[] : memref<bf16, 1>
        gpu.return
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // FIDELITY_LOWERING_GPU_BINARY_PASSES_TD
