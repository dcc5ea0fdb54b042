// What the pass refuses that the pipeline before it does not leave.

// RUN: fidelity-opt %s --convert-fidelity-to-triton -split-input-file -verify-diagnostics

// expected-error @+1 {{expected a function with a body, but got a declaration}}
func.func private @declared(%x: tensor<4xf32>) -> tensor<4xf32>

// -----

// expected-error @+1 {{expected a module of functions, but got 'memref.global'}}
memref.global @table : memref<4xf32>

// -----

func.func @branches(%x: tensor<4xf32>) -> tensor<4xf32> {
  cf.br ^next
^next:
  // expected-error @+1 {{expected a function without branches, as a plan is a list of launches, but got several blocks}}
  return %x : tensor<4xf32>
}

// -----

func.func private @kernel(%x: tensor<4xf32>) -> tensor<4xf32> attributes {fidelity.kernel = "row"} {
  // expected-error @+1 {{expected an op that a kernel can have, but got 'fidelity.relu'}}
  %y = fidelity.relu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @kernel(%x: tensor<4xf32>, %w: tensor<4x4xi8>) -> tensor<4xf32> attributes {fidelity.kernel = "row"} {
  // expected-error @+1 {{expected an op that a kernel of kind row can have there, but got 'fidelity.ternary_linear'}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xf32>, tensor<4x4xi8>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @kernel(%x: tensor<4xf32>, %z: tensor<8xf32>) -> (tensor<4xf32>, tensor<8xf32>) attributes {fidelity.kernel = "row"} {
  // expected-note @+1 {{the first op of the kernel}}
  %y = fidelity.rms_norm %x : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error @+1 {{expected ops of a kernel to have results of the same sizes, but got others}}
  %w = fidelity.rms_norm %z : (tensor<8xf32>) -> tensor<8xf32>
  return %y, %w : tensor<4xf32>, tensor<8xf32>
}

// -----

// expected-error @+1 {{expected a kernel with ops, but got none}}
func.func private @kernel(%x: tensor<4xf32>) attributes {fidelity.kernel = "row"} {
  return
}

// -----

func.func @caller(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected a call of a kernel, but got @callee}}
  %y = call @callee(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @callee(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
