// A function that would be called in place of the C library's is refused.

// RUN: fidelity-opt %s --fidelity-cpu-calling-convention --verify-diagnostics

// expected-error @below {{expected a function of a name that the C library does not have, but got @expf}}
func.func @expf(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
