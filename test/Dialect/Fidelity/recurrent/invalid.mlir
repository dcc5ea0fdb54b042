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

// -----

func.func @ema_c1(%x: tensor<3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected input to have at least 2 dimensions, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{input has type tensor<?x3xf32>}}
func.func @ema_c2(%x: tensor<?x3xf32>, %a: tensor<4x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 0 of alpha to be 3 as dimension 1 of input, but got 4}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<4x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c3(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x5xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 1 of delta to be 4 as dimension 1 of alpha, but got 5}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x5xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c4(%x: tensor<?x?xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<1x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 0 of beta to be 3 as dimension 0 of alpha, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x?xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c5(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x1xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 1 of eta to be 4 as dimension 1 of alpha, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x1xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c6(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>, %s: tensor<3x3xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 1 of state to be 4 as dimension 1 of alpha, but got 3}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x3xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{input has type tensor<?x3xf32>}}
func.func @ema_c6_rank(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected state to have 2 dimensions, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+2 {{alpha has type tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>}}
// expected-note@+1 {{delta has type tensor<3x4xf32, #fidelity.tensor<unit = "1">>}}
func.func @ema_c7(%x: tensor<?x3xf32>, %a: tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, %d: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected alpha · delta to be dimensionless, but got unit 1/s}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+4 {{alpha has type tensor<3x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+3 {{beta has type tensor<3x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+2 {{input has type tensor<?x3xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+1 {{state has type tensor<3x4xf32, #fidelity.tensor<unit = "A">>}}
func.func @ema_c8(%x: tensor<?x3xf32, #fidelity.tensor<unit = "V">>, %a: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %e: tensor<3x4xf32>, %s: tensor<3x4xf32, #fidelity.tensor<unit = "A">>) {
  // expected-error@+1 {{'fidelity.ema' op expected state to have unit V as alpha · beta · input, but got A}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s : (tensor<?x3xf32, #fidelity.tensor<unit = "V">>, tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "A">>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

func.func @rwkv_c1(%r: tensor<?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected receptance to have at least 3 dimensions, but got 2}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c2(%r: tensor<2x?x3xf32>, %w: tensor<1x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 0 of decay to be 2 as dimension 0 of receptance, but got 1}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<1x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c3(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<1x2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected key to have 3 dimensions, but got 4}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<1x2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c4(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<3x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 0 of value to be 2 as dimension 0 of receptance, but got 3}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<3x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

func.func @rwkv_c5(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected erase to be a and b, but got 1 operand}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

func.func @rwkv_c6(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32>, %b: tensor<2x?x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected no erase in version(v6), but got a and b}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c7(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32>, %b: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 2 of b to be 3 as dimension 2 of receptance, but got 4}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c8(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<3x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 0 of bonus to be 2 as dimension 0 of receptance, but got 3}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<3x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c8_key(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<2x2xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 1 of bonus to be 3 as dimension 2 of receptance, but got 2}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{value has type tensor<2x?x4xf32>}}
func.func @rwkv_c9(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %s: tensor<2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 2 of state to be 4 as dimension 2 of value, but got 3}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{decay has type tensor<2x?x3xf32, #fidelity.tensor<unit = "1/s">>}}
func.func @rwkv_c10(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32, #fidelity.tensor<unit = "1/s">>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected decay to be dimensionless, but got unit 1/s}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "1/s">>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+2 {{a has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{b has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @rwkv_c11(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, %b: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected a · b to be dimensionless, but got unit m^2}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{bonus has type tensor<2x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @rwkv_c12(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<2x3xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected bonus to be dimensionless, but got unit m}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+3 {{key has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+2 {{value has type tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{state has type tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>}}
func.func @rwkv_c13(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, %s: tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected state to have unit m*s as key · value, but got s}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// What ODS checks.
func.func @rwkv_version(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{custom op 'fidelity.rwkv' expected one of [v6, v7] for version of RWKV, got: v5}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v5) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

func.func @ema_c1(%x: tensor<3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected input to have at least 2 dimensions, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{input has type tensor<?x3xf32>}}
func.func @ema_c2(%x: tensor<?x3xf32>, %a: tensor<4x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 0 of alpha to be 3 as dimension 1 of input, but got 4}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<4x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c3(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x5xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 1 of delta to be 4 as dimension 1 of alpha, but got 5}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x5xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c4(%x: tensor<?x?xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<1x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 0 of beta to be 3 as dimension 0 of alpha, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x?xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<1x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c5(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x1xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 1 of eta to be 4 as dimension 1 of alpha, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x1xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{alpha has type tensor<3x4xf32>}}
func.func @ema_c6(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>, %s: tensor<3x3xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected dimension 1 of state to be 4 as dimension 1 of alpha, but got 3}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x3xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+1 {{input has type tensor<?x3xf32>}}
func.func @ema_c6_rank(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected state to have 2 dimensions, but got 1}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+2 {{alpha has type tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>}}
// expected-note@+1 {{delta has type tensor<3x4xf32, #fidelity.tensor<unit = "1">>}}
func.func @ema_c7(%x: tensor<?x3xf32>, %a: tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, %d: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %b: tensor<3x4xf32>, %e: tensor<3x4xf32>) {
  // expected-error@+1 {{'fidelity.ema' op expected alpha · delta to be dimensionless, but got unit 1/s}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

// expected-note@+4 {{alpha has type tensor<3x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+3 {{beta has type tensor<3x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+2 {{input has type tensor<?x3xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+1 {{state has type tensor<3x4xf32, #fidelity.tensor<unit = "A">>}}
func.func @ema_c8(%x: tensor<?x3xf32, #fidelity.tensor<unit = "V">>, %a: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32, #fidelity.tensor<unit = "1">>, %e: tensor<3x4xf32>, %s: tensor<3x4xf32, #fidelity.tensor<unit = "A">>) {
  // expected-error@+1 {{'fidelity.ema' op expected state to have unit V as alpha · beta · input, but got A}}
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s : (tensor<?x3xf32, #fidelity.tensor<unit = "V">>, tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "A">>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return
}

// -----

func.func @rwkv_c1(%r: tensor<?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected receptance to have at least 3 dimensions, but got 2}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c2(%r: tensor<2x?x3xf32>, %w: tensor<1x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 0 of decay to be 2 as dimension 0 of receptance, but got 1}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<1x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c3(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<1x2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected key to have 3 dimensions, but got 4}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<1x2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c4(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<3x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 0 of value to be 2 as dimension 0 of receptance, but got 3}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<3x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

func.func @rwkv_c5(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected erase to be a and b, but got 1 operand}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

func.func @rwkv_c6(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32>, %b: tensor<2x?x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected no erase in version(v6), but got a and b}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c7(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32>, %b: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 2 of b to be 3 as dimension 2 of receptance, but got 4}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c8(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<3x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 0 of bonus to be 2 as dimension 0 of receptance, but got 3}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<3x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{receptance has type tensor<2x?x3xf32>}}
func.func @rwkv_c8_key(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<2x2xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 1 of bonus to be 3 as dimension 2 of receptance, but got 2}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x2xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{value has type tensor<2x?x4xf32>}}
func.func @rwkv_c9(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %s: tensor<2x3x3xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected dimension 2 of state to be 4 as dimension 2 of value, but got 3}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{decay has type tensor<2x?x3xf32, #fidelity.tensor<unit = "1/s">>}}
func.func @rwkv_c10(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32, #fidelity.tensor<unit = "1/s">>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected decay to be dimensionless, but got unit 1/s}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "1/s">>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+2 {{a has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{b has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @rwkv_c11(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %a: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, %b: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected a · b to be dimensionless, but got unit m^2}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{bonus has type tensor<2x3xf32, #fidelity.tensor<unit = "m">>}}
func.func @rwkv_c12(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<2x3xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected bonus to be dimensionless, but got unit m}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// expected-note@+3 {{key has type tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+2 {{value has type tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{state has type tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>}}
func.func @rwkv_c13(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, %s: tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.rwkv' op expected state to have unit m*s as key · value, but got s}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<2x?x4xf32, #fidelity.tensor<unit = "s">>, tensor<2x3x4xf32, #fidelity.tensor<unit = "s">>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}

// -----

// What ODS checks.
func.func @rwkv_version(%r: tensor<2x?x3xf32>, %w: tensor<2x?x3xf32>, %k: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) {
  // expected-error@+1 {{custom op 'fidelity.rwkv' expected one of [v6, v7] for version of RWKV, got: v5}}
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v5) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return
}
