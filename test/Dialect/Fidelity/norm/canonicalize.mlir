// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @rms_norm_unit_weight(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] {epsilon = 9.9999999999999995E-7 : f64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @rms_norm_unit_weight(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<4xf16>
  %0 = fidelity.rms_norm %x weight %one {epsilon = 1.0e-6 : f64} : (tensor<?x4xf32>, tensor<4xf16>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The size that the weight told is kept.
// CHECK-LABEL: func.func @rms_norm_unit_weight_tells_size(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] : (tensor<?x?xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @rms_norm_unit_weight_tells_size(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %0 = fidelity.rms_norm %x weight %one : (tensor<?x?xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @rms_norm_other_weights(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] weight %[[CST]] : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.rms_norm %[[X]] weight %[[CST_0]] : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?x2xf32>, tensor<?x2xf32>
func.func @rms_norm_other_weights(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %two = arith.constant dense<2.0> : tensor<2xf32>
  %mixed = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = fidelity.rms_norm %x weight %two : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = fidelity.rms_norm %x weight %mixed : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %0, %1 : tensor<?x2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @rms_norm_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] weight %[[W]] : (tensor<?x?xf32>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<?x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @rms_norm_cast(%x: tensor<?x?xf32>, %w: tensor<4xf32>) -> tensor<?x?xf32> {
  %cast = tensor.cast %w : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.rms_norm %x weight %cast : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rms_norm_cast_disagrees(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<2x8xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[W]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[CAST]] weight %[[CAST_0]] : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x?xf32>
func.func @rms_norm_cast_disagrees(%x: tensor<2x8xf32>, %w: tensor<4xf32>) -> tensor<?x?xf32> {
  %x_cast = tensor.cast %x : tensor<2x8xf32> to tensor<?x?xf32>
  %w_cast = tensor.cast %w : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.rms_norm %x_cast weight %w_cast : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
