// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --transform-interpreter --split-input-file --verify-diagnostics=only-expected %s

// A dimension that is not cut says why, before MLIR says that it could not tile.

func.func @linear(%x: tensor<?x12xf32>, %w: tensor<6x12xi8>) -> tensor<?x6xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected tiles with all of loop 2, but got a part: the sum over it has no destination that parts are added to, as fidelity.ternary_accumulate has}}
  %y = fidelity.ternary_linear %x, %w : (tensor<?x12xf32>, tensor<6x12xi8>) -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.ternary_linear"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1:2 = transform.structured.tile_using_for %op tile_sizes [3, 0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Bytes hold four or five trits. Tiles of whole bytes are refused too.
func.func @packed(%x: tensor<16xf32>, %w: tensor<6x16xi8, #fidelity.tensor<storage = packed2>>, %init: tensor<6xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected tiles with all of loop 1, but got a part: rows of packed weights are whole bytes and stay whole; fidelity.unpack makes them dense}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<16xf32>, tensor<6x16xi8, #fidelity.tensor<storage = packed2>>, tensor<6xf32>) -> tensor<6xf32>
  return %y : tensor<6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.ternary_accumulate"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1 = transform.structured.tile_using_for %op tile_sizes [0, 8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @unaligned(%x: tensor<?xf32>, %w: tensor<?x13xi8, #fidelity.tensor<storage = packed5>>, %init: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected tiles with all of loop 1, but got a part: rows of packed weights are whole bytes and stay whole; fidelity.unpack makes them dense}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<?xf32>, tensor<?x13xi8, #fidelity.tensor<storage = packed5>>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.ternary_accumulate"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1 = transform.structured.tile_using_for %op tile_sizes [0, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @rounded(%x: tensor<16xf16>, %w: tensor<6x16xi8>, %init: tensor<6xf16>) -> tensor<6xf16> {
  // expected-error@+1 {{'fidelity.ternary_accumulate' op expected tiles with all of loop 1, but got a part: init has fewer bits than the sum, which each part would be rounded to}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<16xf16>, tensor<6x16xi8>, tensor<6xf16>) -> tensor<6xf16>
  return %y : tensor<6xf16>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.ternary_accumulate"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1 = transform.structured.tile_using_for %op tile_sizes [0, 8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A norm has no loop over its own dimension: MLIR counts.
func.func @norm(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-note@+1 {{target op}}
  %y = fidelity.rms_norm %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.rms_norm"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-error@+1 {{too many tiles provided, expected at most 1 found 2}}
    %0, %1:2 = transform.structured.tile_using_for %op tile_sizes [2, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// MLIR makes the tensor that tiles are put into, without an encoding.
func.func @named(%x: tensor<4x8xf32, #fidelity.tensor<dims = [Batch, In]>>) -> tensor<4x8xf32, #fidelity.tensor<dims = [Batch, In]>> {
  // expected-error@+1 {{'fidelity.relu' op expected results without an encoding to tile, as the tensor that their tiles are put into has none, but got 'tensor<4x8xf32, #fidelity.tensor<dims = [Batch, In]>>'}}
  %y = fidelity.relu %x : tensor<4x8xf32, #fidelity.tensor<dims = [Batch, In]>>
  return %y : tensor<4x8xf32, #fidelity.tensor<dims = [Batch, In]>>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.relu"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1 = transform.structured.tile_using_for %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Loops without a tile have nothing to put together, and MLIR no slice of it.
func.func @empty(%x: tensor<0x12xf32>, %w: tensor<6x12xi8>) -> tensor<0x6xf32> {
  // expected-error@+1 {{'fidelity.ternary_linear' op expected results with elements to tile, but got 'tensor<0x6xf32>'}}
  %y = fidelity.ternary_linear %x, %w : (tensor<0x12xf32>, tensor<6x12xi8>) -> tensor<0x6xf32>
  return %y : tensor<0x6xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["fidelity.ternary_linear"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1 = transform.structured.tile_using_for %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
