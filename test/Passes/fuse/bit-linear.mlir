// The parts of a BitLinear layer as the layer, and what has to stay parts.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse -fidelity-decompose=layers=true -fidelity-fuse | FileCheck %s --check-prefix=AGAIN
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK-DAG: [[@LINE+14]]:8: remark: [Passed] bit_linear | Category:fidelity-fuse | Remark=fused
// CHECK-LABEL: func.func @layer(
// CHECK-NEXT:    %[[Y:.*]] = fidelity.bit_linear %arg0, %arg1 scale %arg3 norm %arg2 bias %arg4 {epsilon = 9.9999999999999995E-7 : f64}
// CHECK-NEXT:    return %[[Y]]
// AGAIN-LABEL: func.func @layer(
// AGAIN-NEXT:    %[[Y:.*]] = fidelity.bit_linear %arg0, %arg1 scale %arg3 norm %arg2 bias %arg4 {epsilon = 9.9999999999999995E-7 : f64}
// AGAIN-NEXT:    return %[[Y]]
func.func @layer(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>, %n: tensor<256xf32>,
                 %s: tensor<f32>, %b: tensor<64xf32>) -> tensor<?x64xf32> {
  %h = fidelity.rms_norm %x weight %n {epsilon = 1.000000e-06 : f64}
    : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s
    : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f32>) -> tensor<?x64xf32>
  %y = fidelity.multiply %z, %i : (tensor<?x64xf32>, tensor<?x1xf32>) -> tensor<?x64xf32>
  %o = fidelity.add %b, %y : (tensor<64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
  return %o : tensor<?x64xf32>
}

// A narrow x is widened, and the result rounded: the layer does both itself.
// AGAIN-LABEL: func.func @narrow(
// AGAIN-NEXT:    fidelity.bit_linear %arg0, %arg1 scale %arg2 norm %arg3 bias %arg4 {epsilon = 9.9999999999999995E-8 : f64} : (tensor<?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f16>, tensor<256xf32>, tensor<64xf16>) -> tensor<?x64xf16>
// AGAIN-NEXT:    return
func.func @narrow(%x: tensor<?x256xf16>, %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                  %s: tensor<f16>, %n: tensor<256xf32>, %b: tensor<64xf16>) -> tensor<?x64xf16> {
  %y = fidelity.bit_linear %x, %w scale %s norm %n bias %b {epsilon = 1.0e-7 : f64}
    : (tensor<?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f16>, tensor<256xf32>, tensor<64xf16>)
    -> tensor<?x64xf16>
  return %y : tensor<?x64xf16>
}

// Names and units, which decomposition takes away, come back.
// AGAIN-LABEL: func.func @measured(
// AGAIN-NEXT:    %[[Y:.*]] = fidelity.bit_linear %arg0, %arg1 scale %arg2 : (tensor<?x256xf32, #fidelity.tensor<dims = [Batch, In], unit = "m">>, tensor<?x256xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>, tensor<?xf16, #fidelity.tensor<unit = "s">>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Batch, Out], unit = "s">>
// AGAIN-NEXT:    return %[[Y]]
!x = tensor<?x256xf32, #fidelity.tensor<dims = [Batch, In], unit = "m">>
!y = tensor<?x?xf32, #fidelity.tensor<dims = [Batch, Out], unit = "s">>
!w = tensor<?x256xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>
!s = tensor<?xf16, #fidelity.tensor<unit = "s">>
func.func @measured(%x: !x, %w: !w, %s: !s) -> !y {
  %y = fidelity.bit_linear %x, %w scale %s : (!x, !w, !s) -> !y
  return %y : !y
}

// What decomposition checks at run time, and the sizes that it asks for, keep no
// part alive.
// AGAIN-LABEL: func.func @dynamic(
// AGAIN:         tensor.dim %arg3
// AGAIN:         cf.assert
// AGAIN-NOT:     rms_norm
// AGAIN:         %[[Y:.*]] = fidelity.bit_linear %arg0, %arg1 scale %arg2 bias %arg3
// AGAIN-NEXT:    return %[[Y]]
func.func @dynamic(%x: tensor<?x?xf64>, %w: tensor<?x?xi8>, %s: tensor<?x4xf64>, %b: tensor<?xf64>) -> tensor<?x?xf64> {
  %y = fidelity.bit_linear %x, %w scale %s bias %b
    : (tensor<?x?xf64>, tensor<?x?xi8>, tensor<?x4xf64>, tensor<?xf64>) -> tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// REMARK-DAG: [[@LINE+12]]:8: remark: [Missed] bit_linear | Category:fidelity-fuse | Remark="a value in between has another use"
// CHECK-LABEL: func.func @used(
// CHECK:         rms_norm
// CHECK:         quantize_activations
// CHECK:         ternary_linear
// CHECK:         multiply
func.func @used(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>)
    -> (tensor<2x4xf32>, tensor<2x8xf32>) {
  %h = fidelity.rms_norm %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s
    : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %y = fidelity.multiply %z, %i : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y, %h : tensor<2x4xf32>, tensor<2x8xf32>
}

// Two layers that do not become one would each quantise x.
// REMARK-DAG: [[@LINE+12]]:8: remark: [Missed] bit_linear | Category:fidelity-fuse | Remark="several products read the quantised activations, and make no single layer"
// CHECK-LABEL: func.func @shared(
// CHECK-NOT:     bit_linear
// CHECK:         return
func.func @shared(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %v: tensor<4x8xi8>, %s: tensor<f32>)
    -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %h = fidelity.rms_norm %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  %a = fidelity.ternary_linear %q, %w scale %s
    : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %b = fidelity.ternary_linear %q, %v scale %s
    : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %y = fidelity.multiply %a, %i : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %z = fidelity.multiply %b, %i : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y, %z : tensor<2x4xf32>, tensor<2x4xf32>
}

// REMARK-DAG: [[@LINE+8]]:8: remark: [Missed] bit_linear | Category:fidelity-fuse | Remark="the activations are quantised without a norm"
// CHECK-LABEL: func.func @unnormed(
// CHECK-NOT:     bit_linear
// CHECK:         return
func.func @unnormed(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<2x4xf32> {
  %q, %i = fidelity.quantize_activations %x : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s
    : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %y = fidelity.multiply %z, %i : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// The norm of an f16 is rounded before it is quantised, which a layer does not do.
// REMARK-DAG: [[@LINE+9]]:8: remark: [Missed] bit_linear | Category:fidelity-fuse | Remark="the norm is of another type than the result"
// CHECK-LABEL: func.func @rounded(
// CHECK-NOT:     bit_linear
// CHECK:         return
func.func @rounded(%x: tensor<2x8xf16>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<2x4xf32> {
  %h = fidelity.rms_norm %x : (tensor<2x8xf16>) -> tensor<2x8xf16>
  %q, %i = fidelity.quantize_activations %h : (tensor<2x8xf16>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s
    : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %y = fidelity.multiply %z, %i : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// Rescaled by what other activations were divided by: no layer.
// CHECK-LABEL: func.func @other_scale(
// CHECK-NOT:     bit_linear
// CHECK:         return
func.func @other_scale(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>, %v: tensor<2x8xf32>) -> tensor<2x4xf32> {
  %h = fidelity.rms_norm %x : (tensor<2x8xf32>) -> tensor<2x8xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  %r, %j = fidelity.quantize_activations %v : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s
    : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  %y = fidelity.multiply %z, %j : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
