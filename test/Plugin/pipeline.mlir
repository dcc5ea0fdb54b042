// REQUIRES: stock-mlir-opt

// The whole CPU pipeline in the stock mlir-opt, from the dialect to a program
// that the stock mlir-runner executes.

// RUN: mlir-opt --load-dialect-plugin=%plugin --pass-pipeline='builtin.module(fidelity-cpu-pipeline)' %s -o %t.mlir
// RUN: FileCheck %s --check-prefix=LLVM --implicit-check-not=fidelity. < %t.mlir
// RUN: mlir-runner %t.mlir -e main --entry-point-result=void \
// RUN:   --shared-libs=%llvm/lib/libmlir_runner_utils.so,%llvm/lib/libmlir_c_runner_utils.so \
// RUN:   | FileCheck %s --check-prefix=VALUES

// Options reach the pipeline, which says what it takes.
// RUN: not mlir-opt --load-dialect-plugin=%plugin --pass-pipeline='builtin.module(fidelity-cpu-pipeline{speed=high})' %s 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OPTIONS

// LLVM: llvm.func @layer(
// LLVM: llvm.func @main(

// OPTIONS: expected cpu=… and threads=… as options of fidelity-cpu-pipeline, but got `speed=high`

func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}

func.func @layer(%x: tensor<?xf32>, %w: tensor<2x?xi8>) -> tensor<2xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<2x?xi8>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// VALUES:      sizes = [2]
// VALUES-NEXT: [3, {{ *}}-1]
func.func @main() {
  %x = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %w = arith.constant dense<[[1, -1, 0, 1], [0, 0, 1, -1]]> : tensor<2x4xi8>
  %xs = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %ws = tensor.cast %w : tensor<2x4xi8> to tensor<2x?xi8>
  %y = func.call @layer(%xs, %ws) : (tensor<?xf32>, tensor<2x?xi8>) -> tensor<2xf32>
  %buffer = bufferization.to_buffer %y : tensor<2xf32> to memref<2xf32>
  %unranked = memref.cast %buffer : memref<2xf32> to memref<*xf32>
  call @printMemrefF32(%unranked) : (memref<*xf32>) -> ()
  return
}
