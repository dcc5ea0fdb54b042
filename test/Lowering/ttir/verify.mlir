// TTIR that tt-mlir would take and get wrong, or not take.

// RUN: fidelity-opt %s --fidelity-verify-ttir -split-input-file -verify-diagnostics

func.func @right(%x: tensor<2x8xf32>, %w: tensor<4x8xbf16> {ttcore.weight_dtype = "bfp_bf4"}) -> tensor<2x4xf32> {
  %0 = "ttir.matmul"(%x, %w) {transpose_a = false, transpose_b = true} : (tensor<2x8xf32>, tensor<4x8xbf16>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func @foreign(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected an op of TTIR that is made here, but got 'math.exp'}}
  %0 = math.exp %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @unknown(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected an op of TTIR that is made here, but got 'ttir.softplus'}}
  %0 = "ttir.softplus"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @destination(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected 2 operands, and none for the result, but got 3}}
  %0 = "ttir.add"(%x, %x, %x) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected static sizes, but got tensor<?xf32>}}
func.func @dynamic(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// -----

// expected-error @+1 {{expected elements of type f32, bf16, i32 or si32, but got i8}}
func.func @int8(%x: tensor<4xi8>) {
  return
}

// -----

func.func @ui32(%x: tensor<4xf32>) -> tensor<4xui32> {
  // expected-error @+2 {{expected elements of type f32, bf16, i32 or si32, but got ui32}}
  // expected-note @+1 {{result has type}}
  %0 = "ttir.typecast"(%x) {conservative_folding = false} : (tensor<4xf32>) -> tensor<4xui32>
  return %0 : tensor<4xui32>
}

// -----

func.func @transpose_a(%x: tensor<8x2xf32>, %w: tensor<4x8xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected transpose_a to be false, the transpose of a being compiled wrongly, but got true}}
  %0 = "ttir.matmul"(%x, %w) {transpose_a = true, transpose_b = true} : (tensor<8x2xf32>, tensor<4x8xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func @width_of_dim(%x: tensor<2x4xf32>) -> tensor<4x4xf32> {
  // expected-error @+1 {{expected dim to be an integer of type si32, but got 0 : i32}}
  %0 = "ttir.concat"(%x, %x) {dim = 0 : i32} : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

func.func @width_of_shape(%x: tensor<2x4xf32>) -> tensor<8xf32> {
  // expected-error @+1 {{expected shape to be a list of integers of type i32, but got [8]}}
  %0 = "ttir.reshape"(%x) {shape = [8 : i64]} : (tensor<2x4xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @width_of_number(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected min to be a number of type f32, but got 0.000000e+00 : f64}}
  %0 = "ttir.clamp_scalar"(%x) {min = 0.0 : f64, max = 1.0 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

func.func @array(%x: tensor<2x4xf32>) -> tensor<4x2xf32> {
  // expected-error @+1 {{expected permutation to be an array<i64>, but got array<i32: 1, 0>}}
  %0 = "ttir.permute"(%x) {permutation = array<i32: 1, 0>} : (tensor<2x4xf32>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

func.func @missing(%x: tensor<4xf32>) -> tensor<4xbf16> {
  // expected-error @+1 {{expected conservative_folding to be a boolean, but got none}}
  %0 = "ttir.typecast"(%x) : (tensor<4xf32>) -> tensor<4xbf16>
  return %0 : tensor<4xbf16>
}

// -----

func.func @superfluous(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected of 'ttir.exp' the attributes none, but got speed}}
  %0 = "ttir.exp"(%x) {speed = 9 : i32} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @shape(%x: tensor<2x4xf32>, %y: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error @+1 {{expected a result of type tensor<2x4xf32>, but got tensor<1x4xf32>}}
  %0 = "ttir.add"(%x, %y) : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

// -----

func.func @elements(%x: tensor<4xf32>, %y: tensor<4xbf16>) -> tensor<4xf32> {
  // expected-error @+1 {{expected operands of one element type, f32, but got bf16}}
  %0 = "ttir.add"(%x, %y) : (tensor<4xf32>, tensor<4xbf16>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @slice(%x: tensor<4xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{expected a slice within 4, but got 2 to 5 in steps of 1}}
  %0 = "ttir.slice_static"(%x) {begins = [2 : i32], ends = [5 : i32], step = [1 : i32]} : (tensor<4xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @inner(%x: tensor<2x8xf32>, %w: tensor<4x7xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected an inner size of b of 8, but got 7}}
  %0 = "ttir.matmul"(%x, %w) {transpose_a = false, transpose_b = true} : (tensor<2x8xf32>, tensor<4x7xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{expected ttcore.weight_dtype to be "bfp_bf8", "bfp_bf4" or "bf16", but got "bfp_bf2"}}
func.func @dtype(%w: tensor<4x8xbf16> {ttcore.weight_dtype = "bfp_bf2"}) {
  return
}

// -----

// expected-note @+1 {{the weight has type}}
func.func @weight(%w: tensor<4x8xbf16> {ttcore.weight_dtype = "bfp_bf4"}) -> tensor<4x8xbf16> {
  // expected-error @+1 {{expected a weight to be the second operand of ttir.matmul, but got operand 0 of 'ttir.neg'}}
  %0 = "ttir.neg"(%w) : (tensor<4x8xbf16>) -> tensor<4x8xbf16>
  return %0 : tensor<4x8xbf16>
}
