// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// Bytecode of version 0.1 reads as this text. The file was made by
//   fidelity-opt test/Dialect/Fidelity/routing/transfer/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

module {
  func.func @transfer(%arg0: tensor<?x4xbf16>) -> tensor<?x4xbf16> {
    %0 = fidelity.transfer %arg0 from "gpu0" to "gpu1" : tensor<?x4xbf16>
    return %0 : tensor<?x4xbf16>
  }
  func.func @transfer_attributes(%arg0: tensor<f64>) -> tensor<f64> {
    %0 = fidelity.transfer %arg0 from "a" to "b, c" {layer = 1 : i64} : tensor<f64>
    return %0 : tensor<f64>
  }
  func.func @transfer_packed(%arg0: tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>) -> tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>> {
    %0 = fidelity.transfer %arg0 from "a" to "b" : tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>
    return %0 : tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>
  }
}

