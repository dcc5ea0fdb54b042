// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// Each result gets what is known of its shape.
// CHECK-LABEL: func.func @mlstm_cast(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<5xf32>
// CHECK-SAME: %[[N:[^:]*]]: tensor<3xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[Q]], %[[Q]], %[[V]], %[[I]], %[[I]] state %[[C]], %[[N]], %[[M]] : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x4xf32>, tensor<5xf32>, tensor<5xf32>, tensor<?x?xf32>, tensor<3xf32>, tensor<f32>) -> (tensor<5x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<5x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_MEMORY]] : tensor<3x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?xf32>, tensor<?x?xf32>
func.func @mlstm_cast(%q: tensor<?x?xf32>, %v: tensor<?x4xf32>, %i: tensor<5xf32>, %n: tensor<3xf32>, %m: tensor<f32>, %C: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %v_cast = tensor.cast %v : tensor<?x4xf32> to tensor<?x?xf32>
  %i_cast = tensor.cast %i : tensor<5xf32> to tensor<?xf32>
  %n_cast = tensor.cast %n : tensor<3xf32> to tensor<?xf32>
  %y:4 = fidelity.mlstm %q, %q, %v_cast, %i_cast, %i_cast state %C, %n_cast, %m : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<f32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<f32>)
  return %y#0, %y#1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// No head.
// CHECK-LABEL: func.func @mlstm_empty(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<0x?x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<0x3xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0.000000e+00> : tensor<0x3x4xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Q]], %[[C1]] : tensor<0x?x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x?x4xf32>
// CHECK-NEXT: return %[[V0]], %[[CST_1]], %[[CST_0]], %[[CST]] : tensor<0x?x4xf32>, tensor<0x3x4xf32>, tensor<0x3xf32>, tensor<0xf32>
func.func @mlstm_empty(%q: tensor<0x?x3xf32>, %v: tensor<0x?x4xf32>, %i: tensor<0x?xf32>) -> (tensor<0x?x4xf32>, tensor<0x3x4xf32>, tensor<0x3xf32>, tensor<0xf32>) {
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i : (tensor<0x?x3xf32>, tensor<0x?x3xf32>, tensor<0x?x4xf32>, tensor<0x?xf32>, tensor<0x?xf32>) -> (tensor<0x?x4xf32>, tensor<0x3x4xf32>, tensor<0x3xf32>, tensor<0xf32>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<0x?x4xf32>, tensor<0x3x4xf32>, tensor<0x3xf32>, tensor<0xf32>
}

// CHECK-LABEL: func.func @slstm_cast(
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: %[[R:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[Z]], %[[Z]], %[[Z]], %[[Z]], %[[R]] : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x2x3xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_HIDDEN]] : tensor<2x3xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?x?xf32>, tensor<?x?xf32>
func.func @slstm_cast(%z: tensor<?x?x?xf32>, %R: tensor<4x2x3x3xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>) {
  %R_cast = tensor.cast %R : tensor<4x2x3x3xf32> to tensor<?x?x?x?xf32>
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R_cast : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  return %y#0, %y#4 : tensor<?x?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @slstm_empty(
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x0x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x3xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Z]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0x3xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<?x0x3xf32>, tensor<0x3xf32>
func.func @slstm_empty(%z: tensor<?x0x3xf32>, %R: tensor<4x0x3x3xf32>) -> (tensor<?x0x3xf32>, tensor<0x3xf32>) {
  %0:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<4x0x3x3xf32>) -> (tensor<?x0x3xf32>, tensor<0x3xf32>, tensor<0x3xf32>, tensor<0x3xf32>, tensor<0x3xf32>)
  return %0#0, %0#4 : tensor<?x0x3xf32>, tensor<0x3xf32>
}
