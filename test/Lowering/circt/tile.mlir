// The tile of a mapping says the lanes of an engine, in the place of the pass's option.

// RUN: fidelity-opt %s --convert-fidelity-to-hw=lanes=4 -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-DAG: sym_name = "fidelity_ternary_linear_5x16_dense_w8_s32_l16"
// CHECK-DAG: sym_name = "fidelity_ternary_linear_5x16_dense_w8_s32_l4"
func.func @lanes(%x: tensor<2x16xi8>, %w: tensor<5x16xi8>, %v: tensor<5x16xi8>) -> (tensor<2x5xi32>, tensor<2x5xi32>) {
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [1, 1, 16]>}
    : (tensor<2x16xi8>, tensor<5x16xi8>) -> tensor<2x5xi32>
  %z = fidelity.ternary_linear %x, %v : (tensor<2x16xi8>, tensor<5x16xi8>) -> tensor<2x5xi32>
  return %y, %z : tensor<2x5xi32>, tensor<2x5xi32>
}

// -----

func.func @tokens(%x: tensor<2x16xi8>, %w: tensor<5x16xi8>) -> tensor<2x5xi32> {
  // expected-error @+1 {{expected a tile [1, 1, K] of a power of two up to 64, as an engine has K lanes, but got [2, 1, 8]}}
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [2, 1, 8]>}
    : (tensor<2x16xi8>, tensor<5x16xi8>) -> tensor<2x5xi32>
  return %y : tensor<2x5xi32>
}
