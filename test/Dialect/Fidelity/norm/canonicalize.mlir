// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @rms_norm_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] weight %[[W]] : (tensor<?x?xf32>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<?x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @rms_norm_cast(%x: tensor<?x?xf32>, %w: tensor<4xf32>) -> tensor<?x?xf32> {
  %cast = tensor.cast %w : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.rms_norm %x weight %cast : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rms_norm_cast_disagrees(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<2x8xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[W]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[CAST]] weight %[[CAST_0]] : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x?xf32>
func.func @rms_norm_cast_disagrees(%x: tensor<2x8xf32>, %w: tensor<4xf32>) -> tensor<?x?xf32> {
  %x_cast = tensor.cast %x : tensor<2x8xf32> to tensor<?x?xf32>
  %w_cast = tensor.cast %w : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.rms_norm %x_cast weight %w_cast : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rms_norm_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x8xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0x8xf32>
func.func @rms_norm_empty(%x: tensor<0x8xf32>, %w: tensor<8xf32>) -> tensor<0x8xf32> {
  %0 = fidelity.rms_norm %x weight %w : (tensor<0x8xf32>, tensor<8xf32>) -> tensor<0x8xf32>
  return %0 : tensor<0x8xf32>
}
