// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// all sizes are static.

// CHECK-LABEL: func.func @causal_conv1d_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.causal_conv1d 
// CHECK: scf.for
func.func @causal_conv1d_static(%b: index, %e: index, %k: index, %init: tensor<2x8x5xf32>, %x: tensor<2x8x5xf32>, %w: tensor<8x4xf32>) -> tensor<2x8x5xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x8x5xf32>) {
    %r:2 = fidelity.causal_conv1d %x, %w : (tensor<2x8x5xf32>, tensor<8x4xf32>) -> (tensor<2x8x5xf32>, tensor<2x8x3xf32>)
    scf.yield %r#0 : tensor<2x8x5xf32>
  }
  return %last : tensor<2x8x5xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_dynamic(
// CHECK: scf.for
// CHECK: fidelity.causal_conv1d 
func.func @causal_conv1d_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>, %w: tensor<?x4xf32>) -> tensor<?x?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?x?xf32>) {
    %r:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
    scf.yield %r#0 : tensor<?x?x?xf32>
  }
  return %last : tensor<?x?x?xf32>
}
