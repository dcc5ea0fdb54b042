// What is called counts where it is called, as often as it is; calls are placed on
// devices, and what they call is where they are.

// RUN: fidelity-opt %s -fidelity-premap="profile=%S/Inputs/simple.toml devices=%S/Inputs/simple.toml,%S/Inputs/fast.toml" | FileCheck %s
// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml | FileCheck %s --check-prefix=ALONE

// The layer takes 20 µs here and 4 µs over there, four times; the way there takes 20 µs.
// CHECK-LABEL: func.func @model(
// CHECK:         call @layer({{.*}}) {fidelity.mapping = #fidelity.mapping<device = "fast">}
// CHECK:         call @layer({{.*}}) {fidelity.mapping = #fidelity.mapping<device = "fast">}
// CHECK:         scf.for
// CHECK:           call @layer({{.*}}) {fidelity.mapping = #fidelity.mapping<device = "fast">}
// ALONE-LABEL: func.func @model(
// ALONE-NOT:     fidelity.mapping
// ALONE-LABEL: func.func private @layer(
!w = tensor<100x100xi8, #fidelity.tensor<storage = packed2>>
func.func @model(%x: tensor<1x100xf32>) -> tensor<1x100xf32> {
  %v = arith.constant dense<1> : !w
  %w = arith.constant dense<-1> : !w
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %a = call @layer(%x, %v) : (tensor<1x100xf32>, !w) -> tensor<1x100xf32>
  %b = call @layer(%a, %w) : (tensor<1x100xf32>, !w) -> tensor<1x100xf32>
  %c = scf.for %i = %c0 to %c2 step %c1 iter_args(%y = %b) -> (tensor<1x100xf32>) {
    %n = func.call @layer(%y, %w) : (tensor<1x100xf32>, !w) -> tensor<1x100xf32>
    scf.yield %n : tensor<1x100xf32>
  }
  return %c : tensor<1x100xf32>
}

// Its weights are a constant wherever it is called, which a mapping may want stored in
// another way; by itself the layer has them as they are.
// CHECK-LABEL: func.func private @layer(
// CHECK:         fidelity.ternary_linear %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "quarter">}
// CHECK:         fidelity.ternary_linear %{{.*}} {fidelity.mapping = #fidelity.mapping<kernel = "byte", storage = dense>}
func.func private @layer(%x: tensor<1x100xf32>, %w: !w) -> tensor<1x100xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<1x100xf32>, !w) -> tensor<1x100xf32>
  %z = fidelity.ternary_linear %y, %w {fidelity.mapping = #fidelity.mapping<storage = dense>} : (tensor<1x100xf32>, !w) -> tensor<1x100xf32>
  return %z : tensor<1x100xf32>
}

// Nobody knows how often a function calls itself.
// CHECK-LABEL: func.func @again(
// CHECK:         call @again({{.*}}) : (tensor<4xf32>)
func.func @again(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.relu %x : tensor<4xf32>
  %z = call @again(%y) : (tensor<4xf32>) -> tensor<4xf32>
  return %z : tensor<4xf32>
}
