// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @rms_norm_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.rms_norm
// CHECK: scf.for
func.func @rms_norm_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.rms_norm %x weight %w : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_norm_dynamic(
// CHECK: scf.for
// CHECK: fidelity.rms_norm
func.func @rms_norm_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %w: tensor<?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}
