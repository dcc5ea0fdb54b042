// Layers on devices become parts; what crosses does so once.

// RUN: fidelity-opt %s -fidelity-partition | FileCheck %s
// RUN: fidelity-opt %s -fidelity-partition -o %t.once
// RUN: fidelity-opt %t.once -fidelity-partition -o %t.twice
// RUN: diff %t.once %t.twice

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">

// Weights are in the part that reads them; one that both read is in both.
// CHECK-LABEL: func.func @two(
// CHECK-SAME:    %[[X:.*]]: tensor<4x256xf32>)
// CHECK-NEXT:    %[[H:.*]] = call @two_gpu0(%[[X]]) : (tensor<4x256xf32>) -> tensor<4x256xf32>
// CHECK-NEXT:    %[[THERE:.*]] = fidelity.transfer %[[H]] from "gpu0" to "gpu1" : tensor<4x256xf32>
// CHECK-NEXT:    %[[Y:.*]] = call @two_gpu1(%[[THERE]]) : (tensor<4x256xf32>) -> tensor<4x64xf32>
// CHECK-NEXT:    return %[[Y]]
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
// CHECK-LABEL: func.func @back(
// CHECK-SAME:    %[[X:.*]]: tensor<?xf32>)
// CHECK-NEXT:    %[[A:.*]] = call @back_gpu0_0(%[[X]])
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]] from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[B:.*]] = call @back_gpu1_0(%[[A1]])
// CHECK-NEXT:    %[[B0:.*]] = fidelity.transfer %[[B]] from "gpu1" to "gpu0"
// CHECK-NEXT:    %[[C:.*]] = call @back_gpu0_1(%[[B0]])
// CHECK-NEXT:    %[[C1:.*]] = fidelity.transfer %[[C]] from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[D:.*]] = call @back_gpu1_1(%[[C1]], %[[A1]])
// CHECK-NEXT:    return %[[D]], %[[B]]
func.func @back(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  %b = fidelity.exp %a {fidelity.mapping = #gpu1} : tensor<?xf32>
  %c = fidelity.tanh %b {fidelity.mapping = #gpu0} : tensor<?xf32>
  %d = fidelity.add %c, %a {fidelity.mapping = #gpu1} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %d, %b : tensor<?xf32>, tensor<?xf32>
}

// An argument is on the first device that reads it.
// CHECK-LABEL: func.func @argument(
// CHECK-SAME:    %[[X:.*]]: tensor<?xf32>)
// CHECK-NEXT:    %[[A:.*]] = call @argument_gpu1(%[[X]])
// CHECK-NEXT:    %[[X0:.*]] = fidelity.transfer %[[X]] from "gpu1" to "gpu0"
// CHECK-NEXT:    %[[B:.*]] = call @argument_gpu0(%[[X0]])
// CHECK-NEXT:    return %[[A]], %[[B]]
func.func @argument(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %a = fidelity.silu %x {fidelity.mapping = #gpu1} : tensor<?xf32>
  %b = fidelity.exp %x {fidelity.mapping = #gpu0} : tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}

// The names are those of symbols that there were not.
// CHECK-LABEL: func.func @one(
// CHECK-NEXT:    call @one_gpu0_1(
// CHECK-NEXT:    return
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
// CHECK-LABEL: func.func @typed(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>, %[[X:.*]]: tensor<?x6xf32, #fidelity.tensor<unit = "m">>)
// CHECK-NEXT:    %[[U:.*]] = call @typed_gpu0(%[[X]], %[[W]])
// CHECK-NEXT:    %[[U1:.*]] = fidelity.transfer %[[U]] from "gpu0" to "gpu1" : tensor<?x6xf32, #fidelity.tensor<unit = "m">>
// CHECK-NEXT:    %[[W1:.*]] = fidelity.transfer %[[W]] from "gpu0" to "gpu1" : tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>
// CHECK-NEXT:    %[[Y:.*]] = call @typed_gpu1(%[[U1]], %[[W1]])
// CHECK-NEXT:    return %[[Y]]
func.func @typed(%w: tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>, %x: tensor<?x6xf32, #fidelity.tensor<unit = "m">>) -> tensor<?x8xf32> {
  %u = fidelity.relu %x {fidelity.mapping = #gpu0} : tensor<?x6xf32, #fidelity.tensor<unit = "m">>
  %v = fidelity.unpack %w {fidelity.mapping = #gpu0} : (tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<8x6xi8, #fidelity.tensor<dims = [Out, In]>>
  %y = fidelity.ternary_linear %u, %w {fidelity.mapping = #gpu1} : (tensor<?x6xf32, #fidelity.tensor<unit = "m">>, tensor<8x6xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// The parts come after what there was, in the order of their calls.
// CHECK:       func.func private @two_gpu0(%[[X:.*]]: tensor<4x256xf32>) -> tensor<4x256xf32> attributes {fidelity.device = "gpu0"} {
// CHECK-NEXT:    %[[N:.*]] = arith.constant dense<2.000000e+00> : tensor<256xf32>
// CHECK-NEXT:    %[[H:.*]] = fidelity.rms_norm %[[X]] weight %[[N]] {fidelity.mapping = #fidelity.mapping<device = "gpu0">}
// CHECK-NEXT:    return %[[H]]
// CHECK:       func.func private @two_gpu1(%[[X:.*]]: tensor<4x256xf32>) -> tensor<4x64xf32> attributes {fidelity.device = "gpu1"} {
// CHECK-NEXT:    %[[N:.*]] = arith.constant dense<2.000000e+00> : tensor<256xf32>
// CHECK-NEXT:    %[[W:.*]] = arith.constant dense<1> : tensor<64x256xi8>
// CHECK-NEXT:    %[[G:.*]] = fidelity.rms_norm %[[X]] weight %[[N]]
// CHECK-NEXT:    %[[Y:.*]] = fidelity.ternary_linear %[[G]], %[[W]]
// CHECK-NEXT:    return %[[Y]]
// CHECK:       func.func private @back_gpu0_0(
// CHECK:         fidelity.silu
// CHECK:       func.func private @back_gpu1_0(
// CHECK:         fidelity.exp
// CHECK:       func.func private @back_gpu0_1(
// CHECK:         fidelity.tanh
// CHECK:       func.func private @back_gpu1_1(
// CHECK:         fidelity.add
