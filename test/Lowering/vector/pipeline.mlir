// The pipeline stores constant weights of layers that have kernels in tiles, in whatever
// storage they are, and leaves those whose sums are kept in f64.

// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{cpu=x86-64-v3})' | FileCheck %s --implicit-check-not=omp.
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{cpu=x86-64-v3 threads=3})' | FileCheck %s --check-prefix=THREADS
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{cpu=x86-64-v3})' \
// RUN:   | %llvm/bin/mlir-translate --mlir-to-llvmir | %llvm/bin/llc -o - | FileCheck %s --check-prefix=ASM
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{cpu=sapphirerapids})' \
// RUN:   | %llvm/bin/mlir-translate --mlir-to-llvmir | %llvm/bin/llc -o - | FileCheck %s --check-prefix=VNNI
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{cpu=neoverse-n1})' \
// RUN:   | %llvm/bin/mlir-translate --mlir-to-llvmir | %llvm/bin/llc -mtriple=aarch64 -o - | FileCheck %s --check-prefix=NEON
// RUN: not fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{cpu=z80})' 2>&1 | FileCheck %s --check-prefix=CPU

// CPU: expected cpu to be native or a 64-bit processor by LLVM's name of it, such as x86-64-v3, but got `z80`

// CHECK: llvm.func @layer(
// CHECK: llvm.call @ternary_avx2(
// THREADS: llvm.call @ternary_avx2_threads(
// THREADS: llvm.func internal @ternary_avx2(
// THREADS: omp.parallel num_threads(
// THREADS: omp.wsloop
// THREADS: llvm.call @ternary_avx2(
// ASM: vpmaddubsw
// VNNI: vpdpbusd {{.*}}%zmm
// NEON: sdot
func.func @layer(%x: tensor<?x32xf32>, %s: tensor<f32>) -> tensor<?x16xf32> {
  %w = arith.constant dense<1> : tensor<16x32xi8, #fidelity.tensor<storage = packed2>>
  %y = fidelity.bit_linear %x, %w scale %s
    : (tensor<?x32xf32>, tensor<16x32xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// CHECK: llvm.func @floats(
// CHECK: llvm.call @ternary_avx2_f32(
// CHECK: llvm.func @wide(
// CHECK-NOT: llvm.call @ternary_avx2
// CHECK: llvm.return
// CHECK: llvm.func internal @ternary_avx2({{.*}} attributes {{{.*}}target_features = #llvm.target_features<["+avx2"]>
func.func @floats(%x: tensor<?x32xf32>) -> tensor<?x16xf32> {
  %w = arith.constant dense<1> : tensor<16x32xi8>
  %y = fidelity.ternary_linear %x, %w
    : (tensor<?x32xf32>, tensor<16x32xi8>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

func.func @wide(%x: tensor<?x32xf32>) -> tensor<?x16xf32> {
  %w = arith.constant dense<1> : tensor<16x32xi8>
  %y = fidelity.ternary_linear %x, %w accumulator(f64)
    : (tensor<?x32xf32>, tensor<16x32xi8>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
