// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @mlgru(
// CHECK: fidelity.mlgru %arg0, %arg1 : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
func.func @mlgru(%f: tensor<?x256xf32>, %c: tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>) {
  %o, %h = fidelity.mlgru %f, %c : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
  return %o, %h : tensor<?x256xf32>, tensor<256xf32>
}

// CHECK-LABEL: func.func @mlgru_gate(
// CHECK: fidelity.mlgru %arg0, %arg1 gate %arg2 : (tensor<2x?x?xf16>, tensor<2x?x?xf16>, tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>)
func.func @mlgru_gate(%f: tensor<2x?x?xf16>, %c: tensor<2x?x?xf16>, %g: tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>) {
  %o, %h = fidelity.mlgru %f, %c gate %g : (tensor<2x?x?xf16>, tensor<2x?x?xf16>, tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>)
  return %o, %h : tensor<2x?x?xf16>, tensor<2x?xf16>
}

// CHECK-LABEL: func.func @mlgru_state(
// CHECK: fidelity.mlgru %arg0, %arg1 state %arg2 : (tensor<0x4xf64>, tensor<0x4xf64>, tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>)
func.func @mlgru_state(%f: tensor<0x4xf64>, %c: tensor<0x4xf64>, %s: tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>) {
  %o, %h = fidelity.mlgru %f, %c state %s : (tensor<0x4xf64>, tensor<0x4xf64>, tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>)
  return %o, %h : tensor<0x4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @mlgru_bound(
// CHECK: fidelity.mlgru %arg0, %arg1 lower_bound %arg2 activation(tanh) : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
func.func @mlgru_bound(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %o, %h = fidelity.mlgru %f, %c lower_bound %b activation(tanh) : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// The default activation is not printed.
// CHECK-LABEL: func.func @mlgru_all(
// CHECK: fidelity.mlgru %arg0, %arg1 gate %arg2 state %arg3 lower_bound %arg4 {layer = 3 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
func.func @mlgru_all(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %g: tensor<?x4xf32>, %s: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %o, %h = fidelity.mlgru %f, %c gate %g state %s lower_bound %b activation(silu) {layer = 3 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}
