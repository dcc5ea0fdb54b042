// What follows a layer elementwise, an activation, a factor of each token or a
// residual, is computed in the loop that scales the sums: nothing in between is
// written.

// RUN: fidelity-opt %s --fidelity-cpu-pipeline --mlir-disable-threading --mlir-print-ir-before=convert-linalg-to-loops 2>&1 >/dev/null \
// RUN:   | FileCheck %s

// The scale, silu and the residual.
// CHECK-LABEL: func.func @residual(
// CHECK:         linalg.generic {{.*}}"reduction"]
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%{{.*}}, %arg2, %arg3 :
// CHECK-NEXT:    ^bb0(%[[SUM:.*]]: f32, %[[SCALE:.*]]: f32, %[[R:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[Y:.*]] = arith.mulf %[[SUM]], %[[SCALE]] : f32
// CHECK:           math.exp
// CHECK:           %[[A:.*]] = arith.mulf %[[Y]], %{{.*}} : f32
// CHECK-NEXT:      %[[Z:.*]] = arith.addf %[[A]], %[[R]] : f32
// CHECK-NEXT:      linalg.yield %[[Z]] : f32
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @residual(%x: tensor<?x64xf32>, %w: tensor<32x64xi8>, %s: tensor<32xf32>, %r: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x64xf32>, tensor<32x64xi8>, tensor<32xf32>) -> tensor<?x32xf32>
  %a = fidelity.silu %y : tensor<?x32xf32>
  %z = fidelity.add %a, %r : (tensor<?x32xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
  return %z : tensor<?x32xf32>
}

// The scale, a factor of each token and a bias, of packed weights.
// CHECK-LABEL: func.func @token(
// CHECK:         linalg.generic {{.*}}"reduction"]
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%{{.*}}, %arg2, %arg3, %arg4 :
// CHECK-NEXT:    ^bb0(
// CHECK-NEXT:      %[[F:.*]] = arith.sitofp
// CHECK-NEXT:      %[[Y:.*]] = arith.mulf %[[F]],
// CHECK-NEXT:      %[[T:.*]] = arith.mulf %[[Y]],
// CHECK-NEXT:      %[[B:.*]] = arith.addf %[[T]],
// CHECK-NEXT:      linalg.yield %[[B]] : f32
// CHECK-NOT:     linalg.generic
// CHECK:         return
!p = tensor<32x63xi8, #fidelity.tensor<storage = packed2>>
func.func @token(%x: tensor<4x63xi8>, %w: !p, %s: tensor<f32>, %t: tensor<4x1xf32>, %b: tensor<32xf32>) -> tensor<4x32xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<4x63xi8>, !p, tensor<f32>) -> tensor<4x32xf32>
  %f = fidelity.multiply %y, %t : (tensor<4x32xf32>, tensor<4x1xf32>) -> tensor<4x32xf32>
  %z = fidelity.add %f, %b : (tensor<4x32xf32>, tensor<32xf32>) -> tensor<4x32xf32>
  return %z : tensor<4x32xf32>
}

// The rescaling of a layer of quantised activations, and what follows it.
// CHECK-LABEL: func.func @quantised(
// CHECK:         linalg.generic {{.*}}"reduction"]} {{.*}}outs(%[[SUMS:.*]] : memref<4x32xi32>)
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%[[SUMS]],
// CHECK:           arith.sitofp
// CHECK:           arith.maximumf
// CHECK:           arith.addf %{{.*}}, %[[R:.*]] : f32
// CHECK-NEXT:      linalg.yield
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @quantised(%x: tensor<4x64xf32>, %w: tensor<32x64xi8>, %s: tensor<f32>, %r: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<4x64xf32>, tensor<32x64xi8>, tensor<f32>) -> tensor<4x32xf32>
  %a = fidelity.relu %y : tensor<4x32xf32>
  %z = fidelity.add %a, %r : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x32xf32>
  return %z : tensor<4x32xf32>
}
