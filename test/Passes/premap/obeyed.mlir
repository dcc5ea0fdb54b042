// The passes that come after obey the mapping.

// RUN: fidelity-opt %s -split-input-file -fidelity-decompose=chunk=4 | FileCheck %s --check-prefix=DECOMPOSE
// RUN: fidelity-opt %s -split-input-file -fidelity-pack-weights=storage=packed5 | FileCheck %s --check-prefix=PACK
// RUN: fidelity-opt %s -split-input-file -fidelity-form-kernels | FileCheck %s --check-prefix=KERNELS

// The chunk of the op, not that of the pass; where the op is computed goes to the ops
// that it becomes.
// DECOMPOSE-LABEL: func.func @chunks(
// DECOMPOSE:         fidelity.recurrence {{.*}} chunk(8) {fidelity.mapping = #fidelity.mapping<group = 1, device = "d">
// DECOMPOSE:         fidelity.recurrence
// DECOMPOSE-NOT:     chunk(
// DECOMPOSE:         fidelity.recurrence {{.*}} chunk(4)
func.func @chunks(%x: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %a, %s = fidelity.mlgru %x, %x {fidelity.mapping = #fidelity.mapping<chunk = 8, group = 1, device = "d">}
    : (tensor<64x8xf32>, tensor<64x8xf32>) -> (tensor<64x8xf32>, tensor<8xf32>)
  %b, %t = fidelity.mlgru %a, %a {fidelity.mapping = #fidelity.mapping<chunk = 0>}
    : (tensor<64x8xf32>, tensor<64x8xf32>) -> (tensor<64x8xf32>, tensor<8xf32>)
  %c, %u = fidelity.mlgru %b, %b
    : (tensor<64x8xf32>, tensor<64x8xf32>) -> (tensor<64x8xf32>, tensor<8xf32>)
  return %c : tensor<64x8xf32>
}

// -----

// PACK-LABEL: func.func @storage(
// PACK:         tensor<2x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<1x2xf32>
// PACK:         tensor<2x8xi8>) -> tensor<1x2xf32>
// PACK:         tensor<2x8xi8, #fidelity.tensor<storage = packed5>>) -> tensor<1x2xf32>
func.func @storage(%x: tensor<1x8xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  %v = arith.constant dense<1> : tensor<2x8xi8>
  %w = arith.constant dense<-1> : tensor<2x8xi8>
  %z = arith.constant dense<[[1, 0, 1, 0, 1, 0, 1, 0], [0, 1, 1, 1, 1, 1, 1, 1]]> : tensor<2x8xi8>
  %a = fidelity.ternary_linear %x, %v {fidelity.mapping = #fidelity.mapping<storage = packed2>}
    : (tensor<1x8xf32>, tensor<2x8xi8>) -> tensor<1x2xf32>
  %b = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<storage = dense>}
    : (tensor<1x8xf32>, tensor<2x8xi8>) -> tensor<1x2xf32>
  %c = fidelity.ternary_linear %x, %z
    : (tensor<1x8xf32>, tensor<2x8xi8>) -> tensor<1x2xf32>
  return %a, %b, %c : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}

// -----

// Ops of two groups are not launched together; those without a group are one more.
// KERNELS-LABEL: func.func @groups(
// KERNELS-NEXT:    call @groups_kernel0(
// KERNELS-NEXT:    call @groups_kernel1(
// KERNELS-NEXT:    call @groups_kernel2(
// KERNELS-NEXT:    return
func.func @groups(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %a = fidelity.rms_norm %x {fidelity.mapping = #fidelity.mapping<group = 0>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = fidelity.rms_norm %a {fidelity.mapping = #fidelity.mapping<group = 0>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c = fidelity.rms_norm %b {fidelity.mapping = #fidelity.mapping<group = 1>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %d = fidelity.rms_norm %c : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %d : tensor<4x8xf32>
}

// -----

// An op that becomes another one is launched with the others of its group.
// RUN: fidelity-opt %s -split-input-file -convert-fidelity-to-linalg=keep=fidelity.rms_norm | FileCheck %s --check-prefix=LINALG
// LINALG-LABEL: func.func @converted(
// LINALG:         fidelity.rms_norm {{.*}}group = 0
// LINALG:         linalg.generic {{.*}}#fidelity.mapping<group = 0>
func.func @converted(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %a = fidelity.rms_norm %x {fidelity.mapping = #fidelity.mapping<group = 0>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = fidelity.silu %a {fidelity.mapping = #fidelity.mapping<group = 0>} : tensor<4x8xf32>
  return %b : tensor<4x8xf32>
}
