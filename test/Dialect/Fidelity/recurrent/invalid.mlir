// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @mlgru_c1(%f: tensor<4xf32>, %c: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected forget to have at least 2 dimensions, but got 1}}
  %o, %h = fidelity.mlgru %f, %c : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<f32>)
  return %o : tensor<4xf32>
}

// -----

// expected-note@+1 {{forget has type tensor<?x4xf32>}}
func.func @mlgru_c2(%f: tensor<?x4xf32>, %c: tensor<?x5xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 1 of candidate to be 4 as dimension 1 of forget, but got 5}}
  %o, %h = fidelity.mlgru %f, %c : (tensor<?x4xf32>, tensor<?x5xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{forget has type tensor<?x4xf32>}}
func.func @mlgru_c2_rank(%f: tensor<?x4xf32>, %c: tensor<2x?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected candidate to have 2 dimensions, but got 3}}
  %o, %h = fidelity.mlgru %f, %c : (tensor<?x4xf32>, tensor<2x?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{forget has type tensor<8x4xf32>}}
func.func @mlgru_c3(%f: tensor<8x4xf32>, %g: tensor<9x4xf32>) -> tensor<8x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 0 of gate to be 8 as dimension 0 of forget, but got 9}}
  %o, %h = fidelity.mlgru %f, %f gate %g : (tensor<8x4xf32>, tensor<8x4xf32>, tensor<9x4xf32>) -> (tensor<8x4xf32>, tensor<4xf32>)
  return %o : tensor<8x4xf32>
}

// -----

// expected-note@+1 {{forget has type tensor<2x?x4xf32>}}
func.func @mlgru_c4(%f: tensor<2x?x4xf32>, %s: tensor<3x4xf32>) -> tensor<2x?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 0 of state to be 2 as dimension 0 of forget, but got 3}}
  %o, %h = fidelity.mlgru %f, %f state %s : (tensor<2x?x4xf32>, tensor<2x?x4xf32>, tensor<3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x4xf32>)
  return %o : tensor<2x?x4xf32>
}

// -----

// expected-note@+1 {{forget has type tensor<?x4xf32>}}
func.func @mlgru_c4_rank(%f: tensor<?x4xf32>, %s: tensor<f32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected state to have 1 dimension, but got 0}}
  %o, %h = fidelity.mlgru %f, %f state %s : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{forget has type tensor<?x4xf32>}}
func.func @mlgru_c5(%f: tensor<?x4xf32>, %b: tensor<8xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 0 of lower_bound to be 4 as dimension 1 of forget, but got 8}}
  %o, %h = fidelity.mlgru %f, %f lower_bound %b : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<8xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

// A size that only the state tells is checked too.
// expected-note@+1 {{state has type tensor<4xf32>}}
func.func @mlgru_c5_state(%f: tensor<?x?xf32>, %s: tensor<4xf32>, %b: tensor<8xf32>) -> tensor<?x?xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 0 of lower_bound to be 4 as dimension 0 of state, but got 8}}
  %o, %h = fidelity.mlgru %f, %f state %s lower_bound %b : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<4xf32>, tensor<8xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %o : tensor<?x?xf32>
}

// -----

// What ODS checks.

func.func @mlgru_element_types(%f: tensor<?x4xf32>, %s: tensor<4xf64>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op requires the same element type for all operands and results}}
  %o, %h = fidelity.mlgru %f, %f state %s : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf64>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

func.func @mlgru_activation(%f: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{custom op 'fidelity.mlgru' expected one of [silu, tanh] for activation of a recurrence's candidate, got: relu}}
  %o, %h = fidelity.mlgru %f, %f activation(relu) : (tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

func.func @mlgru_results(%f: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.mlgru' op expected result #1 to have a type that agrees with 'tensor<4xf32>', but got 'tensor<?x4xf32>'}}
  %o, %h = fidelity.mlgru %f, %f : (tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>)
  return %o : tensor<?x4xf32>
}

// -----

// expected-note@+2 {{forget has type tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>}}
// expected-note@+1 {{state has type tensor<?xf32, #fidelity.tensor<dims = [Time]>>}}
func.func @mlgru_c4_name(%f: tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>, %c: tensor<?x?xf32>, %s: tensor<?xf32, #fidelity.tensor<dims = [Time]>>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 0 of state to be Channel as dimension 1 of forget, but got Time}}
  %0, %1 = fidelity.mlgru %f, %c state %s : (tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>, tensor<?x?xf32>, tensor<?xf32, #fidelity.tensor<dims = [Time]>>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return
}

// -----

// The name is from another operand than the size is compared with.
// expected-note@+2 {{candidate has type tensor<?x?xf32, #fidelity.tensor<dims = [_, Channel]>>}}
// expected-note@+1 {{lower_bound has type tensor<?xf32, #fidelity.tensor<dims = [Head]>>}}
func.func @mlgru_c5_name(%f: tensor<?x?xf32>, %c: tensor<?x?xf32, #fidelity.tensor<dims = [_, Channel]>>, %b: tensor<?xf32, #fidelity.tensor<dims = [Head]>>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected dimension 0 of lower_bound to be Channel as dimension 1 of candidate, but got Head}}
  %0, %1 = fidelity.mlgru %f, %c lower_bound %b : (tensor<?x?xf32>, tensor<?x?xf32, #fidelity.tensor<dims = [_, Channel]>>, tensor<?xf32, #fidelity.tensor<dims = [Head]>>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return
}

// -----

// expected-note@+1 {{forget has type tensor<2x4xf32, #fidelity.tensor<unit = "V">>}}
func.func @mlgru_c6(%f: tensor<2x4xf32, #fidelity.tensor<unit = "V">>, %c: tensor<2x4xf32>, %g: tensor<2x4xf32>, %s: tensor<4xf32>, %l: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected forget to be dimensionless, but got unit V}}
  %0, %1 = fidelity.mlgru %f, %c gate %g state %s lower_bound %l : (tensor<2x4xf32, #fidelity.tensor<unit = "V">>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

// expected-note@+1 {{candidate has type tensor<2x4xf32, #fidelity.tensor<unit = "V">>}}
func.func @mlgru_c6_candidate(%f: tensor<2x4xf32>, %c: tensor<2x4xf32, #fidelity.tensor<unit = "V">>, %g: tensor<2x4xf32>, %s: tensor<4xf32>, %l: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected candidate to be dimensionless, but got unit V}}
  %0, %1 = fidelity.mlgru %f, %c gate %g state %s lower_bound %l : (tensor<2x4xf32>, tensor<2x4xf32, #fidelity.tensor<unit = "V">>, tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

// expected-note@+1 {{gate has type tensor<2x4xf32, #fidelity.tensor<unit = "V">>}}
func.func @mlgru_c6_gate(%f: tensor<2x4xf32>, %c: tensor<2x4xf32>, %g: tensor<2x4xf32, #fidelity.tensor<unit = "V">>, %s: tensor<4xf32>, %l: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected gate to be dimensionless, but got unit V}}
  %0, %1 = fidelity.mlgru %f, %c gate %g state %s lower_bound %l : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32, #fidelity.tensor<unit = "V">>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

// expected-note@+1 {{state has type tensor<4xf32, #fidelity.tensor<unit = "V">>}}
func.func @mlgru_c6_state(%f: tensor<2x4xf32>, %c: tensor<2x4xf32>, %g: tensor<2x4xf32>, %s: tensor<4xf32, #fidelity.tensor<unit = "V">>, %l: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected state to be dimensionless, but got unit V}}
  %0, %1 = fidelity.mlgru %f, %c gate %g state %s lower_bound %l : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "V">>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

// expected-note@+1 {{lower_bound has type tensor<4xf32, #fidelity.tensor<unit = "V">>}}
func.func @mlgru_c6_lower_bound(%f: tensor<2x4xf32>, %c: tensor<2x4xf32>, %g: tensor<2x4xf32>, %s: tensor<4xf32>, %l: tensor<4xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{'fidelity.mlgru' op expected lower_bound to be dimensionless, but got unit V}}
  %0, %1 = fidelity.mlgru %f, %c gate %g state %s lower_bound %l : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<unit = "V">>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}
