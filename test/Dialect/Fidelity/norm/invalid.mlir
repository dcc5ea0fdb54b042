// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @rms_norm_c1(%x: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'fidelity.rms_norm' op expected input to have at least 1 dimension, but got 0}}
  %y = fidelity.rms_norm %x : (tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

// expected-note@+1 {{input has type tensor<?x256xf32>}}
func.func @rms_norm_c2(%x: tensor<?x256xf32>, %w: tensor<255xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{'fidelity.rms_norm' op expected dimension 0 of weight to be 256 as dimension 1 of input, but got 255}}
  %y = fidelity.rms_norm %x weight %w : (tensor<?x256xf32>, tensor<255xf32>) -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}

// -----

func.func @rms_norm_c3(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{'fidelity.rms_norm' op expected epsilon to be finite and not negative, but got -0.00001}}
  %y = fidelity.rms_norm %x {epsilon = -1.0e-5 : f64} : (tensor<?x256xf32>) -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}

// -----

func.func @rms_norm_c3_nan(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{'fidelity.rms_norm' op expected epsilon to be finite and not negative, but got NaN}}
  %y = fidelity.rms_norm %x {epsilon = 0x7FF8000000000000 : f64} : (tensor<?x256xf32>) -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}

// -----

// What ODS checks.

func.func @rms_norm_weight_rank(%x: tensor<2x4xf32>, %w: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{'fidelity.rms_norm' op operand #1 must be 1D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x4xf32>'}}
  %y = fidelity.rms_norm %x weight %w : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

func.func @rms_norm_result(%x: tensor<2x4xf32>) -> tensor<2x5xf32> {
  // expected-error@+1 {{'fidelity.rms_norm' op expected result #0 to have a type that agrees with 'tensor<2x4xf32>', but got 'tensor<2x5xf32>'}}
  %y = fidelity.rms_norm %x : (tensor<2x4xf32>) -> tensor<2x5xf32>
  return %y : tensor<2x5xf32>
}

// -----

func.func @rms_norm_epsilon(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{custom op 'fidelity.rms_norm' 'fidelity.rms_norm' op attribute 'epsilon' failed to satisfy constraint: 64-bit float attribute}}
  %y = fidelity.rms_norm %x {epsilon = 1.0e-5 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// expected-note@+2 {{input has type tensor<?x?xf32, #fidelity.tensor<dims = [Time, Hidden]>>}}
// expected-note@+1 {{weight has type tensor<?xf32, #fidelity.tensor<dims = [In]>>}}
func.func @rms_norm_c2_name(%x: tensor<?x?xf32, #fidelity.tensor<dims = [Time, Hidden]>>, %w: tensor<?xf32, #fidelity.tensor<dims = [In]>>) {
  // expected-error@+1 {{'fidelity.rms_norm' op expected dimension 0 of weight to be Hidden as dimension 1 of input, but got In}}
  %y = fidelity.rms_norm %x weight %w : (tensor<?x?xf32, #fidelity.tensor<dims = [Time, Hidden]>>, tensor<?xf32, #fidelity.tensor<dims = [In]>>) -> tensor<?x?xf32>
  return
}
