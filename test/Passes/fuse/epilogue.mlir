// Scales and biases after a layer as its operands.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: fidelity-opt %s -fidelity-fuse=reassociate=true | FileCheck %s --check-prefix=ORDER

// A layer without a scale takes any; powers of two multiply a scale exactly.
// REMARK-DAG: [[@LINE+10]]:8: remark: [Passed] epilogue
// CHECK-LABEL: func.func @scales(
// CHECK:         %[[S:.*]] = arith.constant dense<[7.500000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %arg0, %arg1 scale %[[S]] : (tensor<3x4xf32>, tensor<2x4xi8>, tensor<2xf32>) -> tensor<3x2xf32>
// CHECK-NEXT:    %[[Z:.*]] = fidelity.ternary_linear %arg0, %arg1 scale %arg2
// CHECK-NEXT:    return %[[Y]], %[[Z]]
func.func @scales(%x: tensor<3x4xf32>, %w: tensor<2x4xi8>, %u: tensor<2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %s = arith.constant dense<[3.0, 1.0]> : tensor<2xf32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %a = fidelity.ternary_linear %x, %w scale %s : (tensor<3x4xf32>, tensor<2x4xi8>, tensor<2xf32>) -> tensor<3x2xf32>
  %y = fidelity.multiply %t, %a : (tensor<f32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %b = fidelity.ternary_linear %x, %w : (tensor<3x4xf32>, tensor<2x4xi8>) -> tensor<3x2xf32>
  %z = fidelity.multiply %b, %u : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %y, %z : tensor<3x2xf32>, tensor<3x2xf32>
}

// A scalar scale and one of rows; then the scale of a layer, and its bias.
// CHECK-LABEL: func.func @layer(
// CHECK:         %[[S:.*]] = arith.constant dense<[1.000000e+01, 1.250000e+00]> : tensor<2xf32>
// CHECK-NEXT:    %[[Y:.*]] = fidelity.bit_linear %arg0, %arg1 scale %[[S]] bias %arg2 {epsilon = 9.9999999999999995E-7 : f64}
// CHECK-NEXT:    return %[[Y]]
func.func @layer(%x: tensor<?x4xf32>, %w: tensor<2x4xi8>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
  %s = arith.constant dense<5.0> : tensor<f32>
  %t = arith.constant dense<[2.0, 0.25]> : tensor<2xf32>
  %a = fidelity.bit_linear %x, %w scale %s {epsilon = 1.000000e-06 : f64}
    : (tensor<?x4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<?x2xf32>
  %y = fidelity.multiply %a, %t : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %z = fidelity.add %y, %b : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}

// 3 · 5 is 15 exactly, but the sum times 3 is rounded before it is taken times 5.
// REMARK-DAG: [[@LINE+11]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="two scales that are no powers of two multiply to one under reassociate only"
// CHECK-LABEL: func.func @order(
// CHECK:         fidelity.ternary_linear
// CHECK:         fidelity.multiply
// ORDER-LABEL: func.func @order(
// ORDER:         %[[S:.*]] = arith.constant dense<1.500000e+01> : tensor<f32>
// ORDER-NEXT:    fidelity.ternary_linear %arg0, %arg1 scale %[[S]]
func.func @order(%x: tensor<3x4xf32>, %w: tensor<2x4xi8>) -> tensor<3x2xf32> {
  %s = arith.constant dense<3.0> : tensor<f32>
  %t = arith.constant dense<5.0> : tensor<f32>
  %a = fidelity.ternary_linear %x, %w scale %s : (tensor<3x4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<3x2xf32>
  %y = fidelity.multiply %a, %t : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// REMARK-DAG: [[@LINE+7]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="the product of two scales leaves the range of their type"
// ORDER-LABEL: func.func @range(
// ORDER:         fidelity.multiply
func.func @range(%x: tensor<3x4xf32>, %w: tensor<2x4xi8>) -> tensor<3x2xf32> {
  %s = arith.constant dense<0x00800000> : tensor<f32>
  %t = arith.constant dense<0.5> : tensor<f32>
  %a = fidelity.ternary_linear %x, %w scale %s : (tensor<3x4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<3x2xf32>
  %y = fidelity.multiply %a, %t : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// REMARK-DAG: [[@LINE+6]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a value in between has another use"
// CHECK-LABEL: func.func @used(
// CHECK:         fidelity.multiply
func.func @used(%x: tensor<3x4xf32>, %w: tensor<2x4xi8>) -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %t = arith.constant dense<0.5> : tensor<f32>
  %a = fidelity.ternary_linear %x, %w : (tensor<3x4xf32>, tensor<2x4xi8>) -> tensor<3x2xf32>
  %y = fidelity.multiply %a, %t : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  return %y, %a : tensor<3x2xf32>, tensor<3x2xf32>
}

// The result of an f16 layer is rounded before the bias is added.
// REMARK-DAG: [[@LINE+5]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @narrow(
// CHECK:         fidelity.add
func.func @narrow(%x: tensor<3x4xf16>, %w: tensor<2x4xi8>, %s: tensor<f32>, %b: tensor<2xf16>) -> tensor<3x2xf16> {
  %a = fidelity.bit_linear %x, %w scale %s : (tensor<3x4xf16>, tensor<2x4xi8>, tensor<f32>) -> tensor<3x2xf16>
  %y = fidelity.add %a, %b : (tensor<3x2xf16>, tensor<2xf16>) -> tensor<3x2xf16>
  return %y : tensor<3x2xf16>
}

// A unit of the scale would be lost in a constant without one.
// REMARK-DAG: [[@LINE+9]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a scale has names or a unit"
// CHECK-LABEL: func.func @unit(
// CHECK:         fidelity.multiply
!m = tensor<3x2xf32, #fidelity.tensor<unit = "m">>
!m2 = tensor<3x2xf32, #fidelity.tensor<unit = "m^2">>
!s = tensor<f32, #fidelity.tensor<unit = "m">>
func.func @unit(%x: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %w: tensor<2x4xi8>) -> !m2 {
  %s = arith.constant dense<0.5> : !s
  %a = fidelity.ternary_linear %x, %w scale %s : (tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<2x4xi8>, !s) -> !m
  %y = fidelity.multiply %a, %s : (!m, !s) -> !m2
  return %y : !m2
}

// A residual, a factor of each token and a stretched layer are no epilogues.
// CHECK-LABEL: func.func @others(
// CHECK:         fidelity.bit_linear %{{.*}}, %{{.*}} scale %{{[^ ]*}} :
// CHECK:         fidelity.add
// CHECK:         fidelity.multiply
func.func @others(%x: tensor<3x2xf32>, %w: tensor<2x2xi8>, %s: tensor<f32>, %t: tensor<3x1xf32>) -> tensor<3x2xf32> {
  %a = fidelity.bit_linear %x, %w scale %s : (tensor<3x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<3x2xf32>
  %y = fidelity.add %a, %x : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %z = fidelity.multiply %y, %t : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<3x2xf32>
  return %z : tensor<3x2xf32>
}

// A layer multiplies by the scale of its activations after its own: another factor that
// is no power of two does not move past it.
// REMARK-DAG: [[@LINE+10]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a scale that is no power of two moves past that of the activations under reassociate only"
// CHECK-LABEL: func.func @past(
// CHECK:         fidelity.multiply
// ORDER-LABEL: func.func @past(
// ORDER:         %[[S:.*]] = arith.constant dense<1.500000e+00> : tensor<f32>
// ORDER-NEXT:    fidelity.bit_linear %arg0, %arg1 scale %[[S]]
func.func @past(%x: tensor<3x4xf32>, %w: tensor<2x4xi8>) -> tensor<3x2xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<3.0> : tensor<f32>
  %a = fidelity.bit_linear %x, %w scale %s : (tensor<3x4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<3x2xf32>
  %y = fidelity.multiply %a, %t : (tensor<3x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// Any scale takes the place of 1, and the sum of an i8 x as a float has that one.
// CHECK-LABEL: func.func @sum(
// CHECK-NEXT:    %[[Y:.*]] = fidelity.ternary_linear %arg0, %arg1 scale %arg2 : (tensor<3x4xi8>, tensor<2x4xi8>, tensor<2xf32>) -> tensor<3x2xf32>
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f64>
// CHECK-NEXT:    %[[Z:.*]] = fidelity.ternary_linear %arg0, %arg1 scale %[[ONE]] : (tensor<3x4xi8>, tensor<2x4xi8>, tensor<f64>) -> tensor<3x2xf64>
// CHECK-NEXT:    return %[[Y]], %[[Z]]
func.func @sum(%x: tensor<3x4xi8>, %w: tensor<2x4xi8>, %s: tensor<2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf64>) {
  %a = fidelity.ternary_linear %x, %w : (tensor<3x4xi8>, tensor<2x4xi8>) -> tensor<3x2xi32>
  %f = arith.sitofp %a : tensor<3x2xi32> to tensor<3x2xf32>
  %y = fidelity.multiply %f, %s : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %b = fidelity.ternary_linear %x, %w : (tensor<3x4xi8>, tensor<2x4xi8>) -> tensor<3x2xi32>
  %g = arith.sitofp %b : tensor<3x2xi32> to tensor<3x2xf64>
  return %y, %g : tensor<3x2xf32>, tensor<3x2xf64>
}

// A sum that something else reads, and one that becomes a narrow float.
// REMARK-DAG: [[@LINE+6]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a value in between has another use"
// REMARK-DAG: [[@LINE+7]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @sums_stay(
// CHECK-COUNT-2: arith.sitofp
func.func @sums_stay(%x: tensor<3x4xi8>, %w: tensor<2x4xi8>) -> (tensor<3x2xf32>, tensor<3x2xi32>, tensor<3x2xf16>) {
  %a = fidelity.ternary_linear %x, %w : (tensor<3x4xi8>, tensor<2x4xi8>) -> tensor<3x2xi32>
  %f = arith.sitofp %a : tensor<3x2xi32> to tensor<3x2xf32>
  %b = fidelity.ternary_linear %x, %w : (tensor<3x4xi8>, tensor<2x4xi8>) -> tensor<3x2xi32>
  %g = arith.sitofp %b : tensor<3x2xi32> to tensor<3x2xf16>
  return %f, %a, %g : tensor<3x2xf32>, tensor<3x2xi32>, tensor<3x2xf16>
}

// A power of two moves past a factor of each token, whichever of the two is multiplied
// with it first.
// CHECK-LABEL: func.func @tokens(
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<1.500000e+00> : tensor<f32>
// CHECK-DAG:     %[[A:.*]] = fidelity.ternary_linear %arg0, %arg1 scale %[[S]]
// CHECK:         %[[Y:.*]] = fidelity.multiply %[[A]], %arg2
// CHECK:         %[[B:.*]] = fidelity.ternary_linear %arg0, %arg1 scale %{{.*}} :
// CHECK-NEXT:    %[[Z:.*]] = fidelity.multiply %[[B]], %arg2
// CHECK-NEXT:    return %[[Y]], %[[Z]]
func.func @tokens(%x: tensor<?x4xi8>, %w: tensor<2x4xi8>, %i: tensor<?x1xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %s = arith.constant dense<3.0> : tensor<f32>
  %t = arith.constant dense<0.5> : tensor<f32>
  %a = fidelity.ternary_linear %x, %w scale %s : (tensor<?x4xi8>, tensor<2x4xi8>, tensor<f32>) -> tensor<?x2xf32>
  %b = fidelity.multiply %a, %i : (tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  %y = fidelity.multiply %b, %t : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xf32>
  %c = fidelity.ternary_linear %x, %w scale %s : (tensor<?x4xi8>, tensor<2x4xi8>, tensor<f32>) -> tensor<?x2xf32>
  %j = fidelity.multiply %i, %t : (tensor<?x1xf32>, tensor<f32>) -> tensor<?x1xf32>
  %z = fidelity.multiply %c, %j : (tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  return %y, %z : tensor<?x2xf32>, tensor<?x2xf32>
}

// Other factors stay where they are.
// REMARK-DAG: [[@LINE+10]]:8: remark: [Missed] epilogue | Category:fidelity-fuse | Remark="a scale that is no power of two moves past that of the activations under reassociate only"
// CHECK-LABEL: func.func @tokens_stay(
// CHECK-COUNT-2: fidelity.multiply
// ORDER-LABEL: func.func @tokens_stay(
// ORDER-NEXT:    fidelity.ternary_linear %arg0, %arg1 scale %arg3
// ORDER-NEXT:    fidelity.multiply
func.func @tokens_stay(%x: tensor<?x4xi8>, %w: tensor<2x4xi8>, %i: tensor<?x1xf32>, %s: tensor<f32>) -> tensor<?x2xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %a = fidelity.ternary_linear %x, %w scale %one : (tensor<?x4xi8>, tensor<2x4xi8>, tensor<f32>) -> tensor<?x2xf32>
  %j = fidelity.multiply %i, %s : (tensor<?x1xf32>, tensor<f32>) -> tensor<?x1xf32>
  %z = fidelity.multiply %a, %j : (tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
