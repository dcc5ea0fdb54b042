// What is left as it is.

// RUN: fidelity-opt %s -o %t.before
// RUN: fidelity-opt %s -fidelity-partition -o %t.after
// RUN: diff %t.before %t.after

// No op names a device.
func.func @nowhere(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<chunk = 4>} : tensor<4xf32>
  return %a : tensor<4xf32>
}

// A function of several blocks, a part, a kernel, a declaration.
func.func @blocks(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  cf.cond_br %c, ^a, ^b(%x : tensor<4xf32>)
^a:
  %a = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<device = "gpu0">} : tensor<4xf32>
  cf.br ^b(%a : tensor<4xf32>)
^b(%y: tensor<4xf32>):
  return %y : tensor<4xf32>
}
func.func private @part(%x: tensor<4xf32>) -> tensor<4xf32> attributes {fidelity.device = "gpu0"} {
  %a = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<device = "gpu0">} : tensor<4xf32>
  return %a : tensor<4xf32>
}
func.func private @kernel(%x: tensor<4xf32>) -> tensor<4xf32> attributes {fidelity.kernel = "row"} {
  %a = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<device = "gpu0">} : tensor<4xf32>
  return %a : tensor<4xf32>
}
func.func private @elsewhere(tensor<4xf32>) -> tensor<4xf32>
