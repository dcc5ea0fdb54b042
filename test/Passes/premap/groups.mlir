// On a target that launches kernels ops get the numbers of those that they make together.

// RUN: fidelity-opt %s -fidelity-premap=target=h200 | FileCheck %s
// RUN: fidelity-opt %s -fidelity-premap=target=h200 -fidelity-form-kernels | FileCheck %s --check-prefix=KERNELS

// CHECK-LABEL: func.func @layer(
// CHECK:         fidelity.rms_norm {{.*}}#fidelity.mapping<group = 0>
// CHECK:         fidelity.quantize_activations {{.*}}#fidelity.mapping<group = 0>
// CHECK:         fidelity.ternary_linear {{.*}}group = 1>
// KERNELS-LABEL: func.func @layer(
// KERNELS-NEXT:    call @layer_kernel0(
// KERNELS-NEXT:    call @layer_kernel1(
// KERNELS-NEXT:    return
func.func @layer(%x: tensor<16x256xf32>, %w: tensor<64x256xi8>) -> tensor<16x64xi32> {
  %h = fidelity.rms_norm %x : (tensor<16x256xf32>) -> tensor<16x256xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<16x256xf32>) -> (tensor<16x256xi8>, tensor<16x1xf32>)
  %y = fidelity.ternary_linear %q, %w : (tensor<16x256xi8>, tensor<64x256xi8>) -> tensor<16x64xi32>
  return %y : tensor<16x64xi32>
}

// What is decomposed first is grouped then: the norm may be launched with parts of the
// layer.
// CHECK-LABEL: func.func @undecomposed(
// CHECK:         fidelity.rms_norm
// CHECK-NOT:     group
// CHECK:         return
func.func @undecomposed(%x: tensor<16x256xf32>, %w: tensor<64x256xi8>, %s: tensor<f32>) -> tensor<16x64xf32> {
  %h = fidelity.rms_norm %x : (tensor<16x256xf32>) -> tensor<16x256xf32>
  %y = fidelity.bit_linear %h, %w scale %s : (tensor<16x256xf32>, tensor<64x256xi8>, tensor<f32>) -> tensor<16x64xf32>
  return %y : tensor<16x64xf32>
}
