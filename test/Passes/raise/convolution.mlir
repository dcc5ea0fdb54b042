// Depthwise convolutions over time.

// RUN: fidelity-opt %s -fidelity-raise -split-input-file --remarks-filter-missed=fidelity-raise 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: fidelity-opt %s -fidelity-raise -split-input-file -o %t.once
// RUN: fidelity-opt %t.once -fidelity-raise -split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// Zeros before the sequence alone, weights that are no constant, no bias.
// CHECK-LABEL: func.func @padded_before(
// CHECK-SAME:    %[[X:.*]]: tensor<?x3x?xf32>, %[[W:.*]]: tensor<3x4xf32>
// CHECK-NEXT:    %[[Y:.*]], %{{.*}} = fidelity.causal_conv1d %[[X]], %[[W]] : (tensor<?x3x?xf32>, tensor<3x4xf32>) -> (tensor<?x3x?xf32>, tensor<?x3x3xf32>)
// CHECK-NEXT:    return %[[Y]]
func.func @padded_before(%x: tensor<?x3x?xf32>, %w: tensor<3x4xf32>, %init: tensor<?x3x?xf32>) -> tensor<?x3x?xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 0, 3] high[0, 0, 0] {
  ^bb0(%a: index, %b: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<?x3x?xf32> to tensor<?x3x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%init : tensor<?x3x?xf32>) -> tensor<?x3x?xf32>
  %y = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%p, %w : tensor<?x3x?xf32>, tensor<3x4xf32>) outs(%f : tensor<?x3x?xf32>) -> tensor<?x3x?xf32>
  return %y : tensor<?x3x?xf32>
}

// -----

// Zeros on both sides, and a slice of unknown size that takes the sequence's.
// CHECK-LABEL: func.func @padded_around(
// CHECK:         %[[Y:.*]], %{{.*}} = fidelity.causal_conv1d %arg0, %arg1 bias %arg2
// CHECK-NEXT:    return %[[Y]]
func.func @padded_around(%x: tensor<2x3x?xf32>, %w: tensor<3x2xf32>, %bias: tensor<3xf32>, %init: tensor<2x3x?xf32>) -> tensor<2x3x?xf32> {
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %t = tensor.dim %x, %c2 : tensor<2x3x?xf32>
  %p = tensor.pad %x low[0, 0, 1] high[0, 0, 1] {
  ^bb0(%a: index, %b: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<2x3x?xf32> to tensor<2x3x?xf32>
  %f = linalg.broadcast ins(%bias : tensor<3xf32>) outs(%init : tensor<2x3x?xf32>) dimensions = [0, 2]
  %y = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%p, %w : tensor<2x3x?xf32>, tensor<3x2xf32>) outs(%f : tensor<2x3x?xf32>) -> tensor<2x3x?xf32>
  %s = tensor.extract_slice %y[0, 0, 0] [2, 3, %t] [1, 1, 1] : tensor<2x3x?xf32> to tensor<2x3x?xf32>
  return %s : tensor<2x3x?xf32>
}

// -----

// One weight needs no zeros.
// CHECK-LABEL: func.func @one_weight(
// CHECK:         fidelity.causal_conv1d %arg0, %arg1 : (tensor<1x1x5xf64>, tensor<1x1xf64>) -> (tensor<1x1x5xf64>, tensor<1x1x0xf64>)
func.func @one_weight(%x: tensor<1x1x5xf64>, %w: tensor<1x1xf64>) -> tensor<1x1x5xf64> {
  %f = arith.constant dense<0.0> : tensor<1x1x5xf64>
  %y = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%x, %w : tensor<1x1x5xf64>, tensor<1x1xf64>) outs(%f : tensor<1x1x5xf64>) -> tensor<1x1x5xf64>
  return %y : tensor<1x1x5xf64>
}

// -----

// Too few zeros, later steps, a stride, zeros in another dimension, an init that
// is no bias.
// CHECK-LABEL: func.func @left(
// CHECK-NOT:     fidelity.
// REMARK: [Missed] causal_conv1d {{.*}} Remark="expected 3 zeros before the sequence, but got 0"
// REMARK: [Missed] causal_conv1d {{.*}} Remark="expected the steps of the sequence alone, but got 3 later ones"
// REMARK: [Missed] causal_conv1d {{.*}} Remark="expected a stride and a dilation of 1, but got another one"
// REMARK: [Missed] causal_conv1d {{.*}} Remark="expected zeros before and after the sequence alone, but got another padding"
// REMARK: [Missed] causal_conv1d {{.*}} Remark="expected a bias for each channel as init, but got another one"
// REMARK-NOT: [Missed]
func.func @left(%x: tensor<2x3x6xf32>, %w: tensor<3x4xf32>, %init: tensor<2x3x6xf32>)
    -> (tensor<2x3x3xf32>, tensor<2x3x9xf32>, tensor<2x3x5xf32>, tensor<2x3x6xf32>, tensor<2x3x6xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %f3 = arith.constant dense<0.0> : tensor<2x3x3xf32>
  %f5 = arith.constant dense<0.0> : tensor<2x3x5xf32>
  %f6 = arith.constant dense<0.0> : tensor<2x3x6xf32>
  %f9 = arith.constant dense<0.0> : tensor<2x3x9xf32>
  %before = tensor.pad %x low[0, 0, 3] high[0, 0, 0] {
  ^bb0(%p: index, %q: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<2x3x6xf32> to tensor<2x3x9xf32>
  %around = tensor.pad %x low[0, 0, 3] high[0, 0, 3] {
  ^bb0(%p: index, %q: index, %r: index):
    tensor.yield %zero : f32
  } : tensor<2x3x6xf32> to tensor<2x3x12xf32>
  %ones = tensor.pad %x low[0, 0, 3] high[0, 0, 0] {
  ^bb0(%p: index, %q: index, %r: index):
    tensor.yield %one : f32
  } : tensor<2x3x6xf32> to tensor<2x3x9xf32>
  %a = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%x, %w : tensor<2x3x6xf32>, tensor<3x4xf32>) outs(%f3 : tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %b = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%around, %w : tensor<2x3x12xf32>, tensor<3x4xf32>) outs(%f9 : tensor<2x3x9xf32>) -> tensor<2x3x9xf32>
  %c = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<2> : vector<1xi64>}
    ins(%around, %w : tensor<2x3x12xf32>, tensor<3x4xf32>) outs(%f5 : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
  %d = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%ones, %w : tensor<2x3x9xf32>, tensor<3x4xf32>) outs(%f6 : tensor<2x3x6xf32>) -> tensor<2x3x6xf32>
  %e = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : vector<1xi64>, strides = dense<1> : vector<1xi64>}
    ins(%before, %w : tensor<2x3x9xf32>, tensor<3x4xf32>) outs(%init : tensor<2x3x6xf32>) -> tensor<2x3x6xf32>
  return %a, %b, %c, %d, %e : tensor<2x3x3xf32>, tensor<2x3x9xf32>, tensor<2x3x5xf32>, tensor<2x3x6xf32>, tensor<2x3x6xf32>
}
