// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @causal_conv1d(
// CHECK: fidelity.causal_conv1d 
// CHECK-NOT: fidelity.causal_conv1d 
// DEAD-LABEL: func.func @causal_conv1d(
// DEAD-COUNT-2: fidelity.causal_conv1d 
// DEAD-NOT: fidelity.causal_conv1d 
func.func @causal_conv1d(%x: tensor<?x?x?xf32>, %w: tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
  %1:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
  %2:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
  return %0#0, %1#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
