// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
!base3 = tensor<4x8xi8, #fidelity.tensor<storage = packed5>>

// For a scalar, a row's and a group's scale, of any type.
// CHECK-LABEL: func.func @ternary_linear_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] accumulator(f64) : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[X]], %[[W]] {layer = 1 : i64} : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
func.func @ternary_linear_f1(%x: tensor<?x8xf32>, %w: !packed) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %rows = arith.constant dense<1.0> : tensor<4xf16>
  %groups = arith.constant dense<1.0> : tensor<4x2xf64>
  %0 = fidelity.ternary_linear %x, %w scale %one accumulator(f64) : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %1 = fidelity.ternary_linear %x, %w scale %rows {layer = 1 : i64} : (tensor<?x8xf32>, !packed, tensor<4xf16>) -> tensor<?x4xf32>
  %2 = fidelity.ternary_linear %x, %w scale %groups : (tensor<?x8xf32>, !packed, tensor<4x2xf64>) -> tensor<?x4xf32>
  return %0, %1, %2 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// Without its scale the result of an i8 x would be an i32, and metres no seconds.
// CHECK-LABEL: func.func @ternary_linear_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x8xi8>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[M:[^:]*]]: tensor<8xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<[1.000000e+00, 1.000000e+00, 1.000000e+00, 2.000000e+00]> : tensor<4xf32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<1.000000e+00> : tensor<f32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[Q]], %[[W]] scale %[[CST]] : (tensor<?x8xi8>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[CST_0]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[CST_1]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.ternary_linear %[[M]], %[[W]] scale %[[CST_2]] : (tensor<8xf32, #fidelity.tensor<unit = "m">>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "m*s">>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m*s">>
func.func @ternary_linear_f1_stays(%x: tensor<?x8xf32>, %q: tensor<?x8xi8>, %w: !packed, %m: tensor<8xf32, #fidelity.tensor<unit = "m">>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m*s">>) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %mixed = arith.constant dense<[1.0, 1.0, 1.0, 2.0]> : tensor<4xf32>
  %second = arith.constant dense<1.0> : tensor<f32, #fidelity.tensor<unit = "s">>
  %0 = fidelity.ternary_linear %q, %w scale %one : (tensor<?x8xi8>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %1 = fidelity.ternary_linear %x, %w scale %half : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %2 = fidelity.ternary_linear %x, %w scale %mixed : (tensor<?x8xf32>, !packed, tensor<4xf32>) -> tensor<?x4xf32>
  %3 = fidelity.ternary_linear %m, %w scale %second : (tensor<8xf32, #fidelity.tensor<unit = "m">>, !packed, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "m*s">>
  return %0, %1, %2, %3 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m*s">>
}

// In any storage, for integers too, and of no inputs.
// CHECK-LABEL: func.func @ternary_linear_f2(
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x8xf16>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0> : tensor<2x4xi32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant 0.000000e+00 : f16
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x8xf16>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST_1]][%[[DIM]]] : tensor<?x4xf16>
// CHECK-NEXT: return %[[CST_0]], %[[SPLAT]], %[[CST]], %[[CST_0]] : tensor<2x4xf32>, tensor<?x4xf16>, tensor<2x4xi32>, tensor<2x4xf32>
func.func @ternary_linear_f2(%x: tensor<2x8xf32>, %y: tensor<?x8xf16>, %q: tensor<2x8xi8>, %none: tensor<2x0xf32>, %w: tensor<4x0xi8>) -> (tensor<2x4xf32>, tensor<?x4xf16>, tensor<2x4xi32>, tensor<2x4xf32>) {
  %packed = arith.constant dense<0> : !packed
  %dense = arith.constant dense<0> : tensor<4x8xi8>
  %scale = arith.constant dense<[1.0, 2.0, 0.0, 0.5]> : tensor<4xf32>
  %0 = fidelity.ternary_linear %x, %packed scale %scale : (tensor<2x8xf32>, !packed, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = fidelity.ternary_linear %y, %dense : (tensor<?x8xf16>, tensor<4x8xi8>) -> tensor<?x4xf16>
  %2 = fidelity.ternary_linear %q, %dense : (tensor<2x8xi8>, tensor<4x8xi8>) -> tensor<2x4xi32>
  %3 = fidelity.ternary_linear %none, %w : (tensor<2x0xf32>, tensor<4x0xi8>) -> tensor<2x4xf32>
  return %0, %1, %2, %3 : tensor<2x4xf32>, tensor<?x4xf16>, tensor<2x4xi32>, tensor<2x4xf32>
}

// 0 times an unknown or infinite scale may be NaN, and times one below 0, or -0,
// it is -0; zeros among other weights stay.
// CHECK-LABEL: func.func @ternary_linear_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x2xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[\[}}0, 1], [1, 0]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0x7F800000> : tensor<f32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<[1.000000e+00, -2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_3:.*]] = arith.constant dense<-0.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[CST]] scale %[[S]] : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[X]], %[[CST]] scale %[[CST_1]] : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[X]], %[[CST]] scale %[[CST_2]] : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<2xf32>) -> tensor<2x2xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.ternary_linear %[[X]], %[[CST]] scale %[[CST_3]] : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.ternary_linear %[[X]], %[[CST_0]] : (tensor<2x2xf32>, tensor<2x2xi8>) -> tensor<2x2xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]], %[[V4]] : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
func.func @ternary_linear_f2_stays(%x: tensor<2x2xf32>, %s: tensor<f32>) -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %zero = arith.constant dense<0> : tensor<2x2xi8>
  %row = arith.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xi8>
  %infinite = arith.constant dense<0x7F800000> : tensor<f32>
  %below = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %minus = arith.constant dense<-0.0> : tensor<f32>
  %0 = fidelity.ternary_linear %x, %zero scale %s : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
  %1 = fidelity.ternary_linear %x, %zero scale %infinite : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
  %2 = fidelity.ternary_linear %x, %zero scale %below : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<2xf32>) -> tensor<2x2xf32>
  %3 = fidelity.ternary_linear %x, %zero scale %minus : (tensor<2x2xf32>, tensor<2x2xi8>, tensor<f32>) -> tensor<2x2xf32>
  %4 = fidelity.ternary_linear %x, %row : (tensor<2x2xf32>, tensor<2x2xi8>) -> tensor<2x2xf32>
  return %0, %1, %2, %3, %4 : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// A sum begins at 0, so that -0 adds up to 0 too.
// CHECK-LABEL: func.func @ternary_linear_f3(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: return %[[CST]], %[[CST]], %[[CST]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
func.func @ternary_linear_f3(%n: index, %w: !packed) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %size = arith.constant 8 : index
  %x = fidelity.zero_vector %size : tensor<?xf32>
  %minus = arith.constant dense<-0.0> : tensor<8xf32>
  %q = arith.constant dense<0> : tensor<8xi8>
  %two = arith.constant dense<2.0> : tensor<f32>
  %0 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, !packed) -> tensor<4xf32>
  %1 = fidelity.ternary_linear %minus, %w scale %two : (tensor<8xf32>, !packed, tensor<f32>) -> tensor<4xf32>
  %2 = fidelity.ternary_linear %q, %w scale %two : (tensor<8xi8>, !packed, tensor<f32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_linear_f3_stays(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[CST]], %[[W]] scale %[[S]] : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[CST_0]], %[[W]] : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<4xf32>, tensor<4xf32>
func.func @ternary_linear_f3_stays(%w: !packed, %s: tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %0 = fidelity.ternary_linear %zero, %w scale %s : (tensor<8xf32>, !packed, tensor<f32>) -> tensor<4xf32>
  %1 = fidelity.ternary_linear %one, %w : (tensor<8xf32>, !packed) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_linear_f4(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed5>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[P]] scale %[[S]] {layer = 1 : i64} : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed5>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @ternary_linear_f4(%x: tensor<?x8xf32>, %p: !base3, %s: tensor<f32>) -> tensor<?x4xf32> {
  %w = fidelity.unpack %p : (!base3) -> tensor<4x8xi8>
  %0 = fidelity.ternary_linear %x, %w scale %s {layer = 1 : i64} : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// What is packed here is packed for another use.
// CHECK-LABEL: func.func @ternary_linear_f4_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[W]] to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V1]], %[[V0]] : tensor<?x4xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @ternary_linear_f4_stays(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>) -> (tensor<?x4xf32>, !packed) {
  %p = fidelity.pack %w to packed2 : (tensor<4x8xi8>) -> !packed
  %0 = fidelity.ternary_linear %x, %w : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
  return %0, %p : tensor<?x4xf32>, !packed
}

// Rows at the beginning and at the end, in any storage; scales of rows go with
// them.
// CHECK-LABEL: func.func @ternary_linear_f5(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<3xi8>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<2.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0> : tensor<4xi32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense_resource<rows.rows2to3> : tensor<1x3xi8, #fidelity.tensor<storage = packed5>>
// CHECK-NEXT: %[[CST_3:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf16>
// CHECK-NEXT: %[[CST_4:.*]] = arith.constant dense<4.000000e+00> : tensor<1xf16>
// CHECK-NEXT: %[[CST_5:.*]] = arith.constant dense<{{\[\[}}0, 1, 0]]> : tensor<1x3xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST_6:.*]] = arith.constant dense<{{\[\[}}1, 0, -1], [0, 1, 1]]> : tensor<2x3xi8>
// CHECK-NEXT: %[[CST_7:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x3xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST_7]][%[[DIM]]] : tensor<?x4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[CST_6]] {layer = 1 : i64} : (tensor<?x3xf32>, tensor<2x3xi8>) -> tensor<?x2xf32>
// CHECK-NEXT: %[[DIM_8:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x3xf32>
// CHECK-NEXT: %[[INSERTED_SLICE:.*]] = tensor.insert_slice %[[V0]] into %[[SPLAT]][0, 1] [%[[DIM_8]], 2] [1, 1] : tensor<?x2xf32> into tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[Q]], %[[CST_5]] scale %[[CST_4]] : (tensor<3xi8>, tensor<1x3xi8, #fidelity.tensor<storage = packed2>>, tensor<1xf16>) -> tensor<1xf16>
// CHECK-NEXT: %[[INSERTED_SLICE_9:.*]] = tensor.insert_slice %[[V1]] into %[[CST_3]][3] [1] [1] : tensor<1xf16> into tensor<4xf16>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[Q]], %[[CST_2]] : (tensor<3xi8>, tensor<1x3xi8, #fidelity.tensor<storage = packed5>>) -> tensor<1xi32>
// CHECK-NEXT: %[[INSERTED_SLICE_10:.*]] = tensor.insert_slice %[[V2]] into %[[CST_1]][2] [1] [1] : tensor<1xi32> into tensor<4xi32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.ternary_linear %[[Q]], %[[CST_6]] scale %[[CST_0]] : (tensor<3xi8>, tensor<2x3xi8>, tensor<2x3xf32>) -> tensor<2xf32>
// CHECK-NEXT: %[[INSERTED_SLICE_11:.*]] = tensor.insert_slice %[[V3]] into %[[CST]][1] [2] [1] : tensor<2xf32> into tensor<4xf32>
// CHECK-NEXT: return %[[INSERTED_SLICE]], %[[INSERTED_SLICE_9]], %[[INSERTED_SLICE_10]], %[[INSERTED_SLICE_11]] : tensor<?x4xf32>, tensor<4xf16>, tensor<4xi32>, tensor<4xf32>
func.func @ternary_linear_f5(%x: tensor<?x3xf32>, %q: tensor<3xi8>) -> (tensor<?x4xf32>, tensor<4xf16>, tensor<4xi32>, tensor<4xf32>) {
  %w = arith.constant dense<[[0, 0, 0], [1, 0, -1], [0, 1, 1], [0, 0, 0]]> : tensor<4x3xi8>
  %p = arith.constant dense<[[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0]]> : tensor<4x3xi8, #fidelity.tensor<storage = packed2>>
  %r = arith.constant dense_resource<rows> : tensor<4x3xi8, #fidelity.tensor<storage = packed5>>
  %rows = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf16>
  %same = arith.constant dense<2.0> : tensor<4x3xf32>
  %0 = fidelity.ternary_linear %x, %w {layer = 1 : i64} : (tensor<?x3xf32>, tensor<4x3xi8>) -> tensor<?x4xf32>
  %1 = fidelity.ternary_linear %q, %p scale %rows : (tensor<3xi8>, tensor<4x3xi8, #fidelity.tensor<storage = packed2>>, tensor<4xf16>) -> tensor<4xf16>
  %2 = fidelity.ternary_linear %q, %r : (tensor<3xi8>, tensor<4x3xi8, #fidelity.tensor<storage = packed5>>) -> tensor<4xi32>
  %3 = fidelity.ternary_linear %q, %w scale %same : (tensor<3xi8>, tensor<4x3xi8>, tensor<4x3xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3 : tensor<?x4xf32>, tensor<4xf16>, tensor<4xi32>, tensor<4xf32>
}

// A row between others; under a scale that is not known, or below 0; fewer zeros
// than rows; dimensions with names; a type that does not say the rows.
// CHECK-LABEL: func.func @ternary_linear_f5_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[K:[^:]*]]: tensor<1xf32>
// CHECK-SAME: %[[NAMED:[^:]*]]: tensor<2xf32, #fidelity.tensor<dims = [K]>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}1, 0], [0, 0], [0, 1]]> : tensor<3x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[\[}}0, 0], [0, 0], [0, 1]]> : tensor<3x2xi8>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<{{\[\[}}0], [1], [0]]> : tensor<3x1xi8>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<{{\[\[}}0, 0], [0, 0], [0, 1]]> : tensor<3x2xi8, #fidelity.tensor<dims = [N, K]>>
// CHECK-NEXT: %[[CST_3:.*]] = arith.constant dense<-1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[CST]] : (tensor<2xf32>, tensor<3x2xi8>) -> tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[X]], %[[CST_0]] scale %[[S]] : (tensor<2xf32>, tensor<3x2xi8>, tensor<f32>) -> tensor<3xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[X]], %[[CST_0]] scale %[[CST_3]] : (tensor<2xf32>, tensor<3x2xi8>, tensor<f32>) -> tensor<3xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.ternary_linear %[[K]], %[[CST_1]] : (tensor<1xf32>, tensor<3x1xi8>) -> tensor<3xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.ternary_linear %[[NAMED]], %[[CST_2]] : (tensor<2xf32, #fidelity.tensor<dims = [K]>>, tensor<3x2xi8, #fidelity.tensor<dims = [N, K]>>) -> tensor<3xf32, #fidelity.tensor<dims = [N]>>
// CHECK-NEXT: %[[V5:.*]] = fidelity.ternary_linear %[[X]], %[[CST_0]] : (tensor<2xf32>, tensor<3x2xi8>) -> tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]], %[[V4]], %[[V5]] : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32, #fidelity.tensor<dims = [N]>>, tensor<?xf32>
func.func @ternary_linear_f5_stays(%x: tensor<2xf32>, %s: tensor<f32>, %k: tensor<1xf32>, %named: tensor<2xf32, #fidelity.tensor<dims = [K]>>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32, #fidelity.tensor<dims = [N]>>, tensor<?xf32>) {
  %between = arith.constant dense<[[1, 0], [0, 0], [0, 1]]> : tensor<3x2xi8>
  %w = arith.constant dense<[[0, 0], [0, 0], [0, 1]]> : tensor<3x2xi8>
  %few = arith.constant dense<[[0], [1], [0]]> : tensor<3x1xi8>
  %n = arith.constant dense<[[0, 0], [0, 0], [0, 1]]> : tensor<3x2xi8, #fidelity.tensor<dims = [N, K]>>
  %below = arith.constant dense<-1.0> : tensor<f32>
  %0 = fidelity.ternary_linear %x, %between : (tensor<2xf32>, tensor<3x2xi8>) -> tensor<3xf32>
  %1 = fidelity.ternary_linear %x, %w scale %s : (tensor<2xf32>, tensor<3x2xi8>, tensor<f32>) -> tensor<3xf32>
  %2 = fidelity.ternary_linear %x, %w scale %below : (tensor<2xf32>, tensor<3x2xi8>, tensor<f32>) -> tensor<3xf32>
  %3 = fidelity.ternary_linear %k, %few : (tensor<1xf32>, tensor<3x1xi8>) -> tensor<3xf32>
  %4 = fidelity.ternary_linear %named, %n : (tensor<2xf32, #fidelity.tensor<dims = [K]>>, tensor<3x2xi8, #fidelity.tensor<dims = [N, K]>>) -> tensor<3xf32, #fidelity.tensor<dims = [N]>>
  %5 = fidelity.ternary_linear %x, %w : (tensor<2xf32>, tensor<3x2xi8>) -> tensor<?xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32, #fidelity.tensor<dims = [N]>>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_f1(
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: return %[[INIT]], %[[INIT]], %[[INIT]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
func.func @ternary_accumulate_f1(%x: tensor<8xf32>, %init: tensor<4xf32>, %none: tensor<0xf32>, %w: tensor<4x0xi8>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %dense = arith.constant dense<0> : tensor<4x8xi8>
  %packed = arith.constant dense<0> : !packed
  %0 = fidelity.ternary_accumulate %x, %dense, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.ternary_accumulate %x, %packed, %init : (tensor<8xf32>, !packed, tensor<4xf32>) -> tensor<4xf32>
  %2 = fidelity.ternary_accumulate %none, %w, %init : (tensor<0xf32>, tensor<4x0xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// An x of 0 is added where a weight takes part, and makes 0 of -0.
// CHECK-LABEL: func.func @ternary_accumulate_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-SAME: %[[M:[^:]*]]: memref<8xf32>
// CHECK-SAME: %[[MW:[^:]*]]: memref<4x8xi8>
// CHECK-SAME: %[[MI:[^:]*]]: memref<4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1> : tensor<4x8xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[CST]], %[[INIT]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_accumulate %[[CST_0]], %[[W]], %[[INIT]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: fidelity.ternary_accumulate %[[M]], %[[MW]], %[[MI]] : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<4xf32>, tensor<4xf32>
func.func @ternary_accumulate_f1_stays(%x: tensor<8xf32>, %init: tensor<4xf32>, %w: tensor<4x8xi8>, %m: memref<8xf32>, %mw: memref<4x8xi8>, %mi: memref<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %one = arith.constant dense<1> : tensor<4x8xi8>
  %zero = arith.constant dense<0.0> : tensor<8xf32>
  %0 = fidelity.ternary_accumulate %x, %one, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.ternary_accumulate %zero, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  fidelity.ternary_accumulate %m, %mw, %mi : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf16>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<8xi8>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<?x8xf16>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf16>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[Q]], %[[W]] : (tensor<8xi8>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xi32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?x4xf16>, tensor<4xi32>
func.func @ternary_accumulate_f2(%x: tensor<?x8xf16>, %q: tensor<8xi8>, %w: !packed, %n: index) -> (tensor<?x4xf16>, tensor<4xi32>) {
  %zero = arith.constant 0.0 : f16
  %init = tensor.splat %zero[%n] : tensor<?x4xf16>
  %integers = arith.constant dense<0> : tensor<4xi32>
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<?x8xf16>, !packed, tensor<?x4xf16>) -> tensor<?x4xf16>
  %1 = fidelity.ternary_accumulate %q, %w, %integers : (tensor<8xi8>, !packed, tensor<4xi32>) -> tensor<4xi32>
  return %0, %1 : tensor<?x4xf16>, tensor<4xi32>
}

// Where no weight takes part -0 stays -0; names are those of the destination.
// CHECK-LABEL: func.func @ternary_accumulate_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32, #fidelity.tensor<dims = [Out]>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[W]], %[[CST]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_accumulate %[[X]], %[[W]], %[[CST_0]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_accumulate %[[X]], %[[W]], %[[CST_1]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<4xf32, #fidelity.tensor<dims = [Out]>>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<dims = [Out]>>
func.func @ternary_accumulate_f2_stays(%x: tensor<8xf32>, %w: tensor<4x8xi8>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<dims = [Out]>>) {
  %minus = arith.constant dense<-0.0> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %named = arith.constant dense<0.0> : tensor<4xf32, #fidelity.tensor<dims = [Out]>>
  %0 = fidelity.ternary_accumulate %x, %w, %minus : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.ternary_accumulate %x, %w, %one : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  %2 = fidelity.ternary_accumulate %x, %w, %named : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<4xf32, #fidelity.tensor<dims = [Out]>>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32, #fidelity.tensor<dims = [Out]>>
}

// With a scale, where the layer has the type of the destination; no weight but a scale
// that may be infinite is no number.
// CHECK-LABEL: func.func @ternary_accumulate_f2_scale(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<8xi8>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4x2xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<f16>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-DAG: %[[NONE:.*]] = arith.constant dense<0> : tensor<4x8xi8>
// CHECK: %[[V0:.*]] = fidelity.ternary_linear %[[Q]], %[[W]] scale %[[S]] :
// CHECK: %[[V1:.*]] = fidelity.ternary_accumulate %[[Q]], %[[W]], %[[ZERO]] scale %[[H]] :
// CHECK: %[[V2:.*]] = fidelity.ternary_accumulate %[[Q]], %[[NONE]], %[[V0]] scale %[[S]] :
func.func @ternary_accumulate_f2_scale(%q: tensor<8xi8>, %w: !packed, %s: tensor<4x2xf32>, %h: tensor<f16>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %none = arith.constant dense<0> : tensor<4x8xi8>
  %0 = fidelity.ternary_accumulate %q, %w, %zero scale %s : (tensor<8xi8>, !packed, tensor<4xf32>, tensor<4x2xf32>) -> tensor<4xf32>
  %1 = fidelity.ternary_accumulate %q, %w, %zero scale %h : (tensor<8xi8>, !packed, tensor<4xf32>, tensor<f16>) -> tensor<4xf32>
  %2 = fidelity.ternary_accumulate %q, %none, %0 scale %s : (tensor<8xi8>, tensor<4x8xi8>, tensor<4xf32>, tensor<4x2xf32>) -> tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[P]], %[[INIT]] : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @ternary_accumulate_f3(%x: tensor<8xf32>, %p: !packed, %init: tensor<4xf32>) -> tensor<4xf32> {
  %w = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[W]], %[[INIT]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @ternary_accumulate_f3_stays(%x: tensor<8xf32>, %w: tensor<4x8xi8>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_f4(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2xf32>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<?x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}1, -1]]> : tensor<1x2xi8>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[INIT]], %[[C0]] : tensor<?x3xf32>
// CHECK-NEXT: %[[EXTRACTED_SLICE:.*]] = tensor.extract_slice %[[INIT]][0, 1] [%[[DIM]], 1] [1, 1] : tensor<?x3xf32> to tensor<?x1xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[CST]], %[[EXTRACTED_SLICE]] : (tensor<?x2xf32>, tensor<1x2xi8>, tensor<?x1xf32>) -> tensor<?x1xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[INIT]], %[[C0]] : tensor<?x3xf32>
// CHECK-NEXT: %[[INSERTED_SLICE:.*]] = tensor.insert_slice %[[V0]] into %[[INIT]][0, 1] [%[[DIM_0]], 1] [1, 1] : tensor<?x1xf32> into tensor<?x3xf32>
// CHECK-NEXT: return %[[INSERTED_SLICE]] : tensor<?x3xf32>
func.func @ternary_accumulate_f4(%x: tensor<?x2xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = arith.constant dense<[[0, 0], [1, -1], [0, 0]]> : tensor<3x2xi8>
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<?x2xf32>, tensor<3x2xi8>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// A row between others; memrefs.
// CHECK-LABEL: func.func @ternary_accumulate_f4_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<3xf32>
// CHECK-SAME: %[[M:[^:]*]]: memref<2xf32>
// CHECK-SAME: %[[W:[^:]*]]: memref<3x2xi8>
// CHECK-SAME: %[[I:[^:]*]]: memref<3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}1, 0], [0, 0], [0, 1]]> : tensor<3x2xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[CST]], %[[INIT]] : (tensor<2xf32>, tensor<3x2xi8>, tensor<3xf32>) -> tensor<3xf32>
// CHECK-NEXT: fidelity.ternary_accumulate %[[M]], %[[W]], %[[I]] : (memref<2xf32>, memref<3x2xi8>, memref<3xf32>) -> ()
// CHECK-NEXT: return %[[V0]] : tensor<3xf32>
func.func @ternary_accumulate_f4_stays(%x: tensor<2xf32>, %init: tensor<3xf32>, %m: memref<2xf32>, %w: memref<3x2xi8>, %i: memref<3xf32>) -> tensor<3xf32> {
  %between = arith.constant dense<[[1, 0], [0, 0], [0, 1]]> : tensor<3x2xi8>
  %0 = fidelity.ternary_accumulate %x, %between, %init : (tensor<2xf32>, tensor<3x2xi8>, tensor<3xf32>) -> tensor<3xf32>
  fidelity.ternary_accumulate %m, %w, %i : (memref<2xf32>, memref<3x2xi8>, memref<3xf32>) -> ()
  return %0 : tensor<3xf32>
}

// Half a γ is rounded to even.
// CHECK-LABEL: func.func @ternarize_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}1, -1], [0, -1]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.250000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<{{\[\[}}0, -1], [0, -1]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<[2.000000e+00, 5.000000e-01]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_3:.*]] = arith.constant dense<0> : tensor<1x2xi8>
// CHECK-NEXT: %[[CST_4:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]], %[[CST_3]], %[[CST_4]] : tensor<2x2xi8>, tensor<f32>, tensor<2x2xi8>, tensor<2xf32>, tensor<1x2xi8>, tensor<f32>
func.func @ternarize_f1() -> (tensor<2x2xi8>, tensor<f32>, tensor<2x2xi8>, tensor<2xf32>, tensor<1x2xi8>, tensor<f32>) {
  %w = arith.constant dense<[[1.0, -3.0], [0.25, -0.75]]> : tensor<2x2xf16>
  %zero = arith.constant dense<0.0> : tensor<1x2xf32>
  %0:2 = fidelity.ternarize %w : (tensor<2x2xf16>) -> (tensor<2x2xi8>, tensor<f32>)
  %1:2 = fidelity.ternarize %w granularity(row) : (tensor<2x2xf16>) -> (tensor<2x2xi8>, tensor<2xf32>)
  %2:2 = fidelity.ternarize %zero {epsilon = 0.5 : f64} : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
  return %0#0, %0#1, %1#0, %1#1, %2#0, %2#1 : tensor<2x2xi8>, tensor<f32>, tensor<2x2xi8>, tensor<2xf32>, tensor<1x2xi8>, tensor<f32>
}

// CHECK-LABEL: func.func @ternarize_f1_stays(
// CHECK-SAME: %[[W:[^:]*]]: tensor<1x2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 0x{{[7F]}}FC00000]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0x7F800000> : tensor<1x2xf32>
// CHECK-NEXT: %[[TRITS:.*]], %[[SCALE:.*]] = fidelity.ternarize %[[CST]] : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
// CHECK-NEXT: %[[TRITS_1:.*]], %[[SCALE_2:.*]] = fidelity.ternarize %[[CST_0]] : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
// CHECK-NEXT: %[[TRITS_3:.*]], %[[SCALE_4:.*]] = fidelity.ternarize %[[W]] : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
// CHECK-NEXT: return %[[TRITS]], %[[TRITS_1]], %[[TRITS_3]] : tensor<1x2xi8>, tensor<1x2xi8>, tensor<1x2xi8>
func.func @ternarize_f1_stays(%w: tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<1x2xi8>, tensor<1x2xi8>) {
  %nan = arith.constant dense<[[1.0, 0x7FC00000]]> : tensor<1x2xf32>
  %infinite = arith.constant dense<0x7F800000> : tensor<1x2xf32>
  %0:2 = fidelity.ternarize %nan : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
  %1:2 = fidelity.ternarize %infinite : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
  %2:2 = fidelity.ternarize %w : (tensor<1x2xf32>) -> (tensor<1x2xi8>, tensor<f32>)
  return %0#0, %1#0, %2#0 : tensor<1x2xi8>, tensor<1x2xi8>, tensor<1x2xi8>
}

// CHECK-LABEL: func.func @quantize_activations_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}127, -64], [0, -127]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[\[}}0.00787401571], [2.000000e+00]]> : tensor<2x1xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0> : tensor<3xi8>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<7.8740157480314972E-8> : tensor<1xf64>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]] : tensor<2x2xi8>, tensor<2x1xf32>, tensor<3xi8>, tensor<1xf64>
func.func @quantize_activations_f1() -> (tensor<2x2xi8>, tensor<2x1xf32>, tensor<3xi8>, tensor<1xf64>) {
  %x = arith.constant dense<[[1.0, -0.5], [0.0, -254.0]]> : tensor<2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<3xf64>
  %0:2 = fidelity.quantize_activations %x : (tensor<2x2xf32>) -> (tensor<2x2xi8>, tensor<2x1xf32>)
  %1:2 = fidelity.quantize_activations %zero : (tensor<3xf64>) -> (tensor<3xi8>, tensor<1xf64>)
  return %0#0, %0#1, %1#0, %1#1 : tensor<2x2xi8>, tensor<2x1xf32>, tensor<3xi8>, tensor<1xf64>
}

// CHECK-LABEL: func.func @quantize_activations_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[1.000000e+00, 0x{{[7F]}}FC00000]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<16385xf32>
// CHECK-NEXT: %[[QUANTIZED:.*]], %[[INVERSE_SCALE:.*]] = fidelity.quantize_activations %[[CST]] : (tensor<2xf32>) -> (tensor<2xi8>, tensor<1xf32>)
// CHECK-NEXT: %[[QUANTIZED_1:.*]], %[[INVERSE_SCALE_2:.*]] = fidelity.quantize_activations %[[X]] : (tensor<2xf32>) -> (tensor<2xi8>, tensor<1xf32>)
// CHECK-NEXT: %[[QUANTIZED_3:.*]], %[[INVERSE_SCALE_4:.*]] = fidelity.quantize_activations %[[CST_0]] : (tensor<16385xf32>) -> (tensor<16385xi8>, tensor<1xf32>)
// CHECK-NEXT: return %[[QUANTIZED]], %[[QUANTIZED_1]], %[[QUANTIZED_3]] : tensor<2xi8>, tensor<2xi8>, tensor<16385xi8>
func.func @quantize_activations_f1_stays(%x: tensor<2xf32>) -> (tensor<2xi8>, tensor<2xi8>, tensor<16385xi8>) {
  %nan = arith.constant dense<[1.0, 0x7FC00000]> : tensor<2xf32>
  %large = arith.constant dense<1.0> : tensor<16385xf32>
  %0:2 = fidelity.quantize_activations %nan : (tensor<2xf32>) -> (tensor<2xi8>, tensor<1xf32>)
  %1:2 = fidelity.quantize_activations %x : (tensor<2xf32>) -> (tensor<2xi8>, tensor<1xf32>)
  %2:2 = fidelity.quantize_activations %large : (tensor<16385xf32>) -> (tensor<16385xi8>, tensor<1xf32>)
  return %0#0, %1#0, %2#0 : tensor<2xi8>, tensor<2xi8>, tensor<16385xi8>
}

// CHECK-LABEL: func.func @bit_linear_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[S]] bias %[[B]] {epsilon = 9.9999999999999995E-7 : f64} : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_f1(%x: tensor<?x8xf32>, %w: !packed, %s: tensor<f32>, %b: tensor<4xf32>) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<8xf16>
  %0 = fidelity.bit_linear %x, %w scale %s norm %one bias %b {epsilon = 1.0e-6 : f64} : (tensor<?x8xf32>, !packed, tensor<f32>, tensor<8xf16>, tensor<4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The quantised activations need the scale, be it 1.
// CHECK-LABEL: func.func @bit_linear_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<2.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[CST]] norm %[[CST_0]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<8xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_f1_stays(%x: tensor<?x8xf32>, %w: !packed) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %two = arith.constant dense<2.0> : tensor<8xf32>
  %0 = fidelity.bit_linear %x, %w scale %one norm %two : (tensor<?x8xf32>, !packed, tensor<f32>, tensor<8xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @bit_linear_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[S]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_f2(%x: tensor<?x8xf32>, %w: !packed, %s: tensor<f32>) -> tensor<?x4xf32> {
  %minus = arith.constant dense<-0.0> : tensor<4xf32>
  %0 = fidelity.bit_linear %x, %w scale %s bias %minus : (tensor<?x8xf32>, !packed, tensor<f32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// A bias of 0 turns -0 into 0.
// CHECK-LABEL: func.func @bit_linear_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[S]] bias %[[CST]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_f2_stays(%x: tensor<?x8xf32>, %w: !packed, %s: tensor<f32>) -> tensor<?x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %0 = fidelity.bit_linear %x, %w scale %s bias %zero : (tensor<?x8xf32>, !packed, tensor<f32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @bit_linear_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM]]] : tensor<?x4xf32>
// CHECK-NEXT: return %[[SPLAT]] : tensor<?x4xf32>
func.func @bit_linear_f3(%x: tensor<?x0xf32>, %w: tensor<4x0xi8>) -> tensor<?x4xf32> {
  %two = arith.constant dense<2.0> : tensor<f32>
  %0 = fidelity.bit_linear %x, %w scale %two : (tensor<?x0xf32>, tensor<4x0xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// With weights of 0 an infinite x is NaN.
// CHECK-LABEL: func.func @bit_linear_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x0xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x0xi8>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<2.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-2.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<0> : tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[S]] : (tensor<2x0xf32>, tensor<4x0xi8>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[CST]] bias %[[B]] : (tensor<2x0xf32>, tensor<4x0xi8>, tensor<f32>, tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[CST_0]] : (tensor<2x0xf32>, tensor<4x0xi8>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.bit_linear %[[Y]], %[[CST_1]] scale %[[CST]] : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V3]] : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
func.func @bit_linear_f3_stays(%x: tensor<2x0xf32>, %w: tensor<4x0xi8>, %y: tensor<2x8xf32>, %s: tensor<f32>, %b: tensor<4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %two = arith.constant dense<2.0> : tensor<f32>
  %below = arith.constant dense<-2.0> : tensor<f32>
  %zero = arith.constant dense<0> : tensor<4x8xi8>
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<2x0xf32>, tensor<4x0xi8>, tensor<f32>) -> tensor<2x4xf32>
  %1 = fidelity.bit_linear %x, %w scale %two bias %b : (tensor<2x0xf32>, tensor<4x0xi8>, tensor<f32>, tensor<4xf32>) -> tensor<2x4xf32>
  %2 = fidelity.bit_linear %x, %w scale %below : (tensor<2x0xf32>, tensor<4x0xi8>, tensor<f32>) -> tensor<2x4xf32>
  %3 = fidelity.bit_linear %y, %zero scale %two : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<2x4xf32>
  return %0, %1, %2, %3 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func @bit_linear_f4(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[P]] scale %[[S]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_f4(%x: tensor<?x8xf32>, %p: !packed, %s: tensor<f32>) -> tensor<?x4xf32> {
  %w = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The trits that something else uses are unpacked all the same.
// CHECK-LABEL: func.func @bit_linear_f4_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.unpack %[[P]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
// CHECK-NEXT: %[[V1:.*]] = fidelity.bit_linear %[[X]], %[[P]] scale %[[S]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V1]], %[[V0]] : tensor<?x4xf32>, tensor<4x8xi8>
func.func @bit_linear_f4_stays(%x: tensor<?x8xf32>, %p: !packed, %s: tensor<f32>) -> (tensor<?x4xf32>, tensor<4x8xi8>) {
  %w = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<?x8xf32>, tensor<4x8xi8>, tensor<f32>) -> tensor<?x4xf32>
  return %0, %w : tensor<?x4xf32>, tensor<4x8xi8>
}

{-#
  dialect_resources: {
    builtin: {
      rows: "0x0100000000000200"
    }
  }
#-}
