// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @ssm_state_update_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.state_update
// CHECK: scf.for
func.func @ssm_state_update_static(%b: index, %e: index, %k: index, %init: tensor<8xf32>, %s: tensor<8xf32>, %x: tensor<f32>) -> tensor<8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<8xf32>) {
    %r = fidelity.ssm.state_update %s, %x, %s, %s : (tensor<8xf32>, tensor<f32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    scf.yield %r : tensor<8xf32>
  }
  return %last : tensor<8xf32>
}

// CHECK-LABEL: func.func @ssm_state_update_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.state_update
func.func @ssm_state_update_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %s: tensor<?xf32>, %x: tensor<f32>, %a: tensor<?xf32>) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_output_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.output
// CHECK: scf.for
func.func @ssm_output_static(%b: index, %e: index, %k: index, %init: tensor<f32>, %s: tensor<8xf32>, %x: tensor<8xf32>) -> tensor<f32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<f32>) {
    %r = fidelity.ssm.output %s, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    scf.yield %r : tensor<f32>
  }
  return %last : tensor<f32>
}

// CHECK-LABEL: func.func @ssm_output_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.output
func.func @ssm_output_dynamic(%b: index, %e: index, %k: index, %init: tensor<f32>, %s: tensor<?xf32>, %x: tensor<?xf32>) -> tensor<f32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<f32>) {
    %r = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
    scf.yield %r : tensor<f32>
  }
  return %last : tensor<f32>
}
