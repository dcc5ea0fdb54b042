// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml -split-input-file -verify-diagnostics

func.func @another_kind(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expected fidelity.mapping to be a #fidelity.mapping, but got 3 : i64}}
  %y = fidelity.silu %x {fidelity.mapping = 3} : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @no_such_kernel(%x: tensor<64x8xf32>) -> tensor<64x8xf32> {
  // expected-error@+1 {{expected a mapping to one of the kernels of profile simple that compute this op, but got #fidelity.mapping<kernel = "fast">}}
  %y, %s = fidelity.mlgru %x, %x {fidelity.mapping = #fidelity.mapping<kernel = "fast">}
    : (tensor<64x8xf32>, tensor<64x8xf32>) -> (tensor<64x8xf32>, tensor<8xf32>)
  return %y : tensor<64x8xf32>
}
