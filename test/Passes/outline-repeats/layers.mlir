// Layers that differ in constants are one function.

// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 | FileCheck %s
// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 -o %t.once
// RUN: fidelity-opt %t.once -fidelity-outline-repeats=least=1 | diff %t.once -
// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 -inline -canonicalize | FileCheck %s --check-prefix=INLINE
// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 -mlir-print-debuginfo | FileCheck %s --check-prefix=WHERE
// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 -o /dev/null \
// RUN:   -remarks-filter=fidelity-outline-repeats 2>&1 | FileCheck %s --check-prefix=SAYS

// SAYS: layers.mlir:[[#@LINE+20]]:9: remark: [Passed] outlined | Category:fidelity-outline-repeats | {{.*}}Remark="5 ops that occur 3 times are @model_repeat0"

// What is the same in all is in the function, even the first of two weights that are
// equal in some layers only; what differs is an argument as it is stored.

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
!back = tensor<8x4xi8, #fidelity.tensor<storage = packed2>>
// CHECK-LABEL: func.func @model(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>) -> tensor<?x8xf32> {
// CHECK-NEXT:    %[[W0:.*]] = arith.constant dense<1> : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT:    %[[Y0:.*]] = call @model_repeat0(%[[X]], %[[W0]]) : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xf32>
// CHECK-NEXT:    %[[W1:.*]] = arith.constant dense<-1> : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT:    %[[Y1:.*]] = call @model_repeat0(%[[Y0]], %[[W1]])
// CHECK-NEXT:    %[[W2:.*]] = arith.constant dense<0> : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT:    %[[Y2:.*]] = call @model_repeat0(%[[Y1]], %[[W2]])
// CHECK-NEXT:    return %[[Y2]]
func.func @model(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %w0 = arith.constant dense<1> : !packed
  %v0 = arith.constant dense<-1> : !back
  %n0 = fidelity.rms_norm %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %a0 = fidelity.ternary_linear %n0, %w0 scale %s : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %b0 = fidelity.silu %a0 : tensor<?x4xf32>
  %c0 = fidelity.ternary_linear %b0, %v0 scale %s : (tensor<?x4xf32>, !back, tensor<f32>) -> tensor<?x8xf32>
  %y0 = fidelity.add %x, %c0 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %w1 = arith.constant dense<-1> : !packed
  %v1 = arith.constant dense<-1> : !back
  %n1 = fidelity.rms_norm %y0 : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %a1 = fidelity.ternary_linear %n1, %w1 scale %s : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %b1 = fidelity.silu %a1 : tensor<?x4xf32>
  %c1 = fidelity.ternary_linear %b1, %v1 scale %s : (tensor<?x4xf32>, !back, tensor<f32>) -> tensor<?x8xf32>
  %y1 = fidelity.add %y0, %c1 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %n2 = fidelity.rms_norm %y1 : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %w2 = arith.constant dense<0> : !packed
  %a2 = fidelity.ternary_linear %n2, %w2 scale %s : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %b2 = fidelity.silu %a2 : tensor<?x4xf32>
  %c2 = fidelity.ternary_linear %b2, %v0 scale %s : (tensor<?x4xf32>, !back, tensor<f32>) -> tensor<?x8xf32>
  %y2 = fidelity.add %y1, %c2 : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y2 : tensor<?x8xf32>
}

// CHECK:       func.func private @model_repeat0(
// CHECK-SAME:    %[[A:.*]]: tensor<?x8xf32>, %[[W:.*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xf32> attributes {no_inline} {
// CHECK-NEXT:    %[[N:.*]] = fidelity.rms_norm %[[A]]
// CHECK-NEXT:    %[[S:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT:    %[[L:.*]] = fidelity.ternary_linear %[[N]], %[[W]] scale %[[S]]
// CHECK-NEXT:    %[[B:.*]] = fidelity.silu %[[L]]
// CHECK-NEXT:    %[[V:.*]] = arith.constant dense<-1> : tensor<8x4xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT:    %[[C:.*]] = fidelity.ternary_linear %[[B]], %[[V]] scale %[[S]]
// CHECK-NEXT:    %[[Y:.*]] = fidelity.add %[[A]], %[[C]]
// CHECK-NEXT:    return %[[Y]]

// INLINE-COUNT-3: call @model_repeat0(

// An op in the function is from all of its places.
// WHERE-DAG:   #[[B0:loc.*]] = loc("{{.*}}layers.mlir":33:9)
// WHERE-DAG:   #[[B1:loc.*]] = loc("{{.*}}layers.mlir":40:9)
// WHERE-DAG:   #[[B2:loc.*]] = loc("{{.*}}layers.mlir":46:9)
// WHERE:       func.func private @model_repeat0(
// WHERE:         fidelity.silu {{.*}} loc(#[[SILU:.*]])
// WHERE:       #[[SILU]] = loc(fused[#[[B0]], #[[B1]], #[[B2]]])
