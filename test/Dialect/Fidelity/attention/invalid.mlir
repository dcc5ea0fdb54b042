// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @linear_attention_c1(%q: tensor<6x3xf32>, %k: tensor<6x3xf32>, %v: tensor<6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected query to have at least 3 dimensions, but got 2}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<6x3xf32>, tensor<6x3xf32>, tensor<6x5xf32>) -> (tensor<6x5xf32>, tensor<3x5xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<4x8x6x3xf32>}}
func.func @linear_attention_c2(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x4xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 3 of key to be 3 as dimension 3 of query, but got 4}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x4xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<4x8x6x3xf32>}}
func.func @linear_attention_c2_rank(%q: tensor<4x8x6x3xf32>, %k: tensor<2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected key to have 4 dimensions, but got 3}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c3(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x8x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 1 of value to be 2 as dimension 1 of key, but got 8}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x8x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c3_rank(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<1x4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected value to have 4 dimensions, but got 5}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<1x4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x3x6x3xf32>}}
func.func @linear_attention_c4(%q: tensor<4x8x6x3xf32>, %k: tensor<4x3x6x3xf32>, %v: tensor<4x3x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected the heads of query to be a multiple of 3, those of key, but got 8}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x3x6x3xf32>, tensor<4x3x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x3x3x5xf32>)
  return
}

// -----

// No query head is no multiple.
// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c4_none(%q: tensor<4x0x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected the heads of query to be a multiple of 2, those of key, but got 0}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x0x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x0x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x0x6x3xf32>}}
func.func @linear_attention_c4_some(%q: tensor<4x8x6x3xf32>, %k: tensor<4x0x6x3xf32>, %v: tensor<4x0x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected the heads of query to be a multiple of 0, those of key, but got 8}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x0x6x3xf32>, tensor<4x0x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x0x3x5xf32>)
  return
}

// -----

func.func @linear_attention_c5(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected decay for update_rule(gated), but got none}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(gated) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

func.func @linear_attention_c5_delta(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %b: tensor<4x2x6xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected decay for update_rule(gated_delta), but got none}}
  %r:2 = fidelity.linear_attention %q, %k, %v beta %b update_rule(gated_delta) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x6xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{decay has type tensor<4x2x6xf32>}}
func.func @linear_attention_c5_linear(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %g: tensor<4x2x6xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected no decay for update_rule(linear), but got one}}
  %r:2 = fidelity.linear_attention %q, %k, %v decay %g update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x6xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<4x8x6x3xf32>}}
func.func @linear_attention_c6(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %g: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 3 of decay to be 3 as dimension 3 of query, but got 5}}
  %r:2 = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// A decay belongs to a head of keys.
// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c6_head(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %g: tensor<4x8x1xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 1 of decay to be 2 as dimension 1 of key, but got 8}}
  %r:2 = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x8x1xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c6_rank(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %g: tensor<4x2xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected decay to have 3 or 4 dimensions, but got 2}}
  %r:2 = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

func.func @linear_attention_c7(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected beta for update_rule(delta), but got none}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(delta) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{beta has type tensor<4x2x6xf32>}}
func.func @linear_attention_c7_gated(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %g: tensor<4x2x6xf32>, %b: tensor<4x2x6xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected no beta for update_rule(gated), but got one}}
  %r:2 = fidelity.linear_attention %q, %k, %v decay %g beta %b update_rule(gated) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x6xf32>, tensor<4x2x6xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<4x8x6x3xf32>}}
func.func @linear_attention_c8(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %b: tensor<4x2x7xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 2 of beta to be 6 as dimension 2 of query, but got 7}}
  %r:2 = fidelity.linear_attention %q, %k, %v beta %b update_rule(delta) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x7xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

func.func @linear_attention_c8_rank(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %b: tensor<4x2x6x1xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected beta to have 3 dimensions, but got 4}}
  %r:2 = fidelity.linear_attention %q, %k, %v beta %b update_rule(delta) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x6x1xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

func.func @linear_attention_c9(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected features for feature_map(positive_random), but got none}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) feature_map(positive_random) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{features has type tensor<7x3xf32>}}
func.func @linear_attention_c9_relu(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %w: tensor<7x3xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected no features for feature_map(relu), but got one}}
  %r:2 = fidelity.linear_attention %q, %k, %v features %w update_rule(linear) feature_map(relu) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<7x3xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<4x8x6x3xf32>}}
func.func @linear_attention_c10(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %w: tensor<7x4xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 1 of features to be 3 as dimension 3 of query, but got 4}}
  %r:2 = fidelity.linear_attention %q, %k, %v features %w update_rule(linear) feature_map(positive_random) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<7x4xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x7x5xf32>)
  return
}

// -----

func.func @linear_attention_c11(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3x5xf32>, %z: tensor<4x2x3xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected state to be S, but got 2 operands}}
  %r:2 = fidelity.linear_attention %q, %k, %v state %s, %z update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x3xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

func.func @linear_attention_c11_normalize(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected state to be S and z, as normalize asks for, but got 1 operand}}
  %r:3 = fidelity.linear_attention %q, %k, %v state %s update_rule(linear) {normalize} : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x3xf32>)
  return
}

// -----

// expected-note@+1 {{value has type tensor<4x2x6x5xf32>}}
func.func @linear_attention_c12(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3x6xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 3 of S to be 5 as dimension 3 of value, but got 6}}
  %r:2 = fidelity.linear_attention %q, %k, %v state %s update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3x6xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{features has type tensor<7x3xf32>}}
func.func @linear_attention_c12_features(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3x5xf32>, %w: tensor<7x3xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 2 of S to be 7 as dimension 0 of features, but got 3}}
  %r:2 = fidelity.linear_attention %q, %k, %v state %s features %w update_rule(linear) feature_map(positive_random) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3x5xf32>, tensor<7x3xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c12_rank(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected S to have 4 dimensions, but got 3}}
  %r:2 = fidelity.linear_attention %q, %k, %v state %s update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{query has type tensor<4x8x6x3xf32>}}
func.func @linear_attention_c13(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3x5xf32>, %z: tensor<4x2x4xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected dimension 2 of z to be 3 as dimension 3 of query, but got 4}}
  %r:3 = fidelity.linear_attention %q, %k, %v state %s, %z update_rule(linear) {normalize} : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x4xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x3xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x2x6x3xf32>}}
func.func @linear_attention_c13_rank(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %s: tensor<4x2x3x5xf32>, %z: tensor<4x2x3x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected z to have 3 dimensions, but got 4}}
  %r:3 = fidelity.linear_attention %q, %k, %v state %s, %z update_rule(linear) {normalize} : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x3x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x3xf32>)
  return
}

// -----

func.func @linear_attention_c14(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected scale to be finite, but got inf}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) {scale = 0x7FF0000000000000 : f64} : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{decay has type tensor<4x2x6xf32, #fidelity.tensor<unit = "s">>}}
func.func @linear_attention_c15(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %g: tensor<4x2x6xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected decay to be dimensionless, but got unit s}}
  %r:2 = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<4x2x6xf32, #fidelity.tensor<unit = "s">>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{features has type tensor<7x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @linear_attention_c15_features(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>, %w: tensor<7x3xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected features to be dimensionless, but got unit m}}
  %r:2 = fidelity.linear_attention %q, %k, %v features %w update_rule(linear) feature_map(positive_random) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>, tensor<7x3xf32, #fidelity.tensor<unit = "m">>) -> (tensor<4x8x6x5xf32>, tensor<4x2x7x5xf32>)
  return
}

// -----

// exp(x) beside x + 1.
// expected-note@+1 {{query has type tensor<4x8x6x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @linear_attention_c15_query(%q: tensor<4x8x6x3xf32, #fidelity.tensor<unit = "m">>, %k: tensor<4x2x6x3xf32>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected query to be dimensionless, but got unit m}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) feature_map(elu_plus_one) : (tensor<4x8x6x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x2x6x3xf32>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+1 {{key has type tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @linear_attention_c15_key(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<4x2x6x5xf32>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected key to be dimensionless, but got unit m}}
  %r:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) feature_map(elu_plus_one) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x2x6x5xf32>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+3 {{S has type tensor<4x2x3x5xf32, #fidelity.tensor<unit = "A/m">>}}
// expected-note@+2 {{key has type tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{value has type tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>}}
func.func @linear_attention_c16(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, %s: tensor<4x2x3x5xf32, #fidelity.tensor<unit = "A/m">>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected S to have unit m*A as key · value, but got A/m}}
  %r:2 = fidelity.linear_attention %q, %k, %v state %s update_rule(linear) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, tensor<4x2x3x5xf32, #fidelity.tensor<unit = "A/m">>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+3 {{S has type tensor<4x2x3x5xf32, #fidelity.tensor<unit = "m*A">>}}
// expected-note@+2 {{key has type tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{value has type tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>}}
func.func @linear_attention_c16_delta(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, %b: tensor<4x2x6xf32>, %s: tensor<4x2x3x5xf32, #fidelity.tensor<unit = "m*A">>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected S to have unit A/m as key^-1 · value, but got m*A}}
  %r:2 = fidelity.linear_attention %q, %k, %v beta %b state %s update_rule(delta) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, tensor<4x2x6xf32>, tensor<4x2x3x5xf32, #fidelity.tensor<unit = "m*A">>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+2 {{beta has type tensor<4x2x6xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{key has type tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @linear_attention_c16_beta(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, %b: tensor<4x2x6xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected beta to have unit 1/m^2 as key^-2, but got m}}
  %r:2 = fidelity.linear_attention %q, %k, %v beta %b update_rule(delta) : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, tensor<4x2x6xf32, #fidelity.tensor<unit = "m">>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>)
  return
}

// -----

// expected-note@+2 {{z has type tensor<4x2x3xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{key has type tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @linear_attention_c16_z(%q: tensor<4x8x6x3xf32>, %k: tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, %s: tensor<4x2x3x5xf32, #fidelity.tensor<unit = "m*A">>, %z: tensor<4x2x3xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.linear_attention' op expected z to have unit m as key, but got s}}
  %r:3 = fidelity.linear_attention %q, %k, %v state %s, %z update_rule(linear) {normalize} : (tensor<4x8x6x3xf32>, tensor<4x2x6x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x2x6x5xf32, #fidelity.tensor<unit = "A">>, tensor<4x2x3x5xf32, #fidelity.tensor<unit = "m*A">>, tensor<4x2x3xf32, #fidelity.tensor<unit = "s">>) -> (tensor<4x8x6x5xf32>, tensor<4x2x3x5xf32>, tensor<4x2x3xf32>)
  return
}
