// A function on one device, inlined again, is what it was.

// RUN: fidelity-opt %s -canonicalize -o %t.before
// RUN: fidelity-opt %s -fidelity-partition -inline -canonicalize -o %t.after
// RUN: diff %t.before %t.after

// RUN: fidelity-opt %s -fidelity-partition | FileCheck %s
// CHECK-LABEL: func.func @layer(
// CHECK-NEXT: call @layer_gpu0(
// CHECK-NEXT: return

#gpu0 = #fidelity.mapping<device = "gpu0">

func.func @layer(%x: tensor<?x8xf32>) -> tensor<?x4xf32> {
  %n = arith.constant dense<2.0> : tensor<8xf32>
  %w = arith.constant dense<[[1, 0, 0, 0, 0, 0, 0, 1], [0, 0, 1, 0, 0, 0, 0, 0], [0, -1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 0, 0]]> : tensor<4x8xi8>
  %h = fidelity.rms_norm %x weight %n {fidelity.mapping = #gpu0} : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  %s = fidelity.silu %h : tensor<?x8xf32>
  %y = fidelity.ternary_linear %s, %w {fidelity.mapping = #gpu0} : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
