// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @mlgru(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x?x?xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[F]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[F]], %[[C1]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[F]], %[[C2]] : tensor<?x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_1]], %[[DIM]], %[[DIM_1]] : index, index, index, index, index
func.func @mlgru(%f: tensor<?x?x?xf32>, %c: tensor<?x?x?xf32>) -> (index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %o, %h = fidelity.mlgru %f, %c : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %o, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %o, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %o, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %h, %c0 : tensor<?x?xf32>
  %d4 = tensor.dim %h, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3, %d4 : index, index, index, index, index
}

// Sizes that only the candidate, the state and the bound know.
// CHECK-LABEL: func.func @mlgru_others(
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C7:.*]] = arith.constant 7 : index
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: return %[[C2]], %[[C7]], %[[C4]], %[[C2]], %[[C4]] : index, index, index, index, index
func.func @mlgru_others(%f: tensor<?x?x?xf32>, %c: tensor<?x7x?xf32>, %s: tensor<2x?xf32>, %b: tensor<4xf32>) -> (index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %o, %h = fidelity.mlgru %f, %c state %s lower_bound %b : (tensor<?x?x?xf32>, tensor<?x7x?xf32>, tensor<2x?xf32>, tensor<4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %o, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %o, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %o, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %h, %c0 : tensor<?x?xf32>
  %d4 = tensor.dim %h, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3, %d4 : index, index, index, index, index
}
