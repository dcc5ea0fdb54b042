// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @route_cast(
// CHECK-SAME: %[[L:[^:]*]]: tensor<4x8xf32>
// CHECK-NEXT: %[[WEIGHTS:.*]], %[[INDICES:.*]] = fidelity.route %[[L]] softmax(all) {top_k = 2 : i64} : (tensor<4x8xf32>) -> (tensor<4x2xf32>, tensor<4x2xi32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[WEIGHTS]] : tensor<4x2xf32> to tensor<?x2xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[INDICES]] : tensor<4x2xi32> to tensor<?x2xi32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x2xf32>, tensor<?x2xi32>
func.func @route_cast(%l: tensor<4x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>) {
  %cast = tensor.cast %l : tensor<4x8xf32> to tensor<?x?xf32>
  %w, %i = fidelity.route %cast softmax(all) {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  return %w, %i : tensor<?x2xf32>, tensor<?x2xi32>
}

// Too few experts are the run time's to report, if the op is reached.
// CHECK-LABEL: func.func @route_cast_too_few(
// CHECK-SAME: %[[L:[^:]*]]: tensor<4x1xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[L]] : tensor<4x1xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[WEIGHTS:.*]], %[[INDICES:.*]] = fidelity.route %[[CAST]] {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
// CHECK-NEXT: return %[[INDICES]] : tensor<?x2xi32>
func.func @route_cast_too_few(%l: tensor<4x1xf32>) -> tensor<?x2xi32> {
  %cast = tensor.cast %l : tensor<4x1xf32> to tensor<?x?xf32>
  %w, %i = fidelity.route %cast {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  return %i : tensor<?x2xi32>
}

// CHECK-LABEL: func.func @route_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0> : tensor<0x2xi32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<0x2xf32>, tensor<0x2xi32>
func.func @route_empty(%l: tensor<0x4xf32>) -> (tensor<0x2xf32>, tensor<0x2xi32>) {
  %0:2 = fidelity.route %l {top_k = 2 : i64} : (tensor<0x4xf32>) -> (tensor<0x2xf32>, tensor<0x2xi32>)
  return %0#0, %0#1 : tensor<0x2xf32>, tensor<0x2xi32>
}

// CHECK-LABEL: func.func @dispatch_cast(
// CHECK-SAME: %[[T:[^:]*]]: tensor<5x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?x2xi32>
// CHECK-SAME: %[[C:[^:]*]]: index
// CHECK-NEXT: %[[DISPATCHED:.*]], %[[POSITIONS:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C]] {experts = 8 : i64} : (tensor<5x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<5x2xi32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[DISPATCHED]] : tensor<8x?x4xf32> to tensor<8x?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[POSITIONS]] : tensor<5x2xi32> to tensor<?x2xi32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<8x?x?xf32>, tensor<?x2xi32>
func.func @dispatch_cast(%t: tensor<5x4xf32>, %i: tensor<?x2xi32>, %c: index) -> (tensor<8x?x?xf32>, tensor<?x2xi32>) {
  %cast = tensor.cast %t : tensor<5x4xf32> to tensor<?x?xf32>
  %x, %p = fidelity.dispatch %cast, %i capacity %c {experts = 8 : i64} : (tensor<?x?xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x?xf32>, tensor<?x2xi32>)
  return %x, %p : tensor<8x?x?xf32>, tensor<?x2xi32>
}

// CHECK-LABEL: func.func @dispatch_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<8x0x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0> : tensor<0x2xi32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<8x0x4xf32>, tensor<0x2xi32>
func.func @dispatch_empty(%t: tensor<0x4xf32>, %i: tensor<0x2xi32>) -> (tensor<8x0x4xf32>, tensor<0x2xi32>) {
  %c = arith.constant 0 : index
  %0:2 = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<0x4xf32>, tensor<0x2xi32>, index) -> (tensor<8x0x4xf32>, tensor<0x2xi32>)
  return %0#0, %0#1 : tensor<8x0x4xf32>, tensor<0x2xi32>
}

// CHECK-LABEL: func.func @combine_cast(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<8x3x4xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x2xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<5x2xi32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.combine %[[Y]], %[[W]], %[[I]], %[[I]] {layer = 1 : i64} : (tensor<8x3x4xf32>, tensor<?x2xf32>, tensor<5x2xi32>, tensor<5x2xi32>) -> tensor<5x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<5x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @combine_cast(%y: tensor<8x3x4xf32>, %w: tensor<?x2xf32>, %i: tensor<5x2xi32>) -> tensor<?x?xf32> {
  %y_cast = tensor.cast %y : tensor<8x3x4xf32> to tensor<?x?x?xf32>
  %i_cast = tensor.cast %i : tensor<5x2xi32> to tensor<?x2xi32>
  %t = fidelity.combine %y_cast, %w, %i_cast, %i_cast {layer = 1 : i64} : (tensor<?x?x?xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x?xf32>
  return %t : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @combine_cast_disagrees(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<8x3x4xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<6x2xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<5x2xi32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[I]] : tensor<5x2xi32> to tensor<?x2xi32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.combine %[[Y]], %[[W]], %[[CAST]], %[[CAST]] : (tensor<8x3x4xf32>, tensor<6x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @combine_cast_disagrees(%y: tensor<8x3x4xf32>, %w: tensor<6x2xf32>, %i: tensor<5x2xi32>) -> tensor<?x4xf32> {
  %i_cast = tensor.cast %i : tensor<5x2xi32> to tensor<?x2xi32>
  %t = fidelity.combine %y, %w, %i_cast, %i_cast : (tensor<8x3x4xf32>, tensor<6x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
  return %t : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @combine_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0x4xf32>
func.func @combine_empty(%y: tensor<8x3x4xf32>, %w: tensor<0x2xf32>, %i: tensor<0x2xi32>) -> tensor<0x4xf32> {
  %0 = fidelity.combine %y, %w, %i, %i : (tensor<8x3x4xf32>, tensor<0x2xf32>, tensor<0x2xi32>, tensor<0x2xi32>) -> tensor<0x4xf32>
  return %0 : tensor<0x4xf32>
}
