// One step of a state-space model, and its reading.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @state_update
// CHECK:         cf.assert %{{.*}}, "fidelity.ssm.state_update: expected A of the shape that state asks for"
// CHECK:         cf.assert %{{.*}}, "fidelity.ssm.state_update: expected B of the shape that state asks for"
// CHECK:         linalg.generic
// CHECK:           arith.mulf
// CHECK:           arith.mulf
// CHECK:           arith.addf
func.func @state_update(%s: tensor<?xf32>, %x: tensor<f32>, %A: tensor<?xf32>, %B: tensor<?xf32>) -> tensor<?xf32> {
  %n = fidelity.ssm.state_update %s, %x, %A, %B
    : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %n : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @output
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel"]
func.func @output(%s: tensor<8x16xf32>, %C: tensor<16xf32>, %D: tensor<8xf32>, %x: tensor<8xf32>) -> tensor<8xf32> {
  %y = fidelity.ssm.output %s, %C skip %D, %x
    : (tensor<8x16xf32>, tensor<16xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}
