// A recurrence: a loop over time that carries state and output, in which
// nothing is allocated once it is in buffers; no loop for one step; chunks.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse | FileCheck %s
// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

#td = affine_map<(t, d) -> (t, d)>
#d = affine_map<(t, d) -> (d)>

// Without keys the state after a step is what is read.
// CHECK-LABEL: func.func @elementwise
// CHECK:         scf.for {{.*}} iter_args(%[[STATE:.*]] = %arg2, %[[OUT:.*]] = %{{.*}}) -> (tensor<256xf32>, tensor<?x256xf32>)
// CHECK:           %[[F:.*]] = tensor.extract_slice %arg0
// CHECK:           %[[X:.*]] = tensor.extract_slice %arg1
// CHECK:           %[[NEXT:.*]] = linalg.generic {{.*}} ins(%[[F]], %[[X]] : {{.*}}) outs(%[[STATE]] : tensor<256xf32>)
// CHECK:             arith.mulf
// CHECK-NEXT:        arith.addf
// CHECK-NEXT:        linalg.yield
// CHECK:           tensor.insert_slice %[[NEXT]] into %[[OUT]]
// CHECK:           scf.yield %[[NEXT]]
// BUFFERS-LABEL: func.func @elementwise
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
func.func @elementwise(%f: tensor<?x256xf32>, %x: tensor<?x256xf32>, %h: tensor<256xf32>)
    -> (tensor<?x256xf32>, tensor<256xf32>) {
  %o, %last = fidelity.recurrence decay %f value %x state %h {indexing_maps = [#td, #td, #d, #td, #d]}
    : (tensor<?x256xf32>, tensor<?x256xf32>, tensor<256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
  return %o, %last : tensor<?x256xf32>, tensor<256xf32>
}

#tk = affine_map<(t, k, v) -> (t, k)>
#tv = affine_map<(t, k, v) -> (t, v)>
#kv = affine_map<(t, k, v) -> (k, v)>

// With keys the sum is made in the slot of the output.
// CHECK-LABEL: func.func @keys
// CHECK:         scf.for {{.*}} iter_args(%[[STATE:.*]] = %{{.*}}, %[[OUT:.*]] = %{{.*}})
// CHECK:           %[[NEXT:.*]] = linalg.generic {{.*}} outs(%[[STATE]] : tensor<16x32xf32>)
// CHECK:             math.exp
// CHECK:           %[[SLOT:.*]] = tensor.extract_slice %[[OUT]]
// CHECK:           %[[ZERO:.*]] = linalg.generic {{.*}} outs(%[[SLOT]] : tensor<32xf32>)
// CHECK:           %[[READ:.*]] = linalg.generic {{.*}}"reduction"{{.*}} outs(%[[ZERO]] : tensor<32xf32>)
// CHECK:           tensor.insert_slice %[[READ]] into %[[OUT]]
// BUFFERS-LABEL: func.func @keys
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
func.func @keys(%g: tensor<?x16xf32>, %v: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %o, %last = fidelity.recurrence decay %g key %g value %v query %g {exponential, indexing_maps = [#tk, #tk, #tv, #tk, #tv, #kv]}
    : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
  return %o : tensor<?x32xf32>
}

// The room for what a delta rule reads is made once.
// BUFFERS-LABEL: func.func @erase
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
func.func @erase(%r: tensor<?x16xf16>, %v: tensor<?x32xf16>) -> tensor<?x32xf16> {
  %o, %last = fidelity.recurrence key %r value %v query %r erase %r, %r {indexing_maps = [#tk, #tv, #tk, #tk, #tk, #tv, #kv]}
    : (tensor<?x16xf16>, tensor<?x32xf16>, tensor<?x16xf16>, tensor<?x16xf16>, tensor<?x16xf16>) -> (tensor<?x32xf16>, tensor<16x32xf16>)
  return %o : tensor<?x32xf16>
}

// CHECK-LABEL: func.func @single_step
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @single_step(%f: tensor<1x256xf32>, %x: tensor<1x256xf32>, %h: tensor<256xf32>) -> tensor<256xf32> {
  %o, %last = fidelity.recurrence decay %f value %x state %h chunk(16) {indexing_maps = [#td, #td, #d, #td, #d]}
    : (tensor<1x256xf32>, tensor<1x256xf32>, tensor<256xf32>) -> (tensor<1x256xf32>, tensor<256xf32>)
  return %last : tensor<256xf32>
}

// 40 steps are 5 chunks of 8, whose sizes are static: the scores of a chunk are
// 8 × 8, and the loop within one makes the products of decays.
// CHECK-LABEL: func.func @chunks
// CHECK:         %[[CHUNKS:.*]] = arith.constant 5 : index
// CHECK:         scf.for %{{.*}} = %{{.*}} to %[[CHUNKS]]
// CHECK:           scf.for %{{.*}} = %{{.*}} to %c8
// CHECK:           linalg.generic {{.*}}"reduction"{{.*}} outs(%{{.*}} : tensor<8x8xf32>)
// CHECK:           tensor.insert_slice {{.*}} : tensor<8x32xf32> into tensor<40x32xf32>
// CHECK:         return
func.func @chunks(%g: tensor<40xf32>, %k: tensor<40x16xf32>, %v: tensor<40x32xf32>) -> tensor<40x32xf32> {
  %o, %last = fidelity.recurrence decay %g key %k value %v query %k chunk(8) {indexing_maps = [affine_map<(t, k, v) -> (t)>, #tk, #tv, #tk, #tv, #kv]}
    : (tensor<40xf32>, tensor<40x16xf32>, tensor<40x32xf32>, tensor<40x16xf32>) -> (tensor<40x32xf32>, tensor<16x32xf32>)
  return %o : tensor<40x32xf32>
}

#bhtk = affine_map<(b, h, t, k, v) -> (b, h, t, k)>
#bhtv = affine_map<(b, h, t, k, v) -> (b, h, t, v)>
#bhkv = affine_map<(b, h, t, k, v) -> (b, h, k, v)>

// The only sequence has no loop: what a step lacks is its only dimension of
// size 1.
// CHECK-LABEL: func.func @one_sequence
// CHECK:         %[[K:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2], [3]] : tensor<1x4x?x?xf32> into tensor<4x?x?xf32>
// CHECK:         scf.for {{.*}} -> (tensor<4x?x8xf32>, tensor<4x?x8xf32>
// CHECK:           tensor.extract_slice %[[K]]{{.*}} : tensor<4x?x?xf32> to tensor<4x?xf32>
// CHECK:         tensor.expand_shape {{.*}} {{\[\[}}0, 1], [2], [3]] {{.*}} : tensor<4x?x8xf32> into tensor<1x4x?x8xf32>
// CHECK:         tensor.expand_shape {{.*}} {{\[\[}}0, 1], [2], [3]] {{.*}} : tensor<4x?x8xf32> into tensor<1x4x?x8xf32>
func.func @one_sequence(%k: tensor<1x4x?x?xf32>, %v: tensor<?x4x?x8xf32>) -> (tensor<1x4x?x8xf32>, tensor<1x4x?x8xf32>) {
  %o, %last = fidelity.recurrence key %k value %v query %k {indexing_maps = [#bhtk, #bhtv, #bhtk, #bhtv, #bhkv]}
    : (tensor<1x4x?x?xf32>, tensor<?x4x?x8xf32>, tensor<1x4x?x?xf32>) -> (tensor<1x4x?x8xf32>, tensor<1x4x?x8xf32>)
  return %o, %last : tensor<1x4x?x8xf32>, tensor<1x4x?x8xf32>
}
