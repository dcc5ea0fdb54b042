// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @ssm_state_update_c1(%s: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected state to have at least 1 dimension, but got 0}}
  %0 = fidelity.ssm.state_update %s, %x, %s, %s : (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// expected-note@+1 {{state has type tensor<8x16xf32>}}
func.func @ssm_state_update_c2(%s: tensor<8x16xf32>, %x: tensor<16xf32>, %A: tensor<16xf32>) -> tensor<8x16xf32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected dimension 0 of input to be 8 as dimension 0 of state, but got 16}}
  %0 = fidelity.ssm.state_update %s, %x, %A, %A : (tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// -----

// expected-note@+1 {{state has type tensor<16xf32>}}
func.func @ssm_state_update_c2_rank(%s: tensor<16xf32>, %x: tensor<1xf32>, %A: tensor<16xf32>) -> tensor<16xf32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected input to have 0 dimensions, but got 1}}
  %0 = fidelity.ssm.state_update %s, %x, %A, %A : (tensor<16xf32>, tensor<1xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}

// -----

// expected-note@+1 {{state has type tensor<8x16xf32>}}
func.func @ssm_state_update_c3(%s: tensor<8x16xf32>, %x: tensor<8xf32>, %A: tensor<8xf32>, %B: tensor<16xf32>) -> tensor<8x16xf32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected dimension 0 of A to be 16 as dimension 1 of state, but got 8}}
  %0 = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<8x16xf32>, tensor<8xf32>, tensor<8xf32>, tensor<16xf32>) -> tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// -----

// A must not make the state larger.
// expected-note@+1 {{state has type tensor<16xf32>}}
func.func @ssm_state_update_c3_rank(%s: tensor<16xf32>, %x: tensor<f32>, %A: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected A to have at most 1 dimension, but got 2}}
  %0 = fidelity.ssm.state_update %s, %x, %A, %s : (tensor<16xf32>, tensor<f32>, tensor<8x16xf32>, tensor<16xf32>) -> tensor<8x16xf32>
  return %0 : tensor<8x16xf32>
}

// -----

// expected-note@+1 {{state has type tensor<1x16xf32>}}
func.func @ssm_state_update_c4(%s: tensor<1x16xf32>, %x: tensor<1xf32>, %A: tensor<16xf32>, %B: tensor<8x16xf32>) -> tensor<1x16xf32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected dimension 0 of B to be 1 as dimension 0 of state, but got 8}}
  %0 = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<1x16xf32>, tensor<1xf32>, tensor<16xf32>, tensor<8x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// -----

func.func @ssm_output_c1(%s: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected state to have at least 1 dimension, but got 0}}
  %y = fidelity.ssm.output %s, %s : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

// expected-note@+1 {{state has type tensor<8x16xf32>}}
func.func @ssm_output_c2(%s: tensor<8x16xf32>, %C: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected dimension 0 of C to be 16 as dimension 1 of state, but got 8}}
  %y = fidelity.ssm.output %s, %C : (tensor<8x16xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

func.func @ssm_output_c3(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected skip to be D and the input, but got 1 operand}}
  %y = fidelity.ssm.output %s, %C skip %D : (tensor<8x16xf32>, tensor<16xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

func.func @ssm_output_c3_three(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected skip to be D and the input, but got 3 operands}}
  %y = fidelity.ssm.output %s, %C skip %D, %D, %D : (tensor<8x16xf32>, tensor<16xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// expected-note@+1 {{state has type tensor<8x16xf32>}}
func.func @ssm_output_c4(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>, %x: tensor<16xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected dimension 0 of the input to be 8 as dimension 0 of state, but got 16}}
  %y = fidelity.ssm.output %s, %C skip %D, %x : (tensor<8x16xf32>, tensor<16xf32>, tensor<8xf32>, tensor<16xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// expected-note@+1 {{state has type tensor<8x16xf32>}}
func.func @ssm_output_c4_rank(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>, %x: tensor<8x16xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected the input to have 1 dimension, but got 2}}
  %y = fidelity.ssm.output %s, %C skip %D, %x : (tensor<8x16xf32>, tensor<16xf32>, tensor<8xf32>, tensor<8x16xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// expected-note@+1 {{state has type tensor<8x16xf32>}}
func.func @ssm_output_c5(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<4xf32>, %x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected dimension 0 of D to be 8 as dimension 0 of state, but got 4}}
  %y = fidelity.ssm.output %s, %C skip %D, %x : (tensor<8x16xf32>, tensor<16xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// expected-note@+1 {{state has type tensor<16xf32>}}
func.func @ssm_output_c5_rank(%s: tensor<16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected D to have at most 0 dimensions, but got 1}}
  %y = fidelity.ssm.output %s, %C skip %D, %x : (tensor<16xf32>, tensor<16xf32>, tensor<8xf32>, tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

// What ODS checks.

func.func @ssm_state_update_element_types(%s: tensor<16xf32>, %x: tensor<f32>, %A: tensor<16xf64>) -> tensor<16xf32> {
  // expected-error@+1 {{'fidelity.ssm.state_update' op requires the same element type for all operands and results}}
  %0 = fidelity.ssm.state_update %s, %x, %A, %s : (tensor<16xf32>, tensor<f32>, tensor<16xf64>, tensor<16xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}

// -----

func.func @ssm_output_result(%s: tensor<8x16xf32>, %C: tensor<16xf32>) -> tensor<16xf32> {
  // expected-error@+1 {{'fidelity.ssm.output' op expected result #0 to have a type that agrees with 'tensor<8xf32>', but got 'tensor<16xf32>'}}
  %y = fidelity.ssm.output %s, %C : (tensor<8x16xf32>, tensor<16xf32>) -> tensor<16xf32>
  return %y : tensor<16xf32>
}

// -----

// expected-note@+1 {{A has type tensor<16xf32, #fidelity.tensor<unit = "1/s">>}}
func.func @ssm_state_update_c5(%s: tensor<8x16xf32>, %x: tensor<8xf32>, %a: tensor<16xf32, #fidelity.tensor<unit = "1/s">>, %b: tensor<16xf32>) {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected A to be dimensionless, but got unit 1/s}}
  %0 = fidelity.ssm.state_update %s, %x, %a, %b : (tensor<8x16xf32>, tensor<8xf32>, tensor<16xf32, #fidelity.tensor<unit = "1/s">>, tensor<16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// expected-note@+4 {{A has type tensor<16xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+3 {{state has type tensor<8x16xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+2 {{B has type tensor<16xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{input has type tensor<8xf32, #fidelity.tensor<unit = "m/s^2">>}}
func.func @ssm_state_update_c6(%s: tensor<8x16xf32, #fidelity.tensor<unit = "m">>, %x: tensor<8xf32, #fidelity.tensor<unit = "m/s^2">>, %a: tensor<16xf32, #fidelity.tensor<unit = "1">>, %b: tensor<16xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.ssm.state_update' op expected B · input to have unit m as A · state, but got m/s}}
  %0 = fidelity.ssm.state_update %s, %x, %a, %b : (tensor<8x16xf32, #fidelity.tensor<unit = "m">>, tensor<8xf32, #fidelity.tensor<unit = "m/s^2">>, tensor<16xf32, #fidelity.tensor<unit = "1">>, tensor<16xf32, #fidelity.tensor<unit = "s">>) -> tensor<8x16xf32>
  return
}

// -----

// expected-note@+4 {{C has type tensor<16xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+3 {{state has type tensor<8x16xf32, #fidelity.tensor<unit = "A">>}}
// expected-note@+2 {{D has type tensor<8xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+1 {{the input has type tensor<8xf32, #fidelity.tensor<unit = "V">>}}
func.func @ssm_output_c6(%s: tensor<8x16xf32, #fidelity.tensor<unit = "A">>, %c: tensor<16xf32, #fidelity.tensor<unit = "V">>, %d: tensor<8xf32, #fidelity.tensor<unit = "V">>, %x: tensor<8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{'fidelity.ssm.output' op expected D · the input to have unit kg*m^2/s^3 as C · state, but got kg^2*m^4/s^6/A^2}}
  %0 = fidelity.ssm.output %s, %c skip %d, %x : (tensor<8x16xf32, #fidelity.tensor<unit = "A">>, tensor<16xf32, #fidelity.tensor<unit = "V">>, tensor<8xf32, #fidelity.tensor<unit = "V">>, tensor<8xf32, #fidelity.tensor<unit = "V">>) -> tensor<8xf32>
  return
}
