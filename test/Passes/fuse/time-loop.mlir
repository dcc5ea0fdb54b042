// Loops of steps as the op over the sequence.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// The equations of each step become a unit first. Of sequences that are not known
// to be as long as the loop, it takes the steps that the loop does.
// CHECK-LABEL: func.func @mlgru(
// CHECK-NOT:     scf.for
// CHECK:         %[[C:.*]] = tensor.extract_slice %arg1[0, 0, 0] [2, %{{.*}}, 8] [1, 1, 1]
// CHECK:         %[[O:.*]], %[[H:.*]] = fidelity.mlgru %arg0, %[[C]] state %arg2 activation(tanh) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8xf32>)
// CHECK:         return %[[O]], %[[H]]
func.func @mlgru(%f: tensor<2x?x8xf32>, %c: tensor<2x?x8xf32>, %h0: tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant dense<1.0> : tensor<f32>
  %T = tensor.dim %f, %c1 : tensor<2x?x8xf32>
  %e = tensor.empty(%T) : tensor<2x?x8xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<2x8xf32>, tensor<2x?x8xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [2, 1, 8] [1, 1, 1] : tensor<2x?x8xf32> to tensor<2x8xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [2, 1, 8] [1, 1, 1] : tensor<2x?x8xf32> to tensor<2x8xf32>
    %s = fidelity.sigmoid %ft : tensor<2x8xf32>
    %rest = fidelity.subtract %one, %s : (tensor<f32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    %ta = fidelity.tanh %ct : tensor<2x8xf32>
    %new = fidelity.multiply %rest, %ta : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    %kept = fidelity.multiply %h, %s : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    %next = fidelity.add %kept, %new : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    %w = tensor.insert_slice %next into %out[0, %t, 0] [2, 1, 8] [1, 1, 1] : tensor<2x8xf32> into tensor<2x?x8xf32>
    scf.yield %next, %w : tensor<2x8xf32>, tensor<2x?x8xf32>
  }
  return %r#1, %r#0 : tensor<2x?x8xf32>, tensor<2x8xf32>
}

// Units of one step with a gate, over a part of what they are written to.
// CHECK-LABEL: func.func @units(
// CHECK-NOT:     scf.for
// CHECK:         %[[O:.*]], %[[H:.*]] = fidelity.mlgru %arg0, %arg1 gate %arg2 state %arg3 : (tensor<5x8xf32>, tensor<5x8xf32>, tensor<5x8xf32>, tensor<8xf32>) -> (tensor<5x8xf32>, tensor<8xf32>)
// CHECK-NEXT:    %[[Y:.*]] = tensor.insert_slice %[[O]] into %arg4[0, 0] [5, 8] [1, 1] : tensor<5x8xf32> into tensor<9x8xf32>
// CHECK-NEXT:    return %[[Y]], %[[H]]
func.func @units(%f: tensor<5x8xf32>, %c: tensor<5x8xf32>, %g: tensor<5x8xf32>, %h0: tensor<8xf32>, %e: tensor<9x8xf32>)
    -> (tensor<9x8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%out = %e, %h = %h0) -> (tensor<9x8xf32>, tensor<8xf32>) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %gt = tensor.extract_slice %g[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %o, %next = fidelity.mlgru %ft, %ct gate %gt state %h
      : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
    %w = tensor.insert_slice %o into %out[%t, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<9x8xf32>
    scf.yield %w, %next : tensor<9x8xf32>, tensor<8xf32>
  }
  return %r#0, %r#1 : tensor<9x8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func @selective(
// CHECK-NOT:     scf.for
// CHECK:         %[[Y:.*]], %[[H:.*]] = fidelity.ssm.scan %arg0, %arg1, %arg2, %arg3 delta %arg4 skip %arg5 gate %arg6 state %arg7 {delta_softplus}
// CHECK-NEXT:    return %[[Y]], %[[H]]
func.func @selective(%x: tensor<2x5x4xf32>, %A: tensor<4x3xf32>, %B: tensor<2x5x3xf32>, %C: tensor<4x3xf32>,
                     %dt: tensor<2x5x4xf32>, %D: tensor<4xf32>, %z: tensor<2x5x4xf32>, %h0: tensor<2x4x3xf32>)
    -> (tensor<2x5x4xf32>, tensor<2x4x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<2x5x4xf32>
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<2x4x3xf32>, tensor<2x5x4xf32>) {
    %xt = tensor.extract_slice %x[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x5x4xf32> to tensor<2x4xf32>
    %zt = tensor.extract_slice %z[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x5x4xf32> to tensor<2x4xf32>
    %dtt = tensor.extract_slice %dt[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x5x4xf32> to tensor<2x4xf32>
    %Bt = tensor.extract_slice %B[0, %t, 0] [2, 1, 3] [1, 1, 1] : tensor<2x5x3xf32> to tensor<2x1x3xf32>
    %d = fidelity.softplus %dtt : tensor<2x4xf32>
    %dc = tensor.expand_shape %d [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %dA = fidelity.multiply %dc, %A : (tensor<2x4x1xf32>, tensor<4x3xf32>) -> tensor<2x4x3xf32>
    %a = fidelity.exp %dA : tensor<2x4x3xf32>
    %dx = fidelity.multiply %d, %xt : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %n = fidelity.ssm.state_update %h, %dx, %a, %Bt : (tensor<2x4x3xf32>, tensor<2x4xf32>, tensor<2x4x3xf32>, tensor<2x1x3xf32>) -> tensor<2x4x3xf32>
    %y = fidelity.ssm.output %n, %C skip %D, %xt : (tensor<2x4x3xf32>, tensor<4x3xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %sz = fidelity.silu %zt : tensor<2x4xf32>
    %yz = fidelity.multiply %y, %sz : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %w = tensor.insert_slice %yz into %out[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x4xf32> into tensor<2x5x4xf32>
    scf.yield %n, %w : tensor<2x4x3xf32>, tensor<2x5x4xf32>
  }
  return %r#1, %r#0 : tensor<2x5x4xf32>, tensor<2x4x3xf32>
}

// A system that is made discrete once, before the loop.
// CHECK-LABEL: func.func @discrete(
// CHECK-NEXT:    %[[A:.*]], %[[B:.*]] = fidelity.ssm.discretize
// CHECK:         fidelity.ssm.scan %arg0, %[[A]], %[[B]], %arg4 state %arg5 :
// CHECK-NOT:     scf.for
func.func @discrete(%x: tensor<2x5x4xf32>, %dt: tensor<4xf32>, %A: tensor<4x3xf32>, %B: tensor<4x3xf32>,
                    %C: tensor<4x3xf32>, %h0: tensor<2x4x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x4x3xf32>) {
  %Abar, %Bbar = fidelity.ssm.discretize %dt, %A, %B
    : (tensor<4xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<2x5x4xf32>
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<2x4x3xf32>, tensor<2x5x4xf32>) {
    %xt = tensor.extract_slice %x[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x5x4xf32> to tensor<2x4xf32>
    %n = fidelity.ssm.state_update %h, %xt, %Abar, %Bbar : (tensor<2x4x3xf32>, tensor<2x4xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<2x4x3xf32>
    %y = fidelity.ssm.output %n, %C : (tensor<2x4x3xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
    %w = tensor.insert_slice %y into %out[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x4xf32> into tensor<2x5x4xf32>
    scf.yield %n, %w : tensor<2x4x3xf32>, tensor<2x5x4xf32>
  }
  return %r#1, %r#0 : tensor<2x5x4xf32>, tensor<2x4x3xf32>
}

// The output is used by the next step as well.
// REMARK-DAG: [[@LINE+8]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="the loop does more than the steps of one recurrence"
// CHECK-LABEL: func.func @more(
// CHECK:         scf.for
func.func @more(%f: tensor<5x8xf32>, %c: tensor<5x8xf32>, %h0: tensor<8xf32>) -> (tensor<5x8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<5x8xf32>
  %r:3 = scf.for %t = %c0 to %c5 step %c1 iter_args(%out = %e, %h = %h0, %i = %c0) -> (tensor<5x8xf32>, tensor<8xf32>, index) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %o, %next = fidelity.mlgru %ft, %ct state %h : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
    %w = tensor.insert_slice %o into %out[%t, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<5x8xf32>
    %j = arith.addi %i, %c1 : index
    scf.yield %w, %next, %j : tensor<5x8xf32>, tensor<8xf32>, index
  }
  return %r#0, %r#1 : tensor<5x8xf32>, tensor<8xf32>
}

// What a step reads is made in the step.
// REMARK-DAG: [[@LINE+8]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="an operand of a step is no element of a sequence"
// CHECK-LABEL: func.func @projected(
// CHECK:         scf.for
func.func @projected(%f: tensor<5x8xf32>, %c: tensor<5x8xf32>, %h0: tensor<8xf32>) -> (tensor<5x8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<5x8xf32>
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%out = %e, %h = %h0) -> (tensor<5x8xf32>, tensor<8xf32>) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %ct = fidelity.relu %ft : tensor<1x8xf32>
    %o, %next = fidelity.mlgru %ft, %ct state %h : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
    %w = tensor.insert_slice %o into %out[%t, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<5x8xf32>
    scf.yield %w, %next : tensor<5x8xf32>, tensor<8xf32>
  }
  return %r#0, %r#1 : tensor<5x8xf32>, tensor<8xf32>
}

// Which runs past the end of what it reads, if that is ever run.
// REMARK-DAG: [[@LINE+7]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="the loop has more steps than one of its sequences"
// CHECK-LABEL: func.func @past_the_end(
// CHECK:         scf.for
func.func @past_the_end(%f: tensor<5x8xf32>, %c: tensor<7x8xf32>, %h0: tensor<8xf32>, %e: tensor<9x8xf32>) -> (tensor<9x8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %r:2 = scf.for %t = %c0 to %c7 step %c1 iter_args(%out = %e, %h = %h0) -> (tensor<9x8xf32>, tensor<8xf32>) {
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 8] [1, 1] : tensor<7x8xf32> to tensor<1x8xf32>
    %o, %next = fidelity.mlgru %ft, %ct state %h : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
    %w = tensor.insert_slice %o into %out[%t, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<9x8xf32>
    scf.yield %w, %next : tensor<9x8xf32>, tensor<8xf32>
  }
  return %r#0, %r#1 : tensor<9x8xf32>, tensor<8xf32>
}

// One batch is that of all: of the second operand the op takes what the steps took, of
// the third, which an op made of the first one, all.
// CHECK-LABEL: func.func @batch(
// CHECK-DAG:     %[[N:.*]] = tensor.dim %arg0, %c0
// CHECK-DAG:     %[[T:.*]] = tensor.dim %arg0, %c1
// CHECK-DAG:     %[[G:.*]] = fidelity.relu %arg0
// CHECK:         %[[C:.*]] = tensor.extract_slice %arg1[0, 0, 0] [%[[N]], %[[T]], 8] [1, 1, 1]
// CHECK-NEXT:    %[[O:.*]], %[[H:.*]] = fidelity.mlgru %arg0, %[[C]] gate %[[G]] state %arg2 :
// CHECK-NEXT:    return %[[O]], %[[H]]
func.func @batch(%f: tensor<?x?x8xf32>, %c: tensor<?x?x8xf32>, %h0: tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %N = tensor.dim %f, %c0 : tensor<?x?x8xf32>
  %T = tensor.dim %f, %c1 : tensor<?x?x8xf32>
  %g = fidelity.relu %f : tensor<?x?x8xf32>
  %e = tensor.empty(%N, %T) : tensor<?x?x8xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<?x8xf32>, tensor<?x?x8xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x?x8xf32> to tensor<?x1x8xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x?x8xf32> to tensor<?x1x8xf32>
    %gt = tensor.extract_slice %g[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x?x8xf32> to tensor<?x1x8xf32>
    %o, %n = fidelity.mlgru %ft, %ct gate %gt state %h
      : (tensor<?x1x8xf32>, tensor<?x1x8xf32>, tensor<?x1x8xf32>, tensor<?x8xf32>) -> (tensor<?x1x8xf32>, tensor<?x8xf32>)
    %w = tensor.insert_slice %o into %out[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x1x8xf32> into tensor<?x?x8xf32>
    scf.yield %n, %w : tensor<?x8xf32>, tensor<?x?x8xf32>
  }
  return %r#1, %r#0 : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// The sequence says the size that the slices ask for, and so does the op.
// CHECK-LABEL: func.func @known_batch(
// CHECK:         %[[N:.*]] = tensor.dim %arg0, %c0
// CHECK:         %[[O:.*]], %[[H:.*]] = fidelity.mlgru %arg0, %arg1 state %arg2 :
// CHECK-NEXT:    %[[LAST:.*]] = tensor.cast %[[H]] : tensor<2x8xf32> to tensor<?x8xf32>
// CHECK-NEXT:    %[[PART:.*]] = tensor.cast %[[O]] : tensor<2x5x8xf32> to tensor<?x5x8xf32>
// CHECK-NEXT:    %[[Y:.*]] = tensor.insert_slice %[[PART]] into %arg3[0, 0, 0] [%[[N]], 5, 8] [1, 1, 1]
// CHECK-NEXT:    return %[[Y]], %[[LAST]]
func.func @known_batch(%f: tensor<2x5x8xf32>, %c: tensor<2x5x8xf32>, %h0: tensor<?x8xf32>, %e: tensor<4x5x8xf32>) -> (tensor<4x5x8xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %N = tensor.dim %f, %c0 : tensor<2x5x8xf32>
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<?x8xf32>, tensor<4x5x8xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<2x5x8xf32> to tensor<?x1x8xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<2x5x8xf32> to tensor<?x1x8xf32>
    %o, %n = fidelity.mlgru %ft, %ct state %h : (tensor<?x1x8xf32>, tensor<?x1x8xf32>, tensor<?x8xf32>) -> (tensor<?x1x8xf32>, tensor<?x8xf32>)
    %w = tensor.insert_slice %o into %out[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x1x8xf32> into tensor<4x5x8xf32>
    scf.yield %n, %w : tensor<?x8xf32>, tensor<4x5x8xf32>
  }
  return %r#1, %r#0 : tensor<4x5x8xf32>, tensor<?x8xf32>
}

// CHECK-LABEL: func.func @scanned_batch(
// CHECK:         %[[B:.*]] = tensor.extract_slice %arg2[0, 0, 0] [%{{.*}}, %{{.*}}, 3] [1, 1, 1]
// CHECK-NEXT:    fidelity.ssm.scan %arg0, %arg1, %[[B]], %arg3 state %arg4 :
// CHECK-NOT:     scf.for
func.func @scanned_batch(%x: tensor<?x?x4xf32>, %A: tensor<4x3xf32>, %B: tensor<?x?x3xf32>, %C: tensor<4x3xf32>, %h0: tensor<?x4x3xf32>)
    -> (tensor<?x?x4xf32>, tensor<?x4x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %N = tensor.dim %x, %c0 : tensor<?x?x4xf32>
  %T = tensor.dim %x, %c1 : tensor<?x?x4xf32>
  %e = tensor.empty(%N, %T) : tensor<?x?x4xf32>
  %r:2 = scf.for %t = %c0 to %T step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<?x4x3xf32>, tensor<?x?x4xf32>) {
    %xt = tensor.extract_slice %x[0, %t, 0] [%N, 1, 4] [1, 1, 1] : tensor<?x?x4xf32> to tensor<?x4xf32>
    %Bt = tensor.extract_slice %B[0, %t, 0] [%N, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x1x3xf32>
    %n = fidelity.ssm.state_update %h, %xt, %A, %Bt : (tensor<?x4x3xf32>, tensor<?x4xf32>, tensor<4x3xf32>, tensor<?x1x3xf32>) -> tensor<?x4x3xf32>
    %y = fidelity.ssm.output %n, %C : (tensor<?x4x3xf32>, tensor<4x3xf32>) -> tensor<?x4xf32>
    %w = tensor.insert_slice %y into %out[0, %t, 0] [%N, 1, 4] [1, 1, 1] : tensor<?x4xf32> into tensor<?x?x4xf32>
    scf.yield %n, %w : tensor<?x4x3xf32>, tensor<?x?x4xf32>
  }
  return %r#1, %r#0 : tensor<?x?x4xf32>, tensor<?x4x3xf32>
}

// A size that each step makes anew.
// REMARK-DAG: [[@LINE+7]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="a size of what a step takes is made in the loop, and not known to be that of its sequence"
// CHECK-LABEL: func.func @own_size(
// CHECK:         scf.for
func.func @own_size(%f: tensor<?x5x8xf32>, %c: tensor<?x5x8xf32>, %h0: tensor<?x8xf32>, %e: tensor<?x5x8xf32>) -> (tensor<?x5x8xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<?x8xf32>, tensor<?x5x8xf32>) {
    %N = tensor.dim %f, %c0 : tensor<?x5x8xf32>
    %ft = tensor.extract_slice %f[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x5x8xf32> to tensor<?x1x8xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x5x8xf32> to tensor<?x1x8xf32>
    %o, %n = fidelity.mlgru %ft, %ct state %h : (tensor<?x1x8xf32>, tensor<?x1x8xf32>, tensor<?x8xf32>) -> (tensor<?x1x8xf32>, tensor<?x8xf32>)
    %w = tensor.insert_slice %o into %out[0, %t, 0] [%N, 1, 8] [1, 1, 1] : tensor<?x1x8xf32> into tensor<?x5x8xf32>
    scf.yield %n, %w : tensor<?x8xf32>, tensor<?x5x8xf32>
  }
  return %r#1, %r#0 : tensor<?x5x8xf32>, tensor<?x8xf32>
}

// The first 2 of 4, and the last state alone.
// CHECK-LABEL: func.func @last_state(
// CHECK-NEXT:    %[[F:.*]] = tensor.extract_slice %arg0[0, 0, 0] [2, 5, 8] [1, 1, 1] : tensor<4x5x8xf32> to tensor<2x5x8xf32>
// CHECK-NEXT:    %{{.*}}, %[[H:.*]] = fidelity.mlgru %[[F]], %arg1 state %arg2
// CHECK-NEXT:    return %[[H]]
func.func @last_state(%f: tensor<4x5x8xf32>, %c: tensor<2x5x8xf32>, %h0: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0) -> (tensor<2x8xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [2, 1, 8] [1, 1, 1] : tensor<4x5x8xf32> to tensor<2x1x8xf32>
    %ct = tensor.extract_slice %c[0, %t, 0] [2, 1, 8] [1, 1, 1] : tensor<2x5x8xf32> to tensor<2x1x8xf32>
    %o, %n = fidelity.mlgru %ft, %ct state %h : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8xf32>)
    scf.yield %n : tensor<2x8xf32>
  }
  return %r : tensor<2x8xf32>
}

// REMARK-DAG: [[@LINE+7]]:8: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="the steps give no output that one ssm.output reads, and a scan always has one"
// CHECK-LABEL: func.func @no_output(
// CHECK:         scf.for
func.func @no_output(%x: tensor<2x5x4xf32>, %A: tensor<4x3xf32>, %B: tensor<4x3xf32>, %h0: tensor<2x4x3xf32>) -> tensor<2x4x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0) -> (tensor<2x4x3xf32>) {
    %xt = tensor.extract_slice %x[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x5x4xf32> to tensor<2x4xf32>
    %n = fidelity.ssm.state_update %h, %xt, %A, %B : (tensor<2x4x3xf32>, tensor<2x4xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<2x4x3xf32>
    scf.yield %n : tensor<2x4x3xf32>
  }
  return %r : tensor<2x4x3xf32>
}

// REMARK-DAG: [[@LINE+7]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="time is not the dimension before the channels, and the op would need a transposed sequence"
// CHECK-LABEL: func.func @time_first(
// CHECK:         scf.for
func.func @time_first(%f: tensor<5x2x8xf32>, %c: tensor<5x2x8xf32>, %h0: tensor<2x8xf32>, %e: tensor<5x2x8xf32>) -> (tensor<5x2x8xf32>, tensor<2x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<2x8xf32>, tensor<5x2x8xf32>) {
    %ft = tensor.extract_slice %f[%t, 0, 0] [1, 2, 8] [1, 1, 1] : tensor<5x2x8xf32> to tensor<2x8xf32>
    %ct = tensor.extract_slice %c[%t, 0, 0] [1, 2, 8] [1, 1, 1] : tensor<5x2x8xf32> to tensor<2x8xf32>
    %fu = tensor.expand_shape %ft [[0, 1], [2]] output_shape [2, 1, 8] : tensor<2x8xf32> into tensor<2x1x8xf32>
    %cu = tensor.expand_shape %ct [[0, 1], [2]] output_shape [2, 1, 8] : tensor<2x8xf32> into tensor<2x1x8xf32>
    %o, %n = fidelity.mlgru %fu, %cu state %h : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8xf32>)
    %w = tensor.insert_slice %n into %out[%t, 0, 0] [1, 2, 8] [1, 1, 1] : tensor<2x8xf32> into tensor<5x2x8xf32>
    scf.yield %n, %w : tensor<2x8xf32>, tensor<5x2x8xf32>
  }
  return %r#1, %r#0 : tensor<5x2x8xf32>, tensor<2x8xf32>
}

// What is written is of other channels than the step.
// REMARK-DAG: [[@LINE+7]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="the output of a step is not written to a sequence"
// CHECK-LABEL: func.func @other_channels(
// CHECK:         scf.for
func.func @other_channels(%f: tensor<2x5x8xf32>, %h0: tensor<2x8xf32>, %e: tensor<1x5x16xf32>) -> (tensor<1x5x16xf32>, tensor<2x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%h = %h0, %out = %e) -> (tensor<2x8xf32>, tensor<1x5x16xf32>) {
    %ft = tensor.extract_slice %f[0, %t, 0] [2, 1, 8] [1, 1, 1] : tensor<2x5x8xf32> to tensor<2x1x8xf32>
    %o, %n = fidelity.mlgru %ft, %ft state %h : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8xf32>)
    %oc = tensor.collapse_shape %o [[0, 1, 2]] : tensor<2x1x8xf32> into tensor<16xf32>
    %w = tensor.insert_slice %oc into %out[0, %t, 0] [1, 1, 16] [1, 1, 1] : tensor<16xf32> into tensor<1x5x16xf32>
    scf.yield %n, %w : tensor<2x8xf32>, tensor<1x5x16xf32>
  }
  return %r#1, %r#0 : tensor<1x5x16xf32>, tensor<2x8xf32>
}

// A decay of each step, a beta that is one for all: a step that sees its one token only
// is causal too.
// CHECK-LABEL: func.func @attention(
// CHECK:         %[[O:.*]], %[[S:.*]] = fidelity.linear_attention %arg0, %arg1, %arg2 decay %arg3 beta %arg4 state %arg5 update_rule(gated_delta) feature_map(relu) {scale = 2.500000e-01 : f64}
// CHECK-NEXT:    return %[[O]], %[[S]]
func.func @attention(%q: tensor<1x2x5x4xf32>, %k: tensor<1x2x5x4xf32>, %v: tensor<1x2x5x3xf32>, %g: tensor<1x2x5xf32>,
                     %b: tensor<1x2x1xf32>, %s0: tensor<1x2x4x3xf32>) -> (tensor<1x2x5x3xf32>, tensor<1x2x4x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<1x2x5x3xf32>
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%out = %e, %s = %s0) -> (tensor<1x2x5x3xf32>, tensor<1x2x4x3xf32>) {
    %qt = tensor.extract_slice %q[0, 0, %t, 0] [1, 2, 1, 4] [1, 1, 1, 1] : tensor<1x2x5x4xf32> to tensor<1x2x1x4xf32>
    %kt = tensor.extract_slice %k[0, 0, %t, 0] [1, 2, 1, 4] [1, 1, 1, 1] : tensor<1x2x5x4xf32> to tensor<1x2x1x4xf32>
    %vt = tensor.extract_slice %v[0, 0, %t, 0] [1, 2, 1, 3] [1, 1, 1, 1] : tensor<1x2x5x3xf32> to tensor<1x2x1x3xf32>
    %gt = tensor.extract_slice %g[0, 0, %t] [1, 2, 1] [1, 1, 1] : tensor<1x2x5xf32> to tensor<1x2x1xf32>
    %o, %n = fidelity.linear_attention %qt, %kt, %vt decay %gt beta %b state %s update_rule(gated_delta) feature_map(relu)
        {causal = false, scale = 0.25 : f64}
      : (tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x3xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x4x3xf32>)
      -> (tensor<1x2x1x3xf32>, tensor<1x2x4x3xf32>)
    %w = tensor.insert_slice %o into %out[0, 0, %t, 0] [1, 2, 1, 3] [1, 1, 1, 1] : tensor<1x2x1x3xf32> into tensor<1x2x5x3xf32>
    scf.yield %w, %n : tensor<1x2x5x3xf32>, tensor<1x2x4x3xf32>
  }
  return %r#0, %r#1 : tensor<1x2x5x3xf32>, tensor<1x2x4x3xf32>
}

// An f16 state is rounded after each step.
// REMARK-DAG: [[@LINE+7]]:10: remark: [Missed] time-loop | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @narrow_attention(
// CHECK:         scf.for
func.func @narrow_attention(%q: tensor<2x5x4xf16>, %s0: tensor<2x4x4xf16>, %e: tensor<2x5x4xf16>) -> (tensor<2x5x4xf16>, tensor<2x4x4xf16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r:2 = scf.for %t = %c0 to %c5 step %c1 iter_args(%out = %e, %s = %s0) -> (tensor<2x5x4xf16>, tensor<2x4x4xf16>) {
    %qt = tensor.extract_slice %q[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x5x4xf16> to tensor<2x1x4xf16>
    %o, %n = fidelity.linear_attention %qt, %qt, %qt state %s update_rule(linear)
      : (tensor<2x1x4xf16>, tensor<2x1x4xf16>, tensor<2x1x4xf16>, tensor<2x4x4xf16>) -> (tensor<2x1x4xf16>, tensor<2x4x4xf16>)
    %w = tensor.insert_slice %o into %out[0, %t, 0] [2, 1, 4] [1, 1, 1] : tensor<2x1x4xf16> into tensor<2x5x4xf16>
    scf.yield %w, %n : tensor<2x5x4xf16>, tensor<2x4x4xf16>
  }
  return %r#0, %r#1 : tensor<2x5x4xf16>, tensor<2x4x4xf16>
}

// Backwards in time the steps are none of a sequence.
// CHECK-LABEL: func.func @backwards(
// CHECK:         scf.for
func.func @backwards(%f: tensor<5x8xf32>, %c: tensor<5x8xf32>, %h0: tensor<8xf32>) -> (tensor<5x8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %e = tensor.empty() : tensor<5x8xf32>
  %r:2 = scf.for %u = %c0 to %c5 step %c1 iter_args(%out = %e, %h = %h0) -> (tensor<5x8xf32>, tensor<8xf32>) {
    %t = arith.subi %c4, %u : index
    %ft = tensor.extract_slice %f[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %ct = tensor.extract_slice %c[%t, 0] [1, 8] [1, 1] : tensor<5x8xf32> to tensor<1x8xf32>
    %o, %next = fidelity.mlgru %ft, %ct state %h : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
    %w = tensor.insert_slice %o into %out[%t, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<5x8xf32>
    scf.yield %w, %next : tensor<5x8xf32>, tensor<8xf32>
  }
  return %r#0, %r#1 : tensor<5x8xf32>, tensor<8xf32>
}
