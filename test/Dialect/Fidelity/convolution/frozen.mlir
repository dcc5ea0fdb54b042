// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// Bytecode of version 0.1 reads as this text. The file was made by
//   fidelity-opt test/Dialect/Fidelity/convolution/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

module {
  func.func @causal_conv1d(%arg0: tensor<2x8x?xf32>, %arg1: tensor<8x4xf32>) -> tensor<2x8x?xf32> {
    %output, %last_state = fidelity.causal_conv1d %arg0, %arg1 : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
    return %output : tensor<2x8x?xf32>
  }
  func.func @causal_conv1d_whole(%arg0: tensor<?x?x?xf16>, %arg1: tensor<?x1xf16>, %arg2: tensor<?xf16>, %arg3: tensor<?x?x0xf16>) -> tensor<?x?x?xf16> {
    %output, %last_state = fidelity.causal_conv1d %arg0, %arg1 bias %arg2 state %arg3 activation(silu) {layer} : (tensor<?x?x?xf16>, tensor<?x1xf16>, tensor<?xf16>, tensor<?x?x0xf16>) -> (tensor<?x?x?xf16>, tensor<?x?x0xf16>)
    return %output : tensor<?x?x?xf16>
  }
}

