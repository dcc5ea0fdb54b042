// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @linear_attention_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.linear_attention
// CHECK: scf.for
func.func @linear_attention_static(%b: index, %e: index, %k: index, %init: tensor<2x4x8xf32>, %x: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x4x8xf32>) {
    %r:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
    scf.yield %r#0 : tensor<2x4x8xf32>
  }
  return %last : tensor<2x4x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_dynamic(
// CHECK: scf.for
// CHECK: fidelity.linear_attention
func.func @linear_attention_dynamic(%b: index, %e: index, %k: index, %init: tensor<2x?x8xf32>, %x: tensor<2x?x8xf32>) -> tensor<2x?x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x?x8xf32>) {
    %r:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
    scf.yield %r#0 : tensor<2x?x8xf32>
  }
  return %last : tensor<2x?x8xf32>
}
