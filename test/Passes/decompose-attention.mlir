// What linear attention becomes under each update rule and feature map.

// RUN: fidelity-opt %s -fidelity-decompose -canonicalize -cse -split-input-file | FileCheck %s
// RUN: fidelity-opt %s -fidelity-decompose=chunk=64 -split-input-file | FileCheck %s --check-prefix=CHUNK

// A decay for each key is left to the recurrence as an exponent. The query heads
// of a group read along a loop of their own. Keys are widened, so that the
// state is not rounded; the scale 1/√K comes with the one rounding at the end.
// CHECK-DAG: #[[KEY:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3)>
// CHECK-DAG: #[[VALUE:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d4)>
// CHECK-DAG: #[[QUERY:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[READ:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
// CHECK-LABEL: func.func @gated(
// CHECK-DAG:     %[[SCALE:.*]] = arith.constant 0.353553385 : f32
// CHECK:         %[[Q:.*]] = tensor.expand_shape %arg0 {{\[\[}}0, 1], [2], [3]]
// CHECK:         %[[K:.*]] = linalg.generic {{.*}} ins(%arg1 : tensor<4x?x8xf16>) outs({{.*}} : tensor<4x?x8xf32>)
// CHECK:         %[[O:.*]], %{{.*}} = fidelity.recurrence decay %arg3 key %[[K]] value %arg2 query %[[Q]] {exponential, indexing_maps = [#[[KEY]], #[[KEY]], #[[VALUE]], #[[QUERY]], #[[READ]], #{{.*}}]} : {{.*}} -> (tensor<4x2x?x16xf32>,
// CHECK:         linalg.generic {{.*}} ins(%[[O]] : tensor<4x2x?x16xf32>) outs({{.*}} : tensor<4x2x?x16xf16>)
// CHECK:           arith.mulf %{{.*}}, %[[SCALE]]
// CHECK:           arith.truncf
// CHECK:         tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2], [3]]
// CHUNK-LABEL: func.func @gated(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @gated(%q: tensor<8x?x8xf16>, %k: tensor<4x?x8xf16>, %v: tensor<4x?x16xf16>, %g: tensor<4x?x8xf16>) -> tensor<8x?x16xf16> {
  %o, %s = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) : (tensor<8x?x8xf16>, tensor<4x?x8xf16>, tensor<4x?x16xf16>, tensor<4x?x8xf16>) -> (tensor<8x?x16xf16>, tensor<4x8x16xf16>)
  return %o : tensor<8x?x16xf16>
}

// -----

// S = exp(g) S + β k ⊗ (v - exp(g) Sᵀ k): what the state gives for exp(g) k is
// erased along -β k.
// CHECK-LABEL: func.func @gated_delta(
// CHECK:         %[[OLD:.*]] = linalg.generic {{.*}} ins(%arg0, %arg1 : {{.*}})
// CHECK:           math.exp
// CHECK:           arith.mulf
// CHECK:         %[[KEY:.*]] = linalg.generic {{.*}} ins(%arg0, %arg1 : {{.*}})
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      arith.mulf
// CHECK:         %[[NEGATED:.*]] = linalg.generic {{.*}} ins(%[[KEY]] : tensor<4x?x8xf32>)
// CHECK:           arith.negf
// CHECK:         fidelity.recurrence decay %arg1 key %[[KEY]] value %arg0 query %arg0 erase %[[OLD]], %[[NEGATED]] {exponential, {{.*}}}
// CHUNK-LABEL: func.func @gated_delta(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @gated_delta(%q: tensor<4x?x8xf32>, %g: tensor<4x?xf32>) -> tensor<4x?x8xf32> {
  %o, %s = fidelity.linear_attention %q, %q, %q decay %g beta %g update_rule(gated_delta) : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?xf32>, tensor<4x?xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>)
  return %o : tensor<4x?x8xf32>
}

// -----

// The divisor is the same recurrence without values. A divisor of 0 gives 0.
// CHECK-LABEL: func.func @normalized(
// CHECK:         %[[PHI:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<4x?x8xf32>)
// CHECK:           math.exp
// CHECK:           arith.select
// CHECK:         %[[O:.*]], %{{.*}} = fidelity.recurrence key %[[PHI]] value %arg0 query %[[PHI]] {{.*}} -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>)
// CHECK:         %[[D:.*]], %{{.*}} = fidelity.recurrence key %[[PHI]] query %[[PHI]] {{.*}} -> (tensor<4x?xf32>, tensor<4x8xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[O]], %[[D]] : {{.*}})
// CHECK:           arith.divf
// CHECK:           arith.select
// CHUNK-LABEL: func.func @normalized(
// CHUNK-COUNT-2: fidelity.recurrence {{.*}} chunk(64)
func.func @normalized(%q: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
  %o, %s:2 = fidelity.linear_attention %q, %q, %q update_rule(linear) feature_map(elu_plus_one) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
  return %o : tensor<4x?x8xf32>
}

// -----

// φ(x) = exp(ω x - |x|²/2) / √m, its exponent being one sum: (ω - x/2) x.
// CHECK-LABEL: func.func @features(
// CHECK-DAG:     %[[ROOT:.*]] = arith.constant 5.65685415 : f32
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<4x?x8xf32>, tensor<32x8xf32>)
// CHECK:         %[[PHI:.*]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<4x?x32xf32>)
// CHECK:           math.exp
// CHECK:           arith.divf %{{.*}}, %[[ROOT]]
// CHECK:         fidelity.recurrence key %[[PHI]] value %arg0 query %[[PHI]] {{.*}} -> (tensor<4x?x8xf32>, tensor<4x32x8xf32>)
// CHUNK-LABEL: func.func @features(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @features(%q: tensor<4x?x8xf32>, %w: tensor<32x8xf32>) -> tensor<4x?x8xf32> {
  %o, %l = fidelity.linear_attention %q, %q, %q features %w update_rule(linear) feature_map(positive_random) : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<32x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x32x8xf32>)
  return %o : tensor<4x?x8xf32>
}

// -----

// Not causal: one sum over all steps, which every query reads.
// CHECK-LABEL: func.func @whole(
// CHECK-NOT:     fidelity.recurrence
// CHECK:         %[[S:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel", "parallel"]} ins(%arg0, %arg0 : {{.*}}) outs({{.*}} : tensor<4x8x8xf32>)
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "parallel"]} ins(%arg0, %[[S]] : {{.*}})
// CHUNK-LABEL: func.func @whole(
// CHUNK-NOT:     fidelity.recurrence
func.func @whole(%q: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
  %o, %l = fidelity.linear_attention %q, %q, %q update_rule(linear) {causal = false} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>)
  return %o : tensor<4x?x8xf32>
}
