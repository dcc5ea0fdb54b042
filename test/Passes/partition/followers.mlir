// Where ops are that name no device.

// RUN: fidelity-opt %s -fidelity-partition | FileCheck %s
// RUN: fidelity-opt %s -fidelity-partition -o %t.once
// RUN: fidelity-opt %t.once -fidelity-partition -o %t.twice
// RUN: diff %t.once %t.twice

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">

// With what they read: %b is gpu0's, though it comes later, and breaks no part.
// CHECK-LABEL: func.func @operands(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[A:.*]]:2 = call @operands_gpu0(%[[X]])
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]]#0 from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[B1:.*]] = fidelity.transfer %[[A]]#1 from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[E:.*]] = call @operands_gpu1(%[[A1]], %[[B1]])
// CHECK-NEXT:    return %[[E]]
func.func @operands(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %c = fidelity.exp %a {fidelity.mapping = #gpu1} : tensor<4xf32>
  %b = fidelity.tanh %a : tensor<4xf32>
  %d = fidelity.sigmoid %c {fidelity.mapping = #gpu1} : tensor<4xf32>
  %e = fidelity.add %b, %d : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %e : tensor<4xf32>
}

// Where they are read first: %t and %u are gpu1's.
// CHECK-LABEL: func.func @users(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[A:.*]] = call @users_gpu0_0(%[[X]])
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]] from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[B:.*]]:2 = call @users_gpu1(%[[Y]], %[[A1]])
// CHECK-NEXT:    %[[T0:.*]] = fidelity.transfer %[[B]]#0 from "gpu1" to "gpu0"
// CHECK-NEXT:    %[[C:.*]] = call @users_gpu0_1(%[[T0]])
// CHECK-NEXT:    return %[[B]]#1, %[[C]]
func.func @users(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %t = fidelity.tanh %y : tensor<4xf32>
  %u = fidelity.relu %t : tensor<4xf32>
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %b = fidelity.add %a, %u {fidelity.mapping = #gpu1} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = fidelity.exp %t {fidelity.mapping = #gpu0} : tensor<4xf32>
  return %b, %c : tensor<4xf32>, tensor<4xf32>
}

// With the caller: what no device reads, sizes and slices of what it has.
// CHECK-LABEL: func.func @caller(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?xf32>, %[[W:.*]]: tensor<2x?xf32>)
// CHECK-NEXT:    %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT:    %[[N:.*]] = tensor.dim %[[X]], %[[C0]]
// CHECK-NEXT:    %[[T:.*]] = fidelity.tanh %[[X]]
// CHECK-NEXT:    %[[V:.*]] = tensor.extract_slice %[[W]][0, 0] [1, %[[N]]]
// CHECK-NEXT:    %[[U:.*]] = tensor.extract_slice %[[W]][1, 0] [1, %[[N]]]
// CHECK-NEXT:    %[[A:.*]] = call @caller_gpu0(%[[X]], %[[V]])
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]] from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[B:.*]] = call @caller_gpu1(%[[A1]], %[[U]])
// CHECK-NEXT:    return %[[B]], %[[T]]
func.func @caller(%x: tensor<?xf32>, %w: tensor<2x?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %t = fidelity.tanh %x : tensor<?xf32>
  %v = tensor.extract_slice %w[0, 0] [1, %n] [1, 1] : tensor<2x?xf32> to tensor<?xf32>
  %u = tensor.extract_slice %w[1, 0] [1, %n] [1, 1] : tensor<2x?xf32> to tensor<?xf32>
  %a = fidelity.add %x, %v {fidelity.mapping = #gpu0} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %b = fidelity.add %a, %u {fidelity.mapping = #gpu1} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %b, %t : tensor<?xf32>, tensor<?xf32>
}

// In each part: constants and destinations, whose sizes are passed.
// CHECK-LABEL: func.func @copied(
// CHECK-SAME:    %[[X:.*]]: tensor<?xf32>)
// CHECK:         %[[N:.*]] = tensor.dim %[[X]]
// CHECK-NEXT:    %[[A:.*]] = call @copied_gpu0(%[[N]], %[[X]]) : (index, tensor<?xf32>)
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]] from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[B:.*]] = call @copied_gpu1(%[[N]], %[[A1]]) : (index, tensor<?xf32>)
// CHECK-NEXT:    return %[[B]]
func.func @copied(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %a = linalg.negf {fidelity.mapping = #gpu0} ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %b = linalg.exp {fidelity.mapping = #gpu1} ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %b : tensor<?xf32>
}

// A scalar that a device makes is passed on.
// CHECK-LABEL: func.func @scalar(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?xf32>, %[[I:.*]]: index)
// CHECK-NEXT:    %[[S:.*]] = call @scalar_gpu0(%[[X]], %[[I]]) : (tensor<?xf32>, index) -> f32
// CHECK-NEXT:    %[[X1:.*]] = fidelity.transfer %[[X]] from "gpu0" to "gpu1"
// CHECK-NEXT:    call @scalar_gpu1(%[[S]], %[[X1]]) : (f32, tensor<?xf32>)
func.func @scalar(%x: tensor<?xf32>, %i: index) -> tensor<?xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  %s = tensor.extract %a[%i] : tensor<?xf32>
  %f = linalg.fill {fidelity.mapping = #gpu1} ins(%s : f32) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  return %f : tensor<?xf32>
}

// An op with a region is computed as a whole, with what it reads from outside.
// CHECK-LABEL: func.func @region(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xf32>, %[[N:.*]]: index)
// CHECK-NEXT:    %[[A:.*]] = call @region_gpu0(%[[X]])
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]] from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[X1:.*]] = fidelity.transfer %[[X]] from "gpu0" to "gpu1"
// CHECK-NEXT:    call @region_gpu1(%[[A1]], %[[N]], %[[X1]])
func.func @region(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> (tensor<4xf32>) {
    %b = fidelity.add %s, %a {fidelity.mapping = #gpu1} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    scf.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// What has effects keeps its place: the check of a part's value is in it, the call
// is the caller's, between the parts.
// CHECK-LABEL: func.func @effects(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xf32>, %[[I:.*]]: index)
// CHECK-NEXT:    %[[A:.*]] = call @effects_gpu0_0(%[[X]], %[[I]]) : (tensor<4xf32>, index) -> tensor<4xf32>
// CHECK-NEXT:    call @tell(%[[A]])
// CHECK-NEXT:    %[[B:.*]] = call @effects_gpu0_1(%[[A]])
// CHECK-NEXT:    return %[[B]]
func.func private @tell(%x: tensor<4xf32>) {
  return
}
func.func @effects(%x: tensor<4xf32>, %i: index) -> tensor<4xf32> {
  %c0 = arith.constant 0.0 : f32
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %s = tensor.extract %a[%i] : tensor<4xf32>
  %ok = arith.cmpf oge, %s, %c0 : f32
  cf.assert %ok, "expected a positive number"
  call @tell(%a) : (tensor<4xf32>) -> ()
  %b = fidelity.exp %a {fidelity.mapping = #gpu0} : tensor<4xf32>
  return %b : tensor<4xf32>
}

// CHECK:       func.func private @operands_gpu0(
// CHECK-NEXT:    fidelity.silu
// CHECK-NEXT:    fidelity.tanh
// CHECK-NEXT:    return
// CHECK:       func.func private @operands_gpu1(
// CHECK-NEXT:    fidelity.exp
// CHECK-NEXT:    fidelity.sigmoid
// CHECK-NEXT:    fidelity.add
// CHECK-NEXT:    return
// CHECK:       func.func private @users_gpu1(
// CHECK-NEXT:    fidelity.tanh
// CHECK-NEXT:    fidelity.relu
// CHECK-NEXT:    fidelity.add
// CHECK:       func.func private @copied_gpu1(%[[N:[^:]*]]: index, %[[A:.*]]: tensor<?xf32>)
// CHECK-NEXT:    %[[E:.*]] = tensor.empty(%[[N]])
// CHECK-NEXT:    linalg.exp {{.*}} ins(%[[A]] : tensor<?xf32>) outs(%[[E]] : tensor<?xf32>)
// CHECK:       func.func private @region_gpu1(
// CHECK-NEXT:    arith.constant 0 : index
// CHECK-NEXT:    arith.constant 1 : index
// CHECK-NEXT:    scf.for
// CHECK:       func.func private @effects_gpu0_0(
// CHECK:         cf.assert
