// Which sections are taken, and what goes into and out of them.

// RUN: fidelity-opt %s -split-input-file -fidelity-outline-repeats=least=1 | FileCheck %s
// RUN: fidelity-opt %s -split-input-file -fidelity-outline-repeats=least=1 -o %t.once
// RUN: fidelity-opt %t.once -split-input-file -fidelity-outline-repeats=least=1 | diff %t.once -

// Layers in a row overlap with themselves, however they are cut; they are cut where
// one value goes from one to the next, and not where the layer before the last ends
// behind its norm. Behind the last is another norm.

// CHECK-LABEL: func.func @rotation(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[A:.*]] = call @rotation_repeat0(%[[X]])
// CHECK-NEXT:    %[[B:.*]] = call @rotation_repeat0(%[[A]])
// CHECK-NEXT:    %[[C:.*]] = call @rotation_repeat0(%[[B]])
// CHECK-NEXT:    %[[D:.*]] = call @rotation_repeat0(%[[C]])
// CHECK-NEXT:    %[[N:.*]] = fidelity.rms_norm %[[D]]
// CHECK-NEXT:    return %[[N]]
// CHECK:       func.func private @rotation_repeat0(%[[X:.*]]: tensor<4xf32>) -> tensor<4xf32>
// CHECK-NEXT:    fidelity.rms_norm %[[X]]
// CHECK-NEXT:    fidelity.silu
// CHECK-NEXT:    fidelity.gelu
// CHECK-NEXT:    fidelity.tanh
// CHECK-NEXT:    %[[Y:.*]] = fidelity.add %[[X]]
// CHECK-NEXT:    return %[[Y]]
func.func @rotation(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a0 = fidelity.rms_norm %x : (tensor<4xf32>) -> tensor<4xf32>
  %b0 = fidelity.silu %a0 : tensor<4xf32>
  %g0 = fidelity.gelu %b0 : tensor<4xf32>
  %c0 = fidelity.tanh %g0 : tensor<4xf32>
  %d0 = fidelity.add %x, %c0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %a1 = fidelity.rms_norm %d0 : (tensor<4xf32>) -> tensor<4xf32>
  %b1 = fidelity.silu %a1 : tensor<4xf32>
  %g1 = fidelity.gelu %b1 : tensor<4xf32>
  %c1 = fidelity.tanh %g1 : tensor<4xf32>
  %d1 = fidelity.add %d0, %c1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %a2 = fidelity.rms_norm %d1 : (tensor<4xf32>) -> tensor<4xf32>
  %b2 = fidelity.silu %a2 : tensor<4xf32>
  %g2 = fidelity.gelu %b2 : tensor<4xf32>
  %c2 = fidelity.tanh %g2 : tensor<4xf32>
  %d2 = fidelity.add %d1, %c2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %a3 = fidelity.rms_norm %d2 : (tensor<4xf32>) -> tensor<4xf32>
  %b3 = fidelity.silu %a3 : tensor<4xf32>
  %g3 = fidelity.gelu %b3 : tensor<4xf32>
  %c3 = fidelity.tanh %g3 : tensor<4xf32>
  %d3 = fidelity.add %d2, %c3 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %a4 = fidelity.rms_norm %d3 : (tensor<4xf32>) -> tensor<4xf32>
  return %a4 : tensor<4xf32>
}

// -----

// A value that is read outside in one repeat only is a result of all; a state goes in,
// another comes out.

// CHECK-LABEL: func.func @results(
// CHECK-SAME:    %[[X:.*]]: tensor<1x4xf32>, %[[S0:.*]]: tensor<4xf32>, %[[S1:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[A:.*]]:3 = call @results_repeat0(%[[X]], %[[S0]])
// CHECK-NEXT:    %[[B:.*]]:3 = call @results_repeat0(%[[A]]#2, %[[S1]])
// CHECK-NEXT:    return %[[B]]#2, %[[A]]#1, %[[B]]#1, %[[B]]#0
// CHECK:       func.func private @results_repeat0(
// CHECK:         %[[F:.*]] = fidelity.tanh
// CHECK:         %[[H:.*]], %[[LAST:.*]] = fidelity.mlgru
// CHECK:         return %[[F]], %[[LAST]], %{{.*}} : tensor<1x4xf32>, tensor<4xf32>, tensor<1x4xf32>
func.func @results(%x: tensor<1x4xf32>, %s0: tensor<4xf32>, %s1: tensor<4xf32>)
    -> (tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1x4xf32>) {
  %f0 = fidelity.tanh %x : tensor<1x4xf32>
  %p0 = fidelity.relu %f0 : tensor<1x4xf32>
  %q0 = fidelity.gelu %p0 : tensor<1x4xf32>
  %r0 = fidelity.sigmoid %q0 : tensor<1x4xf32>
  %c0 = fidelity.exp %r0 : tensor<1x4xf32>
  %h0, %t0 = fidelity.mlgru %f0, %c0 state %s0 : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
  %a0 = fidelity.silu %h0 : tensor<1x4xf32>
  %b0 = fidelity.relu %a0 : tensor<1x4xf32>
  %g0 = fidelity.gelu %b0 : tensor<1x4xf32>
  %i0 = fidelity.sigmoid %g0 : tensor<1x4xf32>
  %j0 = fidelity.silu %i0 : tensor<1x4xf32>
  %k0 = fidelity.relu %j0 : tensor<1x4xf32>
  %l0 = fidelity.gelu %k0 : tensor<1x4xf32>
  %m0 = fidelity.sigmoid %l0 : tensor<1x4xf32>
  %n0 = fidelity.elu_plus_one %m0 : tensor<1x4xf32>
  %y0 = fidelity.add %x, %n0 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %f1 = fidelity.tanh %y0 : tensor<1x4xf32>
  %p1 = fidelity.relu %f1 : tensor<1x4xf32>
  %q1 = fidelity.gelu %p1 : tensor<1x4xf32>
  %r1 = fidelity.sigmoid %q1 : tensor<1x4xf32>
  %c1 = fidelity.exp %r1 : tensor<1x4xf32>
  %h1, %t1 = fidelity.mlgru %f1, %c1 state %s1 : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>)
  %a1 = fidelity.silu %h1 : tensor<1x4xf32>
  %b1 = fidelity.relu %a1 : tensor<1x4xf32>
  %g1 = fidelity.gelu %b1 : tensor<1x4xf32>
  %i1 = fidelity.sigmoid %g1 : tensor<1x4xf32>
  %j1 = fidelity.silu %i1 : tensor<1x4xf32>
  %k1 = fidelity.relu %j1 : tensor<1x4xf32>
  %l1 = fidelity.gelu %k1 : tensor<1x4xf32>
  %m1 = fidelity.sigmoid %l1 : tensor<1x4xf32>
  %n1 = fidelity.elu_plus_one %m1 : tensor<1x4xf32>
  %y1 = fidelity.add %y0, %n1 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y1, %t0, %t1, %f1 : tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1x4xf32>
}

// -----

// Two functions share a section. Of one value that two ops read in one of them, and
// two in the other, the function has two arguments; of the same two everywhere, one.

// CHECK-LABEL: func.func @one(
// CHECK-SAME:    %[[X:.*]]: tensor<?xf32>)
// CHECK-NEXT:    %[[Y:.*]] = call @one_repeat0(%[[X]], %[[X]])
// CHECK-NEXT:    return %[[Y]]
// CHECK-LABEL: func.func @other(
// CHECK-SAME:    %[[X:.*]]: tensor<?xf32>, %[[Z:.*]]: tensor<?xf32>)
// CHECK-NEXT:    %[[Y:.*]] = call @one_repeat0(%[[X]], %[[Z]])
// CHECK-NEXT:    return %[[Y]]
// CHECK:       func.func private @one_repeat0(%[[A:.*]]: tensor<?xf32>, %[[B:.*]]: tensor<?xf32>) -> tensor<?xf32>
// CHECK-NEXT:    %[[T:.*]] = fidelity.tanh %[[A]]
// CHECK-NEXT:    %[[E:.*]] = fidelity.exp %[[B]]
// CHECK-NEXT:    fidelity.add %[[T]], %[[E]]
// CHECK:         fidelity.multiply %{{.*}}, %[[A]]
func.func @one(%x: tensor<?xf32>) -> tensor<?xf32> {
  %a = fidelity.tanh %x : tensor<?xf32>
  %b = fidelity.exp %x : tensor<?xf32>
  %c = fidelity.add %a, %b : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %d = fidelity.silu %c : tensor<?xf32>
  %e = fidelity.relu %d : tensor<?xf32>
  %f = fidelity.gelu %e : tensor<?xf32>
  %g = fidelity.sigmoid %f : tensor<?xf32>
  %h = fidelity.elu_plus_one %g : tensor<?xf32>
  %i = fidelity.multiply %h, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %i : tensor<?xf32>
}
func.func @other(%x: tensor<?xf32>, %z: tensor<?xf32>) -> tensor<?xf32> {
  %a = fidelity.tanh %x : tensor<?xf32>
  %b = fidelity.exp %z : tensor<?xf32>
  %c = fidelity.add %a, %b : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %d = fidelity.silu %c : tensor<?xf32>
  %e = fidelity.relu %d : tensor<?xf32>
  %f = fidelity.gelu %e : tensor<?xf32>
  %g = fidelity.sigmoid %f : tensor<?xf32>
  %h = fidelity.elu_plus_one %g : tensor<?xf32>
  %i = fidelity.multiply %h, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %i : tensor<?xf32>
}

// -----

// Regions, whose ops are compared too, and bodies of loops, which are searched. What a
// region reads from outside goes in; names and units stay on the types; an empty
// tensor and a number are made in the function; sizes may be 0.

!named = tensor<?x0xf32, #fidelity.tensor<dims = [Time, Channel], unit = "m/s">>
#map = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @regions(
// CHECK:         scf.for
// CHECK:           %[[N:.*]] = tensor.dim
// CHECK-NEXT:      %[[A:.*]] = func.call @regions_repeat0(%{{.*}}, %[[N]]) : (tensor<?x0xf32, #fidelity.tensor<dims = [Time, Channel], unit = "m/s">>, index) -> tensor<?x0xf32, #fidelity.tensor<dims = [Time, Channel], unit = "m/s">>
// CHECK-NEXT:      %[[B:.*]] = func.call @regions_repeat0(%[[A]], %[[N]])
// CHECK-NEXT:      scf.yield %[[B]]
// CHECK:       func.func private @regions_repeat0(%[[X:.*]]: tensor<?x0xf32, {{.*}}>, %[[N:.*]]: index)
// CHECK-DAG:     %[[HALF:.*]] = arith.constant 5.000000e-01 : f32
// CHECK-DAG:     %[[EMPTY:.*]] = tensor.empty(%[[N]]) : tensor<?x0xf32, {{.*}}>
// CHECK:         linalg.generic {{.*}} ins(%[[X]] : {{.*}}) outs(%[[EMPTY]]
// CHECK:           arith.mulf %{{.*}}, %[[HALF]]
func.func @regions(%x: !named, %count: index) -> !named {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  %r = scf.for %i = %c0 to %count step %c1 iter_args(%s = %x) -> (!named) {
    %n = tensor.dim %s, %c0 : !named
    %to = tensor.empty(%n) : !named
    %a0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : !named) outs(%to : !named) {
    ^bb0(%in: f32, %out: f32):
      %p = arith.mulf %in, %half : f32
      %q = arith.addf %p, %p : f32
      %t = arith.mulf %q, %in : f32
      %u = arith.addf %t, %p : f32
      linalg.yield %u : f32
    } -> !named
    %b0 = fidelity.relu %a0 : !named
    %e0 = fidelity.relu %b0 : !named
    %d0 = fidelity.relu %e0 : !named
    %a1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%d0 : !named) outs(%to : !named) {
    ^bb0(%in: f32, %out: f32):
      %p = arith.mulf %in, %half : f32
      %q = arith.addf %p, %p : f32
      %t = arith.mulf %q, %in : f32
      %u = arith.addf %t, %p : f32
      linalg.yield %u : f32
    } -> !named
    %b1 = fidelity.relu %a1 : !named
    %e1 = fidelity.relu %b1 : !named
    %d1 = fidelity.relu %e1 : !named
    scf.yield %d1 : !named
  }
  return %r : !named
}

// -----

// A part that is in two that repeat goes to the one that saves more: the two that are
// longer. What is left of the other is a part of fewer repeats, which saves nothing.

// CHECK-LABEL: func.func @overlap(
// CHECK-NEXT:    call @overlap_repeat0(
// CHECK-NEXT:    fidelity.elu_plus_one
// CHECK-NEXT:    call @overlap_repeat0(
// CHECK-NEXT:    fidelity.exp
// CHECK-NEXT:    fidelity.tanh
// CHECK-NEXT:    fidelity.silu
// CHECK-NEXT:    return
// CHECK:       func.func private @overlap_repeat0(
// CHECK-NOT:   func.func
func.func @overlap(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fidelity.exp %x : tensor<4xf32>
  %1 = fidelity.tanh %0 : tensor<4xf32>
  %2 = fidelity.silu %1 : tensor<4xf32>
  %3 = fidelity.relu %2 : tensor<4xf32>
  %4 = fidelity.gelu %3 : tensor<4xf32>
  %5 = fidelity.sigmoid %4 : tensor<4xf32>
  %6 = fidelity.tanh %5 : tensor<4xf32>
  %7 = fidelity.elu_plus_one %6 : tensor<4xf32>
  %8 = fidelity.exp %7 : tensor<4xf32>
  %9 = fidelity.tanh %8 : tensor<4xf32>
  %10 = fidelity.silu %9 : tensor<4xf32>
  %11 = fidelity.relu %10 : tensor<4xf32>
  %12 = fidelity.gelu %11 : tensor<4xf32>
  %13 = fidelity.sigmoid %12 : tensor<4xf32>
  %14 = fidelity.tanh %13 : tensor<4xf32>
  %15 = fidelity.exp %14 : tensor<4xf32>
  %16 = fidelity.tanh %15 : tensor<4xf32>
  %17 = fidelity.silu %16 : tensor<4xf32>
  return %17 : tensor<4xf32>
}

// -----

// A size that only an empty tensor reads goes with it, where it is read in the section
// alone; where it is read behind it too, the tensor is made there of what comes out.

// CHECK-LABEL: func.func @sizes(
// CHECK-SAME:    %[[X:.*]]: tensor<?xf32>)
// CHECK-NEXT:    %[[A:.*]]:2 = call @sizes_repeat0(%[[X]]) : (tensor<?xf32>) -> (index, tensor<?xf32>)
// CHECK-NEXT:    %[[B:.*]]:2 = call @sizes_repeat0(%[[A]]#1)
// CHECK-NEXT:    %[[TO:.*]] = tensor.empty(%[[B]]#0)
// CHECK-NEXT:    return %[[B]]#1, %[[TO]]
// CHECK:       func.func private @sizes_repeat0(
// CHECK-COUNT-2: tensor.empty(
func.func @sizes(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %n0 = tensor.dim %x, %c0 : tensor<?xf32>
  %a0 = tensor.empty(%n0) : tensor<?xf32>
  %b0 = linalg.exp ins(%x : tensor<?xf32>) outs(%a0 : tensor<?xf32>) -> tensor<?xf32>
  %m0 = tensor.dim %b0, %c0 : tensor<?xf32>
  %d0 = tensor.empty(%m0) : tensor<?xf32>
  %e0 = linalg.tanh ins(%b0 : tensor<?xf32>) outs(%d0 : tensor<?xf32>) -> tensor<?xf32>
  %f0 = fidelity.relu %e0 : tensor<?xf32>
  %y0 = fidelity.silu %f0 : tensor<?xf32>
  %n1 = tensor.dim %y0, %c0 : tensor<?xf32>
  %a1 = tensor.empty(%n1) : tensor<?xf32>
  %b1 = linalg.exp ins(%y0 : tensor<?xf32>) outs(%a1 : tensor<?xf32>) -> tensor<?xf32>
  %m1 = tensor.dim %b1, %c0 : tensor<?xf32>
  %d1 = tensor.empty(%m1) : tensor<?xf32>
  %e1 = linalg.tanh ins(%b1 : tensor<?xf32>) outs(%d1 : tensor<?xf32>) -> tensor<?xf32>
  %f1 = fidelity.relu %e1 : tensor<?xf32>
  %y1 = fidelity.silu %f1 : tensor<?xf32>
  return %y1, %a1 : tensor<?xf32>, tensor<?xf32>
}
