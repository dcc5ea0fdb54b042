// Which way to compute each op is chosen, for a target whose profile is a file.

// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml | FileCheck %s
// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml --remarks-filter=fidelity-premap 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// What is chosen is chosen again.
// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml -fidelity-premap=profile=%S/Inputs/simple.toml | FileCheck %s

// Every built-in profile has a way to compute everything here, but those of GPUs and FPGAs
// recurrences with keys, which their lowerings have no kernel for.
// RUN: fidelity-opt %s -fidelity-premap=target=a100 | FileCheck %s --check-prefixes=ANY,NO-KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=alveo-u280 | FileCheck %s --check-prefixes=ANY,NO-KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=arm-dotprod | FileCheck %s --check-prefixes=ANY,KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=ecp5-85 | FileCheck %s --check-prefixes=ANY,NO-KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=h200 | FileCheck %s --check-prefixes=ANY,NO-KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=mi300x | FileCheck %s --check-prefixes=ANY,NO-KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=sapphire-rapids | FileCheck %s --check-prefixes=ANY,KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=wormhole | FileCheck %s --check-prefixes=ANY,KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=x86-64-avx512 | FileCheck %s --check-prefixes=ANY,KEYS
// RUN: fidelity-opt %s -fidelity-premap=target=x86-64-avx2 | FileCheck %s --check-prefixes=ANY,KEYS

// The weights are read once, from memory that is slower than computing: the smallest
// storage. 1000 * 1000 terms, 1 ns each, take 1 ms; a byte takes 10 ns, so that 250 kB
// take 2.5 ms.
// CHECK-LABEL: func.func @memory_bound(
// CHECK:         fidelity.ternary_linear %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "quarter", storage = packed2>}
// REMARK:      remark: [Analysis] mapping | Category:fidelity-premap | Remark="quarter, 2508.0 µs, memory-bound in far; next byte, 10008.0 µs"
// ANY-LABEL: func.func @memory_bound(
// ANY:         fidelity.mapping = #fidelity.mapping<kernel =
func.func @memory_bound(%x: tensor<1x1000xf32>) -> tensor<1x1000xf32> {
  %w = arith.constant dense<1> : tensor<1000x1000xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<1x1000xf32>, tensor<1000x1000xi8>) -> tensor<1x1000xf32>
  return %y : tensor<1x1000xf32>
}

// Of weights that are no constant the storage cannot be changed.
// CHECK-LABEL: func.func @argument(
// CHECK:         fidelity.ternary_linear %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "byte">}
// ANY-LABEL: func.func @argument(
func.func @argument(%x: tensor<1x1000xf32>, %w: tensor<1000x1000xi8>) -> tensor<1x1000xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<1x1000xf32>, tensor<1000x1000xi8>) -> tensor<1x1000xf32>
  return %y : tensor<1x1000xf32>
}

// Of many rows the terms take longer than the bytes, and the kernel that computes
// integers fast is for them.
// CHECK-LABEL: func.func @rows(
// CHECK:         fidelity.ternary_linear %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "many-rows", storage = dense>}
// ANY-LABEL: func.func @rows(
func.func @rows(%x: tensor<512x100xi8>) -> tensor<512x100xi32> {
  %w = arith.constant dense<1> : tensor<100x100xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<512x100xi8>, tensor<100x100xi8>) -> tensor<512x100xi32>
  return %y : tensor<512x100xi32>
}

// Chunks pay where each step has little to do.
// CHECK-LABEL: func.func @small_state(
// CHECK:         fidelity.linear_attention %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "chunks", chunk = 16>}
// ANY-LABEL: func.func @small_state(
// KEYS:         fidelity.linear_attention {{.*}}fidelity.mapping = #fidelity.mapping<kernel =
// NO-KEYS:      fidelity.linear_attention
// NO-KEYS-NOT:  fidelity.mapping
// NO-KEYS:      return
func.func @small_state(%x: tensor<1x1x1024x4xf32>) -> tensor<1x1x1024x4xf32> {
  %y, %s = fidelity.linear_attention %x, %x, %x update_rule(linear)
    : (tensor<1x1x1024x4xf32>, tensor<1x1x1024x4xf32>, tensor<1x1x1024x4xf32>) -> (tensor<1x1x1024x4xf32>, tensor<1x1x4x4xf32>)
  return %y : tensor<1x1x1024x4xf32>
}

// CHECK-LABEL: func.func @large_state(
// CHECK:         fidelity.mlgru %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "steps", chunk = 0>}
// ANY-LABEL: func.func @large_state(
// ANY:         fidelity.mapping = #fidelity.mapping<kernel =
func.func @large_state(%x: tensor<64x4096xf32>) -> tensor<64x4096xf32> {
  %y, %s = fidelity.mlgru %x, %x : (tensor<64x4096xf32>, tensor<64x4096xf32>) -> (tensor<64x4096xf32>, tensor<4096xf32>)
  return %y : tensor<64x4096xf32>
}

// An op with one way to compute it has nothing to say.
// CHECK-LABEL: func.func @no_choice(
// CHECK-NEXT:    fidelity.silu %{{.*}} : tensor<4xf32>
// ANY-LABEL: func.func @no_choice(
func.func @no_choice(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.silu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
