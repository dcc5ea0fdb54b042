// Root mean square norms.

// RUN: fidelity-opt %s -fidelity-raise -split-input-file --remarks-filter-missed=fidelity-raise 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: fidelity-opt %s -fidelity-raise -split-input-file -o %t.once
// RUN: fidelity-opt %t.once -fidelity-raise -split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// In two ops, of a narrow float; the sum starts from a constant, the mean is a
// product with 1/4. The product with a column is none of the norm.
// CHECK-LABEL: func.func @narrow(
// CHECK-NEXT:    %[[N:.*]] = fidelity.rms_norm %arg0 {epsilon = 9.9999997473787516E-6 : f64} : (tensor<?x4xbf16>) -> tensor<?x4xbf16>
// CHECK-NEXT:    %[[Y:.*]] = fidelity.multiply %[[N]], %arg1
// CHECK-NEXT:    return %[[Y]]
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @narrow(%x: tensor<?x4xbf16>, %s: tensor<?x1xbf16>, %init: tensor<?x4xbf16>, %sums: tensor<?xf32>) -> tensor<?x4xbf16> {
  %zero = arith.constant 0.0 : f32
  %epsilon = arith.constant 1.0e-5 : f32
  %quarter = arith.constant 0.25 : f32
  %one = arith.constant 1.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%sums : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x4xbf16>) outs(%f : tensor<?xf32>) {
  ^bb0(%p: bf16, %o: f32):
    %a = arith.extf %p : bf16 to f32
    %b = arith.mulf %a, %a : f32
    %c = arith.addf %o, %b : f32
    linalg.yield %c : f32
  } -> tensor<?xf32>
  %n = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x4xbf16>, tensor<?xf32>) outs(%init : tensor<?x4xbf16>) {
  ^bb0(%p: bf16, %q: f32, %o: bf16):
    %a = arith.extf %p : bf16 to f32
    %b = arith.mulf %q, %quarter : f32
    %c = arith.addf %b, %epsilon : f32
    %d = math.sqrt %c : f32
    %e = arith.divf %one, %d : f32
    %g = arith.mulf %e, %a : f32
    %h = arith.truncf %g : f32 to bf16
    linalg.yield %h : bf16
  } -> tensor<?x4xbf16>
  %y = linalg.generic {indexing_maps = [#all, affine_map<(d0, d1) -> (d0, 0)>, #all], iterator_types = ["parallel", "parallel"]}
      ins(%n, %s : tensor<?x4xbf16>, tensor<?x1xbf16>) outs(%init : tensor<?x4xbf16>) {
  ^bb0(%p: bf16, %q: bf16, %o: bf16):
    %a = arith.mulf %p, %q : bf16
    linalg.yield %a : bf16
  } -> tensor<?x4xbf16>
  return %y : tensor<?x4xbf16>
}

// -----

// One row, and a weight that is multiplied with the inverse root first.
// CHECK-LABEL: func.func @one_row(
// CHECK-NEXT:    %[[Y:.*]] = fidelity.rms_norm %arg0 weight %arg1 {epsilon = 0.000000e+00 : f64}
// CHECK-NEXT:    return %[[Y]]
#line = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @one_row(%x: tensor<2xf64>, %w: tensor<2xf64>, %init: tensor<2xf64>) -> tensor<2xf64> {
  %zero = arith.constant 0.0 : f64
  %two = arith.constant 2.0 : f64
  %f = arith.constant dense<0.0> : tensor<f64>
  %sum = linalg.generic {indexing_maps = [#line, #none], iterator_types = ["reduction"]}
      ins(%x : tensor<2xf64>) outs(%f : tensor<f64>) {
  ^bb0(%p: f64, %o: f64):
    %a = arith.mulf %p, %p : f64
    %b = arith.addf %a, %o : f64
    linalg.yield %b : f64
  } -> tensor<f64>
  %y = linalg.generic {indexing_maps = [#line, #none, #line, #line], iterator_types = ["parallel"]}
      ins(%x, %sum, %w : tensor<2xf64>, tensor<f64>, tensor<2xf64>) outs(%init : tensor<2xf64>) {
  ^bb0(%p: f64, %q: f64, %r: f64, %o: f64):
    %a = arith.divf %q, %two : f64
    %b = arith.addf %zero, %a : f64
    %c = math.rsqrt %b : f64
    %d = arith.mulf %c, %r : f64
    %e = arith.mulf %d, %p : f64
    linalg.yield %e : f64
  } -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// -----

// ε beside the root, a sum that is no mean, a row of unknown size.
// CHECK-LABEL: func.func @left(
// CHECK-NOT:     fidelity.
// REMARK: [Missed] equation {{.*}} Remark="expected a static last dimension in rms_norm, but got a dynamic one"
// REMARK: [Missed] equation {{.*}} Remark="expected the mean of 4 numbers in rms_norm, but got their sum divided by 3"
// REMARK: [Missed] equation {{.*}} Remark="expected √(mean(x²) + ε) in rms_norm, but got √mean(x²) + ε"
// REMARK-NOT: [Missed]
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @left(%x: tensor<3x4xf32>, %z: tensor<3x?xf32>, %init: tensor<3x4xf32>, %other: tensor<3x?xf32>)
    -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x?xf32>) {
  %epsilon = arith.constant 1.0e-5 : f32
  %three = arith.constant 3.0 : f32
  %four = arith.constant 4.0 : f32
  %f = arith.constant dense<0.0> : tensor<3xf32>
  %sum = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x4xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %b = arith.mulf %p, %p : f32
    %c = arith.addf %o, %b : f32
    linalg.yield %c : f32
  } -> tensor<3xf32>
  %a = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<3x4xf32>, tensor<3xf32>) outs(%init : tensor<3x4xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %b = arith.divf %q, %four : f32
    %c = math.sqrt %b : f32
    %d = arith.addf %c, %epsilon : f32
    %e = arith.divf %p, %d : f32
    linalg.yield %e : f32
  } -> tensor<3x4xf32>
  %b = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<3x4xf32>, tensor<3xf32>) outs(%init : tensor<3x4xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %b = arith.divf %q, %three : f32
    %c = arith.addf %b, %epsilon : f32
    %d = math.rsqrt %c : f32
    %e = arith.mulf %p, %d : f32
    linalg.yield %e : f32
  } -> tensor<3x4xf32>
  %rest = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%z : tensor<3x?xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%p: f32, %o: f32):
    %b0 = arith.mulf %p, %p : f32
    %c = arith.addf %o, %b0 : f32
    linalg.yield %c : f32
  } -> tensor<3xf32>
  %c = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%z, %rest : tensor<3x?xf32>, tensor<3xf32>) outs(%other : tensor<3x?xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %b0 = arith.divf %q, %three : f32
    %c0 = arith.addf %b0, %epsilon : f32
    %d = math.rsqrt %c0 : f32
    %e = arith.mulf %p, %d : f32
    linalg.yield %e : f32
  } -> tensor<3x?xf32>
  return %a, %b, %c : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x?xf32>
}
