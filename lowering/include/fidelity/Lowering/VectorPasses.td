//===- VectorPasses.td - kernels of processors' vector units --------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_VECTORPASSES_TD
#define FIDELITY_LOWERING_VECTORPASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFidelityToVector : Pass<"convert-fidelity-to-vector", "::mlir::ModuleOp"> {
  let summary = "lower sums of ternary products on memrefs to vector kernels";
  let description = [{
    Each `fidelity.ternary_accumulate` on memrefs of an `x` of i8, f32, bf16 or f16 and of
    weights stored `tiled2`, or of i8 and `tiled5`, becomes a call of a kernel, a private
    function of the module that all of its kind share: their sizes are arguments. `init`
    is i32, or f32 for an `x` of floats and with `scale`, which is `[N, G]` with groups of
    whole tiles of `tiled2`, 16 columns or a multiple of them, and of f32, bf16 or f16.
    `convert-fidelity-to-linalg{kernels}` leaves such ops,
    `fidelity-materialize-storage` gives them their physical weights, and
    bufferisation makes memrefs of their tensors.

    The lanes of a vector are rows of the weights; four activations are broadcast to
    all lanes. With the codes `t + 1` of the trits

    `Σ_k x[m, k] · t[n, k] = Σ_k x[m, k] · (t[n, k] + 1) − Σ_k x[m, k]`

    so that a kernel only masks and multiplies unsigned by signed bytes, in the widest
    way that `isa` has. Sums are exact: those of pairs stay within 16 bits by the number
    of their terms, all others have 32 bits. Of one row of activations `vpdpbusd` takes
    the codes where they stand in their bytes, 1, 4, 16 and 64 times as large, with a sum
    for each place, which is shifted once at the end.

    The highest digit of a byte v of `tiled5`, 0, 1 or 2 times 81, is v less

    `r = min(v, v − 81, v − 162)`

    in unsigned bytes, where what is too small comes out large; that difference is
    multiplied as it is. The four digits of r are a byte of codes as in `tiled2`, which
    AVX-512 VBMI looks up in a table of 128 bytes. Without it the next ones are found in
    the same way, of 27, 9 and 3. Sums of odd multiples are divided once at the end, by a
    product modulo 2^32. Where codes have to be of their own size, they are what is left
    of the differences by 4, as 3^i is 1 or -1 modulo 4.

    | `isa` | what the processor has | products |
    | --- | --- | --- |
    | `portable` | vectors of 128 bits | shifts and 16-bit multiplications |
    | `avx2` | AVX2 | `vpmaddubsw` |
    | `avx-vnni` | AVX-VNNI, 256 bits | `vpdpbusd` |
    | `avx512` | AVX-512 F and BW | `vpmaddubsw` |
    | `avx512-vnni` | AVX-512 VNNI | `vpdpbusd` |
    | `avx512-vbmi` | the same, and AVX-512 VBMI | `vpdpbusd` |
    | `amx-int8` | the same, and AMX | for four rows of activations or more `tdpbssd` |
    | `neon-dot` | Arm dot product | `sdot` |

    With `scale` the sum of a group is as exact. It becomes an f32, which a multiplication
    by the group's scale and an addition, or one instruction for both, adds to a sum that
    stays in registers. Scales are transposed for some rows of weights at a time, in
    registers, as lanes are rows. On AMX the vectors of `avx512-vnni` compute groups.

    Floats are looked up. With an `x` of f32, or one that is widened to it, the trits of
    two columns make one of nine sums of `±x[k]`, `±x[k']` or nothing, of which AVX-512
    keeps a table of 16 in a register, and the four bits of both codes are the number of
    what `vpermps` takes there and an addition adds to the sum. AVX2 has tables of four for a
    column, `vpermilps`; without either masks do the same. Tables of up to 128 KiB are
    written once for some rows of `x` and serve all rows of weights. Only a scale is
    multiplied by, so that a weight of 0 keeps infinities and what is no number away. Sums
    are added up in f32 and in the order of these tables.

    On AMX 64 columns of up to 16 rows of `x` are a register, and unpacked to -1, 0 and 1
    the same columns of a panel are another one: four tiles of `tiled2`, one after the
    other, are what it wants. Two registers of `x` and two of weights meet in four of
    sums. Weights are unpacked by 32 tiles of two panels, for as many rows of `x` as the second cache
    holds. A process has to ask Linux before it uses such registers, which the kernel does
    at each call; where it is refused, it computes by vectors.

    A function that has kernels of an `isa` has its features as `target_features`.

    An `x`, or a destination, that is not contiguous is copied. Inputs that fill no
    whole tile, or register of AMX, are copied to rows that do, and so is a panel of fewer than 16 rows.

    With `threads`, a kernel that has at least a million products to add up is called
    once by each thread, in a `scf.parallel`, for a part of the panels of the weights.
    The others are called as they are: waking threads takes longer.

    Example:

    ```mlir
    func.func @sum(%x: memref<1x64xi8>, %w: memref<32x16xi8>, %y: memref<1x32xi32>) {
      fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
        : (memref<1x64xi8>, memref<32x16xi8>, memref<1x32xi32>) -> ()
      return
    }
    ```
  }];
  let options = [
    Option<"isa", "isa", "std::string", /*default=*/"\"portable\"",
           "What the processor has: portable, avx2, avx-vnni, avx512, avx512-vnni, "
           "avx512-vbmi, amx-int8 or neon-dot">,
    Option<"threads", "threads", "int64_t", /*default=*/"1",
           "How many threads share a kernel that has much to do">
  ];
  let statistics = [
    Statistic<"numCalls", "calls", "ops that became calls of a kernel">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // FIDELITY_LOWERING_VECTORPASSES_TD
