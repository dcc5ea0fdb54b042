// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

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

// CHECK-LABEL: func.func @ternary_linear_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x8xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xf32>
func.func @ternary_linear_empty(%x: tensor<?x8xf32>, %w: tensor<0x8xi8>) -> tensor<?x0xf32> {
  %0 = fidelity.ternary_linear %x, %w : (tensor<?x8xf32>, tensor<0x8xi8>) -> tensor<?x0xf32>
  return %0 : tensor<?x0xf32>
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

// CHECK-LABEL: func.func @ternary_accumulate_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0x4xf32>
func.func @ternary_accumulate_empty(%x: tensor<0x8xf32>, %w: tensor<4x8xi8>, %i: tensor<0x4xf32>) -> tensor<0x4xf32> {
  %0 = fidelity.ternary_accumulate %x, %w, %i : (tensor<0x8xf32>, tensor<4x8xi8>, tensor<0x4xf32>) -> tensor<0x4xf32>
  return %0 : tensor<0x4xf32>
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

// CHECK-LABEL: func.func @ternarize_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0> : tensor<0x8xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<0x8xi8>, tensor<0xf32>
func.func @ternarize_empty(%w: tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<0xf32>) {
  %0:2 = fidelity.ternarize %w granularity(row) : (tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<0xf32>)
  return %0#0, %0#1 : tensor<0x8xi8>, tensor<0xf32>
}

// The scale of no weights is ε.
// CHECK-LABEL: func.func @ternarize_not_empty(
// CHECK-SAME: %[[W:[^:]*]]: tensor<0x8xf32>
// CHECK-NEXT: %[[TRITS:.*]], %[[SCALE:.*]] = fidelity.ternarize %[[W]] : (tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<f32>)
// CHECK-NEXT: return %[[TRITS]], %[[SCALE]] : tensor<0x8xi8>, tensor<f32>
func.func @ternarize_not_empty(%w: tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<f32>) {
  %0:2 = fidelity.ternarize %w : (tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<f32>)
  return %0#0, %0#1 : tensor<0x8xi8>, tensor<f32>
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

// CHECK-LABEL: func.func @quantize_activations_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0> : tensor<0x8xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<0x1xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<0x8xi8>, tensor<0x1xf32>
func.func @quantize_activations_empty(%x: tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<0x1xf32>) {
  %0:2 = fidelity.quantize_activations %x : (tensor<0x8xf32>) -> (tensor<0x8xi8>, tensor<0x1xf32>)
  return %0#0, %0#1 : tensor<0x8xi8>, tensor<0x1xf32>
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

// CHECK-LABEL: func.func @bit_linear_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: return %[[CST]] : tensor<0x4xf32>
func.func @bit_linear_empty(%x: tensor<0x8xf32>, %w: tensor<4x8xi8>, %s: tensor<f32>, %b: tensor<4xf32>) -> tensor<0x4xf32> {
  %0 = fidelity.bit_linear %x, %w scale %s bias %b : (tensor<0x8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<4xf32>) -> tensor<0x4xf32>
  return %0 : tensor<0x4xf32>
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

// CHECK-LABEL: func.func @pack_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0> : tensor<0x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[CST]] : tensor<0x8xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_empty(%w: tensor<0x8xi8>) -> tensor<0x8xi8, #fidelity.tensor<storage = packed2>> {
  %0 = fidelity.pack %w to packed2 : (tensor<0x8xi8>) -> tensor<0x8xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<0x8xi8, #fidelity.tensor<storage = packed2>>
}

// There is no `tensor.empty` of a packed type.
// CHECK-LABEL: func.func @pack_not_empty(
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x0xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[W]] to packed2 : (tensor<?x0xi8>) -> tensor<?x0xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xi8, #fidelity.tensor<storage = packed2>>
func.func @pack_not_empty(%w: tensor<?x0xi8>) -> tensor<?x0xi8, #fidelity.tensor<storage = packed2>> {
  %0 = fidelity.pack %w to packed2 : (tensor<?x0xi8>) -> tensor<?x0xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<?x0xi8, #fidelity.tensor<storage = packed2>>
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

// CHECK-LABEL: func.func @unpack_empty(
// CHECK-SAME: %[[P:[^:]*]]: tensor<?x0xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[P]], %[[C0]] : tensor<?x0xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xi8>
// CHECK-NEXT: return %[[V0]] : tensor<?x0xi8>
func.func @unpack_empty(%p: tensor<?x0xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x0xi8> {
  %0 = fidelity.unpack %p : (tensor<?x0xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x0xi8>
  return %0 : tensor<?x0xi8>
}

// CHECK-LABEL: func.func @zero_vector_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf64>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<4xf32>, tensor<0xf64>
func.func @zero_vector_f1() -> (tensor<4xf32>, tensor<0xf64>) {
  %four = arith.constant 4 : index
  %none = arith.constant 0 : index
  %0 = fidelity.zero_vector %four : tensor<4xf32>
  %1 = fidelity.zero_vector %none : tensor<0xf64>
  return %0, %1 : tensor<4xf32>, tensor<0xf64>
}

// A size that the type contradicts is the run time's to report.
// CHECK-LABEL: func.func @zero_vector_f1_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[C5:.*]] = arith.constant 5 : index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[C5]] : tensor<4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.zero_vector %[[N]] : tensor<4xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<4xf32>, tensor<4xf32>
func.func @zero_vector_f1_stays(%n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %five = arith.constant 5 : index
  %0 = fidelity.zero_vector %five : tensor<4xf32>
  %1 = fidelity.zero_vector %n : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @zero_vector_f2(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[CST_0]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[CAST_1:.*]] = tensor.cast %[[CST]] : tensor<0xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_1]] : tensor<?xf32>, tensor<?xf32>
func.func @zero_vector_f2() -> (tensor<?xf32>, tensor<?xf32>) {
  %four = arith.constant 4 : index
  %none = arith.constant 0 : index
  %0 = fidelity.zero_vector %four : tensor<?xf32>
  %1 = fidelity.zero_vector %none : tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// A negative size is an error at run time.
// CHECK-LABEL: func.func @zero_vector_f2_stays(
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-NEXT: %[[C_1:.*]] = arith.constant -1 : index
// CHECK-NEXT: %[[V0:.*]] = fidelity.zero_vector %[[N]] : tensor<?xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.zero_vector %[[C_1]] : tensor<?xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<?xf32>, tensor<?xf32>
func.func @zero_vector_f2_stays(%n: index) -> (tensor<?xf32>, tensor<?xf32>) {
  %negative = arith.constant -1 : index
  %0 = fidelity.zero_vector %n : tensor<?xf32>
  %1 = fidelity.zero_vector %negative : tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}
