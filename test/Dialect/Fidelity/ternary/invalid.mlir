// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @zero_vector_c1(%n: index) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.zero_vector' op expected a result of one dimension, but got 2}}
  %0 = fidelity.zero_vector %n : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @zero_vector_c1_scalar(%n: index) -> tensor<f32> {
  // expected-error@+1 {{'fidelity.zero_vector' op expected a result of one dimension, but got 0}}
  %0 = fidelity.zero_vector %n : tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @ternary_linear_c1(%x: tensor<f32>, %w: tensor<4x8xi8>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected x to have at least 1 dimension, but got 0}}
  %y = fidelity.ternary_linear %x, %w : (tensor<f32>, tensor<4x8xi8>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<64x128xi8>}}
func.func @ternary_linear_c2(%x: tensor<?x256xf32>, %w: tensor<64x128xi8>) -> tensor<?x64xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected dimension 1 of x to be 128 as dimension 1 of weights, but got 256}}
  %y = fidelity.ternary_linear %x, %w : (tensor<?x256xf32>, tensor<64x128xi8>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

func.func @ternary_linear_c3(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<1x4x2xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected scale to be a scalar, [N] or [N, G], but got 3 dimensions}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<1x4x2xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @ternary_linear_c3_rows(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<8xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected dimension 0 of scale to be 4 as dimension 0 of weights, but got 8}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<8xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @ternary_linear_c4(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<4x3xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected the groups of scale to divide 8 inputs, but got 3 groups}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<4x3xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @ternary_linear_c4_none(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<4x0xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected the groups of scale to divide 8 inputs, but got 0 groups}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<4x0xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{x has type tensor<?x8xi8>}}
func.func @ternary_linear_c5(%x: tensor<?x8xi8>, %w: tensor<4x8xi8>) -> tensor<?x4xi32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected accumulator to be i32 for an x of i8, but got f32}}
  %y = fidelity.ternary_linear %x, %w accumulator(f32) : (tensor<?x8xi8>, tensor<4x8xi8>) -> tensor<?x4xi32>
  return %y : tensor<?x4xi32>
}

// -----

// expected-note@+1 {{x has type tensor<?x8xbf16>}}
func.func @ternary_linear_c5_float(%x: tensor<?x8xbf16>, %w: tensor<4x8xi8>) -> tensor<?x4xbf16> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected accumulator to be a float type for an x of bf16, but got i32}}
  %y = fidelity.ternary_linear %x, %w accumulator(i32) : (tensor<?x8xbf16>, tensor<4x8xi8>) -> tensor<?x4xbf16>
  return %y : tensor<?x4xbf16>
}

// -----

// expected-note@+1 {{x has type tensor<8xf32>}}
func.func @ternary_accumulate_c1(%x: tensor<8xf32>, %w: memref<4x8xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected weights to be a tensor as x is, but got a memref}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, memref<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{x has type memref<8xf32>}}
func.func @ternary_accumulate_c1_init(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected init to be a memref as x is, but got a tensor}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @ternary_accumulate_c2(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %init: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected one result on tensors and none on memrefs, but got no result on tensors}}
  fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> ()
  return
}

// -----

func.func @ternary_accumulate_c2_memrefs(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected one result on tensors and none on memrefs, but got a result on memrefs}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{weights has type memref<4x9xi8>}}
func.func @ternary_accumulate_c3(%x: memref<?x8xf32>, %w: memref<4x9xi8>, %init: memref<?x4xf32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected dimension 1 of x to be 9 as dimension 1 of weights, but got 8}}
  fidelity.ternary_accumulate %x, %w, %init : (memref<?x8xf32>, memref<4x9xi8>, memref<?x4xf32>) -> ()
  return
}

// -----

// expected-note@+1 {{x has type memref<?x21xi8>}}
func.func @ternary_accumulate_c8_fives(%x: memref<?x21xi8>, %w: memref<4x4xi8>, %init: memref<?x4xi32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected rows of 8 bytes for 21 weights stored tiled5, but got 4}}
  fidelity.ternary_accumulate %x, %w, %init storage(tiled5) : (memref<?x21xi8>, memref<4x4xi8>, memref<?x4xi32>) -> ()
  return
}

// -----

// expected-note@+1 {{x has type memref<?x17xi8>}}
func.func @ternary_accumulate_c8(%x: memref<?x17xi8>, %w: memref<4x4xi8>, %init: memref<?x4xi32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected rows of 8 bytes for 17 weights stored tiled2, but got 4}}
  fidelity.ternary_accumulate %x, %w, %init storage(tiled2) : (memref<?x17xi8>, memref<4x4xi8>, memref<?x4xi32>) -> ()
  return
}

// -----

func.func @ternary_accumulate_c8_dense(%x: memref<?x4xi8>, %w: memref<4x4xi8>, %init: memref<?x4xi32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected storage to be packed, but got dense}}
  fidelity.ternary_accumulate %x, %w, %init storage(dense) : (memref<?x4xi8>, memref<4x4xi8>, memref<?x4xi32>) -> ()
  return
}

// -----

func.func @ternary_accumulate_c8_encoding(%x: tensor<4xi8>, %w: tensor<4x4xi8, #fidelity.tensor<storage = packed2>>, %init: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected weights without an encoding, as storage says theirs, but got #fidelity.tensor<storage = packed2>}}
  %y = fidelity.ternary_accumulate %x, %w, %init storage(packed2) : (tensor<4xi8>, tensor<4x4xi8, #fidelity.tensor<storage = packed2>>, tensor<4xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @ternary_accumulate_c3_scalar(%x: tensor<f32>, %w: tensor<4x9xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected x to have at least 1 dimension, but got 0}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<f32>, tensor<4x9xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @ternary_accumulate_c4(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %init: tensor<5xf32>) -> tensor<5xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected dimension 0 of init to be 4 as dimension 0 of weights, but got 5}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<5xf32>) -> tensor<5xf32>
  return %y : tensor<5xf32>
}

// -----

// expected-note@+1 {{x has type tensor<2x8xf32>}}
func.func @ternary_accumulate_c4_rank(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected init to have 2 dimensions, but got 1}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{x has type tensor<8xi8>}}
func.func @ternary_accumulate_c5(%x: tensor<8xi8>, %w: tensor<4x8xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected init to have elements of type i32 for an x of i8, but got f32}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xi8>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{x has type tensor<8xbf16>}}
func.func @ternary_accumulate_c5_float(%x: tensor<8xbf16>, %w: tensor<4x8xi8>, %init: tensor<4xf64>) -> tensor<4xf64> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected init to have elements of type bf16 or f32 for an x of bf16, but got f64}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xbf16>, tensor<4x8xi8>, tensor<4xf64>) -> tensor<4xf64>
  return %y : tensor<4xf64>
}

// -----

// expected-note@+1 {{x has type tensor<8xi8>}}
func.func @ternary_accumulate_c5_scale(%x: tensor<8xi8>, %w: tensor<4x8xi8>, %init: tensor<4xi32>, %s: tensor<f32>) -> tensor<4xi32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected init to have elements of type float for an x of i8, but got i32}}
  %y = fidelity.ternary_accumulate %x, %w, %init scale %s : (tensor<8xi8>, tensor<4x8xi8>, tensor<4xi32>, tensor<f32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

// expected-note@+1 {{x has type memref<8xf32>}}
func.func @ternary_accumulate_c1_scale(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>, %s: tensor<f32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected scale to be a memref as x is, but got a tensor}}
  fidelity.ternary_accumulate %x, %w, %init scale %s : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>, tensor<f32>) -> ()
  return
}

// -----

// expected-note@+1 {{weights has type memref<4x4xi8>}}
func.func @ternary_accumulate_c9(%x: memref<8xf32>, %w: memref<4x4xi8>, %init: memref<4xf32>, %s: memref<5x1xf32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected dimension 0 of scale to be 4 as dimension 0 of weights, but got 5}}
  fidelity.ternary_accumulate %x, %w, %init scale %s storage(tiled2) : (memref<8xf32>, memref<4x4xi8>, memref<4xf32>, memref<5x1xf32>) -> ()
  return
}

// -----

// expected-note@+1 {{x has type tensor<8xi8>}}
func.func @ternary_accumulate_c9_groups(%x: tensor<8xi8>, %w: tensor<4x?xi8>, %init: tensor<4xf32>, %s: tensor<4x3xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected the groups of scale to divide 8 inputs, but got 3 groups}}
  %y = fidelity.ternary_accumulate %x, %w, %init scale %s : (tensor<8xi8>, tensor<4x?xi8>, tensor<4xf32>, tensor<4x3xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @ternarize_c1(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected group_size exactly for granularity(group), but got group_size 4 for granularity(row)}}
  %0, %1 = fidelity.ternarize %w granularity(row) {group_size = 4 : i64} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4xf32>)
  return %0 : tensor<4x8xi8>
}

// -----

func.func @ternarize_c1_group(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected group_size exactly for granularity(group), but got no group_size}}
  %0, %1 = fidelity.ternarize %w granularity(group) : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x2xf32>)
  return %0 : tensor<4x8xi8>
}

// -----

func.func @ternarize_c2(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected group_size to divide 8 weights of a row, but got 3}}
  %0, %1 = fidelity.ternarize %w granularity(group) {group_size = 3 : i64} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x2xf32>)
  return %0 : tensor<4x8xi8>
}

// -----

func.func @ternarize_c2_zero(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected group_size to be positive, but got 0}}
  %0, %1 = fidelity.ternarize %w granularity(group) {group_size = 0 : i64} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x2xf32>)
  return %0 : tensor<4x8xi8>
}

// -----

func.func @ternarize_c2_dynamic(%w: tensor<4x?xf32>) -> tensor<4x?xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected a static last dimension of weights for granularity(group), but got ?}}
  %0, %1 = fidelity.ternarize %w granularity(group) {group_size = 4 : i64} : (tensor<4x?xf32>) -> (tensor<4x?xi8>, tensor<4x?xf32>)
  return %0 : tensor<4x?xi8>
}

// -----

func.func @ternarize_c3(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected epsilon to be finite and positive, but got 0}}
  %0, %1 = fidelity.ternarize %w {epsilon = 0.0 : f64} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  return %0 : tensor<4x8xi8>
}

// -----

func.func @ternarize_c3_infinite(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.ternarize' op expected epsilon to be finite and positive, but got inf}}
  %0, %1 = fidelity.ternarize %w {epsilon = 0x7FF0000000000000 : f64} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  return %0 : tensor<4x8xi8>
}

// -----

func.func @quantize_activations_c1(%x: tensor<f32>) -> tensor<i8> {
  // expected-error@+1 {{'fidelity.quantize_activations' op expected input to have at least 1 dimension, but got 0}}
  %0, %1 = fidelity.quantize_activations %x : (tensor<f32>) -> (tensor<i8>, tensor<1xf32>)
  return %0 : tensor<i8>
}

// -----

func.func @bit_linear_c1(%x: tensor<f32>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected x to have at least 1 dimension, but got 0}}
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<f32>, tensor<4x8xi8>, tensor<f32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @bit_linear_c2(%x: tensor<?x9xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected dimension 1 of x to be 8 as dimension 1 of weights, but got 9}}
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<?x9xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @bit_linear_c3(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<1xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected dimension 0 of scale to be 4 as dimension 0 of weights, but got 1}}
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<1xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @bit_linear_c4(%x: tensor<?x?xf32>, %w: tensor<4x8xi8>, %s: tensor<4x5xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected the groups of scale to divide 8 inputs, but got 5 groups}}
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<?x?xf32>, tensor<4x8xi8>, tensor<4x5xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8>}}
func.func @bit_linear_c5(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>, %n: tensor<4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected dimension 0 of norm_weight to be 8 as dimension 1 of weights, but got 4}}
  %y = fidelity.bit_linear %x, %w scale %s norm %n : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-note@+1 {{scale has type tensor<4xf32>}}
func.func @bit_linear_c6(%x: tensor<?x8xf32>, %w: tensor<?x8xi8>, %s: tensor<4xf32>, %b: tensor<8xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected dimension 0 of bias to be 4 as dimension 0 of scale, but got 8}}
  %y = fidelity.bit_linear %x, %w scale %s bias %b : (tensor<?x8xf32>, tensor<?x8xi8>, tensor<4xf32>, tensor<8xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @bit_linear_c7(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op expected epsilon to be finite and not negative, but got -1}}
  %y = fidelity.bit_linear %x, %w scale %s {epsilon = -1.0 : f64} : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_c1(%w: !packed) -> !packed {
  // expected-error@+1 {{'fidelity.pack' op expected input to be stored dense, but got packed2}}
  %p = fidelity.pack %w to packed2 : (!packed) -> !packed
  return %p : !packed
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_c2(%w: tensor<4x8xi8>) -> !packed {
  // expected-error@+1 {{'fidelity.pack' op expected a packed storage to pack to, but got dense}}
  %p = fidelity.pack %w to dense : (tensor<4x8xi8>) -> !packed
  return %p : !packed
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_c3(%w: tensor<4x?xi8>) -> !packed {
  // expected-error@+1 {{'fidelity.pack' op expected input to have a static last dimension, but got ?}}
  %p = fidelity.pack %w to packed2 : (tensor<4x?xi8>) -> !packed
  return %p : !packed
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_c3_scalar(%w: tensor<i8>) -> !packed {
  // expected-error@+1 {{'fidelity.pack' op expected input to have at least 1 dimension, but got 0}}
  %p = fidelity.pack %w to packed2 : (tensor<i8>) -> !packed
  return %p : !packed
}

// -----

func.func @unpack_c1(%w: tensor<4x8xi8>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.unpack' op expected input to be stored packed, but got dense}}
  %0 = fidelity.unpack %w : (tensor<4x8xi8>) -> tensor<4x8xi8>
  return %0 : tensor<4x8xi8>
}

// -----

// Names of dimensions alone are no packed storage.
func.func @unpack_c1_names(%w: tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.unpack' op expected input to be stored packed, but got dense}}
  %0 = fidelity.unpack %w : (tensor<4x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<4x8xi8>
  return %0 : tensor<4x8xi8>
}

// -----

// What ODS checks.

func.func @zero_vector_integers(%n: index) -> tensor<?xi32> {
  // expected-error@+1 {{'fidelity.zero_vector' op result #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<?xi32>'}}
  %0 = fidelity.zero_vector %n : tensor<?xi32>
  return %0 : tensor<?xi32>
}

// -----

func.func @ternary_linear_weights(%x: tensor<8xf32>, %w: tensor<4x8xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op operand #1 must be 2D tensor of 8-bit signless integer values, but got 'tensor<4x8xf32>'}}
  %y = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<4x8xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @ternary_linear_weights_rank(%x: tensor<8xf32>, %w: tensor<2x4x8xi8>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op operand #1 must be 2D tensor of 8-bit signless integer values, but got 'tensor<2x4x8xi8>'}}
  %y = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<2x4x8xi8>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Only weights may be packed.
!packed = tensor<3x8xi8, #fidelity.tensor<storage = packed2>>
func.func @ternary_linear_packed_x(%x: !packed, %w: tensor<4x8xi8>) -> tensor<3x4xi32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float or 8-bit signless integer values, stored dense, but got 'tensor<3x8xi8, #fidelity.tensor<storage = packed2>>'}}
  %y = fidelity.ternary_linear %x, %w : (!packed, tensor<4x8xi8>) -> tensor<3x4xi32>
  return %y : tensor<3x4xi32>
}

// -----

func.func @ternary_linear_result(%x: tensor<8xi8>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<4xi32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected result #0 to have a type that agrees with 'tensor<4xf32>', but got 'tensor<4xi32>'}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @ternary_linear_accumulator(%x: tensor<8xf32>, %w: tensor<4x8xi8>) -> tensor<4xf32> {
  // expected-error@+1 {{custom op 'fidelity.ternary_linear' expected one of [f32, f64, f80, f128, i32] for the type a sum is kept in, got: f16}}
  %y = fidelity.ternary_linear %x, %w accumulator(f16) : (tensor<8xf32>, tensor<4x8xi8>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// The result is the destination.
func.func @ternary_accumulate_result(%x: tensor<?xf32>, %w: tensor<?x?xi8>, %init: tensor<?xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected type of operand #2 ('tensor<?xf32>') to match type of corresponding result ('tensor<4xf32>')}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @ternarize_granularity(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error@+1 {{custom op 'fidelity.ternarize' expected one of [tensor, row, group] for what shares one scale, got: column}}
  %0, %1 = fidelity.ternarize %w granularity(column) : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  return %0 : tensor<4x8xi8>
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @ternarize_result(%w: tensor<4x8xf32>) -> !packed {
  // expected-error@+1 {{'fidelity.ternarize' op result #0 must be ranked tensor of 8-bit signless integer values, stored dense, but got 'tensor<4x8xi8, #fidelity.tensor<storage = packed2>>'}}
  %0, %1 = fidelity.ternarize %w : (tensor<4x8xf32>) -> (!packed, tensor<f32>)
  return %0 : !packed
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @quantize_activations_result(%x: tensor<4x8xf32>) -> !packed {
  // expected-error@+1 {{'fidelity.quantize_activations' op result #0 must be ranked tensor of 8-bit signless integer values, stored dense, but got 'tensor<4x8xi8, #fidelity.tensor<storage = packed2>>'}}
  %0, %1 = fidelity.quantize_activations %x : (tensor<4x8xf32>) -> (!packed, tensor<4x1xf32>)
  return %0 : !packed
}

// -----

func.func @bit_linear_quantized(%x: tensor<?x8xi8>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'fidelity.bit_linear' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<?x8xi8>'}}
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<?x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// Storage is part of the type: pack does not give a dense one.
func.func @pack_result(%w: tensor<4x8xi8>) -> tensor<4x8xi8> {
  // expected-error@+1 {{'fidelity.pack' op result #0 must be ranked tensor of 8-bit signless integer values, stored packed, but got 'tensor<4x8xi8>'}}
  %p = fidelity.pack %w to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8>
  return %p : tensor<4x8xi8>
}

// -----

func.func @pack_storage(%w: tensor<4x8xi8>) -> tensor<4x8xi8> {
  // expected-error@+1 {{custom op 'fidelity.pack' expected one of [dense, packed2, packed5, tiled2, tiled5] for how a tensor's elements are stored, got: packed3}}
  %p = fidelity.pack %w to packed3 : (tensor<4x8xi8>) -> tensor<4x8xi8>
  return %p : tensor<4x8xi8>
}

// -----

func.func @pack_other_storage(%w: tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>> {
  // expected-error@+1 {{'fidelity.pack' op result #0: expected storage packed5, but got packed2}}
  %p = fidelity.pack %w to packed5 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  return %p : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @unpack_result(%p: !packed) -> !packed {
  // expected-error@+1 {{'fidelity.unpack' op result #0 must be ranked tensor of 8-bit signless integer values, stored dense, but got 'tensor<4x8xi8, #fidelity.tensor<storage = packed2>>'}}
  %0 = fidelity.unpack %p : (!packed) -> !packed
  return %0 : !packed
}

// -----

// expected-note@+2 {{weights has type tensor<?x?xi8, #fidelity.tensor<dims = [Out, Hidden]>>}}
// expected-note@+1 {{x has type tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>}}
func.func @ternary_linear_c2_name(%x: tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>, %w: tensor<?x?xi8, #fidelity.tensor<dims = [Out, Hidden]>>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected dimension 1 of x to be Hidden as dimension 1 of weights, but got In}}
  %0 = fidelity.ternary_linear %x, %w : (tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>, tensor<?x?xi8, #fidelity.tensor<dims = [Out, Hidden]>>) -> tensor<?x?xf32>
  return
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8, #fidelity.tensor<unit = "V">>}}
func.func @ternary_linear_c6(%x: tensor<2x8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected weights to be dimensionless, but got unit V}}
  %0 = fidelity.ternary_linear %x, %w : (tensor<2x8xf32>, tensor<4x8xi8, #fidelity.tensor<unit = "V">>) -> tensor<2x4xf32>
  return
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8, #fidelity.tensor<unit = "V">>}}
func.func @ternary_accumulate_c6(%x: tensor<2x8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<unit = "V">>, %init: tensor<2x4xf32>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected weights to be dimensionless, but got unit V}}
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<2x8xf32>, tensor<4x8xi8, #fidelity.tensor<unit = "V">>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// expected-note@+2 {{x has type tensor<2x8xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{init has type tensor<2x4xf32, #fidelity.tensor<unit = "s">>}}
func.func @ternary_accumulate_c7(%x: tensor<2x8xf32, #fidelity.tensor<unit = "m">>, %w: tensor<4x8xi8>, %init: tensor<2x4xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected init to have unit m as x, but got s}}
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<2x8xf32, #fidelity.tensor<unit = "m">>, tensor<4x8xi8>, tensor<2x4xf32, #fidelity.tensor<unit = "s">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "s">>
  return
}

// -----

// expected-note@+1 {{weights has type tensor<4x8xi8, #fidelity.tensor<unit = "V">>}}
func.func @bit_linear_c8(%x: tensor<2x8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<unit = "V">>, %s: tensor<f32>) {
  // expected-error@+1 {{'fidelity.bit_linear' op expected weights to be dimensionless, but got unit V}}
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<2x8xf32>, tensor<4x8xi8, #fidelity.tensor<unit = "V">>, tensor<f32>) -> tensor<2x4xf32>
  return
}

// -----

// expected-note@+3 {{norm_weight has type tensor<8xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+2 {{scale has type tensor<f32, #fidelity.tensor<unit = "1/s">>}}
// expected-note@+1 {{bias has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @bit_linear_c9(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32, #fidelity.tensor<unit = "1/s">>, %n: tensor<8xf32, #fidelity.tensor<unit = "m">>, %b: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.bit_linear' op expected bias to have unit m/s as norm_weight · scale, but got m}}
  %0 = fidelity.bit_linear %x, %w scale %s norm %n bias %b : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32, #fidelity.tensor<unit = "1/s">>, tensor<8xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<2x4xf32>
  return
}
