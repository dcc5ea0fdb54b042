// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @mlstm(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C1]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[ARG2]], %[[C2]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_2:.*]] = tensor.dim %[[ARG0]], %[[C2]] : tensor<?x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_1]], %[[DIM]], %[[DIM_2]], %[[DIM_1]], %[[DIM]], %[[DIM_2]], %[[DIM]] : index, index, index, index, index, index, index, index, index
func.func @mlstm(%q: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>, %v: tensor<?x?x?xf32>, %i: tensor<?x?xf32>, %f: tensor<?x?xf32>) -> (index, index, index, index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %y#1, %c0 : tensor<?x?x?xf32>
  %d4 = tensor.dim %y#1, %c1 : tensor<?x?x?xf32>
  %d5 = tensor.dim %y#1, %c2 : tensor<?x?x?xf32>
  %d6 = tensor.dim %y#2, %c0 : tensor<?x?xf32>
  %d7 = tensor.dim %y#2, %c1 : tensor<?x?xf32>
  %d8 = tensor.dim %y#3, %c0 : tensor<?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5, %d6, %d7, %d8 : index, index, index, index, index, index, index, index, index
}

// Sizes that only the key and the states know.
// CHECK-LABEL: func.func @mlstm_others(
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x7x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?x5xf32>
// CHECK-SAME: tensor<?x3xf32>
// CHECK-SAME: tensor<2xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C7:.*]] = arith.constant 7 : index
// CHECK-NEXT: %[[C5:.*]] = arith.constant 5 : index
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: return %[[C2]], %[[C7]], %[[C5]], %[[C2]], %[[C3]], %[[C5]], %[[C2]], %[[C3]], %[[C2]] : index, index, index, index, index, index, index, index, index
func.func @mlstm_others(%q: tensor<?x?x?xf32>, %k: tensor<?x7x?xf32>, %v: tensor<?x?x?xf32>, %i: tensor<?x?xf32>, %f: tensor<?x?xf32>, %C: tensor<?x?x5xf32>, %n: tensor<?x3xf32>, %m: tensor<2xf32>) -> (index, index, index, index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<?x?x?xf32>, tensor<?x7x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?x5xf32>, tensor<?x3xf32>, tensor<2xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %y#1, %c0 : tensor<?x?x?xf32>
  %d4 = tensor.dim %y#1, %c1 : tensor<?x?x?xf32>
  %d5 = tensor.dim %y#1, %c2 : tensor<?x?x?xf32>
  %d6 = tensor.dim %y#2, %c0 : tensor<?x?xf32>
  %d7 = tensor.dim %y#2, %c1 : tensor<?x?xf32>
  %d8 = tensor.dim %y#3, %c0 : tensor<?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5, %d6, %d7, %d8 : index, index, index, index, index, index, index, index, index
}

// CHECK-LABEL: func.func @slstm(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?x?xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C1]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[ARG0]], %[[C2]] : tensor<?x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_1]], %[[DIM_0]], %[[DIM_1]], %[[DIM_0]], %[[DIM_1]], %[[DIM_0]], %[[DIM_1]], %[[DIM_0]], %[[DIM_1]] : index, index, index, index, index, index, index, index, index, index, index
func.func @slstm(%z: tensor<?x?x?xf32>, %i: tensor<?x?x?xf32>, %f: tensor<?x?x?xf32>, %o: tensor<?x?x?xf32>, %R: tensor<?x?x?x?xf32>) -> (index, index, index, index, index, index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %y#1, %c0 : tensor<?x?xf32>
  %d4 = tensor.dim %y#1, %c1 : tensor<?x?xf32>
  %d5 = tensor.dim %y#2, %c0 : tensor<?x?xf32>
  %d6 = tensor.dim %y#2, %c1 : tensor<?x?xf32>
  %d7 = tensor.dim %y#3, %c0 : tensor<?x?xf32>
  %d8 = tensor.dim %y#3, %c1 : tensor<?x?xf32>
  %d9 = tensor.dim %y#4, %c0 : tensor<?x?xf32>
  %d10 = tensor.dim %y#4, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5, %d6, %d7, %d8, %d9, %d10 : index, index, index, index, index, index, index, index, index, index, index
}

// Sizes that only a gate, the matrices and a state know.
// CHECK-LABEL: func.func @slstm_others(
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<7x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?x3xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<2x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-NEXT: %[[C7:.*]] = arith.constant 7 : index
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: return %[[C7]], %[[C2]], %[[C3]], %[[C2]], %[[C3]], %[[C2]], %[[C3]], %[[C2]], %[[C3]], %[[C2]], %[[C3]] : index, index, index, index, index, index, index, index, index, index, index
func.func @slstm_others(%z: tensor<?x?x?xf32>, %i: tensor<?x?x?xf32>, %f: tensor<7x?x?xf32>, %o: tensor<?x?x?xf32>, %R: tensor<?x?x?x3xf32>, %c: tensor<?x?xf32>, %n: tensor<?x?xf32>, %m: tensor<2x?xf32>, %h: tensor<?x?xf32>) -> (index, index, index, index, index, index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<7x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x3xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<2x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %y#1, %c0 : tensor<?x?xf32>
  %d4 = tensor.dim %y#1, %c1 : tensor<?x?xf32>
  %d5 = tensor.dim %y#2, %c0 : tensor<?x?xf32>
  %d6 = tensor.dim %y#2, %c1 : tensor<?x?xf32>
  %d7 = tensor.dim %y#3, %c0 : tensor<?x?xf32>
  %d8 = tensor.dim %y#3, %c1 : tensor<?x?xf32>
  %d9 = tensor.dim %y#4, %c0 : tensor<?x?xf32>
  %d10 = tensor.dim %y#4, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5, %d6, %d7, %d8, %d9, %d10 : index, index, index, index, index, index, index, index, index, index, index
}
