// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @rms_norm(
// CHECK: fidelity.rms_norm
// CHECK-NOT: fidelity.rms_norm
// DEAD-LABEL: func.func @rms_norm(
// DEAD-COUNT-2: fidelity.rms_norm
// DEAD-NOT: fidelity.rms_norm
func.func @rms_norm(%x: tensor<?x?xf32>, %w: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %1 = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %2 = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}
