// What `values.test` evaluates before and after.

func.func @layer(%x: tensor<?x12xf32>, %w: tensor<5x12xi8>, %n: tensor<12xf32>, %b: tensor<5xf32>) -> tensor<?x5xf32> {
  %s = arith.constant dense<[0.5, 3.0, 0.1, 1.0, 7.0]> : tensor<5xf32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %h = fidelity.rms_norm %x weight %n {epsilon = 1.0e-6 : f64} : (tensor<?x12xf32>, tensor<12xf32>) -> tensor<?x12xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<?x12xf32>) -> (tensor<?x12xi8>, tensor<?x1xf32>)
  %z = fidelity.ternary_linear %q, %w scale %s : (tensor<?x12xi8>, tensor<5x12xi8>, tensor<5xf32>) -> tensor<?x5xf32>
  %y = fidelity.multiply %z, %i : (tensor<?x5xf32>, tensor<?x1xf32>) -> tensor<?x5xf32>
  %a = fidelity.multiply %y, %t : (tensor<?x5xf32>, tensor<f32>) -> tensor<?x5xf32>
  %o = fidelity.add %a, %b : (tensor<?x5xf32>, tensor<5xf32>) -> tensor<?x5xf32>
  return %o : tensor<?x5xf32>
}

!p2 = tensor<3x12xi8, #fidelity.tensor<storage = packed2>>
func.func @siblings(%x: tensor<?x12xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) {
  %a = arith.constant dense_resource<a> : !p2
  %b = arith.constant dense<[[1, 0, -1, 1, 0, 0, 1, 1, -1, 0, 1, 1], [0, 0, 1, 1, 0, -1, 1, 1, -1, 0, 1, 0],
                             [1, 0, -1, -1, 0, 0, 1, 0, -1, 0, 1, -1]]> : !p2
  %c = arith.constant dense<-1> : !p2
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<[0.5, 3.0, 7.0]> : tensor<3xf32>
  %y = fidelity.ternary_linear %x, %a scale %s : (tensor<?x12xf32>, !p2, tensor<f32>) -> tensor<?x3xf32>
  %z = fidelity.ternary_linear %x, %b scale %t : (tensor<?x12xf32>, !p2, tensor<3xf32>) -> tensor<?x3xf32>
  %u = fidelity.ternary_linear %x, %c scale %s : (tensor<?x12xf32>, !p2, tensor<f32>) -> tensor<?x3xf32>
  return %y, %z, %u : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

// Rows of one another, of zeros and of negations; a column of zeros at each end.
func.func @structure(%x: tensor<?x48xf32>) -> tensor<?x9xf32> {
  %w = arith.constant dense_resource<w> : tensor<9x48xi8>
  %s = arith.constant dense<0.1> : tensor<f32>
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x48xf32>, tensor<9x48xi8>, tensor<f32>) -> tensor<?x9xf32>
  return %y : tensor<?x9xf32>
}

func.func @gated(%f: tensor<?x3xf32>, %c: tensor<?x3xf32>, %g: tensor<?x3xf32>, %h0: tensor<3xf32>, %b: tensor<3xf32>)
    -> (tensor<?x3xf32>, tensor<3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant dense<1.0> : tensor<3xf32>
  %T = tensor.dim %f, %c0 : tensor<?x3xf32>
  %e = tensor.empty(%T) : tensor<?x3xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<3xf32>, tensor<?x3xf32>) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 3] [1, 1] : tensor<?x3xf32> to tensor<3xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 3] [1, 1] : tensor<?x3xf32> to tensor<3xf32>
    %gt = tensor.extract_slice %g[%t, 0] [1, 3] [1, 1] : tensor<?x3xf32> to tensor<3xf32>
    %s = fidelity.sigmoid %ft : tensor<3xf32>
    %r = fidelity.subtract %one, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %o = fidelity.multiply %s, %r : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %fb = fidelity.add %o, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %rest = fidelity.subtract %one, %fb : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %ta = fidelity.silu %ct : tensor<3xf32>
    %new = fidelity.multiply %rest, %ta : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %kept = fidelity.multiply %h, %fb : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %next = fidelity.add %kept, %new : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %sg = fidelity.sigmoid %gt : tensor<3xf32>
    %y = fidelity.multiply %sg, %next : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %w = tensor.insert_slice %y into %out[%t, 0] [1, 3] [1, 1] : tensor<3xf32> into tensor<?x3xf32>
    scf.yield %next, %w : tensor<3xf32>, tensor<?x3xf32>
  }
  return %r#1, %r#0 : tensor<?x3xf32>, tensor<3xf32>
}

func.func @selective(%x: tensor<1x?x3xf32>, %A: tensor<3x2xf32>, %B: tensor<1x?x2xf32>, %dt: tensor<1x?x3xf32>, %h0: tensor<1x3x2xf32>)
    -> (tensor<1x?x3xf32>, tensor<1x3x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c1 : tensor<1x?x3xf32>
  %e = tensor.empty(%T) : tensor<1x?x3xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<1x3x2xf32>, tensor<1x?x3xf32>) {
    %xt = tensor.extract_slice %x[0, %t, 0] [1, 1, 3] [1, 1, 1] : tensor<1x?x3xf32> to tensor<1x3xf32>
    %d = tensor.extract_slice %dt[0, %t, 0] [1, 1, 3] [1, 1, 1] : tensor<1x?x3xf32> to tensor<1x3xf32>
    %Bt = tensor.extract_slice %B[0, %t, 0] [1, 1, 2] [1, 1, 1] : tensor<1x?x2xf32> to tensor<1x1x2xf32>
    %dc = tensor.expand_shape %d [[0], [1, 2]] output_shape [1, 3, 1] : tensor<1x3xf32> into tensor<1x3x1xf32>
    %dA = fidelity.multiply %dc, %A : (tensor<1x3x1xf32>, tensor<3x2xf32>) -> tensor<1x3x2xf32>
    %a = fidelity.exp %dA : tensor<1x3x2xf32>
    %dx = fidelity.multiply %d, %xt : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
    %n = fidelity.ssm.state_update %h, %dx, %a, %Bt : (tensor<1x3x2xf32>, tensor<1x3xf32>, tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3x2xf32>
    %y = fidelity.ssm.output %n, %Bt : (tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3xf32>
    %w = tensor.insert_slice %y into %out[0, %t, 0] [1, 1, 3] [1, 1, 1] : tensor<1x3xf32> into tensor<1x?x3xf32>
    scf.yield %n, %w : tensor<1x3x2xf32>, tensor<1x?x3xf32>
  }
  return %r#1, %r#0 : tensor<1x?x3xf32>, tensor<1x3x2xf32>
}

#s = affine_map<(i, j, k) -> (i, j)>
func.func @attention(%q: tensor<9x2xf32>, %k: tensor<11x2xf32>, %v: tensor<11x3xf32>) -> tensor<9x3xf32> {
  %f = arith.constant dense<0.0> : tensor<9x11xf32>
  %g = arith.constant dense<0.0> : tensor<9x3xf32>
  %scores = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, #s]
    ins(%q, %k : tensor<9x2xf32>, tensor<11x2xf32>) outs(%f : tensor<9x11xf32>) -> tensor<9x11xf32>
  %o = linalg.matmul ins(%scores, %v : tensor<9x11xf32>, tensor<11x3xf32>) outs(%g : tensor<9x3xf32>) -> tensor<9x3xf32>
  return %o : tensor<9x3xf32>
}

{-#
  dialect_resources: { builtin: {
    a: "0x010000005A9258A5AA5A922909",
    w: "0x010000000001FF00FF0101000001FF01FF0101FF00010001010001000100FFFF000000000001FF01FFFFFFFFFF00FFFF0101FF000001FF000001010001000000FF000101000101FF0000000101000100000001010101000001FF0001FF0100000000FF0000FF010001FFFF0000FF01FF01FFFF0100FF00FFFF00FF00FF0001010000000000FF01FF0101010101000101FFFF01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001FF00FF0101000001FF01FF0101FF00010001010001000100FFFF000000000001FF01FFFFFFFFFF00FFFF0101FF0000FF010000FFFF00FF0000000100FFFF00FFFF01000000FFFF00FF000000FFFFFFFF0000FF0100FF01FF0000000001000001FF000001010001000000FF000101000101FF0000000101000100000001010101000001FF0001FF0100000000FF000001FF00FF0101000001FF01FF0101FF00010001010001000100FFFF000000000001FF01FFFFFFFFFF00FFFF0101FF0000FF010001FFFF0000FF01FF01FFFF0100FF00FFFF00FF00FF0001010000000000FF01FF0101010101000101FFFF0100"
  } }
#-}
