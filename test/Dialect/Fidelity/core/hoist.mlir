// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

#map = affine_map<(t, d) -> (t, d)>
#last = affine_map<(t, d) -> (d)>

// CHECK-LABEL: func.func @recurrence_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.recurrence
// CHECK: scf.for
func.func @recurrence_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r:2 = fidelity.recurrence value %x {indexing_maps = [#map, #map, #last]} : (tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8xf32>)
    scf.yield %r#0 : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @recurrence_dynamic(
// CHECK: scf.for
// CHECK: fidelity.recurrence
func.func @recurrence_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r:2 = fidelity.recurrence decay %x value %x {indexing_maps = [#map, #map, #map, #last]} : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
    scf.yield %r#0 : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}
