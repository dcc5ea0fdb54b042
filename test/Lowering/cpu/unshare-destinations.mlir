// RUN: fidelity-opt %s --fidelity-cpu-unshare-destinations=most=2 | FileCheck %s

// Twice is once.
// RUN: fidelity-opt %s --fidelity-cpu-unshare-destinations=most=2 -o %t.once
// RUN: fidelity-opt %t.once --fidelity-cpu-unshare-destinations=most=2 -o %t.twice
// RUN: diff %t.once %t.twice

// RUN: fidelity-opt %s --fidelity-cpu-unshare-destinations=most=2 -o /dev/null \
// RUN:   --remarks-filter=fidelity-cpu-unshare-destinations 2>&1 | FileCheck %s --check-prefix=REMARK

// RUN: not fidelity-opt %s --fidelity-cpu-unshare-destinations=most=0 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: error: expected most to be 1 or more, but got 0

// Sixteen are few enough.
// RUN: fidelity-opt %s --fidelity-cpu-unshare-destinations | FileCheck %s --check-prefix=FEW
// FEW-LABEL: func.func @chain(
// FEW-COUNT-1: tensor.empty
// FEW-NOT: tensor.empty
// FEW-LABEL: func.func @within(

// Five users: the first two, the next two, the last one.

// CHECK-LABEL: func.func @chain(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[N:.*]]: index)
// CHECK-NEXT: %[[A:.*]] = tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK-NEXT: %[[V0:.*]] = linalg.exp ins(%[[X]] : tensor<?xf32>) outs(%[[A]] : tensor<?xf32>)
// CHECK-NEXT: %[[V1:.*]] = linalg.exp ins(%[[V0]] : tensor<?xf32>) outs(%[[A]] : tensor<?xf32>)
// CHECK-NEXT: %[[B:.*]] = tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK-NEXT: %[[V2:.*]] = linalg.exp ins(%[[V1]] : tensor<?xf32>) outs(%[[B]] : tensor<?xf32>)
// CHECK-NEXT: %[[V3:.*]] = linalg.exp ins(%[[V2]] : tensor<?xf32>) outs(%[[B]] : tensor<?xf32>)
// CHECK-NEXT: %[[C:.*]] = tensor.empty(%[[N]]) : tensor<?xf32>
// CHECK-NEXT: %[[V4:.*]] = linalg.exp ins(%[[V3]] : tensor<?xf32>) outs(%[[C]] : tensor<?xf32>)
// CHECK-NEXT: return %[[V4]]
// REMARK: unshare-destinations.mlir:[[@LINE+2]]:{{.*}} [Passed] unshared {{.*}} Remark="an empty tensor of 5 uses is now 3"
func.func @chain(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %to = tensor.empty(%n) : tensor<?xf32>
  %0 = linalg.exp ins(%x : tensor<?xf32>) outs(%to : tensor<?xf32>) -> tensor<?xf32>
  %1 = linalg.exp ins(%0 : tensor<?xf32>) outs(%to : tensor<?xf32>) -> tensor<?xf32>
  %2 = linalg.exp ins(%1 : tensor<?xf32>) outs(%to : tensor<?xf32>) -> tensor<?xf32>
  %3 = linalg.exp ins(%2 : tensor<?xf32>) outs(%to : tensor<?xf32>) -> tensor<?xf32>
  %4 = linalg.exp ins(%3 : tensor<?xf32>) outs(%to : tensor<?xf32>) -> tensor<?xf32>
  return %4 : tensor<?xf32>
}

// One that is used in a loop is made before the loop.

// CHECK-LABEL: func.func @within(
// CHECK: %[[A:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-NEXT: linalg.exp ins(%{{.*}} : tensor<4xf32>) outs(%[[A]] : tensor<4xf32>)
// CHECK-NEXT: linalg.exp ins(%{{.*}} : tensor<4xf32>) outs(%[[A]] : tensor<4xf32>)
// CHECK-NEXT: %[[B:.*]] = tensor.empty() : tensor<4xf32>
// CHECK-NEXT: scf.for
// CHECK-NEXT: linalg.exp ins(%{{.*}} : tensor<4xf32>) outs(%[[B]] : tensor<4xf32>)
func.func @within(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %to = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.exp ins(%0 : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%s = %1) -> (tensor<4xf32>) {
    %next = linalg.exp ins(%s : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %next : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// In another block than that of the empty tensor nothing is moved.

// CHECK-LABEL: func.func @blocks(
// CHECK-COUNT-1: tensor.empty
// CHECK-NOT: tensor.empty
// CHECK: return
func.func @blocks(%x: tensor<4xf32>) -> tensor<4xf32> {
  %to = tensor.empty() : tensor<4xf32>
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.exp ins(%0 : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
  cf.br ^next
^next:
  %2 = linalg.exp ins(%1 : tensor<4xf32>) outs(%to : tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
