// Two experts on two devices: each gets its slice of the tokens and has its own
// weights, and its answers come back. The whole stays where the router is.

// RUN: fidelity-opt %s -fidelity-partition | FileCheck %s
// RUN: fidelity-opt %s -fidelity-partition -o %t.once
// RUN: fidelity-opt %t.once -fidelity-partition -o %t.twice
// RUN: diff %t.once %t.twice

#gpu0 = #fidelity.mapping<device = "gpu0">
#gpu1 = #fidelity.mapping<device = "gpu1">

// CHECK-LABEL: func.func @mixture(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<6x4xf32>, %[[R:.*]]: tensor<6x2xf32>)
// CHECK-NEXT:    %[[A:.*]]:5 = call @mixture_gpu0_0(%[[R]], %[[X]]) : (tensor<6x2xf32>, tensor<6x4xf32>) -> (tensor<6x1xf32>, tensor<6x1xi32>, tensor<6x1xi32>, tensor<3x4xf32>, tensor<3x4xf32>)
// CHECK-NEXT:    %[[THERE:.*]] = fidelity.transfer %[[A]]#4 from "gpu0" to "gpu1" : tensor<3x4xf32>
// CHECK-NEXT:    %[[B:.*]] = call @mixture_gpu1(%[[THERE]]) : (tensor<3x4xf32>) -> tensor<3x4xf32>
// CHECK-NEXT:    %[[BACK:.*]] = fidelity.transfer %[[B]] from "gpu1" to "gpu0" : tensor<3x4xf32>
// CHECK-NEXT:    %[[Y:.*]] = call @mixture_gpu0_1(%[[A]]#3, %[[BACK]], %[[A]]#0, %[[A]]#1, %[[A]]#2)
// CHECK-NEXT:    return %[[Y]]
func.func @mixture(%x: tensor<6x4xf32>, %r: tensor<6x2xf32>) -> tensor<6x4xf32> {
  %capacity = arith.constant 3 : index
  %first = arith.constant dense<[[1, 0, -1, 0], [0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1]]> : tensor<4x4xi8>
  %second = arith.constant dense<[[0, 0, 1, 1], [-1, 0, 0, 0], [0, 1, 0, 1], [1, 0, 0, -1]]> : tensor<4x4xi8>
  %g, %e = fidelity.route %r {top_k = 1 : i64, fidelity.mapping = #gpu0} : (tensor<6x2xf32>) -> (tensor<6x1xf32>, tensor<6x1xi32>)
  %d, %p = fidelity.dispatch %x, %e capacity %capacity {experts = 2 : i64, fidelity.mapping = #gpu0} : (tensor<6x4xf32>, tensor<6x1xi32>, index) -> (tensor<2x3x4xf32>, tensor<6x1xi32>)
  %x0 = tensor.extract_slice %d[0, 0, 0] [1, 3, 4] [1, 1, 1] : tensor<2x3x4xf32> to tensor<3x4xf32>
  %h0 = fidelity.ternary_linear %x0, %first {fidelity.mapping = #gpu0} : (tensor<3x4xf32>, tensor<4x4xi8>) -> tensor<3x4xf32>
  %y0 = fidelity.silu %h0 {fidelity.mapping = #gpu0} : tensor<3x4xf32>
  %x1 = tensor.extract_slice %d[1, 0, 0] [1, 3, 4] [1, 1, 1] : tensor<2x3x4xf32> to tensor<3x4xf32>
  %h1 = fidelity.ternary_linear %x1, %second {fidelity.mapping = #gpu1} : (tensor<3x4xf32>, tensor<4x4xi8>) -> tensor<3x4xf32>
  %y1 = fidelity.silu %h1 {fidelity.mapping = #gpu1} : tensor<3x4xf32>
  %none = tensor.empty() : tensor<2x3x4xf32>
  %part = tensor.insert_slice %y0 into %none[0, 0, 0] [1, 3, 4] [1, 1, 1] : tensor<3x4xf32> into tensor<2x3x4xf32>
  %all = tensor.insert_slice %y1 into %part[1, 0, 0] [1, 3, 4] [1, 1, 1] : tensor<3x4xf32> into tensor<2x3x4xf32>
  %y = fidelity.combine %all, %g, %e, %p {fidelity.mapping = #gpu0} : (tensor<2x3x4xf32>, tensor<6x1xf32>, tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x4xf32>
  return %y : tensor<6x4xf32>
}

// CHECK:       func.func private @mixture_gpu0_0(
// CHECK-NOT:     arith.constant dense<{{\[}}[0, 0, 1, 1]
// CHECK:         fidelity.route
// CHECK:         fidelity.dispatch
// CHECK:         tensor.extract_slice {{.*}}[0, 0, 0]
// CHECK:         fidelity.silu
// CHECK:         tensor.extract_slice {{.*}}[1, 0, 0]
// CHECK:       func.func private @mixture_gpu1(
// CHECK-NEXT:    %[[W:.*]] = arith.constant dense<{{\[}}[0, 0, 1, 1]
// CHECK-NEXT:    fidelity.ternary_linear %{{.*}}, %[[W]]
// CHECK-NEXT:    fidelity.silu
// CHECK-NEXT:    return
// CHECK:       func.func private @mixture_gpu0_1(
// CHECK-NEXT:    tensor.empty
// CHECK-NEXT:    tensor.insert_slice
// CHECK-NEXT:    tensor.insert_slice
// CHECK-NEXT:    fidelity.combine
