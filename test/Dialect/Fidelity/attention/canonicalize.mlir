// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @linear_attention_zero_state(
// CHECK-NEXT: %[[O:.*]], %[[S:.*]] = fidelity.linear_attention %arg0, %arg0, %arg0 update_rule(linear) {layer = 1 : i64} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[O]], %[[S]]
func.func @linear_attention_zero_state(%x: tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<2x8x8xf32>
  %o, %s = fidelity.linear_attention %x, %x, %x state %zero update_rule(linear) {layer = 1 : i64} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
  return %o, %s : tensor<2x?x8xf32>, tensor<2x8x8xf32>
}

// S and z go together: one that is not zero keeps the other. A state of another
// type than the query has stays, for the type of the last one is its own.
// CHECK-LABEL: func.func @linear_attention_zero_states(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 update_rule(linear) {normalize}
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 state %{{.*}}, %arg1 update_rule(linear) {normalize}
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 state %{{.*}} update_rule(linear)
func.func @linear_attention_zero_states(%x: tensor<2x?x8xf32>, %z: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf64>) {
  %zero = arith.constant dense<0.0> : tensor<2x8x8xf32>
  %sums = arith.constant dense<0.0> : tensor<2x8xf32>
  %wide = arith.constant dense<0.0> : tensor<2x8x8xf64>
  %a:3 = fidelity.linear_attention %x, %x, %x state %zero, %sums update_rule(linear) {normalize} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
  %b:3 = fidelity.linear_attention %x, %x, %x state %zero, %z update_rule(linear) {normalize} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
  %c:2 = fidelity.linear_attention %x, %x, %x state %wide update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf64>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf64>)
  return %a#2, %b#2, %c#1 : tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf64>
}

// exp(0) is 1.
// CHECK-LABEL: func.func @linear_attention_zero_decay(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 update_rule(linear) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>)
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 beta %arg1 update_rule(delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4xf32>)
func.func @linear_attention_zero_decay(%x: tensor<2x4x8xf32>, %b: tensor<2x4xf32>) -> (tensor<2x4x8xf32>, tensor<2x4x8xf32>) {
  %heads = arith.constant dense<0.0> : tensor<2x1xf32>
  %features = arith.constant dense<0.0> : tensor<2x4x8xf32>
  %0:2 = fidelity.linear_attention %x, %x, %x decay %heads update_rule(gated) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x decay %features beta %b update_rule(gated_delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0 : tensor<2x4x8xf32>, tensor<2x4x8xf32>
}

// A decay of 1 and a β of 0 are none of these.
// CHECK-LABEL: func.func @linear_attention_others(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 decay %{{.*}} update_rule(gated)
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 beta %{{.*}} update_rule(delta)
func.func @linear_attention_others(%x: tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x4x8xf32>) {
  %one = arith.constant dense<1.0> : tensor<2x1xf32>
  %zero = arith.constant dense<0.0> : tensor<2x1xf32>
  %0:2 = fidelity.linear_attention %x, %x, %x decay %one update_rule(gated) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x beta %zero update_rule(delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0 : tensor<2x4x8xf32>, tensor<2x4x8xf32>
}

// The only token is the last one.
// CHECK-LABEL: func.func @linear_attention_one_token(
// CHECK: fidelity.linear_attention %arg0, %arg0, %arg0 update_rule(linear) : (tensor<2x1x8xf32>,
// CHECK: fidelity.linear_attention %arg1, %arg1, %arg1 update_rule(linear) {causal = false}
func.func @linear_attention_one_token(%x: tensor<2x1x8xf32>, %y: tensor<2x?x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x?x8xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) {causal = false} : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x1x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %y, %y, %y update_rule(linear) {causal = false} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0 : tensor<2x1x8xf32>, tensor<2x?x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_no_token(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x0x8xf32>, %[[S:[^:]*]]: tensor<2x8x8xf32>, %[[Z:[^:]*]]: tensor<2x8xf32>
// CHECK-DAG: %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : tensor<2x8x8xf32>
// CHECK-DAG: %[[EMPTY:.*]] = tensor.empty() : tensor<2x0x8xf32>
// CHECK-NOT: fidelity
// CHECK: return %[[EMPTY]], %[[S]], %[[Z]], %[[ZEROS]]
func.func @linear_attention_no_token(%x: tensor<2x0x8xf32>, %s: tensor<2x8x8xf32>, %z: tensor<2x8xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf32>) {
  %0:3 = fidelity.linear_attention %x, %x, %x state %s, %z update_rule(linear) {normalize} : (tensor<2x0x8xf32>, tensor<2x0x8xf32>, tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<2x0x8xf32>, tensor<2x0x8xf32>, tensor<2x0x8xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %0#1, %0#2, %1#1 : tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf32>
}

// Each result gets what is known of its shape.
// CHECK-LABEL: func.func @linear_attention_cast(
// CHECK: %{{.*}}, %{{.*}}, %{{.*}} = fidelity.linear_attention {{.*}} -> (tensor<?x?x5xf32>, tensor<2x3x5xf32>, tensor<2x3xf32>)
func.func @linear_attention_cast(%x: tensor<?x?x?xf32>, %s: tensor<2x3x5xf32>, %z: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) {
  %cast = tensor.cast %s : tensor<2x3x5xf32> to tensor<?x?x?xf32>
  %o, %l:2 = fidelity.linear_attention %x, %x, %x state %cast, %z update_rule(linear) {normalize} : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>)
  return %o, %l#0, %l#1 : tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>
}
