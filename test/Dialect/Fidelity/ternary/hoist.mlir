// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @zero_vector_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.zero_vector
// CHECK: scf.for
func.func @zero_vector_static(%b: index, %e: index, %k: index, %init: tensor<8xf32>, %n: index) -> tensor<8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<8xf32>) {
    %r = fidelity.zero_vector %n : tensor<8xf32>
    scf.yield %r : tensor<8xf32>
  }
  return %last : tensor<8xf32>
}

// CHECK-LABEL: func.func @zero_vector_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.zero_vector
// CHECK: scf.for
func.func @zero_vector_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.zero_vector %n : tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_linear_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternary_linear
// CHECK: scf.for
func.func @ternary_linear_static(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_linear_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ternary_linear
func.func @ternary_linear_dynamic(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternary_accumulate
// CHECK: scf.for
func.func @ternary_accumulate_static(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %i: tensor<4xf32>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.ternary_accumulate %x, %w, %i : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<4xf32>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ternary_accumulate
func.func @ternary_accumulate_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}

// CHECK-LABEL: func.func @ternarize_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternarize
// CHECK: scf.for
func.func @ternarize_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8>, %x: tensor<4x8xf32>) -> tensor<4x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8>) {
    %r:2 = fidelity.ternarize %x : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
    scf.yield %r#0 : tensor<4x8xi8>
  }
  return %last : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @ternarize_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternarize
// CHECK: scf.for
func.func @ternarize_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xi8>, %x: tensor<?x?xf32>) -> tensor<?x?xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xi8>) {
    %r:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
    scf.yield %r#0 : tensor<?x?xi8>
  }
  return %last : tensor<?x?xi8>
}

// CHECK-LABEL: func.func @quantize_activations_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.quantize_activations
// CHECK: scf.for
func.func @quantize_activations_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8>, %x: tensor<4x8xf32>) -> tensor<4x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8>) {
    %r:2 = fidelity.quantize_activations %x : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x1xf32>)
    scf.yield %r#0 : tensor<4x8xi8>
  }
  return %last : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @quantize_activations_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.quantize_activations
// CHECK: scf.for
func.func @quantize_activations_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xi8>, %x: tensor<?x?xf32>) -> tensor<?x?xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xi8>) {
    %r:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
    scf.yield %r#0 : tensor<?x?xi8>
  }
  return %last : tensor<?x?xi8>
}

// CHECK-LABEL: func.func @bit_linear_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.bit_linear
// CHECK: scf.for
func.func @bit_linear_static(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.bit_linear %x, %w scale %s : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @bit_linear_dynamic(
// CHECK: scf.for
// CHECK: fidelity.bit_linear
func.func @bit_linear_dynamic(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @pack_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.pack
// CHECK: scf.for
func.func @pack_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %x: tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) {
    %r = fidelity.pack %x to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
    scf.yield %r : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  }
  return %last : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @pack_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.pack
// CHECK: scf.for
func.func @pack_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>, %x: tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) {
    %r = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
    scf.yield %r : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  }
  return %last : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @unpack_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.unpack
// CHECK: scf.for
func.func @unpack_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8>, %x: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8>) {
    %r = fidelity.unpack %x : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
    scf.yield %r : tensor<4x8xi8>
  }
  return %last : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @unpack_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.unpack
// CHECK: scf.for
func.func @unpack_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x8xi8>, %x: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x8xi8>) {
    %r = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
    scf.yield %r : tensor<?x8xi8>
  }
  return %last : tensor<?x8xi8>
}

// On memrefs it writes, in each step.
// CHECK-LABEL: func.func @ternary_accumulate_memrefs(
// CHECK: scf.for
// CHECK: fidelity.ternary_accumulate
func.func @ternary_accumulate_memrefs(%b: index, %e: index, %k: index, %x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) {
  scf.for %step = %b to %e step %k {
    fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  }
  return
}
