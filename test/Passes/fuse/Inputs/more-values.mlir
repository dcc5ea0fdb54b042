// What `more-values.test` evaluates before and after.

// The batch of one operand says what all take of theirs.
func.func @batch(%f: tensor<?x?x3xf32>, %c: tensor<?x?x3xf32>, %h0: tensor<?x3xf32>) -> (tensor<?x?x3xf32>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %N = tensor.dim %f, %c0 : tensor<?x?x3xf32>
  %T = tensor.dim %f, %c1 : tensor<?x?x3xf32>
  %e = tensor.empty(%N, %T) : tensor<?x?x3xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<?x3xf32>, tensor<?x?x3xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [%N, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x1x3xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [%N, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x1x3xf32>
    %o, %n = fidelity.mlgru %ft, %ct state %h : (tensor<?x1x3xf32>, tensor<?x1x3xf32>, tensor<?x3xf32>) -> (tensor<?x1x3xf32>, tensor<?x3xf32>)
    %w = tensor.insert_slice %o into %out[0, %t, 0] [%N, 1, 3] [1, 1, 1] : tensor<?x1x3xf32> into tensor<?x?x3xf32>
    scf.yield %n, %w : tensor<?x3xf32>, tensor<?x?x3xf32>
  }
  return %r#1, %r#0 : tensor<?x?x3xf32>, tensor<?x3xf32>
}

func.func @scan(%x: tensor<?x?x4xf32>, %A: tensor<4x3xf32>, %B: tensor<?x?x3xf32>, %C: tensor<?x?x3xf32>, %h0: tensor<?x4x3xf32>)
    -> (tensor<?x?x4xf32>, tensor<?x4x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %N = tensor.dim %x, %c0 : tensor<?x?x4xf32>
  %T = tensor.dim %x, %c1 : tensor<?x?x4xf32>
  %e = tensor.empty(%N, %T) : tensor<?x?x4xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<?x4x3xf32>, tensor<?x?x4xf32>) {
    %xt = tensor.extract_slice %x[0, %t, 0] [%N, 1, 4] [1, 1, 1] : tensor<?x?x4xf32> to tensor<?x4xf32>
    %Bt = tensor.extract_slice %B[0, %t, 0] [%N, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x1x3xf32>
    %Ct = tensor.extract_slice %C[0, %t, 0] [%N, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x1x3xf32>
    %n = fidelity.ssm.state_update %h, %xt, %A, %Bt : (tensor<?x4x3xf32>, tensor<?x4xf32>, tensor<4x3xf32>, tensor<?x1x3xf32>) -> tensor<?x4x3xf32>
    %y = fidelity.ssm.output %n, %Ct : (tensor<?x4x3xf32>, tensor<?x1x3xf32>) -> tensor<?x4xf32>
    %w = tensor.insert_slice %y into %out[0, %t, 0] [%N, 1, 4] [1, 1, 1] : tensor<?x4xf32> into tensor<?x?x4xf32>
    scf.yield %n, %w : tensor<?x4x3xf32>, tensor<?x?x4xf32>
  }
  return %r#1, %r#0 : tensor<?x?x4xf32>, tensor<?x4x3xf32>
}

// The first 2 of 4, and the last state alone.
func.func @half(%f: tensor<4x?x3xf32>, %c: tensor<2x?x3xf32>, %h0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %T = tensor.dim %f, %c1 : tensor<4x?x3xf32>
  %r = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0) -> (tensor<2x3xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [2, 1, 3] [1, 1, 1] : tensor<4x?x3xf32> to tensor<2x1x3xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [2, 1, 3] [1, 1, 1] : tensor<2x?x3xf32> to tensor<2x1x3xf32>
    %o, %n = fidelity.mlgru %ft, %ct state %h : (tensor<2x1x3xf32>, tensor<2x1x3xf32>, tensor<2x3xf32>) -> (tensor<2x1x3xf32>, tensor<2x3xf32>)
    scf.yield %n : tensor<2x3xf32>
  }
  return %r : tensor<2x3xf32>
}

// A decay of each step, and a beta that is one for all.
func.func @attention(%q: tensor<1x2x?x4xf32>, %k: tensor<1x2x?x4xf32>, %v: tensor<1x2x?x3xf32>, %g: tensor<1x2x?xf32>,
                     %b: tensor<1x2x1xf32>, %s0: tensor<1x2x4x3xf32>) -> (tensor<1x2x?x3xf32>, tensor<1x2x4x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %T = tensor.dim %q, %c2 : tensor<1x2x?x4xf32>
  %e = tensor.empty(%T) : tensor<1x2x?x3xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%out = %e, %s = %s0) -> (tensor<1x2x?x3xf32>, tensor<1x2x4x3xf32>) {
    %qt = tensor.extract_slice %q[0, 0, %t, 0] [1, 2, 1, 4] [1, 1, 1, 1] : tensor<1x2x?x4xf32> to tensor<1x2x1x4xf32>
    %kt = tensor.extract_slice %k[0, 0, %t, 0] [1, 2, 1, 4] [1, 1, 1, 1] : tensor<1x2x?x4xf32> to tensor<1x2x1x4xf32>
    %vt = tensor.extract_slice %v[0, 0, %t, 0] [1, 2, 1, 3] [1, 1, 1, 1] : tensor<1x2x?x3xf32> to tensor<1x2x1x3xf32>
    %gt = tensor.extract_slice %g[0, 0, %t] [1, 2, 1] [1, 1, 1] : tensor<1x2x?xf32> to tensor<1x2x1xf32>
    %o, %n = fidelity.linear_attention %qt, %kt, %vt decay %gt beta %b state %s update_rule(gated_delta) {causal = false, scale = 0.25 : f64}
      : (tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x4x3xf32>)
      -> (tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>)
    %w = tensor.insert_slice %o into %out[0, 0, %t, 0] [1, 2, 1, 3] [1, 1, 1, 1] : tensor<1x2x1x3xf32> into tensor<1x2x?x3xf32>
    scf.yield %w, %n : tensor<1x2x?x3xf32>, tensor<1x2x4x3xf32>
  }
  return %r#0, %r#1 : tensor<1x2x?x3xf32>, tensor<1x2x4x3xf32>
}

// An integer sum, its conversion, and two scales; the scales taken together first; a
// scale of powers of two past that of the tokens.
func.func @scales(%x: tensor<?x12xf32>, %w: tensor<5x12xi8>, %s: tensor<f32>) -> (tensor<?x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>) {
  %h = fidelity.rms_norm %x : (tensor<?x12xf32>) -> tensor<?x12xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<?x12xf32>) -> (tensor<?x12xi8>, tensor<?x1xf32>)
  %z = fidelity.ternary_linear %q, %w : (tensor<?x12xi8>, tensor<5x12xi8>) -> tensor<?x5xi32>
  %f = arith.sitofp %z : tensor<?x5xi32> to tensor<?x5xf32>
  %y = fidelity.multiply %f, %i : (tensor<?x5xf32>, tensor<?x1xf32>) -> tensor<?x5xf32>
  %y2 = fidelity.multiply %y, %s : (tensor<?x5xf32>, tensor<f32>) -> tensor<?x5xf32>

  %one = arith.constant dense<1.0> : tensor<f32>
  %j = fidelity.multiply %i, %s : (tensor<?x1xf32>, tensor<f32>) -> tensor<?x1xf32>
  %u = fidelity.ternary_linear %q, %w scale %one : (tensor<?x12xi8>, tensor<5x12xi8>, tensor<f32>) -> tensor<?x5xf32>
  %u2 = fidelity.multiply %u, %j : (tensor<?x5xf32>, tensor<?x1xf32>) -> tensor<?x5xf32>

  %t = arith.constant dense<[0.5, 2.0, 1.0, 0.25, 4.0]> : tensor<5xf32>
  %v = fidelity.ternary_linear %q, %w scale %s : (tensor<?x12xi8>, tensor<5x12xi8>, tensor<f32>) -> tensor<?x5xf32>
  %v2 = fidelity.multiply %v, %i : (tensor<?x5xf32>, tensor<?x1xf32>) -> tensor<?x5xf32>
  %v3 = fidelity.multiply %v2, %t : (tensor<?x5xf32>, tensor<5xf32>) -> tensor<?x5xf32>
  return %y2, %u2, %v3 : tensor<?x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>
}

// A gate that is computed twice, and the change of the state times the gate.
func.func @gates(%f: tensor<?x3xf32>, %c: tensor<?x3xf32>, %h: tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %f1 = fidelity.sigmoid %f : tensor<?x3xf32>
  %f2 = fidelity.sigmoid %f : tensor<?x3xf32>
  %t = fidelity.tanh %c : tensor<?x3xf32>
  %rest = fidelity.subtract %one, %f1 : (tensor<f32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %new = fidelity.multiply %t, %rest : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %kept = fidelity.multiply %h, %f2 : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %next = fidelity.add %new, %kept : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>

  %f3 = fidelity.sigmoid %f : tensor<?x3xf32>
  %u = fidelity.tanh %c : tensor<?x3xf32>
  %d = fidelity.subtract %h, %u : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %m = fidelity.multiply %f3, %d : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %other = fidelity.add %u, %m : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %next, %other : tensor<?x3xf32>, tensor<?x3xf32>
}

// silu as a product, and the rest of a swiglu.
func.func @silu(%x: tensor<?x3xf32>, %u: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %s = fidelity.sigmoid %x : tensor<?x3xf32>
  %z = fidelity.multiply %x, %s : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %y = fidelity.multiply %u, %z : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// Weights that are arguments, under one norm.
func.func @shared(%x: tensor<?x12xf32>, %n: tensor<12xf32>, %a: tensor<5x12xi8>, %b: tensor<3x12xi8>, %s: tensor<f32>, %t: tensor<3xf32>, %bias: tensor<3xf32>)
    -> (tensor<?x5xf32>, tensor<?x3xf32>) {
  %y = fidelity.bit_linear %x, %a scale %s norm %n {epsilon = 1.0e-4 : f64} : (tensor<?x12xf32>, tensor<5x12xi8>, tensor<f32>, tensor<12xf32>) -> tensor<?x5xf32>
  %z = fidelity.bit_linear %x, %b scale %t norm %n bias %bias {epsilon = 1.0e-4 : f64}
    : (tensor<?x12xf32>, tensor<3x12xi8>, tensor<3xf32>, tensor<12xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y, %z : tensor<?x5xf32>, tensor<?x3xf32>
}

// Rows that are equal, one of them with another bias, one of zeros and a negation.
func.func @rows(%x: tensor<?x96xf32>, %s: tensor<f32>) -> tensor<?x9xf32> {
  %w = arith.constant dense_resource<w> : tensor<9x96xi8>
  %b = arith.constant dense<[1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]> : tensor<9xf32>
  %y = fidelity.bit_linear %x, %w scale %s bias %b : (tensor<?x96xf32>, tensor<9x96xi8>, tensor<f32>, tensor<9xf32>) -> tensor<?x9xf32>
  return %y : tensor<?x9xf32>
}

// Scores that are scaled, of so many tokens as there are.
func.func @scores(%q: tensor<?x?x2xf32>, %k: tensor<?x2x?xf32>, %v: tensor<?x?x3xf32>, %scale: tensor<f32>) -> tensor<?x?x3xf32> {
  %z = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %N = tensor.dim %q, %c0 : tensor<?x?x2xf32>
  %T = tensor.dim %q, %c1 : tensor<?x?x2xf32>
  %U = tensor.dim %v, %c1 : tensor<?x?x3xf32>
  %e = tensor.empty(%N, %T, %U) : tensor<?x?x?xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<?x?x2xf32>, tensor<?x2x?xf32>) outs(%f : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %m = fidelity.multiply %s, %scale : (tensor<?x?x?xf32>, tensor<f32>) -> tensor<?x?x?xf32>
  %e2 = tensor.empty(%N, %T) : tensor<?x?x3xf32>
  %f2 = linalg.fill ins(%z : f32) outs(%e2 : tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  %o = linalg.batch_matmul ins(%m, %v : tensor<?x?x?xf32>, tensor<?x?x3xf32>) outs(%f2 : tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  return %o : tensor<?x?x3xf32>
}

{-#
  dialect_resources: { builtin: {
    w: "0x0100000000FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF00FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF00FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF00FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF00FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF000100FF0101FF0100FF01FF0101010000010101FF0001FF0101FFFFFF01FFFF00010101FF01000001FF01FF00FFFF0101FFFFFF010001FFFF01FF01FF0100FFFF000000FF0000000101FF0101FF00FF0000FF0000FF0101FF0001000100000100FF0001FFFF01FF0001FF01FFFFFF0000FFFFFF0100FF01FFFF010101FF010100FFFFFF01FF0000FF01FF01000101FFFF010101FF00FF0101FF01FF01FF00010100000001000000FFFF01FFFF010001000001000001FFFF0100FF00FF0000FF"
  } }
#-}
