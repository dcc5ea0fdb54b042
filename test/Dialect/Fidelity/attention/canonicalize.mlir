// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// Each result gets what is known of its shape.
// CHECK-LABEL: func.func @linear_attention_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x3x5xf32>
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]], %[[LAST_NORMALIZER:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] state %[[S]], %[[Z]] update_rule(linear) {normalize} : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<2x3x5xf32>, tensor<?x?xf32>) -> (tensor<?x?x5xf32>, tensor<2x3x5xf32>, tensor<2x3xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x?x5xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<2x3x5xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: %[[CAST_1:.*]] = tensor.cast %[[LAST_NORMALIZER]] : tensor<2x3xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]], %[[CAST_1]] : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>
func.func @linear_attention_cast(%x: tensor<?x?x?xf32>, %s: tensor<2x3x5xf32>, %z: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) {
  %cast = tensor.cast %s : tensor<2x3x5xf32> to tensor<?x?x?xf32>
  %o, %l:2 = fidelity.linear_attention %x, %x, %x state %cast, %z update_rule(linear) {normalize} : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>)
  return %o, %l#0, %l#1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>
}

// No head.
// CHECK-LABEL: func.func @linear_attention_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<0x?x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x8x8xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<0x?x8xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x?x8xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<0x?x8xf32>, tensor<0x8x8xf32>
func.func @linear_attention_empty(%x: tensor<0x?x8xf32>) -> (tensor<0x?x8xf32>, tensor<0x8x8xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<0x?x8xf32>, tensor<0x?x8xf32>, tensor<0x?x8xf32>) -> (tensor<0x?x8xf32>, tensor<0x8x8xf32>)
  return %0#0, %0#1 : tensor<0x?x8xf32>, tensor<0x8x8xf32>
}
