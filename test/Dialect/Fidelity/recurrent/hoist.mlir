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

// CHECK-LABEL: func.func @ema_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ema
// CHECK: scf.for
func.func @ema_static(%lower: index, %upper: index, %by: index, %init: tensor<5x3xf32>, %x: tensor<5x3xf32>, %a: tensor<3x4xf32>) -> tensor<5x3xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<5x3xf32>) {
    %y:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<5x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<5x3xf32>, tensor<3x4xf32>)
    scf.yield %y#0 : tensor<5x3xf32>
  }
  return %last : tensor<5x3xf32>
}

// CHECK-LABEL: func.func @ema_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ema
func.func @ema_dynamic(%lower: index, %upper: index, %by: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %a: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %y:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
    scf.yield %y#0 : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rwkv_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.rwkv
// CHECK: scf.for
func.func @rwkv_static(%lower: index, %upper: index, %by: index, %init: tensor<2x5x3xf32>, %r: tensor<2x5x3xf32>) -> tensor<2x5x3xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<2x5x3xf32>) {
    %y:2 = fidelity.rwkv %r, %r, %r, %r version(v7) : (tensor<2x5x3xf32>, tensor<2x5x3xf32>, tensor<2x5x3xf32>, tensor<2x5x3xf32>) -> (tensor<2x5x3xf32>, tensor<2x3x3xf32>)
    scf.yield %y#0 : tensor<2x5x3xf32>
  }
  return %last : tensor<2x5x3xf32>
}

// CHECK-LABEL: func.func @rwkv_dynamic(
// CHECK: scf.for
// CHECK: fidelity.rwkv
func.func @rwkv_dynamic(%lower: index, %upper: index, %by: index, %init: tensor<?x?x?xf32>, %r: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<?x?x?xf32>) {
    %y:2 = fidelity.rwkv %r, %r, %r, %r version(v7) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    scf.yield %y#0 : tensor<?x?x?xf32>
  }
  return %last : tensor<?x?x?xf32>
}
