// Activations beside an op that has them.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK-DAG: [[@LINE+6]]:8: remark: [Passed] activation
// CHECK-LABEL: func.func @swiglu(
// CHECK-NEXT:    %[[Y:.*]] = fidelity.swiglu %arg0, %arg1
// CHECK-NEXT:    return %[[Y]]
func.func @swiglu(%g: tensor<?x8xf32>, %u: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %s = fidelity.silu %g : tensor<?x8xf32>
  %y = fidelity.multiply %u, %s : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// A unit of the other side is that of the product.
// CHECK-LABEL: func.func @unit(
// CHECK-NEXT:    fidelity.swiglu %arg0, %arg1 : (tensor<8xf32>, tensor<8xf32, #fidelity.tensor<unit = "m">>) -> tensor<8xf32, #fidelity.tensor<unit = "m">>
!m = tensor<8xf32, #fidelity.tensor<unit = "m">>
!one = tensor<8xf32>
func.func @unit(%g: !one, %u: !m) -> !m {
  %s = fidelity.silu %g : !one
  %y = fidelity.multiply %s, %u : (!one, !m) -> !m
  return %y : !m
}

// The last state of the convolution stays as it is.
// CHECK-LABEL: func.func @convolution(
// CHECK-NEXT:    %[[Y:.*]], %[[LAST:.*]] = fidelity.causal_conv1d %arg0, %arg1 activation(silu)
// CHECK-NEXT:    return %[[Y]], %[[LAST]]
func.func @convolution(%x: tensor<1x64x?xf32>, %w: tensor<64x4xf32>) -> (tensor<1x64x?xf32>, tensor<1x64x3xf32>) {
  %y, %last = fidelity.causal_conv1d %x, %w : (tensor<1x64x?xf32>, tensor<64x4xf32>) -> (tensor<1x64x?xf32>, tensor<1x64x3xf32>)
  %z = fidelity.silu %y : tensor<1x64x?xf32>
  return %z, %last : tensor<1x64x?xf32>, tensor<1x64x3xf32>
}

// REMARK-DAG: [[@LINE+6]]:8: remark: [Missed] activation | Category:fidelity-fuse | Remark="a side of the product is stretched, and swiglu stretches none"
// CHECK-LABEL: func.func @stretched(
// CHECK:         fidelity.silu
// CHECK:         fidelity.multiply
func.func @stretched(%g: tensor<?x8xf32>, %u: tensor<8xf32>) -> tensor<?x8xf32> {
  %s = fidelity.silu %g : tensor<?x8xf32>
  %y = fidelity.multiply %s, %u : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// REMARK-DAG: [[@LINE+6]]:8: remark: [Missed] activation | Category:fidelity-fuse | Remark="a value in between has another use"
// CHECK-LABEL: func.func @used(
// CHECK:         fidelity.silu
// CHECK:         fidelity.multiply
func.func @used(%g: tensor<8xf32>, %u: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %s = fidelity.silu %g : tensor<8xf32>
  %y = fidelity.multiply %s, %u : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y, %s : tensor<8xf32>, tensor<8xf32>
}

// REMARK-DAG: [[@LINE+6]]:8: remark: [Missed] activation | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @narrow(
// CHECK:         fidelity.silu
// CHECK:         fidelity.multiply
func.func @narrow(%g: tensor<8xbf16>, %u: tensor<8xbf16>) -> tensor<8xbf16> {
  %s = fidelity.silu %g : tensor<8xbf16>
  %y = fidelity.multiply %s, %u : (tensor<8xbf16>, tensor<8xbf16>) -> tensor<8xbf16>
  return %y : tensor<8xbf16>
}

// REMARK-DAG: [[@LINE+7]]:8: remark: [Missed] activation | Category:fidelity-fuse | Remark="the convolution has an activation already"
// CHECK-LABEL: func.func @twice(
// CHECK:         fidelity.causal_conv1d
// CHECK:         fidelity.silu
func.func @twice(%x: tensor<1x64x7xf32>, %w: tensor<64x4xf32>) -> tensor<1x64x7xf32> {
  %y, %last = fidelity.causal_conv1d %x, %w activation(silu)
    : (tensor<1x64x7xf32>, tensor<64x4xf32>) -> (tensor<1x64x7xf32>, tensor<1x64x3xf32>)
  %z = fidelity.silu %y : tensor<1x64x7xf32>
  return %z : tensor<1x64x7xf32>
}

// x · σ(x) is silu(x), wherever it stands.
// CHECK-LABEL: func.func @products(
// CHECK-NEXT:    %[[Y:.*]] = fidelity.swiglu %arg0, %arg1
// CHECK-NEXT:    %[[Z:.*]], %{{.*}} = fidelity.causal_conv1d %arg2, %arg3 activation(silu)
// CHECK-NEXT:    return %[[Y]], %[[Z]]
func.func @products(%x: tensor<?x8xf32>, %u: tensor<?x8xf32>, %c: tensor<1x64x?xf32>, %w: tensor<64x4xf32>) -> (tensor<?x8xf32>, tensor<1x64x?xf32>) {
  %s = fidelity.sigmoid %x : tensor<?x8xf32>
  %z = fidelity.multiply %x, %s : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %y = fidelity.multiply %z, %u : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %o, %last = fidelity.causal_conv1d %c, %w : (tensor<1x64x?xf32>, tensor<64x4xf32>) -> (tensor<1x64x?xf32>, tensor<1x64x3xf32>)
  %so = fidelity.sigmoid %o : tensor<1x64x?xf32>
  %zo = fidelity.multiply %so, %o : (tensor<1x64x?xf32>, tensor<1x64x?xf32>) -> tensor<1x64x?xf32>
  return %y, %zo : tensor<?x8xf32>, tensor<1x64x?xf32>
}

// σ of another value, one that something else reads, and one that is rounded.
// REMARK-DAG: [[@LINE+9]]:8: remark: [Missed] activation | Category:fidelity-fuse | Remark="a value in between has another use"
// REMARK-DAG: [[@LINE+10]]:8: remark: [Missed] activation | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @products_stay(
// CHECK-COUNT-3: fidelity.multiply
func.func @products_stay(%x: tensor<8xf32>, %u: tensor<8xf32>, %n: tensor<8xf16>)
    -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf16>) {
  %s = fidelity.sigmoid %u : tensor<8xf32>
  %a = fidelity.multiply %x, %s : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %t = fidelity.sigmoid %x : tensor<8xf32>
  %b = fidelity.multiply %x, %t : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %v = fidelity.sigmoid %n : tensor<8xf16>
  %c = fidelity.multiply %n, %v : (tensor<8xf16>, tensor<8xf16>) -> tensor<8xf16>
  return %a, %b, %t, %c : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf16>
}
