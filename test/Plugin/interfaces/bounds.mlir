// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --allow-unregistered-dialect --pass-pipeline='builtin.module(func.func(test-affine-reify-value-bounds))' \
// RUN:   --verify-diagnostics %s | FileCheck %s

// The stock mlir-opt sees through the ops what a size is equal to.

// CHECK-LABEL: func.func @layer(
// CHECK-SAME:    %[[X:.*]]: tensor<?x12xf32>, %[[W:.*]]: tensor<?x12xi8>)
// CHECK:         %[[ROWS:.*]] = tensor.dim %[[X]], %c0
// CHECK:         %[[OUTPUTS:.*]] = tensor.dim %[[W]], %c0
// CHECK:         return %[[ROWS]], %[[OUTPUTS]]
func.func @layer(%x: tensor<?x12xf32>, %w: tensor<?x12xi8>) -> (index, index) {
  %y = fidelity.ternary_linear %x, %w : (tensor<?x12xf32>, tensor<?x12xi8>) -> tensor<?x?xf32>
  %0 = "test.reify_bound"(%y) {dim = 0} : (tensor<?x?xf32>) -> index
  %1 = "test.reify_bound"(%y) {dim = 1} : (tensor<?x?xf32>) -> index
  return %0, %1 : index, index
}

// CHECK-LABEL: func.func @constant(
// CHECK:         %[[SIZE:.*]] = arith.constant 12 : index
// CHECK:         return %[[SIZE]]
func.func @constant(%x: tensor<?x?xf32>, %b: tensor<12xf32>) -> index {
  %y = fidelity.add %x, %b : (tensor<?x?xf32>, tensor<12xf32>) -> tensor<?x?xf32>
  %0 = "test.reify_bound"(%y) {dim = 1, constant} : (tensor<?x?xf32>) -> index
  return %0 : index
}

// CHECK-LABEL: func.func @value(
// CHECK-SAME:    %[[N:.*]]: index)
// CHECK:         return %[[N]]
func.func @value(%n: index) -> index {
  %y = fidelity.zero_vector %n : tensor<?xf32>
  %0 = "test.reify_bound"(%y) {dim = 0} : (tensor<?xf32>) -> index
  return %0 : index
}

// CHECK-LABEL: func.func @equal(
func.func @equal(%x: tensor<?xf32>, %other: tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %r = fidelity.relu %x : tensor<?xf32>
  %y = fidelity.tanh %r : tensor<?xf32>
  %0 = tensor.dim %x, %c0 : tensor<?xf32>
  %1 = tensor.dim %y, %c0 : tensor<?xf32>
  %2 = tensor.dim %other, %c0 : tensor<?xf32>
  // expected-remark@+1 {{true}}
  "test.compare"(%0, %1) {cmp = "EQ"} : (index, index) -> ()
  // expected-error@+1 {{unknown}}
  "test.compare"(%1, %2) {cmp = "EQ"} : (index, index) -> ()
  return
}
