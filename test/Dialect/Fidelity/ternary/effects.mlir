// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @zero_vector(
// CHECK: fidelity.zero_vector
// CHECK-NOT: fidelity.zero_vector
// DEAD-LABEL: func.func @zero_vector(
// DEAD-COUNT-2: fidelity.zero_vector
// DEAD-NOT: fidelity.zero_vector
func.func @zero_vector(%n: index) -> (tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.zero_vector %n : tensor<?xf32>
  %1 = fidelity.zero_vector %n : tensor<?xf32>
  %2 = fidelity.zero_vector %n : tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_linear(
// CHECK: fidelity.ternary_linear
// CHECK-NOT: fidelity.ternary_linear
// DEAD-LABEL: func.func @ternary_linear(
// DEAD-COUNT-2: fidelity.ternary_linear
// DEAD-NOT: fidelity.ternary_linear
func.func @ternary_linear(%x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
  %1 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
  %2 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate(
// CHECK: fidelity.ternary_accumulate
// CHECK-NOT: fidelity.ternary_accumulate
// DEAD-LABEL: func.func @ternary_accumulate(
// DEAD-COUNT-2: fidelity.ternary_accumulate
// DEAD-NOT: fidelity.ternary_accumulate
func.func @ternary_accumulate(%x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %i: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
  %1 = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
  %2 = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ternarize(
// CHECK: fidelity.ternarize
// CHECK-NOT: fidelity.ternarize
// DEAD-LABEL: func.func @ternarize(
// DEAD-COUNT-2: fidelity.ternarize
// DEAD-NOT: fidelity.ternarize
func.func @ternarize(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xi8>) {
  %0:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
  %1:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
  %2:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
  return %0#0, %1#0 : tensor<?x?xi8>, tensor<?x?xi8>
}

// CHECK-LABEL: func.func @quantize_activations(
// CHECK: fidelity.quantize_activations
// CHECK-NOT: fidelity.quantize_activations
// DEAD-LABEL: func.func @quantize_activations(
// DEAD-COUNT-2: fidelity.quantize_activations
// DEAD-NOT: fidelity.quantize_activations
func.func @quantize_activations(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xi8>) {
  %0:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  %1:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  %2:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  return %0#0, %1#0 : tensor<?x?xi8>, tensor<?x?xi8>
}

// CHECK-LABEL: func.func @bit_linear(
// CHECK: fidelity.bit_linear
// CHECK-NOT: fidelity.bit_linear
// DEAD-LABEL: func.func @bit_linear(
// DEAD-COUNT-2: fidelity.bit_linear
// DEAD-NOT: fidelity.bit_linear
func.func @bit_linear(%x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
  %1 = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
  %2 = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @pack(
// CHECK: fidelity.pack
// CHECK-NOT: fidelity.pack
// DEAD-LABEL: func.func @pack(
// DEAD-COUNT-2: fidelity.pack
// DEAD-NOT: fidelity.pack
func.func @pack(%x: tensor<?x8xi8>) -> (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) {
  %0 = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %1 = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %2 = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  return %0, %1 : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @unpack(
// CHECK: fidelity.unpack
// CHECK-NOT: fidelity.unpack
// DEAD-LABEL: func.func @unpack(
// DEAD-COUNT-2: fidelity.unpack
// DEAD-NOT: fidelity.unpack
func.func @unpack(%x: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> (tensor<?x8xi8>, tensor<?x8xi8>) {
  %0 = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  %1 = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  %2 = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  return %0, %1 : tensor<?x8xi8>, tensor<?x8xi8>
}

// On memrefs it writes: twice is not once.
// CHECK-LABEL: func.func @ternary_accumulate_memrefs(
// CHECK-COUNT-2: fidelity.ternary_accumulate
// CHECK-NOT: fidelity.ternary_accumulate
// DEAD-LABEL: func.func @ternary_accumulate_memrefs(
// DEAD-COUNT-2: fidelity.ternary_accumulate
// DEAD-NOT: fidelity.ternary_accumulate
func.func @ternary_accumulate_memrefs(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) {
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  return
}

// What its destination holds after it is not what it held before.
// CHECK-LABEL: func.func @ternary_accumulate_effects(
// CHECK: %[[BEFORE:.*]] = memref.load
// CHECK: fidelity.ternary_accumulate
// CHECK: %[[AFTER:.*]] = memref.load
// CHECK: return %[[BEFORE]], %[[AFTER]]
// DEAD-LABEL: func.func @ternary_accumulate_effects(
func.func @ternary_accumulate_effects(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  %0 = memref.load %init[%c0] : memref<4xf32>
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  %1 = memref.load %init[%c0] : memref<4xf32>
  return %0, %1 : f32, f32
}
