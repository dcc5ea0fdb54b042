// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @recurrence(
// CHECK: fidelity.recurrence
// CHECK-NOT: fidelity.recurrence
// DEAD-LABEL: func.func @recurrence(
// DEAD-COUNT-2: fidelity.recurrence
// DEAD-NOT: fidelity.recurrence
#map = affine_map<(t, d) -> (t, d)>
#last = affine_map<(t, d) -> (d)>
func.func @recurrence(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0:2 = fidelity.recurrence decay %x value %x {indexing_maps = [#map, #map, #map, #last]} : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %1:2 = fidelity.recurrence decay %x value %x {indexing_maps = [#map, #map, #map, #last]} : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %2:2 = fidelity.recurrence decay %x value %x {indexing_maps = [#map, #map, #map, #last]} : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0, %1#0 : tensor<?x?xf32>, tensor<?x?xf32>
}
