// In which tiles a kernel cuts an op. The profile has 10 units of 3000 bytes.

// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/tiles.toml -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-premap=profile=%S/Inputs/tiles.toml | diff %t -
// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/tiles.toml --remarks-filter=fidelity-premap 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// Where there is enough for all units the first one is taken: 16 x 16 bytes of
// activations and weights for each 64 terms, and sums of 4 bytes, are 3072: too many.
// [16, 32, 64] has more. Of the others [1, 16, 64] leaves no unit idle, 16 times 10
// tiles.
// CHECK-LABEL: func.func @fits(
// CHECK:         #fidelity.mapping<kernel = "product", tile = [1, 16, 64]>
// REMARK:      product [1, 16, 64], 163.8 µs, compute-bound in near
func.func @fits(%x: tensor<16x64xi8>, %w: tensor<160x64xi8>) -> tensor<16x160xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<16x64xi8>, tensor<160x64xi8>) -> tensor<16x160xi32>
  return %y : tensor<16x160xi32>
}

// 3 tiles of 16 outputs leave 7 units idle; 10 tiles of 4 none. Two of the outputs are
// not there.
// CHECK-LABEL: func.func @idle(
// CHECK:         #fidelity.mapping<kernel = "product", tile = [1, 4, 64]>
func.func @idle(%x: tensor<1x64xi8>, %w: tensor<38x64xi8>) -> tensor<1x38xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<1x64xi8>, tensor<38x64xi8>) -> tensor<1x38xi32>
  return %y : tensor<1x38xi32>
}

// The tile that is there is kept, and what it takes is said: 16 rows for one, 4 tiles of
// 10.
// CHECK-LABEL: func.func @kept(
// CHECK:         #fidelity.mapping<kernel = "product", tile = [16, 16, 64]>
// REMARK:      product [16, 16, 64], 163.8 µs
func.func @kept(%x: tensor<1x64xi8>, %w: tensor<64x64xi8>) -> tensor<1x64xi32> {
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [16, 16, 64]>}
    : (tensor<1x64xi8>, tensor<64x64xi8>) -> tensor<1x64xi32>
  return %y : tensor<1x64xi32>
}

// What is cut are the channels of the output, 160, not those of the first operand.
// CHECK-LABEL: func.func @values(
// CHECK:         #fidelity.mapping<kernel = "steps", chunk = 0, tile = [16]>
func.func @values(%q: tensor<1x1x8x640xf32>, %v: tensor<1x1x8x160xf32>) -> tensor<1x1x8x160xf32> {
  %y, %s = fidelity.linear_attention %q, %q, %v update_rule(linear)
    : (tensor<1x1x8x640xf32>, tensor<1x1x8x640xf32>, tensor<1x1x8x160xf32>)
    -> (tensor<1x1x8x160xf32>, tensor<1x1x640x160xf32>)
  return %y : tensor<1x1x8x160xf32>
}

// CHECK-LABEL: func.func @channels(
// CHECK:         #fidelity.mapping<kernel = "steps", chunk = 0, tile = [16]>
// CHECK:         #fidelity.mapping<kernel = "steps", chunk = 0, tile = [64]>
func.func @channels(%x: tensor<8x160xf32>, %y: tensor<8x640xf32>) -> (tensor<8x160xf32>, tensor<8x640xf32>) {
  %a, %s = fidelity.mlgru %x, %x : (tensor<8x160xf32>, tensor<8x160xf32>) -> (tensor<8x160xf32>, tensor<160xf32>)
  %b, %t = fidelity.mlgru %y, %y : (tensor<8x640xf32>, tensor<8x640xf32>) -> (tensor<8x640xf32>, tensor<640xf32>)
  return %a, %b : tensor<8x160xf32>, tensor<8x640xf32>
}
