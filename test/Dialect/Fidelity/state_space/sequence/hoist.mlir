// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// all sizes are static.

// CHECK-LABEL: func.func @ssm_discretize_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.discretize 
// CHECK: scf.for
func.func @ssm_discretize_static(%b: index, %e: index, %k: index, %init: tensor<2x8x4xf32>, %dt: tensor<2x8xf32>, %A: tensor<8x4xf32>) -> tensor<2x8x4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x8x4xf32>) {
    %r:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<2x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x8x4xf32>, tensor<2x8x4xf32>)
    scf.yield %r#0 : tensor<2x8x4xf32>
  }
  return %last : tensor<2x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_discretize_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.discretize 
func.func @ssm_discretize_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?x?xf32>, %dt: tensor<?x?xf32>, %A: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?x?xf32>) {
    %r:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    scf.yield %r#0 : tensor<?x?x?xf32>
  }
  return %last : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_scan_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.scan 
// CHECK: scf.for
func.func @ssm_scan_static(%b: index, %e: index, %k: index, %init: tensor<2x5x8xf32>, %x: tensor<2x5x8xf32>, %A: tensor<8x4xf32>) -> tensor<2x5x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x5x8xf32>) {
    %r:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<2x5x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x5x8xf32>, tensor<2x8x4xf32>)
    scf.yield %r#0 : tensor<2x5x8xf32>
  }
  return %last : tensor<2x5x8xf32>
}

// CHECK-LABEL: func.func @ssm_scan_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.scan 
func.func @ssm_scan_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>, %A: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?x?xf32>) {
    %r:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
    scf.yield %r#0 : tensor<?x?x?xf32>
  }
  return %last : tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.ssd 
// CHECK: scf.for
func.func @ssm_ssd_static(%b: index, %e: index, %k: index, %init: tensor<2x5x2x8xf32>, %x: tensor<2x5x2x8xf32>, %dt: tensor<2x5x2xf32>, %A: tensor<2xf32>, %C: tensor<2x5x2x4xf32>) -> tensor<2x5x2x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x5x2x8xf32>) {
    %r:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<2x5x2x8xf32>, tensor<2x5x2xf32>, tensor<2xf32>, tensor<2x5x2x4xf32>, tensor<2x5x2x4xf32>) -> (tensor<2x5x2x8xf32>, tensor<2x2x8x4xf32>)
    scf.yield %r#0 : tensor<2x5x2x8xf32>
  }
  return %last : tensor<2x5x2x8xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.ssd 
func.func @ssm_ssd_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?x?x?xf32>, %x: tensor<?x?x?x?xf32>, %dt: tensor<?x?x?xf32>, %A: tensor<?xf32>, %C: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?x?x?xf32>) {
    %r:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
    scf.yield %r#0 : tensor<?x?x?x?xf32>
  }
  return %last : tensor<?x?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_convolution_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.convolution 
// CHECK: scf.for
func.func @ssm_convolution_static(%b: index, %e: index, %k: index, %init: tensor<2x5x8xf32>, %x: tensor<2x5x8xf32>, %A: tensor<8x4xf32>) -> tensor<2x5x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<2x5x8xf32>) {
    %r = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<2x5x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x5x8xf32>
    scf.yield %r : tensor<2x5x8xf32>
  }
  return %last : tensor<2x5x8xf32>
}

// CHECK-LABEL: func.func @ssm_convolution_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.convolution 
func.func @ssm_convolution_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?x?xf32>, %x: tensor<?x?x?xf32>, %A: tensor<?x?xf32>) -> tensor<?x?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?x?xf32>) {
    %r = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
    scf.yield %r : tensor<?x?x?xf32>
  }
  return %last : tensor<?x?x?xf32>
}
