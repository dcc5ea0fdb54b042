// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// CHECK-LABEL: func.func @transfer_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x8xf32>
// CHECK-NEXT: %[[Y:.*]] = fidelity.transfer %[[X]] from "a" to "b" {layer = 1 : i64} : tensor<4x8xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[Y]] : tensor<4x8xf32> to tensor<?x8xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x8xf32>
func.func @transfer_cast(%x: tensor<4x8xf32>) -> tensor<?x8xf32> {
  %cast = tensor.cast %x : tensor<4x8xf32> to tensor<?x8xf32>
  %y = fidelity.transfer %cast from "a" to "b" {layer = 1 : i64} : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @transfer_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x8xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0x8xf32>
func.func @transfer_empty(%x: tensor<0x8xf32>) -> tensor<0x8xf32> {
  %y = fidelity.transfer %x from "a" to "b" : tensor<0x8xf32>
  return %y : tensor<0x8xf32>
}

// A constant was put where it is.
// CHECK-LABEL: func.func @of_constant(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[Y:.*]] = fidelity.transfer %[[CST]] from "a" to "b" : tensor<2xf32>
// CHECK-NEXT: return %[[Y]] : tensor<2xf32>
func.func @of_constant() -> tensor<2xf32> {
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %y = fidelity.transfer %one from "a" to "b" : tensor<2xf32>
  return %y : tensor<2xf32>
}
