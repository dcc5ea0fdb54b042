// What has no kernel in the gpu dialect is refused at the op. What is refused for
// every target that launches kernels is in ../triton/.

// RUN: fidelity-opt %s --fidelity-gpu-pipeline -split-input-file -verify-diagnostics

func.func @bits(%x: tensor<4xi1>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  // expected-note @+2 {{the tensor has type tensor<4xi1>}}
  // expected-error @+1 {{expected elements of type f16, bf16, f32, f64, i8, i16, i32 or i64, which the gpu dialect computes with, but got i1; convert the tensors first}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xi1>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: i1, %b: f32):
    %s = arith.uitofp %a : i1 to f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @function(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    // expected-error @+1 {{expected an op that the gpu dialect compiles, but got 'math.sin'; write it in terms of others}}
    %s = math.sin %a : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @accumulator(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected an accumulator of type f32, f64 or i32, which the gpu dialect adds in, but got f128; leave it out}}
  %y = fidelity.ternary_linear %x, %w accumulator(f128) : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
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

func.func @keys(%q: tensor<1x4x8xf32>) -> (tensor<1x4x8xf32>, tensor<1x8x8xf32>) {
  // expected-error @+1 {{expected ops that make kernels for the gpu dialect, but got 'fidelity.recurrence'; the gpu dialect gets recurrences that have a value and no key}}
  %o, %s = fidelity.linear_attention %q, %q, %q update_rule(linear)
    : (tensor<1x4x8xf32>, tensor<1x4x8xf32>, tensor<1x4x8xf32>) -> (tensor<1x4x8xf32>, tensor<1x8x8xf32>)
  return %o, %s : tensor<1x4x8xf32>, tensor<1x8x8xf32>
}

// -----

func.func @transfer(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected ops that make kernels for the gpu dialect, but got 'fidelity.transfer'; code for one device has no other one; compile the function of each device, as fidelity-partition makes them, by itself, and copy between their calls}}
  %y = fidelity.transfer %x from "a" to "b" : tensor<4xf32>
  return %y : tensor<4xf32>
}
