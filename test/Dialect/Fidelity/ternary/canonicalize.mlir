// RUN: fidelity-opt %s -canonicalize | FileCheck %s

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>

// CHECK-LABEL: func.func @zero_vector_constant_size(
// CHECK-NEXT: %[[NONE:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: %[[FOUR:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[FOUR]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[NONE]] : tensor<0xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?xf32>, tensor<?xf32>
func.func @zero_vector_constant_size() -> (tensor<?xf32>, tensor<?xf32>) {
  %n = arith.constant 4 : index
  %none = arith.constant 0 : index
  %0 = fidelity.zero_vector %n : tensor<?xf32>
  %1 = fidelity.zero_vector %none : tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// A negative size is an error at run time, and not of this pattern.
// CHECK-LABEL: func.func @zero_vector_others(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[FOUR:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[C_1:.*]] = arith.constant -1 : index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.zero_vector %[[C_1]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[FOUR]] : tensor<?xf32>, tensor<?xf32>, tensor<4xf32>
func.func @zero_vector_others(%n: index) -> (tensor<?xf32>, tensor<?xf32>, tensor<4xf32>) {
  %negative = arith.constant -1 : index
  %four = arith.constant 4 : index
  %0 = fidelity.zero_vector %n : tensor<?xf32>
  %1 = fidelity.zero_vector %negative : tensor<?xf32>
  %2 = fidelity.zero_vector %four : tensor<4xf32>
  return %0, %1, %2 : tensor<?xf32>, tensor<?xf32>, tensor<4xf32>
}

// For a scalar, a row's and a group's scale.
// CHECK-LABEL: func.func @ternary_linear_unit_scale(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] accumulator(f64) : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ternary_linear %[[X]], %[[W]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]] : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
func.func @ternary_linear_unit_scale(%x: tensor<?x8xf32>, %w: !packed) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %rows = arith.constant dense<1.0> : tensor<4xf16>
  %groups = arith.constant dense<1.0> : tensor<4x2xf64>
  %0 = fidelity.ternary_linear %x, %w scale %one accumulator(f64) : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  %1 = fidelity.ternary_linear %x, %w scale %rows : (tensor<?x8xf32>, !packed, tensor<4xf16>) -> tensor<?x4xf32>
  %2 = fidelity.ternary_linear %x, %w scale %groups : (tensor<?x8xf32>, !packed, tensor<4x2xf64>) -> tensor<?x4xf32>
  return %0, %1, %2 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// Without its scale the result of an i8 x would be an i32.
// CHECK-LABEL: func.func @ternary_linear_unit_scale_quantized(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xi8>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[CST]] : (tensor<?x8xi8>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @ternary_linear_unit_scale_quantized(%x: tensor<?x8xi8>, %w: !packed) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %0 = fidelity.ternary_linear %x, %w scale %one : (tensor<?x8xi8>, !packed, tensor<f32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @ternary_linear_other_scale(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[CST]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @ternary_linear_other_scale(%x: tensor<?x8xf32>, %w: !packed) -> tensor<?x4xf32> {
  %half = arith.constant dense<0.5> : tensor<f32>
  %0 = fidelity.ternary_linear %x, %w scale %half : (tensor<?x8xf32>, !packed, tensor<f32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @ternary_linear_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?xi8>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]] : (tensor<2x8xf32>, tensor<?x?xi8>, tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @ternary_linear_cast(%x: tensor<2x8xf32>, %w: tensor<?x?xi8>, %s: tensor<4xf32>) -> tensor<?x?xf32> {
  %x_cast = tensor.cast %x : tensor<2x8xf32> to tensor<?x?xf32>
  %s_cast = tensor.cast %s : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.ternary_linear %x_cast, %w scale %s_cast : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ternary_linear_cast_disagrees(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x9xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[X]] : tensor<2x9xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[CAST]], %[[W]] : (tensor<?x?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @ternary_linear_cast_disagrees(%x: tensor<2x9xf32>, %w: !packed) -> tensor<?x4xf32> {
  %cast = tensor.cast %x : tensor<2x9xf32> to tensor<?x?xf32>
  %0 = fidelity.ternary_linear %cast, %w : (tensor<?x?xf32>, !packed) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// A cast that changes what the bytes mean stays.
// CHECK-LABEL: func.func @ternary_linear_cast_storage(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[W]] : tensor<4x8xi8> to tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_linear %[[X]], %[[CAST]] : (tensor<2x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<2x4xf32>
func.func @ternary_linear_cast_storage(%x: tensor<2x8xf32>, %w: tensor<4x8xi8>) -> tensor<2x4xf32> {
  %cast = tensor.cast %w : tensor<4x8xi8> to !packed
  %0 = fidelity.ternary_linear %x, %cast : (tensor<2x8xf32>, !packed) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_zero_weights(
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: return %[[INIT]], %[[INIT]] : tensor<4xf32>, tensor<4xf32>
func.func @ternary_accumulate_zero_weights(%x: tensor<8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %dense = arith.constant dense<0> : tensor<4x8xi8>
  %packed = arith.constant dense<0> : !packed
  %0 = fidelity.ternary_accumulate %x, %dense, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fidelity.ternary_accumulate %x, %packed, %init : (tensor<8xf32>, !packed, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_other_weights(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1> : tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[CST]], %[[INIT]] : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @ternary_accumulate_other_weights(%x: tensor<8xf32>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %w = arith.constant dense<1> : tensor<4x8xi8>
  %0 = fidelity.ternary_accumulate %x, %w, %init : (tensor<8xf32>, tensor<4x8xi8>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// The result has the type of the destination, which the cast changes.
// CHECK-LABEL: func.func @ternary_accumulate_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?xi8>
// CHECK-SAME: %[[INIT:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ternary_accumulate %[[X]], %[[W]], %[[INIT]] : (tensor<8xf32>, tensor<?x?xi8>, tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?xf32>
func.func @ternary_accumulate_cast(%x: tensor<8xf32>, %w: tensor<?x?xi8>, %init: tensor<4xf32>) -> tensor<?xf32> {
  %x_cast = tensor.cast %x : tensor<8xf32> to tensor<?xf32>
  %init_cast = tensor.cast %init : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.ternary_accumulate %x_cast, %w, %init_cast : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_memrefs(
// CHECK-SAME: %[[X:[^:]*]]: memref<8xf32>
// CHECK-SAME: %[[W:[^:]*]]: memref<4x8xi8>
// CHECK-SAME: %[[INIT:[^:]*]]: memref<4xf32>
// CHECK-NEXT: fidelity.ternary_accumulate %[[X]], %[[W]], %[[INIT]] : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
// CHECK-NEXT: return
func.func @ternary_accumulate_memrefs(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) {
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  return
}

// CHECK-LABEL: func.func @ternarize_cast(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xf32>
// CHECK-NEXT: %[[TRITS:.*]], %[[SCALE:.*]] = fidelity.ternarize %[[W]] granularity(group) {group_size = 4 : i64} : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x2xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[TRITS]] : tensor<4x8xi8> to tensor<?x8xi8>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[SCALE]] : tensor<4x2xf32> to tensor<?x2xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x8xi8>, tensor<?x2xf32>
func.func @ternarize_cast(%w: tensor<4x8xf32>) -> (tensor<?x8xi8>, tensor<?x2xf32>) {
  %cast = tensor.cast %w : tensor<4x8xf32> to tensor<?x8xf32>
  %0, %1 = fidelity.ternarize %cast granularity(group) {group_size = 4 : i64} : (tensor<?x8xf32>) -> (tensor<?x8xi8>, tensor<?x2xf32>)
  return %0, %1 : tensor<?x8xi8>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @quantize_activations_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-NEXT: %[[QUANTIZED:.*]], %[[INVERSE_SCALE:.*]] = fidelity.quantize_activations %[[X]] : (tensor<2x8xf32>) -> (tensor<2x8xi8>, tensor<2x1xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[QUANTIZED]] : tensor<2x8xi8> to tensor<?x?xi8>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[INVERSE_SCALE]] : tensor<2x1xf32> to tensor<?x1xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?xi8>, tensor<?x1xf32>
func.func @quantize_activations_cast(%x: tensor<2x8xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>) {
  %cast = tensor.cast %x : tensor<2x8xf32> to tensor<?x?xf32>
  %0, %1 = fidelity.quantize_activations %cast : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  return %0, %1 : tensor<?x?xi8>, tensor<?x1xf32>
}

// CHECK-LABEL: func.func @bit_linear_unit_norm_weight(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[S]] bias %[[B]] {epsilon = 9.9999999999999995E-7 : f64} : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_unit_norm_weight(%x: tensor<?x8xf32>, %w: !packed, %s: tensor<f32>, %b: tensor<4xf32>) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %0 = fidelity.bit_linear %x, %w scale %s norm %one bias %b {epsilon = 1.0e-6 : f64} : (tensor<?x8xf32>, !packed, tensor<f32>, tensor<8xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// The quantised activations need the scale, be it 1, and a bias of 0 turns -0
// into 0.
// CHECK-LABEL: func.func @bit_linear_others(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<2.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[CST]] norm %[[CST_1]] bias %[[CST_0]] : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>, tensor<8xf32>, tensor<4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x4xf32>
func.func @bit_linear_others(%x: tensor<?x8xf32>, %w: !packed) -> tensor<?x4xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %two = arith.constant dense<2.0> : tensor<8xf32>
  %0 = fidelity.bit_linear %x, %w scale %one norm %two bias %zero : (tensor<?x8xf32>, !packed, tensor<f32>, tensor<8xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @bit_linear_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x?xi8>
// CHECK-SAME: %[[S:[^:]*]]: tensor<f32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.bit_linear %[[X]], %[[W]] scale %[[S]] bias %[[B]] : (tensor<2x8xf32>, tensor<?x?xi8>, tensor<f32>, tensor<4xf32>) -> tensor<2x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?xf32>
func.func @bit_linear_cast(%x: tensor<2x8xf32>, %w: tensor<?x?xi8>, %s: tensor<f32>, %b: tensor<4xf32>) -> tensor<?x?xf32> {
  %x_cast = tensor.cast %x : tensor<2x8xf32> to tensor<?x?xf32>
  %b_cast = tensor.cast %b : tensor<4xf32> to tensor<?xf32>
  %0 = fidelity.bit_linear %x_cast, %w scale %s bias %b_cast : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<f32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @pack_of_unpack(
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[P]] : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_of_unpack(%p: !packed) -> !packed {
  %0 = fidelity.unpack %p : (!packed) -> tensor<4x8xi8>
  %1 = fidelity.pack %0 to packed2 : (tensor<4x8xi8>) -> !packed
  return %1 : !packed
}

// CHECK-LABEL: func.func @unpack_of_pack_of_trits(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-1> : tensor<4x8xi8>
// CHECK-NEXT: %[[TRITS:.*]], %[[SCALE:.*]] = fidelity.ternarize %[[W]] : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
// CHECK-NEXT: return %[[TRITS]], %[[CST]] : tensor<4x8xi8>, tensor<4x8xi8>
func.func @unpack_of_pack_of_trits(%w: tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x8xi8>) {
  %trits, %scale = fidelity.ternarize %w : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
  %0 = fidelity.pack %trits to packed2 : (tensor<4x8xi8>) -> !packed
  %1 = fidelity.unpack %0 : (!packed) -> tensor<4x8xi8>
  %ones = arith.constant dense<-1> : tensor<4x8xi8>
  %2 = fidelity.pack %ones to packed2 : (tensor<4x8xi8>) -> !packed
  %3 = fidelity.unpack %2 : (!packed) -> tensor<4x8xi8>
  return %1, %3 : tensor<4x8xi8>, tensor<4x8xi8>
}

// Packing makes a trit of every number: not what it was.
// CHECK-LABEL: func.func @unpack_of_pack_of_numbers(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1> : tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[W]] to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V1:.*]] = fidelity.unpack %[[V0]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
// CHECK-NEXT: return %[[V1]], %[[CST]] : tensor<4x8xi8>, tensor<4x8xi8>
func.func @unpack_of_pack_of_numbers(%w: tensor<4x8xi8>) -> (tensor<4x8xi8>, tensor<4x8xi8>) {
  %0 = fidelity.pack %w to packed2 : (tensor<4x8xi8>) -> !packed
  %1 = fidelity.unpack %0 : (!packed) -> tensor<4x8xi8>
  %fives = arith.constant dense<5> : tensor<4x8xi8>
  %2 = fidelity.pack %fives to packed2 : (tensor<4x8xi8>) -> !packed
  %3 = fidelity.unpack %2 : (!packed) -> tensor<4x8xi8>
  return %1, %3 : tensor<4x8xi8>, tensor<4x8xi8>
}

// CHECK-LABEL: func.func @pack_cast(
// CHECK-SAME: %[[W:[^:]*]]: tensor<4x8xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[W]] to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4x8xi8, #fidelity.tensor<storage = packed2>> to tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[CAST]] : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_cast(%w: tensor<4x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>> {
  %cast = tensor.cast %w : tensor<4x8xi8> to tensor<?x8xi8>
  %0 = fidelity.pack %cast to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @unpack_cast(
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = fidelity.unpack %[[P]] : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<4x8xi8> to tensor<?x8xi8>
// CHECK-NEXT: return %[[CAST]] : tensor<?x8xi8>
func.func @unpack_cast(%p: !packed) -> tensor<?x8xi8> {
  %cast = tensor.cast %p : !packed to tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %0 = fidelity.unpack %cast : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  return %0 : tensor<?x8xi8>
}
