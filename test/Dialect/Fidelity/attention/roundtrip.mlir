// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @linear(
// CHECK: fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) : (tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<2x4x?x16xf32>) -> (tensor<2x4x?x16xf32>, tensor<2x4x8x16xf32>)
func.func @linear(%q: tensor<2x4x?x8xf32>, %k: tensor<2x4x?x8xf32>, %v: tensor<2x4x?x16xf32>) -> tensor<2x4x?x16xf32> {
  %o, %s = fidelity.linear_attention %q, %k, %v update_rule(linear) : (tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<2x4x?x16xf32>) -> (tensor<2x4x?x16xf32>, tensor<2x4x8x16xf32>)
  return %o : tensor<2x4x?x16xf32>
}

// Query heads in groups; a decay for each feature; without a batch.
// CHECK-LABEL: func.func @gated(
// CHECK: fidelity.linear_attention %arg0, %arg1, %arg2 decay %arg3 update_rule(gated) : (tensor<8x?x8xf16>, tensor<4x?x8xf16>, tensor<4x?x16xf16>, tensor<4x?x8xf16>) -> (tensor<8x?x16xf16>, tensor<4x8x16xf16>)
func.func @gated(%q: tensor<8x?x8xf16>, %k: tensor<4x?x8xf16>, %v: tensor<4x?x16xf16>, %g: tensor<4x?x8xf16>) -> tensor<8x?x16xf16> {
  %o, %s = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) : (tensor<8x?x8xf16>, tensor<4x?x8xf16>, tensor<4x?x16xf16>, tensor<4x?x8xf16>) -> (tensor<8x?x16xf16>, tensor<4x8x16xf16>)
  return %o : tensor<8x?x16xf16>
}

// A decay of each head that is constant, as RetNet's.
// CHECK-LABEL: func.func @stretches(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 decay %arg1 update_rule(gated) : (tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<1x4x1x1xf64>) -> (tensor<2x4x?x8xf32>, tensor<2x4x8x8xf32>)
func.func @stretches(%q: tensor<2x4x?x8xf32>, %g: tensor<1x4x1x1xf64>) -> tensor<2x4x?x8xf32> {
  %o, %s = fidelity.linear_attention %q, %q, %q decay %g update_rule(gated) : (tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<1x4x1x1xf64>) -> (tensor<2x4x?x8xf32>, tensor<2x4x8x8xf32>)
  return %o : tensor<2x4x?x8xf32>
}

// The state has an element type of its own.
// CHECK-LABEL: func.func @delta(
// CHECK: fidelity.linear_attention %arg0, %arg1, %arg2 beta %arg3 state %arg4 update_rule(delta) {causal = false, scale = 2.500000e-01 : f64} : (tensor<?x?x?x?xbf16>, tensor<?x?x?x?xbf16>, tensor<?x?x?x?xbf16>, tensor<?x1x?xbf16>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xbf16>, tensor<?x?x?x?xf32>)
func.func @delta(%q: tensor<?x?x?x?xbf16>, %k: tensor<?x?x?x?xbf16>, %v: tensor<?x?x?x?xbf16>, %b: tensor<?x1x?xbf16>, %s: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %o, %l = fidelity.linear_attention %q, %k, %v beta %b state %s update_rule(delta) {causal = false, scale = 0.25} : (tensor<?x?x?x?xbf16>, tensor<?x?x?x?xbf16>, tensor<?x?x?x?xbf16>, tensor<?x1x?xbf16>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xbf16>, tensor<?x?x?x?xf32>)
  return %l : tensor<?x?x?x?xf32>
}

// What is the default is not printed.
// CHECK-LABEL: func.func @gated_delta(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 decay %arg1 beta %arg1 update_rule(gated_delta) {layer = 3 : i64} : (tensor<4x?x8xf64>, tensor<4x?x8xf64>, tensor<4x?x8xf64>, tensor<4x?xf64>, tensor<4x?xf64>) -> (tensor<4x?x8xf64>, tensor<4x8x8xf64>)
func.func @gated_delta(%q: tensor<4x?x8xf64>, %g: tensor<4x?xf64>) -> tensor<4x?x8xf64> {
  %o, %s = fidelity.linear_attention %q, %q, %q decay %g beta %g update_rule(gated_delta) feature_map(identity) {causal = true, layer = 3 : i64} : (tensor<4x?x8xf64>, tensor<4x?x8xf64>, tensor<4x?x8xf64>, tensor<4x?xf64>, tensor<4x?xf64>) -> (tensor<4x?x8xf64>, tensor<4x8x8xf64>)
  return %o : tensor<4x?x8xf64>
}

// CHECK-LABEL: func.func @normalized(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 update_rule(linear) feature_map(elu_plus_one) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 state %{{.*}}, %{{.*}} update_rule(linear) feature_map(relu) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
func.func @normalized(%q: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
  %o, %s:2 = fidelity.linear_attention %q, %q, %q update_rule(linear) feature_map(elu_plus_one) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
  %p, %l:2 = fidelity.linear_attention %q, %q, %q state %s#0, %s#1 update_rule(linear) feature_map(relu) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
  return %p : tensor<4x?x8xf32>
}

// CHECK-LABEL: func.func @features(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 state %arg2 features %arg1 update_rule(linear) feature_map(positive_random) : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<32x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x32x8xf32>)
func.func @features(%q: tensor<4x?x8xf32>, %w: tensor<32x8xf32>, %s: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
  %o, %l = fidelity.linear_attention %q, %q, %q state %s features %w update_rule(linear) feature_map(positive_random) : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<32x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x32x8xf32>)
  return %o : tensor<4x?x8xf32>
}

// Names of dimensions, and the units of what is read and of the states.
// CHECK-LABEL: func.func @measures(
// CHECK: -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V*m">>)
// CHECK: -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V*m^-2">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V/m">>)
// CHECK: -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V*m">>, tensor<4x8xf32, #fidelity.tensor<dims = [H, K], unit = "m">>)
!q = tensor<8x?x8xf32, #fidelity.tensor<dims = [Hq, T, K], unit = "1/m">>
!k = tensor<4x?x8xf32, #fidelity.tensor<dims = [H, _, _], unit = "m">>
!v = tensor<4x?x16xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>
func.func @measures(%q: !q, %k: !k, %v: !v, %b: tensor<4x?xf32, #fidelity.tensor<unit = "m^-2">>) {
  %0:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) : (!q, !k, !v)
    -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V*m">>)
  %1:2 = fidelity.linear_attention %q, %k, %v beta %b update_rule(delta) : (!q, !k, !v, tensor<4x?xf32, #fidelity.tensor<unit = "m^-2">>)
    -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V*m^-2">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V/m">>)
  %2:3 = fidelity.linear_attention %q, %k, %v update_rule(linear) feature_map(relu) {normalize} : (!q, !k, !v)
    -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V*m">>, tensor<4x8xf32, #fidelity.tensor<dims = [H, K], unit = "m">>)
  return
}
