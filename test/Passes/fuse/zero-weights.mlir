// The structure of weights: fewer columns, and rows that are computed once.

// A trit takes 1 ns there, and a number that is gathered 32 ns.
// RUN: fidelity-opt %s -fidelity-fuse=profile=%S/Inputs/slow-products.toml -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse=profile=%S/Inputs/slow-products.toml | diff %t -

// Here a trit takes none, its byte 1 ns, and a number that is gathered 1000 ns.
// RUN: fidelity-opt %s -fidelity-fuse=profile=%S/Inputs/slow-memory.toml | FileCheck %s --check-prefix=MEMORY

// What starting an op takes is more than these layers do.
// RUN: fidelity-opt %s -fidelity-fuse | FileCheck %s --check-prefix=MEMORY

// RUN: not fidelity-opt %s -fidelity-fuse=target=z80 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: expected a profile of a100, {{.*}}, but got z80
// RUN: not fidelity-opt %s -fidelity-fuse=dynamic=-1 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: error: expected dynamic to be at least 0, but got -1

// Columns of zeros at the ends: x is a slice, and keeps its unit.
// MEMORY-LABEL: func.func @ends(
// MEMORY:         tensor.extract_slice
// CHECK-LABEL: func.func @ends(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[\[}}1, 0], [-1, 1]]> : tensor<2x2xi8>
// CHECK-DAG:     %[[X:.*]] = tensor.extract_slice %arg0[0, 1] [%{{.*}}, 2] [1, 1] : tensor<?x4xf32, #fidelity.tensor<unit = "m">> to tensor<?x2xf32, #fidelity.tensor<unit = "m">>
// CHECK:         fidelity.ternary_linear %[[X]], %[[W]] scale %arg1
func.func @ends(%x: tensor<?x4xf32, #fidelity.tensor<unit = "m">>, %s: tensor<f32>) -> tensor<?x2xf32, #fidelity.tensor<unit = "m">> {
  %w = arith.constant dense<[[0, 1, 0, 0], [0, -1, 1, 0]]> : tensor<2x4xi8>
  %y = fidelity.ternary_linear %x, %w scale %s
    : (tensor<?x4xf32, #fidelity.tensor<unit = "m">>, tensor<2x4xi8>, tensor<f32>) -> tensor<?x2xf32, #fidelity.tensor<unit = "m">>
  return %y : tensor<?x2xf32, #fidelity.tensor<unit = "m">>
}

// Of packed weights a column is worth something only with its byte.
// CHECK-LABEL: func.func @bytes(
// CHECK-NOT:     extract_slice
// CHECK:         return
!p2 = tensor<2x7xi8, #fidelity.tensor<storage = packed2>>
func.func @bytes(%x: tensor<1x7xf32>) -> tensor<1x2xf32> {
  %w = arith.constant dense<[[0, 1, 0, 0, 1, 1, 1], [0, -1, 1, 0, 0, 0, 1]]> : !p2
  %y = fidelity.ternary_linear %x, %w : (tensor<1x7xf32>, !p2) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// Columns of zeros in between: 32 * 6 ns less, and 2 * 32 ns for the gather of x.
// CHECK-LABEL: func.func @columns(
// CHECK:         arith.constant dense<[1, 8]> : tensor<2xi32>
// CHECK:         fidelity.ternary_linear {{.*}} : (tensor<1x2xf32>, tensor<32x2xi8>) -> tensor<1x32xf32>
// MEMORY-LABEL: func.func @columns(
// MEMORY:         fidelity.ternary_linear {{.*}} : (tensor<1x8xf32>, tensor<32x8xi8>) -> tensor<1x32xf32>
func.func @columns(%x: tensor<1x8xf32>) -> tensor<1x32xf32> {
  %w = arith.constant dense_resource<c> : tensor<32x8xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<1x8xf32>, tensor<32x8xi8>) -> tensor<1x32xf32>
  return %y : tensor<1x32xf32>
}

// Of a layer rows are shared that have one bias too: two are computed, and
// 2 * 256 ns less is more than 4 * 32 ns.
// CHECK-LABEL: func.func @layer(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<1> : tensor<2x256xi8>
// CHECK-DAG:     %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK:         %[[Y:.*]] = fidelity.bit_linear %arg0, %[[W]] scale %arg1 bias %[[B]] {epsilon = 9.9999999999999995E-7 : f64}
// CHECK:         %[[C:.*]] = arith.constant dense<[1, 1, 2, 1]> : tensor<4xi32>
// CHECK:         linalg.generic {{.*}} ins(%[[C]] : tensor<4xi32>) outs(%{{.*}} : tensor<1x4xf32>)
// MEMORY-LABEL: func.func @layer(
// MEMORY:         fidelity.bit_linear {{.*}} -> tensor<1x4xf32>
func.func @layer(%x: tensor<1x256xf32>, %s: tensor<f32>) -> tensor<1x4xf32> {
  %w = arith.constant dense<1> : tensor<4x256xi8>
  %b = arith.constant dense<[1.0, 1.0, 2.0, 1.0]> : tensor<4xf32>
  %y = fidelity.bit_linear %x, %w scale %s bias %b {epsilon = 1.0e-6 : f64}
    : (tensor<1x256xf32>, tensor<4x256xi8>, tensor<f32>, tensor<4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// Whose biases only run time tells, so that they may differ.
// CHECK-LABEL: func.func @biased_layer(
// CHECK:         fidelity.bit_linear {{.*}} -> tensor<1x4xf32>
func.func @biased_layer(%x: tensor<1x256xf32>, %s: tensor<f32>, %b: tensor<4xf32>) -> tensor<1x4xf32> {
  %w = arith.constant dense<1> : tensor<4x256xi8>
  %y = fidelity.bit_linear %x, %w scale %s bias %b
    : (tensor<1x256xf32>, tensor<4x256xi8>, tensor<f32>, tensor<4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// Rows that are equal, each other's negations, or zeros: two are computed, and
// 3 * 3 * 256 ns less is more than 3 * 5 * 32 ns. The blob is packed anew.
// MEMORY-LABEL: func.func @rows(
// MEMORY:         fidelity.ternary_linear {{.*}} -> tensor<3x5xf32>
// CHECK-LABEL: func.func @rows(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense_resource<w.rows> : tensor<2x256xi8, #fidelity.tensor<storage = packed2>>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>
// CHECK:         %[[P:.*]] = fidelity.ternary_linear %arg0, %[[W]] scale %[[S]] : (tensor<3x256xf32>, tensor<2x256xi8, #fidelity.tensor<storage = packed2>>, tensor<2xf32>) -> tensor<3x2xf32>
// CHECK:         %[[C:.*]] = arith.constant dense<[1, 2, -1, 0, 1]> : tensor<5xi32>
// CHECK:         linalg.generic {{.*}} ins(%[[C]] : tensor<5xi32>) outs(%{{.*}} : tensor<3x5xf32>)
// CHECK:           tensor.extract %[[P]]
!p = tensor<5x256xi8, #fidelity.tensor<storage = packed2>>
func.func @rows(%x: tensor<3x256xf32>) -> tensor<3x5xf32> {
  %w = arith.constant dense_resource<w> : !p
  %s = arith.constant dense<[0.5, 0.25, 0.5, 0.25, 0.5]> : tensor<5xf32>
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<3x256xf32>, !p, tensor<5xf32>) -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}

// An unknown scale may be below 0 or no number, and then 0 - y and 0 are not what a
// row is; equal rows are nevertheless.
// CHECK-LABEL: func.func @unknown_scale(
// CHECK:         %[[P:.*]] = fidelity.ternary_linear %arg0, %{{.*}} scale %arg1 : (tensor<3x256xf32>, tensor<4x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<3x4xf32>
// CHECK:         arith.constant dense<[1, 2, 3, 4, 1]> : tensor<5xi32>
func.func @unknown_scale(%x: tensor<3x256xf32>, %s: tensor<f32>) -> tensor<3x5xf32> {
  %w = arith.constant dense_resource<w> : !p
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<3x256xf32>, !p, tensor<f32>) -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}

// Few columns: 2 * 4 ns less, and 2 * 3 * 32 ns for the gather.
// CHECK-LABEL: func.func @small(
// CHECK:         fidelity.ternary_linear {{.*}} -> tensor<2x3xf32>
// CHECK-NEXT:    return
func.func @small(%x: tensor<2x4xf32>) -> tensor<2x3xf32> {
  %w = arith.constant dense<[[1, 1, 0, 1], [1, 1, 0, 1], [-1, 1, 1, 0]]> : tensor<3x4xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<2x4xf32>, tensor<3x4xi8>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

{-#
  dialect_resources: { builtin: { c: "0x01000000FF00000000000000FF0000000000000001000000000000FF0100000000000000010000000000000101000000000000FFFF00000000000001FF000000000000000100000000000000010000000000000101000000000000FFFF00000000000001FF000000000000010100000000000001FF0000000000000101000000000000010100000000000001010000000000000101000000000000FFFF00000000000001010000000000000101000000000000FFFF00000000000001FF000000000000FF0100000000000001FF00000000000001FF000000000000FF0100000000000000FF00000000000001FF000000000000FFFF000000000000FFFF00000000000001", w: "0x400000001A0152042698516918666064105A4AA2A281889160A8125A0246A862596988806A681A812600A982655A9215111954982808144084261565A8984A1A8A925494195266921A518A912021541884218A6555060A10296944142969066850A4459514590622424985025048A422641411A9041112A95645986500256915A45269682502A1081964A2962499909820A5855151424462905421A501895491A696444095942542190056419AA5612A2226A8641404288048192A9A546485254561A868000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001A0152042698516918666064105A4AA2A281889160A8125A0246A862596988806A681A812600A982655A9215111954982808144084261565A8984A1A8A925494" } }
#-}
