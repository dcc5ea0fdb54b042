// RUN: fidelity-opt %s -canonicalize=test-convergence -mlir-print-local-scope | FileCheck %s

#td = affine_map<(t, d) -> (t, d)>
#dt = affine_map<(t, d) -> (d, t)>
#d = affine_map<(t, d) -> (d)>
#t = affine_map<(t, d) -> (t)>

// CHECK-LABEL: func.func @recurrence_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>], layer = 1 : i64} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @recurrence_f1(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %s = arith.constant dense<0.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence value %x state %s {layer = 1 : i64, indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<?x4xf32>, tensor<4xf32>
}

// A state of -0 is the last one where there is no step; one of 0 may alone have the
// size of a loop.
// CHECK-LABEL: func.func @recurrence_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[G:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] state %[[CST]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.recurrence decay %[[G]] state %[[CST_0]] {indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[LAST_STATE_2]] : tensor<4xf32>, tensor<4xf32>
func.func @recurrence_f1_stays(%x: tensor<?x4xf32>, %g: tensor<?xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %s = arith.constant dense<-0.0> : tensor<4xf32>
  %z = arith.constant dense<0.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence value %x state %s {indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence decay %g state %z {indexing_maps = [#t, #d, #td, #d]} : (tensor<?xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#1, %1#1 : tensor<4xf32>, tensor<4xf32>
}

// The map of an operand goes with it.
// CHECK-LABEL: func.func @recurrence_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xcomplex<f32>>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] state %[[S]] chunk(8) {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.recurrence value %[[C]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xcomplex<f32>>) -> (tensor<?x4xcomplex<f32>>, tensor<4xcomplex<f32>>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<?x4xf32>, tensor<?x4xcomplex<f32>>
func.func @recurrence_f2(%x: tensor<?x4xf32>, %s: tensor<4xf32>, %c: tensor<?x4xcomplex<f32>>) -> (tensor<?x4xf32>, tensor<?x4xcomplex<f32>>) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %i = arith.constant dense<(1.0, 0.0)> : tensor<4xcomplex<f32>>
  %0:2 = fidelity.recurrence decay %one, %one value %x state %s chunk(8) {indexing_maps = [#d, #d, #td, #d, #td, #d]} : (tensor<4xf32>, tensor<4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence decay %i value %c {indexing_maps = [#d, #td, #td, #d]} : (tensor<4xcomplex<f32>>, tensor<?x4xcomplex<f32>>) -> (tensor<?x4xcomplex<f32>>, tensor<4xcomplex<f32>>)
  return %0#0, %1#0 : tensor<?x4xf32>, tensor<?x4xcomplex<f32>>
}

// CHECK-LABEL: func.func @recurrence_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xcomplex<f32>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<(1.000000e+00,-0.000000e+00)> : tensor<4xcomplex<f32>>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence decay %[[CST]] value %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_2:.*]], %[[LAST_STATE_3:.*]] = fidelity.recurrence decay %[[CST_0]] value %[[X]] {exponential, indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_4:.*]], %[[LAST_STATE_5:.*]] = fidelity.recurrence decay %[[CST_1]] value %[[C]] {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<4xcomplex<f32>>, tensor<?x4xcomplex<f32>>) -> (tensor<?x4xcomplex<f32>>, tensor<4xcomplex<f32>>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_2]], %[[OUTPUT_4]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xcomplex<f32>>
func.func @recurrence_f2_stays(%x: tensor<?x4xf32>, %c: tensor<?x4xcomplex<f32>>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xcomplex<f32>>) {
  %half = arith.constant dense<0.5> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %i = arith.constant dense<(1.0, -0.0)> : tensor<4xcomplex<f32>>
  %0:2 = fidelity.recurrence decay %half value %x {indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence decay %one value %x {exponential, indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %2:2 = fidelity.recurrence decay %i value %c {indexing_maps = [#d, #td, #td, #d]} : (tensor<4xcomplex<f32>>, tensor<?x4xcomplex<f32>>) -> (tensor<?x4xcomplex<f32>>, tensor<4xcomplex<f32>>)
  return %0#0, %1#0, %2#0 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xcomplex<f32>>
}

// CHECK-LABEL: func.func @recurrence_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x4xf32>
func.func @recurrence_f3(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence decay %zero value %x {exponential, indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0 : tensor<?x4xf32>
}

// A 0 beside another factor, which may be infinite; and one that is the decay itself.
// CHECK-LABEL: func.func @recurrence_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence decay %[[X]], %[[CST]] {exponential, indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.recurrence decay %[[CST]] value %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @recurrence_f3_stays(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence decay %x, %zero {exponential, indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence decay %zero value %x {indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %1#0 : tensor<?x4xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: func.func @recurrence_f4(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] chunk(8) {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.recurrence key %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @recurrence_f4(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence key %one value %x query %one chunk(8) {indexing_maps = [#d, #td, #d, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence key %x value %one {indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %1#0 : tensor<?x4xf32>, tensor<?x4xf32>
}

// A 1 that alone has the size of a loop, and another number.
// CHECK-LABEL: func.func @recurrence_f4_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<2.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] query %[[CST]] {indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?xf32>, tensor<4xf32>) -> (tensor<?xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.recurrence key %[[CST_0]] value %[[Y]] {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_1]] : tensor<?xf32>, tensor<?x4xf32>
func.func @recurrence_f4_stays(%x: tensor<?xf32>, %y: tensor<?x4xf32>) -> (tensor<?xf32>, tensor<?x4xf32>) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %two = arith.constant dense<2.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence value %x query %one {indexing_maps = [#t, #d, #t, #d]} : (tensor<?xf32>, tensor<4xf32>) -> (tensor<?xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence key %two value %y {indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %1#0 : tensor<?xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: func.func @recurrence_f5(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<1x4xf32>
func.func @recurrence_f5(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0:2 = fidelity.recurrence value %x chunk(8) {indexing_maps = [#td, #td, #d]} : (tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
  return %0#0 : tensor<1x4xf32>
}

// CHECK-LABEL: func.func @recurrence_f5_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] chunk(8) {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.recurrence value %[[Y]] chunk(8) {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<2x4xf32>, tensor<?x4xf32>
func.func @recurrence_f5_stays(%x: tensor<2x4xf32>, %y: tensor<?x4xf32>) -> (tensor<2x4xf32>, tensor<?x4xf32>) {
  %0:2 = fidelity.recurrence value %x chunk(8) {indexing_maps = [#td, #td, #d]} : (tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence value %y chunk(8) {indexing_maps = [#td, #td, #d]} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %1#0 : tensor<2x4xf32>, tensor<?x4xf32>
}

// Time may be any dimension.
// CHECK-LABEL: func.func @recurrence_f6(
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V1:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_1]]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[S]], %[[CST_0]], %[[V1]], %[[SPLAT]] : tensor<0x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<?x0xf32>, tensor<?xf32>
func.func @recurrence_f6(%x: tensor<0x4xf32>, %s: tensor<4xf32>, %y: tensor<?x0xf32>) -> (tensor<0x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<?x0xf32>, tensor<?xf32>) {
  %0:2 = fidelity.recurrence value %x state %s {indexing_maps = [#td, #d, #td, #d]} : (tensor<0x4xf32>, tensor<4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence value %x {indexing_maps = [#td, #td, #d]} : (tensor<0x4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>)
  %2:2 = fidelity.recurrence value %y {indexing_maps = [#dt, #dt, #d]} : (tensor<?x0xf32>) -> (tensor<?x0xf32>, tensor<?xf32>)
  return %0#0, %0#1, %1#1, %2#0, %2#1 : tensor<0x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<?x0xf32>, tensor<?xf32>
}

// There may be steps; the last state is of a wider type than the first.
// CHECK-LABEL: func.func @recurrence_f6_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<0x4xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<4xf16>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.recurrence value %[[X]] state %[[S]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.recurrence value %[[Y]] state %[[H]] {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]} : (tensor<0x4xf32>, tensor<4xf16>) -> (tensor<0x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]], %[[LAST_STATE_1]] : tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>
func.func @recurrence_f6_stays(%x: tensor<?x4xf32>, %s: tensor<4xf32>, %y: tensor<0x4xf32>, %h: tensor<4xf16>) -> (tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0:2 = fidelity.recurrence value %x state %s {indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence value %y state %h {indexing_maps = [#td, #d, #td, #d]} : (tensor<0x4xf32>, tensor<4xf16>) -> (tensor<0x4xf32>, tensor<4xf32>)
  return %0#0, %0#1, %1#1 : tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>
}
