// RUN: fidelity-opt %s -canonicalize=test-convergence -mlir-print-local-scope | FileCheck %s

#td = affine_map<(t, d) -> (t, d)>
#d = affine_map<(t, d) -> (d)>

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @recurrence_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<8x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @recurrence_cast(%x: tensor<8x4xf32>) -> tensor<?x?xf32> {
  %cast = tensor.cast %x : tensor<8x4xf32> to tensor<?x?xf32>
  %0:2 = fidelity.recurrence value %cast {indexing_maps = [#td, #td, #d]} : (tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @recurrence_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<?x0xf32>, tensor<0xf32>
func.func @recurrence_empty(%x: tensor<?x0xf32>) -> (tensor<?x0xf32>, tensor<0xf32>) {
  %0:2 = fidelity.recurrence value %x {indexing_maps = [#td, #td, #d]} : (tensor<?x0xf32>) -> (tensor<?x0xf32>, tensor<0xf32>)
  return %0#0, %0#1 : tensor<?x0xf32>, tensor<0xf32>
}
