// A recurrence: channels side by side, steps in a loop that carries the state.

// RUN: fidelity-opt %s --fidelity-triton-pipeline -split-input-file | FileCheck %s

// The gate is computed in the loop, before it what decays the state: one kernel.
// CHECK:       grid = [{block = 1 : i64, sizes = [2]}, {block = 128 : i64, sizes = [200]}]
// CHECK:       module @sequence_kernel0 {
// CHECK:         %[[FIRST:.*]] = "tt.load"
// CHECK:         %[[LAST:.*]] = scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[STATE:.*]] = %[[FIRST]]) -> (tensor<128xf32>) : i64 {
// CHECK:           math.exp
// CHECK:           %[[KEPT:.*]] = arith.mulf %{{.*}}, %[[STATE]]
// CHECK:           %[[NEXT:.*]] = arith.addf %[[KEPT]]
// CHECK:           "tt.store"
// CHECK:           scf.yield %[[NEXT]]
// CHECK:         "tt.store"(%{{.*}}, %[[LAST]], %{{.*}})
// CHECK-NOT:   module @
func.func @sequence(%f: tensor<2x?x200xf32>, %c: tensor<2x?x200xf32>, %g: tensor<2x?x200xf32>, %h: tensor<2x200xf32>) -> (tensor<2x?x200xf32>, tensor<2x200xf32>) {
  %o, %s = fidelity.mlgru %f, %c gate %g state %h : (tensor<2x?x200xf32>, tensor<2x?x200xf32>, tensor<2x?x200xf32>, tensor<2x200xf32>) -> (tensor<2x?x200xf32>, tensor<2x200xf32>)
  return %o, %s : tensor<2x?x200xf32>, tensor<2x200xf32>
}

// -----

// One step takes no loop.
// CHECK:       module @step_kernel0 {
// CHECK-NOT:     scf.for
// CHECK:         "tt.return"
func.func @step(%f: tensor<1x200xf32>, %c: tensor<1x200xf32>, %h: tensor<200xf32>) -> (tensor<1x200xf32>, tensor<200xf32>) {
  %o, %s = fidelity.mlgru %f, %c state %h : (tensor<1x200xf32>, tensor<1x200xf32>, tensor<200xf32>) -> (tensor<1x200xf32>, tensor<200xf32>)
  return %o, %s : tensor<1x200xf32>, tensor<200xf32>
}
