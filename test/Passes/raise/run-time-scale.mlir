// Trits under a scale that only run time tells.

// RUN: fidelity-opt %s -fidelity-raise -split-input-file --remarks-filter-passed=fidelity-raise --remarks-filter-missed=fidelity-raise 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: fidelity-opt %s -fidelity-raise -split-input-file -o %t.once
// RUN: fidelity-opt %t.once -fidelity-raise -split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// A number from outside of the body. The op that makes the weights is gone, and no
// remark speaks of it.
// CHECK-LABEL: func.func @number(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[\[}}1, 0, 1, -1], [-1, 1, 1, 0]]> : tensor<2x4xi8>
// CHECK-DAG:     %[[S:.*]] = tensor.from_elements %arg1 : tensor<f32>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %arg0, %[[W]] scale %[[S]] : (tensor<3x4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<3x2xf32>
// CHECK-NEXT:    return %[[Y]]
// REMARK-NOT: Missed
// REMARK: [Passed] ternary_linear
// REMARK-NOT: Missed
#all = affine_map<(i, j) -> (i, j)>
func.func @number(%x: tensor<3x4xf32>, %s: f32) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1, -1], [0, 1], [1, 1], [-1, 0]]> : tensor<4x2xi8>
  %e = tensor.empty() : tensor<4x2xf32>
  %wf = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<4x2xi8>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%a: i8, %b: f32):
    %c = arith.sitofp %a : i8 to f32
    %d = arith.mulf %c, %s : f32
    linalg.yield %d : f32
  } -> tensor<4x2xf32>
  %f = arith.constant dense<0.0> : tensor<3x2xf32>
  %y = linalg.matmul ins(%x, %wf : tensor<3x4xf32>, tensor<4x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

// One of each row, beside weights that have a scale of their own.
// CHECK-LABEL: func.func @rows(
// CHECK-DAG:     %[[OWN:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-DAG:     %[[S:.*]] = fidelity.multiply %[[OWN]], %arg1 : (tensor<f32>, tensor<2xf32>) -> tensor<2xf32>
// CHECK:         fidelity.ternary_linear %arg0, %{{.*}} scale %[[S]] : (tensor<3x2xf32>, tensor<2x2xi8>, tensor<2xf32>) -> tensor<3x2xf32>
// REMARK: [Passed] ternary_linear
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
func.func @rows(%x: tensor<3x2xf32>, %s: tensor<2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[0.5, -0.5], [0.0, 0.5]]> : tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %wf = linalg.generic {indexing_maps = [#row, #all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%s, %w : tensor<2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) {
  ^bb0(%sv: f32, %a: f32, %b: f32):
    %d = arith.mulf %sv, %a : f32
    linalg.yield %d : f32
  } -> tensor<2x2xf32>
  %f = arith.constant dense<0.0> : tensor<3x2xf32>
  %y = linalg.matmul ins(%x, %wf : tensor<3x2xf32>, tensor<2x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

// One of each column is no scale of a layer.
// CHECK-LABEL: func.func @columns(
// CHECK:         linalg.matmul
// REMARK: [Missed] ternary_linear {{.*}} Remark="expected a scale of all weights or one of each row, but got another one"
#all = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (i)>
func.func @columns(%x: tensor<3x2xf32>, %s: tensor<2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1, -1], [0, 1]]> : tensor<2x2xi8>
  %e = tensor.empty() : tensor<2x2xf32>
  %wf = linalg.generic {indexing_maps = [#column, #all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%s, %w : tensor<2xf32>, tensor<2x2xi8>) outs(%e : tensor<2x2xf32>) {
  ^bb0(%sv: f32, %a: i8, %b: f32):
    %c = arith.sitofp %a : i8 to f32
    %d = arith.mulf %c, %sv : f32
    linalg.yield %d : f32
  } -> tensor<2x2xf32>
  %f = arith.constant dense<0.0> : tensor<3x2xf32>
  %y = linalg.matmul ins(%x, %wf : tensor<3x2xf32>, tensor<2x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

// An input times a number is no weight, and both are as they were.
// CHECK-LABEL: func.func @two_inputs(
// CHECK:         fidelity.multiply %arg0
// CHECK:         linalg.matmul
func.func @two_inputs(%x: tensor<3x2xf32>, %w: tensor<2x2xf32>) -> tensor<3x2xf32> {
  %s = arith.constant dense<0.5> : tensor<3x2xf32>
  %xs = arith.mulf %x, %s : tensor<3x2xf32>
  %f = arith.constant dense<0.0> : tensor<3x2xf32>
  %y = linalg.matmul ins(%xs, %w : tensor<3x2xf32>, tensor<2x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
