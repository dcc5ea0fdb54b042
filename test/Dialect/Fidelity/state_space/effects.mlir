// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @ssm_state_update(
// CHECK: fidelity.ssm.state_update
// CHECK-NOT: fidelity.ssm.state_update
// DEAD-LABEL: func.func @ssm_state_update(
// DEAD-COUNT-2: fidelity.ssm.state_update
// DEAD-NOT: fidelity.ssm.state_update
func.func @ssm_state_update(%s: tensor<?xf32>, %x: tensor<f32>, %a: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %1 = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %2 = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_output(
// CHECK: fidelity.ssm.output
// CHECK-NOT: fidelity.ssm.output
// DEAD-LABEL: func.func @ssm_output(
// DEAD-COUNT-2: fidelity.ssm.output
// DEAD-NOT: fidelity.ssm.output
func.func @ssm_output(%s: tensor<?xf32>, %x: tensor<?xf32>) -> (tensor<f32>, tensor<f32>) {
  %0 = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  %1 = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  %2 = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}
