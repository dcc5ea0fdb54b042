// The storage is one with which the tile that is there is possible: K of whole bytes, a
// byte for each of at most 32 lanes.

// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/storages.toml | FileCheck %s
// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/storages.toml --remarks-filter=fidelity-premap 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// Whatever is fastest, where there is no tile.
// REMARK-NOT:  no storage
// CHECK-LABEL: func.func @open(
// CHECK:         #fidelity.mapping<kernel = "byte", storage = dense, tile = [1, 4, 32]>
func.func @open(%x: tensor<4x640xi8>) -> tensor<4x64xi32> {
  %w = arith.constant dense<1> : tensor<64x640xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<4x640xi8>, tensor<64x640xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// 128 lanes of dense weights are too many.
// CHECK-LABEL: func.func @lanes(
// CHECK:         #fidelity.mapping<kernel = "quarter", storage = packed2, tile = [4, 16, 128]>
func.func @lanes(%x: tensor<4x640xi8>) -> tensor<4x64xi32> {
  %w = arith.constant dense<1> : tensor<64x640xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [4, 16, 128]>}
    : (tensor<4x640xi8>, tensor<64x640xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// 20 and 5 lanes are no powers of two, 4 are.
// CHECK-LABEL: func.func @bytes(
// CHECK:         #fidelity.mapping<kernel = "fifth", storage = packed5, tile = [4, 16, 20]>
func.func @bytes(%x: tensor<4x640xi8>) -> tensor<4x64xi32> {
  %w = arith.constant dense<1> : tensor<64x640xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [4, 16, 20]>}
    : (tensor<4x640xi8>, tensor<64x640xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// Nothing reads 12 trits in lanes of which there is a power of two, and 9 tokens.
// REMARK:      no storage for the tile that is there; of byte, expected a tile [M, N, K] of a K of 1 trits, a byte of the weights, for each of L lanes, L and N powers of two, L at most 32, N · L at most 1024, and M at most L, but got [9, 16, 12]
// CHECK-LABEL: func.func @none(
// CHECK:         #fidelity.mapping<kernel = "byte", storage = dense, tile = [9, 16, 12]>
func.func @none(%x: tensor<4x640xi8>) -> tensor<4x64xi32> {
  %w = arith.constant dense<1> : tensor<64x640xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [9, 16, 12]>}
    : (tensor<4x640xi8>, tensor<64x640xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// What is stored already stays so.
// REMARK:      no storage for the tile that is there; of byte, expected a tile [M, N, K] {{.*}}, but got [4, 16, 128]
// CHECK-LABEL: func.func @stored(
// CHECK:         #fidelity.mapping<kernel = "byte", tile = [4, 16, 128]>
func.func @stored(%x: tensor<4x640xi8>, %w: tensor<64x640xi8>) -> tensor<4x64xi32> {
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [4, 16, 128]>}
    : (tensor<4x640xi8>, tensor<64x640xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// 16 x 32 bytes of activations, 128 x 8 of weights and 16 x 128 sums of 4 bytes.
// REMARK:      no storage for the tile that is there; of quarter, expected a tile of at most 9000 bytes, but got [16, 128, 32] of 9728
// CHECK-LABEL: func.func @large(
func.func @large(%x: tensor<16x640xi8>) -> tensor<16x64xi32> {
  %w = arith.constant dense<1> : tensor<64x640xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = packed2, tile = [16, 128, 32]>}
    : (tensor<16x640xi8>, tensor<64x640xi8>) -> tensor<16x64xi32>
  return %y : tensor<16x64xi32>
}
