// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @mlstm_c1(%q: tensor<3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected query to have at least 2 dimensions, but got 1}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c2(%q: tensor<2x?x3xf32>, %k: tensor<2x?x4xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 2 of key to be 3 as dimension 2 of query, but got 4}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c2_rank(%q: tensor<2x?x3xf32>, %k: tensor<?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected key to have 3 dimensions, but got 2}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c3(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<5x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 0 of value to be 2 as dimension 0 of query, but got 5}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<5x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @mlstm_c3_rank(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<f32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected value to have at least 1 dimension, but got 0}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<f32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// A size that only the key tells is checked too.
// expected-note@+1 {{key has type tensor<2x7x3xf32>}}
func.func @mlstm_c3_time(%q: tensor<2x?x3xf32>, %k: tensor<2x7x3xf32>, %v: tensor<2x8x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 1 of value to be 7 as dimension 1 of key, but got 8}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x7x3xf32>, tensor<2x8x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c4(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?x1xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected input_gate to have 2 dimensions, but got 3}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x1xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c5(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<1x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 0 of forget_gate to be 2 as dimension 0 of query, but got 1}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<1x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @mlstm_c6(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x4xf32>, %n: tensor<2x3xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected state to be C, n and m, but got 2 operands}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c7(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x4x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 1 of C to be 3 as dimension 2 of query, but got 4}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x4x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{value has type tensor<2x?x4xf32>}}
func.func @mlstm_c7_value(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 2 of C to be 4 as dimension 2 of value, but got 3}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c8(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x4xf32>, %n: tensor<2x3x1xf32>, %m: tensor<2xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected n to have 2 dimensions, but got 3}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x4xf32>, tensor<2x3x1xf32>, tensor<2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<2x?x3xf32>}}
func.func @mlstm_c9(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x4xf32>, %n: tensor<2x3xf32>, %m: tensor<3xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 0 of m to be 2 as dimension 0 of query, but got 3}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @mlstm_c10(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected scale to be finite, but got inf}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f {scale = 0x7FF0000000000000 : f64} : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @mlstm_c11(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected epsilon to be finite and not negative, but got -1}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f {epsilon = -1.0 : f64} : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{forget_gate has type tensor<2x?xf32, #fidelity.tensor<unit = "s">>}}
func.func @mlstm_c12(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected forget_gate to be dimensionless, but got unit s}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32, #fidelity.tensor<unit = "s">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{m has type tensor<2xf32, #fidelity.tensor<unit = "s">>}}
func.func @mlstm_c12_m(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x4xf32>, %n: tensor<2x3xf32>, %m: tensor<2xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected m to be dimensionless, but got unit s}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32, #fidelity.tensor<unit = "s">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+2 {{query has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{key has type tensor<2x?x3xf32, #fidelity.tensor<unit = "s">>}}
func.func @mlstm_c13(%q: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, %k: tensor<2x?x3xf32, #fidelity.tensor<unit = "s">>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected query · key to be dimensionless, but got unit m*s}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<2x?x3xf32, #fidelity.tensor<unit = "s">>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+3 {{key has type tensor<2x?x3xf32, #fidelity.tensor<unit = "1/m">>}}
// expected-note@+2 {{value has type tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{C has type tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>}}
func.func @mlstm_c14(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32, #fidelity.tensor<unit = "1/m">>, %v: tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>, %n: tensor<2x3xf32>, %m: tensor<2xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected C to have unit s/m as key · value, but got s}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "1/m">>, tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>, tensor<2x3xf32>, tensor<2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+2 {{key has type tensor<2x?x3xf32, #fidelity.tensor<unit = "1/m">>}}
// expected-note@+1 {{n has type tensor<2x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @mlstm_c15(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32, #fidelity.tensor<unit = "1/m">>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>, %C: tensor<2x3x4xf32>, %n: tensor<2x3xf32, #fidelity.tensor<unit = "m">>, %m: tensor<2xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected n to have unit 1/m as key, but got m}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m : (tensor<2x?x3xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "1/m">>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x3x4xf32>, tensor<2x3xf32, #fidelity.tensor<unit = "m">>, tensor<2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// Dimensions agree in their names, too.
// expected-note@+2 {{query has type tensor<2x?x3xf32, #fidelity.tensor<dims = [H, T, K]>>}}
// expected-note@+1 {{value has type tensor<2x?x4xf32, #fidelity.tensor<dims = [H, S, V]>>}}
func.func @mlstm_names(%q: tensor<2x?x3xf32, #fidelity.tensor<dims = [H, T, K]>>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32, #fidelity.tensor<dims = [H, S, V]>>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected dimension 1 of value to be T as dimension 1 of query, but got S}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32, #fidelity.tensor<dims = [H, T, K]>>, tensor<2x?x3xf32>, tensor<2x?x4xf32, #fidelity.tensor<dims = [H, S, V]>>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// What ODS checks.
func.func @mlstm_element_types(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf16>) {
  // expected-error@+1 {{'fidelity.mlstm' op requires the same element type for all operands and results}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf16>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

// expected-note@+1 {{operand #2 has type 'tensor<2x?x4xf32, #fidelity.tensor<unit = "m">>'}}
func.func @mlstm_result_unit(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32, #fidelity.tensor<unit = "m">>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op result #0: expected unit m, but got s}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32, #fidelity.tensor<unit = "m">>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @mlstm_results(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{'fidelity.mlstm' op expected result #1 to have a type that agrees with 'tensor<2x3x4xf32>', but got 'tensor<2x4x3xf32>'}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x4x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @mlstm_forget(%q: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %i: tensor<2x?xf32>, %f: tensor<2x?xf32>) {
  // expected-error@+1 {{custom op 'fidelity.mlstm' expected one of [sigmoid, exponential] for activation of an extended LSTM's forget gate, got: tanh}}
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f forget(tanh) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?xf32>, tensor<2x?xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>, tensor<2x3xf32>, tensor<2xf32>)
  return
}

// -----

func.func @slstm_c1(%z: tensor<2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected cell_input to have at least 3 dimensions, but got 2}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c2(%z: tensor<?x2x3xf32>, %i: tensor<?x3x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected dimension 1 of input_gate to be 2 as dimension 1 of cell_input, but got 3}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x3x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c3(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected forget_gate to have 3 dimensions, but got 2}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c4(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x4xf32>, %R: tensor<4x2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected dimension 2 of output_gate to be 3 as dimension 2 of cell_input, but got 4}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x4xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{recurrent has type tensor<3x2x3x3xf32>}}
func.func @slstm_c5(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<3x2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected dimension 0 of recurrent to be 4, but got 3}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<3x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c5_heads(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x1x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected dimension 1 of recurrent to be 2 as dimension 1 of cell_input, but got 1}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x1x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c5_square(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x4xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected dimension 3 of recurrent to be 3 as dimension 2 of cell_input, but got 4}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x4xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

func.func @slstm_c6(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<2x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected state to be c, n, m and h, but got 3 operands}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c7(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<2x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2x3xf32>, %h: tensor<2x4xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected dimension 1 of h to be 3 as dimension 2 of cell_input, but got 4}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x4xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{cell_input has type tensor<?x2x3xf32>}}
func.func @slstm_c7_rank(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<1x2x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2x3xf32>, %h: tensor<2x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected c to have 2 dimensions, but got 3}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<1x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{output_gate has type tensor<?x2x3xf32, #fidelity.tensor<unit = "V">>}}
func.func @slstm_c8(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32, #fidelity.tensor<unit = "V">>, %R: tensor<4x2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected output_gate to be dimensionless, but got unit V}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32, #fidelity.tensor<unit = "V">>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{recurrent has type tensor<4x2x3x3xf32, #fidelity.tensor<unit = "1/V">>}}
func.func @slstm_c8_recurrent(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32, #fidelity.tensor<unit = "1/V">>) {
  // expected-error@+1 {{'fidelity.slstm' op expected recurrent to be dimensionless, but got unit 1/V}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32, #fidelity.tensor<unit = "1/V">>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// expected-note@+1 {{n has type tensor<2x3xf32, #fidelity.tensor<unit = "V">>}}
func.func @slstm_c8_state(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<2x3xf32>, %n: tensor<2x3xf32, #fidelity.tensor<unit = "V">>, %m: tensor<2x3xf32>, %h: tensor<2x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op expected n to be dimensionless, but got unit V}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32, #fidelity.tensor<unit = "V">>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}

// -----

// What ODS checks.
func.func @slstm_recurrent_rank(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x3x3xf32>) {
  // expected-error@+1 {{'fidelity.slstm' op operand #4 must be 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4x3x3xf32>'}}
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return
}
