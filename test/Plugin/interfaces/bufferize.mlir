// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --eliminate-empty-tensors \
// RUN:   --one-shot-bufferize='bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map' %s \
// RUN:   | FileCheck %s

// The op in destination style in the stock mlir-opt's bufferisation. Its form on
// memrefs has no result.

// An init that nobody reads afterwards is updated in place.
// CHECK-LABEL: func.func @in_place(
// CHECK-SAME:    %[[X:.*]]: memref<?xf32>, %[[W:.*]]: memref<?x?xi8>, %[[INIT:.*]]: memref<?xf32>)
// CHECK-NEXT:    fidelity.ternary_accumulate %[[X]], %[[W]], %[[INIT]] : (memref<?xf32>, memref<?x?xi8>, memref<?xf32>) -> ()
// CHECK-NEXT:    return %[[INIT]]
func.func @in_place(%x: tensor<?xf32>, %w: tensor<?x?xi8>, %init: tensor<?xf32>) -> tensor<?xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// An argument that the function may not write to is copied.
// CHECK-LABEL: func.func @read_only(
// CHECK-SAME:    %[[INIT:[a-z0-9]*]]: memref<3xf32>) ->
// CHECK-NEXT:    %[[NEW:.*]] = memref.alloc()
// CHECK-NEXT:    memref.copy %[[INIT]], %[[NEW]]
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[NEW]]
// CHECK-NEXT:    return %[[NEW]]
func.func @read_only(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %init: tensor<3xf32> {bufferization.writable = false}) -> tensor<3xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// And so is an init that is read afterwards.
// CHECK-LABEL: func.func @conflict(
// CHECK-SAME:    %[[INIT:[a-z0-9]*]]: memref<3xf32>) ->
// CHECK-NEXT:    %[[NEW:.*]] = memref.alloc()
// CHECK-NEXT:    memref.copy %[[INIT]], %[[NEW]]
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[NEW]]
// CHECK-NEXT:    return %[[NEW]], %[[INIT]]
func.func @conflict(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %init: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  return %y, %init : tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @twice(
// CHECK-SAME:    %[[INIT:[a-z0-9]*]]: memref<3xf32>) ->
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[INIT]]
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[INIT]]
// CHECK-NEXT:    return %[[INIT]]
func.func @twice(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %init: tensor<3xf32>) -> tensor<3xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  %z = fidelity.ternary_accumulate %x, %w, %y : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  return %z : tensor<3xf32>
}

// An init that is x too: x is read after the first element is written.
// CHECK-LABEL: func.func @self(
// CHECK-SAME:    %[[X:.*]]: memref<4xf32>, %[[W:.*]]: memref<4x4xi8>)
// CHECK:         memref.copy %[[X]], %[[NEW:.*]] :
// CHECK-NEXT:    fidelity.ternary_accumulate %[[X]], %[[W]], %[[NEW]]
// CHECK-NEXT:    return %[[NEW]]
func.func @self(%x: tensor<4xf32>, %w: tensor<4x4xi8>) -> tensor<4xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %x : (tensor<4xf32>, tensor<4x4xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// CHECK-LABEL: func.func @constant(
// CHECK:         %[[GLOBAL:.*]] = memref.get_global
// CHECK:         memref.copy %[[GLOBAL]], %[[NEW:.*]] :
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[NEW]]
func.func @constant(%x: tensor<4xf32>, %w: tensor<3x4xi8>) -> tensor<3xf32> {
  %init = arith.constant dense<1.0> : tensor<3xf32>
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// A call does not copy what its function updates in place.
// CHECK-LABEL: func.func private @callee(
// CHECK-SAME:    %[[INIT:[a-z0-9]*]]: memref<3xf32>) ->
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[INIT]]
// CHECK-NEXT:    return %[[INIT]]
func.func private @callee(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %init: tensor<3xf32>) -> tensor<3xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @caller(
// CHECK-NOT:     memref.
// CHECK:         call @callee
func.func @caller(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %init: tensor<3xf32>) -> tensor<3xf32> {
  %y = call @callee(%x, %w, %init) : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// A slice is a view.
// CHECK-LABEL: func.func @slice(
// CHECK-NOT:     memref.alloc
// CHECK:         %[[VIEW:.*]] = memref.subview
// CHECK-NEXT:    fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[VIEW]] : (memref<4xf32>, memref<3x4xi8>, memref<3xf32, strided<[1], offset: ?>>) -> ()
func.func @slice(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %all: tensor<8xf32>, %at: index) -> tensor<8xf32> {
  %part = tensor.extract_slice %all[%at] [3] [1] : tensor<8xf32> to tensor<3xf32>
  %y = fidelity.ternary_accumulate %x, %w, %part : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  %r = tensor.insert_slice %y into %all[%at] [3] [1] : tensor<3xf32> into tensor<8xf32>
  return %r : tensor<8xf32>
}

// Through the destination, eliminate-empty-tensors finds where the result goes.
// CHECK-LABEL: func.func @empty(
// CHECK-NOT:     memref.alloc
// CHECK:         %[[VIEW:.*]] = memref.subview
// CHECK:         linalg.fill {{.*}} outs(%[[VIEW]]
// CHECK:         fidelity.ternary_accumulate %{{.*}}, %{{.*}}, %[[VIEW]]
func.func @empty(%x: tensor<4xf32>, %w: tensor<3x4xi8>, %all: tensor<8xf32>, %at: index) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<3xf32>
  %c = arith.constant 0.0 : f32
  %f = linalg.fill ins(%c : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %y = fidelity.ternary_accumulate %x, %w, %f : (tensor<4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<3xf32>
  %r = tensor.insert_slice %y into %all[%at] [3] [1] : tensor<3xf32> into tensor<8xf32>
  return %r : tensor<8xf32>
}
