// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// What a cast forgets reaches the result.
// CHECK-LABEL: func.func @add_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[X]], %[[Y]] {origin = "bias"} : (tensor<2x4xf32>, tensor<?xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @add_cast(%x: tensor<2x4xf32>, %y: tensor<?xf32>) -> tensor<?x?xf32> {
  %cast = tensor.cast %x : tensor<2x4xf32> to tensor<?x?xf32>
  %0 = fidelity.add %cast, %y {origin = "bias"} : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// A cast that adds a size is a check, which stays.
// CHECK-LABEL: func.func @add_cast_to_static(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<?xf32> to tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[CAST]], %[[Y]] : (tensor<4xf32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?xf32>
func.func @add_cast_to_static(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  %0 = fidelity.add %cast, %y : (tensor<4xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Sizes that cannot agree are the run time's to report, if the op is reached.
// CHECK-LABEL: func.func @add_cast_disagrees(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<5xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[CAST]], %[[Y]] : (tensor<?xf32>, tensor<5xf32>) -> tensor<?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?xf32>
func.func @add_cast_disagrees(%x: tensor<4xf32>, %y: tensor<5xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.add %cast, %y : (tensor<?xf32>, tensor<5xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @add_cast_disagrees_with_result(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[CAST]], %[[Y]] : (tensor<?xf32>, tensor<?xf32>) -> tensor<5xf32>
// CHECK-NEXT: return %[[V0]] : tensor<5xf32>
func.func @add_cast_disagrees_with_result(%x: tensor<4xf32>, %y: tensor<?xf32>) -> tensor<5xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.add %cast, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// A size that was written out and not inferred is kept.
// CHECK-LABEL: func.func @add_cast_result_type(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[X]], %[[Y]] : (tensor<2x?xf32>, tensor<?x?xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x4xf32> to tensor<?x4xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x4xf32>
func.func @add_cast_result_type(%x: tensor<2x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %cast = tensor.cast %x : tensor<2x?xf32> to tensor<?x?xf32>
  %0 = fidelity.add %cast, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @add_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @add_empty(%x: tensor<?x0xf32>, %y: tensor<0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.add %x, %y : (tensor<?x0xf32>, tensor<0xf32>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @subtract_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.subtract %[[X]], %[[Y]] : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @subtract_cast(%x: tensor<f32>, %y: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %y : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.subtract %x, %cast : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @subtract_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @subtract_empty(%x: tensor<?x0xf32>, %y: tensor<0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.subtract %x, %y : (tensor<?x0xf32>, tensor<0xf32>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @multiply_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.multiply %[[Y]], %[[X]] : (tensor<?xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @multiply_cast(%x: tensor<4xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.multiply %y, %cast : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @multiply_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @multiply_empty(%x: tensor<?x0xf32>, %y: tensor<0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.multiply %x, %y : (tensor<?x0xf32>, tensor<0xf32>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}
