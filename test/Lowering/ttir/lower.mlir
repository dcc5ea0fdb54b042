// What ops become in TTIR.

// RUN: fidelity-opt %s --convert-fidelity-to-ttir | FileCheck %s \
// RUN:   --implicit-check-not=' = fidelity.' --implicit-check-not=' = arith.' --implicit-check-not=' = linalg.' --implicit-check-not=' = tensor.'

// How the host prepares the arguments: a constant is one more of them.
// CHECK: module attributes {fidelity{{[.]}}launch = {functions = [
// CHECK-SAME: {arguments = [{role = "input", source = 0 : i64, source_type = tensor<2x8xf32>, type = tensor<2x8xf32>},
// CHECK-SAME: {decode = "sign", role = "parameter", source_type = tensor<4x8xi8>, type = tensor<4x8xbf16>, value = dense<1> : tensor<4x8xi8>}], name = "constant",

// A constant weight becomes an argument, after the others.
// CHECK-LABEL: func.func @constant(
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>, %[[W:.*]]: tensor<4x8xbf16> {ttcore.argument_type = #ttcore.argument_type<parameter>, ttcore.weight_dtype = "bfp_bf4"}) -> tensor<2x4xf32>
// CHECK: "ttir.matmul"(%[[X]], %[[W]])
func.func @constant(%x: tensor<2x8xf32>) -> tensor<2x4xf32> {
  %w = arith.constant dense<1> : tensor<4x8xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<2x8xf32>, tensor<4x8xi8>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// The matrix engine takes matrices; the scale comes after it.
// CHECK-LABEL: func.func @ternary_linear(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x3x8xbf16>, %[[W:[a-z0-9]+]]: tensor<4x8xbf16> {{.*}}, %[[S:[a-z0-9]+]]: tensor<4xf32>)
// CHECK: %[[M:.*]] = "ttir.reshape"(%[[X]]) {shape = [6 : i32, 8 : i32]}
// CHECK: %[[P:.*]] = "ttir.matmul"(%[[M]], %[[W]]) {transpose_a = false, transpose_b = true} : (tensor<6x8xbf16>, tensor<4x8xbf16>) -> tensor<6x4xf32>
// CHECK: %[[Y:.*]] = "ttir.multiply"(%[[P]], %[[S]]) : (tensor<6x4xf32>, tensor<4xf32>)
// CHECK: %[[R:.*]] = "ttir.reshape"(%[[Y]]) {shape = [2 : i32, 3 : i32, 4 : i32]}
// CHECK: return %[[R]]
func.func @ternary_linear(%x: tensor<2x3x8xi8>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed5>>, %s: tensor<4xf32>) -> tensor<2x3x4xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<2x3x8xi8>, tensor<4x8xi8, #fidelity.tensor<storage = packed5>>, tensor<4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// Groups of scales: a product for each.
// CHECK-LABEL: func.func @groups(
// CHECK-COUNT-2: "ttir.matmul"
// CHECK-NOT: "ttir.matmul"
func.func @groups(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>, %s: tensor<4x2xf32>) -> tensor<2x4xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<4x2xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// Rounding half to even by floor and ceil; the integers are exact in bf16.
// CHECK-LABEL: func.func @quantize(
// CHECK: "ttir.floor"
// CHECK: "ttir.ceil"
// CHECK: %[[Q:.*]] = "ttir.clamp_scalar"(%{{.*}}) {max = 1.270000e+02 : f32, min = -1.280000e+02 : f32}
// CHECK: "ttir.typecast"(%[[Q]]) {conservative_folding = true} : (tensor<2x8xf32>) -> tensor<2x8xbf16>
func.func @quantize(%x: tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>) {
  %q, %s = fidelity.quantize_activations %x : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
  return %q, %s : tensor<2x8xi8>, tensor<2x1xf32>
}

// Nothing that is not used is left: the activations are σ and silu themselves.
// CHECK-LABEL: func.func @step(
// CHECK-NOT: "ttir.exp"
// CHECK: "ttir.sigmoid"
// CHECK: "ttir.silu"
// CHECK-NOT: "ttir.concat"
func.func @step(%f: tensor<1x4xf32>, %c: tensor<1x4xf32>, %h: tensor<4xf32>) -> tensor<1x4xf32> {
  %o, %l = fidelity.mlgru %f, %c state %h : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
  return %o : tensor<1x4xf32>
}

// Sixteen steps in four rounds, each of which composes steps with those 1, 2, 4
// and 8 before. Without a state the last products of decays are not made.
// CHECK-LABEL: func.func @sequence(
// CHECK-COUNT-7: "ttir.concat"
// CHECK-NOT: "ttir.concat"
func.func @sequence(%d: tensor<16x4xf32>, %v: tensor<16x4xf32>) -> tensor<16x4xf32> {
  %o, %l = fidelity.recurrence decay %d value %v
    {indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]}
    : (tensor<16x4xf32>, tensor<16x4xf32>) -> (tensor<16x4xf32>, tensor<4xf32>)
  return %o : tensor<16x4xf32>
}

// Attributes of arguments, and how a function is seen, stay.
// CHECK: func.func private @kept(%{{.*}}: tensor<4xf32> {ttir.name = "x"}) -> (tensor<4xf32> {some.name = "y"})
func.func private @kept(%x: tensor<4xf32> {ttir.name = "x"}) -> (tensor<4xf32> {some.name = "y"}) {
  %y = fidelity.relu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
