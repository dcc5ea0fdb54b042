// Where ops are that name no device.

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">
#id = affine_map<(d0) -> (d0)>

// With what they read: %b is gpu0's, though it comes later, and breaks no part.
func.func @operands(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %c = fidelity.exp %a {fidelity.mapping = #gpu1} : tensor<4xf32>
  %b = fidelity.tanh %a : tensor<4xf32>
  %d = fidelity.sigmoid %c {fidelity.mapping = #gpu1} : tensor<4xf32>
  %e = fidelity.add %b, %d : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %e : tensor<4xf32>
}

// Where they are read first: %t and %u are gpu1's.
func.func @users(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %t = fidelity.tanh %y : tensor<4xf32>
  %u = fidelity.relu %t : tensor<4xf32>
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %b = fidelity.add %a, %u {fidelity.mapping = #gpu1} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c = fidelity.exp %t {fidelity.mapping = #gpu0} : tensor<4xf32>
  return %b, %c : tensor<4xf32>, tensor<4xf32>
}

// With the caller: what no device reads, sizes and slices of what it has.
func.func @caller(%x: tensor<?xf32>, %w: tensor<2x?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %t = fidelity.tanh %x : tensor<?xf32>
  %v = tensor.extract_slice %w[0, 0] [1, %n] [1, 1] : tensor<2x?xf32> to tensor<?xf32>
  %u = tensor.extract_slice %w[1, 0] [1, %n] [1, 1] : tensor<2x?xf32> to tensor<?xf32>
  %a = fidelity.add %x, %v {fidelity.mapping = #gpu0} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %b = fidelity.add %a, %u {fidelity.mapping = #gpu1} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %b, %t : tensor<?xf32>, tensor<?xf32>
}

// In each part: constants and destinations, whose sizes are passed.
func.func @copied(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %a = linalg.negf {fidelity.mapping = #gpu0} ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %b = linalg.exp {fidelity.mapping = #gpu1} ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %b : tensor<?xf32>
}

// A scalar that a device makes is passed on.
func.func @scalar(%x: tensor<?xf32>, %i: index) -> tensor<?xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  %s = tensor.extract %a[%i] : tensor<?xf32>
  %f = linalg.fill {fidelity.mapping = #gpu1} ins(%s : f32) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  return %f : tensor<?xf32>
}

// An op with a region is computed as a whole, with what it reads from outside.
func.func @region(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> (tensor<4xf32>) {
    %b = fidelity.add %s, %a {fidelity.mapping = #gpu1} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    scf.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// What has effects keeps its place: the check of a part's value is in it, the call
// is the caller's, between the parts.
func.func private @tell(%x: tensor<4xf32>) {
  return
}
func.func @effects(%x: tensor<4xf32>, %i: index) -> tensor<4xf32> {
  %c0 = arith.constant 0.0 : f32
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %s = tensor.extract %a[%i] : tensor<4xf32>
  %ok = arith.cmpf oge, %s, %c0 : f32
  cf.assert %ok, "expected a positive number"
  call @tell(%x) : (tensor<4xf32>) -> ()
  %b = fidelity.exp %a {fidelity.mapping = #gpu0} : tensor<4xf32>
  return %b : tensor<4xf32>
}
