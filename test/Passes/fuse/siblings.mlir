// Layers that read one input as one layer of all rows, and which stay apart.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// A scale of the layer becomes one of each row where it differs; the slices have
// the sizes of what they were.
// REMARK-DAG: [[@LINE+15]]:8: remark: [Passed] sibling | Category:fidelity-fuse | Remark="joined to one layer with what reads the same input"
// CHECK-LABEL: func.func @scales(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[\[}}1, 0, -1, 1], [0, 0, 1, -1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [-1, 0, 0, 1]]> : tensor<6x4xi8>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<[5.000000e-01, 5.000000e-01, 2.500000e-01, 3.000000e+00, 1.000000e+00, 5.000000e-01]> : tensor<6xf32>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %arg0, %[[W]] scale %[[S]] : (tensor<?x4xf32>, tensor<6x4xi8>, tensor<6xf32>) -> tensor<?x6xf32>
// CHECK:         %[[A:.*]] = tensor.extract_slice %[[Y]][0, 0] [%{{.*}}, 2] [1, 1] : tensor<?x6xf32> to tensor<?x2xf32>
// CHECK:         %[[B:.*]] = tensor.extract_slice %[[Y]][0, 2] [%{{.*}}, 3] [1, 1] : tensor<?x6xf32> to tensor<?x3xf32>
// CHECK:         %[[C:.*]] = tensor.extract_slice %[[Y]][0, 5] [%{{.*}}, 1] [1, 1] : tensor<?x6xf32> to tensor<?x1xf32>
// CHECK:         return %[[A]], %[[B]], %[[C]]
func.func @scales(%x: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x3xf32>, tensor<?x1xf32>) {
  %a = arith.constant dense<[[1, 0, -1, 1], [0, 0, 1, -1]]> : tensor<2x4xi8>
  %b = arith.constant dense<1> : tensor<3x4xi8>
  %c = arith.constant dense<[[-1, 0, 0, 1]]> : tensor<1x4xi8>
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<[0.25, 3.0, 1.0]> : tensor<3xf32>
  %y = fidelity.ternary_linear %x, %a scale %s : (tensor<?x4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<?x2xf32>
  %z = fidelity.ternary_linear %x, %b scale %t : (tensor<?x4xf32>, tensor<3x4xi8>, tensor<3xf32>) -> tensor<?x3xf32>
  %u = fidelity.ternary_linear %x, %c scale %s : (tensor<?x4xf32>, tensor<1x4xi8>, tensor<f32>) -> tensor<?x1xf32>
  return %y, %z, %u : tensor<?x2xf32>, tensor<?x3xf32>, tensor<?x1xf32>
}

// One scale for all stays one, constant or not; a splat stays a splat.
// CHECK-LABEL: func.func @one_scale(
// CHECK:         %[[W:.*]] = arith.constant dense<-1> : tensor<5x4xi8>
// CHECK:         fidelity.ternary_linear %arg0, %[[W]] scale %arg1 accumulator(f64) : (tensor<4xf32>, tensor<5x4xi8>, tensor<f32>) -> tensor<5xf32>
func.func @one_scale(%x: tensor<4xf32>, %s: tensor<f32>) -> (tensor<2xf32>, tensor<3xf32>) {
  %a = arith.constant dense<-1> : tensor<2x4xi8>
  %b = arith.constant dense<-1> : tensor<3x4xi8>
  %y = fidelity.ternary_linear %x, %a scale %s accumulator(f64) : (tensor<4xf32>, tensor<2x4xi8>, tensor<f32>) -> tensor<2xf32>
  %z = fidelity.ternary_linear %x, %b scale %s accumulator(f64) : (tensor<4xf32>, tensor<3x4xi8>, tensor<f32>) -> tensor<3xf32>
  return %y, %z : tensor<2xf32>, tensor<3xf32>
}

// Scales of groups have the rows of each.
// CHECK-LABEL: func.func @groups(
// CHECK:         arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00]]> : tensor<3x2xf16>
// CHECK:         fidelity.ternary_linear %arg0, %{{.*}} scale %{{.*}} : (tensor<2x4xi8>, tensor<3x4xi8>, tensor<3x2xf16>) -> tensor<2x3xf16>
func.func @groups(%x: tensor<2x4xi8>) -> (tensor<2x1xf16>, tensor<2x2xf16>) {
  %a = arith.constant dense<[[1, 0, -1, 1]]> : tensor<1x4xi8>
  %b = arith.constant dense<1> : tensor<2x4xi8>
  %s = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf16>
  %t = arith.constant dense<[[3.0, 4.0], [5.0, 6.0]]> : tensor<2x2xf16>
  %y = fidelity.ternary_linear %x, %a scale %s : (tensor<2x4xi8>, tensor<1x4xi8>, tensor<1x2xf16>) -> tensor<2x1xf16>
  %z = fidelity.ternary_linear %x, %b scale %t : (tensor<2x4xi8>, tensor<2x4xi8>, tensor<2x2xf16>) -> tensor<2x2xf16>
  return %y, %z : tensor<2x1xf16>, tensor<2x2xf16>
}

// Packed blobs are joined byte by byte, as rows begin on a byte; what is written
// out beside a blob is packed. The norm is taken once, also where its parts were
// shared; a bias that is absent is -0.
// CHECK-LABEL: func.func @packed(
// CHECK-DAG:     %[[W:.*]] = arith.constant dense_resource<a.b> : tensor<5x6xi8, #fidelity.tensor<storage = packed5>>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<[5.000000e-01, 5.000000e-01, 2.500000e-01, 2.500000e-01, 2.500000e-01]> : tensor<5xf32>
// CHECK-DAG:     %[[B:.*]] = arith.constant dense<[-0.000000e+00, -0.000000e+00, 1.000000e+00, 2.000000e+00, -0.000000e+00]> : tensor<5xf32>
// CHECK:         fidelity.bit_linear %arg0, %[[W]] scale %[[S]] norm %arg1 bias %[[B]]
// CHECK-NOT:     bit_linear
!p5 = tensor<2x6xi8, #fidelity.tensor<storage = packed5>>
!p51 = tensor<1x6xi8, #fidelity.tensor<storage = packed5>>
func.func @packed(%x: tensor<1x6xf32>, %n: tensor<6xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x1xf32>) {
  %a = arith.constant dense_resource<a> : !p5
  %b = arith.constant dense_resource<b> : !p5
  %c = arith.constant dense<[[1, 0, -1, 1, 0, 1]]> : !p51
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %bias = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %h = fidelity.rms_norm %x weight %n : (tensor<1x6xf32>, tensor<6xf32>) -> tensor<1x6xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<1x6xf32>) -> (tensor<1x6xi8>, tensor<1x1xf32>)
  %y = fidelity.ternary_linear %q, %a scale %s : (tensor<1x6xi8>, !p5, tensor<f32>) -> tensor<1x2xf32>
  %z = fidelity.ternary_linear %q, %b scale %t : (tensor<1x6xi8>, !p5, tensor<f32>) -> tensor<1x2xf32>
  %u = fidelity.ternary_linear %q, %c scale %t : (tensor<1x6xi8>, !p51, tensor<f32>) -> tensor<1x1xf32>
  %y1 = fidelity.multiply %y, %i : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
  %z1 = fidelity.multiply %z, %i : (tensor<1x2xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
  %z2 = fidelity.add %z1, %bias : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %u1 = fidelity.multiply %u, %i : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  return %y1, %z2, %u1 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x1xf32>
}

// Layers that read what another one gives, itself joined by then.
// CHECK-LABEL: func.func @chain(
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %arg0, %{{.*}} -> tensor<2x5xf32>
// CHECK:         %[[A:.*]] = tensor.extract_slice %[[Y]][0, 0] [2, 2] [1, 1]
// CHECK:         %[[Z:.*]] = fidelity.ternary_linear %[[A]], %{{.*}} -> tensor<2x4xf32>
// CHECK:         tensor.extract_slice %[[Z]][0, 1] [2, 3] [1, 1]
func.func @chain(%x: tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x3xf32>) {
  %a = arith.constant dense<[[1, 0, -1, 1], [1, 1, 0, -1]]> : tensor<2x4xi8>
  %b = arith.constant dense<1> : tensor<3x4xi8>
  %c = arith.constant dense<[[-1, 1]]> : tensor<1x2xi8>
  %d = arith.constant dense<-1> : tensor<3x2xi8>
  %y = fidelity.ternary_linear %x, %a : (tensor<2x4xf32>, tensor<2x4xi8>) -> tensor<2x2xf32>
  %u = fidelity.ternary_linear %x, %b : (tensor<2x4xf32>, tensor<3x4xi8>) -> tensor<2x3xf32>
  %z = fidelity.ternary_linear %y, %c : (tensor<2x2xf32>, tensor<1x2xi8>) -> tensor<2x1xf32>
  %v = fidelity.ternary_linear %y, %d : (tensor<2x2xf32>, tensor<3x2xi8>) -> tensor<2x3xf32>
  return %u, %z, %v : tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x3xf32>
}

// A unit stays with the slices.
// CHECK-LABEL: func.func @unit(
// CHECK:         fidelity.ternary_linear {{.*}} -> tensor<2x3xf32, #fidelity.tensor<unit = "m">>
// CHECK:         tensor.extract_slice {{.*}} : tensor<2x3xf32, #fidelity.tensor<unit = "m">> to tensor<2x2xf32, #fidelity.tensor<unit = "m">>
!m = tensor<2x4xf32, #fidelity.tensor<unit = "m">>
!m1 = tensor<2x1xf32, #fidelity.tensor<unit = "m">>
!m2 = tensor<2x2xf32, #fidelity.tensor<unit = "m">>
func.func @unit(%x: !m) -> (!m1, !m2) {
  %a = arith.constant dense<[[1, 0, -1, 1]]> : tensor<1x4xi8>
  %b = arith.constant dense<1> : tensor<2x4xi8>
  %y = fidelity.ternary_linear %x, %a : (!m, tensor<1x4xi8>) -> !m1
  %z = fidelity.ternary_linear %x, %b : (!m, tensor<2x4xi8>) -> !m2
  return %y, %z : !m1, !m2
}

// A name of the rows stands for their number.
// REMARK-DAG: [[@LINE+10]]:8: remark: [Missed] sibling | Category:fidelity-fuse | Remark="another number of rows is none that the name stands for"
// CHECK-LABEL: func.func @named(
// CHECK:         fidelity.ternary_linear
// CHECK:         fidelity.ternary_linear
!o = tensor<2x4xi8, #fidelity.tensor<dims = [Out, In]>>
!i = tensor<2x4xf32, #fidelity.tensor<dims = [Batch, In]>>
!r = tensor<2x2xf32, #fidelity.tensor<dims = [Batch, Out]>>
func.func @named(%x: !i) -> (!r, !r) {
  %a = arith.constant dense<[[1, 0, -1, 1], [0, 1, 1, 1]]> : !o
  %b = arith.constant dense<1> : !o
  %y = fidelity.ternary_linear %x, %a : (!i, !o) -> !r
  %z = fidelity.ternary_linear %x, %b : (!i, !o) -> !r
  return %y, %z : !r, !r
}

// REMARK-DAG: [[@LINE+6]]:8: remark: [Missed] sibling | Category:fidelity-fuse | Remark="their weights are not constant"
// CHECK-LABEL: func.func @arguments(
// CHECK:         fidelity.ternary_linear
// CHECK:         fidelity.ternary_linear
func.func @arguments(%x: tensor<2x4xf32>, %a: tensor<2x4xi8>) -> (tensor<2x2xf32>, tensor<2x1xf32>) {
  %b = arith.constant dense<1> : tensor<1x4xi8>
  %y = fidelity.ternary_linear %x, %a : (tensor<2x4xf32>, tensor<2x4xi8>) -> tensor<2x2xf32>
  %z = fidelity.ternary_linear %x, %b : (tensor<2x4xf32>, tensor<1x4xi8>) -> tensor<2x1xf32>
  return %y, %z : tensor<2x2xf32>, tensor<2x1xf32>
}

// REMARK-DAG: [[@LINE+9]]:8: remark: [Missed] sibling | Category:fidelity-fuse | Remark="the scale of one is of groups, and that of another one is not"
// REMARK-DAG: [[@LINE+10]]:8: remark: [Missed] sibling | Category:fidelity-fuse | Remark="another layer reads the same input with another norm or accumulator"
// CHECK-LABEL: func.func @apart(
// CHECK-COUNT-3: fidelity.ternary_linear
func.func @apart(%x: tensor<2x4xf32>) -> (tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>) {
  %a = arith.constant dense<[[1, 0, -1, 1]]> : tensor<1x4xi8>
  %b = arith.constant dense<[[1, 1, -1, 1]]> : tensor<1x4xi8>
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<[[3.0, 4.0]]> : tensor<1x2xf32>
  %y = fidelity.ternary_linear %x, %a scale %s : (tensor<2x4xf32>, tensor<1x4xi8>, tensor<f32>) -> tensor<2x1xf32>
  %z = fidelity.ternary_linear %x, %b scale %t : (tensor<2x4xf32>, tensor<1x4xi8>, tensor<1x2xf32>) -> tensor<2x1xf32>
  %u = fidelity.ternary_linear %x, %b scale %s accumulator(f64) : (tensor<2x4xf32>, tensor<1x4xi8>, tensor<f32>) -> tensor<2x1xf32>
  return %y, %z, %u : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>
}

// Layers whose weights cannot be joined norm and quantise once: also where each had
// parts of its own.
// REMARK-DAG: [[@LINE+12]]:8: remark: [Passed] sibling | Category:fidelity-fuse | Remark="shares its norm and quantisation with what reads the same input"
// CHECK-LABEL: func.func @one_norm(
// CHECK-NEXT:    %[[H:.*]] = fidelity.rms_norm %arg0 weight %arg1 {epsilon = 9.9999999999999995E-7 : f64}
// CHECK-NEXT:    %[[Q:.*]], %[[I:.*]] = fidelity.quantize_activations %[[H]]
// CHECK-NEXT:    %[[A:.*]] = fidelity.ternary_linear %[[Q]], %arg2 scale %arg4
// CHECK-NEXT:    %[[Y:.*]] = fidelity.multiply %[[A]], %[[I]]
// CHECK-NEXT:    %[[B:.*]] = fidelity.ternary_linear %[[Q]], %arg3 scale %arg4
// CHECK-NEXT:    %[[C:.*]] = fidelity.multiply %[[B]], %[[I]]
// CHECK-NEXT:    %[[Z:.*]] = fidelity.add %[[C]], %arg5
// CHECK-NEXT:    return %[[Y]], %[[Z]]
func.func @one_norm(%x: tensor<?x8xf32>, %n: tensor<8xf32>, %a: tensor<4x8xi8>, %b: tensor<4x8xi8>, %s: tensor<f32>, %bias: tensor<4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %y = fidelity.bit_linear %x, %a scale %s norm %n {epsilon = 1.0e-6 : f64} : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<8xf32>) -> tensor<?x4xf32>
  %h = fidelity.rms_norm %x weight %n {epsilon = 1.0e-6 : f64} : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<?x8xf32>) -> (tensor<?x8xi8>, tensor<?x1xf32>)
  %u = fidelity.ternary_linear %q, %b scale %s : (tensor<?x8xi8>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  %v = fidelity.multiply %u, %i : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  %z = fidelity.add %v, %bias : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %y, %z : tensor<?x4xf32>, tensor<?x4xf32>
}

// A layer of f16 rounds its result alone, and its parts would round more.
// REMARK-DAG: [[@LINE+5]]:8: remark: [Missed] sibling | Category:fidelity-fuse | Remark="their weights are not constant"
// CHECK-LABEL: func.func @narrow_norm(
// CHECK-COUNT-2: fidelity.bit_linear
func.func @narrow_norm(%x: tensor<2x8xf16>, %a: tensor<4x8xi8>, %b: tensor<4x8xi8>, %s: tensor<f32>)
    -> (tensor<2x4xf16>, tensor<2x4xf16>) {
  %y = fidelity.bit_linear %x, %a scale %s : (tensor<2x8xf16>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf16>
  %z = fidelity.bit_linear %x, %b scale %s : (tensor<2x8xf16>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf16>
  return %y, %z : tensor<2x4xf16>, tensor<2x4xf16>
}

// What is added to itself is no bias of its own, and is computed once.
// CHECK-LABEL: func.func @twice(
// CHECK:         %[[Y:.*]] = fidelity.bit_linear
// CHECK-NEXT:    %[[Z:.*]] = fidelity.add %[[Y]], %[[Y]]
// CHECK-NEXT:    return %[[Z]]
func.func @twice(%x: tensor<8xf32>, %w: tensor<6x8xi8>, %n: tensor<8xf32>) -> tensor<6xf32> {
  %s = arith.constant dense<3.0> : tensor<6xf32>
  %0 = fidelity.rms_norm %x weight %n : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %q, %i = fidelity.quantize_activations %0 : (tensor<8xf32>) -> (tensor<8xi8>, tensor<1xf32>)
  %1 = fidelity.ternary_linear %q, %w scale %s : (tensor<8xi8>, tensor<6x8xi8>, tensor<6xf32>) -> tensor<6xf32>
  %2 = fidelity.multiply %1, %i : (tensor<6xf32>, tensor<1xf32>) -> tensor<6xf32>
  %3 = fidelity.add %2, %2 : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
  return %3 : tensor<6xf32>
}

// Layers that biases keep apart stay: their parts would be one layer, which got the
// biases again.
// CHECK-LABEL: func.func @biases(
// CHECK-COUNT-2: fidelity.bit_linear {{.*}} bias
// CHECK-NOT:     fidelity.quantize_activations
func.func @biases(%x: tensor<8xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %v = arith.constant dense<[[1, 0, 1, -1, 0, 1, 0, 1], [1, 1, 0, -1, 0, 1, 0, 1], [1, 0, 0, -1, 1, 1, 0, 1], [0, 0, 1, -1, 0, 1, 0, -1]]> : tensor<4x8xi8>
  %w = arith.constant dense<[[-1, 0, 1, -1, 0, 1, 0, 1], [1, 1, 1, -1, 0, 1, 0, 1], [1, -1, 0, -1, 1, 1, 0, 1], [0, 1, 1, -1, 0, 1, 0, -1]]> : tensor<4x8xi8>
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = fidelity.bit_linear %x, %v scale %s bias %b : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.bit_linear %x, %w scale %s bias %c : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// One may read the other as its bias, where they norm and quantise once.
// CHECK-LABEL: func.func @bias_of_another(
// CHECK-COUNT-1: fidelity.quantize_activations
// CHECK-COUNT-2: fidelity.ternary_linear
// CHECK-NOT:     fidelity.bit_linear
func.func @bias_of_another(%x: tensor<8xf32>, %v: tensor<4x8xi8>, %w: tensor<4x8xi8>) -> tensor<4xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = fidelity.bit_linear %x, %v scale %s : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<4xf32>
  %1 = fidelity.bit_linear %x, %w scale %s bias %0 : (tensor<8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK:       a.b: "0x4000000001020304050607084102"
{-#
  dialect_resources: { builtin: {
    a: "0x0100000001020304",
    b: "0x0100000005060708"
  } }
#-}
