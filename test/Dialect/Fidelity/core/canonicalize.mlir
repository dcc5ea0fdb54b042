// RUN: fidelity-opt %s -canonicalize -mlir-print-local-scope | FileCheck %s

#td = affine_map<(t, d) -> (t, d)>
#d = affine_map<(t, d) -> (d)>

// CHECK-LABEL: func.func @recurrence_zero_state(
// CHECK: fidelity.recurrence value %arg0 {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>], layer = 1 : i64} : (tensor<?x4xf32>)
func.func @recurrence_zero_state(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %s = fidelity.recurrence value %x state %zero {indexing_maps = [#td, #d, #td, #d], layer = 1 : i64} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %s : tensor<?x4xf32>, tensor<4xf32>
}

// d = 1, key = 1, query = 1; and the map of each goes with it.
// CHECK-LABEL: func.func @recurrence_neutral(
// CHECK: fidelity.recurrence value %arg0 state %arg1 chunk(8) {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]}
func.func @recurrence_neutral(%x: tensor<?x4xf32>, %s: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %o, %l = fidelity.recurrence decay %one, %one key %one value %x query %one state %s chunk(8) {indexing_maps = [#d, #d, #d, #td, #d, #d, #td, #d]} : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %l : tensor<?x4xf32>, tensor<4xf32>
}

// d = exp(0) = 1
// CHECK-LABEL: func.func @recurrence_exponential(
// CHECK: fidelity.recurrence value %arg0 {indexing_maps
func.func @recurrence_exponential(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %s = fidelity.recurrence decay %zero value %x {exponential, indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o : tensor<?x4xf32>
}

// Other constants stay; so do a 1 that alone knows a size, a 0 beside another
// factor, which may be infinite, and a state of -0, which is the last one where
// there is no step.
// CHECK-LABEL: func.func @recurrence_others(
// CHECK-COUNT-4: fidelity.recurrence {{decay|value}}
// CHECK-SAME: state
func.func @recurrence_others(%x: tensor<?xf32>, %d: tensor<?x4xf32>) -> (tensor<?xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) {
  %half = arith.constant dense<0.5> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %negative = arith.constant dense<-0.0> : tensor<4xf32>
  %0:2 = fidelity.recurrence value %x query %one {indexing_maps = [affine_map<(t, k) -> (t)>, #d, affine_map<(t, k) -> (t)>, #d]} : (tensor<?xf32>, tensor<4xf32>) -> (tensor<?xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence decay %half value %d {indexing_maps = [#d, #td, #td, #d]} : (tensor<4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %2:2 = fidelity.recurrence decay %d, %zero {exponential, indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %3:2 = fidelity.recurrence value %d state %negative {indexing_maps = [#td, #d, #td, #d]} : (tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %1#0, %2#0, %3#1 : tensor<?xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>
}

// One step takes no chunk.
// CHECK-LABEL: func.func @recurrence_step(
// CHECK-NOT: chunk
// CHECK: chunk(8)
// CHECK-NOT: chunk
func.func @recurrence_step(%x: tensor<1x4xf32>, %y: tensor<2x4xf32>) -> (tensor<1x4xf32>, tensor<2x4xf32>) {
  %0:2 = fidelity.recurrence value %x chunk(8) {indexing_maps = [#td, #td, #d]} : (tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.recurrence value %y chunk(8) {indexing_maps = [#td, #td, #d]} : (tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return %0#0, %1#0 : tensor<1x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func @recurrence_cast(
// CHECK: fidelity.recurrence value %arg0 {{.*}} : (tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<4xf32>)
func.func @recurrence_cast(%x: tensor<8x4xf32>) -> tensor<?x?xf32> {
  %cast = tensor.cast %x : tensor<8x4xf32> to tensor<?x?xf32>
  %0:2 = fidelity.recurrence value %cast {indexing_maps = [#td, #td, #d]} : (tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0 : tensor<?x?xf32>
}
