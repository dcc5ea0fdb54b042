// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --transform-interpreter --canonicalize --cse %s | FileCheck %s

// Tiles run in parallel, by their size or their number, with the ragged one
// among them.

// CHECK-DAG: #[[TIMES:.*]] = affine_map<(d0) -> (d0 * 4)>
// CHECK-DAG: #[[SIZE:.*]] = affine_map<(d0) -> (d0 * -4 + 6, 4)>

// CHECK-LABEL: func.func @linear(
// CHECK-SAME:    %[[X:.*]]: tensor<?x12xf32>, %[[W:.*]]: tensor<6x12xi8, #fidelity.tensor<storage = packed2>>)
// CHECK:         scf.forall (%[[I:.*]]) in (2) shared_outs(%[[Y:.*]] =
// CHECK-DAG:       %[[N:.*]] = affine.min #[[SIZE]](%[[I]])
// CHECK-DAG:       %[[START:.*]] = affine.apply #[[TIMES]](%[[I]])
// CHECK:           %[[WT:.*]] = tensor.extract_slice %[[W]][%[[START]], 0] [%[[N]], 12] [1, 1]
// CHECK:           %[[T:.*]] = fidelity.ternary_linear %[[X]], %[[WT]]
// CHECK:           tensor.parallel_insert_slice %[[T]] into %[[Y]][0, %[[START]]] [%{{.*}}, %[[N]]]
func.func @linear(%x: tensor<?x12xf32>, %w: tensor<6x12xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x6xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?x12xf32>, tensor<6x12xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

// CHECK-LABEL: func.func @norm(
// CHECK:         scf.forall (%{{.*}}) in (3)
// CHECK:           fidelity.rms_norm %{{.*}} : (tensor<?x8xf32>) -> tensor<?x8xf32>
func.func @norm(%x: tensor<10x8xf32>) -> tensor<10x8xf32> {
  %y = fidelity.rms_norm %x : (tensor<10x8xf32>) -> tensor<10x8xf32>
  return %y : tensor<10x8xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %linear = transform.structured.match ops{["fidelity.ternary_linear"]} in %root : (!transform.any_op) -> !transform.any_op
    %0, %1 = transform.structured.tile_using_forall %linear tile_sizes [0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %norm = transform.structured.match ops{["fidelity.rms_norm"]} in %root : (!transform.any_op) -> !transform.any_op
    %2, %3 = transform.structured.tile_using_forall %norm num_threads [3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
