// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// A transfer cannot fail, whatever its sizes: it leaves a loop that may not run
// at all.

// CHECK-LABEL: func.func @transfer_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.transfer
// CHECK: scf.for
func.func @transfer_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.transfer %x from "a" to "b" : tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}
