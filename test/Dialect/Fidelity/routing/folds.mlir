// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// CHECK-LABEL: func.func @route_f1(
// CHECK-SAME: %[[L:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[WEIGHTS:.*]], %[[INDICES:.*]] = fidelity.route %[[L]] {top_k = 4 : i64} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>)
// CHECK-NEXT: return %[[WEIGHTS]], %[[INDICES]] : tensor<?x4xf32>, tensor<?x4xi32>
func.func @route_f1(%l: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>) {
  %w, %i = fidelity.route %l softmax(all) {top_k = 4 : i64} : (tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>)
  return %w, %i : tensor<?x4xf32>, tensor<?x4xi32>
}

// CHECK-LABEL: func.func @route_f1_stays(
// CHECK-SAME: %[[L:[^:]*]]: tensor<?x5xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[WEIGHTS:.*]], %[[INDICES:.*]] = fidelity.route %[[L]] softmax(all) {top_k = 4 : i64} : (tensor<?x5xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>)
// CHECK-NEXT: %[[WEIGHTS_0:.*]], %[[INDICES_1:.*]] = fidelity.route %[[M]] softmax(all) {top_k = 4 : i64} : (tensor<?x?xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>)
// CHECK-NEXT: return %[[WEIGHTS]], %[[WEIGHTS_0]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @route_f1_stays(%l: tensor<?x5xf32>, %m: tensor<?x?xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %w, %i = fidelity.route %l softmax(all) {top_k = 4 : i64} : (tensor<?x5xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>)
  %v, %j = fidelity.route %m softmax(all) {top_k = 4 : i64} : (tensor<?x?xf32>) -> (tensor<?x4xf32>, tensor<?x4xi32>)
  return %w, %v : tensor<?x4xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: func.func @dispatch_f1(
// CHECK-SAME: %[[T:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?x2xi32>
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: %[[DISPATCHED:.*]], %[[POSITIONS:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C3]] {experts = 8 : i64, layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x3x4xf32>, tensor<?x2xi32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[DISPATCHED]] : tensor<8x3x4xf32> to tensor<8x?x4xf32>
// CHECK-NEXT: return %[[CAST]], %[[POSITIONS]] : tensor<8x?x4xf32>, tensor<?x2xi32>
func.func @dispatch_f1(%t: tensor<?x4xf32>, %i: tensor<?x2xi32>) -> (tensor<8x?x4xf32>, tensor<?x2xi32>) {
  %c = arith.constant 3 : index
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64, layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<?x2xi32>)
  return %x, %p : tensor<8x?x4xf32>, tensor<?x2xi32>
}

// A negative capacity is an error at run time, as is another than the type says.
// CHECK-LABEL: func.func @dispatch_f1_stays(
// CHECK-SAME: %[[T:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?x2xi32>
// CHECK-SAME: %[[C:[^:]*]]: index
// CHECK-NEXT: %[[C_1:.*]] = arith.constant -1 : index
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: %[[DISPATCHED:.*]], %[[POSITIONS:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C]] {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<?x2xi32>)
// CHECK-NEXT: %[[DISPATCHED_0:.*]], %[[POSITIONS_1:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C_1]] {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<?x2xi32>)
// CHECK-NEXT: %[[DISPATCHED_2:.*]], %[[POSITIONS_3:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C3]] {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x2x4xf32>, tensor<?x2xi32>)
// CHECK-NEXT: return %[[DISPATCHED]], %[[DISPATCHED_0]], %[[DISPATCHED_2]] : tensor<8x?x4xf32>, tensor<8x?x4xf32>, tensor<8x2x4xf32>
func.func @dispatch_f1_stays(%t: tensor<?x4xf32>, %i: tensor<?x2xi32>, %c: index) -> (tensor<8x?x4xf32>, tensor<8x?x4xf32>, tensor<8x2x4xf32>) {
  %negative = arith.constant -1 : index
  %three = arith.constant 3 : index
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<?x2xi32>)
  %y, %q = fidelity.dispatch %t, %i capacity %negative {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<?x2xi32>)
  %z, %r = fidelity.dispatch %t, %i capacity %three {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x2x4xf32>, tensor<?x2xi32>)
  return %x, %y, %z : tensor<8x?x4xf32>, tensor<8x?x4xf32>, tensor<8x2x4xf32>
}

// Without tokens, and without choices.
// CHECK-LABEL: func.func @dispatch_f2(
// CHECK-SAME: %[[U:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<8x3x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0> : tensor<0x2xi32>
// CHECK-NEXT: %[[C0_I32:.*]] = arith.constant 0 : i32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[U]], %[[C0]] : tensor<?x4xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[C0_I32]][%[[DIM]]] : tensor<?x0xi32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST]], %[[SPLAT]] : tensor<8x3x4xf32>, tensor<0x2xi32>, tensor<8x3x4xf32>, tensor<?x0xi32>
func.func @dispatch_f2(%t: tensor<0x4xf32>, %i: tensor<0x2xi32>, %u: tensor<?x4xf32>, %k: tensor<?x0xi32>) -> (tensor<8x3x4xf32>, tensor<0x2xi32>, tensor<8x3x4xf32>, tensor<?x0xi32>) {
  %c = arith.constant 3 : index
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<0x4xf32>, tensor<0x2xi32>, index) -> (tensor<8x3x4xf32>, tensor<0x2xi32>)
  %y, %q = fidelity.dispatch %u, %k capacity %c {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x0xi32>, index) -> (tensor<8x3x4xf32>, tensor<?x0xi32>)
  return %x, %p, %y, %q : tensor<8x3x4xf32>, tensor<0x2xi32>, tensor<8x3x4xf32>, tensor<?x0xi32>
}

// A capacity that the run time may refuse.
// CHECK-LABEL: func.func @dispatch_f2_stays(
// CHECK-SAME: %[[T:[^:]*]]: tensor<0x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<0x2xi32>
// CHECK-SAME: %[[C:[^:]*]]: index
// CHECK-SAME: %[[U:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[K:[^:]*]]: tensor<?x2xi32>
// CHECK-NEXT: %[[C3:.*]] = arith.constant 3 : index
// CHECK-NEXT: %[[DISPATCHED:.*]], %[[POSITIONS:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C]] {experts = 8 : i64} : (tensor<0x4xf32>, tensor<0x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<0x2xi32>)
// CHECK-NEXT: %[[DISPATCHED_0:.*]], %[[POSITIONS_1:.*]] = fidelity.dispatch %[[U]], %[[K]] capacity %[[C3]] {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x3x4xf32>, tensor<?x2xi32>)
// CHECK-NEXT: return %[[DISPATCHED]], %[[DISPATCHED_0]] : tensor<8x?x4xf32>, tensor<8x3x4xf32>
func.func @dispatch_f2_stays(%t: tensor<0x4xf32>, %i: tensor<0x2xi32>, %c: index, %u: tensor<?x4xf32>, %k: tensor<?x2xi32>) -> (tensor<8x?x4xf32>, tensor<8x3x4xf32>) {
  %three = arith.constant 3 : index
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<0x4xf32>, tensor<0x2xi32>, index) -> (tensor<8x?x4xf32>, tensor<0x2xi32>)
  %y, %q = fidelity.dispatch %u, %k capacity %three {experts = 8 : i64} : (tensor<?x4xf32>, tensor<?x2xi32>, index) -> (tensor<8x3x4xf32>, tensor<?x2xi32>)
  return %x, %y : tensor<8x?x4xf32>, tensor<8x3x4xf32>
}

// Without choices, and without slots.
// CHECK-LABEL: func.func @combine_f1(
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x0xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM]]] : tensor<?x4xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[V]], %[[C0]] : tensor<?x2xf32>
// CHECK-NEXT: %[[SPLAT_1:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[SPLAT]], %[[SPLAT_1]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @combine_f1(%y: tensor<8x3x4xf32>, %w: tensor<?x0xf32>, %i: tensor<?x0xi32>, %z: tensor<8x0x4xf32>, %v: tensor<?x2xf32>, %j: tensor<?x2xi32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = fidelity.combine %y, %w, %i, %i : (tensor<8x3x4xf32>, tensor<?x0xf32>, tensor<?x0xi32>, tensor<?x0xi32>) -> tensor<?x4xf32>
  %1 = fidelity.combine %z, %v, %j, %j : (tensor<8x0x4xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: func.func @combine_f1_stays(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<8x3x4xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x2xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?x2xi32>
// CHECK-SAME: %[[Z:[^:]*]]: tensor<8x?x4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.combine %[[Y]], %[[W]], %[[I]], %[[I]] : (tensor<8x3x4xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.combine %[[Z]], %[[W]], %[[I]], %[[I]] : (tensor<8x?x4xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @combine_f1_stays(%y: tensor<8x3x4xf32>, %w: tensor<?x2xf32>, %i: tensor<?x2xi32>, %z: tensor<8x?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = fidelity.combine %y, %w, %i, %i : (tensor<8x3x4xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
  %1 = fidelity.combine %z, %w, %i, %i : (tensor<8x?x4xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
}

// A token comes back as often as it was not dropped, which the run time knows.
// CHECK-LABEL: func.func @combine_f1_stays_of_dispatch(
// CHECK-SAME: %[[T:[^:]*]]: tensor<4x8xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<4x1xi32>
// CHECK-NEXT: %[[C4:.*]] = arith.constant 4 : index
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<4x1xf32>
// CHECK-NEXT: %[[DISPATCHED:.*]], %[[POSITIONS:.*]] = fidelity.dispatch %[[T]], %[[I]] capacity %[[C4]] {experts = 2 : i64} : (tensor<4x8xf32>, tensor<4x1xi32>, index) -> (tensor<2x4x8xf32>, tensor<4x1xi32>)
// CHECK-NEXT: %[[V0:.*]] = fidelity.combine %[[DISPATCHED]], %[[CST]], %[[I]], %[[POSITIONS]] : (tensor<2x4x8xf32>, tensor<4x1xf32>, tensor<4x1xi32>, tensor<4x1xi32>) -> tensor<4x8xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4x8xf32>
func.func @combine_f1_stays_of_dispatch(%t: tensor<4x8xf32>, %i: tensor<4x1xi32>) -> tensor<4x8xf32> {
  %c = arith.constant 4 : index
  %one = arith.constant dense<1.0> : tensor<4x1xf32>
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2 : i64} : (tensor<4x8xf32>, tensor<4x1xi32>, index) -> (tensor<2x4x8xf32>, tensor<4x1xi32>)
  %y = fidelity.combine %x, %one, %i, %p : (tensor<2x4x8xf32>, tensor<4x1xf32>, tensor<4x1xi32>, tensor<4x1xi32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
