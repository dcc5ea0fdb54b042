// RUN: fidelity-opt %s -resolve-shaped-type-result-dims -canonicalize -cse | FileCheck %s

// Every size of a result is a size of an operand.

// CHECK-LABEL: func.func @ssm_discretize(
// CHECK-NOT: fidelity.ssm.discretize 
// CHECK-COUNT-3: tensor.dim %arg
// CHECK-NOT: fidelity.ssm.discretize 
// CHECK: return
func.func @ssm_discretize(%dt: tensor<?x?xf32>, %A: tensor<?x?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// CHECK-LABEL: func.func @ssm_scan(
// CHECK-NOT: fidelity.ssm.scan 
// CHECK-COUNT-3: tensor.dim %arg
// CHECK-NOT: fidelity.ssm.scan 
// CHECK: return
func.func @ssm_scan(%x: tensor<?x?x?xf32>, %A: tensor<?x?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// CHECK-LABEL: func.func @ssm_ssd(
// CHECK-NOT: fidelity.ssm.ssd 
// CHECK-COUNT-4: tensor.dim %arg
// CHECK-NOT: fidelity.ssm.ssd 
// CHECK: return
func.func @ssm_ssd(%x: tensor<?x?x?x?xf32>, %dt: tensor<?x?x?xf32>, %A: tensor<?xf32>, %C: tensor<?x?x?x?xf32>) -> (index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y:2 = fidelity.ssm.ssd %x, %dt, %A, %C, %C : (tensor<?x?x?x?xf32>, tensor<?x?x?xf32>, tensor<?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>)
  %d0 = tensor.dim %y#0, %c0 : tensor<?x?x?x?xf32>
  %d1 = tensor.dim %y#0, %c1 : tensor<?x?x?x?xf32>
  %d2 = tensor.dim %y#0, %c2 : tensor<?x?x?x?xf32>
  %d3 = tensor.dim %y#0, %c3 : tensor<?x?x?x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// CHECK-LABEL: func.func @ssm_convolution(
// CHECK-NOT: fidelity.ssm.convolution 
// CHECK-COUNT-3: tensor.dim %arg
// CHECK-NOT: fidelity.ssm.convolution 
// CHECK: return
func.func @ssm_convolution(%x: tensor<?x?x?xf32>, %A: tensor<?x?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?xf32>
  %d0 = tensor.dim %y, %c0 : tensor<?x?x?xf32>
  %d1 = tensor.dim %y, %c1 : tensor<?x?x?xf32>
  %d2 = tensor.dim %y, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}
