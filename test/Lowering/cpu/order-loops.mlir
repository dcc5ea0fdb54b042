// The innermost loop goes along memory, and each sum is added up in the same order.

// RUN: fidelity-opt %s --linalg-generalize-named-ops --fidelity-cpu-order-loops --convert-linalg-to-loops | FileCheck %s
// RUN: fidelity run %s --entry numbers | FileCheck %s --check-prefix=NUMBERS

// CHECK-LABEL: func.func @matmul
// CHECK:         scf.for %[[I:.*]] = %c0 to %c8 step
// CHECK:           scf.for %[[K:.*]] = %c0 to %c16 step
// CHECK:             scf.for %[[J:.*]] = %c0 to %c32 step
// CHECK:               memref.load %arg0[%[[I]], %[[K]]]
// CHECK:               memref.load %arg1[%[[K]], %[[J]]]
// CHECK:               memref.store %{{.*}}, %arg2[%[[I]], %[[J]]]
func.func @matmul(%x: memref<8x16xf32>, %w: memref<16x32xf32>, %y: memref<8x32xf32>) {
  linalg.matmul ins(%x, %w : memref<8x16xf32>, memref<16x32xf32>) outs(%y : memref<8x32xf32>)
  return
}

// CHECK-LABEL: func.func @batches
// CHECK-COUNT-3: scf.for
// CHECK:         scf.for %[[J:.*]] = %c0 to %{{.*}} step
// CHECK:           memref.load %arg1[%{{.*}}, %{{.*}}, %[[J]]]
func.func @batches(%x: memref<?x?x?xf16>, %w: memref<?x?x?xf16>, %y: memref<?x?x?xf16>) {
  linalg.batch_matmul ins(%x, %w : memref<?x?x?xf16>, memref<?x?x?xf16>) outs(%y : memref<?x?x?xf16>)
  return
}

// CHECK-LABEL: func.func @vecmat
// CHECK:         scf.for %[[K:.*]] = %c0 to %c16 step
// CHECK:           scf.for %[[J:.*]] = %c0 to %c32 step
// CHECK:             memref.load %arg1[%[[K]], %[[J]]]
func.func @vecmat(%x: memref<16xf32>, %w: memref<16x32xf32>, %y: memref<32xf32>) {
  linalg.vecmat ins(%x, %w : memref<16xf32>, memref<16x32xf32>) outs(%y : memref<32xf32>)
  return
}

// What is read along the sum stays, and so does what has few columns.
// CHECK-LABEL: func.func @others
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step
// CHECK-NEXT:      scf.for %[[K:.*]] = %c0 to %c16 step
// CHECK:             memref.load %arg0[%{{.*}}, %[[K]]]
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step
// CHECK-NEXT:      scf.for %{{.*}} = %c0 to %c3 step
// CHECK-NEXT:        scf.for %{{.*}} = %c0 to %c16 step
func.func @others(%x: memref<8x16xf32>, %v: memref<16xf32>, %y: memref<8xf32>, %w: memref<16x3xf32>, %z: memref<8x3xf32>) {
  linalg.matvec ins(%x, %v : memref<8x16xf32>, memref<16xf32>) outs(%y : memref<8xf32>)
  linalg.matmul ins(%x, %w : memref<8x16xf32>, memref<16x3xf32>) outs(%z : memref<8x3xf32>)
  return
}

#it = affine_map<(i, j, k) -> (i, k)>
#kt = affine_map<(i, j, k) -> (k, j)>
#ot = affine_map<(i, j, k) -> (i, j)>

// CHECK-LABEL: func.func @index
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step
// CHECK-NEXT:      scf.for %{{.*}} = %c0 to %c32 step
// CHECK-NEXT:        scf.for %{{.*}} = %c0 to %c16 step
func.func @index(%x: memref<8x16xindex>, %w: memref<16x32xindex>, %y: memref<8x32xindex>) {
  linalg.generic {indexing_maps = [#it, #kt, #ot], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<8x16xindex>, memref<16x32xindex>) outs(%y : memref<8x32xindex>) {
  ^bb0(%a: index, %b: index, %c: index):
    %k = linalg.index 2 : index
    %s = arith.addi %c, %k : index
    linalg.yield %s : index
  }
  return
}

// NUMBERS: result 0: tensor<1x5xf32>{{.*}}: [50.000000, 53.000000, 56.000000, 59.000000, 62.000000]
func.func @numbers() -> tensor<1x5xf32> {
  %x = arith.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>
  %w = arith.constant dense<[[1.0, 1.5, 2.0, 2.5, 3.0], [2.0, 2.5, 3.0, 3.5, 4.0], [15.0, 15.5, 16.0, 16.5, 17.0]]> : tensor<3x5xf32>
  %i = arith.constant dense<0.0> : tensor<1x5xf32>
  %y = linalg.matmul ins(%x, %w : tensor<1x3xf32>, tensor<3x5xf32>) outs(%i : tensor<1x5xf32>) -> tensor<1x5xf32>
  return %y : tensor<1x5xf32>
}
