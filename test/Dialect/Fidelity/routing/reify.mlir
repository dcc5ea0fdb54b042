// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @route(
// CHECK-SAME: %[[L:[^:]*]]: tensor<?x?x8xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[L]], %[[C0]] : tensor<?x?x8xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[L]], %[[C1]] : tensor<?x?x8xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_0]], %[[C2]] : index, index, index, index
func.func @route(%l: tensor<?x?x8xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %w, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<?x?x8xf32>) -> (tensor<?x?x2xf32>, tensor<?x?x2xi32>)
  %d0 = tensor.dim %w, %c0 : tensor<?x?x2xf32>
  %d1 = tensor.dim %w, %c1 : tensor<?x?x2xf32>
  %d2 = tensor.dim %i, %c1 : tensor<?x?x2xi32>
  %d3 = tensor.dim %i, %c2 : tensor<?x?x2xi32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// The capacity is the operand itself; the rows are known from either side.
// CHECK-LABEL: func.func @dispatch(
// CHECK-SAME: %[[T:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?x?xi32>
// CHECK-SAME: %[[C:[^:]*]]: index
// CHECK-NEXT: %[[C5:.*]] = arith.constant 5 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[T]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[T]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[I]], %[[C1]] : tensor<?x?xi32>
// CHECK-NEXT: return %[[C4]], %[[C]], %[[DIM]], %[[DIM_0]], %[[DIM_1]], %[[C5]] : index, index, index, index, index, index
func.func @dispatch(%t: tensor<?x?xf32>, %i: tensor<?x?xi32>, %j: tensor<5x?xi32>, %c: index) -> (index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 4 : i64} : (tensor<?x?xf32>, tensor<?x?xi32>, index) -> (tensor<4x?x?xf32>, tensor<?x?xi32>)
  %y, %q = fidelity.dispatch %t, %j capacity %c {experts = 4 : i64} : (tensor<?x?xf32>, tensor<5x?xi32>, index) -> (tensor<4x?x?xf32>, tensor<?x?xi32>)
  %d0 = tensor.dim %x, %c0 : tensor<4x?x?xf32>
  %d1 = tensor.dim %x, %c1 : tensor<4x?x?xf32>
  %d2 = tensor.dim %x, %c2 : tensor<4x?x?xf32>
  %d3 = tensor.dim %p, %c0 : tensor<?x?xi32>
  %d4 = tensor.dim %p, %c1 : tensor<?x?xi32>
  %d5 = tensor.dim %q, %c0 : tensor<?x?xi32>
  return %d0, %d1, %d2, %d3, %d4, %d5 : index, index, index, index, index, index
}

// CHECK-LABEL: func.func @combine(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<8x?x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x2xf32>
// CHECK-NEXT: %[[C7:.*]] = arith.constant 7 : index
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x2xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[Y]], %[[C2]] : tensor<8x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[C7]] : index, index, index
func.func @combine(%y: tensor<8x?x?xf32>, %w: tensor<?x2xf32>, %i: tensor<?x2xi32>, %p: tensor<7x2xi32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = fidelity.combine %y, %w, %i, %i : (tensor<8x?x?xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32>
  %u = fidelity.combine %y, %w, %i, %p : (tensor<8x?x?xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<7x2xi32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %t, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %t, %c1 : tensor<?x?xf32>
  %d2 = tensor.dim %u, %c0 : tensor<?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}
