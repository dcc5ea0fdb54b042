// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

// The types of results follow from the operands. What is written out may be
// more or less static, and may have an encoding that was not inferred, or not
// have one that was; it must not contradict.

func.func @static_and_dynamic(%x: tensor<?x4xf32>, %w: tensor<8x4xi8>) {
  %0 = "fidelity.ternary_linear"(%x, %w) : (tensor<?x4xf32>, tensor<8x4xi8>) -> tensor<?x8xf32>
  %1 = "fidelity.ternary_linear"(%x, %w) : (tensor<?x4xf32>, tensor<8x4xi8>) -> tensor<2x8xf32>
  %2 = "fidelity.ternary_linear"(%x, %w) : (tensor<?x4xf32>, tensor<8x4xi8>) -> tensor<?x?xf32>
  return
}

// -----

func.func @encodings(%x: tensor<4xf32>, %n: tensor<4xf32, #fidelity.tensor<dims = [N]>>) {
  %0 = "fidelity.rms_norm"(%x) : (tensor<4xf32>) -> tensor<4xf32, #fidelity.tensor<dims = [N]>>
  %1 = "fidelity.rms_norm"(%n) : (tensor<4xf32, #fidelity.tensor<dims = [N]>>) -> tensor<4xf32>
  return
}

// -----

func.func @size(%x: tensor<?x4xf32>, %w: tensor<8x4xi8>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected result #0 to have a type that agrees with 'tensor<?x8xf32>', but got 'tensor<?x4xf32>'}}
  %0 = "fidelity.ternary_linear"(%x, %w) : (tensor<?x4xf32>, tensor<8x4xi8>) -> tensor<?x4xf32>
  return
}

// -----

func.func @rank(%x: tensor<?x4xf32>, %w: tensor<8x4xi8>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected result #0 to have a type that agrees with 'tensor<?x8xf32>', but got 'tensor<8xf32>'}}
  %0 = "fidelity.ternary_linear"(%x, %w) : (tensor<?x4xf32>, tensor<8x4xi8>) -> tensor<8xf32>
  return
}

// -----

func.func @element(%x: tensor<?x4xf16>, %w: tensor<8x4xi8>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected result #0 to have a type that agrees with 'tensor<?x8xf16>', but got 'tensor<?x8xf32>'}}
  %0 = "fidelity.ternary_linear"(%x, %w) : (tensor<?x4xf16>, tensor<8x4xi8>) -> tensor<?x8xf32>
  return
}

// -----

// expected-note@+1 {{operand #0 has type 'tensor<4xf32, #fidelity.tensor<dims = [N]>>'}}
func.func @name(%x: tensor<4xf32, #fidelity.tensor<dims = [N]>>) {
  // expected-error@+1 {{'fidelity.rms_norm' op result #0: expected dimension 0 to be N, but got M}}
  %0 = "fidelity.rms_norm"(%x) : (tensor<4xf32, #fidelity.tensor<dims = [N]>>) -> tensor<4xf32, #fidelity.tensor<dims = [M]>>
  return
}

// -----

// The second of two results.
func.func @second(%x: tensor<2x8xf32>) {
  // expected-error@+1 {{'fidelity.quantize_activations' op expected result #1 to have a type that agrees with 'tensor<2x1xf32>', but got 'tensor<2xf32>'}}
  %0:2 = "fidelity.quantize_activations"(%x) : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2xf32>)
  return
}

// -----

// Packing keeps the names of the dimensions; what is written may say fewer.
func.func @fewer_names(%w: tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) {
  %0 = fidelity.pack %w to packed2 : (tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  %1 = fidelity.pack %w to packed2 : (tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<4x8xi8, #fidelity.tensor<dims = [_, In], storage = packed2>>
  return
}

// -----

// expected-note@+1 {{operand #0 has type 'tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>'}}
func.func @packed_name(%w: tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) {
  // expected-error@+1 {{'fidelity.pack' op result #0: expected dimension 1 to be In, but got Out}}
  %0 = fidelity.pack %w to packed2 : (tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<4x8xi8, #fidelity.tensor<dims = [_, Out], storage = packed2>>
  return
}

// -----

// An encoding that is not ours says all it says of a type, or nothing.
// expected-note@+1 {{operand #0 has type 'tensor<4xf32, "rows">'}}
func.func @foreign(%x: tensor<4xf32, "rows">) {
  %0 = "fidelity.rms_norm"(%x) : (tensor<4xf32, "rows">) -> tensor<4xf32>
  // expected-error@+1 {{'fidelity.rms_norm' op result #0: expected encoding "rows", but got "columns"}}
  %1 = "fidelity.rms_norm"(%x) : (tensor<4xf32, "rows">) -> tensor<4xf32, "columns">
  return
}

// -----

// expected-note@+1 {{operand #0 has type 'tensor<4xf32, #fidelity.tensor<dims = [N]>>'}}
func.func @foreign_for_ours(%x: tensor<4xf32, #fidelity.tensor<dims = [N]>>) {
  // expected-error@+1 {{'fidelity.rms_norm' op result #0: expected encoding #fidelity.tensor<dims = [N]>, but got "columns"}}
  %1 = "fidelity.rms_norm"(%x) : (tensor<4xf32, #fidelity.tensor<dims = [N]>>) -> tensor<4xf32, "columns">
  return
}
