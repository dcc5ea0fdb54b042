// What TTIR cannot say is refused where it stands.

// RUN: fidelity-opt %s --convert-fidelity-to-ttir -split-input-file -verify-diagnostics

// expected-error @+1 {{expected static sizes, which TTIR is compiled for, but got tensor<?x8xf32>; write the sizes into the function's types}}
func.func @dynamic(%x: tensor<?x8xf32>) {
  return
}

// -----

// expected-error @+1 {{expected elements stored dense, packed2 or packed5, but got tensor<4x8xi8, #fidelity.tensor<storage = tiled2>>; tiled2 is for the vector units of processors, and fidelity-pack-weights stores constants in another way}}
func.func @tiled(%w: tensor<4x8xi8, #fidelity.tensor<storage = tiled2>>) {
  return
}

// -----

// expected-error @+1 {{expected elements stored dense, packed2 or packed5, but got tensor<4x8xi8, #fidelity.tensor<storage = tiled5>>; tiled5 is for the vector units of processors, and fidelity-pack-weights stores constants in another way}}
func.func @tiled5(%w: tensor<4x8xi8, #fidelity.tensor<storage = tiled5>>) {
  return
}

// -----

func.func @dynamic_inside(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected static sizes, which TTIR is compiled for, but got tensor<?xf32>}}
  %y = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  return
}

// -----

// expected-error @+1 {{expected sizes of at least 1, but got tensor<0x8xf32>; a device has no empty tensors, so leave the call out}}
func.func @empty(%x: tensor<0x8xf32>) {
  return
}

// -----

// expected-error @+1 {{expected elements of type f32, bf16, i32 or i8, but got f64; TTIR narrows f64 to f32 without a word, so use f32}}
func.func @double(%x: tensor<8xf64>) {
  return
}

// -----

// expected-error @+1 {{expected elements of type f32, bf16, i32 or i8, but got f16; TTIR makes bf16 of f16 without a word, so use bf16 or f32}}
func.func @half(%x: tensor<8xf16>) {
  return
}

// -----

// expected-error @+1 {{expected elements of type f32, bf16, i32 or i8, but got i64; TTIR holds no others exactly}}
func.func @long(%x: tensor<8xi64>) {
  return
}

// -----

// expected-error @+1 {{expected a ranked tensor, which TTIR works on, but got f32}}
func.func @scalar(%x: f32) {
  return
}

// -----

// expected-error @+1 {{expected results that are not packed, but got tensor<4x8xi8, #fidelity.tensor<storage = packed2>>; give the trits dense and pack them outside}}
func.func @packed(%x: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>> {
  return %x : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
}

// -----

// expected-error @+1 {{expected a function with a body, but got a declaration; define it in the module}}
func.func private @declared(%x: tensor<4xf32>) -> tensor<4xf32>

// -----

func.func @branches(%x: tensor<4xf32>) -> tensor<4xf32> {
  cf.br ^next
^next:
  return %x : tensor<4xf32>
}
// expected-error @-5 {{expected a function without branches, but got several blocks; TTIR has no control flow, so compile each branch as a function of its own}}

// -----

// expected-error @+1 {{expected a module of functions, but got 'memref.global'}}
memref.global @global : memref<4xf32>

// -----

func.func @computed_weights(%x: tensor<2x8xf32>, %v: tensor<4x8xf32>) -> tensor<2x4xf32> {
  // expected-note @+1 {{weights has type}}
  %w, %s = fidelity.ternarize %v : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  // expected-error @+1 {{expected weights that are an argument or a constant, but got computed ones; compute them outside and pass them}}
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// expected-note @+1 {{weights has type}}
func.func @two_uses(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>) -> (tensor<2x4xf32>, tensor<4x8xi8>) {
  %y = fidelity.ternary_linear %x, %w : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  // expected-error @+1 {{expected weights to be weights only, but got another use of them; pass them once more for it}}
  return %y, %w : tensor<2x4xf32>, tensor<4x8xi8>
}

// -----

func.func @accumulator(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>) -> tensor<2x4xf32> {
  // expected-error @+1 {{expected accumulator(f32), in which the matrix engine sums, but got a wider one; leave it out}}
  %y = fidelity.ternary_linear %x, %w accumulator(f64) : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

func.func @inexact(%x: tensor<1x131073xi8>, %w: tensor<1x131073xi8>) -> tensor<1x1xi32> {
  // expected-error @+1 {{expected at most 131072 inputs, whose sum f32 holds exactly, but got 131073; split the layer and add the sums}}
  %y = fidelity.ternary_linear %x, %w : (tensor<1x131073xi8>, tensor<1x131073xi8>) -> tensor<1x1xi32>
  return %y : tensor<1x1xi32>
}

// -----

func.func @inexact_layer(%x: tensor<1x131073xf32>, %w: tensor<1x131073xi8>, %s: tensor<f32>) -> tensor<1x1xf32> {
  // expected-error @+1 {{expected at most 131072 inputs, whose sum f32 holds exactly, but got 131073}}
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<1x131073xf32>, tensor<1x131073xi8>, tensor<f32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

func.func @exact_gelu(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected approximation(tanh), but got the exact form, which TTIR has no function for; ask for the approximation}}
  %y = fidelity.gelu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @other_op(%w: tensor<4x8xf32>) -> tensor<4x8xi8> {
  // expected-error @+1 {{expected an op that convert-fidelity-to-ttir has a form for, but got 'fidelity.ternarize'; docs/ttir.md lists them}}
  %t, %s = fidelity.ternarize %w : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  return %t : tensor<4x8xi8>
}

// -----

func.func @steps(%k: tensor<257x2xf32>, %v: tensor<257x3xf32>) -> tensor<257x3xf32> {
  // expected-error @+1 {{expected at most 256 steps of a state with keys, which are built one after another, but got 257; call it for parts of the sequence and pass on the state}}
  %o, %s = fidelity.recurrence key %k value %v query %k
    {indexing_maps = [affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (t, k)>,
                      affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (k, v)>]}
    : (tensor<257x2xf32>, tensor<257x3xf32>, tensor<257x2xf32>) -> (tensor<257x3xf32>, tensor<2x3xf32>)
  return %o : tensor<257x3xf32>
}

// -----

func.func @reduction(%x: tensor<4x8xf32>, %i: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected parallel loops, but got a reduction, which has no form here; use the dialect's ops}}
  %y = linalg.generic {indexing_maps = [affine_map<(a, b) -> (a, b)>, affine_map<(a, b) -> (a)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @scalar_op(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @+1 {{expected a scalar op that TTIR has an elementwise form for, but got 'math.sin'}}
  %y = linalg.generic {indexing_maps = [affine_map<(a) -> (a)>, affine_map<(a) -> (a)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = math.sin %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @transfer(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected an op that convert-fidelity-to-ttir has a form for, but got 'fidelity.transfer'; code for one device has no other one; compile the function of each device, as fidelity-partition makes them, by itself, and copy between their calls}}
  %y = fidelity.transfer %x from "a" to "b" : tensor<4xf32>
  return %y : tensor<4xf32>
}
