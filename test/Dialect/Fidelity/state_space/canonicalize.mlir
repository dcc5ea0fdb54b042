// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @ssm_state_update_cast(
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<16xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.state_update %[[S]], %[[X]], %[[A]], %[[B]] {layer = 1 : i64} : (tensor<?x?xf32>, tensor<8xf32>, tensor<16xf32>, tensor<?xf32>) -> tensor<8x16xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<8x16xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @ssm_state_update_cast(%s: tensor<?x?xf32>, %x: tensor<8xf32>, %A: tensor<16xf32>, %B: tensor<?xf32>) -> tensor<?x?xf32> {
  %x_cast = tensor.cast %x : tensor<8xf32> to tensor<?xf32>
  %A_cast = tensor.cast %A : tensor<16xf32> to tensor<?xf32>
  %0 = fidelity.ssm.state_update %s, %x_cast, %A_cast, %B {layer = 1 : i64} : (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ssm_state_update_cast_disagrees(
// CHECK-SAME: %[[S:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[X:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<16xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[A]] : tensor<16xf32> to tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.state_update %[[S]], %[[X]], %[[CAST]], %[[S]] : (tensor<8xf32>, tensor<f32>, tensor<?xf32>, tensor<8xf32>) -> tensor<8xf32>
// CHECK-NEXT: return %[[V0]] : tensor<8xf32>
func.func @ssm_state_update_cast_disagrees(%s: tensor<8xf32>, %x: tensor<f32>, %A: tensor<16xf32>) -> tensor<8xf32> {
  %A_cast = tensor.cast %A : tensor<16xf32> to tensor<?xf32>
  %0 = fidelity.ssm.state_update %s, %x, %A_cast, %s : (tensor<8xf32>, tensor<f32>, tensor<?xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func @ssm_state_update_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x8xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0x8xf32>
func.func @ssm_state_update_empty(%s: tensor<0x8xf32>, %x: tensor<0xf32>, %A: tensor<8xf32>) -> tensor<0x8xf32> {
  %0 = fidelity.ssm.state_update %s, %x, %A, %A : (tensor<0x8xf32>, tensor<0xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<0x8xf32>
  return %0 : tensor<0x8xf32>
}

// CHECK-LABEL: func.func @ssm_output_cast(
// CHECK-SAME: %[[S:[^:]*]]: tensor<8x16xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.output %[[S]], %[[C]] : (tensor<8x16xf32>, tensor<?xf32>) -> tensor<8xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<8xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @ssm_output_cast(%s: tensor<8x16xf32>, %C: tensor<?xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %s : tensor<8x16xf32> to tensor<?x?xf32>
  %0 = fidelity.ssm.output %cast, %C : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_output_skip_cast(
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?xf32>
// CHECK-SAME: %[[D:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.output %[[S]], %[[C]] skip %[[D]], %[[X]] : (tensor<?x?xf32>, tensor<?xf32>, tensor<8xf32>, tensor<?xf32>) -> tensor<8xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<8xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @ssm_output_skip_cast(%s: tensor<?x?xf32>, %C: tensor<?xf32>, %D: tensor<8xf32>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %D : tensor<8xf32> to tensor<?xf32>
  %0 = fidelity.ssm.output %s, %C skip %cast, %x : (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_output_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0xf32>
func.func @ssm_output_empty(%s: tensor<0x8xf32>, %C: tensor<8xf32>) -> tensor<0xf32> {
  %0 = fidelity.ssm.output %s, %C : (tensor<0x8xf32>, tensor<8xf32>) -> tensor<0xf32>
  return %0 : tensor<0xf32>
}
