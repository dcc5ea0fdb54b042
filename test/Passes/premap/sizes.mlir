// Sizes that only run time tells are taken as the options say.

// RUN: fidelity-opt %s -fidelity-premap=profile=%S/Inputs/simple.toml | FileCheck %s --check-prefix=STEP
// RUN: fidelity-opt %s -fidelity-premap="profile=%S/Inputs/simple.toml sizes=Time:1024" | FileCheck %s --check-prefix=TIME
// RUN: fidelity-opt %s -fidelity-premap="profile=%S/Inputs/simple.toml dynamic=1024" | FileCheck %s --check-prefix=TIME

!x = tensor<1x1x?x4xf32, #fidelity.tensor<dims = [_, _, Time, _]>>

// STEP: #fidelity.mapping<kernel = "steps", chunk = 0>
// TIME: #fidelity.mapping<kernel = "chunks", chunk = 16>
func.func @mixer(%x: !x) -> !x {
  %y, %s = fidelity.linear_attention %x, %x, %x update_rule(linear)
    : (!x, !x, !x) -> (!x, tensor<1x1x4x4xf32>)
  return %y : !x
}
