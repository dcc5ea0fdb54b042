// Weights for which processors have kernels, and others, which stay as they are.

// RUN: fidelity-opt %s --fidelity-pack-weights="storage=tiled2 kernels" | FileCheck %s

// CHECK-LABEL: func.func @integers(
// CHECK: dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = tiled2>>
// CHECK: dense<-1> : tensor<2x6xi8, #fidelity.tensor<storage = tiled2>>
func.func @integers(%x: tensor<?x6xi8>, %s: tensor<2xf32>, %y: tensor<?x2xi32>) -> (tensor<?x2xf32>, tensor<?x2xi32>) {
  %w = arith.constant dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = packed5>>
  %a = fidelity.ternary_linear %x, %w scale %s
    : (tensor<?x6xi8>, tensor<2x6xi8, #fidelity.tensor<storage = packed5>>, tensor<2xf32>) -> tensor<?x2xf32>
  %v = arith.constant dense<-1> : tensor<2x6xi8>
  %b = fidelity.ternary_accumulate %x, %v, %y
    : (tensor<?x6xi8>, tensor<2x6xi8>, tensor<?x2xi32>) -> tensor<?x2xi32>
  return %a, %b : tensor<?x2xf32>, tensor<?x2xi32>
}

// One constant for two layers is stored for each.
// CHECK-LABEL: func.func @both(
// CHECK-DAG: dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = tiled2>>
// CHECK-DAG: dense<1> : tensor<2x6xi8>
func.func @both(%x: tensor<?x6xf32>, %s: tensor<f32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = arith.constant dense<1> : tensor<2x6xi8>
  %a = fidelity.bit_linear %x, %w scale %s
    : (tensor<?x6xf32>, tensor<2x6xi8>, tensor<f32>) -> tensor<?x2xf32>
  %b = fidelity.ternary_linear %x, %w : (tensor<?x6xf32>, tensor<2x6xi8>) -> tensor<?x2xf32>
  return %a, %b : tensor<?x2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @groups(
// CHECK: dense<1> : tensor<2x6xi8>
func.func @groups(%x: tensor<?x6xi8>, %s: tensor<2x3xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<1> : tensor<2x6xi8>
  %a = fidelity.ternary_linear %x, %w scale %s
    : (tensor<?x6xi8>, tensor<2x6xi8>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %a : tensor<?x2xf32>
}

// A mapping is obeyed.
// CHECK-LABEL: func.func @mapped(
// CHECK: dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = packed5>>
func.func @mapped(%x: tensor<?x6xi8>) -> tensor<?x2xi32> {
  %w = arith.constant dense<1> : tensor<2x6xi8>
  %a = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = packed5>}
    : (tensor<?x6xi8>, tensor<2x6xi8>) -> tensor<?x2xi32>
  return %a : tensor<?x2xi32>
}

// So are tiles of the other kind, which kernels read too.
// CHECK-LABEL: func.func @tiled(
// CHECK: dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = tiled5>>
func.func @tiled(%x: tensor<?x6xi8>) -> tensor<?x2xi32> {
  %w = arith.constant dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = tiled5>>
  %a = fidelity.ternary_linear %x, %w
    : (tensor<?x6xi8>, tensor<2x6xi8, #fidelity.tensor<storage = tiled5>>) -> tensor<?x2xi32>
  return %a : tensor<?x2xi32>
}
