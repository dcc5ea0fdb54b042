// RUN: fidelity-opt %s --split-input-file --allow-unregistered-dialect --fidelity-cpu-results-in-place | FileCheck %s

// What lies there is not copied; what is known of the other results is kept.
// CHECK-LABEL: func.func @there
// CHECK-SAME: (%[[X:.*]]: memref<4xf32>, %{{.*}}: memref<2x2xf32> {test.key = 2 : i64})
// CHECK-SAME: -> (memref<4xf32> {test.key = 1 : i64})
// CHECK-NOT: memref.copy
// CHECK: return %[[X]] : memref<4xf32>
func.func @there(%x: memref<4xf32>, %state: memref<2x2xf32> {fidelity.aliasing_output = 0, test.key = 2})
    -> (memref<2x2xf32>, memref<4xf32> {test.key = 1}) {
  %flat = memref.collapse_shape %state [[0, 1]] : memref<2x2xf32> into memref<4xf32>
  %same = memref.expand_shape %flat [[0, 1]] output_shape [2, 2] : memref<4xf32> into memref<2x2xf32>
  return %same, %x : memref<2x2xf32>, memref<4xf32>
}

// -----

// Made elsewhere, of sizes that the type does not say.
// CHECK-LABEL: func.func @elsewhere
// CHECK-SAME: (%[[STATE:.*]]: memref<?xf32>
// CHECK: %[[NEXT:.*]] = memref.alloc
// CHECK: %[[SIZE:.*]] = memref.dim %[[NEXT]], %{{.*}} : memref<?xf32>
// CHECK: %[[ROOM:.*]] = memref.dim %[[STATE]], %{{.*}} : memref<?xf32>
// CHECK: %[[SAME:.*]] = arith.cmpi eq, %[[SIZE]], %[[ROOM]]
// CHECK: cf.assert %[[SAME]], "expected result 0 to have the sizes of argument 0, whose memory it is written to"
// CHECK: memref.copy %[[NEXT]], %[[STATE]]
// CHECK: return{{$}}
func.func @elsewhere(%state: memref<?xf32> {fidelity.aliasing_output = 0}, %n: index) -> memref<?xf32> {
  %next = memref.alloc(%n) : memref<?xf32>
  return %next : memref<?xf32>
}

// -----

// Each in the memory of the other one: both are saved before one is written.
// CHECK-LABEL: func.func @crossed
// CHECK-SAME: (%[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>)
// CHECK: %[[B_BEFORE:.*]] = memref.alloc() {alignment = 64 : i64} : memref<4xf32>
// CHECK: memref.copy %[[B]], %[[B_BEFORE]]
// CHECK: %[[A_BEFORE:.*]] = memref.alloc
// CHECK: memref.copy %[[A]], %[[A_BEFORE]]
// CHECK: memref.copy %[[B_BEFORE]], %[[A]]
// CHECK: memref.copy %[[A_BEFORE]], %[[B]]
func.func @crossed(%a: memref<4xf32> {fidelity.aliasing_output = 0}, %b: memref<4xf32> {fidelity.aliasing_output = 1})
    -> (memref<4xf32>, memref<4xf32>) {
  return %b, %a : memref<4xf32>, memref<4xf32>
}

// -----

// What is returned of the state before, and what a call gives that may be it; not what a
// call made itself.
// CHECK-LABEL: func.func @before
// CHECK: %[[NEXT:.*]] = call @made
// CHECK: %[[SAME:.*]] = call @given
// CHECK: %[[COPY:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?xf32>
// CHECK: memref.copy %{{.*}}, %[[COPY]]
// CHECK: %[[COPY_OF_SAME:.*]] = memref.alloc
// CHECK: memref.copy %[[SAME]], %[[COPY_OF_SAME]]
// CHECK: memref.copy %[[NEXT]], %arg0
// CHECK: return %[[COPY]], %[[COPY_OF_SAME]]
func.func @before(%state: memref<?xf32> {fidelity.aliasing_output = 0}) -> (memref<?xf32>, memref<?xf32>, memref<?xf32>) {
  %next = call @made(%state) : (memref<?xf32>) -> memref<?xf32>
  %same = call @given(%state) : (memref<?xf32>) -> memref<?xf32>
  return %next, %state, %same : memref<?xf32>, memref<?xf32>, memref<?xf32>
}

func.func private @made(%x: memref<?xf32>) -> memref<?xf32> {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %y = memref.alloc(%n) : memref<?xf32>
  return %y : memref<?xf32>
}

func.func private @given(%x: memref<?xf32>) -> memref<?xf32> {
  %y = memref.alloc() : memref<4xf32>
  %cast = memref.cast %y : memref<4xf32> to memref<?xf32>
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %is_empty = arith.cmpi eq, %n, %c0 : index
  %either = arith.select %is_empty, %cast, %x : memref<?xf32>
  return %either : memref<?xf32>
}

// -----

// What a call gives back of memory that is for a result is that memory; not where a call
// gives it something else.
// CHECK-LABEL: func.func @layers
// CHECK-SAME: (%[[X:.*]]: memref<4xf32>, %[[CACHE:.*]]: memref<8xf32>, %[[OTHER:.*]]: memref<8xf32>)
// CHECK-SAME: -> memref<4xf32>
// CHECK: %[[Y:.*]] = call @layer(%[[X]], %[[CACHE]]) : (memref<4xf32>, memref<8xf32>) -> memref<4xf32>
// CHECK: %[[Z:.*]] = call @layer(%[[Y]], %[[OTHER]]) : (memref<4xf32>, memref<8xf32>) -> memref<4xf32>
// CHECK: %[[GIVEN:.*]] = call @kept(%[[OTHER]])
// CHECK: call @kept(%{{.*}})
// CHECK-NOT: memref.copy
// CHECK: return %[[Z]] : memref<4xf32>
func.func @layers(%x: memref<4xf32>, %cache: memref<8xf32> {fidelity.aliasing_output = 1},
    %other: memref<8xf32> {fidelity.aliasing_output = 2})
    -> (memref<4xf32>, memref<8xf32>, memref<8xf32>) {
  %y:2 = call @layer(%x, %cache) : (memref<4xf32>, memref<8xf32>) -> (memref<4xf32>, memref<8xf32>)
  %z:2 = call @layer(%y#0, %other) : (memref<4xf32>, memref<8xf32>) -> (memref<4xf32>, memref<8xf32>)
  %given = call @kept(%other) : (memref<8xf32>) -> memref<8xf32>
  %room = memref.alloc() : memref<8xf32>
  %another = call @kept(%room) : (memref<8xf32>) -> memref<8xf32>
  return %z#0, %y#1, %z#1 : memref<4xf32>, memref<8xf32>, memref<8xf32>
}

// CHECK: func.func private @layer(%{{.*}}: memref<4xf32>, %{{.*}}: memref<8xf32>) -> memref<4xf32>
func.func private @layer(%x: memref<4xf32>, %cache: memref<8xf32>) -> (memref<4xf32>, memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %first = memref.load %x[%c0] : memref<4xf32>
  memref.store %first, %cache[%c0] : memref<8xf32>
  %y = memref.alloc() : memref<4xf32>
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  return %y, %cache : memref<4xf32>, memref<8xf32>
}

// CHECK: func.func private @kept(%[[GIVEN:.*]]: memref<8xf32>) -> memref<8xf32>
func.func private @kept(%x: memref<8xf32>) -> memref<8xf32> {
  return %x : memref<8xf32>
}
