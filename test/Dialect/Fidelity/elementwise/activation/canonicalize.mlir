// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @sigmoid_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.sigmoid %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @sigmoid_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.sigmoid %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @sigmoid_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @sigmoid_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.sigmoid %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @tanh_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.tanh %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @tanh_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.tanh %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @tanh_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @tanh_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.tanh %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @silu_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.silu %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @silu_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.silu %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @silu_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @silu_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.silu %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @relu_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.relu %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @relu_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.relu %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @relu_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @relu_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.relu %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @squared_relu_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @squared_relu_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.squared_relu %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @squared_relu_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @squared_relu_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.squared_relu %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @exp_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.exp %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @exp_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.exp %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @exp_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @exp_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.exp %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @softplus_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.softplus %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @softplus_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.softplus %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @softplus_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @softplus_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.softplus %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @elu_plus_one_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.elu_plus_one %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @elu_plus_one_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.elu_plus_one %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @elu_plus_one_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @elu_plus_one_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.elu_plus_one %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @gelu_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.gelu %[[X]] {origin = "x"} : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @gelu_cast(%x: tensor<4xf32>) -> tensor<?xf32> {
  %cast = tensor.cast %x : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.gelu %cast {origin = "x"} : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @gelu_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @gelu_empty(%x: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.gelu %x : tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @swiglu_cast(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[UP:[^:]*]]: tensor<2x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.swiglu %[[GATE]], %[[UP]] : (tensor<?x8xf32>, tensor<2x?xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x8xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @swiglu_cast(%gate: tensor<?x8xf32>, %up: tensor<2x?xf32>) -> tensor<?x?xf32> {
  %g = tensor.cast %gate : tensor<?x8xf32> to tensor<?x?xf32>
  %u = tensor.cast %up : tensor<2x?xf32> to tensor<?x?xf32>
  %0 = fidelity.swiglu %g, %u : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @swiglu_cast_disagrees(
// CHECK-SAME: %[[GATE:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[UP:[^:]*]]: tensor<2x9xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[GATE]] : tensor<2x8xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[UP]] : tensor<2x9xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.swiglu %[[CAST]], %[[CAST_0]] : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x?xf32>
func.func @swiglu_cast_disagrees(%gate: tensor<2x8xf32>, %up: tensor<2x9xf32>) -> tensor<?x?xf32> {
  %g = tensor.cast %gate : tensor<2x8xf32> to tensor<?x?xf32>
  %u = tensor.cast %up : tensor<2x9xf32> to tensor<?x?xf32>
  %0 = fidelity.swiglu %g, %u : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @swiglu_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @swiglu_empty(%x: tensor<?x0xf32>, %y: tensor<?x0xf32>) -> tensor<?x0xf32> {
  %0 = fidelity.swiglu %x, %y : (tensor<?x0xf32>, tensor<?x0xf32>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
}
