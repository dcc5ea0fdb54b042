// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @recurrence(
// CHECK-SAME: %[[K:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x?xf32>
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[T:.*]] = tensor.dim %[[K]], %[[C0]] : tensor<?x?xf32>
// CHECK-DAG: %[[VALUES:.*]] = tensor.dim %[[V]], %[[C1]] : tensor<?x?xf32>
// CHECK-DAG: %[[KEYS:.*]] = tensor.dim %[[K]], %[[C1]] : tensor<?x?xf32>
// CHECK: return %[[T]], %[[VALUES]], %[[VALUES]], %[[KEYS]] : index, index, index, index
func.func @recurrence(%k: tensor<?x?xf32>, %v: tensor<?x?xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o, %s = fidelity.recurrence key %k value %v query %k
    {indexing_maps = [affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (t, k)>,
                      affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (v, k)>]}
    : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  %d0 = tensor.dim %o, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %o, %c1 : tensor<?x?xf32>
  %d2 = tensor.dim %s, %c0 : tensor<?x?xf32>
  %d3 = tensor.dim %s, %c1 : tensor<?x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}
