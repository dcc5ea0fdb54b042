// A recurrence: a thread has a channel and goes through its steps.

// RUN: fidelity-opt %s --fidelity-gpu-pipeline -split-input-file | FileCheck %s

// The gate is computed in the loop, before it what decays the state: one kernel.
// CHECK:       grid = [{block = 1 : i64, sizes = [2]}, {block = 128 : i64, sizes = [200]}]
// CHECK:       gpu.func @sequence_kernel0
// CHECK:         scf.if
// CHECK:           %[[FIRST:.*]] = memref.load
// CHECK:           %[[LAST:.*]] = scf.for %{{.*}} = %c0 to %{{.*}} step %c1 iter_args(%[[STATE:.*]] = %[[FIRST]]) -> (f32) {
// CHECK:             math.exp
// CHECK:             %[[KEPT:.*]] = arith.mulf %{{.*}}, %[[STATE]]
// CHECK:             %[[NEXT:.*]] = arith.addf %[[KEPT]]
// CHECK:             memref.store
// CHECK:             scf.yield %[[NEXT]]
// CHECK:           memref.store %[[LAST]]
// CHECK-NOT:   gpu.func
func.func @sequence(%f: tensor<2x?x200xf32>, %c: tensor<2x?x200xf32>, %g: tensor<2x?x200xf32>, %h: tensor<2x200xf32>) -> (tensor<2x?x200xf32>, tensor<2x200xf32>) {
  %o, %s = fidelity.mlgru %f, %c gate %g state %h : (tensor<2x?x200xf32>, tensor<2x?x200xf32>, tensor<2x?x200xf32>, tensor<2x200xf32>) -> (tensor<2x?x200xf32>, tensor<2x200xf32>)
  return %o, %s : tensor<2x?x200xf32>, tensor<2x200xf32>
}

// -----

// One step takes no loop.
// CHECK:       gpu.func @step_kernel0
// CHECK-NOT:     scf.for
// CHECK:         gpu.return
func.func @step(%f: tensor<1x200xf32>, %c: tensor<1x200xf32>, %h: tensor<200xf32>) -> (tensor<1x200xf32>, tensor<200xf32>) {
  %o, %s = fidelity.mlgru %f, %c state %h : (tensor<1x200xf32>, tensor<1x200xf32>, tensor<200xf32>) -> (tensor<1x200xf32>, tensor<200xf32>)
  return %o, %s : tensor<1x200xf32>, tensor<200xf32>
}
