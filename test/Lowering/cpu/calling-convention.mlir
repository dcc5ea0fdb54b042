// RUN: fidelity-opt %s --split-input-file --fidelity-cpu-calling-convention | FileCheck %s

// A public function has a C interface and leaves its arguments alone.
// CHECK-LABEL: func.func @public
// CHECK-SAME: (%{{.*}}: tensor<4xf32> {bufferization.writable = false}, %{{.*}}: index)
// CHECK-SAME: attributes {llvm.emit_c_interface}
func.func @public(%x: tensor<4xf32>, %i: index) -> tensor<4xf32> {
  %y = math.exp %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// A private one is nobody else's, and may reuse the buffers it gets.
// CHECK-LABEL: func.func private @private
// CHECK-SAME: (%{{.*}}: tensor<4xf32>) -> tensor<4xf32>
// CHECK-SAME: attributes {llvm.linkage = #llvm.linkage<internal>}
func.func private @private(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// A declaration stays as it is.
// CHECK: func.func private @elsewhere(tensor<4xf32>){{$}}
func.func private @elsewhere(tensor<4xf32>)

// -----

// CHECK-LABEL: func.func @twice
// CHECK: %[[Y:.*]] = math.exp
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[Y]]) : tensor<4xf32>
// CHECK: return %[[Y]], %[[COPY]]
func.func @twice(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %y = math.exp %x : tensor<4xf32>
  return %y, %y : tensor<4xf32>, tensor<4xf32>
}

// -----

// A view of another result, through a reshape and a slice.
// CHECK-LABEL: func.func @view
// CHECK: %[[Y:.*]] = math.exp
// CHECK: %[[SLICE:.*]] = tensor.extract_slice
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[SLICE]]) : tensor<1x2xf32>
// CHECK: return %[[Y]], %{{.*}}, %[[COPY]] : tensor<4xf32>, index, tensor<1x2xf32>
func.func @view(%x: tensor<4xf32>, %i: index) -> (tensor<4xf32>, index, tensor<1x2xf32>) {
  %y = math.exp %x : tensor<4xf32>
  %z = tensor.expand_shape %y [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  %s = tensor.extract_slice %z[1, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
  return %y, %i, %s : tensor<4xf32>, index, tensor<1x2xf32>
}

// -----

// A part of another result: it may be computed in its place.
// CHECK-LABEL: func.func @part
// CHECK: %[[PART:.*]] = math.exp
// CHECK: %[[WHOLE:.*]] = tensor.insert_slice %[[PART]]
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[PART]]) : tensor<4xf32>
// CHECK: return %[[WHOLE]], %[[COPY]]
func.func @part(%x: tensor<4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>) {
  %y = math.exp %x : tensor<4xf32>
  %e = tensor.empty() : tensor<1x4xf32>
  %z = tensor.insert_slice %y into %e[0, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<1x4xf32>
  return %z, %y : tensor<1x4xf32>, tensor<4xf32>
}

// -----

// Parts beside each other are none of each other.
// CHECK-LABEL: func.func @beside
// CHECK-NOT: alloc_tensor
func.func @beside(%x: tensor<4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %y = math.exp %x : tensor<4xf32>
  %w = math.sqrt %x : tensor<4xf32>
  %e = tensor.empty() : tensor<1x4xf32>
  %z = tensor.insert_slice %y into %e[0, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<1x4xf32>
  %v = tensor.insert_slice %w into %e[0, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<1x4xf32>
  return %z, %v : tensor<1x4xf32>, tensor<1x4xf32>
}

// -----

// What two results may be, by a condition.
// CHECK-LABEL: func.func @choice
// CHECK: %[[IF:.*]] = scf.if
// CHECK: %[[FIRST:.*]] = bufferization.alloc_tensor() copy(%[[IF]])
// CHECK: return %{{.*}}, %[[FIRST]]
func.func @choice(%x: tensor<4xf32>, %c: i1) -> (tensor<4xf32>, tensor<4xf32>) {
  %y = math.exp %x : tensor<4xf32>
  %z = scf.if %c -> tensor<4xf32> {
    scf.yield %y : tensor<4xf32>
  } else {
    %n = math.sqrt %x : tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  }
  return %y, %z : tensor<4xf32>, tensor<4xf32>
}

// -----

// Memory that nothing was written to, which the first result is written to.
// CHECK-LABEL: func.func @unwritten
// CHECK: %[[EMPTY:.*]] = tensor.empty
// CHECK: %[[Y:.*]] = math.exp %[[EMPTY]]
// CHECK: %[[CAST:.*]] = tensor.cast %[[EMPTY]]
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor({{.*}}) copy(%[[CAST]])
// CHECK: return %[[Y]], %[[COPY]]
func.func @unwritten() -> (tensor<0xf32>, tensor<?xf32>) {
  %empty = tensor.empty() : tensor<0xf32>
  %y = math.exp %empty : tensor<0xf32>
  %cast = tensor.cast %empty : tensor<0xf32> to tensor<?xf32>
  return %y, %cast : tensor<0xf32>, tensor<?xf32>
}

// The only result needs no copy.
// CHECK-LABEL: func.func @unwritten_alone
// CHECK-NOT: alloc_tensor
func.func @unwritten_alone() -> tensor<0xf32> {
  %empty = tensor.empty() : tensor<0xf32>
  return %empty : tensor<0xf32>
}

// -----

// A loop that carries two tensors apart needs no copy; nor do results of calls.
// CHECK-LABEL: func.func @apart
// CHECK-NOT: alloc_tensor
func.func @apart(%x: tensor<?x4xf32>, %h: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %empty = tensor.empty(%n) : tensor<?x4xf32>
  %ys, %last = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %empty, %state = %h)
      -> (tensor<?x4xf32>, tensor<4xf32>) {
    %next = math.exp %state : tensor<4xf32>
    %put = tensor.insert_slice %next into %acc[%t, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<?x4xf32>
    scf.yield %put, %next : tensor<?x4xf32>, tensor<4xf32>
  }
  %a = call @callee(%h) : (tensor<4xf32>) -> tensor<4xf32>
  %b = call @callee(%h) : (tensor<4xf32>) -> tensor<4xf32>
  return %ys, %last, %a, %b : tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

func.func private @callee(tensor<4xf32>) -> tensor<4xf32>

// -----

// A loop that swaps what it carries ends with either in either place.
// CHECK-LABEL: func.func @swap
// CHECK: %[[LOOP:.*]]:2 = scf.for
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[LOOP]]#1)
// CHECK: return %[[LOOP]]#0, %[[COPY]]
func.func @swap(%x: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = math.exp %x : tensor<4xf32>
  %b = math.sqrt %x : tensor<4xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%p = %a, %q = %b) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.yield %q, %p : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// A slice that is returned or passed: by its dynamic sizes bufferisation would
// take it for contiguous.
// CHECK-LABEL: func.func @parts
// CHECK: %[[COLUMN:.*]] = tensor.extract_slice
// CHECK: %[[PASSED:.*]] = bufferization.alloc_tensor() copy(%[[COLUMN]])
// CHECK: %[[RESULT:.*]] = call @callee(%arg1, %[[PASSED]]) {key = 1 : i64} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK: %[[RETURNED:.*]] = bufferization.alloc_tensor() copy(%[[COLUMN]])
// CHECK: return %[[RETURNED]], %[[RESULT]]
func.func @parts(%x: tensor<?x?xf32>, %y: tensor<?xf32>, %n: index) -> (tensor<?xf32>, tensor<?xf32>) {
  %s = tensor.extract_slice %x[0, 1] [%n, 1] [1, 1] : tensor<?x?xf32> to tensor<?xf32>
  %r = call @callee(%y, %s) {key = 1} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %s, %r : tensor<?xf32>, tensor<?xf32>
}

func.func private @callee(tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>

// -----

// An argument that a result is written to may be changed.
// CHECK-LABEL: func.func @step
// CHECK-SAME: (%{{.*}}: tensor<4xf32> {bufferization.writable = false},
// CHECK-SAME: %{{.*}}: tensor<2x4xf32> {bufferization.writable = true, fidelity.aliasing_output = 0 : i64})
func.func @step(%x: tensor<4xf32>, %state: tensor<2x4xf32> {fidelity.aliasing_output = 0})
    -> (tensor<2x4xf32>, tensor<4xf32>) {
  %next = math.exp %state : tensor<2x4xf32>
  return %next, %x : tensor<2x4xf32>, tensor<4xf32>
}

// -----

// What threads write to has a buffer of its own, and nothing is copied; the same memory twice
// is.
// CHECK-LABEL: func.func @threads
// CHECK:         %[[R:.*]]:3 = scf.forall
// CHECK:         %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[R]]#2) : tensor<4xf32>
// CHECK-NEXT:    return %[[R]]#0, %[[R]]#1, %[[COPY]] :
func.func @threads(%x: tensor<4xf32>, %z: tensor<8xf32>) -> (tensor<4xf32>, tensor<8xf32>, tensor<4xf32>) {
  %y = math.exp %x : tensor<4xf32>
  %r:3 = scf.forall (%i) in (2) shared_outs(%a = %y, %b = %z, %c = %y) -> (tensor<4xf32>, tensor<8xf32>, tensor<4xf32>) {
    %two = arith.constant 2 : index
    %at = arith.muli %i, %two : index
    %part = tensor.extract_slice %a[%at] [2] [1] : tensor<4xf32> to tensor<2xf32>
    %new = math.exp %part : tensor<2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %new into %a[%at] [2] [1] : tensor<2xf32> into tensor<4xf32>
      tensor.parallel_insert_slice %new into %b[%at] [2] [1] : tensor<2xf32> into tensor<8xf32>
      tensor.parallel_insert_slice %new into %c[%at] [2] [1] : tensor<2xf32> into tensor<4xf32>
    }
  }
  return %r#0, %r#1, %r#2 : tensor<4xf32>, tensor<8xf32>, tensor<4xf32>
}
