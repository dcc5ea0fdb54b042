// Five trits to a byte pay where weights come from memory and little is computed with them.

// RUN: fidelity-opt %s --split-input-file -fidelity-premap=target=x86-64-avx512 | FileCheck %s

// CHECK-LABEL: func.func @decode(
// CHECK: fidelity.ternary_linear {{.*}}kernel = "tiles-5", storage = tiled5
func.func @decode(%x: tensor<1x16384xi8>) -> tensor<1x16384xi32> {
  %w = arith.constant dense<1> : tensor<16384x16384xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<1x16384xi8>, tensor<16384x16384xi8>) -> tensor<1x16384xi32>
  return %y : tensor<1x16384xi32>
}

// -----

// In a cache they come in faster than they are unpacked.
// CHECK-LABEL: func.func @small(
// CHECK: fidelity.ternary_linear {{.*}}kernel = "tiles", storage = tiled2
func.func @small(%x: tensor<1x2560xi8>) -> tensor<1x2560xi32> {
  %w = arith.constant dense<1> : tensor<2560x2560xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<1x2560xi8>, tensor<2560x2560xi8>) -> tensor<1x2560xi32>
  return %y : tensor<1x2560xi32>
}

// -----

// Weights that two layers read are stored once: for the one that has the most to gain.
// CHECK-LABEL: func.func @decode(
// CHECK: fidelity.ternary_linear {{.*}}kernel = "tiles", storage = tiled2
func.func @decode(%x: tensor<1x16384xi8>) -> tensor<1x16384xi32> {
  %w = arith.constant dense<1> : tensor<16384x16384xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<1x16384xi8>, tensor<16384x16384xi8>) -> tensor<1x16384xi32>
  return %y : tensor<1x16384xi32>
}

// CHECK-LABEL: func.func @prefill(
// CHECK: fidelity.ternary_linear {{.*}}kernel = "tiles", storage = tiled2
func.func @prefill(%x: tensor<64x16384xi8>) -> tensor<64x16384xi32> {
  %w = arith.constant dense<1> : tensor<16384x16384xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<64x16384xi8>, tensor<16384x16384xi8>) -> tensor<64x16384xi32>
  return %y : tensor<64x16384xi32>
}

// -----

// What a mapping says holds for the others too.
// CHECK-LABEL: func.func @decode(
// CHECK: fidelity.ternary_linear {{.*}}kernel = "tiles-5", storage = tiled5
func.func @decode(%x: tensor<1x16384xi8>) -> tensor<1x16384xi32> {
  %w = arith.constant dense<1> : tensor<16384x16384xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = tiled5>}
    : (tensor<1x16384xi8>, tensor<16384x16384xi8>) -> tensor<1x16384xi32>
  return %y : tensor<1x16384xi32>
}

// CHECK-LABEL: func.func @prefill(
// CHECK: fidelity.ternary_linear {{.*}}kernel = "tiles-5-rows", storage = tiled5
func.func @prefill(%x: tensor<64x16384xi8>) -> tensor<64x16384xi32> {
  %w = arith.constant dense<1> : tensor<16384x16384xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<64x16384xi8>, tensor<16384x16384xi8>) -> tensor<64x16384xi32>
  return %y : tensor<64x16384xi32>
}
