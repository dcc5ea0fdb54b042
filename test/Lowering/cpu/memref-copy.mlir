// RUN: fidelity-opt %s --convert-memref-copy-to-linalg | FileCheck %s

// CHECK: #[[MAP:.*]] = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @strided
// CHECK-NOT: memref.copy
// CHECK: linalg.generic
// CHECK-SAME: indexing_maps = [#[[MAP]], #[[MAP]]], iterator_types = ["parallel", "parallel"]
// CHECK-SAME: ins(%arg0 : memref<?x4xf32, strided<[8, 2]>>) outs(%arg1 : memref<?x4xf32>)
// CHECK: linalg.yield %in : f32
func.func @strided(%a: memref<?x4xf32, strided<[8, 2]>>, %b: memref<?x4xf32>) {
  memref.copy %a, %b : memref<?x4xf32, strided<[8, 2]>> to memref<?x4xf32>
  return
}

// Bytes in one piece are copied best as such.
// CHECK-LABEL: func.func @contiguous
// CHECK: memref.copy
func.func @contiguous(%a: memref<?x4xf32>, %b: memref<?x4xf32>) {
  memref.copy %a, %b : memref<?x4xf32> to memref<?x4xf32>
  return
}

// CHECK-LABEL: func.func @scalar
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = []
func.func @scalar(%a: memref<f32, strided<[], offset: 3>>, %b: memref<f32>) {
  memref.copy %a, %b : memref<f32, strided<[], offset: 3>> to memref<f32>
  return
}
