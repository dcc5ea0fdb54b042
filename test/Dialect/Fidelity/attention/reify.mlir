// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @linear_attention(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x?x?x?xf32>
// CHECK-SAME: %[[K:[^:]*]]: tensor<?x?x?x?xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x?x?x?xf32>
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG: %[[BATCH:.*]] = tensor.dim %[[Q]], %[[C0]] : tensor<?x?x?x?xf32>
// CHECK-DAG: %[[HEADS_Q:.*]] = tensor.dim %[[Q]], %[[C1]] : tensor<?x?x?x?xf32>
// CHECK-DAG: %[[TIME:.*]] = tensor.dim %[[Q]], %[[C2]] : tensor<?x?x?x?xf32>
// CHECK-DAG: %[[VALUES:.*]] = tensor.dim %[[V]], %[[C3]] : tensor<?x?x?x?xf32>
// CHECK-DAG: %[[HEADS:.*]] = tensor.dim %[[K]], %[[C1]] : tensor<?x?x?x?xf32>
// CHECK-DAG: %[[KEYS:.*]] = tensor.dim %[[Q]], %[[C3]] : tensor<?x?x?x?xf32>
// CHECK: return %[[BATCH]], %[[HEADS_Q]], %[[TIME]], %[[VALUES]], %[[HEADS]], %[[KEYS]] :
func.func @linear_attention(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> (index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %o, %s = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  %d0 = tensor.dim %o, %c0 : tensor<?x?x?x?xf32>
  %d1 = tensor.dim %o, %c1 : tensor<?x?x?x?xf32>
  %d2 = tensor.dim %o, %c2 : tensor<?x?x?x?xf32>
  %d3 = tensor.dim %o, %c3 : tensor<?x?x?x?xf32>
  %d4 = tensor.dim %s, %c1 : tensor<?x?x?x?xf32>
  %d5 = tensor.dim %s, %c2 : tensor<?x?x?x?xf32>
  return %d0, %d1, %d2, %d3, %d4, %d5 : index, index, index, index, index, index
}

// Sizes that only the decay, β, the features, S and z know.
// CHECK-LABEL: func.func @linear_attention_others(
// CHECK-DAG: %[[C7:.*]] = arith.constant 7 : index
// CHECK-DAG: %[[C6:.*]] = arith.constant 6 : index
// CHECK-DAG: %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG: %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK: return %[[C4]], %[[C6]], %[[C5]], %[[C2]], %[[C7]] :
func.func @linear_attention_others(%q: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>, %g: tensor<4x?x1x?xf32>, %b: tensor<?x?x6xf32>, %s: tensor<?x?x?x5xf32>, %z: tensor<?x2x?xf32>, %w: tensor<7x?xf32>) -> (index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %o, %l, %m = fidelity.linear_attention %q, %v, %v decay %g beta %b state %s, %z features %w update_rule(gated_delta) feature_map(positive_random) {normalize}
    : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<4x?x1x?xf32>, tensor<?x?x6xf32>, tensor<?x?x?x5xf32>, tensor<?x2x?xf32>, tensor<7x?xf32>)
    -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?xf32>)
  %d0 = tensor.dim %o, %c0 : tensor<?x?x?x?xf32>
  %d1 = tensor.dim %o, %c2 : tensor<?x?x?x?xf32>
  %d2 = tensor.dim %o, %c3 : tensor<?x?x?x?xf32>
  %d3 = tensor.dim %l, %c1 : tensor<?x?x?x?xf32>
  %d4 = tensor.dim %m, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2, %d3, %d4 : index, index, index, index, index
}
