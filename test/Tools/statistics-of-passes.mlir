// What passes over models count, of one module whose parts can be counted by hand.

// Raised: the exponential and the sum, and the product of trits; that of 0.5 and 0.25 in
// one row stays.
// RUN: fidelity-opt %s -fidelity-raise --mlir-pass-statistics -o /dev/null 2>&1 | FileCheck %s --check-prefix=RAISE
//      RAISE: FidelityRaise
// RAISE-NEXT:   (S) 2 elementwise
// RAISE-NEXT:   (S) 0 norms
// RAISE-NEXT:   (S) 0 quantizations
// RAISE-NEXT:   (S) 0 convolutions
// RAISE-NEXT:   (S) 1 linear
// RAISE-NEXT:   (S) 1 left

// Fused: one layer of its parts, its second scale and its bias, a swiglu, a factor of
// queries, a step, a loop, and two layers of one input, of whose four rows one is then
// computed.
// RUN: fidelity-opt %s -fidelity-fuse=profile=%S/../Passes/fuse/Inputs/slow-products.toml --mlir-pass-statistics -o /dev/null 2>&1 | FileCheck %s --check-prefix=FUSE
//      FUSE: FidelityFuse
// FUSE-NEXT:   (S) 1 bit-linear
// FUSE-NEXT:   (S) 2 epilogues
// FUSE-NEXT:   (S) 1 activations
// FUSE-NEXT:   (S) 1 attention
// FUSE-NEXT:   (S) 1 gated-steps
// FUSE-NEXT:   (S) 1 time-loops
// FUSE-NEXT:   (S) 0 reassociated
// FUSE-NEXT:   (S) 1 zero-weights
// FUSE-NEXT:   (S) 2 siblings

// Two parts, and 4 numbers of 4 bytes that go from one to the other.
// RUN: fidelity-opt %s -fidelity-partition --mlir-pass-statistics -o /dev/null 2>&1 | FileCheck %s --check-prefix=PARTITION
//      PARTITION: FidelityPartition
// PARTITION-NEXT:   (S) 2 parts
// PARTITION-NEXT:   (S) 1 transfers
// PARTITION-NEXT:   (S) 16 bytes

// Two matrices of 2 · 256 trits, from a byte to two bits each.
// RUN: fidelity-opt %s -fidelity-pack-weights --mlir-pass-statistics -o /dev/null 2>&1 | FileCheck %s --check-prefix=PACK
//      PACK: FidelityPackWeights
// PACK-NEXT:   (S) 2 repacked
// PACK-NEXT:   (S) 1024 bytes-before
// PACK-NEXT:   (S) 256 bytes-after
// PACK-NEXT:   (S) 0 folded
// PACK-NEXT:   (S) 0 kept

func.func @raised(%x: tensor<3x2xf32>, %e: tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
  %trits = arith.constant dense<[[0.5, -0.5], [0.0, 0.5]]> : tensor<2x2xf32>
  %others = arith.constant dense<[[0.5, -0.5], [0.25, 0.5]]> : tensor<2x2xf32>
  %f = arith.constant dense<0.0> : tensor<3x2xf32>
  %a = linalg.exp ins(%x : tensor<3x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %b = linalg.add ins(%a, %x : tensor<3x2xf32>, tensor<3x2xf32>) outs(%e : tensor<3x2xf32>) -> tensor<3x2xf32>
  %y = linalg.matmul ins(%b, %trits : tensor<3x2xf32>, tensor<2x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  %z = linalg.matmul ins(%b, %others : tensor<3x2xf32>, tensor<2x2xf32>) outs(%f : tensor<3x2xf32>) -> tensor<3x2xf32>
  return %a, %y, %z : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>
}

func.func @layer(%x: tensor<?x12xf32>, %w: tensor<5x12xi8>, %s: tensor<f32>, %b: tensor<5xf32>) -> tensor<?x5xf32> {
  %t = arith.constant dense<0.25> : tensor<f32>
  %own = arith.constant dense<3.0> : tensor<f32>
  %h = fidelity.rms_norm %x : (tensor<?x12xf32>) -> tensor<?x12xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<?x12xf32>) -> (tensor<?x12xi8>, tensor<?x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %own : (tensor<?x12xi8>, tensor<5x12xi8>, tensor<f32>) -> tensor<?x5xf32>
  %y = fidelity.multiply %z, %i : (tensor<?x5xf32>, tensor<?x1xf32>) -> tensor<?x5xf32>
  %a = fidelity.multiply %y, %t : (tensor<?x5xf32>, tensor<f32>) -> tensor<?x5xf32>
  %o = fidelity.add %a, %b : (tensor<?x5xf32>, tensor<5xf32>) -> tensor<?x5xf32>
  return %o : tensor<?x5xf32>
}

func.func @gate(%g: tensor<4xf32>, %u: tensor<4xf32>) -> tensor<4xf32> {
  %s = fidelity.silu %g : tensor<4xf32>
  %y = fidelity.multiply %u, %s : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

func.func @attention(%q: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %c = arith.constant dense<0.25> : tensor<f32>
  %f = fidelity.multiply %q, %c : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %o, %s = fidelity.linear_attention %f, %q, %q update_rule(linear)
    : (tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<2x4x4xf32>)
  return %o : tensor<2x3x4xf32>
}

func.func @steps(%f: tensor<5x8xf32>, %c: tensor<5x8xf32>, %h0: tensor<8xf32>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant dense<1.0> : tensor<f32>
  %r = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0) -> (tensor<8xf32>) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<8xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<8xf32>
    %s = fidelity.sigmoid %ft : tensor<8xf32>
    %rest = fidelity.subtract %one, %s : (tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
    %ta = fidelity.tanh %ct : tensor<8xf32>
    %new = fidelity.multiply %rest, %ta : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %kept = fidelity.multiply %h, %s : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %next = fidelity.add %kept, %new : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    scf.yield %next : tensor<8xf32>
  }
  return %r : tensor<8xf32>
}

func.func @siblings(%x: tensor<1x256xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %a = arith.constant dense<1> : tensor<2x256xi8>
  %b = arith.constant dense<-1> : tensor<2x256xi8>
  %y = fidelity.ternary_linear %x, %a : (tensor<1x256xf32>, tensor<2x256xi8>) -> tensor<1x2xf32>
  %z = fidelity.ternary_linear %x, %b : (tensor<1x256xf32>, tensor<2x256xi8>) -> tensor<1x2xf32>
  return %y, %z : tensor<1x2xf32>, tensor<1x2xf32>
}

func.func @parts(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<device = "gpu0">} : tensor<4xf32>
  %b = fidelity.tanh %a {fidelity.mapping = #fidelity.mapping<device = "gpu1">} : tensor<4xf32>
  return %b : tensor<4xf32>
}
