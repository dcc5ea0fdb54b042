// Calls and assertions keep their order; the default leaves alone what saves little.

// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 | FileCheck %s
// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 -o %t.once
// RUN: fidelity-opt %t.once -fidelity-outline-repeats=least=1 | diff %t.once -
// RUN: fidelity-opt %s -o %t.before
// RUN: fidelity-opt %s -fidelity-outline-repeats | diff %t.before -
// RUN: not fidelity-opt %s -fidelity-outline-repeats=least=0 2>&1 | FileCheck %s --check-prefix=OPTION

// OPTION: error: expected least to be 1 or more, but got 0

func.func private @log(tensor<4xf32>)

// CHECK-LABEL: func.func @effects(
// CHECK-NEXT:    %[[A:.*]] = call @effects_repeat0(
// CHECK-NEXT:    %[[B:.*]] = call @effects_repeat0(%[[A]]
// CHECK-NEXT:    return %[[B]]
// CHECK:       func.func private @effects_repeat0(
// CHECK:         fidelity.tanh
// CHECK-NEXT:    call @log(
// CHECK-NEXT:    fidelity.exp
// CHECK-NEXT:    cf.assert %{{.*}}, "a"
// CHECK-NEXT:    fidelity.silu
func.func @effects(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  %a0 = fidelity.tanh %x : tensor<4xf32>
  call @log(%a0) : (tensor<4xf32>) -> ()
  %b0 = fidelity.exp %a0 : tensor<4xf32>
  cf.assert %c, "a"
  %d0 = fidelity.silu %b0 : tensor<4xf32>
  %e0 = fidelity.relu %d0 : tensor<4xf32>
  %f0 = fidelity.gelu %e0 : tensor<4xf32>
  %g0 = fidelity.sigmoid %f0 : tensor<4xf32>
  %h0 = fidelity.silu %g0 : tensor<4xf32>
  %y0 = fidelity.relu %h0 : tensor<4xf32>
  %a1 = fidelity.tanh %y0 : tensor<4xf32>
  call @log(%a1) : (tensor<4xf32>) -> ()
  %b1 = fidelity.exp %a1 : tensor<4xf32>
  cf.assert %c, "a"
  %d1 = fidelity.silu %b1 : tensor<4xf32>
  %e1 = fidelity.relu %d1 : tensor<4xf32>
  %f1 = fidelity.gelu %e1 : tensor<4xf32>
  %g1 = fidelity.sigmoid %f1 : tensor<4xf32>
  %h1 = fidelity.silu %g1 : tensor<4xf32>
  %y1 = fidelity.relu %h1 : tensor<4xf32>
  return %y1 : tensor<4xf32>
}
