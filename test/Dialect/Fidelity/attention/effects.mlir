// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @linear_attention(
// CHECK: fidelity.linear_attention
// CHECK-NOT: fidelity.linear_attention
// DEAD-LABEL: func.func @linear_attention(
// DEAD-COUNT-2: fidelity.linear_attention
// DEAD-NOT: fidelity.linear_attention
func.func @linear_attention(%x: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %2:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %0#0, %1#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// Another rule is another value.
// CHECK-LABEL: func.func @linear_attention_rules(
// CHECK-COUNT-3: fidelity.linear_attention
// DEAD-LABEL: func.func @linear_attention_rules(
func.func @linear_attention_rules(%x: tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) feature_map(relu) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  %2:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) {causal = false} : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0, %2#0 : tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>
}
