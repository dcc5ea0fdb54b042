// What hardware cannot take is refused where it stands, with the reason and a
// way out.

// RUN: fidelity-opt %s -split-input-file -verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-hw{lanes=2 fraction-bits=12})'
// RUN: not fidelity-opt %s --convert-fidelity-to-hw=lanes=3 2>&1 | FileCheck %s --check-prefix=LANES
// RUN: not fidelity-opt %s --convert-fidelity-to-hw=lanes=128 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not fidelity-opt %s --convert-fidelity-to-hw=fraction-bits=3 2>&1 | FileCheck %s --check-prefix=FRACTION
// RUN: not fidelity-opt %s --convert-fidelity-to-hw='fraction-bits=12 fixed-bits=13' 2>&1 | FileCheck %s --check-prefix=BITS

// LANES: error: expected lanes to be a power of two up to 64, but got 3
// MANY: error: expected lanes to be a power of two up to 64, but got 128
// FRACTION: error: expected fraction-bits to be from 4 to 16, or 0 for no fixed point, but got 3
// BITS: error: expected fixed-bits to be from 14 to 32, but got 13

func.func @dynamic(%x: tensor<?x4xi8>, %w: tensor<2x4xi8>) -> tensor<?x2xi32> {
  // expected-error @below {{expected x to be of static sizes, as its counters and memories are, but got tensor<?x4xi8>; give each dimension a size}}
  %y = fidelity.ternary_linear %x, %w : (tensor<?x4xi8>, tensor<2x4xi8>) -> tensor<?x2xi32>
  return %y : tensor<?x2xi32>
}

// -----

func.func @empty(%x: tensor<0x4xi8>, %w: tensor<2x4xi8>) -> tensor<0x2xi32> {
  // expected-error @below {{expected x to be of at least one element, but got tensor<0x4xi8>; leave an empty tensor to software}}
  %y = fidelity.ternary_linear %x, %w : (tensor<0x4xi8>, tensor<2x4xi8>) -> tensor<0x2xi32>
  return %y : tensor<0x2xi32>
}

// -----

func.func @scalar(%x: f32) -> f32 {
  // expected-error @below {{expected result 0 to be a tensor, but got f32; compile a function on tensors}}
  return %x : f32
}

// -----

func.func @unused(%x: tensor<?xi8>, %y: tensor<4xi8>) -> tensor<4xi8> { // expected-error {{expected argument 0 to be of static sizes, as its counters and memories are, but got tensor<?xi8>; give each dimension a size}}
  return %y : tensor<4xi8>
}

// -----

func.func @element(%x: tensor<4xi16>) -> tensor<4xi16> {
  // expected-error @below {{expected result 0 to have elements of i8, i32 or a float type, but got tensor<4xi16>; convert it before}}
  return %x : tensor<4xi16>
}

// -----

func.func @half(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected an epsilon below 6.8719476736e10, which beside squares of 4 numbers of 12 bits behind the point hardware has room for, but got 1e20; give fewer fraction-bits}}
  %y = fidelity.rms_norm %x {epsilon = 1.0e20 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note @below {{scale has type tensor<2x2xf32>}}
func.func @groups(%x: tensor<4xi8>, %w: tensor<2x4xi8>, %s: tensor<2x2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expected a scale for all weights or one for each row, which hardware applies to whole sums, but got one for each of 2 groups; add a layer for each group of inputs}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<4xi8>, tensor<2x4xi8>, tensor<2x2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// expected-note @below {{weights has type tensor<2x4xi8, #fidelity.tensor<storage = packed2>>}}
func.func @lanes(%x: tensor<4xi8>, %w: tensor<2x4xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2xi32> {
  // expected-error @below {{expected at least 4 lanes, as many as a byte of the weights has trits, but got 2; give more lanes, or store the weights dense}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xi8>, tensor<2x4xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @packed5(%x: tensor<4xi8>, %w: tensor<2x4xi8, #fidelity.tensor<storage = packed5>>) -> tensor<2xi32> {
  // expected-error @below {{expected weights stored as packed2 or dense, but got tensor<2x4xi8, #fidelity.tensor<storage = packed5>>; change their storage, with fidelity.unpack and fidelity.pack, or import with --storage packed2}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xi8>, tensor<2x4xi8, #fidelity.tensor<storage = packed5>>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @tiled2(%x: tensor<4xi8>, %w: tensor<2x4xi8, #fidelity.tensor<storage = tiled2>>) -> tensor<2xi32> {
  // expected-error @below {{expected weights stored as packed2 or dense, but got tensor<2x4xi8, #fidelity.tensor<storage = tiled2>>; change their storage}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xi8>, tensor<2x4xi8, #fidelity.tensor<storage = tiled2>>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @tiled5(%x: tensor<4xi8>, %w: tensor<2x4xi8, #fidelity.tensor<storage = tiled5>>) -> tensor<2xi32> {
  // expected-error @below {{expected weights stored as packed2 or dense, but got tensor<2x4xi8, #fidelity.tensor<storage = tiled5>>; change their storage}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xi8>, tensor<2x4xi8, #fidelity.tensor<storage = tiled5>>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @computed(%x: tensor<4xi8>, %w: tensor<2x4xi8>) -> tensor<2xi32> {
  // expected-error @below {{expected a ternary, elementwise, norm or recurrent op that hardware has, but got 'fidelity.pack'; leave it to a function of its own, for another target}}
  %p = fidelity.pack %w to packed2 : (tensor<2x4xi8>) -> tensor<2x4xi8, #fidelity.tensor<storage = packed2>>
  %y = fidelity.ternary_linear %x, %p : (tensor<4xi8>, tensor<2x4xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @both(%x: tensor<4x4xi8>) -> tensor<4x4xi32> {
  // expected-note @below {{it is taken here}}
  // expected-error @below {{expected weights that are nothing else, as they are loaded once, but got an argument that comes with each call, too; pass it twice}}
  %y = fidelity.ternary_linear %x, %x : (tensor<4x4xi8>, tensor<4x4xi8>) -> tensor<4x4xi32>
  return %y : tensor<4x4xi32>
}

// -----

func.func @returned(%x: tensor<4xi8>, %w: tensor<2x4xi8>) -> (tensor<2xi32>, tensor<2x4xi8>) {
  // expected-note @below {{it is taken here}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xi8>, tensor<2x4xi8>) -> tensor<2xi32>
  // expected-error @below {{expected weights that are nothing else, as they are loaded once, but got an argument that comes with each call, too; pass it twice}}
  return %y, %w : tensor<2xi32>, tensor<2x4xi8>
}

// -----

func.func @constant(%w: tensor<2x4xi8>) -> tensor<2xi32> {
  // expected-note @below {{x has type tensor<4xi8>}}
  %x = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
  // expected-error @below {{expected x to be an argument, a constant of floats or the result of an op that hardware has, but got the result of 'arith.constant'; make it an argument}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xi8>, tensor<2x4xi8>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @keys(%k: tensor<3x4xf32>, %v: tensor<3x8xf32>) -> tensor<3x8xf32> {
  // expected-error @below {{expected a recurrence whose state changes element by element, but got one that sums over keys; leave it to a function of its own, for another target}}
  %o, %l = fidelity.recurrence key %k value %v {indexing_maps = [affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (k, v)>]} : (tensor<3x4xf32>, tensor<3x8xf32>) -> (tensor<3x8xf32>, tensor<4x8xf32>)
  return %o : tensor<3x8xf32>
}

// -----

func.func @order(%k: tensor<8x3xf32>) -> tensor<3x8xf32> {
  // expected-error @below {{expected a recurrence whose state changes element by element, but got one whose operands have their dimensions in another order; leave it to a function of its own, for another target}}
  %o, %l = fidelity.recurrence value %k {indexing_maps = [affine_map<(t, c) -> (c, t)>, affine_map<(t, c) -> (t, c)>, affine_map<(t, c) -> (c)>]} : (tensor<8x3xf32>) -> (tensor<3x8xf32>, tensor<8xf32>)
  return %o : tensor<3x8xf32>
}

// -----

func.func @infinite(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-note @below {{rhs has type tensor<2xf32>}}
  %c = arith.constant dense<[0.5, 0x7F800000]> : tensor<2xf32>
  // expected-error @below {{expected rhs to be finite, as all numbers in fixed point are, but got inf; take it out}}
  %y = fidelity.multiply %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @strides(%x: tensor<8xf32>) -> tensor<4xf32> {
  // expected-error @below {{expected a slice of neighbours at a place that is known, but got strides or a place that is computed; give numbers, and strides of 1}}
  %y = tensor.extract_slice %x[0] [4] [2] : tensor<8xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @within_ones(%x: tensor<2xf32>) -> tensor<4xf32> {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  // expected-error @below {{expected whole rows within longer ones of zeros, but got another place or other values around; add the parts of a sum}}
  %y = tensor.insert_slice %x into %ones[1] [2] [1] : tensor<2xf32> into tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @columns(%x: tensor<1x4xf32>) -> tensor<2x4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<2x4xf32>
  // expected-error @below {{expected whole rows within longer ones of zeros, but got another place or other values around; add the parts of a sum}}
  %y = tensor.insert_slice %x into %zeros[1, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

func.func @blocks(%x: tensor<4xi8>) -> tensor<4xi8> { // expected-error {{expected a function of one block, which hardware does at once, but got several}}
  cf.br ^bb1
^bb1:
  return %x : tensor<4xi8>
}

// -----

func.func @fidelity_x(%x: tensor<4xi8>) -> tensor<4xi8> { // expected-error {{expected a function whose name is one of Verilog's, of letters, digits and _, and does not begin with fidelity_, but got @fidelity_x; rename it}}
  return %x : tensor<4xi8>
}

// -----

func.func @"a-b"(%x: tensor<4xi8>) -> tensor<4xi8> { // expected-error {{expected a function whose name is one of Verilog's, of letters, digits and _, and does not begin with fidelity_, but got @a-b; rename it}}
  return %x : tensor<4xi8>
}

// -----

func.func @transfer(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{expected a ternary, elementwise, norm or recurrent op that hardware has, but got 'fidelity.transfer'; code for one device has no other one; compile the function of each device, as fidelity-partition makes them, by itself, and copy between their calls}}
  %y = fidelity.transfer %x from "a" to "b" : tensor<4xi8>
  return %y : tensor<4xi8>
}
