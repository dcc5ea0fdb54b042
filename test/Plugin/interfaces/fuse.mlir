// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --transform-interpreter --resolve-ranked-shaped-type-result-dims --canonicalize --cse %s | FileCheck %s

// Producers are computed where their tiles are used.

// A chain that fuse takes whole: a norm and a layer before an activation. Each
// tile norms the rows that it needs.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME:    %[[X:.*]]: tensor<?x12xf32>, %[[W:.*]]: tensor<6x12xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NOT:     fidelity.
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             %[[XT:.*]] = tensor.extract_slice %[[X]]
// CHECK:             %[[R:.*]] = fidelity.rms_norm %[[XT]] : (tensor<?x12xf32>) -> tensor<?x12xf32>
// CHECK:             %[[WT:.*]] = tensor.extract_slice %[[W]]
// CHECK:             %[[G:.*]] = fidelity.ternary_linear %[[R]], %[[WT]] : (tensor<?x12xf32>, tensor<3x12xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x3xf32>
// CHECK:             fidelity.swiglu %[[G]], %{{.*}} : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
// CHECK-NOT:     fidelity.
// CHECK:         return
func.func @chain(%x: tensor<?x12xf32>, %w: tensor<6x12xi8, #fidelity.tensor<storage = packed2>>, %up: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %r = fidelity.rms_norm %x : (tensor<?x12xf32>) -> tensor<?x12xf32>
  %g = fidelity.ternary_linear %r, %w : (tensor<?x12xf32>, tensor<6x12xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x6xf32>
  %y = fidelity.swiglu %g, %up : (tensor<?x6xf32>, tensor<?x6xf32>) -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

// fuse_into_containing_op takes one producer after the other into a forall.
// CHECK-LABEL: func.func @into(
// CHECK-NOT:     fidelity.
// CHECK:         scf.forall
// CHECK:           %[[A:.*]] = fidelity.silu %{{.*}} : tensor<2x8xf32>
// CHECK:           %[[B:.*]] = fidelity.multiply %[[A]], %{{.*}} : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
// CHECK:           fidelity.rms_norm %[[B]] : (tensor<2x8xf32>) -> tensor<2x8xf32>
// CHECK-NOT:     fidelity.
// CHECK:         return
func.func @into(%x: tensor<6x8xf32>, %v: tensor<8xf32>) -> tensor<6x8xf32> {
  %a = fidelity.silu %x : tensor<6x8xf32>
  %b = fidelity.multiply %a, %v : (tensor<6x8xf32>, tensor<8xf32>) -> tensor<6x8xf32>
  %c = fidelity.rms_norm %b : (tensor<6x8xf32>) -> tensor<6x8xf32>
  return %c : tensor<6x8xf32>
}

// Of two results each tile computes both, and both are used.
// CHECK-LABEL: func.func @two_results(
// CHECK:         scf.forall
// CHECK:           %[[Q:.*]], %[[S:.*]] = fidelity.quantize_activations %{{.*}} : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
// CHECK:           %[[L:.*]] = fidelity.ternary_linear %[[Q]]
func.func @two_results(%x: tensor<6x8xf32>, %w: tensor<4x8xi8>) -> tensor<6x4xi32> {
  %q, %s = fidelity.quantize_activations %x : (tensor<6x8xf32>) -> (tensor<6x8xi8>, tensor<6x1xf32>)
  %l = fidelity.ternary_linear %q, %w : (tensor<6x8xi8>, tensor<4x8xi8>) -> tensor<6x4xi32>
  return %l : tensor<6x4xi32>
}

// A result with a storage has no loops that put it together, but tiles where it
// is used.
// CHECK-LABEL: func.func @packed(
// CHECK-NOT:     fidelity.
// CHECK:         scf.forall
// CHECK:           %[[WT:.*]] = tensor.extract_slice %{{.*}} : tensor<4x13xi8> to tensor<2x13xi8>
// CHECK:           %[[P:.*]] = fidelity.pack %[[WT]] to packed5
// CHECK:           fidelity.ternary_linear %{{.*}}, %[[P]] : (tensor<6x13xf32>, tensor<2x13xi8, #fidelity.tensor<storage = packed5>>) -> tensor<6x2xf32>
func.func @packed(%x: tensor<6x13xf32>, %w: tensor<4x13xi8>) -> tensor<6x4xf32> {
  %p = fidelity.pack %w to packed5 : (tensor<4x13xi8>) -> tensor<4x13xi8, #fidelity.tensor<storage = packed5>>
  %l = fidelity.ternary_linear %x, %p : (tensor<6x13xf32>, tensor<4x13xi8, #fidelity.tensor<storage = packed5>>) -> tensor<6x4xf32>
  return %l : tensor<6x4xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %swiglu = transform.structured.match ops{["fidelity.swiglu"]} in %root : (!transform.any_op) -> !transform.any_op
    %fused, %loops:2 = transform.structured.fuse %swiglu tile_sizes [2, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)

    %into = transform.structured.match ops{["func.func"]} attributes{sym_name = "into"} in %root : (!transform.any_op) -> !transform.any_op
    %norm = transform.structured.match ops{["fidelity.rms_norm"]} in %into : (!transform.any_op) -> !transform.any_op
    %product = transform.structured.match ops{["fidelity.multiply"]} in %into : (!transform.any_op) -> !transform.any_op
    %silu = transform.structured.match ops{["fidelity.silu"]} in %into : (!transform.any_op) -> !transform.any_op
    %tile, %forall = transform.structured.tile_using_forall %norm tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %0, %1 = transform.structured.fuse_into_containing_op %product into %forall : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    %2, %3 = transform.structured.fuse_into_containing_op %silu into %1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)

    %two = transform.structured.match ops{["func.func"]} attributes{sym_name = "two_results"} in %root : (!transform.any_op) -> !transform.any_op
    %layer = transform.structured.match ops{["fidelity.ternary_linear"]} in %two : (!transform.any_op) -> !transform.any_op
    %quantize = transform.structured.match ops{["fidelity.quantize_activations"]} in %two : (!transform.any_op) -> !transform.any_op
    %tile2, %forall2 = transform.structured.tile_using_forall %layer tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %4, %5 = transform.structured.fuse_into_containing_op %quantize into %forall2 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)

    %packed = transform.structured.match ops{["func.func"]} attributes{sym_name = "packed"} in %root : (!transform.any_op) -> !transform.any_op
    %layer2 = transform.structured.match ops{["fidelity.ternary_linear"]} in %packed : (!transform.any_op) -> !transform.any_op
    %pack = transform.structured.match ops{["fidelity.pack"]} in %packed : (!transform.any_op) -> !transform.any_op
    %tile3, %forall3 = transform.structured.tile_using_forall %layer2 tile_sizes [0, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %6, %7 = transform.structured.fuse_into_containing_op %pack into %forall3 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
