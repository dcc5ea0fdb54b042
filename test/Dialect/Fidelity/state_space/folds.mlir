// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// A sum of no terms.
// CHECK-LABEL: func.func @ssm_output_f1(
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x8x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[S]], %[[C0]] : tensor<?x8x0xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM]]] : tensor<?x8xf32>
// CHECK-NEXT: return %[[SPLAT]] : tensor<?x8xf32>
func.func @ssm_output_f1(%s: tensor<?x8x0xf32>, %c: tensor<0xf32>) -> tensor<?x8xf32> {
  %0 = fidelity.ssm.output %s, %c : (tensor<?x8x0xf32>, tensor<0xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// The skip is left, and 0 times an infinite state is NaN.
// CHECK-LABEL: func.func @ssm_output_f1_stays(
// CHECK-SAME: %[[S:[^:]*]]: tensor<8x0xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<0xf32>
// CHECK-SAME: %[[D:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[T:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.output %[[S]], %[[C]] skip %[[D]], %[[X]] : (tensor<8x0xf32>, tensor<0xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ssm.output %[[T]], %[[CST]] : (tensor<8x4xf32>, tensor<4xf32>) -> tensor<8xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<8xf32>, tensor<8xf32>
func.func @ssm_output_f1_stays(%s: tensor<8x0xf32>, %c: tensor<0xf32>, %d: tensor<8xf32>, %x: tensor<8xf32>, %t: tensor<8x4xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %0 = fidelity.ssm.output %s, %c skip %d, %x : (tensor<8x0xf32>, tensor<0xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %z = arith.constant dense<0.0> : tensor<4xf32>
  %1 = fidelity.ssm.output %t, %z : (tensor<8x4xf32>, tensor<4xf32>) -> tensor<8xf32>
  return %0, %1 : tensor<8xf32>, tensor<8xf32>
}
