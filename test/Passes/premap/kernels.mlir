// Weights are stored in tiles only for what there is a kernel for.

// RUN: fidelity-opt %s -fidelity-premap=target=sapphire-rapids | FileCheck %s

// CHECK-LABEL: func.func @layers(
// CHECK:         fidelity.bit_linear {{.*}}kernel = "tiles-amx-16", storage = tiled2
// A scale for each group of 128 weights has one, for each of 4 none.
// CHECK:         fidelity.bit_linear {{.*}}storage = tiled2
// CHECK:         fidelity.bit_linear
// CHECK-NOT:     tiled2
// CHECK:         fidelity.ternary_linear {{.*}}kernel = "tiles-amx-16", storage = tiled2
// Floats have that of vectors.
// CHECK:         fidelity.ternary_linear {{.*}}kernel = "tiles", storage = tiled2
// Whoever asks for it gets it.
// CHECK:         fidelity.bit_linear {{.*}}kernel = "tiles-amx-16", storage = tiled2
func.func @layers(%x: tensor<64x256xf32>, %q: tensor<64x256xi8>, %s: tensor<f32>, %g: tensor<512x2xf32>, %h: tensor<512x64xf32>)
    -> (tensor<64x512xf32>, tensor<64x512xf32>, tensor<64x512xf32>, tensor<64x512xi32>, tensor<64x512xf32>, tensor<64x512xf32>) {
  %w = arith.constant dense<1> : tensor<512x256xi8>
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<64x256xf32>, tensor<512x256xi8>, tensor<f32>) -> tensor<64x512xf32>
  %1 = fidelity.bit_linear %x, %w scale %g : (tensor<64x256xf32>, tensor<512x256xi8>, tensor<512x2xf32>) -> tensor<64x512xf32>
  %5 = fidelity.bit_linear %x, %w scale %h : (tensor<64x256xf32>, tensor<512x256xi8>, tensor<512x64xf32>) -> tensor<64x512xf32>
  %2 = fidelity.ternary_linear %q, %w : (tensor<64x256xi8>, tensor<512x256xi8>) -> tensor<64x512xi32>
  %3 = fidelity.ternary_linear %x, %w : (tensor<64x256xf32>, tensor<512x256xi8>) -> tensor<64x512xf32>
  %4 = fidelity.bit_linear %x, %w scale %h {fidelity.mapping = #fidelity.mapping<storage = tiled2>}
    : (tensor<64x256xf32>, tensor<512x256xi8>, tensor<512x64xf32>) -> tensor<64x512xf32>
  return %0, %1, %5, %2, %3, %4 : tensor<64x512xf32>, tensor<64x512xf32>, tensor<64x512xf32>, tensor<64x512xi32>, tensor<64x512xf32>, tensor<64x512xf32>
}
