// Activations and arithmetic, in one body or several.

// RUN: fidelity-opt %s -fidelity-raise -split-input-file --remarks-filter-missed=fidelity-raise 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: fidelity-opt %s -fidelity-raise -split-input-file -o %t.once
// RUN: fidelity-opt %t.once -fidelity-raise -split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// Parts are ops of their own where an equation has no more than them.
// CHECK-LABEL: func.func @one_body(
// CHECK-SAME:    %[[A:.*]]: tensor<?x4xf32>, %[[B:.*]]: tensor<?x4xf32>, %[[INIT:.*]]: tensor<?x4xf32>)
// CHECK-NEXT:    %[[SUM:.*]] = fidelity.add %[[A]], %[[B]]
// CHECK-NEXT:    %[[SILU:.*]] = fidelity.silu %[[SUM]]
// CHECK-NEXT:    return %[[SILU]]
#map = affine_map<(d0, d1) -> (d0, d1)>
func.func @one_body(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %one = arith.constant 1.0 : f32
  %y = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x4xf32>, tensor<?x4xf32>) outs(%init : tensor<?x4xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %x = arith.addf %p, %q : f32
    %n = arith.negf %x : f32
    %e = math.exp %n : f32
    %d = arith.addf %one, %e : f32
    %s = arith.divf %x, %d : f32
    linalg.yield %s : f32
  } -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// Operands broadcast as their maps say; a column gets a dimension of 1.
// CHECK-LABEL: func.func @broadcast(
// CHECK-SAME:    %[[X:.*]]: tensor<3x4xf32>, %[[ROW:.*]]: tensor<4xf32>, %[[COLUMN:.*]]: tensor<3xf32>
// CHECK:         %[[EXPANDED:.*]] = tensor.expand_shape %[[COLUMN]] {{\[\[}}0, 1]] output_shape [3, 1]
// CHECK-NEXT:    %[[SCALED:.*]] = fidelity.multiply %[[X]], %[[EXPANDED]] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
// CHECK-NEXT:    %[[Y:.*]] = fidelity.subtract %[[SCALED]], %[[ROW]] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
// CHECK-NEXT:    return %[[Y]]
#all = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @broadcast(%x: tensor<3x4xf32>, %row: tensor<4xf32>, %column: tensor<3xf32>, %init: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %y = linalg.generic {indexing_maps = [#all, #column, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %column, %row : tensor<3x4xf32>, tensor<3xf32>, tensor<4xf32>) outs(%init : tensor<3x4xf32>) {
  ^bb0(%p: f32, %q: f32, %r: f32, %o: f32):
    %a = arith.mulf %p, %q : f32
    %b = arith.subf %a, %r : f32
    linalg.yield %b : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// -----

// A tree in f32 that rounds to a narrow float is an op on that.
// CHECK-LABEL: func.func @narrow(
// CHECK-SAME:    %[[X:.*]]: tensor<4xbf16>,
// CHECK-NEXT:    %[[Y:.*]] = fidelity.gelu %[[X]] : tensor<4xbf16>
// CHECK-NEXT:    return %[[Y]]
#line = affine_map<(d0) -> (d0)>
func.func @narrow(%x: tensor<4xbf16>, %init: tensor<4xbf16>) -> tensor<4xbf16> {
  %one = arith.constant 1.0 : f32
  %half = arith.constant 0.5 : f32
  %root = arith.constant 0.707106769 : f32
  %y = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<4xbf16>) outs(%init : tensor<4xbf16>) {
  ^bb0(%p: bf16, %o: bf16):
    %a = arith.extf %p : bf16 to f32
    %b = arith.mulf %a, %root : f32
    %c = math.erf %b : f32
    %d = arith.addf %c, %one : f32
    %e = arith.mulf %a, %half : f32
    %f = arith.mulf %e, %d : f32
    %g = arith.truncf %f : f32 to bf16
    linalg.yield %g : bf16
  } -> tensor<4xbf16>
  return %y : tensor<4xbf16>
}

// -----

// Named ops are what their bodies are.
// CHECK-LABEL: func.func @named(
// CHECK-NEXT:    %[[A:.*]] = fidelity.exp %arg0
// CHECK-NEXT:    %[[B:.*]] = fidelity.tanh %[[A]]
// CHECK-NEXT:    %[[C:.*]] = fidelity.add %[[B]], %arg0
// CHECK-NEXT:    return %[[C]]
func.func @named(%x: tensor<?xf64>, %init: tensor<?xf64>) -> tensor<?xf64> {
  %a = linalg.exp ins(%x : tensor<?xf64>) outs(%init : tensor<?xf64>) -> tensor<?xf64>
  %b = linalg.tanh ins(%a : tensor<?xf64>) outs(%init : tensor<?xf64>) -> tensor<?xf64>
  %c = linalg.add ins(%b, %x : tensor<?xf64>, tensor<?xf64>) outs(%init : tensor<?xf64>) -> tensor<?xf64>
  return %c : tensor<?xf64>
}

// -----

// A gate that something else reads is not computed a second time.
// CHECK-LABEL: func.func @shared(
// CHECK-NEXT:    %[[A:.*]] = fidelity.sigmoid %arg0
// CHECK-NEXT:    %[[B:.*]] = fidelity.multiply %arg0, %[[A]]
// CHECK-NEXT:    return %[[A]], %[[B]]
#line = affine_map<(d0) -> (d0)>
func.func @shared(%x: tensor<?xf32>, %init: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %one = arith.constant 1.0 : f32
  %a = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%init : tensor<?xf32>) {
  ^bb0(%p: f32, %o: f32):
    %n = arith.negf %p : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %s = arith.divf %one, %d : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %b = linalg.mul ins(%x, %a : tensor<?xf32>, tensor<?xf32>) outs(%init : tensor<?xf32>) -> tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}

// -----

// gelu by tanh, softplus in its stable form, elu + 1 by cases.
// CHECK-LABEL: func.func @forms(
// CHECK-NEXT:    %[[A:.*]] = fidelity.gelu %arg0 approximation(tanh) : tensor<?xf64>
// CHECK-NEXT:    %[[B:.*]] = fidelity.softplus %arg0
// CHECK-NEXT:    %[[C:.*]] = fidelity.elu_plus_one %arg0
// CHECK-NEXT:    return %[[A]], %[[B]], %[[C]]
#line = affine_map<(d0) -> (d0)>
func.func @forms(%x: tensor<?xf64>, %init: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %half = arith.constant 0.5 : f64
  %cubic = arith.constant 0.044715 : f64
  %root = arith.constant 0.79788456080286535588 : f64
  %three = arith.constant 3.0 : f64
  %a = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf64>) outs(%init : tensor<?xf64>) {
  ^bb0(%p: f64, %o: f64):
    %c1 = math.powf %p, %three : f64
    %c2 = arith.mulf %cubic, %c1 : f64
    %c3 = arith.addf %c2, %p : f64
    %c4 = arith.mulf %c3, %root : f64
    %c5 = math.tanh %c4 : f64
    %c6 = arith.addf %one, %c5 : f64
    %c7 = arith.mulf %p, %c6 : f64
    %c8 = arith.mulf %c7, %half : f64
    linalg.yield %c8 : f64
  } -> tensor<?xf64>
  %b = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf64>) outs(%init : tensor<?xf64>) {
  ^bb0(%p: f64, %o: f64):
    %d1 = math.absf %p : f64
    %d2 = arith.negf %d1 : f64
    %d3 = math.exp %d2 : f64
    %d4 = math.log1p %d3 : f64
    %d5 = arith.maximumf %p, %zero : f64
    %d6 = arith.addf %d4, %d5 : f64
    linalg.yield %d6 : f64
  } -> tensor<?xf64>
  %c = linalg.generic {indexing_maps = [#line, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf64>) outs(%init : tensor<?xf64>) {
  ^bb0(%p: f64, %o: f64):
    %e1 = arith.cmpf olt, %zero, %p : f64
    %e2 = arith.addf %p, %one : f64
    %e3 = math.exp %p : f64
    %e4 = arith.select %e1, %e2, %e3 : f64
    linalg.yield %e4 : f64
  } -> tensor<?xf64>
  return %a, %b, %c : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// -----

// What is near an activation stays whole.
// CHECK-LABEL: func.func @left(
// CHECK-COUNT-6: linalg.
// CHECK-NOT:     fidelity.
// REMARK: [Missed] elementwise {{.*}} Remark="expected operands that broadcast as in NumPy, but got others"
// REMARK: [Missed] elementwise {{.*}} Remark="expected ops that the dialect has, but got arith.select"
// REMARK: [Missed] equation {{.*}} Remark="expected a softplus that does not overflow, but got log(1 + exp(x)), infinite for large x"
// REMARK: [Missed] equation {{.*}} Remark="expected x · σ(x) or x · Φ(x), but got x · σ(1.702 x)"
// REMARK: [Missed] equation {{.*}} Remark="expected NaN of NaN, as relu has it, but got 0"
// REMARK: [Missed] elementwise {{.*}} Remark="expected ops that the dialect has, but got math.sqrt"
// REMARK-NOT: [Missed]
#map = affine_map<(d0, d1) -> (d0, d1)>
#swapped = affine_map<(d0, d1) -> (d1, d0)>
func.func @left(%x: tensor<3x3xf64>, %init: tensor<3x3xf64>)
    -> (tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf64>) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %steep = arith.constant 1.702 : f64
  %bound = arith.constant 20.0 : f64
  %a = linalg.sqrt ins(%x : tensor<3x3xf64>) outs(%init : tensor<3x3xf64>) -> tensor<3x3xf64>
  // False for NaN, and 0 then.
  %b = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<3x3xf64>) outs(%init : tensor<3x3xf64>) {
  ^bb0(%p: f64, %o: f64):
    %b1 = arith.cmpf ogt, %p, %zero : f64
    %b2 = arith.select %b1, %p, %zero : f64
    linalg.yield %b2 : f64
  } -> tensor<3x3xf64>
  %c = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<3x3xf64>) outs(%init : tensor<3x3xf64>) {
  ^bb0(%p: f64, %o: f64):
    %c1 = arith.mulf %p, %steep : f64
    %c2 = arith.negf %c1 : f64
    %c3 = math.exp %c2 : f64
    %c4 = arith.addf %c3, %one : f64
    %c5 = arith.divf %one, %c4 : f64
    %c6 = arith.mulf %p, %c5 : f64
    linalg.yield %c6 : f64
  } -> tensor<3x3xf64>
  // In f64 a softplus of 20 is not 20.
  %d = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<3x3xf64>) outs(%init : tensor<3x3xf64>) {
  ^bb0(%p: f64, %o: f64):
    %d1 = math.exp %p : f64
    %d2 = math.log1p %d1 : f64
    linalg.yield %d2 : f64
  } -> tensor<3x3xf64>
  %e = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x, %d : tensor<3x3xf64>, tensor<3x3xf64>) outs(%init : tensor<3x3xf64>) {
  ^bb0(%p: f64, %q: f64, %o: f64):
    %e1 = arith.cmpf ogt, %p, %bound : f64
    %e2 = arith.select %e1, %p, %q : f64
    linalg.yield %e2 : f64
  } -> tensor<3x3xf64>
  %f = linalg.generic {indexing_maps = [#map, #swapped, #map], iterator_types = ["parallel", "parallel"]}
      ins(%x, %x : tensor<3x3xf64>, tensor<3x3xf64>) outs(%init : tensor<3x3xf64>) {
  ^bb0(%p: f64, %q: f64, %o: f64):
    %f1 = arith.addf %p, %q : f64
    linalg.yield %f1 : f64
  } -> tensor<3x3xf64>
  return %a, %b, %c, %e, %f
    : tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf64>, tensor<3x3xf64>
}
