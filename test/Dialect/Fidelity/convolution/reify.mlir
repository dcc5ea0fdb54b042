// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// Every size of a result is a size of an operand.

// CHECK-LABEL: func.func @causal_conv1d(
// CHECK-NOT: fidelity.causal_conv1d 
// CHECK-COUNT-3: tensor.dim %arg
// CHECK-NOT: fidelity.causal_conv1d 
// CHECK: return
func.func @causal_conv1d(%x: tensor<?x?x?xf32>, %w: tensor<?x4xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:2 = fidelity.causal_conv1d %x, %w : (tensor<?x?x?xf32>, tensor<?x4xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x3xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}
