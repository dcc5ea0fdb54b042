// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// A bias is 0 when absent.
// CHECK-LABEL: func.func @causal_conv1d_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] activation(silu) {layer = 1 : i64} : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x8x?xf32>
func.func @causal_conv1d_f1(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) -> tensor<2x8x?xf32> {
  %b = arith.constant dense<0.0> : tensor<8xf32>
  %0:2 = fidelity.causal_conv1d %x, %w bias %b activation(silu) {layer = 1 : i64} : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<8xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %0#0 : tensor<2x8x?xf32>
}

// A bias of -0 keeps a sum that is -0.
// CHECK-LABEL: func.func @causal_conv1d_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 1.000000e+00]> : tensor<8xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<8xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] bias %[[CST]] : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<8xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] bias %[[CST_0]] : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<8xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_1]] : tensor<2x8x?xf32>, tensor<2x8x?xf32>
func.func @causal_conv1d_f1_stays(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x?xf32>) {
  %b = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]> : tensor<8xf32>
  %c = arith.constant dense<-0.0> : tensor<8xf32>
  %0:2 = fidelity.causal_conv1d %x, %w bias %b : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<8xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  %1:2 = fidelity.causal_conv1d %x, %w bias %c : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<8xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %0#0, %1#0 : tensor<2x8x?xf32>, tensor<2x8x?xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<2x8x?xf32>, tensor<2x8x3xf32>
func.func @causal_conv1d_f2(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>) {
  %s = arith.constant dense<0.0> : tensor<2x8x3xf32>
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %0#0, %0#1 : tensor<2x8x?xf32>, tensor<2x8x3xf32>
}

// A state of -0 may be the last one.
// CHECK-LABEL: func.func @causal_conv1d_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<2x8x3xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<5.000000e-01> : tensor<2x8x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] state %[[CST]] : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] state %[[CST_0]] : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[LAST_STATE_2]] : tensor<2x8x3xf32>, tensor<2x8x3xf32>
func.func @causal_conv1d_f2_stays(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) -> (tensor<2x8x3xf32>, tensor<2x8x3xf32>) {
  %s = arith.constant dense<-0.0> : tensor<2x8x3xf32>
  %t = arith.constant dense<0.5> : tensor<2x8x3xf32>
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  %1:2 = fidelity.causal_conv1d %x, %w state %t : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %0#1, %1#1 : tensor<2x8x3xf32>, tensor<2x8x3xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x1xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] : (tensor<2x8x?xf32>, tensor<8x1xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x0xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x8x?xf32>
func.func @causal_conv1d_f3(%x: tensor<2x8x?xf32>, %w: tensor<8x1xf32>, %s: tensor<2x8x0xf32>) -> tensor<2x8x?xf32> {
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x1xf32>, tensor<2x8x0xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x0xf32>)
  return %0#0 : tensor<2x8x?xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x2xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x8x1xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] state %[[S]] : (tensor<2x8x?xf32>, tensor<8x2xf32>, tensor<2x8x1xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x1xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x8x?xf32>
func.func @causal_conv1d_f3_stays(%x: tensor<2x8x?xf32>, %w: tensor<8x2xf32>, %s: tensor<2x8x1xf32>) -> tensor<2x8x?xf32> {
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x2xf32>, tensor<2x8x1xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x1xf32>)
  return %0#0 : tensor<2x8x?xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_f4(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8x0xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x8x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x8x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x8x0xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x8x0xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x8x3xf32>
// CHECK-NEXT: return %[[V0]], %[[S]], %[[SPLAT]] : tensor<?x8x0xf32>, tensor<?x8x3xf32>, tensor<?x8x3xf32>
func.func @causal_conv1d_f4(%x: tensor<?x8x0xf32>, %w: tensor<8x4xf32>, %s: tensor<?x8x3xf32>) -> (tensor<?x8x0xf32>, tensor<?x8x3xf32>, tensor<?x8x3xf32>) {
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<?x8x0xf32>, tensor<8x4xf32>, tensor<?x8x3xf32>) -> (tensor<?x8x0xf32>, tensor<?x8x3xf32>)
  %1:2 = fidelity.causal_conv1d %x, %w : (tensor<?x8x0xf32>, tensor<8x4xf32>) -> (tensor<?x8x0xf32>, tensor<?x8x3xf32>)
  return %0#0, %0#1, %1#1 : tensor<?x8x0xf32>, tensor<?x8x3xf32>, tensor<?x8x3xf32>
}

// CHECK-LABEL: func.func @causal_conv1d_f4_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x8x?xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x8x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.causal_conv1d %[[X]], %[[W]] state %[[S]] : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<2x8x?xf32>, tensor<2x8x3xf32>
func.func @causal_conv1d_f4_stays(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>, %s: tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>) {
  %0:2 = fidelity.causal_conv1d %x, %w state %s : (tensor<2x8x?xf32>, tensor<8x4xf32>, tensor<2x8x3xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %0#0, %0#1 : tensor<2x8x?xf32>, tensor<2x8x3xf32>
}
