// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @route_c1(%l: tensor<f32>) -> tensor<2xi32> {
  // expected-error@+1 {{'fidelity.route' op expected logits to have at least 1 dimension, but got 0}}
  %w, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<f32>) -> (tensor<2xf32>, tensor<2xi32>)
  return %i : tensor<2xi32>
}

// -----

func.func @route_c2(%l: tensor<?xf32>) -> tensor<0xi32> {
  // expected-error@+1 {{'fidelity.route' op expected top_k to be positive, but got 0}}
  %w, %i = fidelity.route %l {top_k = 0 : i64} : (tensor<?xf32>) -> (tensor<0xf32>, tensor<0xi32>)
  return %i : tensor<0xi32>
}

// -----

func.func @route_c2_negative(%l: tensor<?xf32>) -> tensor<0xi32> {
  // expected-error@+1 {{'fidelity.route' op expected top_k to be positive, but got -3}}
  %w, %i = fidelity.route %l {top_k = -3 : i64} : (tensor<?xf32>) -> (tensor<0xf32>, tensor<0xi32>)
  return %i : tensor<0xi32>
}

// -----

// expected-note@+1 {{logits has type tensor<?x1xf32>}}
func.func @route_c3(%l: tensor<?x1xf32>) -> tensor<?x2xi32> {
  // expected-error@+1 {{'fidelity.route' op expected top_k to be at most 1 expert, but got 2}}
  %w, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<?x1xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  return %i : tensor<?x2xi32>
}

// -----

// expected-note@+1 {{logits has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @route_c4(%l: tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<2xi32> {
  // expected-error@+1 {{'fidelity.route' op expected logits to be dimensionless, but got unit m}}
  %w, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2xf32>, tensor<2xi32>)
  return %i : tensor<2xi32>
}

// -----

// expected-note@+1 {{tokens has type tensor<3x4xf32>}}
func.func @dispatch_c1(%t: tensor<3x4xf32>, %i: tensor<2x1xi32>, %c: index) -> tensor<2x?x4xf32> {
  // expected-error@+1 {{'fidelity.dispatch' op expected dimension 0 of indices to be 3 as dimension 0 of tokens, but got 2}}
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2 : i64} : (tensor<3x4xf32>, tensor<2x1xi32>, index) -> (tensor<2x?x4xf32>, tensor<2x1xi32>)
  return %x : tensor<2x?x4xf32>
}

// -----

func.func @dispatch_c2(%t: tensor<3x4xf32>, %i: tensor<3x1xi32>, %c: index) -> tensor<0x?x4xf32> {
  // expected-error@+1 {{'fidelity.dispatch' op expected experts from 1 to 2147483647, but got 0}}
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 0 : i64} : (tensor<3x4xf32>, tensor<3x1xi32>, index) -> (tensor<0x?x4xf32>, tensor<3x1xi32>)
  return %x : tensor<0x?x4xf32>
}

// -----

func.func @dispatch_c2_many(%t: tensor<3x4xf32>, %i: tensor<3x1xi32>, %c: index) -> tensor<2147483648x?x4xf32> {
  // expected-error@+1 {{'fidelity.dispatch' op expected experts from 1 to 2147483647, but got 2147483648}}
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2147483648 : i64} : (tensor<3x4xf32>, tensor<3x1xi32>, index) -> (tensor<2147483648x?x4xf32>, tensor<3x1xi32>)
  return %x : tensor<2147483648x?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<?x2xf32>}}
func.func @combine_c1(%y: tensor<8x4x6xf32>, %w: tensor<?x2xf32>, %i: tensor<?x3xi32>, %p: tensor<?x2xi32>) -> tensor<?x6xf32> {
  // expected-error@+1 {{'fidelity.combine' op expected dimension 1 of indices to be 2 as dimension 1 of weights, but got 3}}
  %t = fidelity.combine %y, %w, %i, %p : (tensor<8x4x6xf32>, tensor<?x2xf32>, tensor<?x3xi32>, tensor<?x2xi32>) -> tensor<?x6xf32>
  return %t : tensor<?x6xf32>
}

// -----

// A size that only the indices tell is checked too.
// expected-note@+1 {{indices has type tensor<5x2xi32>}}
func.func @combine_c2(%y: tensor<8x4x6xf32>, %w: tensor<?x2xf32>, %i: tensor<5x2xi32>, %p: tensor<7x2xi32>) -> tensor<?x6xf32> {
  // expected-error@+1 {{'fidelity.combine' op expected dimension 0 of positions to be 5 as dimension 0 of indices, but got 7}}
  %t = fidelity.combine %y, %w, %i, %p : (tensor<8x4x6xf32>, tensor<?x2xf32>, tensor<5x2xi32>, tensor<7x2xi32>) -> tensor<?x6xf32>
  return %t : tensor<?x6xf32>
}

// -----

// What ODS checks.

func.func @route_top_k(%l: tensor<?xf32>) -> tensor<0xi32> {
  // expected-error@+1 {{'fidelity.route' op requires attribute 'top_k'}}
  %w, %i = fidelity.route %l : (tensor<?xf32>) -> (tensor<0xf32>, tensor<0xi32>)
  return %i : tensor<0xi32>
}

// -----

func.func @route_softmax(%l: tensor<?xf32>) -> tensor<1xi32> {
  // expected-error@+1 {{custom op 'fidelity.route' expected one of [selected, all] for what a router's softmax runs over, got: some}}
  %w, %i = fidelity.route %l softmax(some) {top_k = 1 : i64} : (tensor<?xf32>) -> (tensor<1xf32>, tensor<1xi32>)
  return %i : tensor<1xi32>
}

// -----

func.func @route_result(%l: tensor<?xf32>) -> tensor<2xi32> {
  // expected-error@+1 {{'fidelity.route' op expected result #0 to have a type that agrees with 'tensor<1xf32>', but got 'tensor<2xf32>'}}
  %w, %i = fidelity.route %l {top_k = 1 : i64} : (tensor<?xf32>) -> (tensor<2xf32>, tensor<2xi32>)
  return %i : tensor<2xi32>
}

// -----

func.func @dispatch_tokens(%t: tensor<4xf32>, %i: tensor<3x1xi32>, %c: index) -> tensor<2x?x4xf32> {
  // expected-error@+1 {{'fidelity.dispatch' op operand #0 must be 2D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xf32>'}}
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2 : i64} : (tensor<4xf32>, tensor<3x1xi32>, index) -> (tensor<2x?x4xf32>, tensor<3x1xi32>)
  return %x : tensor<2x?x4xf32>
}

// -----

func.func @dispatch_result(%t: tensor<3x4xf32>, %i: tensor<3x1xi32>, %c: index) -> tensor<3x?x4xf32> {
  // expected-error@+1 {{'fidelity.dispatch' op expected result #0 to have a type that agrees with 'tensor<2x?x4xf32>', but got 'tensor<3x?x4xf32>'}}
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2 : i64} : (tensor<3x4xf32>, tensor<3x1xi32>, index) -> (tensor<3x?x4xf32>, tensor<3x1xi32>)
  return %x : tensor<3x?x4xf32>
}

// -----

func.func @combine_indices(%y: tensor<8x4x6xf32>, %w: tensor<?x2xf32>, %i: tensor<?x2xi64>) -> tensor<?x6xf32> {
  // expected-error@+1 {{'fidelity.combine' op operand #2 must be 2D tensor of 32-bit signless integer values, but got 'tensor<?x2xi64>'}}
  %t = fidelity.combine %y, %w, %i, %i : (tensor<8x4x6xf32>, tensor<?x2xf32>, tensor<?x2xi64>, tensor<?x2xi64>) -> tensor<?x6xf32>
  return %t : tensor<?x6xf32>
}
