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
