// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// The default activation is not written.
// CHECK-LABEL: func.func @causal_conv1d(
// CHECK: fidelity.causal_conv1d %arg0, %arg1 : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
func.func @causal_conv1d(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) -> tensor<2x8x?xf32> {
  %y, %s = fidelity.causal_conv1d %x, %w activation(none) : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %y : tensor<2x8x?xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_whole(
// CHECK: fidelity.causal_conv1d %arg0, %arg1 bias %arg2 state %arg3 activation(silu) {layer} : (tensor<?x?x?xf16>, tensor<?x1xf16>, tensor<?xf16>, tensor<?x?x0xf16>) -> (tensor<?x?x?xf16>, tensor<?x?x0xf16>)
func.func @causal_conv1d_whole(%x: tensor<?x?x?xf16>, %w: tensor<?x1xf16>, %b: tensor<?xf16>, %s: tensor<?x?x0xf16>) -> tensor<?x?x?xf16> {
  %y, %l = fidelity.causal_conv1d %x, %w bias %b state %s activation(silu) {layer} : (tensor<?x?x?xf16>, tensor<?x1xf16>, tensor<?xf16>, tensor<?x?x0xf16>) -> (tensor<?x?x?xf16>, tensor<?x?x0xf16>)
  return %y : tensor<?x?x?xf16>
}
