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
func.func @both(%x: tensor<?x6xf32>, %z: tensor<?x6xf64>, %s: tensor<f32>) -> (tensor<?x2xf32>, tensor<?x2xf64>) {
  %w = arith.constant dense<1> : tensor<2x6xi8>
  %a = fidelity.bit_linear %x, %w scale %s
    : (tensor<?x6xf32>, tensor<2x6xi8>, tensor<f32>) -> tensor<?x2xf32>
  %b = fidelity.ternary_linear %z, %w : (tensor<?x6xf64>, tensor<2x6xi8>) -> tensor<?x2xf64>
  return %a, %b : tensor<?x2xf32>, tensor<?x2xf64>
}

// Floats whose sums are kept in f32.
// CHECK-LABEL: func.func @floats(
// CHECK: dense<1> : tensor<2x6xi8, #fidelity.tensor<storage = tiled2>>
// CHECK: dense<-1> : tensor<2x6xi8>
func.func @floats(%x: tensor<?x6xbf16>) -> (tensor<?x2xbf16>, tensor<?x2xbf16>) {
  %w = arith.constant dense<1> : tensor<2x6xi8>
  %a = fidelity.ternary_linear %x, %w : (tensor<?x6xbf16>, tensor<2x6xi8>) -> tensor<?x2xbf16>
  %v = arith.constant dense<-1> : tensor<2x6xi8>
  %b = fidelity.ternary_linear %x, %v accumulator(f64) : (tensor<?x6xbf16>, tensor<2x6xi8>) -> tensor<?x2xbf16>
  return %a, %b : tensor<?x2xbf16>, tensor<?x2xbf16>
}

// Groups of whole tiles, under scales and for a result that f32 holds.
// CHECK-LABEL: func.func @tiles(
// CHECK: dense<1> : tensor<2x96xi8, #fidelity.tensor<storage = tiled2>>
// CHECK: dense<-1> : tensor<2x96xi8>
func.func @tiles(%x: tensor<?x96xi8>, %y: tensor<?x96xf64>, %s: tensor<2x3xf16>) -> (tensor<?x2xf16>, tensor<?x2xf64>) {
  %w = arith.constant dense<1> : tensor<2x96xi8>
  %a = fidelity.ternary_linear %x, %w scale %s
    : (tensor<?x96xi8>, tensor<2x96xi8>, tensor<2x3xf16>) -> tensor<?x2xf16>
  %v = arith.constant dense<-1> : tensor<2x96xi8>
  %b = fidelity.bit_linear %y, %v scale %s
    : (tensor<?x96xf64>, tensor<2x96xi8>, tensor<2x3xf16>) -> tensor<?x2xf64>
  return %a, %b : tensor<?x2xf16>, tensor<?x2xf64>
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
