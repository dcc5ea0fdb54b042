// RUN: fidelity-opt %s --fidelity-cpu-avoid-defects | FileCheck %s
// RUN: fidelity-opt %s --fidelity-cpu-pipeline | FileCheck %s --check-prefix=LLVM

// memref.collapse_shape has no valid form for this one.
// CHECK-LABEL: @collapse_of_none
// CHECK-SAME: %[[X:.*]]: tensor<0x?x9x?x3xf64>
// CHECK-DAG: %[[B:.*]] = tensor.dim %[[X]], %c1
// CHECK-DAG: %[[D:.*]] = tensor.dim %[[X]], %c3
// CHECK-DAG: %[[FIRST:.*]] = arith.muli %{{.*}}, %[[B]]
// CHECK-DAG: %[[ONCE:.*]] = arith.muli %{{.*}}, %[[D]]
// CHECK-DAG: %[[LAST:.*]] = arith.muli %[[ONCE]], %{{.*}}
// CHECK: %[[E:.*]] = tensor.empty(%[[FIRST]], %[[LAST]]) : tensor<?x9x?xf64>
// CHECK-NEXT: return %[[E]]
// LLVM-LABEL: llvm.func @collapse_of_none
func.func @collapse_of_none(%x: tensor<0x?x9x?x3xf64>) -> tensor<?x9x?xf64> {
  %y = tensor.collapse_shape %x [[0, 1], [2], [3, 4]]
    : tensor<0x?x9x?x3xf64> into tensor<?x9x?xf64>
  return %y : tensor<?x9x?xf64>
}

// One that is told to be of no elements, or about which nothing is known, has.
// CHECK-LABEL: @collapse
// CHECK-COUNT-2: tensor.collapse_shape
func.func @collapse(%x: tensor<0x2xf64>, %y: tensor<?x?xf64>) -> (tensor<0xf64>, tensor<?xf64>) {
  %a = tensor.collapse_shape %x [[0, 1]] : tensor<0x2xf64> into tensor<0xf64>
  %b = tensor.collapse_shape %y [[0, 1]] : tensor<?x?xf64> into tensor<?xf64>
  return %a, %b : tensor<0xf64>, tensor<?xf64>
}

// A memref.subview of a size of 0 that takes in the cast has no valid offset.
// CHECK-LABEL: @slice_of_none
// CHECK-SAME: %{{.*}}: tensor<?x0xf64>, %{{.*}}: tensor<?xf64>, %[[N:.*]]: index
// CHECK: %[[Y:.*]] = tensor.cast
// CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?xf64>
// CHECK: return %[[E]], %[[Y]]
// LLVM-LABEL: llvm.func @slice_of_none
func.func @slice_of_none(%x: tensor<?x0xf64>, %z: tensor<?xf64>, %n: index) -> (tensor<?xf64>, tensor<?x?xf64>) {
  %y = tensor.cast %x : tensor<?x0xf64> to tensor<?x?xf64>
  %a = tensor.extract_slice %y[%n, 0] [1, %n] [1, 1] : tensor<?x?xf64> to tensor<?xf64>
  %b = tensor.insert_slice %z into %y[%n, 0] [1, %n] [1, 1] : tensor<?xf64> into tensor<?x?xf64>
  return %a, %b : tensor<?xf64>, tensor<?x?xf64>
}

// So would that of what is padded.
// CHECK-LABEL: @pad_of_none
// CHECK-SAME: %[[X:.*]]: tensor<0x?x4xi8>
// CHECK-NOT: tensor.pad
// CHECK: %[[SIZE:.*]] = tensor.dim %[[X]], %c1
// CHECK: %[[SUM:.*]] = arith.addi %[[SIZE]], %c0
// CHECK: tensor.empty(%[[SUM]]) : tensor<0x?x5xi8>
// CHECK: %[[PADDED:.*]] = tensor.pad
// CHECK: return %{{.*}}, %[[PADDED]]
// LLVM-LABEL: llvm.func @pad_of_none
func.func @pad_of_none(%x: tensor<0x?x4xi8>, %y: tensor<?x4xi8>) -> (tensor<0x?x5xi8>, tensor<?x5xi8>) {
  %zero = arith.constant 0 : i8
  %a = tensor.pad %x low[0, 0, 0] high[0, 0, 1] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : i8
  } : tensor<0x?x4xi8> to tensor<0x?x5xi8>
  %b = tensor.pad %y low[0, 0] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : i8
  } : tensor<?x4xi8> to tensor<?x5xi8>
  return %a, %b : tensor<0x?x5xi8>, tensor<?x5xi8>
}

// Of what is not known to be without elements it stays.
// CHECK-LABEL: @slice
// CHECK: tensor.extract_slice
func.func @slice(%x: tensor<?x2xf64>, %n: index) -> tensor<?xf64> {
  %y = tensor.cast %x : tensor<?x2xf64> to tensor<?x?xf64>
  %a = tensor.extract_slice %y[%n, 0] [1, %n] [1, 1] : tensor<?x?xf64> to tensor<?xf64>
  return %a : tensor<?xf64>
}

// expand-strided-metadata divides the size by those that are known: by 0.
// CHECK-LABEL: @expand_to_none
// CHECK-SAME: %{{.*}}: memref<?x3xf64>, %[[N:.*]]: index
// CHECK: memref.reinterpret_cast %{{.*}} sizes: [%{{[^,]*}}, %[[N]], %{{[^,]*}}],
// CHECK-SAME: memref<f64> to memref<?x?x?xf64, strided<[?, ?, ?], offset: ?>>
// CHECK: memref.cast %{{.*}} to memref<0x?x3xf64>
// LLVM-LABEL: llvm.func @expand_to_none
// LLVM-NOT: affine
func.func @expand_to_none(%x: memref<?x3xf64>, %n: index) -> memref<0x?x3xf64> {
  %y = memref.expand_shape %x [[0, 1], [2]] output_shape [0, %n, 3]
    : memref<?x3xf64> into memref<0x?x3xf64>
  return %y : memref<0x?x3xf64>
}

// linalg-fuse-elementwise-ops would write %n once for each i, each time on top
// of the last.
#all = affine_map<(d) -> (d)>
#last = affine_map<(i, d) -> (d)>
#both = affine_map<(i, d) -> (i, d)>
// CHECK-LABEL: @several_outputs
// CHECK: linalg.generic {{.*}} ins(%[[X:.*]], %[[M:.*]], %[[N:.*]] : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
// CHECK-SAME: outs(%[[M]], %[[N]] : tensor<4xf64>, tensor<4xf64>)
// CHECK-NEXT: ^bb0(%{{.*}}: f64, %[[OF_M:.*]]: f64, %[[OF_N:.*]]: f64, %{{.*}}: f64, %{{.*}}: f64):
// CHECK: arith.addf %{{.*}}, %[[OF_M]]
// CHECK: arith.addf %{{.*}}, %[[OF_N]]
func.func @several_outputs(%x: tensor<4xf64>, %m: tensor<4xf64>, %n: tensor<4xf64>,
                           %y: tensor<3x4xf64>) -> tensor<3x4xf64> {
  %sums:2 = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf64>) outs(%m, %n : tensor<4xf64>, tensor<4xf64>) {
  ^bb0(%a: f64, %b: f64, %c: f64):
    %d = arith.addf %a, %b : f64
    %e = arith.addf %a, %c : f64
    linalg.yield %d, %e : f64, f64
  } -> (tensor<4xf64>, tensor<4xf64>)
  %all = linalg.generic {indexing_maps = [#last, #both], iterator_types = ["parallel", "parallel"]}
      ins(%sums#1 : tensor<4xf64>) outs(%y : tensor<3x4xf64>) {
  ^bb0(%a: f64, %b: f64):
    %c = arith.mulf %a, %b : f64
    linalg.yield %c : f64
  } -> tensor<3x4xf64>
  return %all : tensor<3x4xf64>
}

// An output that is indexed by a 0 has as many dimensions as there are loops, and
// carries a sum all the same.
// CHECK-LABEL: @sum_kept_as_dimension
// CHECK: %[[ZERO:.*]] = linalg.fill
// CHECK: linalg.generic
// CHECK-SAME: ins(%{{.*}} : tensor<3x7xf32>) outs(%[[ZERO]] : tensor<3x1xf32>)
// CHECK: ^bb0(%[[X:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT: arith.addf %[[X]], %[[SUM]]
#kept = affine_map<(d0, d1) -> (d0, 0)>
func.func @sum_kept_as_dimension(%x: tensor<3x7xf32>) -> tensor<3x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x1xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<3x1xf32>) -> tensor<3x1xf32>
  %sum = linalg.generic {indexing_maps = [#both, #kept], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x7xf32>) outs(%f : tensor<3x1xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<3x1xf32>
  %o = tensor.empty() : tensor<3x7xf32>
  %y = linalg.generic {indexing_maps = [#both, #kept, #both], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<3x7xf32>, tensor<3x1xf32>) outs(%o : tensor<3x7xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<3x7xf32>
  return %y : tensor<3x7xf32>
}

// The translation to LLVM IR knows no blob of complex numbers.
// CHECK-LABEL: func.func @complex_blob(
// CHECK-NEXT:    arith.constant dense<[(1.000000e+00,2.000000e+00), (0.000000e+00,-1.000000e+00)]> : tensor<2xcomplex<f32>>
func.func @complex_blob() -> tensor<2xcomplex<f32>> {
  %c = arith.constant dense_resource<complex_numbers> : tensor<2xcomplex<f32>>
  return %c : tensor<2xcomplex<f32>>
}

{-#
  dialect_resources: {
    builtin: {
      complex_numbers: "0x400000000000803f0000004000000000000080bf"
    }
  }
#-}
