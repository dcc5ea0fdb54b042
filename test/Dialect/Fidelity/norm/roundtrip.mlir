// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @rms_norm(
// CHECK: fidelity.rms_norm %arg0 : (tensor<?x256xf32>) -> tensor<?x256xf32>
func.func @rms_norm(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %y = fidelity.rms_norm %x : (tensor<?x256xf32>) -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}

// The weight may have another element type, and the default epsilon is not
// printed.
// CHECK-LABEL: func.func @rms_norm_weight(
// CHECK: fidelity.rms_norm %arg0 weight %arg1 : (tensor<?x256xbf16>, tensor<256xf32>) -> tensor<?x256xbf16>
func.func @rms_norm_weight(%x: tensor<?x256xbf16>, %w: tensor<256xf32>) -> tensor<?x256xbf16> {
  %y = fidelity.rms_norm %x weight %w {epsilon = 1.0e-5 : f64} : (tensor<?x256xbf16>, tensor<256xf32>) -> tensor<?x256xbf16>
  return %y : tensor<?x256xbf16>
}

// CHECK-LABEL: func.func @rms_norm_epsilon(
// CHECK: fidelity.rms_norm %arg0 weight %arg1 {epsilon = 0.000000e+00 : f64} : (tensor<2x3x?xf64>, tensor<?xf64>) -> tensor<2x3x?xf64>
// CHECK: fidelity.rms_norm %0 {epsilon = 1.000000e-08 : f64, origin = "attn"} : (tensor<2x3x?xf64>) -> tensor<2x3x?xf64>
func.func @rms_norm_epsilon(%x: tensor<2x3x?xf64>, %w: tensor<?xf64>) -> tensor<2x3x?xf64> {
  %0 = fidelity.rms_norm %x weight %w {epsilon = 0.0 : f64} : (tensor<2x3x?xf64>, tensor<?xf64>) -> tensor<2x3x?xf64>
  %1 = fidelity.rms_norm %0 {epsilon = 1.0e-8 : f64, origin = "attn"} : (tensor<2x3x?xf64>) -> tensor<2x3x?xf64>
  return %1 : tensor<2x3x?xf64>
}
