// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// The MLIR of the seed document, completed to whole functions: element types, op names, operand orders and
// signatures are the seed's. Two things differ: `constant` is written `arith.constant`, and ternary_accumulate
// on tensors has a result, because a tensor value does not change in place. These parse, verify and run.

// CHECK-LABEL: func.func @matmul_free(
// CHECK: fidelity.zero_vector %arg2 : tensor<?xf32>
// CHECK: fidelity.ternary_accumulate %arg0, %arg1, %0 {matmul_free = true} : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
func.func @matmul_free(%input: tensor<?xf32>, %weights: tensor<?x?xi8>, %m_dim: index) -> tensor<?xf32> {
  %zero = "fidelity.zero_vector"(%m_dim) : (index) -> tensor<?xf32>
  %result = "fidelity.ternary_accumulate"(%input, %weights, %zero) {matmul_free = true} : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %result : tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_step(
// CHECK: fidelity.ssm.state_update %arg0, %arg1, %arg2, %arg3 : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK: fidelity.ssm.output %0, %arg4 : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
func.func @ssm_step(%state: tensor<?xf32>, %input: tensor<f32>, %A: tensor<?xf32>, %B: tensor<?xf32>, %C: tensor<?xf32>) -> (tensor<?xf32>, tensor<f32>) {
  %new_state = "fidelity.ssm.state_update"(%state, %input, %A, %B) : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %output = "fidelity.ssm.output"(%new_state, %C) : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %new_state, %output : tensor<?xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @mlgru(
// CHECK: fidelity.ternary_linear %arg0, %arg2 : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
// CHECK: fidelity.sigmoid %0 : tensor<?xf32>
// CHECK: fidelity.ternary_linear %arg0, %arg3 : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
// CHECK: fidelity.tanh %2 : tensor<?xf32>
// CHECK: fidelity.subtract %cst, %1 : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK: fidelity.multiply %1, %arg1 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK: fidelity.multiply %4, %3 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
// CHECK: fidelity.add %5, %6 : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
func.func @mlgru(%input: tensor<?xf32>, %hidden_state: tensor<?xf32>, %forget_weights: tensor<?x?xi8>, %candidate_weights: tensor<?x?xi8>) -> tensor<?xf32> {
  %one = arith.constant dense<1.0> : tensor<f32>
  %f = "fidelity.ternary_linear"(%input, %forget_weights) : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
  %forget = "fidelity.sigmoid"(%f) : (tensor<?xf32>) -> tensor<?xf32>
  %c = "fidelity.ternary_linear"(%input, %candidate_weights) : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
  %candidate = "fidelity.tanh"(%c) : (tensor<?xf32>) -> tensor<?xf32>
  %complement = "fidelity.subtract"(%one, %forget) : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  %weighted_state = "fidelity.multiply"(%forget, %hidden_state) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %weighted_candidate = "fidelity.multiply"(%complement, %candidate) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %new_hidden = "fidelity.add"(%weighted_state, %weighted_candidate) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %new_hidden : tensor<?xf32>
}
