// Tensors that share their elements and leave a region or go into a function together, of
// which one is changed in place afterwards: compiled as evaluated.

// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.arange(1.0, 5.0)); numpy.save('%t/z.npy', numpy.arange(5.0, 9.0)); numpy.save('%t/n.npy', numpy.int64(2)); numpy.save('%t/none.npy', numpy.int64(0))"
// RUN: fidelity run %s --entry twice --input %t/x.npy --input %t/z.npy --input %t/n.npy > %t/twice
// RUN: fidelity run %s --entry twice --input %t/x.npy --input %t/z.npy --input %t/n.npy --reference | diff - %t/twice
// RUN: fidelity run %s --entry parts --input %t/x.npy --input %t/z.npy --input %t/n.npy > %t/parts
// RUN: fidelity run %s --entry parts --input %t/x.npy --input %t/z.npy --input %t/n.npy --reference | diff - %t/parts
// RUN: fidelity run %s --entry whole --input %t/x.npy --input %t/z.npy --input %t/n.npy > %t/whole
// RUN: fidelity run %s --entry whole --input %t/x.npy --input %t/z.npy --input %t/n.npy --reference | diff - %t/whole
// RUN: fidelity run %s --entry within --input %t/x.npy --input %t/z.npy --input %t/n.npy > %t/within
// RUN: fidelity run %s --entry within --input %t/x.npy --input %t/z.npy --input %t/n.npy --reference | diff - %t/within
// RUN: fidelity run %s --entry choice --input %t/x.npy --input %t/z.npy --input %t/n.npy > %t/choice
// RUN: fidelity run %s --entry choice --input %t/x.npy --input %t/z.npy --input %t/n.npy --reference | diff - %t/choice
// RUN: fidelity run %s --entry call --input %t/x.npy --input %t/z.npy --input %t/n.npy > %t/call
// RUN: fidelity run %s --entry call --input %t/x.npy --input %t/z.npy --input %t/n.npy --reference | diff - %t/call
// RUN: fidelity run %s --entry twice --input %t/x.npy --input %t/z.npy --input %t/none.npy > %t/none
// RUN: fidelity run %s --entry twice --input %t/x.npy --input %t/z.npy --input %t/none.npy --reference | diff - %t/none

// One tensor, yielded twice.
func.func @twice(%x: tensor<4xf64>, %z: tensor<4xf64>, %n: index) -> (tensor<4xf64>, tensor<4xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ones = arith.constant dense<1.0> : tensor<4x4xf64>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z)
      -> (tensor<4xf64>, tensor<4xf64>) {
    %to = tensor.empty() : tensor<4xf64>
    %y = linalg.add ins(%a, %b : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
    scf.yield %y, %y : tensor<4xf64>, tensor<4xf64>
  }
  %f = linalg.matvec ins(%ones, %x : tensor<4x4xf64>, tensor<4xf64>) outs(%r#0 : tensor<4xf64>) -> tensor<4xf64>
  return %f, %r#1 : tensor<4xf64>, tensor<4xf64>
}

// Parts of one tensor that overlap.
func.func @parts(%x: tensor<4xf64>, %z: tensor<4xf64>, %n: index) -> (tensor<3xf64>, tensor<3xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ones = arith.constant dense<1.0> : tensor<3x4xf64>
  %p = tensor.extract_slice %x[0] [3] [1] : tensor<4xf64> to tensor<3xf64>
  %q = tensor.extract_slice %z[1] [3] [1] : tensor<4xf64> to tensor<3xf64>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %p, %b = %q)
      -> (tensor<3xf64>, tensor<3xf64>) {
    %to = tensor.empty() : tensor<4xf64>
    %y = linalg.add ins(%x, %z : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
    %first = tensor.extract_slice %y[0] [3] [1] : tensor<4xf64> to tensor<3xf64>
    %last = tensor.extract_slice %y[1] [3] [1] : tensor<4xf64> to tensor<3xf64>
    scf.yield %first, %last : tensor<3xf64>, tensor<3xf64>
  }
  %f = linalg.matvec ins(%ones, %x : tensor<3x4xf64>, tensor<4xf64>) outs(%r#0 : tensor<3xf64>) -> tensor<3xf64>
  return %f, %r#1 : tensor<3xf64>, tensor<3xf64>
}

// A tensor and what it is put into, in which it may be computed.
func.func @whole(%x: tensor<4xf64>, %z: tensor<4xf64>, %n: index) -> (tensor<4xf64>, tensor<1x4xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ones = arith.constant dense<1.0> : tensor<4x4xf64>
  %start = tensor.expand_shape %z [[0, 1]] output_shape [1, 4] : tensor<4xf64> into tensor<1x4xf64>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %start)
      -> (tensor<4xf64>, tensor<1x4xf64>) {
    %to = tensor.empty() : tensor<4xf64>
    %y = linalg.add ins(%a, %x : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
    %row = tensor.empty() : tensor<1x4xf64>
    %put = tensor.insert_slice %y into %row[0, 0] [1, 4] [1, 1] : tensor<4xf64> into tensor<1x4xf64>
    scf.yield %y, %put : tensor<4xf64>, tensor<1x4xf64>
  }
  %f = linalg.matvec ins(%ones, %x : tensor<4x4xf64>, tensor<4xf64>) outs(%r#0 : tensor<4xf64>) -> tensor<4xf64>
  return %f, %r#1 : tensor<4xf64>, tensor<1x4xf64>
}

// A choice within a loop, and a loop within one.
func.func @within(%x: tensor<4xf64>, %z: tensor<4xf64>, %n: index) -> (tensor<4xf64>, tensor<4xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ones = arith.constant dense<1.0> : tensor<4x4xf64>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z)
      -> (tensor<4xf64>, tensor<4xf64>) {
    %inner:2 = scf.for %j = %c0 to %i step %c1 iter_args(%c = %a, %d = %b)
        -> (tensor<4xf64>, tensor<4xf64>) {
      %to = tensor.empty() : tensor<4xf64>
      %y = linalg.add ins(%c, %d : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
      scf.yield %y, %y : tensor<4xf64>, tensor<4xf64>
    }
    %last = arith.cmpi eq, %i, %c1 : index
    %chosen:2 = scf.if %last -> (tensor<4xf64>, tensor<4xf64>) {
      %to = tensor.empty() : tensor<4xf64>
      %y = linalg.add ins(%inner#0, %x : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
      scf.yield %y, %y : tensor<4xf64>, tensor<4xf64>
    } else {
      scf.yield %inner#0, %inner#1 : tensor<4xf64>, tensor<4xf64>
    }
    scf.yield %chosen#0, %chosen#1 : tensor<4xf64>, tensor<4xf64>
  }
  %f = linalg.matvec ins(%ones, %x : tensor<4x4xf64>, tensor<4xf64>) outs(%r#0 : tensor<4xf64>) -> tensor<4xf64>
  return %f, %r#1 : tensor<4xf64>, tensor<4xf64>
}

// A choice alone.
func.func @choice(%x: tensor<4xf64>, %z: tensor<4xf64>, %n: index) -> (tensor<4xf64>, tensor<4xf64>) {
  %c2 = arith.constant 2 : index
  %ones = arith.constant dense<1.0> : tensor<4x4xf64>
  %is_two = arith.cmpi eq, %n, %c2 : index
  %r:2 = scf.if %is_two -> (tensor<4xf64>, tensor<4xf64>) {
    %to = tensor.empty() : tensor<4xf64>
    %y = linalg.add ins(%x, %z : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
    scf.yield %y, %y : tensor<4xf64>, tensor<4xf64>
  } else {
    scf.yield %x, %z : tensor<4xf64>, tensor<4xf64>
  }
  %f = linalg.matvec ins(%ones, %x : tensor<4x4xf64>, tensor<4xf64>) outs(%r#0 : tensor<4xf64>) -> tensor<4xf64>
  return %f, %r#1 : tensor<4xf64>, tensor<4xf64>
}

// Passed twice and returned twice.
func.func private @same(%a: tensor<4xf64>, %b: tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %ones = arith.constant dense<1.0> : tensor<4x4xf64>
  %f = linalg.matvec ins(%ones, %b : tensor<4x4xf64>, tensor<4xf64>) outs(%a : tensor<4xf64>) -> tensor<4xf64>
  return %f, %f, %b : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}

func.func @call(%x: tensor<4xf64>, %z: tensor<4xf64>, %n: index) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %ones = arith.constant dense<1.0> : tensor<4x4xf64>
  %to = tensor.empty() : tensor<4xf64>
  %y = linalg.add ins(%x, %z : tensor<4xf64>, tensor<4xf64>) outs(%to : tensor<4xf64>) -> tensor<4xf64>
  %r:3 = call @same(%y, %y) : (tensor<4xf64>, tensor<4xf64>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>)
  %f = linalg.matvec ins(%ones, %x : tensor<4x4xf64>, tensor<4xf64>) outs(%r#0 : tensor<4xf64>) -> tensor<4xf64>
  return %f, %r#1, %r#2, %y : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}
