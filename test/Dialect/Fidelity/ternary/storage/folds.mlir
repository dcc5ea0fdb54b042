// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
!base3 = tensor<4x8xi8, #fidelity.tensor<storage = packed5>>

// CHECK-LABEL: func.func @pack_f1(
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed5>>
// CHECK-NEXT: return %[[P]], %[[Q]] : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<4x8xi8, #fidelity.tensor<storage = packed5>>
func.func @pack_f1(%p: !packed, %q: !base3) -> (!packed, !base3) {
  %0 = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %1 = fidelity.pack %0 to packed2 : (tensor<4x8xi8>) -> !packed
  %2 = fidelity.unpack %q : (!base3) -> tensor<4x8xi8>
  %3 = fidelity.pack %2 to packed5 : (tensor<4x8xi8>) -> !base3
  return %1, %3 : !packed, !base3
}

// To another storage, and with a name that the result lacks.
// CHECK-LABEL: func.func @pack_f1_stays(
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[N:[^:]*]]: tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.unpack %[[P]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
// CHECK-NEXT: %[[V1:.*]] = fidelity.pack %[[V0]] to packed5 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed5>>
// CHECK-NEXT: %[[V2:.*]] = fidelity.unpack %[[N]] : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>
// CHECK-NEXT: %[[V3:.*]] = fidelity.pack %[[V2]] to packed2 : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
// CHECK-NEXT: return %[[V1]], %[[V3]] : tensor<4x8xi8, #fidelity.tensor<storage = packed5>>, tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
func.func @pack_f1_stays(%p: !packed, %n: tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> (!base3, tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>) {
  %0 = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %1 = fidelity.pack %0 to packed5 : (tensor<4x8xi8>) -> !base3
  %2 = fidelity.unpack %n : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>
  %3 = fidelity.pack %2 to packed2 : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
  return %1, %3 : !base3, tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
}

// A number that is no trit counts by its sign; a blob becomes one of bytes of its
// storage.
// CHECK-LABEL: func.func @pack_f2(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}1, -1, 0]]> : tensor<1x3xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense_resource<trits.packed2> : tensor<2x3xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<1x3xi8, #fidelity.tensor<storage = packed2>>, tensor<2x3xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_f2() -> (tensor<1x3xi8, #fidelity.tensor<storage = packed2>>, tensor<2x3xi8, #fidelity.tensor<storage = packed2>>) {
  %w = arith.constant dense<[[1, -5, 0]]> : tensor<1x3xi8>
  %blob = arith.constant dense_resource<trits> : tensor<2x3xi8>
  %0 = fidelity.pack %w to packed2 : (tensor<1x3xi8>) -> tensor<1x3xi8, #fidelity.tensor<storage = packed2>>
  %1 = fidelity.pack %blob to packed2 : (tensor<2x3xi8>) -> tensor<2x3xi8, #fidelity.tensor<storage = packed2>>
  return %0, %1 : tensor<1x3xi8, #fidelity.tensor<storage = packed2>>, tensor<2x3xi8, #fidelity.tensor<storage = packed2>>
}

// A blob of another size than its type is an error where it is read.
// CHECK-LABEL: func.func @pack_f2_stays(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense_resource<trits> : tensor<2x4xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[W]] to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V1:.*]] = fidelity.pack %[[CST]] to packed2 : (tensor<2x4xi8>) -> tensor<2x4xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<2x4xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_f2_stays(%w: tensor<4x8xi8>) -> (!packed, tensor<2x4xi8, #fidelity.tensor<storage = packed2>>) {
  %short = arith.constant dense_resource<trits> : tensor<2x4xi8>
  %0 = fidelity.pack %w to packed2 : (tensor<4x8xi8>) -> !packed
  %1 = fidelity.pack %short to packed2 : (tensor<2x4xi8>) -> tensor<2x4xi8, #fidelity.tensor<storage = packed2>>
  return %0, %1 : !packed, tensor<2x4xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @unpack_f1(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xf32>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed5>>
// CHECK-NEXT: %[[TRITS:.*]], %[[SCALE:.*]] = fidelity.ternarize %[[W]] : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
// CHECK-NEXT: %[[V0:.*]] = fidelity.unpack %[[Q]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed5>>) -> tensor<4x8xi8>
// CHECK-NEXT: return %[[TRITS]], %[[V0]] : tensor<4x8xi8>, tensor<4x8xi8>
func.func @unpack_f1(%w: tensor<4x8xf32>, %q: !base3) -> (tensor<4x8xi8>, tensor<4x8xi8>) {
  %trits, %scale = fidelity.ternarize %w : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  %0 = fidelity.pack %trits to packed2 : (tensor<4x8xi8>) -> !packed
  %1 = fidelity.unpack %0 : (!packed) -> tensor<4x8xi8>
  %2 = fidelity.unpack %q : (!base3) -> tensor<4x8xi8>
  %3 = fidelity.pack %2 to packed2 : (tensor<4x8xi8>) -> !packed
  %4 = fidelity.unpack %3 : (!packed) -> tensor<4x8xi8>
  return %1, %4 : tensor<4x8xi8>, tensor<4x8xi8>
}

// Packing makes a trit of every number: not what it was.
// CHECK-LABEL: func.func @unpack_f1_stays(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[W]] to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V1:.*]] = fidelity.unpack %[[V0]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
// CHECK-NEXT: return %[[V1]] : tensor<4x8xi8>
func.func @unpack_f1_stays(%w: tensor<4x8xi8>) -> tensor<4x8xi8> {
  %0 = fidelity.pack %w to packed2 : (tensor<4x8xi8>) -> !packed
  %1 = fidelity.unpack %0 : (!packed) -> tensor<4x8xi8>
  return %1 : tensor<4x8xi8>
}

// A number that is no trit was packed as one.
// CHECK-LABEL: func.func @unpack_f2(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1> : tensor<4x8xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[\[}}1, -1, 0]]> : tensor<1x3xi8>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense_resource<bytes.dense> : tensor<2x3xi8>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<4x8xi8>, tensor<1x3xi8>, tensor<2x3xi8>
func.func @unpack_f2() -> (tensor<4x8xi8>, tensor<1x3xi8>, tensor<2x3xi8>) {
  %fives = arith.constant dense<5> : tensor<4x8xi8>
  %p = fidelity.pack %fives to packed2 : (tensor<4x8xi8>) -> !packed
  %w = arith.constant dense<[[1, -1, 0]]> : tensor<1x3xi8, #fidelity.tensor<storage = packed2>>
  %blob = arith.constant dense_resource<bytes> : tensor<2x3xi8, #fidelity.tensor<storage = packed2>>
  %0 = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %1 = fidelity.unpack %w : (tensor<1x3xi8, #fidelity.tensor<storage = packed2>>) -> tensor<1x3xi8>
  %2 = fidelity.unpack %blob : (tensor<2x3xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2x3xi8>
  return %0, %1, %2 : tensor<4x8xi8>, tensor<1x3xi8>, tensor<2x3xi8>
}

// CHECK-LABEL: func.func @unpack_f2_stays(
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense_resource<bytes> : tensor<3x3xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.unpack %[[P]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
// CHECK-NEXT: %[[V1:.*]] = fidelity.unpack %[[CST]] : (tensor<3x3xi8, #fidelity.tensor<storage = packed2>>) -> tensor<3x3xi8>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<4x8xi8>, tensor<3x3xi8>
func.func @unpack_f2_stays(%p: !packed) -> (tensor<4x8xi8>, tensor<3x3xi8>) {
  %short = arith.constant dense_resource<bytes> : tensor<3x3xi8, #fidelity.tensor<storage = packed2>>
  %0 = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %1 = fidelity.unpack %short : (tensor<3x3xi8, #fidelity.tensor<storage = packed2>>) -> tensor<3x3xi8>
  return %0, %1 : tensor<4x8xi8>, tensor<3x3xi8>
}

// CHECK: trits.packed2: "0x400000000606"
// CHECK: bytes.dense: "0x4000000001FF000100FF"

{-#
  dialect_resources: {
    builtin: {
      trits: "0x0100000001FF0001FF00",
      bytes: "0x010000000612"
    }
  }
#-}
