// How an op is computed is chosen for the device that computes it, and devices of one
// profile are devices of their own.

// RUN: split-file %s %t
// RUN: fidelity-opt %t/kinds.mlir -fidelity-premap=devices=sapphire-rapids,h200 -o %t/kinds.out
// RUN: FileCheck %t/kinds.mlir --input-file=%t/kinds.out
// RUN: fidelity-opt %t/kinds.out -fidelity-premap=devices=sapphire-rapids,h200 | diff %t/kinds.out -
// RUN: fidelity-opt %t/equal.mlir -fidelity-premap=devices=%S/Inputs/fast.toml,%S/Inputs/fast.toml -fidelity-partition \
// RUN:   | FileCheck %t/equal.mlir
// RUN: fidelity-opt %t/keys.mlir -fidelity-premap=devices=h200,x86-64-avx2 | FileCheck %t/keys.mlir
// RUN: not fidelity-opt %t/order.mlir -fidelity-premap=devices=x86-64-avx2,h200 2>&1 | FileCheck %t/order.mlir
// RUN: not fidelity-opt %t/equal.mlir -fidelity-premap="target=h200 tune" 2>&1 | FileCheck %s --check-prefix=TUNE
// RUN: not fidelity-opt %t/equal.mlir -fidelity-premap="devices=x86-64-avx2,ecp5-85 tune" 2>&1 | FileCheck %s --check-prefix=TUNE
// TUNE: error: expected a target that is a processor, as this machine is, to tune, but got {{h200|ecp5-85}}; leave tune out for estimates

//--- kinds.mlir
// A processor has its tiles, and a GPU's kernel another storage.
// CHECK-LABEL: func.func @kinds(
// CHECK: fidelity.bit_linear {{.*}}#fidelity.mapping<kernel = "tiles{{.*}}", storage = tiled{{[25]}}, device = "sapphire-rapids">
// CHECK: fidelity.bit_linear {{.*}}#fidelity.mapping<kernel = "linear-packed2", storage = packed2, tile = [{{.*}}], device = "h200">
!x = tensor<1x1024xf32>
func.func @kinds(%x: !x) -> !x {
  %v = arith.constant dense<1> : tensor<1024x1024xi8>
  %w = arith.constant dense<-1> : tensor<1024x1024xi8>
  %s = arith.constant dense<0.5> : tensor<f32>
  %a = fidelity.bit_linear %x, %v scale %s {fidelity.mapping = #fidelity.mapping<device = "sapphire-rapids">}
    : (!x, tensor<1024x1024xi8>, tensor<f32>) -> !x
  %b = fidelity.bit_linear %a, %w scale %s {fidelity.mapping = #fidelity.mapping<device = "h200">}
    : (!x, tensor<1024x1024xi8>, tensor<f32>) -> !x
  return %b : !x
}

//--- equal.mlir
// One device has no memory for both.
// CHECK-LABEL: func.func @equal(
// CHECK: call @equal_fast(
// CHECK: fidelity.transfer {{.*}} from "fast" to "fast_1"
// CHECK: call @equal_fast_1(
!x = tensor<1x1000xf32>
func.func @equal(%x: !x) -> !x {
  %v = arith.constant dense<1> : tensor<1000x1000xi8>
  %w = arith.constant dense<-1> : tensor<1000x1000xi8>
  %a = fidelity.ternary_linear %x, %v : (!x, tensor<1000x1000xi8>) -> !x
  %b = fidelity.ternary_linear %a, %w : (!x, tensor<1000x1000xi8>) -> !x
  return %b : !x
}

//--- keys.mlir
// What a device does not compute is for the next one that does.
// CHECK-LABEL: func.func @keys(
// CHECK: fidelity.linear_attention {{.*}}#fidelity.mapping<kernel = "{{.*}}", chunk = {{[0-9]+}}, device = "x86-64-avx2">
!q = tensor<1x2x64x16xf32>
func.func @keys(%q: !q) -> !q {
  %y, %s = fidelity.linear_attention %q, %q, %q update_rule(linear) : (!q, !q, !q) -> (!q, tensor<1x2x16x16xf32>)
  return %y : !q
}

//--- order.mlir
// CHECK: order.mlir:[[# @LINE + 5]]:{{[0-9]+}}: error: expected devices in the order of the model, of which h200 or a later one computes this op, but got only x86-64-avx2
!q = tensor<1x2x64x16xf32>
func.func @order(%q: !q, %x: tensor<1x1024xf32>, %w: tensor<1024x1024xi8>) -> (tensor<1x1024xf32>, !q) {
  %a = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<kernel = "linear-dense">}
    : (tensor<1x1024xf32>, tensor<1024x1024xi8>) -> tensor<1x1024xf32>
  %y, %s = fidelity.linear_attention %q, %q, %q update_rule(linear) : (!q, !q, !q) -> (!q, tensor<1x2x16x16xf32>)
  return %a, %y : tensor<1x1024xf32>, !q
}
