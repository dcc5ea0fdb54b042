// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// Who asks for a size only does not wait for the elements.
// CHECK-LABEL: func.func @transfer(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xi8>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xi8>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @transfer(%x: tensor<?x4xi8>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = fidelity.transfer %x from "a" to "b" : tensor<?x4xi8>
  %d0 = tensor.dim %y, %c0 : tensor<?x4xi8>
  %d1 = tensor.dim %y, %c1 : tensor<?x4xi8>
  return %d0, %d1 : index, index
}
