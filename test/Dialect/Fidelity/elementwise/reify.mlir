// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// A dynamic size comes from the side that has one of its own.
// CHECK-LABEL: func.func @add(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x?x4xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<?x?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]], %[[C4]] : index, index, index
func.func @add(%x: tensor<?x?x4xf32>, %y: tensor<?x?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = fidelity.add %x, %y : (tensor<?x?x4xf32>, tensor<?x?xf32>) -> tensor<?x?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?x4xf32>
  %d2 = tensor.dim %r, %c2 : tensor<?x?x4xf32>
  return %d0, %d1, %d2 : index, index, index
}

// A 1 stretches: the size is the other side's.
// CHECK-LABEL: func.func @subtract(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x?xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x1xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x1xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<1x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[DIM_0]] : index, index
func.func @subtract(%x: tensor<1x?xf32>, %y: tensor<?x1xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.subtract %x, %y : (tensor<1x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// A static size is known, whichever side and whatever type the result is
// written with.
// CHECK-LABEL: func.func @multiply(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[C3]], %[[DIM]] : index, index
func.func @multiply(%x: tensor<?x?xf32>, %y: tensor<3x1xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.multiply %x, %y : (tensor<?x?xf32>, tensor<3x1xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @sigmoid(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @sigmoid(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.sigmoid %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @tanh(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @tanh(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.tanh %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @silu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @silu(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.silu %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @relu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @relu(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.relu %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @squared_relu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @squared_relu(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.squared_relu %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @exp(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @exp(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.exp %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @softplus(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @softplus(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.softplus %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @elu_plus_one(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @elu_plus_one(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.elu_plus_one %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @gelu(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[DIM]], %[[C4]] : index, index
func.func @gelu(%x: tensor<?x4xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.gelu %x : tensor<?x4xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x4xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x4xf32>
  return %d0, %d1 : index, index
}

// A size that only `up` has as a static one.
// CHECK-LABEL: func.func @swiglu(
// CHECK-SAME: %[[G:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[C8:.*]] = arith.constant 8 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[G]], %[[C0]] : tensor<?x?xf32>
// CHECK-NEXT: return %[[DIM]], %[[C8]] : index, index
func.func @swiglu(%g: tensor<?x?xf32>, %u: tensor<?x8xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = fidelity.swiglu %g, %u : (tensor<?x?xf32>, tensor<?x8xf32>) -> tensor<?x?xf32>
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}
