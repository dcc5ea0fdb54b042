// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @mlgru(
// CHECK: fidelity.mlgru
// CHECK-NOT: fidelity.mlgru
// DEAD-LABEL: func.func @mlgru(
// DEAD-COUNT-2: fidelity.mlgru
// DEAD-NOT: fidelity.mlgru
func.func @mlgru(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %1:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %2:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0, %1#0 : tensor<?x?xf32>, tensor<?x?xf32>
}
