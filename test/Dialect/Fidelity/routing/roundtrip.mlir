// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// The default softmax is not printed.
// CHECK-LABEL: func.func @route(
// CHECK: fidelity.route %arg0 {top_k = 2 : i64} : (tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
func.func @route(%l: tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>) {
  %w, %i = fidelity.route %l softmax(selected) {top_k = 2 : i64} : (tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  return %w, %i : tensor<?x2xf32>, tensor<?x2xi32>
}

// CHECK-LABEL: func.func @route_all(
// CHECK: fidelity.route %arg0 softmax(all) {layer = 1 : i64, top_k = 1 : i64} : (tensor<?xbf16>) -> (tensor<1xbf16>, tensor<1xi32>)
func.func @route_all(%l: tensor<?xbf16>) -> (tensor<1xbf16>, tensor<1xi32>) {
  %w, %i = fidelity.route %l softmax(all) {top_k = 1 : i64, layer = 1 : i64} : (tensor<?xbf16>) -> (tensor<1xbf16>, tensor<1xi32>)
  return %w, %i : tensor<1xbf16>, tensor<1xi32>
}

// Names of dimensions go on to the results.
// CHECK-LABEL: func.func @route_names(
// CHECK: fidelity.route %arg0 {top_k = 2 : i64} : (tensor<2x?x8xf16, #fidelity.tensor<dims = [Batch, Time, Expert]>>) -> (tensor<2x?x2xf16, #fidelity.tensor<dims = [Batch, Time, _]>>, tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>>)
func.func @route_names(%l: tensor<2x?x8xf16, #fidelity.tensor<dims = [Batch, Time, Expert]>>) -> tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>> {
  %w, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<2x?x8xf16, #fidelity.tensor<dims = [Batch, Time, Expert]>>) -> (tensor<2x?x2xf16, #fidelity.tensor<dims = [Batch, Time, _]>>, tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>>)
  return %i : tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>>
}

// CHECK-LABEL: func.func @dispatch(
// CHECK: fidelity.dispatch %arg0, %arg1 capacity %arg2 {experts = 8 : i64} : (tensor<?x256xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>)
func.func @dispatch(%t: tensor<?x256xf32>, %i: tensor<?x2xi32>, %c: index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>) {
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<?x256xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>)
  return %x, %p : tensor<8x?x256xf32>, tensor<?x2xi32>
}

// The type may say the capacity.
// CHECK-LABEL: func.func @dispatch_static(
// CHECK: fidelity.dispatch %arg0, %arg1 capacity %arg2 {experts = 1 : i64, layer = 1 : i64} : (tensor<0x?xf64>, tensor<?x?xi32>, index) -> (tensor<1x4x?xf64>, tensor<0x?xi32>)
func.func @dispatch_static(%t: tensor<0x?xf64>, %i: tensor<?x?xi32>, %c: index) -> (tensor<1x4x?xf64>, tensor<0x?xi32>) {
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 1 : i64, layer = 1 : i64} : (tensor<0x?xf64>, tensor<?x?xi32>, index) -> (tensor<1x4x?xf64>, tensor<0x?xi32>)
  return %x, %p : tensor<1x4x?xf64>, tensor<0x?xi32>
}

// CHECK-LABEL: func.func @combine(
// CHECK: fidelity.combine %arg0, %arg1, %arg2, %arg2 : (tensor<8x?x256xf16>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x256xf16>
func.func @combine(%y: tensor<8x?x256xf16>, %w: tensor<?x2xf32>, %i: tensor<?x2xi32>) -> tensor<?x256xf16> {
  %t = fidelity.combine %y, %w, %i, %i : (tensor<8x?x256xf16>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x256xf16>
  return %t : tensor<?x256xf16>
}

// The unit is that of the product.
// CHECK-LABEL: func.func @combine_unit(
// CHECK: fidelity.combine %arg0, %arg1, %arg2, %arg2 {layer = 1 : i64} : {{.*}} -> tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">>
func.func @combine_unit(%y: tensor<8x?x?xf32, #fidelity.tensor<dims = [_, _, Out], unit = "m">>, %w: tensor<?x2xf32, #fidelity.tensor<dims = [Token, _], unit = "1/s">>, %i: tensor<?x2xi32>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">> {
  %t = fidelity.combine %y, %w, %i, %i {layer = 1 : i64} : (tensor<8x?x?xf32, #fidelity.tensor<dims = [_, _, Out], unit = "m">>, tensor<?x2xf32, #fidelity.tensor<dims = [Token, _], unit = "1/s">>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">>
  return %t : tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">>
}
