// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// A splat is one of any size; others have at most 2^14 elements. NaN stays one.

// CHECK-LABEL: func.func @sigmoid_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<2.690430e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[5.000000e-01, 0.952574133]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @sigmoid_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.sigmoid %splat : tensor<99999xf16>
  %1 = fidelity.sigmoid %mixed : tensor<2xf32>
  %2 = fidelity.sigmoid %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @sigmoid_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.sigmoid %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @sigmoid_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.sigmoid %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @tanh_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-7.617180e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[-0.000000e+00, 0.995054781]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @tanh_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.tanh %splat : tensor<99999xf16>
  %1 = fidelity.tanh %mixed : tensor<2xf32>
  %2 = fidelity.tanh %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @tanh_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.tanh %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @tanh_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.tanh %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @silu_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-2.690430e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[-0.000000e+00, 2.85772228]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @silu_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.silu %splat : tensor<99999xf16>
  %1 = fidelity.silu %mixed : tensor<2xf32>
  %2 = fidelity.silu %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @silu_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.silu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @silu_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.silu %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @relu_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[0.000000e+00, 3.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @relu_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.relu %splat : tensor<99999xf16>
  %1 = fidelity.relu %mixed : tensor<2xf32>
  %2 = fidelity.relu %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @relu_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.relu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @relu_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.relu %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @squared_relu_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[0.000000e+00, 9.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @squared_relu_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.squared_relu %splat : tensor<99999xf16>
  %1 = fidelity.squared_relu %mixed : tensor<2xf32>
  %2 = fidelity.squared_relu %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @squared_relu_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.squared_relu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @squared_relu_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.squared_relu %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @exp_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.679200e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[1.000000e+00, 20.085537]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @exp_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.exp %splat : tensor<99999xf16>
  %1 = fidelity.exp %mixed : tensor<2xf32>
  %2 = fidelity.exp %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @exp_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.exp %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @exp_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.exp %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @softplus_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.132320e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[0.693147182, 3.04858732]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @softplus_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.softplus %splat : tensor<99999xf16>
  %1 = fidelity.softplus %mixed : tensor<2xf32>
  %2 = fidelity.softplus %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @softplus_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.softplus %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @softplus_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.softplus %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @elu_plus_one_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.679200e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[1.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
func.func @elu_plus_one_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.elu_plus_one %splat : tensor<99999xf16>
  %1 = fidelity.elu_plus_one %mixed : tensor<2xf32>
  %2 = fidelity.elu_plus_one %nan : tensor<f32>
  return %0, %1, %2 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @elu_plus_one_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.elu_plus_one %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @elu_plus_one_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.elu_plus_one %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @gelu_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-1.586910e-01> : tensor<99999xf16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[-0.000000e+00, 2.99595022]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<[-0.000000e+00, 2.99636269]> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]] : tensor<99999xf16>, tensor<2xf32>, tensor<f32>, tensor<2xf32>
func.func @gelu_f1() -> (tensor<99999xf16>, tensor<2xf32>, tensor<f32>, tensor<2xf32>) {
  %splat = arith.constant dense<-1.0> : tensor<99999xf16>
  %mixed = arith.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.gelu %splat : tensor<99999xf16>
  %1 = fidelity.gelu %mixed : tensor<2xf32>
  %2 = fidelity.gelu %nan : tensor<f32>
  %3 = fidelity.gelu %mixed approximation(tanh) : tensor<2xf32>
  return %0, %1, %2, %3 : tensor<99999xf16>, tensor<2xf32>, tensor<f32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @gelu_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.gelu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @gelu_f1_stays(%n: index) -> tensor<?xf32> {
  %zero = fidelity.zero_vector %n : tensor<?xf32>
  %0 = fidelity.gelu %zero : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Beyond the range of f16, where f32 has a number.
// CHECK-LABEL: func.func @exp_f1_overflows(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0x7C00> : tensor<f16>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<162754.797> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<f16>, tensor<f32>
func.func @exp_f1_overflows() -> (tensor<f16>, tensor<f32>) {
  %half = arith.constant dense<12.0> : tensor<f16>
  %single = arith.constant dense<12.0> : tensor<f32>
  %0 = fidelity.exp %half : tensor<f16>
  %1 = fidelity.exp %single : tensor<f32>
  return %0, %1 : tensor<f16>, tensor<f32>
}

// Where exp(x) is beyond any range the sum is x itself.
// CHECK-LABEL: func.func @softplus_f1_large(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+03> : tensor<f32>
// CHECK-NEXT: return %[[CST]] : tensor<f32>
func.func @softplus_f1_large() -> tensor<f32> {
  %big = arith.constant dense<1000.0> : tensor<f32>
  %0 = fidelity.softplus %big : tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func.func @relu_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.squared_relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.sigmoid %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.exp %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.softplus %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.elu_plus_one %[[X]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]], %[[V4]], %[[V5]] : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
func.func @relu_f2(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.relu %x : tensor<?xf32>
  %1 = fidelity.squared_relu %x : tensor<?xf32>
  %2 = fidelity.sigmoid %x : tensor<?xf32>
  %3 = fidelity.exp %x : tensor<?xf32>
  %4 = fidelity.softplus %x : tensor<?xf32>
  %5 = fidelity.elu_plus_one %x : tensor<?xf32>
  %6 = fidelity.relu %0 : tensor<?xf32>
  %7 = fidelity.relu %1 : tensor<?xf32>
  %8 = fidelity.relu %2 : tensor<?xf32>
  %9 = fidelity.relu %3 : tensor<?xf32>
  %10 = fidelity.relu %4 : tensor<?xf32>
  %11 = fidelity.relu %5 : tensor<?xf32>
  return %6, %7, %8, %9, %10, %11 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @relu_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.tanh %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.silu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.gelu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.relu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.relu %[[V1]] : tensor<?xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.relu %[[V2]] : tensor<?xf32>
// CHECK-NEXT: return %[[V3]], %[[V4]], %[[V5]] : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
func.func @relu_f2_stays(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.tanh %x : tensor<?xf32>
  %1 = fidelity.silu %x : tensor<?xf32>
  %2 = fidelity.gelu %x : tensor<?xf32>
  %3 = fidelity.relu %0 : tensor<?xf32>
  %4 = fidelity.relu %1 : tensor<?xf32>
  %5 = fidelity.relu %2 : tensor<?xf32>
  return %3, %4, %5 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @squared_relu_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.squared_relu %[[M]] : tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?xf32>, tensor<4xf32, #fidelity.tensor<unit = "m^2">>
func.func @squared_relu_f2(%x: tensor<?xf32>, %m: tensor<4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<?xf32>, tensor<4xf32, #fidelity.tensor<unit = "m^2">>) {
  %0 = fidelity.relu %x : tensor<?xf32>
  %1 = fidelity.squared_relu %0 : tensor<?xf32>
  %2 = fidelity.relu %m : tensor<4xf32, #fidelity.tensor<unit = "m">>
  %3 = fidelity.squared_relu %2 : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return %1, %3 : tensor<?xf32>, tensor<4xf32, #fidelity.tensor<unit = "m^2">>
}

// The square is no relu.
// CHECK-LABEL: func.func @squared_relu_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.squared_relu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @squared_relu_f2_stays(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.squared_relu %x : tensor<?xf32>
  %1 = fidelity.squared_relu %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// CHECK-LABEL: func.func @swiglu_f1(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<?x8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.silu %[[GATE]] : tensor<?x8xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x8xf32>
func.func @swiglu_f1(%gate: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %scalar = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %gate, %c0 : tensor<?x8xf32>
  %one = tensor.splat %scalar[%n] : tensor<?x8xf32>
  %0 = fidelity.swiglu %gate, %one : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// The result may say more than the gate; a gate of 0 makes NaN of infinite
// numbers.
// CHECK-LABEL: func.func @swiglu_f1_stays(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[UP:[^:]*]]: tensor<2x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<2x8xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.swiglu %[[GATE]], %[[CST]] : (tensor<?x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.swiglu %[[CST_0]], %[[UP]] : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<2x8xf32>, tensor<2x8xf32>
func.func @swiglu_f1_stays(%gate: tensor<?x8xf32>, %up: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<2x8xf32>) {
  %one = arith.constant dense<1.0> : tensor<2x8xf32>
  %zero = arith.constant dense<0.0> : tensor<2x8xf32>
  %0 = fidelity.swiglu %gate, %one : (tensor<?x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = fidelity.swiglu %zero, %up : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0, %1 : tensor<2x8xf32>, tensor<2x8xf32>
}

// CHECK-LABEL: func.func @swiglu_f2(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.731058597> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[1.4621172, -2.92423439]> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<2xf32>, tensor<2xf32>
func.func @swiglu_f2() -> (tensor<2xf32>, tensor<2xf32>) {
  %gate = arith.constant dense<1.0> : tensor<2xf32>
  %up = arith.constant dense<[2.0, -4.0]> : tensor<2xf32>
  %0 = fidelity.swiglu %gate, %gate : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = fidelity.swiglu %gate, %up : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @swiglu_f2_stays(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[2.000000e+00, -4.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.swiglu %[[GATE]], %[[CST]] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT: return %[[V0]] : tensor<2xf32>
func.func @swiglu_f2_stays(%gate: tensor<2xf32>) -> tensor<2xf32> {
  %up = arith.constant dense<[2.0, -4.0]> : tensor<2xf32>
  %0 = fidelity.swiglu %gate, %up : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
