// A module without an op of the dialect is mapped too, by tools that have not loaded it.

// RUN: fidelity-opt %s -fidelity-premap=target=x86-64-avx512 --remarks-filter=fidelity-premap 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: fidelity-opt %s -fidelity-premap=target=h200 --remarks-filter=fidelity-premap 2>&1 | FileCheck %s --check-prefix=GPU
// RUN: %if stock-mlir-opt %{ mlir-opt %s --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(fidelity-premap{devices=h200,h200})' | FileCheck %s --check-prefix=DEVICES %}

// CPU-NOT: not mapped
// CPU:     linalg.matmul
// GPU:     other-dialects.mlir:[[# @LINE + 10]]:{{.*}}not mapped: no kernel of h200 computes it
// GPU-NOT: not mapped
// GPU:     func.func @head
// DEVICES:      linalg.matmul
// DEVICES-NOT:  device
// DEVICES:      math.tanh
// DEVICES-SAME: device = "h200"
// DEVICES-SAME: tensor<4x9xf32>
func.func @head(%x: tensor<4x8xf32>, %w: tensor<8x9xf32>, %init: tensor<4x9xf32>)
    -> tensor<4x9xf32> {
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x9xf32>) outs(%init : tensor<4x9xf32>) -> tensor<4x9xf32>
  %1 = math.tanh %0 : tensor<4x9xf32>
  return %1 : tensor<4x9xf32>
}
