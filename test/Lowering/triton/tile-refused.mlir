// Tiles that Triton does not have.

// RUN: fidelity-opt %s --fidelity-triton-pipeline -split-input-file -verify-diagnostics

func.func @no_power(%x: tensor<4x256xf32>, %w: tensor<64x256xi8>) -> tensor<4x64xf32> {
  // expected-error @+1 {{expected a tile [M, N, K] of powers of two, whose blocks have at most 1048576 elements, as those of Triton's, but got [4, 24, 64]}}
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [4, 24, 64]>}
    : (tensor<4x256xf32>, tensor<64x256xi8>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

func.func @large(%x: tensor<4x256xi8>, %w: tensor<64x256xi8>) -> tensor<4x64xi32> {
  // expected-error @+1 {{expected a tile [M, N, K] of powers of two, whose blocks have at most 1048576 elements, as those of Triton's, but got [2048, 1024, 32]}}
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [2048, 1024, 32]>}
    : (tensor<4x256xi8>, tensor<64x256xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// -----

func.func @rank(%x: tensor<4x256xi8>, %w: tensor<64x256xi8>) -> tensor<4x64xi32> {
  // expected-error @+1 {{expected a tile of three sizes for a product with ternary weights, but got [64]}}
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [64]>}
    : (tensor<4x256xi8>, tensor<64x256xi8>) -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}

// -----

func.func @norm(%x: tensor<4x256xf32>) -> tensor<4x256xf32> {
  // expected-error @+1 {{expected a tile of one size for an op that is no product with ternary weights, but got [1, 1, 256]}}
  %y = fidelity.rms_norm %x {fidelity.mapping = #fidelity.mapping<tile = [1, 1, 256]>} : (tensor<4x256xf32>) -> tensor<4x256xf32>
  return %y : tensor<4x256xf32>
}

// -----

func.func @part(%x: tensor<4x256xf32>) -> tensor<4x256xf32> {
  // expected-error @+1 {{expected a tile [N] of at least 256, as a program sums a whole row, but got [128]}}
  %y = fidelity.rms_norm %x {fidelity.mapping = #fidelity.mapping<tile = [128]>} : (tensor<4x256xf32>) -> tensor<4x256xf32>
  return %y : tensor<4x256xf32>
}

// -----

func.func @odd(%x: tensor<4x256xf32>) -> tensor<4x256xf32> {
  // expected-error @+1 {{expected a tile [N] of a power of two up to 1048576, as blocks of Triton's have such sizes, but got [100]}}
  %y = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<tile = [100]>} : tensor<4x256xf32>
  return %y : tensor<4x256xf32>
}

// -----

func.func @two(%x: tensor<4x256xf32>) -> tensor<4x256xf32> {
  // expected-note @+1 {{the other op}}
  %h = fidelity.rms_norm %x {fidelity.mapping = #fidelity.mapping<tile = [256]>} : (tensor<4x256xf32>) -> tensor<4x256xf32>
  // expected-error @+1 {{expected ops of a kernel to have one tile, [256], but got [512]}}
  %y = fidelity.rms_norm %h {fidelity.mapping = #fidelity.mapping<tile = [512]>} : (tensor<4x256xf32>) -> tensor<4x256xf32>
  return %y : tensor<4x256xf32>
}
