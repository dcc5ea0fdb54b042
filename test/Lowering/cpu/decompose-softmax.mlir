// linalg.softmax is a maximum, exponentials, a sum and quotients.

// RUN: fidelity-opt %s -split-input-file -fidelity-cpu-decompose-softmax | FileCheck %s
// RUN: fidelity-opt %s -split-input-file -fidelity-cpu-decompose-softmax -mlir-pass-statistics 2>&1 >/dev/null | FileCheck %s --check-prefix=STATISTICS

// STATISTICS: (S) 1 decomposed - ops taken apart

// CHECK-DAG:   #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:   #[[KEPT:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @columns(
// CHECK-SAME:    %[[X:.*]]: tensor<4x?xf16>
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[KEPT]]], iterator_types = ["reduction", "parallel"]}
// CHECK:           arith.extf
// CHECK:           arith.maximumf
// CHECK:         math.exp
// CHECK:         linalg.generic {indexing_maps = [#[[ALL]], #[[KEPT]]], iterator_types = ["reduction", "parallel"]}
// CHECK:           arith.addf
// CHECK:         arith.divf %{{.*}} : f32
// CHECK-NEXT:    arith.truncf %{{.*}} : f32 to f16
// CHECK-NOT:     linalg.softmax
func.func @columns(%x: tensor<4x?xf16>, %init: tensor<4x?xf16>) -> tensor<4x?xf16> {
  %0 = linalg.softmax dimension(0) ins(%x : tensor<4x?xf16>) outs(%init : tensor<4x?xf16>) -> tensor<4x?xf16>
  return %0 : tensor<4x?xf16>
}

// -----

// CHECK-LABEL: func.func @on_memrefs(
// CHECK-NEXT:    linalg.softmax
func.func @on_memrefs(%x: memref<4xf32>, %init: memref<4xf32>) {
  linalg.softmax dimension(0) ins(%x : memref<4xf32>) outs(%init : memref<4xf32>)
  return
}
