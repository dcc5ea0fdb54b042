// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @ssm_discretize(
// CHECK: fidelity.ssm.discretize 
// CHECK-NOT: fidelity.ssm.discretize 
// DEAD-LABEL: func.func @ssm_discretize(
// DEAD-COUNT-2: fidelity.ssm.discretize 
// DEAD-NOT: fidelity.ssm.discretize 
func.func @ssm_discretize(%dt: tensor<?x?xf32>, %A: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %1:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %2:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %0#0, %1#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_scan(
// CHECK: fidelity.ssm.scan 
// CHECK-NOT: fidelity.ssm.scan 
// DEAD-LABEL: func.func @ssm_scan(
// DEAD-COUNT-2: fidelity.ssm.scan 
// DEAD-NOT: fidelity.ssm.scan 
func.func @ssm_scan(%x: tensor<?x?x?xf32>, %A: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %1:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %2:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %0#0, %1#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_ssd(
// CHECK: fidelity.ssm.ssd 
// CHECK-NOT: fidelity.ssm.ssd 
// DEAD-LABEL: func.func @ssm_ssd(
// DEAD-COUNT-2: fidelity.ssm.ssd 
// DEAD-NOT: fidelity.ssm.ssd 
func.func @ssm_ssd(%x: tensor<?x?x?x?xf32>, %dt: tensor<?x?x?xf32>, %A: tensor<?xf32>, %C: tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  %1:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  %2:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  return %0#0, %1#0 : tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>
}

// CHECK-LABEL: func.func @ssm_convolution(
// CHECK: fidelity.ssm.convolution 
// CHECK-NOT: fidelity.ssm.convolution 
// DEAD-LABEL: func.func @ssm_convolution(
// DEAD-COUNT-2: fidelity.ssm.convolution 
// DEAD-NOT: fidelity.ssm.convolution 
func.func @ssm_convolution(%x: tensor<?x?x?xf32>, %A: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %1 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %2 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  return %0, %1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
