// Layers on devices become parts; what crosses does so once.

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">

// Weights are in the part that reads them; one that both read is in both.
func.func @two(%x: tensor<4x256xf32>) -> tensor<4x64xf32> {
  %n = arith.constant dense<2.0> : tensor<256xf32>
  %w = arith.constant dense<1> : tensor<64x256xi8>
  %h = fidelity.rms_norm %x weight %n {fidelity.mapping = #gpu0} : (tensor<4x256xf32>, tensor<256xf32>) -> tensor<4x256xf32>
  %g = fidelity.rms_norm %h weight %n {fidelity.mapping = #gpu1} : (tensor<4x256xf32>, tensor<256xf32>) -> tensor<4x256xf32>
  %y = fidelity.ternary_linear %g, %w {fidelity.mapping = #gpu1} : (tensor<4x256xf32>, tensor<64x256xi8>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// There and back: a device has several parts. %a is read twice on gpu1, and
// crosses once; %b comes back.
func.func @back(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  %b = fidelity.exp %a {fidelity.mapping = #gpu1} : tensor<?xf32>
  %c = fidelity.tanh %b {fidelity.mapping = #gpu0} : tensor<?xf32>
  %d = fidelity.add %c, %a {fidelity.mapping = #gpu1} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %d, %b : tensor<?xf32>, tensor<?xf32>
}

// An argument is on the first device that reads it.
func.func @argument(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %a = fidelity.silu %x {fidelity.mapping = #gpu1} : tensor<?xf32>
  %b = fidelity.exp %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}

// The names are those of symbols that there were not.
func.func @one(%x: tensor<?xf32>) -> tensor<?xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  %b = fidelity.exp %a {fidelity.mapping = #gpu0} : tensor<?xf32>
  return %b : tensor<?xf32>
}
func.func private @one_gpu0() {
  return
}
func.func private @one_gpu0_0() {
  return
}

// What the type has of names, units and storage goes along.
func.func @typed(%w: tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>, %x: tensor<?x6xf32, #fidelity.tensor<unit = "m">>) -> tensor<?x8xf32> {
  %u = fidelity.relu %x {fidelity.mapping = #gpu0} : tensor<?x6xf32, #fidelity.tensor<unit = "m">>
  %v = fidelity.unpack %w {fidelity.mapping = #gpu0} : (tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<8x6xi8, #fidelity.tensor<dims = [Out, In]>>
  %y = fidelity.ternary_linear %u, %w {fidelity.mapping = #gpu1} : (tensor<?x6xf32, #fidelity.tensor<unit = "m">>, tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
