// Weights for which no devices have memory are refused, with what there is.

// RUN: fidelity-opt %s -fidelity-premap="devices=ecp5-85" -split-input-file -verify-diagnostics

// expected-error@+1 {{expected devices whose memory holds each its share of the weights of @too_large, 1000000 bytes, but got 468000 bytes in all}}
func.func @too_large(%x: tensor<1x2000xf32>) -> tensor<1x2000xf32> {
  %w = arith.constant dense<1> : tensor<2000x2000xi8>
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = packed2>}
    : (tensor<1x2000xf32>, tensor<2000x2000xi8>) -> tensor<1x2000xf32>
  return %y : tensor<1x2000xf32>
}

// -----

func.func @another_device(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expected device to be one of ecp5-85, but got elsewhere}}
  %y = fidelity.relu %x {fidelity.mapping = #fidelity.mapping<device = "elsewhere">} : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// A kernel that no device has is another matter.
func.func @another_kernel(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // expected-error@+1 {{expected a mapping to one of the kernels of profile ecp5-85 that compute this op, but got #fidelity.mapping<kernel = "chunks">}}
  %y = fidelity.relu %x {fidelity.mapping = #fidelity.mapping<kernel = "chunks">} : tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}
