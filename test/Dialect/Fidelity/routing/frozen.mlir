// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// Bytecode of version 0.1 reads as this text. The file was made by
//   fidelity-opt test/Dialect/Fidelity/routing/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

module {
  func.func @route(%arg0: tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>) {
    %weights, %indices = fidelity.route %arg0 {top_k = 2 : i64} : (tensor<?x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
    return %weights, %indices : tensor<?x2xf32>, tensor<?x2xi32>
  }
  func.func @route_all(%arg0: tensor<?xbf16>) -> (tensor<1xbf16>, tensor<1xi32>) {
    %weights, %indices = fidelity.route %arg0 softmax(all) {layer = 1 : i64, top_k = 1 : i64} : (tensor<?xbf16>) -> (tensor<1xbf16>, tensor<1xi32>)
    return %weights, %indices : tensor<1xbf16>, tensor<1xi32>
  }
  func.func @route_names(%arg0: tensor<2x?x8xf16, #fidelity.tensor<dims = [Batch, Time, Expert]>>) -> tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>> {
    %weights, %indices = fidelity.route %arg0 {top_k = 2 : i64} : (tensor<2x?x8xf16, #fidelity.tensor<dims = [Batch, Time, Expert]>>) -> (tensor<2x?x2xf16, #fidelity.tensor<dims = [Batch, Time, _]>>, tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>>)
    return %indices : tensor<2x?x2xi32, #fidelity.tensor<dims = [Batch, Time, _]>>
  }
  func.func @dispatch(%arg0: tensor<?x256xf32>, %arg1: tensor<?x2xi32>, %arg2: index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>) {
    %dispatched, %positions = fidelity.dispatch %arg0, %arg1 capacity %arg2 {experts = 8 : i64} : (tensor<?x256xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>)
    return %dispatched, %positions : tensor<8x?x256xf32>, tensor<?x2xi32>
  }
  func.func @dispatch_static(%arg0: tensor<0x?xf64>, %arg1: tensor<?x?xi32>, %arg2: index) -> (tensor<1x4x?xf64>, tensor<0x?xi32>) {
    %dispatched, %positions = fidelity.dispatch %arg0, %arg1 capacity %arg2 {experts = 1 : i64, layer = 1 : i64} : (tensor<0x?xf64>, tensor<?x?xi32>, index) -> (tensor<1x4x?xf64>, tensor<0x?xi32>)
    return %dispatched, %positions : tensor<1x4x?xf64>, tensor<0x?xi32>
  }
  func.func @combine(%arg0: tensor<8x?x256xf16>, %arg1: tensor<?x2xf32>, %arg2: tensor<?x2xi32>) -> tensor<?x256xf16> {
    %0 = fidelity.combine %arg0, %arg1, %arg2, %arg2 : (tensor<8x?x256xf16>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x256xf16>
    return %0 : tensor<?x256xf16>
  }
  func.func @combine_unit(%arg0: tensor<8x?x?xf32, #fidelity.tensor<dims = [_, _, Out], unit = "m">>, %arg1: tensor<?x2xf32, #fidelity.tensor<dims = [Token, _], unit = "1/s">>, %arg2: tensor<?x2xi32>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">> {
    %0 = fidelity.combine %arg0, %arg1, %arg2, %arg2 {layer = 1 : i64} : (tensor<8x?x?xf32, #fidelity.tensor<dims = [_, _, Out], unit = "m">>, tensor<?x2xf32, #fidelity.tensor<dims = [Token, _], unit = "1/s">>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">>
    return %0 : tensor<?x?xf32, #fidelity.tensor<dims = [Token, Out], unit = "m/s">>
  }
}

