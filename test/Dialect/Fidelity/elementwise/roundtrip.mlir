// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @add(
// CHECK: fidelity.add %arg0, %arg1 : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
func.func @add(%x: tensor<?x8xf32>, %b: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = fidelity.add %x, %b : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// A static 1 stretches on either side, and a scalar to any shape.
// CHECK-LABEL: func.func @add_broadcast(
// CHECK: fidelity.add %arg0, %arg1 : (tensor<4x1xf64>, tensor<1x5xf64>) -> tensor<4x5xf64>
// CHECK: fidelity.add %arg2, %0 : (tensor<f64>, tensor<4x5xf64>) -> tensor<4x5xf64>
func.func @add_broadcast(%x: tensor<4x1xf64>, %y: tensor<1x5xf64>, %s: tensor<f64>) -> tensor<4x5xf64> {
  %0 = fidelity.add %x, %y : (tensor<4x1xf64>, tensor<1x5xf64>) -> tensor<4x5xf64>
  %1 = fidelity.add %s, %0 : (tensor<f64>, tensor<4x5xf64>) -> tensor<4x5xf64>
  return %1 : tensor<4x5xf64>
}

// A result may say more, or less, than what is inferred.
// CHECK-LABEL: func.func @add_result_type(
// CHECK: fidelity.add %arg0, %arg0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<4xf32>
// CHECK: fidelity.add %arg1, %arg1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<?xf32>
func.func @add_result_type(%x: tensor<?xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<?xf32>) {
  %0 = fidelity.add %x, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<4xf32>
  %1 = fidelity.add %y, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<4xf32>, tensor<?xf32>
}

// Attributes that are no op's own are kept.
// CHECK-LABEL: func.func @add_attributes(
// CHECK: fidelity.add %arg0, %arg0 {origin = "layer 3"} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
func.func @add_attributes(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = fidelity.add %x, %x {origin = "layer 3"} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @subtract(
// CHECK: fidelity.subtract %arg0, %arg1 : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
func.func @subtract(%one: tensor<f32>, %f: tensor<?xf32>) -> tensor<?xf32> {
  %y = fidelity.subtract %one, %f : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// CHECK-LABEL: func.func @multiply(
// CHECK: fidelity.multiply %arg0, %arg1 : (tensor<?x4xf16>, tensor<?x4xf16>) -> tensor<?x4xf16>
func.func @multiply(%f: tensor<?x4xf16>, %h: tensor<?x4xf16>) -> tensor<?x4xf16> {
  %y = fidelity.multiply %f, %h : (tensor<?x4xf16>, tensor<?x4xf16>) -> tensor<?x4xf16>
  return %y : tensor<?x4xf16>
}

// CHECK-LABEL: func.func @sigmoid(
// CHECK: fidelity.sigmoid %arg0 : tensor<?x4xf16>
func.func @sigmoid(%x: tensor<?x4xf16>) -> tensor<?x4xf16> {
  %y = fidelity.sigmoid %x : tensor<?x4xf16>
  return %y : tensor<?x4xf16>
}

// CHECK-LABEL: func.func @tanh(
// CHECK: fidelity.tanh %arg0 : tensor<?x4xbf16>
func.func @tanh(%x: tensor<?x4xbf16>) -> tensor<?x4xbf16> {
  %y = fidelity.tanh %x : tensor<?x4xbf16>
  return %y : tensor<?x4xbf16>
}

// CHECK-LABEL: func.func @silu(
// CHECK: fidelity.silu %arg0 : tensor<?x4xf32>
func.func @silu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = fidelity.silu %x : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @relu(
// CHECK: fidelity.relu %arg0 : tensor<?x4xf64>
func.func @relu(%x: tensor<?x4xf64>) -> tensor<?x4xf64> {
  %y = fidelity.relu %x : tensor<?x4xf64>
  return %y : tensor<?x4xf64>
}

// CHECK-LABEL: func.func @squared_relu(
// CHECK: fidelity.squared_relu %arg0 : tensor<f32>
func.func @squared_relu(%x: tensor<f32>) -> tensor<f32> {
  %y = fidelity.squared_relu %x : tensor<f32>
  return %y : tensor<f32>
}

// CHECK-LABEL: func.func @exp(
// CHECK: fidelity.exp %arg0 : tensor<0xf32>
func.func @exp(%x: tensor<0xf32>) -> tensor<0xf32> {
  %y = fidelity.exp %x : tensor<0xf32>
  return %y : tensor<0xf32>
}

// CHECK-LABEL: func.func @softplus(
// CHECK: fidelity.softplus %arg0 : tensor<2x?x3xf32>
func.func @softplus(%x: tensor<2x?x3xf32>) -> tensor<2x?x3xf32> {
  %y = fidelity.softplus %x : tensor<2x?x3xf32>
  return %y : tensor<2x?x3xf32>
}

// CHECK-LABEL: func.func @elu_plus_one(
// CHECK: fidelity.elu_plus_one %arg0 {origin = "q"} : tensor<3xf32>
func.func @elu_plus_one(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = fidelity.elu_plus_one %x {origin = "q"} : tensor<3xf32>
  return %y : tensor<3xf32>
}

// The default form is not printed.
// CHECK-LABEL: func.func @gelu(
// CHECK: fidelity.gelu %arg0 : tensor<?x4xf32>
// CHECK: fidelity.gelu %0 : tensor<?x4xf32>
// CHECK: fidelity.gelu %1 approximation(tanh) {origin = "mlp"} : tensor<?x4xf32>
func.func @gelu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = fidelity.gelu %x : tensor<?x4xf32>
  %1 = fidelity.gelu %0 approximation(none) : tensor<?x4xf32>
  %2 = fidelity.gelu %1 approximation(tanh) {origin = "mlp"} : tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @swiglu(
// CHECK: fidelity.swiglu %arg0, %arg1 : (tensor<?x768xf32>, tensor<?x768xf32>) -> tensor<?x768xf32>
func.func @swiglu(%gate: tensor<?x768xf32>, %up: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %y = fidelity.swiglu %gate, %up : (tensor<?x768xf32>, tensor<?x768xf32>) -> tensor<?x768xf32>
  return %y : tensor<?x768xf32>
}
