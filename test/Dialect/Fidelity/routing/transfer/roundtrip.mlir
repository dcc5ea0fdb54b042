// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @transfer(
// CHECK: fidelity.transfer %arg0 from "gpu0" to "gpu1" : tensor<?x4xbf16>
func.func @transfer(%x: tensor<?x4xbf16>) -> tensor<?x4xbf16> {
  %y = fidelity.transfer %x from "gpu0" to "gpu1" : tensor<?x4xbf16>
  return %y : tensor<?x4xbf16>
}

// CHECK-LABEL: func.func @transfer_attributes(
// CHECK: fidelity.transfer %arg0 from "a" to "b, c" {layer = 1 : i64} : tensor<f64>
func.func @transfer_attributes(%x: tensor<f64>) -> tensor<f64> {
  %y = fidelity.transfer %x from "a" to "b, c" {layer = 1 : i64} : tensor<f64>
  return %y : tensor<f64>
}

// What a tensor is made of, what it is called and how it is stored stays.
// CHECK-LABEL: func.func @transfer_types(
// CHECK: fidelity.transfer %arg0 from "a" to "b" : tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>
// CHECK: fidelity.transfer %arg1 from "a" to "b" : tensor<?xf32, #fidelity.tensor<dims = [Time], unit = "m/s">>
// CHECK: fidelity.transfer %arg2 from "a" to "b" : tensor<2xcomplex<f32>>
// CHECK: fidelity.transfer %arg3 from "a" to "b" : tensor<2x?xi1>
func.func @transfer_types(%w: tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>, %v: tensor<?xf32, #fidelity.tensor<dims = [Time], unit = "m/s">>, %c: tensor<2xcomplex<f32>>, %m: tensor<2x?xi1>) {
  %0 = fidelity.transfer %w from "a" to "b" : tensor<?x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>
  %1 = fidelity.transfer %v from "a" to "b" : tensor<?xf32, #fidelity.tensor<dims = [Time], unit = "m/s">>
  %2 = fidelity.transfer %c from "a" to "b" : tensor<2xcomplex<f32>>
  %3 = fidelity.transfer %m from "a" to "b" : tensor<2x?xi1>
  return
}
