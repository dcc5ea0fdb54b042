// Rows are moved as they are, and nothing is allocated in a loop.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse | FileCheck %s
// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   --canonicalize --cse --canonicalize | FileCheck %s --check-prefix=BUFFERS

// A choice takes the place of the one before it.
// CHECK-LABEL: func.func @route(
// CHECK-NOT:     cf.assert
// CHECK:         scf.for {{.*}} iter_args(%[[LOGIT:.*]] = %{{.*}}, %[[EXPERT:.*]] = %{{.*}}, %[[LOGITS:.*]] = %{{.*}}, %[[EXPERTS:.*]] = %{{.*}})
// CHECK:           linalg.generic {{.*}} iterator_types = ["parallel"]} outs(%[[LOGIT]], %[[EXPERT]] :
// CHECK:             scf.for {{.*}} -> (f32, i32)
// CHECK:               tensor.extract
// CHECK:           tensor.insert_slice {{.*}} into %[[LOGITS]]
// CHECK:           tensor.insert_slice {{.*}} into %[[EXPERTS]]
// The sum is over the two that are chosen, whose largest is the first.
// CHECK:         %[[LARGEST:.*]] = tensor.extract_slice %[[CHOSEN:.*]][0, 0]
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[CHOSEN]], %[[LARGEST]] : tensor<?x2xf32>
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}} ins(%[[CHOSEN]], %[[LARGEST]], %[[SUM]] :
// CHECK:           arith.divf
// CHECK:           arith.truncf %{{.*}} : f32 to bf16
// BUFFERS-LABEL: func.func @route(
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         math.exp
func.func @route(%l: tensor<?x8xbf16>) -> (tensor<?x2xbf16>, tensor<?x2xi32>) {
  %w, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<?x8xbf16>) -> (tensor<?x2xbf16>, tensor<?x2xi32>)
  return %w, %i : tensor<?x2xbf16>, tensor<?x2xi32>
}

// CHECK-LABEL: func.func @route_all(
// CHECK-SAME:    %[[L:.*]]: tensor<?x?xf32>)
// CHECK:         cf.assert %{{.*}}, "fidelity.route: expected as many experts as top_k"
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[L]], %{{.*}} : tensor<?x?xf32>
// CHECK:           math.exp
func.func @route_all(%l: tensor<?x?xf32>) -> tensor<?x2xf32> {
  %w, %i = fidelity.route %l softmax(all) {top_k = 2 : i64} : (tensor<?x?xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
  return %w : tensor<?x2xf32>
}

// First choices first: the loop over the choices is the outer one.
// CHECK-LABEL: func.func @dispatch(
// CHECK-SAME:    %[[T:.*]]: tensor<?x256xf32>, %[[I:.*]]: tensor<?x2xi32>, %[[C:.*]]: index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK:         cf.assert %{{.*}}, "fidelity.dispatch: expected indices with a row for each token"
// CHECK:         cf.assert %{{.*}}, "fidelity.dispatch: expected a capacity from 0 to 2147483647"
// CHECK:         scf.for %[[CHOICE:.*]] = %{{.*}} to %[[C2]]
// CHECK:           scf.for %[[TOKEN:.*]] = %{{.*}} to
// CHECK:             %[[NUMBER:.*]] = tensor.extract %[[I]][%[[TOKEN]], %[[CHOICE]]]
// CHECK:             %[[EXPERT:.*]] = arith.index_cast %[[NUMBER]]
// CHECK:             arith.cmpi ult, %[[EXPERT]], %[[C8]]
// CHECK:             scf.if
// CHECK:               %[[SLOT:.*]] = tensor.extract %{{.*}}[%[[EXPERT]]]
// CHECK:               arith.cmpi ult, %[[SLOT]], %[[C]]
// CHECK:               scf.if
// CHECK:                 tensor.extract_slice %[[T]][%[[TOKEN]], 0]
// BUFFERS-LABEL: func.func @dispatch(
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:           memref.copy {{.*}} : memref<1x256xf32, {{.*}}> to memref<1x256xf32
// BUFFERS-NOT:       memref.copy
// BUFFERS:         return
func.func @dispatch(%t: tensor<?x256xf32>, %i: tensor<?x2xi32>, %c: index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>) {
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<?x256xf32>, tensor<?x2xi32>, index) -> (tensor<8x?x256xf32>, tensor<?x2xi32>)
  return %x, %p : tensor<8x?x256xf32>, tensor<?x2xi32>
}

// CHECK-LABEL: func.func @dispatch_typed(
// CHECK:         cf.assert %{{.*}}, "fidelity.dispatch: expected the capacity that the result type says"
func.func @dispatch_typed(%t: tensor<4x2xf32>, %i: tensor<4x1xi32>, %c: index) -> tensor<8x3x2xf32> {
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<4x2xf32>, tensor<4x1xi32>, index) -> (tensor<8x3x2xf32>, tensor<4x1xi32>)
  return %x : tensor<8x3x2xf32>
}

// Without a slot nothing is sent.
// CHECK-LABEL: func.func @dispatch_nothing(
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @dispatch_nothing(%t: tensor<4x2xf32>, %i: tensor<4x1xi32>) -> (tensor<8x?x2xf32>, tensor<4x1xi32>) {
  %c = arith.constant 0 : index
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 8 : i64} : (tensor<4x2xf32>, tensor<4x1xi32>, index) -> (tensor<8x?x2xf32>, tensor<4x1xi32>)
  return %x, %p : tensor<8x?x2xf32>, tensor<4x1xi32>
}

// CHECK-LABEL: func.func @combine(
// CHECK:         cf.assert %{{.*}}, "fidelity.combine: expected indices of the shape of weights"
// CHECK:         cf.assert %{{.*}}, "fidelity.combine: expected positions of the shape of weights"
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             scf.if
// CHECK:               linalg.generic {{.*}} ins(%{{.*}} : tensor<256xf32>) outs(%{{.*}} : tensor<256xf32>)
// CHECK:                 arith.mulf
// CHECK:                 arith.addf
// BUFFERS-LABEL: func.func @combine(
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS-NOT:       memref.copy
// BUFFERS:         return
func.func @combine(%y: tensor<8x?x256xf32>, %w: tensor<?x2xf32>, %i: tensor<?x2xi32>, %p: tensor<?x2xi32>) -> tensor<?x256xf32> {
  %t = fidelity.combine %y, %w, %i, %p : (tensor<8x?x256xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x256xf32>
  return %t : tensor<?x256xf32>
}

// One process has one memory: a transfer is nothing, but for the storage that
// its types have.
// CHECK-LABEL: func.func @transfer(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf16>, %[[W:[^:]*]]: tensor<2x6xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[X]], %[[W]]
func.func @transfer(%x: tensor<?xf16>, %w: tensor<2x6xi8, #fidelity.tensor<storage = packed2>>)
    -> (tensor<?xf16>, tensor<2x6xi8, #fidelity.tensor<storage = packed2>>) {
  %y = fidelity.transfer %x from "a" to "b" : tensor<?xf16>
  %v = fidelity.transfer %w from "a" to "b" : tensor<2x6xi8, #fidelity.tensor<storage = packed2>>
  return %y, %v : tensor<?xf16>, tensor<2x6xi8, #fidelity.tensor<storage = packed2>>
}

// A size that becomes known, between two of 1, of which a slice lacks the second.
// CHECK-LABEL: func.func @route_of_a_batch
// CHECK:         return %{{.*}} : tensor<1x?x1xi32>
func.func @route_of_a_batch(%l: tensor<1x6x3xf32>) -> tensor<1x?x1xi32> {
  %some = tensor.cast %l : tensor<1x6x3xf32> to tensor<1x?x3xf32>
  %w, %i = fidelity.route %some {top_k = 1} : (tensor<1x?x3xf32>) -> (tensor<1x?x1xf32>, tensor<1x?x1xi32>)
  return %i : tensor<1x?x1xi32>
}
