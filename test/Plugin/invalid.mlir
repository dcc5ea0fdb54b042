// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --split-input-file --verify-diagnostics %s

// Rust's verifiers speak through the stock mlir-opt's diagnostics.

// expected-note@+1 {{weights has type tensor<3x5xi8>}}
func.func @ternary_linear_c2(%x: tensor<2x4xf32>, %w: tensor<3x5xi8>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected dimension 1 of x to be 5 as dimension 1 of weights, but got 4}}
  %y = fidelity.ternary_linear %x, %w : (tensor<2x4xf32>, tensor<3x5xi8>) -> tensor<2x3xf32>
  return
}

// -----

// expected-error@+2 {{expected one of [dense, packed2, packed5, tiled2, tiled5] for how a tensor's elements are stored, got: packed3}}
// expected-error@+1 {{failed to parse Fidelity_TensorAttr parameter 'storage'}}
func.func private @unknown_storage(tensor<4xi8, #fidelity.tensor<storage = packed3>>)
