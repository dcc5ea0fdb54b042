// RUN: fidelity-opt %s -fidelity-partition -split-input-file -verify-diagnostics

func.func @malformed(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expected fidelity.mapping to be a #fidelity.mapping, but got "gpu0"}}
  %a = fidelity.silu %x {fidelity.mapping = "gpu0"} : tensor<4xf32>
  return %a : tensor<4xf32>
}

// -----

func.func @malformed_in_a_region(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %r = scf.for %i = %n to %n step %n iter_args(%s = %x) -> (tensor<4xf32>) {
    // expected-error@+1 {{expected fidelity.mapping to be a #fidelity.mapping, but got 7 : i64}}
    %b = fidelity.tanh %s {fidelity.mapping = 7} : tensor<4xf32>
    scf.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

// Memory is not transferred, but may be read by the device on which it is.
// expected-note@+1 {{it has type memref<4xf32>}}
func.func @memory(%m: memref<4xf32>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %a = bufferization.to_tensor %m {fidelity.mapping = #fidelity.mapping<device = "gpu0">} : memref<4xf32> to tensor<4xf32>
  // expected-error@+1 {{expected a tensor or a scalar to go from gpu0 to gpu1, but got memref<4xf32>}}
  %b = bufferization.to_tensor %m {fidelity.mapping = #fidelity.mapping<device = "gpu1">} : memref<4xf32> to tensor<4xf32>
  %c = fidelity.add %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %c : tensor<4xf32>
}
