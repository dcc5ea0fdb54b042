// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// What is known of a shape reaches the results.

// CHECK-LABEL: func.func @ssm_discretize_cast(
// CHECK: fidelity.ssm.discretize {{.*}} : (tensor<2x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x8x4xf32>, tensor<2x8x4xf32>)
func.func @ssm_discretize_cast(%dt_s: tensor<2x8xf32>, %A_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %dt = tensor.cast %dt_s : tensor<2x8xf32> to tensor<?x?xf32>
  %A = tensor.cast %A_s : tensor<8x4xf32> to tensor<?x?xf32>
  %y:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y#0 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_scan_cast(
// CHECK: fidelity.ssm.scan {{.*}} : (tensor<2x5x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x5x8xf32>, tensor<2x8x4xf32>)
func.func @ssm_scan_cast(%x_s: tensor<2x5x8xf32>, %A_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x5x8xf32> to tensor<?x?x?xf32>
  %A = tensor.cast %A_s : tensor<8x4xf32> to tensor<?x?xf32>
  %y:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y#0 : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_cast(
// CHECK: fidelity.ssm.ssd {{.*}} : (tensor<2x5x2x8xf32>, tensor<2x5x2xf32>, tensor<2xf32>, tensor<2x5x2x4xf32>, tensor<2x5x2x4xf32>) -> (tensor<2x5x2x8xf32>, tensor<2x2x8x4xf32>)
func.func @ssm_ssd_cast(%x_s: tensor<2x5x2x8xf32>, %dt_s: tensor<2x5x2xf32>, %A_s: tensor<2xf32>, %C_s: tensor<2x5x2x4xf32>) -> tensor<?x?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x5x2x8xf32> to tensor<?x?x?x?xf32>
  %dt = tensor.cast %dt_s : tensor<2x5x2xf32> to tensor<?x?x?xf32>
  %A = tensor.cast %A_s : tensor<2xf32> to tensor<?xf32>
  %C = tensor.cast %C_s : tensor<2x5x2x4xf32> to tensor<?x?x?x?xf32>
  %y:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  return %y#0 : tensor<?x?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_convolution_cast(
// CHECK: fidelity.ssm.convolution {{.*}} : (tensor<2x5x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x5x8xf32>
func.func @ssm_convolution_cast(%x_s: tensor<2x5x8xf32>, %A_s: tensor<8x4xf32>) -> tensor<?x?x?xf32> {
  %x = tensor.cast %x_s : tensor<2x5x8xf32> to tensor<?x?x?xf32>
  %A = tensor.cast %A_s : tensor<8x4xf32> to tensor<?x?xf32>
  %y = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}
