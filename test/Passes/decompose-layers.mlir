// A layer as its parts, if they are asked for.

// RUN: fidelity-opt %s --fidelity-decompose=layers=true | FileCheck %s
// RUN: fidelity-opt %s --fidelity-decompose | FileCheck %s --check-prefix=WHOLE

// Between the steps values are f32: a narrow x is widened before its norm, and
// the result is rounded once.
// CHECK-LABEL: func.func @bit_linear(
// CHECK:         %[[WIDE:.*]] = linalg.generic
// CHECK:           arith.extf
// CHECK:         %[[NORM:.*]] = fidelity.rms_norm %[[WIDE]] weight %arg3 {epsilon = 9.9999999999999995E-8 : f64} : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
// CHECK:         %[[Q:.*]], %[[I:.*]] = fidelity.quantize_activations %[[NORM]]
// CHECK:         %[[SUM:.*]] = fidelity.ternary_linear %[[Q]], %arg1 scale %arg2 : (tensor<?x256xi8>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x64xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]], %[[I]], %arg4 : {{.*}}) outs(%{{.*}} : tensor<?x64xf16>)
// CHECK:           arith.mulf
// CHECK:           arith.addf
// CHECK:           arith.truncf
// WHOLE-LABEL: func.func @bit_linear(
// WHOLE-NEXT:    fidelity.bit_linear
func.func @bit_linear(%x: tensor<?x256xf16>, %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                      %s: tensor<f32>, %n: tensor<256xf32>, %b: tensor<64xf32>) -> tensor<?x64xf16> {
  %y = fidelity.bit_linear %x, %w scale %s norm %n bias %b {epsilon = 1.0e-7 : f64}
    : (tensor<?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<256xf32>, tensor<64xf32>)
    -> tensor<?x64xf16>
  return %y : tensor<?x64xf16>
}
