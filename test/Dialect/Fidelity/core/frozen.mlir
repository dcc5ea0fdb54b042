// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// As ../frozen.mlir, for the core. The file was made by
//   fidelity-opt test/Dialect/Fidelity/core/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

#map = affine_map<(d0, d1, d2) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0)>
#map4 = affine_map<(d0, d1, d2) -> (d1)>
#map5 = affine_map<(d0, d1) -> (d1)>
#map6 = affine_map<(d0, d1) -> (d0)>
#map7 = affine_map<(d0) -> (d0)>
#map8 = affine_map<(d0) -> ()>
module {
  func.func @recurrence_fed(%arg0: tensor<?x16xf32>, %arg1: tensor<?x32xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>) {
    %output, %last_state = fidelity.recurrence key %arg0 value %arg1 query %arg0 {indexing_maps = [#map, #map1, #map, #map1, #map2]} : (tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
    return %output, %last_state : tensor<?x32xf32>, tensor<16x32xf32>
  }
  func.func @recurrence_all(%arg0: tensor<?xf16>, %arg1: tensor<16xf16>, %arg2: tensor<?x16xf16>, %arg3: tensor<?x32xf16>, %arg4: tensor<16x32xf16>) -> tensor<?x32xf16> {
    %output, %last_state = fidelity.recurrence decay %arg0, %arg1 key %arg2 value %arg3 query %arg2 erase %arg2, %arg1 bonus %arg1 state %arg4 read(before) chunk(64) {exponential, indexing_maps = [#map3, #map4, #map, #map1, #map, #map, #map4, #map4, #map2, #map1, #map2], layer = 1 : i64} : (tensor<?xf16>, tensor<16xf16>, tensor<?x16xf16>, tensor<?x32xf16>, tensor<?x16xf16>, tensor<?x16xf16>, tensor<16xf16>, tensor<16xf16>, tensor<16x32xf16>) -> (tensor<?x32xf16>, tensor<16x32xf16>)
    return %output : tensor<?x32xf16>
  }
  func.func @recurrence_types(%arg0: tensor<4xcomplex<f32>>, %arg1: tensor<?xf16>, %arg2: tensor<?xbf16>) {
    %output, %last_state = fidelity.recurrence decay %arg0 value %arg1 query %arg0 {indexing_maps = [#map5, #map6, #map5, #map6, #map5]} : (tensor<4xcomplex<f32>>, tensor<?xf16>, tensor<4xcomplex<f32>>) -> (tensor<?xcomplex<f32>>, tensor<4xcomplex<f32>>)
    %output_0, %last_state_1 = fidelity.recurrence decay %arg1 value %arg2 {indexing_maps = [#map7, #map7, #map7, #map8]} : (tensor<?xf16>, tensor<?xbf16>) -> (tensor<?xf32>, tensor<f32>)
    return
  }
}

