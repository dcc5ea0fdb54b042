// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

#t = affine_map<(t, k, v) -> (t)>
#k = affine_map<(t, k, v) -> (k)>
#tk = affine_map<(t, k, v) -> (t, k)>
#tv = affine_map<(t, k, v) -> (t, v)>
#kv = affine_map<(t, k, v) -> (k, v)>

// CHECK-LABEL: func.func @recurrence_fed(
// CHECK: fidelity.recurrence key %arg0 value %arg1 query %arg0 {indexing_maps = [#map, #map1, #map, #map1, #map2]} : (tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
func.func @recurrence_fed(%k: tensor<?x16xf32>, %v: tensor<?x32xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>) {
  %o, %s = fidelity.recurrence key %k value %v query %k {indexing_maps = [#tk, #tv, #tk, #tv, #kv]} : (tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
  return %o, %s : tensor<?x32xf32>, tensor<16x32xf32>
}

// CHECK-LABEL: func.func @recurrence_all(
// CHECK: fidelity.recurrence decay %arg0, %arg1 key %arg2 value %arg3 query %arg2 erase %arg2, %arg1 bonus %arg1 state %arg4 read(before) chunk(64) {exponential, indexing_maps = {{.*}}, layer = 1 : i64} : (tensor<?xf16>, tensor<16xf16>, tensor<?x16xf16>, tensor<?x32xf16>, tensor<?x16xf16>, tensor<?x16xf16>, tensor<16xf16>, tensor<16xf16>, tensor<16x32xf16>) -> (tensor<?x32xf16>, tensor<16x32xf16>)
func.func @recurrence_all(%d: tensor<?xf16>, %a: tensor<16xf16>, %k: tensor<?x16xf16>, %v: tensor<?x32xf16>, %s: tensor<16x32xf16>) -> tensor<?x32xf16> {
  %o, %last = fidelity.recurrence decay %d, %a key %k value %v query %k erase %k, %a bonus %a state %s read(before) chunk(64) {exponential, indexing_maps = [#t, #k, #tk, #tv, #tk, #tk, #k, #k, #kv, #tv, #kv], layer = 1 : i64} : (tensor<?xf16>, tensor<16xf16>, tensor<?x16xf16>, tensor<?x32xf16>, tensor<?x16xf16>, tensor<?x16xf16>, tensor<16xf16>, tensor<16xf16>, tensor<16x32xf16>) -> (tensor<?x32xf16>, tensor<16x32xf16>)
  return %o : tensor<?x32xf16>
}

// The results have the widest type, and are complex where an operand is.
// CHECK-LABEL: func.func @recurrence_types(
// CHECK: (tensor<4xcomplex<f32>>, tensor<?xf16>, tensor<4xcomplex<f32>>) -> (tensor<?xcomplex<f32>>, tensor<4xcomplex<f32>>)
// CHECK: (tensor<?xf16>, tensor<?xbf16>) -> (tensor<?xf32>, tensor<f32>)
func.func @recurrence_types(%a: tensor<4xcomplex<f32>>, %x: tensor<?xf16>, %y: tensor<?xbf16>) {
  %o, %s = fidelity.recurrence decay %a value %x query %a {indexing_maps = [affine_map<(t, n) -> (n)>, affine_map<(t, n) -> (t)>, affine_map<(t, n) -> (n)>, affine_map<(t, n) -> (t)>, affine_map<(t, n) -> (n)>]} : (tensor<4xcomplex<f32>>, tensor<?xf16>, tensor<4xcomplex<f32>>) -> (tensor<?xcomplex<f32>>, tensor<4xcomplex<f32>>)
  %p, %r = fidelity.recurrence decay %x value %y {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]} : (tensor<?xf16>, tensor<?xbf16>) -> (tensor<?xf32>, tensor<f32>)
  return
}
