// Ternary layers: sums take additions and subtractions only, and packed
// weights are never unpacked in memory.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @zero_vector(
// CHECK-SAME:    %[[N:.*]]: index
// CHECK:         %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK:         linalg.generic {{.*}} outs(%[[E]]
func.func @zero_vector(%n: index) -> tensor<?xf32> {
  %z = fidelity.zero_vector %n : tensor<?xf32>
  return %z : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @dense
// CHECK-NOT:     arith.mulf
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]
// CHECK:           %[[MINUS:.*]] = arith.negf
// CHECK:           arith.select
// CHECK:           arith.select
// CHECK:           arith.addf
// CHECK-NOT:     arith.mulf
func.func @dense(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>) -> tensor<?x64xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?x256xf32>, tensor<64x256xi8>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

// The weights that the loop reads are the bytes themselves; x is padded to
// whole bytes, 10 trits being three.
// CHECK-LABEL: func.func @packed(
// CHECK-SAME:    %{{.*}}: tensor<4x10xi8>, %[[W:.*]]: tensor<6x10xi8, #fidelity.tensor<storage = packed2>>
// CHECK-DAG:     %[[BYTES:.*]] = builtin.unrealized_conversion_cast %[[W]] : {{.*}} to tensor<6x3xi8>
// CHECK-DAG:     arith.constant dense<[0, 2, 4, 6]> : tensor<4xi8>
// CHECK-DAG:     tensor.pad
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]
// CHECK-SAME:      ins(%{{.*}}, %[[BYTES]], %{{.*}} : tensor<4x4x3xi8>, tensor<6x3xi8>, tensor<4xi8>)
// CHECK:           arith.shrui
// CHECK:           arith.andi
// CHECK-NOT:       arith.mul
// CHECK:           arith.addi {{.*}} : i32
// CHECK-NOT:     tensor<6x10xi8>
func.func @packed(%x: tensor<4x10xi8>, %w: tensor<6x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x6xi32> {
  %y = fidelity.ternary_linear %x, %w
    : (tensor<4x10xi8>, tensor<6x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x6xi32>
  return %y : tensor<4x6xi32>
}

// -----

// A digit of base 3 is found by one multiplication of the byte, in 16 bits; x
// is not multiplied, and 11 trits are three bytes.
// CHECK-LABEL: func.func @packed_base_3(
// CHECK-SAME:    %{{.*}}: tensor<4x11xf32>, %[[W:.*]]: tensor<6x11xi8, #fidelity.tensor<storage = packed5>>
// CHECK-DAG:     %[[BYTES:.*]] = builtin.unrealized_conversion_cast %[[W]] : {{.*}} to tensor<6x3xi8>
// CHECK-DAG:     arith.constant dense<[21846, 7282, 2428, 810, 270]> : tensor<5xi16>
// CHECK-DAG:     tensor.pad
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction"]
// CHECK-SAME:      ins(%{{.*}}, %[[BYTES]], %{{.*}} : tensor<4x5x3xf32>, tensor<6x3xi8>, tensor<5xi16>)
// CHECK:           arith.muli {{.*}} : i16
// CHECK:           arith.cmpi uge
// CHECK:           arith.cmpi uge
// CHECK-NOT:       arith.mul
// CHECK:           arith.addf {{.*}} : f32
// CHECK-NOT:     tensor<6x11xi8>
func.func @packed_base_3(%x: tensor<4x11xf32>, %w: tensor<6x11xi8, #fidelity.tensor<storage = packed5>>) -> tensor<4x6xf32> {
  %y = fidelity.ternary_linear %x, %w
    : (tensor<4x11xf32>, tensor<6x11xi8, #fidelity.tensor<storage = packed5>>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}

// -----

// The accumulator asked for; the scale is the only multiplication.
// CHECK-LABEL: func.func @accumulator
// CHECK:         arith.extf %{{.*}} : f32 to f80
// CHECK:         arith.addf %{{.*}} : f80
// CHECK:         arith.mulf %{{.*}} : f80
// CHECK:         arith.truncf %{{.*}} : f80 to f32
// CHECK-NOT:     arith.mulf
func.func @accumulator(%x: tensor<256xf32>, %w: tensor<64x256xi8>, %s: tensor<64xf32>) -> tensor<64xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s accumulator(f80)
    : (tensor<256xf32>, tensor<64x256xi8>, tensor<64xf32>) -> tensor<64xf32>
  return %y : tensor<64xf32>
}

// -----

// Groups: a sum for each, then the scaled sums added.
// CHECK-LABEL: func.func @groups
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]
// CHECK:         } -> tensor<64x2xi32>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK:           arith.mulf
func.func @groups(%x: tensor<256xi8>, %w: tensor<64x256xi8>, %s: tensor<64x2xf32>) -> tensor<64xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s
    : (tensor<256xi8>, tensor<64x256xi8>, tensor<64x2xf32>) -> tensor<64xf32>
  return %y : tensor<64xf32>
}

// -----

// CHECK-LABEL: func.func @dynamic
// CHECK:         cf.assert %{{.*}}, "fidelity.ternary_linear: expected x of the last dimension of weights"
func.func @dynamic(%x: tensor<?xf32>, %w: tensor<?x?xi8>) -> tensor<?xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @accumulate_tensors(
// CHECK-SAME:    %{{.*}}: tensor<8xf32>, %{{.*}}: tensor<4x8xi8>, %[[INIT:.*]]: tensor<4xf32>
// CHECK:         linalg.generic {{.*}} outs(%[[INIT]] : tensor<4xf32>)
func.func @accumulate_tensors(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// On memrefs in place; the sum of narrow floats has a buffer of its own.
// CHECK-LABEL: func.func @accumulate_memrefs(
// CHECK-SAME:    %[[INIT:[^,]*]]: memref<4xf32>, %[[NARROW:[^,]*]]: memref<4xf16>
// CHECK:         linalg.generic {{.*}} outs(%[[INIT]] : memref<4xf32>)
// CHECK:         %[[SUM:.*]] = memref.alloc() : memref<4xf32>
// CHECK:         linalg.generic {{.*}} outs(%[[SUM]] : memref<4xf32>)
// CHECK:         linalg.generic {{.*}} outs(%[[NARROW]] : memref<4xf16>)
// CHECK-NOT:     memref.dealloc
func.func @accumulate_memrefs(%init: memref<4xf32>, %narrow: memref<4xf16>, %x: memref<8xf32>, %y: memref<8xf16>, %w: memref<4x8xi8>) {
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  fidelity.ternary_accumulate %y, %w, %narrow : (memref<8xf16>, memref<4x8xi8>, memref<4xf16>) -> ()
  return
}

// -----

// CHECK-LABEL: func.func @bit_linear
// CHECK:         math.sqrt
// CHECK:         arith.maximumf
// CHECK:         math.roundeven
// CHECK:         arith.fptosi {{.*}} to i8
// CHECK:         arith.addi {{.*}} : i32
// CHECK:         arith.sitofp {{.*}} : i32 to f32
// CHECK-NOT:     fidelity.bit_linear
func.func @bit_linear(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>, %s: tensor<f32>, %n: tensor<256xf32>, %b: tensor<64xf32>) -> tensor<?x64xf32> {
  %y = fidelity.bit_linear %x, %w scale %s norm %n bias %b
    : (tensor<?x256xf32>, tensor<64x256xi8>, tensor<f32>, tensor<256xf32>, tensor<64xf32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

// CHECK-LABEL: func.func @ternarize
// CHECK:         tensor.expand_shape %{{.*}} {{\[}}[0], [1, 2]] output_shape [64, 2, 128]
// CHECK:         math.absf
// CHECK:         math.roundeven
// CHECK:         tensor.collapse_shape
func.func @ternarize(%w: tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<64x2xf32>) {
  %t, %g = fidelity.ternarize %w granularity(group) {group_size = 128 : i64}
    : (tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<64x2xf32>)
  return %t, %g : tensor<64x256xi8>, tensor<64x2xf32>
}

// -----

// CHECK-LABEL: func.func @quantize
// CHECK:         arith.maximumf
// CHECK:         math.roundeven
// CHECK:         } -> tensor<?x256xi8>
// CHECK:         } -> tensor<?x1xf32>
func.func @quantize(%x: tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>) {
  %q, %s = fidelity.quantize_activations %x : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
  return %q, %s : tensor<?x256xi8>, tensor<?x1xf32>
}

// -----

// CHECK-LABEL: func.func @pack
// CHECK:         arith.constant dense<[1, 4, 16, 64]> : tensor<4xi8>
// CHECK:         arith.muli
// CHECK:         arith.addi
// CHECK:         } -> tensor<6x3xi8>
func.func @pack(%w: tensor<6x10xi8>) -> tensor<6x10xi8, #fidelity.tensor<storage = packed2>> {
  %p = fidelity.pack %w to packed2 : (tensor<6x10xi8>) -> tensor<6x10xi8, #fidelity.tensor<storage = packed2>>
  return %p : tensor<6x10xi8, #fidelity.tensor<storage = packed2>>
}

// -----

// CHECK: affine_map<(d0, d1, d2) -> (d0, d1 * 5 + d2)>
// CHECK-LABEL: func.func @pack_base_3
// CHECK:         arith.constant dense<[1, 3, 9, 27, 81]> : tensor<5xi8>
// CHECK:         arith.muli
// CHECK:         arith.addi
// CHECK:         } -> tensor<6x3xi8>
func.func @pack_base_3(%w: tensor<6x11xi8>) -> tensor<6x11xi8, #fidelity.tensor<storage = packed5>> {
  %p = fidelity.pack %w to packed5 : (tensor<6x11xi8>) -> tensor<6x11xi8, #fidelity.tensor<storage = packed5>>
  return %p : tensor<6x11xi8, #fidelity.tensor<storage = packed5>>
}

// -----

// CHECK: affine_map<(d0, d1) -> (d0, d1 floordiv 4)>
// CHECK-LABEL: func.func @unpack
// CHECK:         arith.shrui
// CHECK:         } -> tensor<6x10xi8>
func.func @unpack(%p: tensor<6x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<6x10xi8> {
  %w = fidelity.unpack %p : (tensor<6x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<6x10xi8>
  return %w : tensor<6x10xi8>
}

// -----

// CHECK: affine_map<(d0, d1) -> (d0, d1 floordiv 5)>
// CHECK-LABEL: func.func @unpack_base_3
// CHECK:         arith.cmpi uge
// CHECK:         } -> tensor<6x11xi8>
func.func @unpack_base_3(%p: tensor<6x11xi8, #fidelity.tensor<storage = packed5>>) -> tensor<6x11xi8> {
  %w = fidelity.unpack %p : (tensor<6x11xi8, #fidelity.tensor<storage = packed5>>) -> tensor<6x11xi8>
  return %w : tensor<6x11xi8>
}
