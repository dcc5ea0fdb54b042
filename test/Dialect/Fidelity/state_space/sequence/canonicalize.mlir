// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

// CHECK-LABEL: func.func @ssm_discretize_cast(
// CHECK-SAME: %[[DT_S:[^:]*]]: tensor<2x8xf32>
// CHECK-SAME: %[[A_S:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[DISCRETE_A:.*]], %[[DISCRETE_B:.*]] = fidelity.ssm.discretize %[[DT_S]], %[[A_S]], %[[A_S]] : (tensor<2x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x8x4xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[DISCRETE_A]] : tensor<2x8x4xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?x?xf32>
func.func @ssm_discretize_cast(%dt_s: tensor<2x8xf32>, %A_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %dt = tensor.cast %dt_s : tensor<2x8xf32> to tensor<?x?xf32>
  %A = tensor.cast %A_s : tensor<8x4xf32> to tensor<?x?xf32>
  %y:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y#0 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_discretize_empty(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x2x4xf32>
// CHECK-NEXT: return %[[CST]], %[[CST]] : tensor<0x2x4xf32>, tensor<0x2x4xf32>
func.func @ssm_discretize_empty(%d: tensor<0x2xf32>, %A: tensor<2x4xf32>) -> (tensor<0x2x4xf32>, tensor<0x2x4xf32>) {
  %0:2 = fidelity.ssm.discretize %d, %A, %A : (tensor<0x2xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<0x2x4xf32>, tensor<0x2x4xf32>)
  return %0#0, %0#1 : tensor<0x2x4xf32>, tensor<0x2x4xf32>
}

// CHECK-LABEL: func.func @ssm_scan_cast(
// CHECK-SAME: %[[X_S:[^:]*]]: tensor<2x5x8xf32>
// CHECK-SAME: %[[A_S:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.scan %[[X_S]], %[[A_S]], %[[A_S]], %[[A_S]] : (tensor<2x5x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x5x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<2x5x8xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?x?xf32>
func.func @ssm_scan_cast(%x_s: tensor<2x5x8xf32>, %A_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x5x8xf32> to tensor<?x?x?xf32>
  %A = tensor.cast %A_s : tensor<8x4xf32> to tensor<?x?xf32>
  %y:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y#0 : tensor<?x?x?xf32>
}

// No sequence.
// CHECK-LABEL: func.func @ssm_scan_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<0x?x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x8x4xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<0x?x8xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x?x8xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<0x?x8xf32>, tensor<0x8x4xf32>
func.func @ssm_scan_empty(%x: tensor<0x?x8xf32>, %A: tensor<8x4xf32>) -> (tensor<0x?x8xf32>, tensor<0x8x4xf32>) {
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<0x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<0x?x8xf32>, tensor<0x8x4xf32>)
  return %0#0, %0#1 : tensor<0x?x8xf32>, tensor<0x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_cast(
// CHECK-SAME: %[[X_S:[^:]*]]: tensor<2x5x2x8xf32>
// CHECK-SAME: %[[DT_S:[^:]*]]: tensor<2x5x2xf32>
// CHECK-SAME: %[[A_S:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[C_S:[^:]*]]: tensor<2x5x2x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.ssd %[[X_S]], %[[DT_S]], %[[A_S]], %[[C_S]], %[[C_S]] : (tensor<2x5x2x8xf32>, tensor<2x5x2xf32>, tensor<2xf32>, tensor<2x5x2x4xf32>, tensor<2x5x2x4xf32>) -> (tensor<2x5x2x8xf32>, tensor<2x2x8x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<2x5x2x8xf32> to tensor<?x?x?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?x?x?xf32>
func.func @ssm_ssd_cast(%x_s: tensor<2x5x2x8xf32>, %dt_s: tensor<2x5x2xf32>, %A_s: tensor<2xf32>, %C_s: tensor<2x5x2x4xf32>) -> tensor<?x?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x5x2x8xf32> to tensor<?x?x?x?xf32>
  %dt = tensor.cast %dt_s : tensor<2x5x2xf32> to tensor<?x?x?xf32>
  %A = tensor.cast %A_s : tensor<2xf32> to tensor<?xf32>
  %C = tensor.cast %C_s : tensor<2x5x2x4xf32> to tensor<?x?x?x?xf32>
  %y:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  return %y#0 : tensor<?x?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<0x?x2x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x2x8x4xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<0x?x2x8xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x?x2x8xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<0x?x2x8xf32>, tensor<0x2x8x4xf32>
func.func @ssm_ssd_empty(%x: tensor<0x?x2x8xf32>, %dt: tensor<0x?x2xf32>, %A: tensor<2xf32>, %B: tensor<0x?x1x4xf32>) -> (tensor<0x?x2x8xf32>, tensor<0x2x8x4xf32>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<0x?x2x8xf32>, tensor<0x?x2xf32>, tensor<2xf32>, tensor<0x?x1x4xf32>, tensor<0x?x1x4xf32>) -> (tensor<0x?x2x8xf32>, tensor<0x2x8x4xf32>)
  return %0#0, %0#1 : tensor<0x?x2x8xf32>, tensor<0x2x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_convolution_cast(
// CHECK-SAME: %[[X_S:[^:]*]]: tensor<2x5x8xf32>
// CHECK-SAME: %[[A_S:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.convolution %[[X_S]], %[[A_S]], %[[A_S]], %[[A_S]] : (tensor<2x5x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x5x8xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[V0]] : tensor<2x5x8xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: return %[[CAST]] : tensor<?x?x?xf32>
func.func @ssm_convolution_cast(%x_s: tensor<2x5x8xf32>, %A_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x5x8xf32> to tensor<?x?x?xf32>
  %A = tensor.cast %A_s : tensor<8x4xf32> to tensor<?x?xf32>
  %y = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_convolution_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<0x?x8xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C1]] : tensor<0x?x8xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x?x8xf32>
// CHECK-NEXT: return %[[V0]] : tensor<0x?x8xf32>
func.func @ssm_convolution_empty(%x: tensor<0x?x8xf32>, %A: tensor<8x4xf32>) -> tensor<0x?x8xf32> {
  %0 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<0x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<0x?x8xf32>
  return %0 : tensor<0x?x8xf32>
}
