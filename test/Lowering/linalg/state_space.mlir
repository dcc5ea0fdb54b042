// One step of a state-space model, its reading, and discretisation.

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

// -----

// B̄ = (exp(Δ A) - 1) / A · B, and Δ B where A is 0; exp(x) - 1 as
// tanh(x/2) (exp(x) + 1), which loses nothing near 0. Computed in f32.
// CHECK-LABEL: func.func @zoh(
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg1, %arg2 : {{.*}}) outs({{.*}} : tensor<?x8x16xf16>, tensor<?x8x16xf16>)
// CHECK-COUNT-3:   arith.extf
// CHECK:           %[[STEP:.*]] = arith.mulf
// CHECK:           %[[DECAY:.*]] = math.exp %[[STEP]]
// CHECK:           math.tanh
// CHECK:           %[[QUOTIENT:.*]] = arith.divf
// CHECK:           arith.select %{{.*}}, %{{.*}}, %[[QUOTIENT]]
// CHECK:           arith.truncf %[[DECAY]]
func.func @zoh(%dt: tensor<?x8xf16>, %A: tensor<8x16xf16>, %B: tensor<8x16xf16>) -> (tensor<?x8x16xf16>, tensor<?x8x16xf16>) {
  %a, %b = fidelity.ssm.discretize %dt, %A, %B : (tensor<?x8xf16>, tensor<8x16xf16>, tensor<8x16xf16>) -> (tensor<?x8x16xf16>, tensor<?x8x16xf16>)
  return %a, %b : tensor<?x8x16xf16>, tensor<?x8x16xf16>
}

// -----

// A complex A: the step scales both parts.
// CHECK-LABEL: func.func @bilinear(
// CHECK:         linalg.generic {{.*}} outs({{.*}} : tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>)
// CHECK:           %[[DIVISOR:.*]] = complex.sub
// CHECK:           %[[DIVIDEND:.*]] = complex.add
// CHECK:           complex.div %[[DIVIDEND]], %[[DIVISOR]]
// CHECK:           complex.div %{{.*}}, %[[DIVISOR]]
func.func @bilinear(%dt: tensor<8xf32>, %A: tensor<8x16xcomplex<f32>>, %B: tensor<8x16xf32>) -> (tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>) {
  %a, %b = fidelity.ssm.discretize %dt, %A, %B method(bilinear) : (tensor<8xf32>, tensor<8x16xcomplex<f32>>, tensor<8x16xf32>) -> (tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>)
  return %a, %b : tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>
}
