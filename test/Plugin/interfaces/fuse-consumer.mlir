// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --transform-interpreter --split-input-file --verify-diagnostics=only-expected \
// RUN:   --canonicalize --cse %s | FileCheck %s

// What uses a tiled result joins its loop where each tile is all that a tile of
// its own needs. MLIR does so with ops in destination style.

// CHECK-LABEL: func.func @rows(
// CHECK-SAME:    %[[X:.*]]: tensor<8x12xf32>, %[[W:.*]]: tensor<6x12xi8>, %[[INIT:.*]]: tensor<8x6xf32>)
// CHECK:         %[[LOOP:.*]] = scf.forall {{.*}} shared_outs(%[[Y:.*]] = %[[INIT]])
// CHECK:           %[[R:.*]] = fidelity.relu %{{.*}} : tensor<2x12xf32>
// CHECK:           %[[YT:.*]] = tensor.extract_slice %[[Y]]
// CHECK:           fidelity.ternary_accumulate %[[R]], %[[W]], %[[YT]] : (tensor<2x12xf32>, tensor<6x12xi8>, tensor<2x6xf32>) -> tensor<2x6xf32>
// CHECK:         return %[[LOOP]]
func.func @rows(%x: tensor<8x12xf32>, %w: tensor<6x12xi8>, %init: tensor<8x6xf32>) -> tensor<8x6xf32> {
  %r = fidelity.relu %x : tensor<8x12xf32>
  %y = fidelity.ternary_accumulate %r, %w, %init : (tensor<8x12xf32>, tensor<6x12xi8>, tensor<8x6xf32>) -> tensor<8x6xf32>
  return %y : tensor<8x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %relu = transform.structured.match ops{["fidelity.relu"]} in %root : (!transform.any_op) -> !transform.any_op
    %layer = transform.structured.match ops{["fidelity.ternary_accumulate"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %forall = transform.structured.tile_using_forall %relu tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %a, %b = transform.test.fuse_consumer %layer into (%forall) : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A part of a row is not enough for a sum over it.
func.func @parts(%x: tensor<8x12xf32>, %w: tensor<6x12xi8>, %init: tensor<8x6xf32>) -> tensor<8x6xf32> {
  %r = fidelity.relu %x : tensor<8x12xf32>
  // expected-error@+1 {{'fidelity.ternary_accumulate' op failed to fuse consumer of slice}}
  %y = fidelity.ternary_accumulate %r, %w, %init : (tensor<8x12xf32>, tensor<6x12xi8>, tensor<8x6xf32>) -> tensor<8x6xf32>
  return %y : tensor<8x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %relu = transform.structured.match ops{["fidelity.relu"]} in %root : (!transform.any_op) -> !transform.any_op
    %layer = transform.structured.match ops{["fidelity.ternary_accumulate"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %forall = transform.structured.tile_using_forall %relu tile_sizes [0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %a, %b = transform.test.fuse_consumer %layer into (%forall) : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
