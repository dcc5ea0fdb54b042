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

// CHECK-LABEL: func.func @ema(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[ARG1]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_0]], %[[DIM_1]] : index, index, index, index
func.func @ema(%x: tensor<?x?xf32>, %p: tensor<?x?xf32>, %d: tensor<?x?xf32>, %b: tensor<?x?xf32>, %e: tensor<?x?xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y:2 = fidelity.ema %x, %p, %d, %b, %e : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?xf32>
  %d2 = tensor.dim %y#1, %c0 : tensor<?x?xf32>
  %d3 = tensor.dim %y#1, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// Sizes that only eta and the state know.
// CHECK-LABEL: func.func @ema_others(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x?xf32>
// CHECK-SAME: tensor<?x4xf32>
// CHECK-SAME: tensor<3x?xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[C3]], %[[C3]], %[[C4]] : index, index, index, index
func.func @ema_others(%x: tensor<?x?xf32>, %p: tensor<?x?xf32>, %d: tensor<?x?xf32>, %b: tensor<?x?xf32>, %e: tensor<?x4xf32>, %s: tensor<3x?xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y:2 = fidelity.ema %x, %p, %d, %b, %e state %s : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x4xf32>, tensor<3x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?xf32>
  %d2 = tensor.dim %y#1, %c0 : tensor<?x?xf32>
  %d3 = tensor.dim %y#1, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// CHECK-LABEL: func.func @rwkv(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: %[[ARG3:[^:]*]]: tensor<?x?x?xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C1]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[ARG3]], %[[C2]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_2:.*]] = tensor.dim %[[ARG0]], %[[C2]] : tensor<?x?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_1]], %[[DIM]], %[[DIM_2]], %[[DIM_1]] : index, index, index, index, index, index
func.func @rwkv(%r: tensor<?x?x?xf32>, %w: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>, %v: tensor<?x?x?xf32>) -> (index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v6) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %y#1, %c0 : tensor<?x?x?xf32>
  %d4 = tensor.dim %y#1, %c1 : tensor<?x?x?xf32>
  %d5 = tensor.dim %y#1, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5 : index, index, index, index, index, index
}

// Sizes that only b, the bonus and the state know.
// CHECK-LABEL: func.func @rwkv_others(
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x?x?xf32>
// CHECK-SAME: tensor<?x7x?xf32>
// CHECK-SAME: tensor<?x3xf32>
// CHECK-SAME: tensor<2x?x5xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C7:.*]] = arith.constant 7 : index
// CHECK-NEXT: %[[C5:.*]] = arith.constant 5 : index
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: return %[[C2]], %[[C7]], %[[C5]], %[[C2]], %[[C3]], %[[C5]] : index, index, index, index, index, index
func.func @rwkv_others(%r: tensor<?x?x?xf32>, %w: tensor<?x?x?xf32>, %k: tensor<?x?x?xf32>, %v: tensor<?x?x?xf32>, %a: tensor<?x?x?xf32>, %b: tensor<?x7x?xf32>, %u: tensor<?x3xf32>, %s: tensor<2x?x5xf32>) -> (index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b bonus %u state %s version(v7) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x7x?xf32>, tensor<?x3xf32>, tensor<2x?x5xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  %d3 = tensor.dim %y#1, %c0 : tensor<?x?x?xf32>
  %d4 = tensor.dim %y#1, %c1 : tensor<?x?x?xf32>
  %d5 = tensor.dim %y#1, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5 : index, index, index, index, index, index
}
