// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// On either side, and where the other operand stretches.
// CHECK-LABEL: func.func @add_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
func.func @add_f1(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %minus = arith.constant dense<-0.0> : tensor<4xf32>
  %scalar = arith.constant -0.0 : f32
  %c2 = arith.constant 0 : index
  %n = tensor.dim %x, %c2 : tensor<?x4xf32>
  %rows = tensor.splat %scalar[%n] : tensor<?x1xf32>
  %0 = fidelity.add %x, %minus : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %1 = fidelity.add %minus, %x : (tensor<4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = fidelity.add %x, %rows : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  return %0, %1, %2 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// x + 0 is not x where x is -0; the sum may be larger than x, or say more.
// CHECK-LABEL: func.func @add_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[ONE:[^:]*]]: tensor<1xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<[-0.000000e+00, -0.000000e+00, -0.000000e+00, 0.000000e+00]> : tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[X]], %[[CST]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.add %[[ONE]], %[[CST_0]] : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.add %[[Y]], %[[CST_0]] : (tensor<?xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.add %[[X]], %[[CST_1]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
func.func @add_f1_stays(%x: tensor<4xf32>, %one: tensor<1xf32>, %y: tensor<?xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %minus = arith.constant dense<-0.0> : tensor<4xf32>
  %mixed = arith.constant dense<[-0.0, -0.0, -0.0, 0.0]> : tensor<4xf32>
  %0 = fidelity.add %x, %zero : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.add %one, %minus : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = fidelity.add %y, %minus : (tensor<?xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = fidelity.add %x, %mixed : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// A bias of 0 of a layer, and of what is nowhere below 0.
// CHECK-LABEL: func.func @add_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.relu %[[X]] : tensor<?x8xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?x4xf32>, tensor<?x8xf32>
func.func @add_f2(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>) -> (tensor<?x4xf32>, tensor<?x8xf32>) {
  %bias = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %linear = fidelity.ternary_linear %x, %w : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
  %0 = fidelity.add %linear, %bias : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %relu = fidelity.relu %x : tensor<?x8xf32>
  %1 = fidelity.add %zero, %relu : (tensor<f32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x8xf32>
}

// A sum below 0 may be rounded to -0, and a scale or silu makes it of 0.
// CHECK-LABEL: func.func @add_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<8xf16>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf16>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[H]], %[[W]] : (tensor<8xf16>, tensor<4x8xi8>) -> tensor<4xf16>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[X]], %[[W]] accumulator(f64) : (tensor<8xf32>, tensor<4x8xi8>) -> tensor<4xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.silu %[[X]] : tensor<8xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.add %[[V0]], %[[CST]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.add %[[V1]], %[[CST_0]] : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
// CHECK-NEXT: %[[V6:.*]] = fidelity.add %[[V2]], %[[CST]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V7:.*]] = fidelity.add %[[V3]], %[[CST_1]] : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
// CHECK-NEXT: return %[[V4]], %[[V5]], %[[V6]], %[[V7]] : tensor<4xf32>, tensor<4xf16>, tensor<4xf32>, tensor<8xf32>
func.func @add_f2_stays(%x: tensor<8xf32>, %h: tensor<8xf16>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> (tensor<4xf32>, tensor<4xf16>, tensor<4xf32>, tensor<8xf32>) {
  %bias = arith.constant dense<0.0> : tensor<4xf32>
  %half = arith.constant dense<0.0> : tensor<4xf16>
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %l0 = fidelity.ternary_linear %x, %w scale %s : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<4xf32>
  %l1 = fidelity.ternary_linear %h, %w : (tensor<8xf16>, tensor<4x8xi8>) -> tensor<4xf16>
  %l2 = fidelity.ternary_linear %x, %w accumulator(f64) : (tensor<8xf32>, tensor<4x8xi8>) -> tensor<4xf32>
  %silu = fidelity.silu %x : tensor<8xf32>
  %0 = fidelity.add %l0, %bias : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.add %l1, %half : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xf16>
  %2 = fidelity.add %l2, %bias : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = fidelity.add %silu, %zero : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf16>, tensor<4xf32>, tensor<8xf32>
}

// Rounded to the element type, 2048 + 1 being 2048 in f16; broadcast; of nothing.
// CHECK-LABEL: func.func @add_f3(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.500000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<2.048000e+03> : tensor<f16>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<{{\[\[}}1.100000e+01, 1.200000e+01], [2.100000e+01, 2.200000e+01]]> : tensor<2x2xf32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<> : tensor<0xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]] : tensor<2x3xf32>, tensor<f16>, tensor<2x2xf32>, tensor<0xf32>
func.func @add_f3() -> (tensor<2x3xf32>, tensor<f16>, tensor<2x2xf32>, tensor<0xf32>) {
  %a = arith.constant dense<1.5> : tensor<3xf32>
  %b = arith.constant dense<2.0> : tensor<2x1xf32>
  %c = arith.constant dense<2048.0> : tensor<f16>
  %d = arith.constant dense<1.0> : tensor<f16>
  %e = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %f = arith.constant dense<[[10.0], [20.0]]> : tensor<2x1xf32>
  %g = arith.constant dense<> : tensor<0xf32>
  %0 = fidelity.add %a, %b : (tensor<3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  %1 = fidelity.add %c, %d : (tensor<f16>, tensor<f16>) -> tensor<f16>
  %2 = fidelity.add %e, %f : (tensor<2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %3 = fidelity.add %g, %g : (tensor<0xf32>, tensor<0xf32>) -> tensor<0xf32>
  return %0, %1, %2, %3 : tensor<2x3xf32>, tensor<f16>, tensor<2x2xf32>, tensor<0xf32>
}

// 2^14 elements are the most, of constants that are no splats.
// CHECK-LABEL: func.func @add_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<3.000000e+00> : tensor<8193x1xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[CST]], %[[CST_0]] : (tensor<2xf32>, tensor<8193x1xf32>) -> tensor<8193x2xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.add %[[X]], %[[CST]] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<8193x2xf32>, tensor<2xf32>
func.func @add_f3_stays(%x: tensor<2xf32>) -> (tensor<8193x2xf32>, tensor<2xf32>) {
  %a = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = arith.constant dense<3.0> : tensor<8193x1xf32>
  %0 = fidelity.add %a, %b : (tensor<2xf32>, tensor<8193x1xf32>) -> tensor<8193x2xf32>
  %1 = fidelity.add %x, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1 : tensor<8193x2xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @subtract_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: return %[[X]] : tensor<?xf32>
func.func @subtract_f1(%x: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = fidelity.subtract %x, %zero : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// x - -0 is not x where x is -0, 0 - x is not x, and x - x not 0 where x is
// infinite.
// CHECK-LABEL: func.func @subtract_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.subtract %[[X]], %[[CST]] : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.subtract %[[CST_0]], %[[X]] : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.subtract %[[X]], %[[X]] : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
func.func @subtract_f1_stays(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %minus = arith.constant dense<-0.0> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %0 = fidelity.subtract %x, %minus : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  %1 = fidelity.subtract %zero, %x : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  %2 = fidelity.subtract %x, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1, %2 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @subtract_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.exp %[[X]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?xf32>
func.func @subtract_f2(%x: tensor<?xf32>) -> tensor<?xf32> {
  %minus = arith.constant dense<-0.0> : tensor<f32>
  %exp = fidelity.exp %x : tensor<?xf32>
  %0 = fidelity.subtract %exp, %minus : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// tanh keeps -0, and -0 - exp(x) is below 0.
// CHECK-LABEL: func.func @subtract_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.tanh %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.exp %[[X]] : tensor<?xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.subtract %[[V0]], %[[CST]] : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.subtract %[[CST]], %[[V1]] : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK-NEXT: return %[[V2]], %[[V3]] : tensor<?xf32>, tensor<?xf32>
func.func @subtract_f2_stays(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %minus = arith.constant dense<-0.0> : tensor<f32>
  %tanh = fidelity.tanh %x : tensor<?xf32>
  %exp = fidelity.exp %x : tensor<?xf32>
  %0 = fidelity.subtract %tanh, %minus : (tensor<?xf32>, tensor<f32>) -> tensor<?xf32>
  %1 = fidelity.subtract %minus, %exp : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// ∞ - ∞ is NaN.
// CHECK-LABEL: func.func @subtract_f3(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<7.500000e-01> : tensor<2xf64>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0x{{[7F]}}FC00000> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<2xf64>, tensor<f32>
func.func @subtract_f3() -> (tensor<2xf64>, tensor<f32>) {
  %a = arith.constant dense<1.0> : tensor<2xf64>
  %b = arith.constant dense<0.25> : tensor<f64>
  %infinite = arith.constant dense<0x7F800000> : tensor<f32>
  %0 = fidelity.subtract %a, %b : (tensor<2xf64>, tensor<f64>) -> tensor<2xf64>
  %1 = fidelity.subtract %infinite, %infinite : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0, %1 : tensor<2xf64>, tensor<f32>
}

// CHECK-LABEL: func.func @subtract_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf64>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<2xf64>
// CHECK-NEXT: %[[V0:.*]] = fidelity.subtract %[[CST]], %[[X]] : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
// CHECK-NEXT: return %[[V0]] : tensor<2xf64>
func.func @subtract_f3_stays(%x: tensor<2xf64>) -> tensor<2xf64> {
  %a = arith.constant dense<1.0> : tensor<2xf64>
  %0 = fidelity.subtract %a, %x : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
  return %0 : tensor<2xf64>
}

// CHECK-LABEL: func.func @multiply_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xbf16>
// CHECK-SAME: %[[M:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: return %[[X]], %[[X]], %[[M]] : tensor<?x4xbf16>, tensor<?x4xbf16>, tensor<4xf32, #fidelity.tensor<unit = "m">>
func.func @multiply_f1(%x: tensor<?x4xbf16>, %m: tensor<4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<?x4xbf16>, tensor<?x4xbf16>, tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  %one = arith.constant dense<1.0> : tensor<1x4xbf16>
  %number = arith.constant dense<1.0> : tensor<4xf32>
  %0 = fidelity.multiply %x, %one : (tensor<?x4xbf16>, tensor<1x4xbf16>) -> tensor<?x4xbf16>
  %1 = fidelity.multiply %one, %x : (tensor<1x4xbf16>, tensor<?x4xbf16>) -> tensor<?x4xbf16>
  %2 = fidelity.multiply %m, %number : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32>) -> tensor<4xf32, #fidelity.tensor<unit = "m">>
  return %0, %1, %2 : tensor<?x4xbf16>, tensor<?x4xbf16>, tensor<4xf32, #fidelity.tensor<unit = "m">>
}

// x · 0 is not 0 where x is infinite, NaN or below 0; one second is a unit; a 1
// that is larger stretches x.
// CHECK-LABEL: func.func @multiply_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-1.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<1.000000e+00> : tensor<2x1xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.multiply %[[X]], %[[CST]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.multiply %[[X]], %[[CST_0]] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.multiply %[[M]], %[[CST_1]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "m*s">>
// CHECK-NEXT: %[[V3:.*]] = fidelity.multiply %[[X]], %[[CST_2]] : (tensor<4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m*s">>, tensor<2x4xf32>
func.func @multiply_f1_stays(%x: tensor<4xf32>, %m: tensor<4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m*s">>, tensor<2x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %minus = arith.constant dense<-1.0> : tensor<4xf32>
  %second = arith.constant dense<1.0> : tensor<4xf32, #fidelity.tensor<unit = "s">>
  %rows = arith.constant dense<1.0> : tensor<2x1xf32>
  %0 = fidelity.multiply %x, %zero : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.multiply %x, %minus : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = fidelity.multiply %m, %second : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "m*s">>
  %3 = fidelity.multiply %x, %rows : (tensor<4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m*s">>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func @multiply_f2(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[-1.500000e+00, 0.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<2xf32>, tensor<2xf32>
func.func @multiply_f2() -> (tensor<2xf32>, tensor<2xf32>) {
  %a = arith.constant dense<3.0> : tensor<2xf32>
  %b = arith.constant dense<[-0.5, 0.0]> : tensor<2xf32>
  %c = arith.constant dense<-0.0> : tensor<2xf32>
  %0 = fidelity.multiply %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = fidelity.multiply %a, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// (x · 3) · 5 is rounded twice.
// CHECK-LABEL: func.func @multiply_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<3.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<5.000000e+00> : tensor<2xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.multiply %[[X]], %[[CST]] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.multiply %[[V0]], %[[CST_0]] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK-NEXT: return %[[V1]] : tensor<2xf32>
func.func @multiply_f2_stays(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = arith.constant dense<3.0> : tensor<2xf32>
  %b = arith.constant dense<5.0> : tensor<2xf32>
  %0 = fidelity.multiply %x, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = fidelity.multiply %0, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// A scalar, and one for each row.
// CHECK-LABEL: func.func @multiply_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<8xf64>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[ROWS:[^:]*]]: tensor<4xf64>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]] {layer = 1 : i64} : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[Y]], %[[W]] scale %[[ROWS]] accumulator(f64) : (tensor<8xf64>, tensor<4x8xi8>, tensor<4xf64>) -> tensor<4xf64>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?x4xf32>, tensor<4xf64>
func.func @multiply_f3(%x: tensor<?x8xf32>, %y: tensor<8xf64>, %w: tensor<4x8xi8>, %s: tensor<f32>, %rows: tensor<4xf64>) -> (tensor<?x4xf32>, tensor<4xf64>) {
  %l0 = fidelity.ternary_linear %x, %w {layer = 1 : i64} : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
  %0 = fidelity.multiply %l0, %s : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %l1 = fidelity.ternary_linear %y, %w accumulator(f64) : (tensor<8xf64>, tensor<4x8xi8>) -> tensor<4xf64>
  %1 = fidelity.multiply %rows, %l1 : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  return %0, %1 : tensor<?x4xf32>, tensor<4xf64>
}

// A scale that is there, be the factor a power of two; a sum that is rounded
// before; one that is used as it is; a factor for each token, or with a unit.
// CHECK-LABEL: func.func @multiply_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<2x8xf16>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[T:[^:]*]]: tensor<f16>
// CHECK-SAME: %[[TOKENS:[^:]*]]: tensor<2x1xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<f32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<2.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]] : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.multiply %[[V0]], %[[CST]] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[H]], %[[W]] : (tensor<2x8xf16>, tensor<4x8xi8>) -> tensor<2x4xf16>
// CHECK-NEXT: %[[V3:.*]] = fidelity.multiply %[[V2]], %[[T]] : (tensor<2x4xf16>, tensor<f16>) -> tensor<2x4xf16>
// CHECK-NEXT: %[[V4:.*]] = fidelity.ternary_linear %[[X]], %[[W]] accumulator(f64) : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.multiply %[[V4]], %[[S]] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V6:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V7:.*]] = fidelity.multiply %[[V6]], %[[S]] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V8:.*]] = fidelity.ternary_linear %[[X]], %[[W]] {layer = 4 : i64} : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V9:.*]] = fidelity.multiply %[[V8]], %[[TOKENS]] : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V10:.*]] = fidelity.ternary_linear %[[X]], %[[W]] {layer = 5 : i64} : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V11:.*]] = fidelity.multiply %[[V10]], %[[M]] : (tensor<2x4xf32>, tensor<f32, #fidelity.tensor<unit = "m">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: return %[[V1]], %[[V3]], %[[V5]], %[[V7]], %[[V6]], %[[V9]], %[[V11]] : tensor<2x4xf32>, tensor<2x4xf16>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32, #fidelity.tensor<unit = "m">>
func.func @multiply_f3_stays(%x: tensor<2x8xf32>, %h: tensor<2x8xf16>, %w: tensor<4x8xi8>, %s: tensor<f32>, %t: tensor<f16>, %tokens: tensor<2x1xf32>, %m: tensor<f32, #fidelity.tensor<unit = "m">>) -> (tensor<2x4xf32>, tensor<2x4xf16>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32, #fidelity.tensor<unit = "m">>) {
  %two = arith.constant dense<2.0> : tensor<f32>
  %l0 = fidelity.ternary_linear %x, %w scale %s : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %0 = fidelity.multiply %l0, %two : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %l1 = fidelity.ternary_linear %h, %w : (tensor<2x8xf16>, tensor<4x8xi8>) -> tensor<2x4xf16>
  %1 = fidelity.multiply %l1, %t : (tensor<2x4xf16>, tensor<f16>) -> tensor<2x4xf16>
  %l2 = fidelity.ternary_linear %x, %w accumulator(f64) : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  %2 = fidelity.multiply %l2, %s : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %l3 = fidelity.ternary_linear %x, %w : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  %3 = fidelity.multiply %l3, %s : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %l4 = fidelity.ternary_linear %x, %w {layer = 4 : i64} : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  %4 = fidelity.multiply %l4, %tokens : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %l5 = fidelity.ternary_linear %x, %w {layer = 5 : i64} : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  %5 = fidelity.multiply %l5, %m : (tensor<2x4xf32>, tensor<f32, #fidelity.tensor<unit = "m">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "m">>
  return %0, %1, %2, %3, %l3, %4, %5 : tensor<2x4xf32>, tensor<2x4xf16>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32, #fidelity.tensor<unit = "m">>
}
