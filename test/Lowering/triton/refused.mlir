// What Triton cannot take is refused at the op.

// RUN: fidelity-opt %s --fidelity-triton-pipeline -split-input-file -verify-diagnostics

func.func @f64(%x: tensor<4xf64>) -> tensor<4xf64> {
  // expected-note @+2 {{the tensor has type tensor<4xf64>}}
  // expected-error @+1 {{expected elements of type f16, bf16, f32, i8, i16, i32 or i64, which Triton computes with, but got f64; convert the tensors first}}
  %y = fidelity.rms_norm %x : (tensor<4xf64>) -> tensor<4xf64>
  return %y : tensor<4xf64>
}

// -----

func.func @wide_scalars(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    // expected-error @+1 {{expected scalars of type i1, f16, bf16, f32, i8, i16, i32 or i64, which Triton computes with, but got f64}}
    %w = arith.extf %a : f32 to f64
    %s = math.sqrt %w : f64
    %r = arith.truncf %s : f64 to f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @function(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    // expected-error @+1 {{expected an op that Triton compiles, but got 'math.atan'; write it in terms of others}}
    %s = math.atan %a : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @tiled(%x: tensor<2x8xi8>, %w: tensor<4x8xi8, #fidelity.tensor<storage = tiled2>>) -> tensor<2x4xi32> {
  // expected-error @+1 {{expected weights stored dense, packed2 or packed5, but got tiled2, which is for the vector units of processors; fidelity-pack-weights stores constants in another way}}
  %y = fidelity.ternary_linear %x, %w : (tensor<2x8xi8>, tensor<4x8xi8, #fidelity.tensor<storage = tiled2>>) -> tensor<2x4xi32>
  return %y : tensor<2x4xi32>
}

// -----

func.func @tiled5(%x: tensor<2x8xi8>, %w: tensor<4x8xi8, #fidelity.tensor<storage = tiled5>>) -> tensor<2x4xi32> {
  // expected-error @+1 {{expected weights stored dense, packed2 or packed5, but got tiled5, which is for the vector units of processors; fidelity-pack-weights stores constants in another way}}
  %y = fidelity.ternary_linear %x, %w : (tensor<2x8xi8>, tensor<4x8xi8, #fidelity.tensor<storage = tiled5>>) -> tensor<2x4xi32>
  return %y : tensor<2x4xi32>
}

// -----

func.func @groups(%x: tensor<2x8xi8>, %w: tensor<4x8xi8>, %s: tensor<4x2xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected one scale, or one for each row of weights, but got groups; they are lowered for CPUs only}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<2x8xi8>, tensor<4x8xi8>, tensor<4x2xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

func.func @accumulator(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected an accumulator of type f32 or i32, which Triton adds in, but got f64; leave it out}}
  %y = fidelity.ternary_linear %x, %w accumulator(f64) : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

func.func @constant_weights(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = arith.constant dense<[[1, 0], [-1, 1]]> : tensor<2x2xi8>
  // expected-error @+1 {{expected tensors of kernels to be arguments of the function, but got 'arith.constant' for argument 1 of @constant_weights_kernel0; pass constants as arguments}}
  %y = fidelity.ternary_linear %x, %w : (tensor<2x2xf32>, tensor<2x2xi8>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

func.func @dynamic_row(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  // expected-error @+1 {{expected a static last dimension of at most 65536, as a block of Triton's has a fixed size, but got a dynamic one}}
  %y = fidelity.rms_norm %x : (tensor<2x?xf32>) -> tensor<2x?xf32>
  return %y : tensor<2x?xf32>
}

// -----

func.func @long_row(%x: tensor<2x65537xf32>) -> tensor<2x65537xf32> {
  // expected-error @+1 {{expected a static last dimension of at most 65536, as a block of Triton's has a fixed size, but got 65537}}
  %y = fidelity.rms_norm %x : (tensor<2x65537xf32>) -> tensor<2x65537xf32>
  return %y : tensor<2x65537xf32>
}

// -----

func.func @keys(%q: tensor<1x4x8xf32>) -> (tensor<1x4x8xf32>, tensor<1x8x8xf32>) {
  // expected-error @+1 {{expected ops that make kernels for Triton, but got 'fidelity.recurrence'; Triton gets recurrences that have a value and no key}}
  %o, %s = fidelity.linear_attention %q, %q, %q update_rule(linear)
    : (tensor<1x4x8xf32>, tensor<1x4x8xf32>, tensor<1x4x8xf32>) -> (tensor<1x4x8xf32>, tensor<1x8x8xf32>)
  return %o, %s : tensor<1x4x8xf32>, tensor<1x8x8xf32>
}

// -----

func.func @weights(%w: tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>) {
  // expected-error @+1 {{expected ops that make kernels for Triton, but got 'linalg.generic'; Triton gets those whose loops are all parallel}}
  %t, %g = fidelity.ternarize %w : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  return %t, %g : tensor<4x8xi8>, tensor<f32>
}

// -----

func.func @branches(%x: tensor<4xf32>, %c: tensor<i1>) -> tensor<4xf32> {
  // expected-error @+1 {{expected ops that make kernels for Triton, but got 'tensor.extract'}}
  %b = tensor.extract %c[] : tensor<i1>
  %y = scf.if %b -> tensor<4xf32> {
    %z = fidelity.relu %x : tensor<4xf32>
    scf.yield %z : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  return %y : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected results that kernels make or that are arguments, but got result 0, which is none; give it to an op that makes a tensor}}
func.func @constant_result(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c = arith.constant dense<0.0> : tensor<4xf32>
  return %c : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected ranked tensors of sizes that are those of arguments, but got i32}}
func.func @scalar(%x: tensor<4xf32>, %n: i32) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

func.func @transfer(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected ops that make kernels for Triton, but got 'fidelity.transfer'; code for one device has no other one; compile the function of each device, as fidelity-partition makes them, by itself, and copy between their calls}}
  %y = fidelity.transfer %x from "a" to "b" : tensor<4xf32>
  return %y : tensor<4xf32>
}
