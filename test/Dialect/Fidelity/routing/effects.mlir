// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @route(
// CHECK: fidelity.route
// CHECK-NOT: fidelity.route
// DEAD-LABEL: func.func @route(
// DEAD-COUNT-2: fidelity.route
// DEAD-NOT: fidelity.route
func.func @route(%x: tensor<?x?xf32>) -> (tensor<?x2xi32>, tensor<?x2xi32>) {
  %0:2 = fidelity.route %x {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  %1:2 = fidelity.route %x {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  %2:2 = fidelity.route %x {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  return %0#1, %1#1 : tensor<?x2xi32>, tensor<?x2xi32>
}

// CHECK-LABEL: func.func @dispatch(
// CHECK: fidelity.dispatch
// CHECK-NOT: fidelity.dispatch
// DEAD-LABEL: func.func @dispatch(
// DEAD-COUNT-2: fidelity.dispatch
// DEAD-NOT: fidelity.dispatch
func.func @dispatch(%x: tensor<?x?xf32>, %i: tensor<?x2xi32>, %c: index) -> (tensor<4x?x?xf32>, tensor<4x?x?xf32>) {
  %0:2 = fidelity.dispatch %x, %i capacity %c {experts = 4 : i64} : (tensor<?x?xf32>, tensor<?x2xi32>, index) -> (tensor<4x?x?xf32>, tensor<?x2xi32>)
  %1:2 = fidelity.dispatch %x, %i capacity %c {experts = 4 : i64} : (tensor<?x?xf32>, tensor<?x2xi32>, index) -> (tensor<4x?x?xf32>, tensor<?x2xi32>)
  %2:2 = fidelity.dispatch %x, %i capacity %c {experts = 4 : i64} : (tensor<?x?xf32>, tensor<?x2xi32>, index) -> (tensor<4x?x?xf32>, tensor<?x2xi32>)
  return %0#0, %1#0 : tensor<4x?x?xf32>, tensor<4x?x?xf32>
}

// CHECK-LABEL: func.func @combine(
// CHECK: fidelity.combine
// CHECK-NOT: fidelity.combine
// DEAD-LABEL: func.func @combine(
// DEAD-COUNT-2: fidelity.combine
// DEAD-NOT: fidelity.combine
func.func @combine(%y: tensor<4x?x?xf32>, %w: tensor<?x2xf32>, %i: tensor<?x2xi32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.combine %y, %w, %i, %i : (tensor<4x?x?xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32>
  %1 = fidelity.combine %y, %w, %i, %i : (tensor<4x?x?xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32>
  %2 = fidelity.combine %y, %w, %i, %i : (tensor<4x?x?xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}
