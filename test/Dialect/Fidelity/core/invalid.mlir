// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @recurrence_c1(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected 3 maps in indexing_maps, one for each operand and result, but got 2}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c2(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected map #1 to be over 2 loops, but got (d0, d1, d2) -> (d0, d1)}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d, e) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c2_symbol(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected map #0 to be over 2 loops, but got (d0, d1)[s0] -> (d0, d1)}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d)[s] -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c2_twice(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected map #0 to list different loops, but got (d0, d1) -> (d1, d1)}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (d, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c2_sum(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected map #0 to list different loops, but got (d0, d1) -> (d0, d0 + d1)}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t, t + d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c3(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected the map of last_state to have all loops but time, but got 2 loops of 2}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>)
  return
}

// -----

func.func @recurrence_c4(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected the map of output to have d0, the loop that last_state lacks, but got [d1]}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c5(%x: tensor<?x4x5xf32>, %s: tensor<5x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected state to have the map of last_state, [d1, d2], but got [d2, d1]}}
  %o, %l = fidelity.recurrence value %x state %s {indexing_maps = [affine_map<(t, d, e) -> (t, d, e)>, affine_map<(t, d, e) -> (e, d)>, affine_map<(t, d, e) -> (t, d, e)>, affine_map<(t, d, e) -> (d, e)>]} : (tensor<?x4x5xf32>, tensor<5x4xf32>) -> (tensor<?x4x5xf32>, tensor<4x5xf32>)
  return
}

// -----

func.func @recurrence_c6(%x: tensor<?x4x5xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected value to have 2 dimensions, as its map has, but got 3}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x4x5xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}

// -----

// expected-note@+1 {{decay has type tensor<?x4xf32>}}
func.func @recurrence_c7(%d: tensor<?x4xf32>, %x: tensor<?x5xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected dimension 1 of value to be 4 as dimension 1 of decay, but got 5}}
  %o, %s = fidelity.recurrence decay %d value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x4xf32>, tensor<?x5xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c7_unknown(%x: tensor<?xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected an operand with loop d1, but got none}}
  %o, %s = fidelity.recurrence value %x {indexing_maps = [affine_map<(t, d) -> (t)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return
}

// -----

#named = #fidelity.tensor<dims = [Time, In]>
#other = #fidelity.tensor<dims = [Time, Hidden]>
// expected-note@+2 {{decay has type}}
// expected-note@+1 {{value has type}}
func.func @recurrence_c7_names(%d: tensor<?x?xf32, #named>, %x: tensor<?x?xf32, #other>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected dimension 1 of value to be In as dimension 1 of decay, but got Hidden}}
  %o, %s = fidelity.recurrence decay %d value %x {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]} : (tensor<?x?xf32, #named>, tensor<?x?xf32, #other>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return
}

// -----

func.func @recurrence_c8(%d: tensor<?xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected decay to have at most 2 operands, but got 3}}
  %o, %s = fidelity.recurrence decay %d, %d, %d {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?xf32>, tensor<f32>)
  return
}

// -----

func.func @recurrence_c8_exponential(%x: tensor<?xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected decay to have an operand for exponential, but got none}}
  %o, %s = fidelity.recurrence value %x {exponential, indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf32>) -> (tensor<?xf32>, tensor<f32>)
  return
}

// -----

func.func @recurrence_c9(%r: tensor<?x4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected erase to be the vector that reads and the one that writes, but got 1 operand}}
  %o, %s = fidelity.recurrence erase %r {indexing_maps = [affine_map<(t, k) -> (t, k)>, affine_map<(t, k) -> (t)>, affine_map<(t, k) -> (k)>]} : (tensor<?x4xf32>) -> (tensor<?xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c10(%x: tensor<?x4xf32>, %u: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected read(before) for a bonus, but got read(after)}}
  %o, %s = fidelity.recurrence key %x bonus %u {indexing_maps = [affine_map<(t, k) -> (t, k)>, affine_map<(t, k) -> (k)>, affine_map<(t, k) -> (t)>, affine_map<(t, k) -> (k)>]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?xf32>, tensor<4xf32>)
  return
}

// -----

func.func @recurrence_c11(%x: tensor<?xf32>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected chunk to be positive, but got 0}}
  %o, %s = fidelity.recurrence value %x chunk(0) {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf32>) -> (tensor<?xf32>, tensor<f32>)
  return
}

// -----

// Two factors may cancel: seconds times hertz.
#s = #fidelity.tensor<unit = "s">
#hz = #fidelity.tensor<unit = "Hz">
// expected-note@+1 {{decay has type}}
func.func @recurrence_c12(%d: tensor<?xf32, #s>, %a: tensor<f32, #hz>) {
  %0, %1 = fidelity.recurrence decay %d, %a {exponential, indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf32, #s>, tensor<f32, #hz>) -> (tensor<?xf32>, tensor<f32>)
  // expected-error@+1 {{'fidelity.recurrence' op expected decay to be dimensionless, but got unit s}}
  %2, %3 = fidelity.recurrence decay %d {exponential, indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf32, #s>) -> (tensor<?xf32>, tensor<f32>)
  return
}

// -----

#m = #fidelity.tensor<unit = "m">
#s = #fidelity.tensor<unit = "s">
// expected-note@+2 {{state has type}}
// expected-note@+1 {{value has type}}
func.func @recurrence_c13(%x: tensor<?xf32, #m>, %k: tensor<?xf32>, %s: tensor<f32, #s>) {
  // expected-error@+1 {{'fidelity.recurrence' op expected state to have unit m as value, but got s}}
  %0, %1 = fidelity.recurrence value %x state %s {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> ()>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf32, #m>, tensor<f32, #s>) -> (tensor<?xf32>, tensor<f32>)
  return
}
