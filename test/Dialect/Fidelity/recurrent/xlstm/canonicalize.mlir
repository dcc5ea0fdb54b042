// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @mlstm_zero_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[ARG0]], %[[ARG0]], %[[ARG1]], %[[ARG2]], %[[ARG2]] forget(exponential) {layer = 1 : i64} : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_MEMORY]] : tensor<?x4xf32>, tensor<3x4xf32>
func.func @mlstm_zero_state(%q: tensor<?x3xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>) -> (tensor<?x4xf32>, tensor<3x4xf32>) {
  %C = arith.constant dense<0.0> : tensor<3x4xf32>
  %n = arith.constant dense<0.0> : tensor<3xf32>
  %m = arith.constant dense<0.0> : tensor<f32>
  %y:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m forget(exponential) {layer = 1 : i64} : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
  return %y#0, %y#1 : tensor<?x4xf32>, tensor<3x4xf32>
}

// The state is dropped as a whole or not at all: m alone is not 0.
// CHECK-LABEL: func.func @mlstm_other_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<3x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[ARG0]], %[[ARG0]], %[[ARG1]], %[[ARG2]], %[[ARG2]] state %[[CST]], %[[CST_0]], %[[CST_1]] : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
// CHECK-NEXT: return %[[LAST_STABILIZER]] : tensor<f32>
func.func @mlstm_other_state(%q: tensor<?x3xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>) -> tensor<f32> {
  %C = arith.constant dense<0.0> : tensor<3x4xf32>
  %n = arith.constant dense<0.0> : tensor<3xf32>
  %m = arith.constant dense<1.0> : tensor<f32>
  %y:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
  return %y#3 : tensor<f32>
}

// Without a step the last state is the first one.
// CHECK-LABEL: func.func @mlstm_no_step(
// CHECK-SAME: tensor<0x3xf32>
// CHECK-SAME: tensor<0x4xf32>
// CHECK-SAME: tensor<0xf32>
// CHECK-SAME: %[[ARG3:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[ARG4:[^:]*]]: tensor<3xf32>
// CHECK-SAME: %[[ARG5:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty() : tensor<0x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[ARG3]] : tensor<?x4xf32> to tensor<3x4xf32>
// CHECK-NEXT: return %[[V0]], %[[CAST]], %[[ARG4]], %[[ARG5]] : tensor<0x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>
func.func @mlstm_no_step(%q: tensor<0x3xf32>, %v: tensor<0x4xf32>, %i: tensor<0xf32>, %C: tensor<?x4xf32>, %n: tensor<3xf32>, %m: tensor<f32>) -> (tensor<0x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>) {
  %y:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m : (tensor<0x3xf32>, tensor<0x3xf32>, tensor<0x4xf32>, tensor<0xf32>, tensor<0xf32>, tensor<?x4xf32>, tensor<3xf32>, tensor<f32>) -> (tensor<0x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
  return %y#0, %y#1, %y#2, %y#3 : tensor<0x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>
}

// It is 0 when absent, of sizes that may be known at run time only.
// CHECK-LABEL: func.func @mlstm_no_step_no_state(
// CHECK-SAME: tensor<?x0x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<?x0x?xf32>
// CHECK-SAME: tensor<2x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG1]], %[[C2]] : tensor<?x0x?xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<2x0x?xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x0x?xf32> to tensor<?x0x?xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[ARG1]], %[[C2]] : tensor<?x0x?xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST_0]][%[[C2]], %[[DIM_1]]] : tensor<?x3x?xf32>
// CHECK-NEXT: %[[SPLAT_2:.*]] = tensor.splat %[[CST_0]][%[[C2]]] : tensor<?x3xf32>
// CHECK-NEXT: return %[[CAST]], %[[SPLAT]], %[[SPLAT_2]], %[[CST]] : tensor<?x0x?xf32>, tensor<?x3x?xf32>, tensor<?x3xf32>, tensor<2xf32>
func.func @mlstm_no_step_no_state(%q: tensor<?x0x3xf32>, %v: tensor<?x0x?xf32>, %i: tensor<2x0xf32>) -> (tensor<?x0x?xf32>, tensor<?x3x?xf32>, tensor<?x3xf32>, tensor<2xf32>) {
  %y:4 = fidelity.mlstm %q, %q, %v, %i, %i : (tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x?xf32>, tensor<2x0xf32>, tensor<2x0xf32>) -> (tensor<?x0x?xf32>, tensor<?x3x?xf32>, tensor<?x3xf32>, tensor<2xf32>)
  return %y#0, %y#1, %y#2, %y#3 : tensor<?x0x?xf32>, tensor<?x3x?xf32>, tensor<?x3xf32>, tensor<2xf32>
}

// Each result gets what is known of its shape.
// CHECK-LABEL: func.func @mlstm_cast(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<5xf32>
// CHECK-SAME: %[[ARG3:[^:]*]]: tensor<3xf32>
// CHECK-SAME: %[[ARG4:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[ARG5:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[ARG0]], %[[ARG0]], %[[ARG1]], %[[ARG2]], %[[ARG2]] state %[[ARG5]], %[[ARG3]], %[[ARG4]] : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x4xf32>, tensor<5xf32>, tensor<5xf32>, tensor<?x?xf32>, tensor<3xf32>, tensor<f32>) -> (tensor<5x4xf32>, tensor<3x4xf32>, tensor<3xf32>, tensor<f32>)
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

// CHECK-LABEL: func.func @slstm_zero_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x2x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG1]] forget(exponential) {layer = 1 : i64} : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x2x3xf32>
func.func @slstm_zero_state(%z: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) -> tensor<?x2x3xf32> {
  %s = arith.constant dense<0.0> : tensor<2x3xf32>
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R state %s, %s, %s, %s forget(exponential) {layer = 1 : i64} : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %y#0 : tensor<?x2x3xf32>
}

// CHECK-LABEL: func.func @slstm_other_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x2x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG1]] state %[[CST]], %[[CST]], %[[CST]], %[[ARG2]] : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x2x3xf32>
func.func @slstm_other_state(%z: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %h: tensor<2x3xf32>) -> tensor<?x2x3xf32> {
  %s = arith.constant dense<0.0> : tensor<2x3xf32>
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R state %s, %s, %s, %h : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %y#0 : tensor<?x2x3xf32>
}

// CHECK-LABEL: func.func @slstm_no_step(
// CHECK-SAME: tensor<0x2x3xf32>
// CHECK-SAME: tensor<4x2x3x3xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<2x3xf32>
// CHECK-SAME: %[[ARG3:[^:]*]]: tensor<2x3xf32>
// CHECK-SAME: %[[ARG4:[^:]*]]: tensor<2x3xf32>
// CHECK-SAME: %[[ARG5:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty() : tensor<0x2x3xf32>
// CHECK-NEXT: return %[[V0]], %[[ARG2]], %[[ARG3]], %[[ARG4]], %[[ARG5]] : tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
func.func @slstm_no_step(%z: tensor<0x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<2x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2x3xf32>, %h: tensor<2x3xf32>) -> (tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R state %c, %n, %m, %h : (tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %y#0, %y#1, %y#2, %y#3, %y#4 : tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @slstm_no_step_no_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<0x?x3xf32>
// CHECK-SAME: tensor<4x?x3x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C1]] : tensor<0x?x3xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM]]] : tensor<?x3xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C1]] : tensor<0x?x3xf32>
// CHECK-NEXT: %[[SPLAT_1:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x3xf32>
// CHECK-NEXT: return %[[SPLAT]], %[[SPLAT_1]] : tensor<?x3xf32>, tensor<?x3xf32>
func.func @slstm_no_step_no_state(%z: tensor<0x?x3xf32>, %R: tensor<4x?x3x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<0x?x3xf32>, tensor<0x?x3xf32>, tensor<0x?x3xf32>, tensor<0x?x3xf32>, tensor<4x?x3x3xf32>) -> (tensor<0x?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>)
  return %y#1, %y#4 : tensor<?x3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: func.func @slstm_cast(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG1]] : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x2x3xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_HIDDEN]] : tensor<2x3xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?x?xf32>, tensor<?x?xf32>
func.func @slstm_cast(%z: tensor<?x?x?xf32>, %R: tensor<4x2x3x3xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>) {
  %R_cast = tensor.cast %R : tensor<4x2x3x3xf32> to tensor<?x?x?x?xf32>
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R_cast : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  return %y#0, %y#4 : tensor<?x?x?xf32>, tensor<?x?xf32>
}
