// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @route_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.route
// CHECK: scf.for
func.func @route_static(%b: index, %e: index, %k: index, %init: tensor<4x2xi32>, %x: tensor<4x8xf32>) -> tensor<4x2xi32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x2xi32>) {
    %r:2 = fidelity.route %x {top_k = 2 : i64} : (tensor<4x8xf32>) -> (tensor<4x2xf32>, tensor<4x2xi32>)
    scf.yield %r#1 : tensor<4x2xi32>
  }
  return %last : tensor<4x2xi32>
}

// There may be one expert only.
// CHECK-LABEL: func.func @route_dynamic(
// CHECK: scf.for
// CHECK: fidelity.route
func.func @route_dynamic(%b: index, %e: index, %k: index, %init: tensor<4x2xi32>, %x: tensor<4x?xf32>) -> tensor<4x2xi32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x2xi32>) {
    %r:2 = fidelity.route %x {top_k = 2 : i64} : (tensor<4x?xf32>) -> (tensor<4x2xf32>, tensor<4x2xi32>)
    scf.yield %r#1 : tensor<4x2xi32>
  }
  return %last : tensor<4x2xi32>
}

// CHECK-LABEL: func.func @dispatch_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.dispatch
// CHECK: scf.for
func.func @dispatch_static(%b: index, %e: index, %k: index, %init: tensor<2x3x8xf32>, %x: tensor<4x8xf32>, %i: tensor<4x1xi32>) -> tensor<2x3x8xf32> {
  %c = arith.constant 3 : index
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x3x8xf32>) {
    %r:2 = fidelity.dispatch %x, %i capacity %c {experts = 2 : i64} : (tensor<4x8xf32>, tensor<4x1xi32>, index) -> (tensor<2x3x8xf32>, tensor<4x1xi32>)
    scf.yield %r#0 : tensor<2x3x8xf32>
  }
  return %last : tensor<2x3x8xf32>
}

// The capacity may be negative, or another than the type says.
// CHECK-LABEL: func.func @dispatch_dynamic(
// CHECK: scf.for
// CHECK: fidelity.dispatch
// CHECK: fidelity.dispatch
// CHECK: fidelity.dispatch
func.func @dispatch_dynamic(%b: index, %e: index, %k: index, %init: tensor<2x?x8xf32>, %x: tensor<4x8xf32>, %i: tensor<4x1xi32>, %c: index) -> tensor<2x?x8xf32> {
  %negative = arith.constant -1 : index
  %three = arith.constant 3 : index
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x?x8xf32>) {
    %r:2 = fidelity.dispatch %x, %i capacity %c {experts = 2 : i64} : (tensor<4x8xf32>, tensor<4x1xi32>, index) -> (tensor<2x?x8xf32>, tensor<4x1xi32>)
    %s:2 = fidelity.dispatch %x, %i capacity %negative {experts = 2 : i64} : (tensor<4x8xf32>, tensor<4x1xi32>, index) -> (tensor<2x?x8xf32>, tensor<4x1xi32>)
    %t:2 = fidelity.dispatch %x, %i capacity %three {experts = 2 : i64} : (tensor<4x8xf32>, tensor<4x1xi32>, index) -> (tensor<2x4x8xf32>, tensor<4x1xi32>)
    scf.yield %r#0 : tensor<2x?x8xf32>
  }
  return %last : tensor<2x?x8xf32>
}

// CHECK-LABEL: func.func @combine_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.combine
// CHECK: scf.for
func.func @combine_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %y: tensor<2x3x8xf32>, %w: tensor<4x1xf32>, %i: tensor<4x1xi32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.combine %y, %w, %i, %i : (tensor<2x3x8xf32>, tensor<4x1xf32>, tensor<4x1xi32>, tensor<4x1xi32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @combine_dynamic(
// CHECK: scf.for
// CHECK: fidelity.combine
func.func @combine_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x8xf32>, %y: tensor<2x3x8xf32>, %w: tensor<?x1xf32>, %i: tensor<?x1xi32>) -> tensor<?x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x8xf32>) {
    %r = fidelity.combine %y, %w, %i, %i : (tensor<2x3x8xf32>, tensor<?x1xf32>, tensor<?x1xi32>, tensor<?x1xi32>) -> tensor<?x8xf32>
    scf.yield %r : tensor<?x8xf32>
  }
  return %last : tensor<?x8xf32>
}
