// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

// What no one writes by hand and any program may: generic ops without what
// they need. Each is refused with a diagnostic.

func.func @no_operands() {
  // expected-error@+1 {{'fidelity.add' op expected 2 operands, but found 0}}
  "fidelity.add"() : () -> tensor<4xf32>
  return
}

// -----

func.func @too_many_operands(%x: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.sigmoid' op requires a single operand}}
  "fidelity.sigmoid"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @no_result(%x: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.add' op requires one result}}
  "fidelity.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> ()
  return
}

// -----

func.func @too_many_results(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{'fidelity.quantize_activations' op expected 2 results}}
  "fidelity.quantize_activations"(%x) : (tensor<2x4xf32>) -> (tensor<2x4xi8>, tensor<2x1xf32>, tensor<f32>)
  return
}

// -----

func.func @too_many_scales(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op operand group starting at #2 requires 0 or 1 element, but found 2}}
  "fidelity.ternary_linear"(%x, %w, %s, %s) : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  return
}

// -----

func.func @operands_of_accumulate(%x: tensor<8xf32>, %w: tensor<4x8xi8>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected 3 or more operands, but found 2}}
  "fidelity.ternary_accumulate"(%x, %w) : (tensor<8xf32>, tensor<4x8xi8>) -> tensor<4xf32>
  return
}

// -----

func.func @results_of_accumulate(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %i: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op result group starting at #0 requires 0 or 1 element, but found 2}}
  "fidelity.ternary_accumulate"(%x, %w, %i) : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @no_segments(%f: tensor<2x4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op operand count (2) does not match with the total size (0) specified in attribute 'operandSegmentSizes'}}
  "fidelity.mlgru"(%f, %f) : (tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @too_few_segments(%f: tensor<2x4xf32>) {
  // expected-error@+1 {{invalid properties {operandSegmentSizes = array<i32: 1, 1>} for op fidelity.mlgru: size mismatch in attribute conversion: 2 vs 5}}
  "fidelity.mlgru"(%f, %f) <{operandSegmentSizes = array<i32: 1, 1>}> : (tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @wrong_segments(%f: tensor<2x4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op operand count (2) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  "fidelity.mlgru"(%f, %f) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}> : (tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @negative_segments(%f: tensor<2x4xf32>) {
  // expected-error@+1 {{'fidelity.mlgru' op 'operandSegmentSizes' attribute cannot have negative elements}}
  "fidelity.mlgru"(%f, %f) <{operandSegmentSizes = array<i32: 1, 2, -1, 0, 0>}> : (tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @required_operand_absent(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %n: tensor<8xf32>) {
  // expected-error@+1 {{'fidelity.bit_linear' op expected one value for operand #2, but got 0}}
  "fidelity.bit_linear"(%x, %w, %n) <{operandSegmentSizes = array<i32: 1, 1, 0, 1, 0>}> : (tensor<8xf32>, tensor<4x8xi8>, tensor<8xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @segments_of_another_kind(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>) {
  // expected-error@+1 {{invalid properties {operandSegmentSizes = "1, 1, 1"} for op fidelity.bit_linear: expected DenseI32ArrayAttr for key `value`}}
  "fidelity.bit_linear"(%x, %w, %s) <{operandSegmentSizes = "1, 1, 1"}> : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<4xf32>
  return
}

// -----

func.func @no_storage(%w: tensor<4x8xi8>) {
  // expected-error@+1 {{'fidelity.pack' op requires attribute 'storage'}}
  "fidelity.pack"(%w) : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  return
}

// -----

func.func @storage_of_another_kind(%w: tensor<4x8xi8>) {
  // expected-error@+1 {{invalid properties {storage = 1 : i32} for op fidelity.pack: Invalid attribute `storage` in property conversion: 1 : i32}}
  "fidelity.pack"(%w) <{storage = 1 : i32}> : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  return
}

// -----

func.func @accumulator_of_another_kind(%x: tensor<8xf32>, %w: tensor<4x8xi8>) {
  // expected-error@+1 {{invalid properties {accumulator = f32} for op fidelity.ternary_linear: Invalid attribute `accumulator` in property conversion: f32}}
  "fidelity.ternary_linear"(%x, %w) <{accumulator = f32}> : (tensor<8xf32>, tensor<4x8xi8>) -> tensor<4xf32>
  return
}

// -----

func.func @group_size_of_another_kind(%w: tensor<4x8xf32>) {
  // expected-error@+1 {{'fidelity.ternarize' op attribute 'group_size' failed to satisfy constraint: 64-bit signless integer attribute}}
  "fidelity.ternarize"(%w) <{granularity = #fidelity<granularity group>, group_size = 4 : i32}> : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x2xf32>)
  return
}

// -----

func.func @smallest_group_size(%w: tensor<4x8xf32>) {
  // expected-error@+1 {{'fidelity.ternarize' op expected group_size to be positive, but got -9223372036854775808}}
  "fidelity.ternarize"(%w) <{granularity = #fidelity<granularity group>, group_size = -9223372036854775808 : i64}> : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x2xf32>)
  return
}

// -----

func.func @epsilon_of_another_kind(%x: tensor<8xf32>) {
  // expected-error@+1 {{invalid properties {epsilon = "small"} for op fidelity.rms_norm: Invalid attribute `epsilon` in property conversion: "small"}}
  "fidelity.rms_norm"(%x) <{epsilon = "small"}> : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @unknown_property(%x: tensor<8xf32>) {
  // expected-error@+1 {{invalid properties {alpha = 1.000000e+00 : f32} for op fidelity.add: this operation does not support properties}}
  "fidelity.add"(%x, %x) <{alpha = 1.0 : f32}> : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @a_region(%x: tensor<8xf32>) {
  // expected-error@+1 {{'fidelity.relu' op requires zero regions}}
  "fidelity.relu"(%x) ({
  }) : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @unknown_op(%x: tensor<8xf32>) {
  // expected-error@+1 {{unregistered operation 'fidelity.attention' found in dialect ('fidelity') that does not allow unknown operations}}
  "fidelity.attention"(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

// Types of every other kind.
func.func @scalars(%x: f32) {
  // expected-error@+1 {{'fidelity.add' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'f32'}}
  "fidelity.add"(%x, %x) : (f32, f32) -> f32
  return
}

// -----

func.func @memrefs(%x: memref<8xf32>) {
  // expected-error@+1 {{'fidelity.rms_norm' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'memref<8xf32>'}}
  "fidelity.rms_norm"(%x) : (memref<8xf32>) -> memref<8xf32>
  return
}

// -----

func.func @unranked_memrefs(%x: memref<*xf32>, %w: memref<4x8xi8>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float or 8-bit signless integer values, stored dense or memref of 16-bit float or bfloat16 type or 32-bit float or 64-bit float or 8-bit signless integer values, but got 'memref<*xf32>'}}
  "fidelity.ternary_accumulate"(%x, %w, %x) : (memref<*xf32>, memref<4x8xi8>, memref<*xf32>) -> ()
  return
}

// -----

func.func @tensors_of_vectors(%x: tensor<8xvector<4xf32>>) {
  // expected-error@+1 {{'fidelity.silu' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<8xvector<4xf32>>'}}
  "fidelity.silu"(%x) : (tensor<8xvector<4xf32>>) -> tensor<8xvector<4xf32>>
  return
}

// -----

// Sizes at the end of what a size can be.
// expected-note@+1 {{weights has type tensor<9223372036854775807x9223372036854775807xi8>}}
func.func @large(%x: tensor<9223372036854775807xf32>, %w: tensor<9223372036854775807x9223372036854775807xi8>, %s: tensor<9223372036854775807x2xf32>) {
  // K is odd.
  // expected-error@+1 {{'fidelity.ternary_linear' op expected the groups of scale to divide 9223372036854775807 inputs, but got 2 groups}}
  %0 = fidelity.ternary_linear %x, %w scale %s : (tensor<9223372036854775807xf32>, tensor<9223372036854775807x9223372036854775807xi8>, tensor<9223372036854775807x2xf32>) -> tensor<9223372036854775807xf32>
  return
}

// -----

// The encoding is looked at although there is no element type.
// expected-error@+1 {{expected non-function type}}
func.func private @no_element_type(tensor<4xfloat, #fidelity.tensor<storage = packed2>>)
