// What each state-space op on a sequence becomes.

// RUN: fidelity-opt %s -fidelity-decompose -canonicalize -cse -split-input-file | FileCheck %s
// RUN: fidelity-opt %s -fidelity-decompose=chunk=64 -split-input-file | FileCheck %s --check-prefix=CHUNK

// The gates of Mamba: delta is made positive in f32, Δ x is fed along B, and
// exp(Δ A) is left to the recurrence. Skip and gate come after it, and what is
// narrow is rounded once.
// CHECK-DAG: #[[STEP:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[PARAMETER:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[PROJECTION:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[STATE:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-LABEL: func.func @selective(
// CHECK:         cf.assert %{{.*}}, "fidelity.ssm.scan: expected dt of the shape that x and A ask for"
// CHECK:         %[[DELTA:.*]] = linalg.generic {{.*}} ins(%arg1 : tensor<2x?x8xf16>) outs({{.*}} : tensor<2x?x8xf32>)
// CHECK:           math.log1p
// CHECK:         %[[FED:.*]] = linalg.generic {{.*}} ins(%[[DELTA]], %arg0 : {{.*}}) outs({{.*}} : tensor<2x?x8xf32>)
// CHECK:           arith.mulf
// CHECK:         %[[READ:.*]], %[[LAST:.*]] = fidelity.recurrence decay %[[DELTA]], %arg2 key %arg3 value %[[FED]] query %arg3 state %arg5 {exponential, indexing_maps = [#[[STEP]], #[[PARAMETER]], #[[PROJECTION]], #[[STEP]], #[[PROJECTION]], #[[STATE]], #[[STEP]], #[[STATE]]]} : {{.*}} -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[READ]], %arg0, %arg4, %arg0 : {{.*}}) outs({{.*}} : tensor<2x?x8xf16>)
// CHECK:           arith.addf
// CHECK:           math.exp
// CHECK:           arith.truncf
// CHECK:         linalg.generic {{.*}} ins(%[[LAST]] : tensor<2x8x4xf32>) outs({{.*}} : tensor<2x8x4xf16>)
// CHUNK-LABEL: func.func @selective(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @selective(%x: tensor<2x?x8xf16>, %dt: tensor<2x?x8xf16>, %A: tensor<8x4xf16>, %B: tensor<2x?x4xf16>, %D: tensor<8xf16>, %s: tensor<2x8x4xf16>) -> (tensor<2x?x8xf16>, tensor<2x8x4xf16>) {
  %y, %h = fidelity.ssm.scan %x, %A, %B, %B delta %dt skip %D gate %x state %s {delta_softplus} : (tensor<2x?x8xf16>, tensor<8x4xf16>, tensor<2x?x4xf16>, tensor<2x?x4xf16>, tensor<2x?x8xf16>, tensor<8xf16>, tensor<2x?x8xf16>, tensor<2x8x4xf16>) -> (tensor<2x?x8xf16>, tensor<2x8x4xf16>)
  return %y, %h : tensor<2x?x8xf16>, tensor<2x8x4xf16>
}

// -----

// Without delta A and B are discrete: nothing is computed before or after.
// CHECK-DAG: #[[PARAMETER:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[STEP:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[STATE:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-LABEL: func.func @time_invariant(
// CHECK-NEXT:    %[[Y:.*]], %{{.*}} = fidelity.recurrence decay %arg1 key %arg2 value %arg0 query %arg2 {indexing_maps = [#[[PARAMETER]], #[[PARAMETER]], #[[STEP]], #[[PARAMETER]], #[[STEP]], #[[STATE]]]}
// CHECK-NEXT:    return %[[Y]]
// CHUNK-LABEL: func.func @time_invariant(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @time_invariant(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>) -> tensor<2x?x8xf32> {
  %y, %h = fidelity.ssm.scan %x, %A, %B, %B : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
  return %y : tensor<2x?x8xf32>
}

// -----

// A complex state is read as a complex number, of which y is the real part.
// CHECK-LABEL: func.func @complex(
// CHECK:         %[[READ:.*]], %{{.*}} = fidelity.recurrence {{.*}} -> (tensor<2x?x8xcomplex<f32>>, tensor<2x8x4xcomplex<f32>>)
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} ins(%[[READ]] : tensor<2x?x8xcomplex<f32>>) outs({{.*}} : tensor<2x?x8xf32>)
// CHECK:           complex.re
// CHECK:         return %[[Y]]
// CHUNK-LABEL: func.func @complex(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @complex(%x: tensor<2x?x8xf32>, %Z: tensor<8x4xcomplex<f32>>, %A: tensor<8x4xf32>) -> tensor<2x?x8xf32> {
  %0:2 = fidelity.ssm.scan %x, %Z, %A, %Z : (tensor<2x?x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>) -> (tensor<2x?x8xf32>, tensor<2x8x4xcomplex<f32>>)
  return %0#0 : tensor<2x?x8xf32>
}

// -----

// Re(Σ C h) = Σ Re(C) h: a real state stays one under a complex C. A
// convolution is the scan from a state of 0.
// CHECK-LABEL: func.func @real_state(
// CHECK:         %[[C:.*]] = linalg.generic {{.*}} ins(%arg2 : tensor<8x4xcomplex<f32>>) outs({{.*}} : tensor<8x4xf32>)
// CHECK:         %[[READ:.*]], %{{.*}} = fidelity.recurrence decay %arg1 key %arg1 value %arg0 query %[[C]] {{.*}} -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} ins(%[[READ]], %arg3, %arg0 : {{.*}})
// CHECK:           arith.mulf
// CHECK:           arith.addf
// CHECK:         return %[[Y]]
// CHUNK-LABEL: func.func @real_state(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @real_state(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %C: tensor<8x4xcomplex<f32>>, %D: tensor<8xf32>) -> tensor<2x?x8xf32> {
  %0 = fidelity.ssm.convolution %x, %A, %A, %C skip %D : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>, tensor<8xf32>) -> tensor<2x?x8xf32>
  return %0 : tensor<2x?x8xf32>
}

// -----

// One decay for each head, as a number; the heads of a group are a loop of
// their own, so that B and C are shared and not repeated. What is given is split, and nothing
// that is computed, which a kernel may then compute where it needs it.
// CHECK-DAG: #[[DECAY:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[GROUP:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d5)>
// CHECK-DAG: #[[STEP:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
// CHECK-DAG: #[[STATE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d3, d4, d5)>
// CHECK-LABEL: func.func @ssd(
// CHECK:         %[[DT:.*]] = tensor.expand_shape %arg1 {{\[\[}}0], [1], [2, 3]]
// CHECK:         %[[A:.*]] = tensor.expand_shape %arg2 {{\[\[}}0, 1]]
// CHECK:         %[[X:.*]] = tensor.expand_shape %arg0 {{\[\[}}0], [1], [2, 3], [4]]
// CHECK:         %[[DELTA:.*]] = linalg.generic {{.*}} ins(%[[DT]] : tensor<?x?x2x4xf32>)
// CHECK:           math.log1p
// CHECK:         %[[EXP:.*]] = linalg.generic {{.*}} ins(%[[DELTA]], %[[A]] : tensor<?x?x2x4xf32>, tensor<2x4xf32>)
// CHECK:           math.exp
// CHECK:         %[[FED:.*]] = linalg.generic {{.*}} ins(%[[DELTA]], %[[X]] : {{.*}})
// CHECK:         %[[S:.*]] = tensor.expand_shape %arg4 {{\[\[}}0], [1, 2], [3], [4]]
// CHECK:         %[[READ:.*]], %[[LAST:.*]] = fidelity.recurrence decay %[[EXP]] key %arg3 value %[[FED]] query %arg3 state %[[S]] {indexing_maps = [#[[DECAY]], #[[GROUP]], #[[STEP]], #[[GROUP]], #[[STATE]], #[[STEP]], #[[STATE]]]}
// CHECK:         tensor.collapse_shape %[[READ]] {{\[\[}}0], [1], [2, 3], [4]]
// CHECK:         tensor.collapse_shape %[[LAST]] {{\[\[}}0], [1, 2], [3], [4]]
// CHUNK-LABEL: func.func @ssd(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @ssd(%x: tensor<?x?x8x16xf32>, %dt: tensor<?x?x8xf32>, %A: tensor<8xf32>, %B: tensor<?x?x2x4xf32>, %s: tensor<?x8x16x4xf32>) -> (tensor<?x?x8x16xf32>, tensor<?x8x16x4xf32>) {
  %y, %h = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %s {delta_softplus} : (tensor<?x?x8x16xf32>, tensor<?x?x8xf32>, tensor<8xf32>, tensor<?x?x2x4xf32>, tensor<?x?x2x4xf32>, tensor<?x8x16x4xf32>) -> (tensor<?x?x8x16xf32>, tensor<?x8x16x4xf32>)
  return %y, %h : tensor<?x?x8x16xf32>, tensor<?x8x16x4xf32>
}
