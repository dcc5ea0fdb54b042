// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @ssm_state_update(
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[S]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[S]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]] : index, index
func.func @ssm_state_update(%s: tensor<?x?xf32>, %x: tensor<?xf32>, %A: tensor<?xf32>, %B: tensor<?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// Sizes that only the input and B know.
// CHECK-LABEL: func.func @ssm_state_update_others(
// CHECK-NEXT: %[[C8:.*]] = arith.constant 8 : index
// CHECK-NEXT: %[[C16:.*]] = arith.constant 16 : index
// CHECK-NEXT: return %[[C8]], %[[C16]] : index, index
func.func @ssm_state_update_others(%s: tensor<?x?xf32>, %x: tensor<8xf32>, %A: tensor<?xf32>, %B: tensor<16xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<?x?xf32>, tensor<8xf32>, tensor<?xf32>, tensor<16xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @ssm_output(
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x?x?xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[S]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[S]], %[[C1]] : tensor<?x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]] : index, index
func.func @ssm_output(%s: tensor<?x?x?xf32>, %C: tensor<?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.ssm.output %s, %C : (tensor<?x?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @ssm_output_skip(
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x?x?xf32>
// CHECK-NEXT: %[[C8:.*]] = arith.constant 8 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[S]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[C8]] : index, index
func.func @ssm_output_skip(%s: tensor<?x?x?xf32>, %C: tensor<?xf32>, %D: tensor<8xf32>, %x: tensor<?x?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.ssm.output %s, %C skip %D, %x : (tensor<?x?x?xf32>, tensor<?xf32>, tensor<8xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}
