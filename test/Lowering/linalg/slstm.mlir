// A loop over time that carries the four states and room for what the matrices
// make, in which nothing is allocated once it is in buffers; no loop for one
// step.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse | FileCheck %s
// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   | FileCheck %s --check-prefix=BUFFERS
// RUN: fidelity-opt %s --convert-fidelity-to-linalg | FileCheck %s --check-prefix=CHECKS

// CHECKS-LABEL: func.func @slstm(
// CHECKS:         cf.assert {{.*}}, "fidelity.slstm: expected input_gate of the shape that cell_input asks for"
// CHECKS:         cf.assert {{.*}}, "fidelity.slstm: expected forget_gate of the shape that cell_input asks for"
// CHECKS:         cf.assert {{.*}}, "fidelity.slstm: expected output_gate of the shape that cell_input asks for"

// CHECK-LABEL: func.func @slstm(
// CHECK:         scf.for {{.*}} iter_args(%[[C:.*]] = %arg5, %[[N:.*]] = %arg6, %[[M:.*]] = %arg7, %[[H:.*]] = %arg8, %[[ROOM:.*]] = {{.*}}, %[[OUT:.*]] = {{.*}}) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<4x2x3xf32>, tensor<?x2x3xf32>)
// CHECK:           %[[ZEROS:.*]] = linalg.generic {{.*}} outs(%[[ROOM]] : tensor<4x2x3xf32>)
// CHECK:           %[[MIXED:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg4, %[[H]] : tensor<4x2x3x3xf32>, tensor<2x3xf32>) outs(%[[ZEROS]] : tensor<4x2x3xf32>)
// CHECK:           %[[SLOT:.*]] = tensor.extract_slice %[[OUT]]
// CHECK:           %[[NEXT:.*]]:5 = linalg.generic {{.*}} outs(%[[C]], %[[N]], %[[M]], %[[H]], %[[SLOT]] : {{.*}})
// CHECK:             math.tanh
// CHECK:             math.log1p
// CHECK:             arith.divf
// CHECK:             %[[FRESH:.*]] = arith.cmpf oeq
// CHECK:             arith.maximumf
// CHECK:             arith.select %[[FRESH]]
// CHECK:             arith.select %[[FRESH]]
// CHECK:             arith.select %[[FRESH]]
// CHECK:             arith.divf
// CHECK:           %[[OUTPUT:.*]] = tensor.insert_slice %[[NEXT]]#4 into %[[OUT]]
// CHECK:           scf.yield %[[NEXT]]#0, %[[NEXT]]#1, %[[NEXT]]#2, %[[NEXT]]#3, %[[MIXED]], %[[OUTPUT]]
// BUFFERS-LABEL: func.func @slstm(
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
func.func @slstm(%z: tensor<?x2x3xf32>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<2x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2x3xf32>, %h: tensor<2x3xf32>)
    -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h
    : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
    -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %y#0, %y#1, %y#2, %y#3, %y#4 : tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// The states of narrow floats stay in f32 from step to step.
// CHECK-LABEL: func.func @slstm_narrow(
// CHECK:         scf.for {{.*}} -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<4x2x3xf32>, tensor<?x2x3xbf16>)
// CHECK-NOT:       math.log1p
// CHECK:           arith.truncf
// CHECK:         arith.truncf
func.func @slstm_narrow(%z: tensor<?x2x3xbf16>, %R: tensor<4x2x3x3xbf16>) -> (tensor<?x2x3xbf16>, tensor<2x3xbf16>) {
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R forget(exponential)
    : (tensor<?x2x3xbf16>, tensor<?x2x3xbf16>, tensor<?x2x3xbf16>, tensor<?x2x3xbf16>, tensor<4x2x3x3xbf16>)
    -> (tensor<?x2x3xbf16>, tensor<2x3xbf16>, tensor<2x3xbf16>, tensor<2x3xbf16>, tensor<2x3xbf16>)
  return %y#0, %y#4 : tensor<?x2x3xbf16>, tensor<2x3xbf16>
}

// CHECK-LABEL: func.func @slstm_step(
// CHECK-NOT:     scf.for
// CHECK:         math.tanh
// CHECK:         return
func.func @slstm_step(%z: tensor<1x2x3xf32>, %R: tensor<4x2x3x3xf32>) -> tensor<1x2x3xf32> {
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R
    : (tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<1x2x3xf32>, tensor<4x2x3x3xf32>)
    -> (tensor<1x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %y#0 : tensor<1x2x3xf32>
}
