// Ops of arith and math on whole tensors, as they are of linalg.

// RUN: fidelity-opt %s -fidelity-raise -split-input-file --remarks-filter-missed=fidelity-raise 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: fidelity-opt %s -fidelity-raise -split-input-file -o %t.once
// RUN: fidelity-opt %t.once -fidelity-raise -split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// CHECK-LABEL: func.func @ops(
// CHECK-DAG:     %[[A:.*]] = fidelity.tanh %arg0
// CHECK-DAG:     %[[B:.*]] = fidelity.multiply %arg0, %arg1
// CHECK-DAG:     %[[C:.*]] = fidelity.silu %arg1
// CHECK:         return %[[A]], %[[B]], %[[C]]
func.func @ops(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>, %one: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %a = math.tanh %x : tensor<?x4xf32>
  %b = arith.mulf %x, %y : tensor<?x4xf32>
  %c1 = arith.constant 1.0 : f32
  %n = arith.negf %y : tensor<?x4xf32>
  %e = math.exp %n : tensor<?x4xf32>
  // Which linalg and arith may say together.
  %d = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%e : tensor<?x4xf32>) outs(%one : tensor<?x4xf32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.addf %v, %c1 : f32
    linalg.yield %s : f32
  } -> tensor<?x4xf32>
  %c = arith.divf %y, %d : tensor<?x4xf32>
  return %a, %b, %c : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// Trits that one op makes floats of, and a scale of the sums.
// CHECK-LABEL: func.func @weights(
// CHECK:         %[[W:.*]] = arith.constant dense<{{\[\[}}1, 0], [-1, 1]]> : tensor<2x2xi8>
// CHECK-NEXT:    %[[Y:.*]] = fidelity.ternary_linear %arg0, %[[W]] :
// CHECK-NEXT:    %[[Z:.*]] = fidelity.multiply %[[Y]], %arg1
// CHECK-NEXT:    return %[[Z]]
func.func @weights(%x: tensor<3x2xf32>, %s: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %w = arith.constant dense<[[1, -1], [0, 1]]> : tensor<2x2xi8>
  %wf = arith.sitofp %w : tensor<2x2xi8> to tensor<2x2xf32>
  %f = arith.constant dense<0.0> : tensor<3x2xf32>
  %y = linalg.matmul ins(%x, %wf : tensor<3x2xf32>, tensor<2x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  %o = arith.mulf %y, %s : tensor<3x2xf32>
  return %o : tensor<3x2xf32>
}

// -----

// REMARK: [Missed] elementwise {{.*}} Remark="expected ops that the dialect has, but got math.sin"
// CHECK-LABEL: func.func @others(
// CHECK:         math.sin
// CHECK:         arith.addi
func.func @others(%x: tensor<4xf32>, %i: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi32>) {
  %a = math.sin %x : tensor<4xf32>
  %b = arith.addi %i, %i : tensor<4xi32>
  return %a, %b : tensor<4xf32>, tensor<4xi32>
}
