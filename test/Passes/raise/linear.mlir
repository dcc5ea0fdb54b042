// Products with constant weights.

// RUN: fidelity-opt %s -fidelity-raise -split-input-file --remarks-filter-passed=fidelity-raise --remarks-filter-missed=fidelity-raise 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: fidelity-opt %s -fidelity-raise -split-input-file -o %t.once
// RUN: fidelity-opt %t.once -fidelity-raise -split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// Weights of one magnitude: the constant is [N, K] whatever the order before.
// CHECK-LABEL: func.func @matmul(
// CHECK-SAME:    %[[X:.*]]: tensor<?x3xf32>, %[[INIT:.*]]: tensor<?x2xf32>)
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[\[}}1, -1, 0], [0, 1, 1]]> : tensor<2x3xi8>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]] : (tensor<?x3xf32>, tensor<2x3xi8>, tensor<f32>) -> tensor<?x2xf32>
// CHECK-NEXT:    return %[[Y]]
// REMARK: [Passed] ternary_linear {{.*}} Remark="a product with constant weights is fidelity.ternary_linear"
func.func @matmul(%x: tensor<?x3xf32>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[0.5, 0.0], [-0.5, 0.5], [-0.0, 0.5]]> : tensor<3x2xf32>
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x3xf32>, tensor<3x2xf32>) outs(%f : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// A scale for each row, 1 for the row of zeros; the init is added.
// CHECK-LABEL: func.func @matmul_transposed(
// CHECK-SAME:    %[[X:.*]]: tensor<4x2xf64>, %[[INIT:.*]]: tensor<4x3xf64>)
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[\[}}1, -1], [0, 0], [-1, 0]]> : tensor<3x2xi8>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<[2.500000e-01, 1.000000e+00, 3.000000e+00]> : tensor<3xf64>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]]
// CHECK-NEXT:    %[[SUM:.*]] = fidelity.add %[[Y]], %[[INIT]]
// CHECK-NEXT:    return %[[SUM]]
// REMARK: [Passed] ternary_linear
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @matmul_transposed(%x: tensor<4x2xf64>, %init: tensor<4x3xf64>) -> tensor<4x3xf64> {
  %w = arith.constant dense<[[0.25, -0.25], [0.0, 0.0], [-3.0, 0.0]]> : tensor<3x2xf64>
  %y = linalg.matmul indexing_maps = [#x, #w, #y]
    ins(%x, %w : tensor<4x2xf64>, tensor<3x2xf64>) outs(%init : tensor<4x3xf64>) -> tensor<4x3xf64>
  return %y : tensor<4x3xf64>
}

// -----

// A matrix times a vector has the weights first. Weights of 1 take no scale.
// CHECK-LABEL: func.func @matvec(
// CHECK-SAME:    %[[X:.*]]: tensor<3xf32>)
// CHECK:         %[[W:.*]] = arith.constant dense<{{\[\[}}1, 0, -1], [0, 1, 1]]> : tensor<2x3xi8>
// CHECK-NEXT:    %[[Y:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<3xf32>, tensor<2x3xi8>) -> tensor<2xf32>
// CHECK-NEXT:    return %[[Y]]
// REMARK: [Passed] ternary_linear
func.func @matvec(%x: tensor<3xf32>) -> tensor<2xf32> {
  %w = arith.constant dense<[[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]> : tensor<2x3xf32>
  %f = arith.constant dense<0.0> : tensor<2xf32>
  %y = linalg.matvec ins(%w, %x : tensor<2x3xf32>, tensor<3xf32>) outs(%f : tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// Two vectors of one matrix share its trits.
// CHECK-LABEL: func.func @vecmat(
// CHECK:         fidelity.ternary_linear %{{.*}}, %[[FIRST:.*]] : (tensor<2xf32>, tensor<3x2xi8>) -> tensor<3xf32>
// CHECK:         fidelity.ternary_linear
// CHECK:       trits
// CHECK-NOT:   trits
// REMARK-COUNT-2: [Passed] ternary_linear
func.func @vecmat(%a: tensor<2xf32>, %b: tensor<2xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %w = arith.constant dense_resource<weights> : tensor<2x3xf32>
  %f = arith.constant dense<0.0> : tensor<3xf32>
  %y = linalg.vecmat ins(%a, %w : tensor<2xf32>, tensor<2x3xf32>) outs(%f : tensor<3xf32>) -> tensor<3xf32>
  %z = linalg.vecmat ins(%b, %w : tensor<2xf32>, tensor<2x3xf32>) outs(%f : tensor<3xf32>) -> tensor<3xf32>
  return %y, %z : tensor<3xf32>, tensor<3xf32>
}
// 1, -1, 0, 0, 1, -1
{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F000080BF00000000000000000000803F000080BF"
    }
  }
#-}

// -----

// One matrix for the whole batch, broadcast before.
// CHECK-LABEL: func.func @batch_matmul(
// CHECK-SAME:    %[[X:.*]]: tensor<?x?x2xf32>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %[[X]], %{{.*}} scale %{{.*}} -> tensor<?x?x3xf32>
// CHECK-NEXT:    return %[[Y]]
// REMARK: [Passed] ternary_linear
func.func @batch_matmul(%x: tensor<?x?x2xf32>, %init: tensor<?x?x3xf32>, %n: index) -> tensor<?x?x3xf32> {
  %w = arith.constant dense<[[2.0, 0.0, -2.0], [0.0, 2.0, 2.0]]> : tensor<2x3xf32>
  %e = tensor.empty(%n) : tensor<?x2x3xf32>
  %b = linalg.broadcast ins(%w : tensor<2x3xf32>) outs(%e : tensor<?x2x3xf32>) dimensions = [0]
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%init : tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  %y = linalg.batch_matmul ins(%x, %b : tensor<?x?x2xf32>, tensor<?x2x3xf32>) outs(%f : tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  return %y : tensor<?x?x3xf32>
}

// -----

// Trits that are stored as i8 and scaled in the graph.
// CHECK-LABEL: func.func @dequantized_weights(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[\[}}1, -1], [0, 1]]> : tensor<2x2xi8>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<3.000000e-01> : tensor<f32>
// CHECK:         fidelity.ternary_linear %{{.*}}, %[[W]] scale %[[S]]
// CHECK-NEXT:    return
// REMARK: [Passed] ternary_linear
#all = affine_map<(d0, d1) -> (d0, d1)>
#none = affine_map<(d0, d1) -> ()>
func.func @dequantized_weights(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %trits = arith.constant dense<[[1, 0], [-1, 1]]> : tensor<2x2xi8>
  %s = arith.constant dense<0.3> : tensor<f32>
  %e = tensor.empty() : tensor<2x2xf32>
  %w = linalg.generic {indexing_maps = [#all, #none, #all], iterator_types = ["parallel", "parallel"]}
      ins(%trits, %s : tensor<2x2xi8>, tensor<f32>) outs(%e : tensor<2x2xf32>) {
  ^bb0(%a: i8, %b: f32, %o: f32):
    %c = arith.sitofp %a : i8 to f32
    %d = arith.mulf %c, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x2xf32>
  %f = arith.constant dense<0.0> : tensor<4x2xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%f : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

// A sum that is wider than what is summed: the input is widened. A sum of
// integers has no scale.
// CHECK-LABEL: func.func @types(
// CHECK-SAME:    %[[X:.*]]: tensor<4x2xf16>, %[[Q:.*]]: tensor<4x2xi8>)
// CHECK:         %[[WIDE:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<4x2xf16>)
// CHECK:         fidelity.ternary_linear %[[WIDE]], %{{.*}} : (tensor<4x2xf32>, tensor<1x2xi8>) -> tensor<4x1xf32>
// CHECK:         fidelity.ternary_linear %[[Q]], %{{.*}} : (tensor<4x2xi8>, tensor<1x2xi8>) -> tensor<4x1xi32>
// REMARK-COUNT-2: [Passed] ternary_linear
func.func @types(%x: tensor<4x2xf16>, %q: tensor<4x2xi8>) -> (tensor<4x1xf32>, tensor<4x1xi32>) {
  %v = arith.constant dense<[[1.0], [-1.0]]> : tensor<2x1xf16>
  %w = arith.constant dense<[[1], [-1]]> : tensor<2x1xi8>
  %f = arith.constant dense<0.0> : tensor<4x1xf32>
  %i = arith.constant dense<0> : tensor<4x1xi32>
  %y = linalg.matmul ins(%x, %v : tensor<4x2xf16>, tensor<2x1xf16>) outs(%f : tensor<4x1xf32>) -> tensor<4x1xf32>
  %z = linalg.matmul ins(%q, %w : tensor<4x2xi8>, tensor<2x1xi8>) outs(%i : tensor<4x1xi32>) -> tensor<4x1xi32>
  return %y, %z : tensor<4x1xf32>, tensor<4x1xi32>
}

// -----

// Nothing to sum, and no features.
// CHECK-LABEL: func.func @empty(
// CHECK:         fidelity.ternary_linear %{{.*}} : (tensor<4x0xf32>, tensor<2x0xi8>) -> tensor<4x2xf32>
// CHECK:         fidelity.ternary_linear %{{.*}} : (tensor<4x2xf32>, tensor<0x2xi8>) -> tensor<4x0xf32>
// REMARK-COUNT-2: [Passed] ternary_linear
func.func @empty(%x: tensor<4x0xf32>, %z: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x0xf32>) {
  %w = arith.constant dense<> : tensor<0x2xf32>
  %v = arith.constant dense<> : tensor<2x0xf32>
  %f = arith.constant dense<0.0> : tensor<4x2xf32>
  %g = arith.constant dense<> : tensor<4x0xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x0xf32>, tensor<0x2xf32>) outs(%f : tensor<4x2xf32>) -> tensor<4x2xf32>
  %u = linalg.matmul ins(%z, %v : tensor<4x2xf32>, tensor<2x0xf32>) outs(%g : tensor<4x0xf32>) -> tensor<4x0xf32>
  return %y, %u : tensor<4x2xf32>, tensor<4x0xf32>
}

// -----

// What is no layer with ternary weights stays, with the reason.
// CHECK-LABEL: func.func @left(
// CHECK-COUNT-6: linalg.{{matmul|batch_matmul}}
// CHECK-NOT:     fidelity.
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected ternary weights, but row 1 has magnitudes 0.5 and 0.25"
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected finite weights, but got inf in row 0"
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected features in the last dimension of the input and of the result, tokens in one order before them, but got another layout"
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected one matrix of weights for all tokens, but got weights of another form"
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected weights of -1, 0 and 1 in a sum of integers, but got others"
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected a sum of integers to start from 0, but got another init"
// REMARK-NOT: [Missed]
func.func @left(%x: tensor<2x2xf32>, %z: tensor<2x2x2xf32>, %q: tensor<2x2xi8>)
    -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2x2xf32>, tensor<2x2xi32>, tensor<2x2xi32>) {
  %f = arith.constant dense<0.0> : tensor<2x2xf32>
  %g = arith.constant dense<0.0> : tensor<2x2x2xf32>
  %i = arith.constant dense<0> : tensor<2x2xi32>
  %j = arith.constant dense<1> : tensor<2x2xi32>
  %magnitudes = arith.constant dense<[[0.5, 0.5], [0.5, 0.25]]> : tensor<2x2xf32>
  %infinite = arith.constant dense<[[0x7F800000, 0.5], [0.5, 0.25]]> : tensor<2x2xf32>
  %first = arith.constant dense<[[1.0, 0.0], [1.0, 1.0]]> : tensor<2x2xf32>
  %each = arith.constant dense<[[[1.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]]]> : tensor<2x2x2xf32>
  %twos = arith.constant dense<[[2, 0], [2, -2]]> : tensor<2x2xi8>
  %ones = arith.constant dense<[[1, 0], [1, -1]]> : tensor<2x2xi8>
  %a = linalg.matmul ins(%x, %magnitudes : tensor<2x2xf32>, tensor<2x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  %b = linalg.matmul ins(%x, %infinite : tensor<2x2xf32>, tensor<2x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  %c = linalg.matmul ins(%first, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  %d = linalg.batch_matmul ins(%z, %each : tensor<2x2x2xf32>, tensor<2x2x2xf32>) outs(%g : tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  %e = linalg.matmul ins(%q, %twos : tensor<2x2xi8>, tensor<2x2xi8>) outs(%i : tensor<2x2xi32>) -> tensor<2x2xi32>
  %h = linalg.matmul ins(%q, %ones : tensor<2x2xi8>, tensor<2x2xi8>) outs(%j : tensor<2x2xi32>) -> tensor<2x2xi32>
  return %a, %b, %c, %d, %e, %h
    : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2x2xf32>, tensor<2x2xi32>, tensor<2x2xi32>
}

// -----

// Weights that are no constants are of no interest.
// CHECK-LABEL: func.func @variable(
// CHECK:         linalg.matmul
func.func @variable(%x: tensor<2x2xf32>, %w: tensor<2x2xf32>, %f: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%f : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
