// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @zero_vector(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: return %[[N]] : index
func.func @zero_vector(%n: index) -> (index) {
  %c0 = arith.constant 0 : index
  %r = fidelity.zero_vector %n : tensor<?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?xf32>
  return %d0 : index
}

// CHECK-LABEL: func.func @ternary_linear(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?xi8>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<?x?x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x?xi8>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM_1]] : index, index, index
func.func @ternary_linear(%x: tensor<?x?x?xf32>, %w: tensor<?x?xi8>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = fidelity.ternary_linear %x, %w : (tensor<?x?x?xf32>, tensor<?x?xi8>) -> tensor<?x?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %r, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// The scale may know the number of rows.
// CHECK-LABEL: func.func @ternary_linear_scale(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @ternary_linear_scale(%x: tensor<?x?xf32>, %w: tensor<?x?xi8>, %s: tensor<4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.ternary_linear %x, %w scale %s : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<4xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @ternary_accumulate(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x8xi8>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x8xi8>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]] : index, index
func.func @ternary_accumulate(%x: tensor<?x?xf32>, %w: tensor<?x8xi8>, %init: tensor<?x?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.ternary_accumulate %x, %w, %init : (tensor<?x?xf32>, tensor<?x8xi8>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @ternarize(
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[W]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM]] : index, index, index
func.func @ternarize(%w: tensor<?x?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t, %s = fidelity.ternarize %w granularity(row) : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?xf32>)
  %d0 = tensor.dim %t, %c0 : tensor<?x?xi8>
  %d1 = tensor.dim %t, %c1 : tensor<?x?xi8>
  %d2 = tensor.dim %s, %c0 : tensor<?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// The number of groups is static; it is written as a dynamic one here.
// CHECK-LABEL: func.func @ternarize_group(
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x8xf32>
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C8:.*]] = arith.constant 8 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x8xf32>
// CHECK-NEXT: return %[[DIM]], %[[C8]], %[[DIM]], %[[C2]] : index, index, index, index
func.func @ternarize_group(%w: tensor<?x8xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t, %s = fidelity.ternarize %w granularity(group) {group_size = 4 : i64} : (tensor<?x8xf32>) -> (tensor<?x8xi8>, tensor<?x?xf32>)
  %d0 = tensor.dim %t, %c0 : tensor<?x8xi8>
  %d1 = tensor.dim %t, %c1 : tensor<?x8xi8>
  %d2 = tensor.dim %s, %c0 : tensor<?x?xf32>
  %d3 = tensor.dim %s, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// CHECK-LABEL: func.func @quantize_activations(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[DIM]], %[[C1]] : index, index, index, index
func.func @quantize_activations(%x: tensor<?x?xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %q, %s = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xf32>)
  %d0 = tensor.dim %q, %c0 : tensor<?x?xi8>
  %d1 = tensor.dim %q, %c1 : tensor<?x?xi8>
  %d2 = tensor.dim %s, %c0 : tensor<?x?xf32>
  %d3 = tensor.dim %s, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// CHECK-LABEL: func.func @bit_linear(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?xi8>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x?xi8>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]] : index, index
func.func @bit_linear(%x: tensor<?x?xf32>, %w: tensor<?x?xi8>, %s: tensor<f32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.bit_linear %x, %w scale %s : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<f32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @bit_linear_bias(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @bit_linear_bias(%x: tensor<?x?xf32>, %w: tensor<?x?xi8>, %s: tensor<f32>, %b: tensor<4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.bit_linear %x, %w scale %s bias %b : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<f32>, tensor<4xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// The sizes are the logical ones.
// CHECK-LABEL: func.func @pack(
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x8xi8>
// CHECK-NEXT: %[[C8:.*]] = arith.constant 8 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x8xi8>
// CHECK-NEXT: return %[[DIM]], %[[C8]] : index, index
func.func @pack(%w: tensor<?x8xi8>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.pack %w to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %d0 = tensor.dim %r, %c0 : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %d1 = tensor.dim %r, %c1 : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @unpack(
// CHECK-SAME: %[[P:[^:]*]]: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[C8:.*]] = arith.constant 8 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[P]], %[[C0]] : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[DIM]], %[[C8]] : index, index
func.func @unpack(%p: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.unpack %p : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  %d0 = tensor.dim %r, %c0 : tensor<?x8xi8>
  %d1 = tensor.dim %r, %c1 : tensor<?x8xi8>
  return %d0, %d1 : index, index
}
