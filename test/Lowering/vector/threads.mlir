// What is large enough is shared by threads, in a function of its own that all calls
// share; a kernel is called for a part of the panels.

// RUN: fidelity-opt %s --convert-fidelity-to-vector='isa=avx2 threads=3' | FileCheck %s
// RUN: not fidelity-opt %s --convert-fidelity-to-vector=threads=0 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{threads=no})' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NO

// NONE: expected threads to be 1 or more, but got 0
// NO: expected threads to be 1 to 1024, but got `no`

// CHECK-LABEL: func @layer
// CHECK: call @ternary_avx2_threads(
// CHECK: func private @ternary_avx2({{.*}}) attributes {target_features
// CHECK-NOT: scf.parallel
// CHECK: func private @ternary_avx2_threads(%[[X:.*]]: memref<?xi8>, %[[W:.*]]: memref<?xi8>, %[[Y:.*]]: memref<?xi32>, %[[M:.*]]: index, %[[N:.*]]: index, %[[T:.*]]: index, %[[BEGIN:.*]]: index, %[[END:.*]]: index)
// CHECK-NOT: attributes
// CHECK: %[[PANELS:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK: %[[MUCH:.*]] = arith.cmpi uge,
// CHECK: scf.if %[[MUCH]]
// CHECK: %[[COUNT:.*]] = arith.constant 3 : index
// CHECK: scf.parallel (%[[THREAD:.*]]) = (%{{.*}}) to (%[[COUNT]])
// CHECK: arith.muli %[[PANELS]], %[[THREAD]]
// CHECK: func.call @ternary_avx2(%[[X]], %[[W]], %[[Y]], %[[M]], %[[N]], %[[T]], %[[FIRST:.*]], %[[LAST:.*]])
// CHECK: } else {
// CHECK: func.call @ternary_avx2(%[[X]], %[[W]], %[[Y]], %[[M]], %[[N]], %[[T]], %[[BEGIN]], %[[END]])

func.func @layer(%x: memref<3x64xi8>, %w: memref<32x16xi8>, %y: memref<3x32xi32>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<3x64xi8>, memref<32x16xi8>, memref<3x32xi32>) -> ()
  return
}
