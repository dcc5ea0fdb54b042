// Large ops are shared by threads, and small ones are not; what is dynamic decides when
// it runs.

// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-share-loops{threads=3},canonicalize)' | FileCheck %s
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-share-loops{threads=1})' | FileCheck %s --check-prefix=ONE
// RUN: not fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-share-loops{threads=0})' 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{threads=3})' | FileCheck %s --check-prefix=LLVM

// NONE: expected threads to be 1 or more, but got 0
// ONE-NOT: memref.subview
// LLVM: omp.parallel num_threads(%{{.*}} : i32)
// LLVM-NOT: scf.parallel

#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#transposed = affine_map<(d0, d1) -> (d1, d0)>

// The sum of a row is one thread's; sizes are known.
// CHECK-LABEL: func.func @sums(
// CHECK-SAME:    %[[X:.*]]: memref<1000x100xf32>, %[[W:.*]]: memref<100xf32>, %[[Y:.*]]: memref<1000xf32>)
// CHECK-NOT:     scf.if
// CHECK:         scf.parallel (%[[THREAD:.*]]) = (%{{.*}}) to (%c3) step
// CHECK:           %[[SHARE:.*]] = arith.muli %[[THREAD]], %c1000
// CHECK:           %[[BEGIN:.*]] = arith.divui %[[SHARE]], %c3
// CHECK:           %[[LENGTH:.*]] = arith.subi %{{.*}}, %[[BEGIN]]
// CHECK:           %[[XS:.*]] = memref.subview %[[X]][%[[BEGIN]], 0] [%[[LENGTH]], 100] [1, 1] : memref<1000x100xf32> to memref<?x100xf32, strided<[100, 1], offset: ?>>
// CHECK:           %[[YS:.*]] = memref.subview %[[Y]][%[[BEGIN]]] [%[[LENGTH]]] [1]
// CHECK:           linalg.generic
// CHECK-SAME:        ins(%[[XS]], %[[W]] : {{.*}}) outs(%[[YS]] :
// CHECK:           scf.reduce
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @sums(%x: memref<1000x100xf32>, %w: memref<100xf32>, %y: memref<1000xf32>) {
  linalg.generic {indexing_maps = [#all, #column, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<1000x100xf32>, memref<100xf32>) outs(%y : memref<1000xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  }
  return
}

// The first loop has one iteration, so that the second one is shared.
// CHECK-LABEL: func.func @transposed(
// CHECK-SAME:    %[[X:.*]]: memref<?x1xf32>, %[[Y:.*]]: memref<1x?xf32>)
// CHECK:         %[[SIZE:.*]] = memref.dim %[[X]], %c0
// CHECK:         %[[MUCH:.*]] = arith.cmpi uge, %[[SIZE]], %c65536
// CHECK:         %[[ENOUGH:.*]] = arith.cmpi uge, %[[SIZE]], %c3
// CHECK:         %[[BOTH:.*]] = arith.andi %[[MUCH]], %[[ENOUGH]]
// CHECK:         scf.if %[[BOTH]]
// CHECK:           scf.parallel
// CHECK:             memref.subview %[[X]][%{{.*}}, 0] [%{{.*}}, 1] [1, 1]
// CHECK:             memref.subview %[[Y]][0, %{{.*}}] [1, %{{.*}}] [1, 1] : memref<1x?xf32> to memref<1x?xf32, strided<[?, 1], offset: ?>>
// CHECK:         } else {
// CHECK:           linalg.generic {{.*}} ins(%[[X]] : memref<?x1xf32>) outs(%[[Y]] : memref<1x?xf32>)
func.func @transposed(%x: memref<?x1xf32>, %y: memref<1x?xf32>) {
  linalg.generic {indexing_maps = [#transposed, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<?x1xf32>) outs(%y : memref<1x?xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}

// CHECK-LABEL: func.func @small
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func @small(%x: memref<100x100xf32>, %y: memref<100x100xf32>) {
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<100x100xf32>) outs(%y : memref<100x100xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}

// All threads would write one sum; one asks where it is; parts of one are not
// contiguous.
// CHECK-LABEL: func.func @left
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func @left(%x: memref<1000x100xf32>, %sums: memref<100xf32>, %y: memref<1000x100xi64>,
                %z: memref<1000x100xf32, strided<[200, 2]>>) {
  linalg.generic {indexing_maps = [#all, #column], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<1000x100xf32>) outs(%sums : memref<100xf32>) {
  ^bb0(%a: f32, %s: f32):
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]}
      outs(%y : memref<1000x100xi64>) {
  ^bb0(%b: i64):
    %at = linalg.index 0 : index
    %i = arith.index_cast %at : index to i64
    linalg.yield %i : i64
  }
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<1000x100xf32>) outs(%z : memref<1000x100xf32, strided<[200, 2]>>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}

// Threads share what is around it.
// CHECK-LABEL: func.func @within
// CHECK:         scf.parallel
// CHECK-NOT:     scf.parallel
// CHECK:         return
func.func @within(%x: memref<1000x100xf32>, %y: memref<1000x100xf32>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.parallel (%i) = (%zero) to (%n) step (%one) {
    linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
        ins(%x : memref<1000x100xf32>) outs(%y : memref<1000x100xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
    }
    scf.reduce
  }
  return
}
