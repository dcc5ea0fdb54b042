// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// The size that the weight told is kept.
// CHECK-LABEL: func.func @rms_norm_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] {epsilon = 9.9999999999999995E-7 : f64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.rms_norm %[[Y]] : (tensor<?x?xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.rms_norm %[[M]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<4xf32, #fidelity.tensor<unit = "1">>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "1">>
func.func @rms_norm_f1(%x: tensor<?x4xf32>, %y: tensor<?x?xf32>, %m: tensor<4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "1">>) {
  %half = arith.constant dense<1.0> : tensor<4xf16>
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %0 = fidelity.rms_norm %x weight %half {epsilon = 1.0e-6 : f64} : (tensor<?x4xf32>, tensor<4xf16>) -> tensor<?x4xf32>
  %1 = fidelity.rms_norm %y weight %one : (tensor<?x?xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %2 = fidelity.rms_norm %m weight %one : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32>) -> tensor<4xf32, #fidelity.tensor<unit = "1">>
  return %0, %1, %2 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "1">>
}

// Without its weight of one second the norm would be a number.
// CHECK-LABEL: func.func @rms_norm_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[X]] weight %[[CST]] : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.rms_norm %[[X]] weight %[[CST_0]] : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.rms_norm %[[M]] weight %[[CST_1]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<?x2xf32>, tensor<?x2xf32>, tensor<4xf32, #fidelity.tensor<unit = "s">>
func.func @rms_norm_f1_stays(%x: tensor<?x2xf32>, %m: tensor<4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<4xf32, #fidelity.tensor<unit = "s">>) {
  %two = arith.constant dense<2.0> : tensor<2xf32>
  %mixed = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %second = arith.constant dense<1.0> : tensor<4xf32, #fidelity.tensor<unit = "s">>
  %0 = fidelity.rms_norm %x weight %two : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = fidelity.rms_norm %x weight %mixed : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %2 = fidelity.rms_norm %m weight %second : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "s">>
  return %0, %1, %2 : tensor<?x2xf32>, tensor<?x2xf32>, tensor<4xf32, #fidelity.tensor<unit = "s">>
}

// CHECK-LABEL: func.func @rms_norm_f2(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<2x4xf32>, tensor<2x4xf32>
func.func @rms_norm_f2() -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %minus = arith.constant dense<-0.0> : tensor<2x4xf32>
  %0 = fidelity.rms_norm %zero : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = fidelity.rms_norm %minus {epsilon = 1.0e-6 : f64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// 0 / √0 is NaN, and so is 0 times an infinite weight.
// CHECK-LABEL: func.func @rms_norm_f2_stays(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[CST]] {epsilon = 0.000000e+00 : f64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.rms_norm %[[CST]] weight %[[W]] : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.rms_norm %[[CST_0]] : (tensor<2x4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
func.func @rms_norm_f2_stays(%w: tensor<4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %one = arith.constant dense<1.0> : tensor<2x4xf32>
  %0 = fidelity.rms_norm %zero {epsilon = 0.0 : f64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = fidelity.rms_norm %zero weight %w : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %2 = fidelity.rms_norm %one : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}
