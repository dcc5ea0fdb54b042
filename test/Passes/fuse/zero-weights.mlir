// The structure of weights: fewer columns, and rows that are computed once.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -

// Columns of zeros at the ends: x is a slice, and keeps its unit.
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

// Rows that are equal, each other's negations, or zeros: two are computed. The blob
// is packed anew.
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

// Few columns: a gather costs more than the rows.
// CHECK-LABEL: func.func @small(
// CHECK:         fidelity.ternary_linear {{.*}} -> tensor<2x3xf32>
// CHECK-NEXT:    return
func.func @small(%x: tensor<2x4xf32>) -> tensor<2x3xf32> {
  %w = arith.constant dense<[[1, 1, 0, 1], [1, 1, 0, 1], [-1, 1, 1, 0]]> : tensor<3x4xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<2x4xf32>, tensor<3x4xi8>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

{-#
  dialect_resources: { builtin: { w: "0x400000001A0152042698516918666064105A4AA2A281889160A8125A0246A862596988806A681A812600A982655A9215111954982808144084261565A8984A1A8A925494195266921A518A912021541884218A6555060A10296944142969066850A4459514590622424985025048A422641411A9041112A95645986500256915A45269682502A1081964A2962499909820A5855151424462905421A501895491A696444095942542190056419AA5612A2226A8641404288048192A9A546485254561A868000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001A0152042698516918666064105A4AA2A281889160A8125A0246A862596988806A681A812600A982655A9215111954982808144084261565A8984A1A8A925494" } }
#-}
