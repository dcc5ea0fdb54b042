// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

!packed = tensor<64x256xi8, #fidelity.tensor<storage = packed2>>

// CHECK-LABEL: func.func @zero_vector(
// CHECK: fidelity.zero_vector %arg0 : tensor<?xf32>
// CHECK: fidelity.zero_vector %arg0 {origin = "init"} : tensor<4xbf16>
func.func @zero_vector(%n: index) -> (tensor<?xf32>, tensor<4xbf16>) {
  %0 = fidelity.zero_vector %n : tensor<?xf32>
  %1 = fidelity.zero_vector %n {origin = "init"} : tensor<4xbf16>
  return %0, %1 : tensor<?xf32>, tensor<4xbf16>
}

// CHECK-LABEL: func.func @ternary_linear(
// CHECK: fidelity.ternary_linear %arg0, %arg1 : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
func.func @ternary_linear(%x: tensor<?xf32>, %w: tensor<?x?xi8>) -> tensor<?xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// One scale for the tensor, for each row, for each group of a row.
// CHECK-LABEL: func.func @ternary_linear_scale(
// CHECK: fidelity.ternary_linear %arg0, %arg1 scale %arg2 : (tensor<2x?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<2x?x64xf16>
// CHECK: fidelity.ternary_linear %arg0, %arg1 scale %arg3 : (tensor<2x?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64xf16>) -> tensor<2x?x64xf16>
// CHECK: fidelity.ternary_linear %arg0, %arg1 scale %arg4 : (tensor<2x?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64x2xf32>) -> tensor<2x?x64xf16>
func.func @ternary_linear_scale(%x: tensor<2x?x256xf16>, %w: !packed, %t: tensor<f32>, %r: tensor<64xf16>, %g: tensor<64x2xf32>) -> tensor<2x?x64xf16> {
  %0 = fidelity.ternary_linear %x, %w scale %t : (tensor<2x?x256xf16>, !packed, tensor<f32>) -> tensor<2x?x64xf16>
  %1 = fidelity.ternary_linear %x, %w scale %r : (tensor<2x?x256xf16>, !packed, tensor<64xf16>) -> tensor<2x?x64xf16>
  %2 = fidelity.ternary_linear %x, %w scale %g : (tensor<2x?x256xf16>, !packed, tensor<64x2xf32>) -> tensor<2x?x64xf16>
  return %2 : tensor<2x?x64xf16>
}

// CHECK-LABEL: func.func @ternary_linear_accumulator(
// CHECK: fidelity.ternary_linear %arg0, %arg1 accumulator(f32) : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xf32>
// CHECK: fidelity.ternary_linear %arg0, %arg1 accumulator(f64) : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xf32>
// CHECK: fidelity.ternary_linear %arg0, %arg1 accumulator(f80) : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xf32>
// CHECK: fidelity.ternary_linear %arg0, %arg1 scale %arg2 accumulator(f128) {layer = 1 : i64} : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<64xf32>
func.func @ternary_linear_accumulator(%x: tensor<256xf32>, %w: !packed, %s: tensor<f32>) -> tensor<64xf32> {
  %0 = fidelity.ternary_linear %x, %w accumulator(f32) : (tensor<256xf32>, !packed) -> tensor<64xf32>
  %1 = fidelity.ternary_linear %x, %w accumulator(f64) : (tensor<256xf32>, !packed) -> tensor<64xf32>
  %2 = fidelity.ternary_linear %x, %w accumulator(f80) : (tensor<256xf32>, !packed) -> tensor<64xf32>
  %3 = fidelity.ternary_linear %x, %w scale %s accumulator(f128) {layer = 1 : i64} : (tensor<256xf32>, !packed, tensor<f32>) -> tensor<64xf32>
  return %3 : tensor<64xf32>
}

// Of a quantised x the result has the element type of the scale, or is i32.
// CHECK-LABEL: func.func @ternary_linear_quantized(
// CHECK: fidelity.ternary_linear %arg0, %arg1 : (tensor<?x256xi8>, tensor<64x256xi8>) -> tensor<?x64xi32>
// CHECK: fidelity.ternary_linear %arg0, %arg1 scale %arg2 accumulator(i32) : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f64>) -> tensor<?x64xf64>
func.func @ternary_linear_quantized(%x: tensor<?x256xi8>, %w: tensor<64x256xi8>, %s: tensor<f64>) -> (tensor<?x64xi32>, tensor<?x64xf64>) {
  %0 = fidelity.ternary_linear %x, %w : (tensor<?x256xi8>, tensor<64x256xi8>) -> tensor<?x64xi32>
  %1 = fidelity.ternary_linear %x, %w scale %s accumulator(i32) : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f64>) -> tensor<?x64xf64>
  return %0, %1 : tensor<?x64xi32>, tensor<?x64xf64>
}

// CHECK-LABEL: func.func @ternary_accumulate(
// CHECK: fidelity.ternary_accumulate %arg0, %arg1, %arg2 {matmul_free = true} : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
func.func @ternary_accumulate(%x: tensor<?xf32>, %w: tensor<?x?xi8>, %init: tensor<?xf32>) -> tensor<?xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init {matmul_free = true} : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_quantized(
// CHECK: fidelity.ternary_accumulate %arg0, %arg1, %arg2 : (tensor<3x256xi8>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<3x64xi32>) -> tensor<3x64xi32>
func.func @ternary_accumulate_quantized(%x: tensor<3x256xi8>, %w: !packed, %init: tensor<3x64xi32>) -> tensor<3x64xi32> {
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<3x256xi8>, !packed, tensor<3x64xi32>) -> tensor<3x64xi32>
  return %y : tensor<3x64xi32>
}

// CHECK-LABEL: func.func @ternary_accumulate_memrefs(
// CHECK: fidelity.ternary_accumulate %arg0, %arg1, %arg2 : (memref<?x8xf16>, memref<4x8xi8>, memref<?x4xf16, strided<[?, 1], offset: ?>>) -> ()
func.func @ternary_accumulate_memrefs(%x: memref<?x8xf16>, %w: memref<4x8xi8>, %init: memref<?x4xf16, strided<[?, 1], offset: ?>>) {
  fidelity.ternary_accumulate %x, %w, %init : (memref<?x8xf16>, memref<4x8xi8>, memref<?x4xf16, strided<[?, 1], offset: ?>>) -> ()
  return
}

// CHECK-LABEL: func.func @ternary_accumulate_scale(
// CHECK: fidelity.ternary_accumulate %arg0, %arg1, %arg2 scale %arg3 : (tensor<3x256xi8>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<3x64xf32>, tensor<64x2xf16>) -> tensor<3x64xf32>
// CHECK: fidelity.ternary_accumulate %arg4, %arg5, %arg6 scale %arg7 storage(tiled2) : (memref<?x16xbf16>, memref<4x4xi8>, memref<?x4xf32>, memref<f64>) -> ()
func.func @ternary_accumulate_scale(%x: tensor<3x256xi8>, %w: !packed, %init: tensor<3x64xf32>, %s: tensor<64x2xf16>,
                                    %mx: memref<?x16xbf16>, %mw: memref<4x4xi8>, %mi: memref<?x4xf32>, %ms: memref<f64>) -> tensor<3x64xf32> {
  %y = fidelity.ternary_accumulate %x, %w, %init scale %s : (tensor<3x256xi8>, !packed, tensor<3x64xf32>, tensor<64x2xf16>) -> tensor<3x64xf32>
  fidelity.ternary_accumulate %mx, %mw, %mi scale %ms storage(tiled2) : (memref<?x16xbf16>, memref<4x4xi8>, memref<?x4xf32>, memref<f64>) -> ()
  return %y : tensor<3x64xf32>
}

// CHECK-LABEL: func.func @ternarize(
// CHECK: fidelity.ternarize %arg0 : (tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<f32>)
// CHECK: fidelity.ternarize %arg1 {epsilon = 1.000000e-09 : f64} : (tensor<?x?xf64>) -> (tensor<?x?xi8>, tensor<f64>)
func.func @ternarize(%w: tensor<64x256xf32>, %d: tensor<?x?xf64>) -> (tensor<64x256xi8>, tensor<f32>, tensor<?x?xi8>, tensor<f64>) {
  %0, %1 = fidelity.ternarize %w : (tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<f32>)
  %2, %3 = fidelity.ternarize %d granularity(tensor) {epsilon = 1.0e-9 : f64} : (tensor<?x?xf64>) -> (tensor<?x?xi8>, tensor<f64>)
  return %0, %1, %2, %3 : tensor<64x256xi8>, tensor<f32>, tensor<?x?xi8>, tensor<f64>
}

// CHECK-LABEL: func.func @ternarize_row(
// CHECK: fidelity.ternarize %arg0 granularity(row) : (tensor<?x256xbf16>) -> (tensor<?x256xi8>, tensor<?xf32>)
func.func @ternarize_row(%w: tensor<?x256xbf16>) -> (tensor<?x256xi8>, tensor<?xf32>) {
  %0, %1 = fidelity.ternarize %w granularity(row) {epsilon = 1.0e-5 : f64} : (tensor<?x256xbf16>) -> (tensor<?x256xi8>, tensor<?xf32>)
  return %0, %1 : tensor<?x256xi8>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ternarize_group(
// CHECK: fidelity.ternarize %arg0 granularity(group) {group_size = 128 : i64} : (tensor<64x256xf16>) -> (tensor<64x256xi8>, tensor<64x2xf32>)
func.func @ternarize_group(%w: tensor<64x256xf16>) -> (tensor<64x256xi8>, tensor<64x2xf32>) {
  %0, %1 = fidelity.ternarize %w granularity(group) {group_size = 128 : i64} : (tensor<64x256xf16>) -> (tensor<64x256xi8>, tensor<64x2xf32>)
  return %0, %1 : tensor<64x256xi8>, tensor<64x2xf32>
}

// CHECK-LABEL: func.func @quantize_activations(
// CHECK: fidelity.quantize_activations %arg0 : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
// CHECK: fidelity.quantize_activations %arg1 {origin = "x"} : (tensor<8xf64>) -> (tensor<8xi8>, tensor<1xf64>)
func.func @quantize_activations(%x: tensor<?x256xf32>, %v: tensor<8xf64>) -> (tensor<?x256xi8>, tensor<?x1xf32>, tensor<8xi8>, tensor<1xf64>) {
  %0, %1 = fidelity.quantize_activations %x : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
  %2, %3 = fidelity.quantize_activations %v {origin = "x"} : (tensor<8xf64>) -> (tensor<8xi8>, tensor<1xf64>)
  return %0, %1, %2, %3 : tensor<?x256xi8>, tensor<?x1xf32>, tensor<8xi8>, tensor<1xf64>
}

// CHECK-LABEL: func.func @bit_linear(
// CHECK: fidelity.bit_linear %arg0, %arg1 scale %arg2 : (tensor<?x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x64xf32>
func.func @bit_linear(%x: tensor<?x256xf32>, %w: !packed, %s: tensor<f32>) -> tensor<?x64xf32> {
  %y = fidelity.bit_linear %x, %w scale %s : (tensor<?x256xf32>, !packed, tensor<f32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// CHECK-LABEL: func.func @bit_linear_norm(
// CHECK: fidelity.bit_linear %arg0, %arg1 scale %arg2 norm %arg3 : (tensor<256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64xf32>, tensor<256xf32>) -> tensor<64xf16>
func.func @bit_linear_norm(%x: tensor<256xf16>, %w: !packed, %s: tensor<64xf32>, %n: tensor<256xf32>) -> tensor<64xf16> {
  %y = fidelity.bit_linear %x, %w scale %s norm %n : (tensor<256xf16>, !packed, tensor<64xf32>, tensor<256xf32>) -> tensor<64xf16>
  return %y : tensor<64xf16>
}

// CHECK-LABEL: func.func @bit_linear_bias(
// CHECK: fidelity.bit_linear %arg0, %arg1 scale %arg2 bias %arg3 {epsilon = 0.000000e+00 : f64} : (tensor<?x?xf64>, tensor<?x?xi8>, tensor<?x?xf64>, tensor<?xf64>) -> tensor<?x?xf64>
func.func @bit_linear_bias(%x: tensor<?x?xf64>, %w: tensor<?x?xi8>, %s: tensor<?x?xf64>, %b: tensor<?xf64>) -> tensor<?x?xf64> {
  %y = fidelity.bit_linear %x, %w scale %s bias %b {epsilon = 0.0 : f64} : (tensor<?x?xf64>, tensor<?x?xi8>, tensor<?x?xf64>, tensor<?xf64>) -> tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// CHECK-LABEL: func.func @bit_linear_all(
// CHECK: fidelity.bit_linear %arg0, %arg1 scale %arg2 norm %arg3 bias %arg4 {epsilon = 1.000000e-08 : f64} : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64x4xf32>, tensor<256xf32>, tensor<64xf32>) -> tensor<64xf32>
func.func @bit_linear_all(%x: tensor<256xf32>, %w: !packed, %s: tensor<64x4xf32>, %n: tensor<256xf32>, %b: tensor<64xf32>) -> tensor<64xf32> {
  %y = fidelity.bit_linear %x, %w scale %s norm %n bias %b {epsilon = 1.0e-8 : f64} : (tensor<256xf32>, !packed, tensor<64x4xf32>, tensor<256xf32>, tensor<64xf32>) -> tensor<64xf32>
  return %y : tensor<64xf32>
}

// CHECK-LABEL: func.func @pack(
// CHECK: fidelity.pack %arg0 to packed2 : (tensor<64x256xi8>) -> tensor<64x256xi8, #fidelity.tensor<storage = packed2>>
func.func @pack(%w: tensor<64x256xi8>) -> !packed {
  %p = fidelity.pack %w to packed2 : (tensor<64x256xi8>) -> !packed
  return %p : !packed
}

// The names of the dimensions stay; trits of any shape can be packed.
// CHECK-LABEL: func.func @pack_names(
// CHECK: fidelity.pack %arg0 to packed2 {step} : (tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In]>>) -> tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>>
func.func @pack_names(%w: tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In]>>) -> tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>> {
  %p = fidelity.pack %w to packed2 {step} : (tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In]>>) -> tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>>
  return %p : tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>>
}

// CHECK-LABEL: func.func @unpack(
// CHECK: fidelity.unpack %arg0 {step} : (tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64x256xi8>
func.func @unpack(%p: !packed) -> tensor<64x256xi8> {
  %w = fidelity.unpack %p {step} : (!packed) -> tensor<64x256xi8>
  return %w : tensor<64x256xi8>
}

// CHECK-LABEL: func.func @storage_of_base_3(
// CHECK: %[[P:.*]] = fidelity.pack %arg0 to packed5 : (tensor<?x7xi8>) -> tensor<?x7xi8, #fidelity.tensor<storage = packed5>>
// CHECK: fidelity.unpack %[[P]] : (tensor<?x7xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?x7xi8>
// CHECK: fidelity.ternary_linear %arg1, %[[P]] : (tensor<7xf32>, tensor<?x7xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?xf32>
func.func @storage_of_base_3(%w: tensor<?x7xi8>, %x: tensor<7xf32>) -> (tensor<?x7xi8>, tensor<?xf32>) {
  %p = fidelity.pack %w to packed5 : (tensor<?x7xi8>) -> tensor<?x7xi8, #fidelity.tensor<storage = packed5>>
  %u = fidelity.unpack %p : (tensor<?x7xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?x7xi8>
  %y = fidelity.ternary_linear %x, %p : (tensor<7xf32>, tensor<?x7xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?xf32>
  return %u, %y : tensor<?x7xi8>, tensor<?xf32>
}
