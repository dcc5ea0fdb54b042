// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @mlstm_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.mlstm
// CHECK: scf.for
func.func @mlstm_static(%lower: index, %upper: index, %by: index, %init: tensor<5x3xf32>, %q: tensor<5x3xf32>, %i: tensor<5xf32>) -> tensor<5x3xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<5x3xf32>) {
    %y:4 = fidelity.mlstm %q, %q, %q, %i, %i : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<5xf32>) -> (tensor<5x3xf32>, tensor<3x3xf32>, tensor<3xf32>, tensor<f32>)
    scf.yield %y#0 : tensor<5x3xf32>
  }
  return %last : tensor<5x3xf32>
}

// CHECK-LABEL: func.func @mlstm_dynamic(
// CHECK: scf.for
// CHECK: fidelity.mlstm
func.func @mlstm_dynamic(%lower: index, %upper: index, %by: index, %init: tensor<?x?xf32>, %q: tensor<?x?xf32>, %i: tensor<?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %y:4 = fidelity.mlstm %q, %q, %q, %i, %i : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<f32>)
    scf.yield %y#0 : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @slstm_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.slstm
// CHECK: scf.for
func.func @slstm_static(%lower: index, %upper: index, %by: index, %init: tensor<5x2x3xf32>, %z: tensor<5x2x3xf32>, %R: tensor<4x2x3x3xf32>) -> tensor<5x2x3xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<5x2x3xf32>) {
    %y:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<5x2x3xf32>, tensor<5x2x3xf32>, tensor<5x2x3xf32>, tensor<5x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<5x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
    scf.yield %y#0 : tensor<5x2x3xf32>
  }
  return %last : tensor<5x2x3xf32>
}

// CHECK-LABEL: func.func @slstm_dynamic(
// CHECK: scf.for
// CHECK: fidelity.slstm
func.func @slstm_dynamic(%lower: index, %upper: index, %by: index, %init: tensor<?x?x?xf32>, %z: tensor<?x?x?xf32>, %R: tensor<?x?x?x?xf32>) -> tensor<?x?x?xf32> {
  %last = scf.for %step = %lower to %upper step %by iter_args(%_ = %init) -> (tensor<?x?x?xf32>) {
    %y:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    scf.yield %y#0 : tensor<?x?x?xf32>
  }
  return %last : tensor<?x?x?xf32>
}
