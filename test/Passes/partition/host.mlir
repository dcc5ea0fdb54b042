// The caller on a device of its own: its values go from there, once to each
// device, and what it reads and returns comes back.

// RUN: fidelity-opt %s -fidelity-partition=host=cpu | FileCheck %s
// RUN: fidelity-opt %s -fidelity-partition=host=cpu -o %t.once
// RUN: fidelity-opt %t.once -fidelity-partition=host=cpu -o %t.twice
// RUN: diff %t.once %t.twice

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">
#cpu = #fidelity.mapping<device = "cpu">

// CHECK-LABEL: func.func @host(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[X0:.*]] = fidelity.transfer %[[X]] from "cpu" to "gpu0"
// CHECK-NEXT:    %[[A:.*]]:2 = call @host_gpu0(%[[X0]])
// CHECK-NEXT:    %[[A1:.*]] = fidelity.transfer %[[A]]#0 from "gpu0" to "gpu1"
// CHECK-NEXT:    %[[X1:.*]] = fidelity.transfer %[[X]] from "cpu" to "gpu1"
// CHECK-NEXT:    %[[C1:.*]] = call @host_gpu1(%[[A1]], %[[X1]])
// CHECK-NEXT:    %[[D:.*]] = call @host_cpu(%[[X]])
// CHECK-NEXT:    %[[B:.*]] = fidelity.transfer %[[A]]#1 from "gpu0" to "cpu"
// CHECK-NEXT:    %[[C:.*]] = fidelity.transfer %[[C1]] from "gpu1" to "cpu"
// CHECK-NEXT:    return %[[B]], %[[C]], %[[D]]
func.func @host(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %b = fidelity.exp %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  %c = fidelity.add %a, %x {fidelity.mapping = #gpu1} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %d = fidelity.tanh %x {fidelity.mapping = #cpu} : tensor<4xf32>
  return %b, %c, %d : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// An op of the caller's reads what came back, as the return does.
func.func private @tell(%x: tensor<4xf32>) {
  return
}
// CHECK-LABEL: func.func @reads(
// CHECK-SAME:    %[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[X0:.*]] = fidelity.transfer %[[X]] from "cpu" to "gpu0"
// CHECK-NEXT:    %[[A0:.*]] = call @reads_gpu0(%[[X0]])
// CHECK-NEXT:    %[[A:.*]] = fidelity.transfer %[[A0]] from "gpu0" to "cpu"
// CHECK-NEXT:    call @tell(%[[A]])
// CHECK-NEXT:    return %[[A]]
func.func @reads(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = fidelity.silu %x {fidelity.mapping = #gpu0} : tensor<4xf32>
  call @tell(%a) : (tensor<4xf32>) -> ()
  return %a : tensor<4xf32>
}
