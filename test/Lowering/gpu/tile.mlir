// The tile of a mapping, in the place of the one that is chosen by the sizes: M tokens
// and N outputs of a block, each with as many threads as K trits are bytes; N threads
// for anything else.

// RUN: fidelity-opt %s --fidelity-gpu-pipeline -split-input-file -verify-diagnostics | FileCheck %s

// CHECK:       grid = [{block = 2 : i64, sizes = ["s0"]}, {block = 16 : i64, sizes = [100]}], name = "product_kernel0", threads = 256 : i64
// CHECK:       gpu.func @product_kernel0
// Two sums, over each 16th byte.
// CHECK:         scf.for {{.*}} step %c16 iter_args(%{{.*}}, %{{.*}}) -> (f32, f32)
func.func @product(%x: tensor<?x256xf32>, %w: tensor<100x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x100xf32> {
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [2, 16, 64]>}
    : (tensor<?x256xf32>, tensor<100x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

// -----

// CHECK:       threads = 128 : i64
// CHECK:       threads = 64 : i64
// CHECK:       threads = 1024 : i64
func.func @rows(%x: tensor<4x256xf32>) -> tensor<4x256xf32> {
  %h = fidelity.rms_norm %x {fidelity.mapping = #fidelity.mapping<tile = [128]>} : (tensor<4x256xf32>) -> tensor<4x256xf32>
  %o, %last = fidelity.mlgru %h, %h {fidelity.mapping = #fidelity.mapping<tile = [64], group = 1>}
    : (tensor<4x256xf32>, tensor<4x256xf32>) -> (tensor<4x256xf32>, tensor<256xf32>)
  %y = fidelity.silu %o {fidelity.mapping = #fidelity.mapping<tile = [1024], group = 2>} : tensor<4x256xf32>
  return %y : tensor<4x256xf32>
}

// -----

func.func @bytes(%x: tensor<?x256xf32>, %w: tensor<100x256xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?x100xf32> {
  // expected-error @+1 {{expected a tile [M, N, K] of a K of 5 trits, a byte of the weights, for each of L lanes, L and N powers of two, L at most 32, N · L at most 1024, and M at most L, but got [2, 16, 64]}}
  %y = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [2, 16, 64]>}
    : (tensor<?x256xf32>, tensor<100x256xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

// -----

func.func @threads(%x: tensor<4x256xf32>) -> tensor<4x256xf32> {
  // expected-error @+1 {{expected a tile [N] of a power of two up to 1024, as a block has N threads, but got [2048]}}
  %y = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<tile = [2048]>} : tensor<4x256xf32>
  return %y : tensor<4x256xf32>
}
