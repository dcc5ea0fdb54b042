// The tile of a mapping, in the place of the one that is chosen by the sizes.

// RUN: fidelity-opt %s --fidelity-triton-pipeline -split-input-file | FileCheck %s

// One that is large enough is multiplied by the matrix unit.
// CHECK:       grid = [{block = 32 : i64, sizes = ["s0"]}, {block = 16 : i64, sizes = [100]}]
// CHECK:         "tt.dot"({{.*}}) {{.*}} : (tensor<32x128xi8>, tensor<128x16xi8>, tensor<32x16xi32>) -> tensor<32x16xi32>
func.func @dot(%x: tensor<?x256xi8>, %w: tensor<100x256xi8>) -> tensor<?x100xi32> {
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [32, 16, 128]>}
    : (tensor<?x256xi8>, tensor<100x256xi8>) -> tensor<?x100xi32>
  return %y : tensor<?x100xi32>
}

// -----

// Terms of a smaller one are selected and added, and so are those of floats.
// CHECK:       grid = [{block = 4 : i64, sizes = ["s0"]}, {block = 8 : i64, sizes = [100]}]
// CHECK-NOT:   tt.dot
// CHECK:         arith.select {{.*}} : tensor<4x64x8xi1>, tensor<4x64x8xf32>
// CHECK:         }) {axis = 1 : i32} : (tensor<4x64x8xf32>) -> tensor<4x8xf32>
func.func @selected(%x: tensor<?x256xf32>, %w: tensor<100x256xi8>) -> tensor<?x100xf32> {
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [4, 8, 64]>}
    : (tensor<?x256xf32>, tensor<100x256xi8>) -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

// -----

// The tile of a layer is that of its product; a recurrence has channels.
// CHECK:       grid = [{block = 1 : i64, sizes = [4]}, {block = 256 : i64, sizes = []}]
// CHECK:       grid = [{block = 16 : i64, sizes = [4]}, {block = 32 : i64, sizes = [64]}]
// CHECK:       grid = [{block = 1 : i64, sizes = []}, {block = 16 : i64, sizes = [64]}]
// CHECK:       grid = [{block = 1 : i64, sizes = [4]}, {block = 8 : i64, sizes = [64]}]
func.func @parts(%x: tensor<4x256xf32>, %w: tensor<64x256xi8>, %s: tensor<f32>) -> tensor<4x64xf32> {
  %y = fidelity.bit_linear %x, %w scale %s {fidelity.mapping = #fidelity.mapping<tile = [16, 32, 64]>}
    : (tensor<4x256xf32>, tensor<64x256xi8>, tensor<f32>) -> tensor<4x64xf32>
  %h, %last = fidelity.mlgru %y, %y {fidelity.mapping = #fidelity.mapping<tile = [16], group = 1>}
    : (tensor<4x64xf32>, tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>)
  %z = fidelity.silu %h {fidelity.mapping = #fidelity.mapping<tile = [8], group = 2>} : tensor<4x64xf32>
  return %z : tensor<4x64xf32>
}
