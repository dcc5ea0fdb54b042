// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @mlgru_zero_state(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[G:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] gate %[[G]] lower_bound %[[B]] activation(tanh) {layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_zero_state(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %g: tensor<?x4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %h = fidelity.mlgru %f, %c gate %g state %zero lower_bound %b activation(tanh) {layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @mlgru_zero_bound(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[S]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_zero_bound(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %s: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %h = fidelity.mlgru %f, %c state %s lower_bound %zero : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @mlgru_zeros(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] : (tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_zeros(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %h = fidelity.mlgru %f, %c state %zero lower_bound %zero : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// Another state, another bound, and a state of -0: it is the last state where
// there is no step.
// CHECK-LABEL: func.func @mlgru_others(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[CST]] lower_bound %[[CST]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[CST_0]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[LAST_STATE_2]] : tensor<4xf32>, tensor<4xf32>
func.func @mlgru_others(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %half = arith.constant dense<0.5> : tensor<4xf32>
  %negative = arith.constant dense<-0.0> : tensor<4xf32>
  %0, %1 = fidelity.mlgru %f, %c state %half lower_bound %half : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %2, %3 = fidelity.mlgru %f, %c state %negative : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %1, %3 : tensor<4xf32>, tensor<4xf32>
}

// A gate of 0 is no absent gate: σ(0) is 1/2.
// CHECK-LABEL: func.func @mlgru_zero_gate(
// CHECK-SAME: %[[F:[^:]*]]: tensor<2x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] gate %[[CST]] : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x4xf32>
func.func @mlgru_zero_gate(%f: tensor<2x4xf32>, %c: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %0, %1 = fidelity.mlgru %f, %c gate %zero : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return %0 : tensor<2x4xf32>
}

// Each result gets what is known of its shape.
// CHECK-LABEL: func.func @mlgru_cast(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[S]] activation(tanh) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?xf32>, tensor<?xf32>
func.func @mlgru_cast(%f: tensor<?x?xf32>, %c: tensor<?x?xf32>, %s: tensor<4xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {
  %cast = tensor.cast %s : tensor<4xf32> to tensor<?xf32>
  %o, %h = fidelity.mlgru %f, %c state %cast activation(tanh) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %o, %h : tensor<?x?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @mlgru_cast_disagrees(
// CHECK-SAME: %[[F:[^:]*]]: tensor<8x5xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[F]] : tensor<8x5xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[S]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[CAST]], %[[CAST]] state %[[CAST_0]] : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x?xf32>
func.func @mlgru_cast_disagrees(%f: tensor<8x5xf32>, %s: tensor<4xf32>) -> tensor<?x?xf32> {
  %f_cast = tensor.cast %f : tensor<8x5xf32> to tensor<?x?xf32>
  %s_cast = tensor.cast %s : tensor<4xf32> to tensor<?xf32>
  %o, %h = fidelity.mlgru %f_cast, %f_cast state %s_cast : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %o : tensor<?x?xf32>
}
