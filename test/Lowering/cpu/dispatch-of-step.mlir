// The rows of a step's output are sent to experts: upstream's canonicaliser makes an
// invalid write of a vector, and a slice of it that lacks a dimension, put into another
// tensor.

// RUN: fidelity-opt %s --fidelity-cpu-pipeline | FileCheck %s

// CHECK-LABEL: llvm.func @sent
func.func @sent(%x: tensor<1x4xf32>, %state: tensor<4xf32>, %indices: tensor<1x?xi32>, %capacity: index)
    -> (tensor<1x?x4xf32>, tensor<1x?xi32>) {
  %y, %next = fidelity.mlgru %x, %x state %state
    : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
  %sent, %positions = fidelity.dispatch %y, %indices capacity %capacity {experts = 1 : i64}
    : (tensor<1x4xf32>, tensor<1x?xi32>, index) -> (tensor<1x?x4xf32>, tensor<1x?xi32>)
  return %sent, %positions : tensor<1x?x4xf32>, tensor<1x?xi32>
}
