// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Canonicalisation changes no measure, and hides no error.

!metre = tensor<4xf32, #fidelity.tensor<unit = "m">>
!second = tensor<4xf32, #fidelity.tensor<unit = "s">>
!product = tensor<4xf32, #fidelity.tensor<unit = "m*s">>

// A cast that takes a unit away says that it is meant, and stays.
// CHECK-LABEL: func.func @assert(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[A0]] : tensor<4xf32, #fidelity.tensor<unit = "m">> to tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.exp %[[CAST]] : tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @assert(%x: !metre) -> tensor<4xf32> {
  %0 = tensor.cast %x : !metre to tensor<4xf32>
  %1 = fidelity.exp %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func.func @assert_another(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-SAME: %[[A1:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[A0]] : tensor<4xf32, #fidelity.tensor<unit = "m">> to tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[CAST]], %[[A1]] : (tensor<4xf32, #fidelity.tensor<unit = "s">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "s">>
func.func @assert_another(%x: !metre, %y: !second) -> !second {
  %0 = tensor.cast %x : !metre to tensor<4xf32>
  %1 = tensor.cast %0 : tensor<4xf32> to !second
  %2 = fidelity.add %1, %y : (!second, !second) -> !second
  return %2 : !second
}

// MLIR folds casts that lose sizes into ops in destination style; not this one.
// CHECK-LABEL: func.func @assert_destination(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-SAME: %[[A1:[^:]*]]: tensor<4x4xi8>
// CHECK-SAME: %[[A2:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[A0]] : tensor<4xf32, #fidelity.tensor<unit = "m">> to tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[CAST]], %[[A1]], %[[A2]] : (tensor<4xf32>, tensor<4x4xi8>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "s">>
func.func @assert_destination(%x: !metre, %w: tensor<4x4xi8>, %init: !second) -> !second {
  %0 = tensor.cast %x : !metre to tensor<4xf32>
  %1 = fidelity.ternary_accumulate %0, %w, %init : (tensor<4xf32>, tensor<4x4xi8>, !second) -> !second
  return %1 : !second
}

// A cast that takes a size away does not stay, whatever else the type says.
// CHECK-LABEL: func.func @lose_a_size(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.relu %[[A0]] : tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "m">> to tensor<?xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32, #fidelity.tensor<unit = "m">>
func.func @lose_a_size(%x: !metre) -> tensor<?xf32, #fidelity.tensor<unit = "m">> {
  %0 = tensor.cast %x : !metre to tensor<?xf32, #fidelity.tensor<unit = "m">>
  %1 = fidelity.relu %0 : tensor<?xf32, #fidelity.tensor<unit = "m">>
  return %1 : tensor<?xf32, #fidelity.tensor<unit = "m">>
}

// CHECK-LABEL: func.func @multiply_by_one_second(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.multiply %[[A0]], %[[CST]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "m*s">>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "m*s">>
func.func @multiply_by_one_second(%x: !metre) -> !product {
  %one = arith.constant dense<1.0> : !second
  %0 = fidelity.multiply %x, %one : (!metre, !second) -> !product
  return %0 : !product
}

// CHECK-LABEL: func.func @multiply_by_one(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: return %[[A0]] : tensor<4xf32, #fidelity.tensor<unit = "m">>
func.func @multiply_by_one(%x: !metre) -> !metre {
  %one = arith.constant dense<1.0> : tensor<4xf32, #fidelity.tensor<unit = "1">>
  %0 = fidelity.multiply %x, %one : (!metre, tensor<4xf32, #fidelity.tensor<unit = "1">>) -> !metre
  return %0 : !metre
}

// CHECK-LABEL: func.func @constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<6.000000e+00> : tensor<4xf32, #fidelity.tensor<unit = "m*s">>
// CHECK-NEXT: return %[[CST]] : tensor<4xf32, #fidelity.tensor<unit = "m*s">>
func.func @constants() -> !product {
  %one = arith.constant dense<2.0> : !metre
  %two = arith.constant dense<3.0> : !second
  %0 = fidelity.multiply %one, %two : (!metre, !second) -> !product
  return %0 : !product
}

// CHECK-LABEL: func.func @constant_squared(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<9.000000e+00> : tensor<4xf32, #fidelity.tensor<unit = "m^2">>
// CHECK-NEXT: return %[[CST]] : tensor<4xf32, #fidelity.tensor<unit = "m^2">>
func.func @constant_squared() -> tensor<4xf32, #fidelity.tensor<unit = "m^2">> {
  %two = arith.constant dense<3.0> : !metre
  %0 = fidelity.squared_relu %two : !metre
  return %0 : tensor<4xf32, #fidelity.tensor<unit = "m^2">>
}

// CHECK-LABEL: func.func @squared_relu_of_relu(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[A0]] : tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "m^2">>
func.func @squared_relu_of_relu(%x: !metre) -> tensor<4xf32, #fidelity.tensor<unit = "m^2">> {
  %0 = fidelity.relu %x : !metre
  %1 = fidelity.squared_relu %0 : !metre
  return %1 : tensor<4xf32, #fidelity.tensor<unit = "m^2">>
}

// Without its weight of one second the norm would be a number.
// CHECK-LABEL: func.func @weight_of_one_second(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[A0]] weight %[[CST]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "s">>
func.func @weight_of_one_second(%x: !metre) -> !second {
  %one = arith.constant dense<1.0> : !second
  %0 = fidelity.rms_norm %x weight %one : (!metre, !second) -> !second
  return %0 : !second
}

// CHECK-LABEL: func.func @weight_of_one(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.rms_norm %[[A0]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<4xf32, #fidelity.tensor<unit = "1">>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32, #fidelity.tensor<unit = "1">>
func.func @weight_of_one(%x: !metre) -> tensor<4xf32, #fidelity.tensor<unit = "1">> {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %0 = fidelity.rms_norm %x weight %one : (!metre, tensor<4xf32>) -> tensor<4xf32, #fidelity.tensor<unit = "1">>
  return %0 : tensor<4xf32, #fidelity.tensor<unit = "1">>
}

// Without its scale the product would be metres.
// CHECK-LABEL: func.func @scale_of_one(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<4xf32, #fidelity.tensor<unit = "m">>
// CHECK-SAME: %[[A1:[^:]*]]: tensor<2x4xi8>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<f32, #fidelity.tensor<unit = "s">>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[A0]], %[[A1]] scale %[[CST]] : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<2x4xi8>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<2xf32, #fidelity.tensor<unit = "m*s">>
// CHECK-NEXT: return %[[V0]] : tensor<2xf32, #fidelity.tensor<unit = "m*s">>
func.func @scale_of_one(%x: !metre, %w: tensor<2x4xi8>) -> tensor<2xf32, #fidelity.tensor<unit = "m*s">> {
  %one = arith.constant dense<1.0> : tensor<f32, #fidelity.tensor<unit = "s">>
  %0 = fidelity.ternary_linear %x, %w scale %one : (!metre, tensor<2x4xi8>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<2xf32, #fidelity.tensor<unit = "m*s">>
  return %0 : tensor<2xf32, #fidelity.tensor<unit = "m*s">>
}

// CHECK-LABEL: func.func @unpack_of_pack(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.unpack %[[A0]] : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>
// CHECK-NEXT: %[[V1:.*]] = fidelity.pack %[[V0]] to packed2 : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
// CHECK-NEXT: return %[[V1]] : tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
func.func @unpack_of_pack(%p: tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>> {
  %0 = fidelity.unpack %p : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>
  %1 = fidelity.pack %0 to packed2 : (tensor<2x8xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
  return %1 : tensor<2x8xi8, #fidelity.tensor<dims = [Out, _], storage = packed2>>
}

// MLIR makes of a cast `tensor.empty` one without names, so that none is made of a
// dynamic size: neither of no elements, nor of no steps. Without names it is.
!named = tensor<?x0x4xf32, #fidelity.tensor<dims = [B, T, D]>>
// CHECK-LABEL: func.func @empty(
// CHECK: fidelity.exp
// CHECK-NEXT: tensor.cast
// CHECK-NEXT: fidelity.ema
// CHECK-NEXT: tensor.dim
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: return
func.func @empty(%x: !named, %a: tensor<4x2xf32>, %s: tensor<?x4x2xf32>, %y: tensor<?x0x4xf32>) -> (tensor<3x0x4xf32, #fidelity.tensor<dims = [B, T, D]>>, !named, tensor<?x0x4xf32>) {
  %0 = fidelity.exp %x : !named
  %1 = tensor.cast %0 : !named to tensor<3x0x4xf32, #fidelity.tensor<dims = [B, T, D]>>
  %2:2 = fidelity.ema %x, %a, %a, %a, %a state %s : (!named, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<?x4x2xf32>) -> (!named, tensor<?x4x2xf32>)
  %3 = fidelity.exp %y : tensor<?x0x4xf32>
  return %1, %2#0, %3 : tensor<3x0x4xf32, #fidelity.tensor<dims = [B, T, D]>>, !named, tensor<?x0x4xf32>
}
