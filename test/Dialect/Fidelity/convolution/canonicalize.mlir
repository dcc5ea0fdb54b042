// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// What is known of a shape reaches the results.

// CHECK-LABEL: func.func @causal_conv1d_cast(
// CHECK: fidelity.causal_conv1d {{.*}} : (tensor<2x8x5xf32>, tensor<8x4xf32>) -> (tensor<2x8x5xf32>, tensor<2x8x3xf32>)
func.func @causal_conv1d_cast(%x_s: tensor<2x8x5xf32>, %w_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x8x5xf32> to tensor<?x?x?xf32>
  %w = tensor.cast %w_s : tensor<8x4xf32> to tensor<?x4xf32>
  %y:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
  return %y#0 : tensor<?x?x?xf32>
}
