// A norm: a sum over the last dimension, a factor per row, an elementwise op.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func @rms_norm
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK:           arith.mulf %[[X:.*]], %[[X]] : f32
// CHECK:           arith.addf {{.*}} fastmath<reassoc>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel"]
// CHECK:           math.sqrt
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// CHECK:           arith.truncf %{{.*}} : f32 to bf16
func.func @rms_norm(%x: tensor<?x256xbf16>, %w: tensor<256xf32>) -> tensor<?x256xbf16> {
  %y = fidelity.rms_norm %x weight %w {epsilon = 1.0e-6 : f64}
    : (tensor<?x256xbf16>, tensor<256xf32>) -> tensor<?x256xbf16>
  return %y : tensor<?x256xbf16>
}
