// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @causal_conv1d_c1(%x: tensor<2x8x?xf32>, %w: tensor<8x?xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected dimension 1 of weights to be static and at least 1, but got ?}}
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x?xf32>, tensor<8x?xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x?xf32>)
  return
}

// -----

func.func @causal_conv1d_c1_none(%x: tensor<2x8x?xf32>, %w: tensor<8x0xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected dimension 1 of weights to be static and at least 1, but got 0}}
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x?xf32>, tensor<8x0xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x?xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x8x?xf32>}}
func.func @causal_conv1d_c2(%x: tensor<2x8x?xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected dimension 0 of weights to be 8 as dimension 1 of x, but got 9}}
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x?xf32>, tensor<9x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// A size that only the weights tell.
// expected-note@+1 {{weights has type tensor<8x4xf32>}}
func.func @causal_conv1d_c3(%x: tensor<2x?x?xf32>, %w: tensor<8x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected dimension 0 of bias to be 8 as dimension 0 of weights, but got 4}}
  %0:2 = fidelity.causal_conv1d %x, %w bias %b : (tensor<2x?x?xf32>, tensor<8x4xf32>, tensor<4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// expected-note@+1 {{weights has type tensor<8x4xf32>}}
func.func @causal_conv1d_c4(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>, %s: tensor<2x8x4xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected dimension 2 of state to be 3, K - 1, but got 4}}
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x8x?xf32>}}
func.func @causal_conv1d_c4_batch(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>, %s: tensor<1x8x3xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected dimension 0 of state to be 2 as dimension 0 of x, but got 1}}
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<1x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// expected-note@+2 {{x has type tensor<2x8x?xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+1 {{state has type tensor<2x8x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @causal_conv1d_c5(%x: tensor<2x8x?xf32, #fidelity.tensor<unit = "V">>, %w: tensor<8x4xf32>, %s: tensor<2x8x3xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected state to have unit V as x, but got m}}
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32, #fidelity.tensor<unit = "V">>, tensor<8x4xf32>, tensor<2x8x3xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// expected-note@+3 {{x has type tensor<2x8x?xf32, #fidelity.tensor<unit = "kg">>}}
// expected-note@+2 {{weights has type tensor<8x4xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{bias has type tensor<8xf32, #fidelity.tensor<unit = "kg">>}}
func.func @causal_conv1d_c6(%x: tensor<2x8x?xf32, #fidelity.tensor<unit = "kg">>, %w: tensor<8x4xf32, #fidelity.tensor<unit = "m">>, %b: tensor<8xf32, #fidelity.tensor<unit = "kg">>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected bias to have unit kg*m as weights · x, but got kg}}
  %0:2 = fidelity.causal_conv1d %x, %w bias %b : (tensor<2x8x?xf32, #fidelity.tensor<unit = "kg">>, tensor<8x4xf32, #fidelity.tensor<unit = "m">>, tensor<8xf32, #fidelity.tensor<unit = "kg">>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// expected-note@+1 {{bias has type tensor<8xf32, #fidelity.tensor<unit = "V">>}}
func.func @causal_conv1d_c7(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>, %b: tensor<8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected bias to be dimensionless, but got unit V}}
  %0:2 = fidelity.causal_conv1d %x, %w bias %b activation(silu) : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<8xf32, #fidelity.tensor<unit = "V">>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

// What ODS checks.

func.func @causal_conv1d_ranks(%x: tensor<2x8x?xf32>, %w: tensor<8x1x4xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op operand #1 must be 2D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<8x1x4xf32>'}}
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x?xf32>, tensor<8x1x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

func.func @causal_conv1d_element_types(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf16>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op requires the same element type for all operands and results}}
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x?xf32>, tensor<8x4xf16>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}

// -----

func.func @causal_conv1d_results(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.causal_conv1d' op expected result #1 to have a type that agrees with 'tensor<2x8x3xf32>', but got 'tensor<2x8x4xf32>'}}
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x4xf32>)
  return
}

// -----

func.func @causal_conv1d_activation(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{custom op 'fidelity.causal_conv1d' expected one of [none, silu] for activation of a convolution, got: relu}}
  %0:2 = fidelity.causal_conv1d %x, %w activation(relu) : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return
}
