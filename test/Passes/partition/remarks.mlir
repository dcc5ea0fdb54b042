// What the pass says of itself.

// RUN: fidelity-opt %s -fidelity-partition -remarks-filter=fidelity-partition -o /dev/null 2>&1 | FileCheck %s

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">

// Twelve packed trits are four bytes: two rows of two bytes.
// CHECK: remarks.mlir:[[#@LINE+5]]:8: remark: [Passed] part | Category:fidelity-partition | Remark="2 ops on gpu0 as @bytes_gpu0"
// CHECK: remarks.mlir:[[#@LINE+6]]:8: remark: [Analysis] transfer | Category:fidelity-partition | Remark="tensor<?x6xf32> from gpu0 to gpu1, bytes: unknown"
// CHECK: remarks.mlir:[[#@LINE+5]]:8: remark: [Analysis] transfer | Category:fidelity-partition | Remark="tensor<2x6xi8, #fidelity.tensor<storage = packed2>> from gpu0 to gpu1, bytes: 4"
// CHECK: remarks.mlir:[[#@LINE+4]]:8: remark: [Passed] part | Category:fidelity-partition | Remark="1 op on gpu1 as @bytes_gpu1"
func.func @bytes(%x: tensor<?x6xf32>, %w: tensor<2x6xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x2xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<?x6xf32>
  %v = fidelity.unpack %w {fidelity.mapping = #gpu0} : (tensor<2x6xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2x6xi8>
  %y = fidelity.ternary_linear %a, %w {fidelity.mapping = #gpu1} : (tensor<?x6xf32>, tensor<2x6xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// CHECK: remarks.mlir:[[#@LINE+5]]:10: remark: [Missed] region | Category:fidelity-partition | Remark="not computed on gpu1: the op around it is computed as a whole; take it out of the region to place it by itself"
// CHECK: remarks.mlir:[[#@LINE+2]]:8: remark: [Passed] part | Category:fidelity-partition | Remark="1 op on gpu0 as @region_gpu0"
func.func @region(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %r = scf.for %i = %n to %n step %n iter_args(%s = %x) -> (tensor<4xf32>) {
    %a = fidelity.tanh %s {fidelity.mapping = #gpu0} : tensor<4xf32>
    %b = fidelity.exp %a {fidelity.mapping = #gpu1} : tensor<4xf32>
    scf.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// CHECK: remarks.mlir:[[#@LINE+4]]:8: remark: [Missed] blocks | Category:fidelity-partition | Remark="not placed: its function has several blocks; lift control flow to scf first"
func.func @blocks(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  cf.cond_br %c, ^a, ^b(%x : tensor<4xf32>)
^a:
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  cf.br ^b(%a : tensor<4xf32>)
^b(%y: tensor<4xf32>):
  return %y : tensor<4xf32>
}
