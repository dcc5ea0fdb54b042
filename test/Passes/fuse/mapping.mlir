// What becomes of the mappings of what is fused.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -

// What the layer among the parts says, and what all say.
// CHECK-LABEL: func.func @layer(
// CHECK-NEXT:    fidelity.bit_linear {{.*}}fidelity.mapping = #fidelity.mapping<kernel = "quarter", storage = packed2, tile = [16, 32, 64], group = 3>}
// CHECK-NEXT:    return
func.func @layer(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>, %n: tensor<256xf32>,
                 %s: tensor<f32>) -> tensor<?x64xf32> {
  %h = fidelity.rms_norm %x weight %n {fidelity.mapping = #fidelity.mapping<tile = [256], group = 3, device = "a">}
    : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
  %q, %i = fidelity.quantize_activations %h {fidelity.mapping = #fidelity.mapping<group = 3>}
    : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s
    {fidelity.mapping = #fidelity.mapping<kernel = "quarter", storage = packed2, tile = [16, 32, 64], group = 3, device = "b">}
    : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f32>) -> tensor<?x64xf32>
  %y = fidelity.multiply %z, %i : (tensor<?x64xf32>, tensor<?x1xf32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Layers that are joined keep what they agree on.
// CHECK-LABEL: func.func @siblings(
// CHECK:         fidelity.ternary_linear {{.*}} {fidelity.mapping = #fidelity.mapping<storage = packed5, group = 1>}
// CHECK-NOT:     fidelity.ternary_linear
// CHECK:         return
func.func @siblings(%x: tensor<4x4xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %v = arith.constant dense<[[1, 0, -1, 1], [0, 1, 1, 0]]> : tensor<2x4xi8>
  %w = arith.constant dense<[[1, 1, -1, 1], [-1, 1, 0, 0]]> : tensor<2x4xi8>
  %0 = fidelity.ternary_linear %x, %v {fidelity.mapping = #fidelity.mapping<storage = packed5, tile = [1, 8, 64], group = 1>}
    : (tensor<4x4xf32>, tensor<2x4xi8>) -> tensor<4x2xf32>
  %1 = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = packed5, tile = [1, 4, 64], group = 1>}
    : (tensor<4x4xf32>, tensor<2x4xi8>) -> tensor<4x2xf32>
  return %0, %1 : tensor<4x2xf32>, tensor<4x2xf32>
}

// An op that takes another one in is of its kind, and has its chunk.
// CHECK-LABEL: func.func @attention(
// CHECK-NEXT:    fidelity.linear_attention {{.*}}fidelity.mapping = #fidelity.mapping<kernel = "chunks", chunk = 16>
// CHECK-NEXT:    return
func.func @attention(%q: tensor<1x2x64x16xf32>, %k: tensor<1x2x64x16xf32>) -> tensor<1x2x64x16xf32> {
  %f = fidelity.elu_plus_one %q : tensor<1x2x64x16xf32>
  %g = fidelity.elu_plus_one %k : tensor<1x2x64x16xf32>
  %o, %s = fidelity.linear_attention %f, %g, %k update_rule(linear)
    {fidelity.mapping = #fidelity.mapping<kernel = "chunks", chunk = 16>}
    : (tensor<1x2x64x16xf32>, tensor<1x2x64x16xf32>, tensor<1x2x64x16xf32>)
    -> (tensor<1x2x64x16xf32>, tensor<1x2x16x16xf32>)
  return %o : tensor<1x2x64x16xf32>
}

// What is chosen for a step is not chosen for all of them.
// CHECK-LABEL: func.func @steps(
// CHECK:         fidelity.mlgru {{.*}}fidelity.mapping = #fidelity.mapping<device = "a">
// CHECK:         return
func.func @steps(%f: tensor<16x8xf32>, %c: tensor<16x8xf32>, %s: tensor<8xf32>) -> tensor<16x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %e = tensor.empty() : tensor<16x8xf32>
  %o, %last = scf.for %t = %c0 to %c16 step %c1 iter_args(%to = %e, %state = %s) -> (tensor<16x8xf32>, tensor<8xf32>) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<16x8xf32> to tensor<1x8xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 8] [1, 1] : tensor<16x8xf32> to tensor<1x8xf32>
    %ot, %next = fidelity.mlgru %ft, %ct state %state
      {fidelity.mapping = #fidelity.mapping<kernel = "steps", chunk = 0, device = "a">}
      : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
    %all = tensor.insert_slice %ot into %to[%t, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<16x8xf32>
    scf.yield %all, %next : tensor<16x8xf32>, tensor<8xf32>
  }
  return %o : tensor<16x8xf32>
}
