// A mapping that is there is kept, obeyed, and completed.

// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml | FileCheck %s
// RUN: fidelity-opt %s -fidelity-premap="profile=%S/Inputs/simple.toml override" | FileCheck %s --check-prefix=ANEW

// CHECK-LABEL: func.func @storage(
// CHECK:         #fidelity.mapping<kernel = "byte", storage = dense>
// ANEW-LABEL: func.func @storage(
// ANEW:         #fidelity.mapping<kernel = "quarter", storage = packed2>
func.func @storage(%x: tensor<1x1000xf32>) -> tensor<1x1000xf32> {
  %w = arith.constant dense<1> : tensor<1000x1000xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = dense>}
    : (tensor<1x1000xf32>, tensor<1000x1000xi8>) -> tensor<1x1000xf32>
  return %y : tensor<1x1000xf32>
}

// A number of steps that no kernel is measured for is that of a kernel for chunks.
// CHECK-LABEL: func.func @chunk(
// CHECK:         #fidelity.mapping<kernel = "chunks", chunk = 7, group = 3, device = "there">
// ANEW-LABEL: func.func @chunk(
// ANEW:         #fidelity.mapping<kernel = "steps", chunk = 0>
func.func @chunk(%x: tensor<64x4096xf32>) -> tensor<64x4096xf32> {
  %y, %s = fidelity.mlgru %x, %x {fidelity.mapping = #fidelity.mapping<chunk = 7, group = 3, device = "there">}
    : (tensor<64x4096xf32>, tensor<64x4096xf32>) -> (tensor<64x4096xf32>, tensor<4096xf32>)
  return %y : tensor<64x4096xf32>
}
