// Arithmetic and activations: one linalg.generic each, narrow floats through
// f32, and a check at run time where two sizes are not known to agree.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse --split-input-file | FileCheck %s

// CHECK: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @add_row
// CHECK-NOT:     cf.assert
// CHECK:         linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[ID]]], iterator_types = ["parallel", "parallel"]}
// CHECK:           arith.addf
// CHECK-NEXT:      linalg.yield
func.func @add_row(%x: tensor<?x8xf32>, %b: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = fidelity.add %x, %b : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// A static 1 stays at its only element.
// CHECK: affine_map<(d0, d1) -> (d0, 0)>
// CHECK-LABEL: func.func @subtract_column
// CHECK:         arith.subf
func.func @subtract_column(%x: tensor<4x8xf32>, %c: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %y = fidelity.subtract %x, %c : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// Two dynamic sizes are checked.
// CHECK-LABEL: func.func @multiply_dynamic
// CHECK:         %[[SAME:.*]] = arith.cmpi eq
// CHECK:         cf.assert %[[SAME]], "fidelity.multiply: expected lhs and rhs of one shape"
// CHECK:         linalg.generic
// CHECK:           arith.extf %{{.*}} : f16 to f32
// CHECK:           arith.mulf %{{.*}} : f32
// CHECK:           arith.truncf %{{.*}} : f32 to f16
func.func @multiply_dynamic(%x: tensor<?xf16>, %y: tensor<?xf16>) -> tensor<?xf16> {
  %z = fidelity.multiply %x, %y : (tensor<?xf16>, tensor<?xf16>) -> tensor<?xf16>
  return %z : tensor<?xf16>
}

// -----

// CHECK-LABEL: func.func @sigmoid
// CHECK:         arith.negf
// CHECK:         math.exp
// CHECK:         arith.addf
// CHECK:         arith.divf
func.func @sigmoid(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.sigmoid %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @tanh
// CHECK:         math.tanh %{{.*}} : f64
func.func @tanh(%x: tensor<4xf64>) -> tensor<4xf64> {
  %y = fidelity.tanh %x : tensor<4xf64>
  return %y : tensor<4xf64>
}

// -----

// CHECK-LABEL: func.func @silu
// CHECK:         %[[S:.*]] = arith.divf
// CHECK:         arith.mulf %{{.*}}, %[[S]]
func.func @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.silu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @relus
// CHECK:         arith.maximumf
// CHECK:         %[[R:.*]] = arith.maximumf
// CHECK:         arith.mulf %[[R]], %[[R]]
func.func @relus(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %y = fidelity.relu %x : tensor<4xf32>
  %z = fidelity.squared_relu %x : tensor<4xf32>
  return %y, %z : tensor<4xf32>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @exp
// CHECK:         math.exp
func.func @exp(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.exp %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// The form that does not overflow: max(x, 0) + log1p(exp(-|x|)).
// CHECK-LABEL: func.func @softplus
// CHECK:         math.absf
// CHECK:         math.exp
// CHECK:         arith.maximumf
// CHECK:         math.log1p
func.func @softplus(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.softplus %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @elu_plus_one
// CHECK:         arith.cmpf ogt
// CHECK:         arith.select
func.func @elu_plus_one(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.elu_plus_one %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @gelus
// CHECK:         math.erfc
// CHECK:         math.tanh
func.func @gelus(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %y = fidelity.gelu %x : tensor<4xf32>
  %z = fidelity.gelu %x approximation(tanh) : tensor<4xf32>
  return %y, %z : tensor<4xf32>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @swiglu
// CHECK:         linalg.generic
// CHECK:           math.exp
// CHECK-NOT:     linalg.generic
func.func @swiglu(%g: tensor<4xf32>, %u: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.swiglu %g, %u : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
