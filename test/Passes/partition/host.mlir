// The caller on a device of its own: its values go from there, once to each
// device, and what it reads and returns comes back.

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">
#cpu = #fidelity.mapping<device = "cpu">

func.func @host(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %b = fidelity.exp %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %c = fidelity.add %a, %x {fidelity.mapping = #gpu1} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %d = fidelity.tanh %x {fidelity.mapping = #cpu} : tensor<4xf32>
  return %b, %c, %d : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// An op of the caller's reads what came back, as the return does.
func.func private @tell(%x: tensor<4xf32>) {
  return
}
func.func @reads(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  call @tell(%a) : (tensor<4xf32>) -> ()
  return %a : tensor<4xf32>
}
