// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --transform-interpreter --canonicalize --cse %s | FileCheck %s

// The stock mlir-opt cuts the ops into loops. Sizes that the tiles do not divide
// end in a smaller one, and a tile of packed weights has whole rows.

// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0) -> (-d0 + 8, 3)>
// CHECK-DAG: #[[COLUMNS:.*]] = affine_map<(d0) -> (-d0 + 6, 4)>
// CHECK-DAG: #[[DYNAMIC:.*]] = affine_map<(d0)[s0] -> (-d0 + s0, 3)>

// CHECK-LABEL: func.func @ragged(
// CHECK-SAME:    %[[X:.*]]: tensor<8x12xf32>, %[[W:.*]]: tensor<6x12xi8, #fidelity.tensor<storage = packed2>>)
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %c8 step %c3
// CHECK:           scf.for %[[J:.*]] = %{{.*}} to %c6 step %c4 iter_args(%[[Y:.*]] =
// CHECK-DAG:         %[[M:.*]] = affine.min #[[ROWS]](%[[I]])
// CHECK-DAG:         %[[N:.*]] = affine.min #[[COLUMNS]](%[[J]])
// CHECK-DAG:         %[[XT:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [%[[M]], 12] [1, 1] : tensor<8x12xf32> to tensor<?x12xf32>
// CHECK-DAG:         %[[WT:.*]] = tensor.extract_slice %[[W]][%[[J]], 0] [%[[N]], 12] [1, 1] : tensor<6x12xi8, #fidelity.tensor<storage = packed2>> to tensor<?x12xi8, #fidelity.tensor<storage = packed2>>
// CHECK:             %[[T:.*]] = fidelity.ternary_linear %[[XT]], %[[WT]]
// CHECK:             tensor.insert_slice %[[T]] into %[[Y]][%[[I]], %[[J]]] [%[[M]], %[[N]]]
func.func @ragged(%x: tensor<8x12xf32>, %w: tensor<6x12xi8, #fidelity.tensor<storage = packed2>>) -> tensor<8x6xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<8x12xf32>, tensor<6x12xi8, #fidelity.tensor<storage = packed2>>) -> tensor<8x6xf32>
  return %y : tensor<8x6xf32>
}

// Sizes that the tiles divide are static; groups of scales follow their rows.
// CHECK-LABEL: func.func @even(
// CHECK:         fidelity.ternary_linear %{{.*}}, %{{.*}} scale %{{.*}} : (tensor<3x10xf32>, tensor<4x10xi8, #fidelity.tensor<storage = packed5>>, tensor<4x2xf32>) -> tensor<3x4xf32>
func.func @even(%x: tensor<9x10xf32>, %w: tensor<8x10xi8, #fidelity.tensor<storage = packed5>>, %s: tensor<8x2xf32>) -> tensor<9x8xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<9x10xf32>, tensor<8x10xi8, #fidelity.tensor<storage = packed5>>, tensor<8x2xf32>) -> tensor<9x8xf32>
  return %y : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @dynamic(
// CHECK:         %[[B:.*]] = tensor.dim %arg0, %c0
// CHECK:         scf.for %[[I:.*]] = %c0 to %[[B]] step %c3
// CHECK:             affine.min #[[DYNAMIC]](%[[I]])[%[[B]]]
// CHECK:             fidelity.ternary_linear %{{.*}}, %{{.*}} : (tensor<?x?xi8>, tensor<?x?xi8>) -> tensor<?x?xi32>
func.func @dynamic(%x: tensor<?x?xi8>, %w: tensor<?x?xi8>) -> tensor<?x?xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?x?xi8>, tensor<?x?xi8>) -> tensor<?x?xi32>
  return %y : tensor<?x?xi32>
}

// A size that one operand knows is that of the loop.
// CHECK-LABEL: func.func @known(
// CHECK:         scf.for {{.*}} to %c8 step %c4
// CHECK:           tensor.extract_slice %arg0[%{{.*}}, 0] [%{{.*}}, 12] [1, 1] : tensor<?x?xf32> to tensor<?x12xf32>
// CHECK:           fidelity.ternary_linear %{{.*}} : (tensor<?x12xf32>, tensor<4x12xi8>) -> tensor<?x4xf32>
func.func @known(%x: tensor<?x?xf32>, %w: tensor<8x12xi8>) -> tensor<?x8xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?x?xf32>, tensor<8x12xi8>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// What broadcasts is cut where it has the loop's size: a vector along the last
// dimension, a 1 and a scalar not at all.
// CHECK-LABEL: func.func @broadcasts(
// CHECK-SAME:    %[[X:.*]]: tensor<9x8xf32>, %[[V:.*]]: tensor<8xf32>, %[[C:.*]]: tensor<9x1xf32>, %[[S:.*]]: tensor<f32>)
// CHECK:           %[[VT:.*]] = tensor.extract_slice %[[V]][%[[J:.*]]] [4] [1]
// CHECK:           fidelity.add %{{.*}}, %[[VT]] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
// CHECK:           %[[CT:.*]] = tensor.extract_slice %[[C]][%[[I:.*]], 0] [3, 1] [1, 1]
// CHECK:           fidelity.subtract %{{.*}}, %[[CT]] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
// CHECK:           fidelity.multiply %[[S]], %{{.*}} : (tensor<f32>, tensor<3x4xf32>) -> tensor<3x4xf32>
func.func @broadcasts(%x: tensor<9x8xf32>, %v: tensor<8xf32>, %c: tensor<9x1xf32>, %s: tensor<f32>) -> tensor<9x8xf32> {
  %0 = fidelity.add %x, %v : (tensor<9x8xf32>, tensor<8xf32>) -> tensor<9x8xf32>
  %1 = fidelity.subtract %0, %c : (tensor<9x8xf32>, tensor<9x1xf32>) -> tensor<9x8xf32>
  %2 = fidelity.multiply %s, %1 : (tensor<f32>, tensor<9x8xf32>) -> tensor<9x8xf32>
  return %2 : tensor<9x8xf32>
}

// A column meets a row.
// CHECK-LABEL: func.func @outer(
// CHECK:           fidelity.multiply %{{.*}}, %{{.*}} : (tensor<?x1xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
func.func @outer(%x: tensor<?x1xf32>, %y: tensor<1x?xf32>) -> tensor<?x?xf32> {
  %0 = fidelity.multiply %x, %y : (tensor<?x1xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @activations(
// CHECK:         fidelity.sigmoid %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.tanh %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.silu %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.relu %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.squared_relu %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.exp %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.softplus %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.elu_plus_one %{{.*}} : tensor<3x4xf32>
// CHECK:         fidelity.gelu %{{.*}} approximation(tanh) : tensor<3x4xf32>
// CHECK:         fidelity.swiglu %{{.*}}, %{{.*}} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
func.func @activations(%x: tensor<9x8xf32>) -> tensor<9x8xf32> {
  %0 = fidelity.sigmoid %x : tensor<9x8xf32>
  %1 = fidelity.tanh %0 : tensor<9x8xf32>
  %2 = fidelity.silu %1 : tensor<9x8xf32>
  %3 = fidelity.relu %2 : tensor<9x8xf32>
  %4 = fidelity.squared_relu %3 : tensor<9x8xf32>
  %5 = fidelity.exp %4 : tensor<9x8xf32>
  %6 = fidelity.softplus %5 : tensor<9x8xf32>
  %7 = fidelity.elu_plus_one %6 : tensor<9x8xf32>
  %8 = fidelity.gelu %7 approximation(tanh) : tensor<9x8xf32>
  %9 = fidelity.swiglu %8, %x : (tensor<9x8xf32>, tensor<9x8xf32>) -> tensor<9x8xf32>
  return %9 : tensor<9x8xf32>
}

// Norms have a loop for each dimension but the one they are over.
// CHECK-LABEL: func.func @norm(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<8xf32>)
// CHECK:         scf.for
// CHECK-NOT:       scf.for
// CHECK:           %[[T:.*]] = tensor.extract_slice %[[X]][%{{.*}}, 0] [%{{.*}}, 8] [1, 1]
// CHECK:           fidelity.rms_norm %[[T]] weight %[[W]] {epsilon = 5.000000e-01 : f64}
func.func @norm(%x: tensor<?x8xf32>, %w: tensor<8xf32>) -> tensor<?x8xf32> {
  %y = fidelity.rms_norm %x weight %w {epsilon = 0.5 : f64} : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// Dense weights of a destination are cut along the inputs too, and the
// destination goes from tile to tile.
// CHECK-LABEL: func.func @destination(
// CHECK-SAME:    %[[X:.*]]: tensor<12xf32>, %[[W:.*]]: tensor<6x12xi8>, %[[INIT:.*]]: tensor<6xf32>)
// CHECK:         scf.for %[[N:.*]] = {{.*}} iter_args(%[[OUTER:.*]] = %[[INIT]])
// CHECK:           scf.for %[[K:.*]] = {{.*}} iter_args(%[[INNER:.*]] = %[[OUTER]])
// CHECK-DAG:         %[[XT:.*]] = tensor.extract_slice %[[X]][%[[K]]] [4] [1]
// CHECK-DAG:         %[[WT:.*]] = tensor.extract_slice %[[W]][%[[N]], %[[K]]] [3, 4] [1, 1]
// CHECK-DAG:         %[[YT:.*]] = tensor.extract_slice %[[INNER]][%[[N]]] [3] [1]
// CHECK:             fidelity.ternary_accumulate %[[XT]], %[[WT]], %[[YT]]
func.func @destination(%x: tensor<12xf32>, %w: tensor<6x12xi8>, %init: tensor<6xf32>) -> tensor<6xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<12xf32>, tensor<6x12xi8>, tensor<6xf32>) -> tensor<6xf32>
  return %y : tensor<6xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %two = transform.structured.match ops{[
        "fidelity.ternary_linear", "fidelity.ternary_accumulate", "fidelity.swiglu",
        "fidelity.add", "fidelity.subtract", "fidelity.multiply",
        "fidelity.sigmoid", "fidelity.tanh", "fidelity.silu", "fidelity.relu", "fidelity.squared_relu",
        "fidelity.exp", "fidelity.softplus", "fidelity.elu_plus_one", "fidelity.gelu"
      ]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1:2 = transform.structured.tile_using_for %two tile_sizes [3, 4]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %norm = transform.structured.match ops{["fidelity.rms_norm"]} in %root : (!transform.any_op) -> !transform.any_op
    %2, %3 = transform.structured.tile_using_for %norm tile_sizes [3]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
