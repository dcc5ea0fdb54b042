// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @mlgru_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.mlgru
// CHECK: scf.for
func.func @mlgru_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r:2 = fidelity.mlgru %x, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8xf32>)
    scf.yield %r#0 : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @mlgru_dynamic(
// CHECK: scf.for
// CHECK: fidelity.mlgru
func.func @mlgru_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
    scf.yield %r#0 : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}
