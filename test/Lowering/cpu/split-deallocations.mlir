// What is freed by itself, and what is left to the simplification.

// RUN: fidelity-opt %s -fidelity-cpu-split-deallocations | FileCheck %s
// RUN: fidelity-opt %s -fidelity-cpu-split-deallocations -o %t.once
// RUN: fidelity-opt %t.once -fidelity-cpu-split-deallocations | diff %t.once -

// Of two buffers, the one that lives on is owned. An argument is not.

// CHECK-LABEL: func.func @scratch(
// CHECK:         %[[A:.*]] = memref.alloc()
// CHECK:         %[[B:.*]] = memref.alloc()
// CHECK:         memref.dealloc %[[A]]
// CHECK-NOT:     dealloc
// CHECK-DAG:     %[[FALSE:.*]] = arith.constant false
// CHECK-DAG:     %[[TRUE:.*]] = arith.constant true
// CHECK:         return %[[B]], %[[TRUE]], %[[FALSE]]
func.func @scratch(%x: memref<4xf32>) -> (memref<4xf32>, i1, i1) {
  %true = arith.constant true
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %owned:2 = bufferization.dealloc (%a, %b : memref<4xf32>, memref<4xf32>) if (%true, %true)
    retain (%b, %x : memref<4xf32>, memref<4xf32>)
  return %b, %owned#0, %owned#1 : memref<4xf32>, i1, i1
}

// What a call gives belongs to the caller. A view of it is the same buffer.

// CHECK-LABEL: func.func @calls(
// CHECK:         %[[Y:.*]]:2 = call @two(
// CHECK:         %[[Z:.*]]:2 = call @two(
// CHECK:         %[[BASE:.*]], %{{.*}}, %{{.*}}, %{{.*}} = memref.extract_strided_metadata %[[Y]]#0
// CHECK:         memref.dealloc %[[BASE]] : memref<f32>
// CHECK-NEXT:    memref.dealloc %[[Z]]#0
// CHECK-NOT:     dealloc
// CHECK:         return %[[Y]]#1, %[[Z]]#1
func.func @calls(%x: memref<4xf32>) -> (memref<4xf32>, memref<4xf32>) {
  %true = arith.constant true
  %y:2 = call @two(%x) : (memref<4xf32>) -> (memref<4xf32>, memref<4xf32>)
  %z:2 = call @two(%y#0) : (memref<4xf32>) -> (memref<4xf32>, memref<4xf32>)
  %base, %offset, %size, %stride = memref.extract_strided_metadata %y#0 : memref<4xf32> -> memref<f32>, index, index, index
  %other, %o, %s, %t = memref.extract_strided_metadata %y#1 : memref<4xf32> -> memref<f32>, index, index, index
  %owned:2 = bufferization.dealloc (%base, %other, %z#0, %z#1 : memref<f32>, memref<f32>, memref<4xf32>, memref<4xf32>)
    if (%true, %true, %true, %true) retain (%y#1, %z#1 : memref<4xf32>, memref<4xf32>)
  return %y#1, %z#1 : memref<4xf32>, memref<4xf32>
}
func.func private @two(%x: memref<4xf32>) -> (memref<4xf32>, memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  return %a, %b : memref<4xf32>, memref<4xf32>
}

// A function that gives a buffer twice, one that gives what it got, and one of which
// there is no body.

// CHECK-LABEL: func.func @unknown_calls(
// CHECK-NOT:     memref.dealloc
// CHECK-COUNT-3: bufferization.dealloc
// CHECK-NOT:     memref.dealloc
// CHECK:         return
func.func @unknown_calls(%x: memref<4xf32>) {
  %true = arith.constant true
  %y:2 = call @twice() : () -> (memref<4xf32>, memref<4xf32>)
  bufferization.dealloc (%y#0, %y#1 : memref<4xf32>, memref<4xf32>) if (%true, %true)
  %z = call @back(%x) : (memref<4xf32>) -> memref<4xf32>
  bufferization.dealloc (%z : memref<4xf32>) if (%true)
  %w = call @extern() : () -> memref<4xf32>
  bufferization.dealloc (%w : memref<4xf32>) if (%true)
  return
}
func.func private @twice() -> (memref<4xf32>, memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  return %a, %a : memref<4xf32>, memref<4xf32>
}
func.func private @back(%x: memref<4xf32>) -> memref<4xf32> {
  return %x : memref<4xf32>
}
func.func private @extern() -> memref<4xf32>

// What may be one of several buffers: none is freed before it.

// CHECK-LABEL: func.func @selected(
// CHECK-NOT:     memref.dealloc
// CHECK:         bufferization.dealloc (%{{.*}}, %{{.*}} : memref<4xf32>, memref<4xf32>)
// CHECK:         bufferization.dealloc {{.*}} retain
// CHECK-NOT:     memref.dealloc
// CHECK:         return
func.func @selected(%c: i1) -> memref<4xf32> {
  %true = arith.constant true
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %d = memref.alloc() : memref<4xf32>
  %s = arith.select %c, %a, %b : memref<4xf32>
  bufferization.dealloc (%a, %s : memref<4xf32>, memref<4xf32>) if (%true, %c)
  %owned = bufferization.dealloc (%d : memref<4xf32>) if (%true) retain (%s : memref<4xf32>)
  return %s : memref<4xf32>
}

// What is owned under a condition, or stands in the list twice, stays.

// CHECK-LABEL: func.func @conditions(
// CHECK:         %[[A:.*]] = memref.alloc()
// CHECK:         %[[B:.*]] = memref.alloc()
// CHECK:         %[[D:.*]] = memref.alloc()
// CHECK:         memref.dealloc %[[D]]
// CHECK-NEXT:    bufferization.dealloc (%[[A]], %[[B]], %[[B]] : memref<4xf32>, memref<4xf32>, memref<4xf32>) if (%{{.*}}, %{{.*}}, %{{.*}})
// CHECK-NOT:     dealloc
// CHECK:         return
func.func @conditions(%c: i1) {
  %true = arith.constant true
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %d = memref.alloc() : memref<4xf32>
  bufferization.dealloc (%a, %b, %d, %b : memref<4xf32>, memref<4xf32>, memref<4xf32>, memref<4xf32>)
    if (%c, %true, %true, %true)
  return
}
