// The equations of one step of a gated linear unit as the op.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: fidelity-opt %s -fidelity-fuse=reassociate=true | FileCheck %s --check-prefix=ORDER

// CHECK-LABEL: func.func @step(
// CHECK:         %[[F:.*]] = tensor.expand_shape %arg0 {{\[\[}}0, 1], [2]] output_shape [2, 1, 8] : tensor<2x8xf32> into tensor<2x1x8xf32>
// CHECK-NEXT:    %[[C:.*]] = tensor.expand_shape %arg1 {{.*}} into tensor<2x1x8xf32>
// CHECK-NEXT:    %{{.*}}, %[[H:.*]] = fidelity.mlgru %[[F]], %[[C]] state %arg2 activation(tanh) : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8xf32>)
// CHECK-NEXT:    return %[[H]]
func.func @step(%f: tensor<2x8xf32>, %c: tensor<2x8xf32>, %h: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %ft = fidelity.sigmoid %f : tensor<2x8xf32>
  %t = fidelity.tanh %c : tensor<2x8xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<f32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %new = fidelity.multiply %t, %rest : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %kept = fidelity.multiply %h, %ft : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %next = fidelity.add %new, %kept : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  return %next : tensor<2x8xf32>
}

// With silu, whose product is a swiglu by then, a lower bound and an output gate.
// CHECK-LABEL: func.func @gated(
// CHECK:         %[[O:.*]], %[[H:.*]] = fidelity.mlgru %{{.*}}, %{{.*}} gate %{{.*}} state %arg3 lower_bound %arg4 : (tensor<?x1x8xf32>, tensor<?x1x8xf32>, tensor<?x1x8xf32>, tensor<?x8xf32>, tensor<8xf32>) -> (tensor<?x1x8xf32>, tensor<?x8xf32>)
// CHECK:         %[[Y:.*]] = tensor.collapse_shape %[[O]] {{\[\[}}0, 1], [2]] : tensor<?x1x8xf32> into tensor<?x8xf32>
// CHECK-NEXT:    return %[[Y]], %[[H]]
func.func @gated(%f: tensor<?x8xf32>, %c: tensor<?x8xf32>, %g: tensor<?x8xf32>, %h: tensor<?x8xf32>,
                 %b: tensor<8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %s = fidelity.sigmoid %f : tensor<?x8xf32>
  %r = fidelity.subtract %one, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %o = fidelity.multiply %s, %r : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  %ft = fidelity.add %o, %b : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %t = fidelity.silu %c : tensor<?x8xf32>
  %new = fidelity.multiply %rest, %t : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %kept = fidelity.multiply %h, %ft : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %next = fidelity.add %kept, %new : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %sg = fidelity.sigmoid %g : tensor<?x8xf32>
  %out = fidelity.multiply %sg, %next : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %out, %next : tensor<?x8xf32>, tensor<?x8xf32>
}

// Where nothing reads the state but its gate.
// CHECK-LABEL: func.func @output(
// CHECK:         %[[O:.*]], %{{.*}} = fidelity.mlgru %{{.*}}, %{{.*}} gate %{{.*}} state %arg3 activation(tanh)
// CHECK-NEXT:    %[[Y:.*]] = tensor.collapse_shape %[[O]]
// CHECK-NEXT:    return %[[Y]]
func.func @output(%f: tensor<8xf32>, %c: tensor<8xf32>, %g: tensor<8xf32>, %h: tensor<8xf32>) -> tensor<8xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %ft = fidelity.sigmoid %f : tensor<8xf32>
  %t = fidelity.tanh %c : tensor<8xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
  %new = fidelity.multiply %t, %rest : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %kept = fidelity.multiply %h, %ft : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %next = fidelity.add %new, %kept : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %open = fidelity.sigmoid %g : tensor<8xf32>
  %y = fidelity.multiply %next, %open : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// A constant bound: 1 - b is a constant too, and one that is not stays.
// CHECK-LABEL: func.func @bounds(
// CHECK-DAG:     %[[B:.*]] = arith.constant dense<[2.500000e-01, 1.000000e-01]> : tensor<2xf32>
// CHECK-DAG:     fidelity.mlgru %{{.*}}, %{{.*}} state %arg2 lower_bound %[[B]]
// CHECK:         fidelity.sigmoid
// CHECK-NOT:     mlgru
// CHECK:         return
func.func @bounds(%f: tensor<2xf32>, %c: tensor<2xf32>, %h: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %b = arith.constant dense<[0.25, 0.1]> : tensor<2xf32>
  %r = arith.constant dense<[0.75, 0.9]> : tensor<2xf32>
  %s = fidelity.sigmoid %f : tensor<2xf32>
  %o = fidelity.multiply %s, %r : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %ft = fidelity.add %o, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %t = fidelity.tanh %c : tensor<2xf32>
  %new = fidelity.multiply %rest, %t : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %kept = fidelity.multiply %h, %ft : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %next = fidelity.add %kept, %new : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>

  %q = arith.constant dense<[0.75, 0.8]> : tensor<2xf32>
  %s1 = fidelity.sigmoid %f : tensor<2xf32>
  %o1 = fidelity.multiply %s1, %q : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %ft1 = fidelity.add %o1, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %rest1 = fidelity.subtract %one, %ft1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %t1 = fidelity.tanh %c : tensor<2xf32>
  %new1 = fidelity.multiply %rest1, %t1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %kept1 = fidelity.multiply %h, %ft1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %next1 = fidelity.add %kept1, %new1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %next, %next1 : tensor<2xf32>, tensor<2xf32>
}

// REMARK-DAG: [[@LINE+11]]:11: remark: [Missed] gated-step | Category:fidelity-fuse | Remark="a value in between has another use"
// CHECK-LABEL: func.func @used(
// CHECK-NOT:     mlgru
// CHECK:         return
func.func @used(%f: tensor<8xf32>, %c: tensor<8xf32>, %h: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %ft = fidelity.sigmoid %f : tensor<8xf32>
  %t = fidelity.tanh %c : tensor<8xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
  %new = fidelity.multiply %t, %rest : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %kept = fidelity.multiply %h, %ft : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %next = fidelity.add %new, %kept : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %next, %ft : tensor<8xf32>, tensor<8xf32>
}

// REMARK-DAG: [[@LINE+11]]:11: remark: [Missed] gated-step | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @narrow(
// CHECK-NOT:     mlgru
// CHECK:         return
func.func @narrow(%f: tensor<8xf16>, %c: tensor<8xf16>, %h: tensor<8xf16>) -> tensor<8xf16> {
  %one = arith.constant dense<1.0> : tensor<f16>
  %ft = fidelity.sigmoid %f : tensor<8xf16>
  %t = fidelity.tanh %c : tensor<8xf16>
  %rest = fidelity.subtract %one, %ft : (tensor<f16>, tensor<8xf16>) -> tensor<8xf16>
  %new = fidelity.multiply %t, %rest : (tensor<8xf16>, tensor<8xf16>) -> tensor<8xf16>
  %kept = fidelity.multiply %h, %ft : (tensor<8xf16>, tensor<8xf16>) -> tensor<8xf16>
  %next = fidelity.add %new, %kept : (tensor<8xf16>, tensor<8xf16>) -> tensor<8xf16>
  return %next : tensor<8xf16>
}

// A gate that is computed twice, with its lower bound.
// CHECK-LABEL: func.func @twice(
// CHECK-NOT:     fidelity.sigmoid
// CHECK:         fidelity.mlgru %{{.*}}, %{{.*}} state %arg2 lower_bound %arg3 activation(tanh)
func.func @twice(%f: tensor<8xf32>, %c: tensor<8xf32>, %h: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<8xf32> {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %s = fidelity.sigmoid %f : tensor<8xf32>
  %r = fidelity.subtract %one, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %o = fidelity.multiply %s, %r : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %ft = fidelity.add %o, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %s2 = fidelity.sigmoid %f : tensor<8xf32>
  %r2 = fidelity.subtract %one, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %o2 = fidelity.multiply %s2, %r2 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %ft2 = fidelity.add %o2, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %t = fidelity.tanh %c : tensor<8xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %new = fidelity.multiply %t, %rest : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %kept = fidelity.multiply %h, %ft2 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %next = fidelity.add %new, %kept : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %next : tensor<8xf32>
}

// Gates of two values, however alike.
// CHECK-LABEL: func.func @two_gates(
// CHECK-NOT:     mlgru
// CHECK:         return
func.func @two_gates(%f: tensor<8xf32>, %g: tensor<8xf32>, %c: tensor<8xf32>, %h: tensor<8xf32>) -> tensor<8xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %ft = fidelity.sigmoid %f : tensor<8xf32>
  %gt = fidelity.sigmoid %g : tensor<8xf32>
  %t = fidelity.tanh %c : tensor<8xf32>
  %rest = fidelity.subtract %one, %ft : (tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
  %new = fidelity.multiply %t, %rest : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %kept = fidelity.multiply %h, %gt : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %next = fidelity.add %new, %kept : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %next : tensor<8xf32>
}

// The change of the state times the gate is the same over the reals.
// REMARK-DAG: [[@LINE+11]]:11: remark: [Missed] gated-step | Category:fidelity-fuse | Remark="t + f · (h - t) rounds otherwise than f · h + (1 - f) · t: it is taken under reassociate only"
// CHECK-LABEL: func.func @change(
// CHECK-NOT:     mlgru
// CHECK:         return
// ORDER-LABEL: func.func @change(
// ORDER:         fidelity.mlgru %{{.*}}, %{{.*}} state %arg2 :
func.func @change(%f: tensor<8xf32>, %c: tensor<8xf32>, %h: tensor<8xf32>) -> tensor<8xf32> {
  %ft = fidelity.sigmoid %f : tensor<8xf32>
  %t = fidelity.silu %c : tensor<8xf32>
  %d = fidelity.subtract %h, %t : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %m = fidelity.multiply %d, %ft : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %next = fidelity.add %t, %m : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %next : tensor<8xf32>
}

// t - h instead is none.
// ORDER-LABEL: func.func @other_change(
// ORDER-NOT:     mlgru
// ORDER:         return
func.func @other_change(%f: tensor<8xf32>, %c: tensor<8xf32>, %h: tensor<8xf32>) -> tensor<8xf32> {
  %ft = fidelity.sigmoid %f : tensor<8xf32>
  %t = fidelity.silu %c : tensor<8xf32>
  %d = fidelity.subtract %t, %h : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %m = fidelity.multiply %d, %ft : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %next = fidelity.add %t, %m : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %next : tensor<8xf32>
}
