// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @causal_conv1d_cast(
// CHECK-SAME: %[[X_S:[^:]*]]: tensor<2x8x5xf32>
// CHECK-SAME: %[[W_S:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X_S]], %[[W_S]] : (tensor<2x8x5xf32>, tensor<8x4xf32>) -> (tensor<2x8x5xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<2x8x5xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?x?xf32>
func.func @causal_conv1d_cast(%x_s: tensor<2x8x5xf32>, %w_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x8x5xf32> to tensor<?x?x?xf32>
  %w = tensor.cast %w_s : tensor<8x4xf32> to tensor<?x4xf32>
  %y:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
  return %y#0 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<0x8x?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x8x3xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C2]] : tensor<0x8x?xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x8x?xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<0x8x?xf32>, tensor<0x8x3xf32>
func.func @causal_conv1d_empty(%x: tensor<0x8x?xf32>, %w: tensor<8x4xf32>) -> (tensor<0x8x?xf32>, tensor<0x8x3xf32>) {
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<0x8x?xf32>, tensor<8x4xf32>) -> (tensor<0x8x?xf32>, tensor<0x8x3xf32>)
  return %0#0, %0#1 : tensor<0x8x?xf32>, tensor<0x8x3xf32>
}
