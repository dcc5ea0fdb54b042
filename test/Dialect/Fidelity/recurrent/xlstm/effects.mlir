// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @mlstm(
// CHECK: fidelity.mlstm
// CHECK-NOT: fidelity.mlstm
// DEAD-LABEL: func.func @mlstm(
// DEAD-COUNT-2: fidelity.mlstm
// DEAD-NOT: fidelity.mlstm
func.func @mlstm(%q: tensor<?x?xf32>, %i: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0:4 = fidelity.mlstm %q, %q, %q, %i, %i : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<f32>)
  %1:4 = fidelity.mlstm %q, %q, %q, %i, %i : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<f32>)
  %2:4 = fidelity.mlstm %q, %q, %q, %i, %i : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<f32>)
  return %0#0, %1#0 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @slstm(
// CHECK: fidelity.slstm
// CHECK-NOT: fidelity.slstm
// DEAD-LABEL: func.func @slstm(
// DEAD-COUNT-2: fidelity.slstm
// DEAD-NOT: fidelity.slstm
func.func @slstm(%z: tensor<?x?x?xf32>, %R: tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  %1:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  %2:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  return %0#0, %1#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
