// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// Of two equal transfers one goes, and an unused one goes.

// CHECK-LABEL: func.func @transfer(
// CHECK-COUNT-2: fidelity.transfer
// CHECK-NOT: fidelity.transfer
// DEAD-LABEL: func.func @transfer(
// DEAD-COUNT-3: fidelity.transfer
// DEAD-NOT: fidelity.transfer
func.func @transfer(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.transfer %x from "a" to "b" : tensor<?xf32>
  %1 = fidelity.transfer %x from "a" to "b" : tensor<?xf32>
  %2 = fidelity.transfer %x from "a" to "b" : tensor<?xf32>
  %3 = fidelity.transfer %x from "a" to "c" : tensor<?xf32>
  return %0, %1, %3 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}
