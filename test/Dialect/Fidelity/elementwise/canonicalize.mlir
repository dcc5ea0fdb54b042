// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// A constant -0 is the identity of add, on either side.
// CHECK-LABEL: func.func @add_negative_zero(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: return %[[X]], %[[X]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @add_negative_zero(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %zero = arith.constant dense<-0.0> : tensor<4xf32>
  %0 = fidelity.add %x, %zero : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %1 = fidelity.add %zero, %x : (tensor<4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}

// x + 0 is not x where x is -0.
// CHECK-LABEL: func.func @add_zero(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[X]], %[[CST]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @add_zero(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %0 = fidelity.add %x, %zero : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// The sum is larger than x.
// CHECK-LABEL: func.func @add_zero_stretches(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[X]], %[[CST]] : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @add_zero_stretches(%x: tensor<1xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<-0.0> : tensor<4xf32>
  %0 = fidelity.add %x, %zero : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @add_constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.500000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<2.048000e+03> : tensor<f16>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<2x3xf32>, tensor<f16>
func.func @add_constants() -> (tensor<2x3xf32>, tensor<f16>) {
  %a = arith.constant dense<1.5> : tensor<3xf32>
  %b = arith.constant dense<2.0> : tensor<2x1xf32>
  %0 = fidelity.add %a, %b : (tensor<3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  // Rounded to the element type: 2048 + 1 is 2048 in f16.
  %c = arith.constant dense<2048.0> : tensor<f16>
  %d = arith.constant dense<1.0> : tensor<f16>
  %1 = fidelity.add %c, %d : (tensor<f16>, tensor<f16>) -> tensor<f16>
  return %0, %1 : tensor<2x3xf32>, tensor<f16>
}

// Constants that are not splats fold too.
// CHECK-LABEL: func.func @add_no_splat(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]] : tensor<2xf32>
func.func @add_no_splat() -> tensor<2xf32> {
  %a = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = fidelity.add %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @add_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<> : tensor<0xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0xf32>
func.func @add_empty() -> tensor<0xf32> {
  %a = arith.constant dense<> : tensor<0xf32>
  %0 = fidelity.add %a, %a : (tensor<0xf32>, tensor<0xf32>) -> tensor<0xf32>
  return %0 : tensor<0xf32>
}

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

// CHECK-LABEL: func.func @subtract_zero(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: return %[[X]] : tensor<?xf32>
func.func @subtract_zero(%x: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = fidelity.subtract %x, %zero : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// x - -0 is not x where x is -0, and 0 - x is not x.
// CHECK-LABEL: func.func @subtract_other_zeros(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.subtract %[[X]], %[[CST]] : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.subtract %[[CST_0]], %[[X]] : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?xf32>, tensor<?xf32>
func.func @subtract_other_zeros(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %negative = arith.constant dense<-0.0> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = fidelity.subtract %x, %negative : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  %1 = fidelity.subtract %zero, %x : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @subtract_constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<7.500000e-01> : tensor<2xf64>
// CHECK-NEXT: return %[[CST]] : tensor<2xf64>
func.func @subtract_constants() -> tensor<2xf64> {
  %a = arith.constant dense<1.0> : tensor<2xf64>
  %b = arith.constant dense<0.25> : tensor<f64>
  %0 = fidelity.subtract %a, %b : (tensor<2xf64>, tensor<f64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
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

// CHECK-LABEL: func.func @multiply_one(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xbf16>
// CHECK-NEXT: return %[[X]], %[[X]] : tensor<?x4xbf16>, tensor<?x4xbf16>
func.func @multiply_one(%x: tensor<?x4xbf16>) -> (tensor<?x4xbf16>, tensor<?x4xbf16>) {
  %one = arith.constant dense<1.0> : tensor<1x4xbf16>
  %0 = fidelity.multiply %x, %one : (tensor<?x4xbf16>, tensor<1x4xbf16>) -> tensor<?x4xbf16>
  %1 = fidelity.multiply %one, %x : (tensor<1x4xbf16>, tensor<?x4xbf16>) -> tensor<?x4xbf16>
  return %0, %1 : tensor<?x4xbf16>, tensor<?x4xbf16>
}

// x · 0 is not 0 where x is infinite, NaN or negative.
// CHECK-LABEL: func.func @multiply_zero(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.multiply %[[X]], %[[CST]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @multiply_zero(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %0 = fidelity.multiply %x, %zero : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @multiply_constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-1.500000e+00> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]] : tensor<2xf32>
func.func @multiply_constants() -> tensor<2xf32> {
  %a = arith.constant dense<3.0> : tensor<2xf32>
  %b = arith.constant dense<-0.5> : tensor<2xf32>
  %0 = fidelity.multiply %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
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

// Each activation of a splat is the splat of its value there.
// CHECK-LABEL: func.func @activations_of_constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.268941432> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.761594176> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<-0.268941432> : tensor<2xf32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[CST_3:.*]] = arith.constant dense<0.36787945> : tensor<2xf32>
// CHECK-NEXT: %[[CST_4:.*]] = arith.constant dense<0.313261688> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]], %[[CST_2]], %[[CST_3]], %[[CST_4]], %[[CST_3]] : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
func.func @activations_of_constants() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %x = arith.constant dense<-1.0> : tensor<2xf32>
  %0 = fidelity.sigmoid %x : tensor<2xf32>
  %1 = fidelity.tanh %x : tensor<2xf32>
  %2 = fidelity.silu %x : tensor<2xf32>
  %3 = fidelity.relu %x : tensor<2xf32>
  %4 = fidelity.squared_relu %x : tensor<2xf32>
  %5 = fidelity.exp %x : tensor<2xf32>
  %6 = fidelity.softplus %x : tensor<2xf32>
  %7 = fidelity.elu_plus_one %x : tensor<2xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @activations_of_positive_constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<9.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<4.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<1.000000e+03> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]] : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
func.func @activations_of_positive_constants() -> (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<3.0> : tensor<f32>
  %0 = fidelity.relu %x : tensor<f32>
  %1 = fidelity.squared_relu %x : tensor<f32>
  %2 = fidelity.elu_plus_one %x : tensor<f32>
  %big = arith.constant dense<1000.0> : tensor<f32>
  %3 = fidelity.softplus %big : tensor<f32>
  return %0, %1, %2, %3 : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func.func @activations_of_nan(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0x7FC00000> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST]], %[[CST_0]] : tensor<f32>, tensor<f32>, tensor<f32>
func.func @activations_of_nan() -> (tensor<f32>, tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<0x7FC00000> : tensor<f32>
  %0 = fidelity.relu %x : tensor<f32>
  %1 = fidelity.squared_relu %x : tensor<f32>
  %2 = fidelity.softplus %x : tensor<f32>
  return %0, %1, %2 : tensor<f32>, tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func.func @gelu_of_constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.841344773> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<8.411920e-01> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<f32>, tensor<f32>
func.func @gelu_of_constants() -> (tensor<f32>, tensor<f32>) {
  %x = arith.constant dense<1.0> : tensor<f32>
  %0 = fidelity.gelu %x : tensor<f32>
  %1 = fidelity.gelu %x approximation(tanh) : tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func.func @exp_overflows(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0x7C00> : tensor<f16>
// CHECK-NEXT: return %[[CST]] : tensor<f16>
func.func @exp_overflows() -> tensor<f16> {
  %x = arith.constant dense<100.0> : tensor<f16>
  %0 = fidelity.exp %x : tensor<f16>
  return %0 : tensor<f16>
}

// CHECK-LABEL: func.func @activation_of_no_splat(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[0.731058597, 0.880797088]> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]] : tensor<2xf32>
func.func @activation_of_no_splat() -> tensor<2xf32> {
  %x = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = fidelity.sigmoid %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @activation_casts(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.sigmoid %[[X]] : tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.tanh %[[V0]] : tensor<4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.silu %[[V1]] : tensor<4xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.squared_relu %[[V2]] : tensor<4xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.exp %[[V3]] : tensor<4xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.softplus %[[V4]] : tensor<4xf32>
// CHECK-NEXT: %[[V6:.*]] = fidelity.elu_plus_one %[[V5]] : tensor<4xf32>
// CHECK-NEXT: %[[V7:.*]] = fidelity.gelu %[[V6]] approximation(tanh) : tensor<4xf32>
// CHECK-NEXT: %[[V8:.*]] = fidelity.relu %[[V7]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V8]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @activation_casts(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.sigmoid %cast : tensor<?xf32>
  %1 = fidelity.tanh %0 : tensor<?xf32>
  %2 = fidelity.silu %1 : tensor<?xf32>
  %3 = fidelity.squared_relu %2 : tensor<?xf32>
  %4 = fidelity.exp %3 : tensor<?xf32>
  %5 = fidelity.softplus %4 : tensor<?xf32>
  %6 = fidelity.elu_plus_one %5 : tensor<?xf32>
  %7 = fidelity.gelu %6 approximation(tanh) : tensor<?xf32>
  %8 = fidelity.relu %7 {origin = "x"} : tensor<?xf32>
  return %8 : tensor<?xf32>
}

// CHECK-LABEL: func.func @relu_of_relu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?xf32>
func.func @relu_of_relu(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.relu %x : tensor<?xf32>
  %1 = fidelity.relu %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// CHECK-LABEL: func.func @squared_relu_of_relu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?xf32>
func.func @squared_relu_of_relu(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.relu %x : tensor<?xf32>
  %1 = fidelity.squared_relu %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// The square is no relu.
// CHECK-LABEL: func.func @squared_relu_of_squared_relu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.squared_relu %[[V0]] : tensor<?xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?xf32>
func.func @squared_relu_of_squared_relu(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.squared_relu %x : tensor<?xf32>
  %1 = fidelity.squared_relu %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// CHECK-LABEL: func.func @swiglu_cast(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[UP:[^:]*]]: tensor<2x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.swiglu %[[GATE]], %[[UP]] : (tensor<?x8xf32>, tensor<2x?xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x8xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @swiglu_cast(%gate: tensor<?x8xf32>, %up: tensor<2x?xf32>) -> tensor<?x?xf32> {
  %g = tensor.cast %gate : tensor<?x8xf32> to tensor<?x?xf32>
  %u = tensor.cast %up : tensor<2x?xf32> to tensor<?x?xf32>
  %0 = fidelity.swiglu %g, %u : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @swiglu_cast_disagrees(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[UP:[^:]*]]: tensor<2x9xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[GATE]] : tensor<2x8xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[UP]] : tensor<2x9xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.swiglu %[[CAST]], %[[CAST_0]] : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x?xf32>
func.func @swiglu_cast_disagrees(%gate: tensor<2x8xf32>, %up: tensor<2x9xf32>) -> tensor<?x?xf32> {
  %g = tensor.cast %gate : tensor<2x8xf32> to tensor<?x?xf32>
  %u = tensor.cast %up : tensor<2x9xf32> to tensor<?x?xf32>
  %0 = fidelity.swiglu %g, %u : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
