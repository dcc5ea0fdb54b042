// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --inline %s | FileCheck %s
// RUN: fidelity-opt --inline %s | FileCheck %s

// Functions of our ops are inlined, wherever the ops stand in them and the call
// stands in its function.

// CHECK-LABEL: func.func @caller(
// CHECK-NOT:     call
// CHECK:         fidelity.ternary_linear
// CHECK:         scf.if
// CHECK:           fidelity.silu
// CHECK:         scf.for
// CHECK-NOT:       call
// CHECK:           fidelity.rms_norm
// CHECK-NOT:     call
func.func @caller(%x: tensor<?x8xf32>, %w: tensor<8x8xi8, #fidelity.tensor<storage = packed2>>, %c: i1, %n: index) -> tensor<?x8xf32> {
  %0 = call @layer(%x, %w, %c) : (tensor<?x8xf32>, tensor<8x8xi8, #fidelity.tensor<storage = packed2>>, i1) -> tensor<?x8xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%y = %0) -> (tensor<?x8xf32>) {
    %z = func.call @norm(%y) : (tensor<?x8xf32>) -> tensor<?x8xf32>
    scf.yield %z : tensor<?x8xf32>
  }
  return %1 : tensor<?x8xf32>
}

func.func private @layer(%x: tensor<?x8xf32>, %w: tensor<8x8xi8, #fidelity.tensor<storage = packed2>>, %c: i1) -> tensor<?x8xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?x8xf32>, tensor<8x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xf32>
  %z = scf.if %c -> tensor<?x8xf32> {
    %a = fidelity.silu %y : tensor<?x8xf32>
    scf.yield %a : tensor<?x8xf32>
  } else {
    scf.yield %y : tensor<?x8xf32>
  }
  return %z : tensor<?x8xf32>
}

func.func private @norm(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = fidelity.rms_norm %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
