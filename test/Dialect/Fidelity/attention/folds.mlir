// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// CHECK-LABEL: func.func @linear_attention_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) {layer = 1 : i64} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]], %[[LAST_NORMALIZER:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) {normalize} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]], %[[LAST_NORMALIZER]] : tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>
func.func @linear_attention_f1(%x: tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) {
  %s = arith.constant dense<0.0> : tensor<2x8x8xf32>
  %z = arith.constant dense<0.0> : tensor<2x8xf32>
  %0:2 = fidelity.linear_attention %x, %x, %x state %s update_rule(linear) {layer = 1 : i64} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
  %1:3 = fidelity.linear_attention %x, %x, %x state %s, %z update_rule(linear) {normalize} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
  return %0#0, %0#1, %1#2 : tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>
}

// S and z go together: one that is not 0 keeps the other. A state of another type
// than the query has is the type of the last one.
// CHECK-LABEL: func.func @linear_attention_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[Z:[^:]*]]: tensor<2x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x8x8xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x8x8xf64>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<-0.000000e+00> : tensor<2x8x8xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]], %[[LAST_NORMALIZER:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] state %[[CST]], %[[Z]] update_rule(linear) {normalize} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
// CHECK-NEXT: %[[OUTPUT_2:.*]], %[[LAST_STATE_3:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] state %[[CST_0]] update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf64>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf64>)
// CHECK-NEXT: %[[OUTPUT_4:.*]], %[[LAST_STATE_5:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] state %[[CST_1]] update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[LAST_NORMALIZER]], %[[LAST_STATE_3]], %[[LAST_STATE_5]] : tensor<2x8xf32>, tensor<2x8x8xf64>, tensor<2x8x8xf32>
func.func @linear_attention_f1_stays(%x: tensor<2x?x8xf32>, %z: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<2x8x8xf64>, tensor<2x8x8xf32>) {
  %s = arith.constant dense<0.0> : tensor<2x8x8xf32>
  %w = arith.constant dense<0.0> : tensor<2x8x8xf64>
  %m = arith.constant dense<-0.0> : tensor<2x8x8xf32>
  %0:3 = fidelity.linear_attention %x, %x, %x state %s, %z update_rule(linear) {normalize} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x state %w update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf64>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf64>)
  %2:2 = fidelity.linear_attention %x, %x, %x state %m update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
  return %0#2, %1#1, %2#1 : tensor<2x8xf32>, tensor<2x8x8xf64>, tensor<2x8x8xf32>
}

// A decay for each head, and for each feature.
// CHECK-LABEL: func.func @linear_attention_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x4x8xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] beta %[[B]] update_rule(delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<2x4x8xf32>, tensor<2x4x8xf32>
func.func @linear_attention_f2(%x: tensor<2x4x8xf32>, %b: tensor<2x4xf32>) -> (tensor<2x4x8xf32>, tensor<2x4x8xf32>) {
  %h = arith.constant dense<0.0> : tensor<2x1xf32>
  %f = arith.constant dense<0.0> : tensor<2x4x8xf32>
  %0:2 = fidelity.linear_attention %x, %x, %x decay %h update_rule(gated) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x decay %f beta %b update_rule(gated_delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0 : tensor<2x4x8xf32>, tensor<2x4x8xf32>
}

// Not a decay of 1, nor a β of 0.
// CHECK-LABEL: func.func @linear_attention_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x4x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<2x1xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x1xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] decay %[[CST]] update_rule(gated) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] beta %[[CST_0]] update_rule(delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_1]] : tensor<2x4x8xf32>, tensor<2x4x8xf32>
func.func @linear_attention_f2_stays(%x: tensor<2x4x8xf32>) -> (tensor<2x4x8xf32>, tensor<2x4x8xf32>) {
  %h = arith.constant dense<1.0> : tensor<2x1xf32>
  %z = arith.constant dense<0.0> : tensor<2x1xf32>
  %0:2 = fidelity.linear_attention %x, %x, %x decay %h update_rule(gated) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x beta %z update_rule(delta) : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x1xf32>) -> (tensor<2x4x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0 : tensor<2x4x8xf32>, tensor<2x4x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x1x8xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x1x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x1x8xf32>
func.func @linear_attention_f3(%x: tensor<2x1x8xf32>) -> tensor<2x1x8xf32> {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) {causal = false} : (tensor<2x1x8xf32>, tensor<2x1x8xf32>, tensor<2x1x8xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x8xf32>)
  return %0#0 : tensor<2x1x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<2x2x8xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) {causal = false} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.linear_attention %[[Y]], %[[Y]], %[[Y]] update_rule(linear) {causal = false} : (tensor<2x2x8xf32>, tensor<2x2x8xf32>, tensor<2x2x8xf32>) -> (tensor<2x2x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<2x?x8xf32>, tensor<2x2x8xf32>
func.func @linear_attention_f3_stays(%x: tensor<2x?x8xf32>, %y: tensor<2x2x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x2x8xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) {causal = false} : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
  %1:2 = fidelity.linear_attention %y, %y, %y update_rule(linear) {causal = false} : (tensor<2x2x8xf32>, tensor<2x2x8xf32>, tensor<2x2x8xf32>) -> (tensor<2x2x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %1#0 : tensor<2x?x8xf32>, tensor<2x2x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_f4(
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x8x8xf32>
// CHECK-SAME: %[[Z:[^:]*]]: tensor<2x8xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x0x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x8x8xf32>
// CHECK-NEXT: return %[[V0]], %[[S]], %[[Z]], %[[CST]] : tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf32>
func.func @linear_attention_f4(%x: tensor<2x0x8xf32>, %s: tensor<2x8x8xf32>, %z: tensor<2x8xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf32>) {
  %0:3 = fidelity.linear_attention %x, %x, %x state %s, %z update_rule(linear) {normalize} : (tensor<2x0x8xf32>, tensor<2x0x8xf32>, tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>)
  %1:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) : (tensor<2x0x8xf32>, tensor<2x0x8xf32>, tensor<2x0x8xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %0#1, %0#2, %1#1 : tensor<2x0x8xf32>, tensor<2x8x8xf32>, tensor<2x8xf32>, tensor<2x8x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_f4_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x8x8xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] state %[[S]] update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<2x?x8xf32>, tensor<2x8x8xf32>
func.func @linear_attention_f4_stays(%x: tensor<2x?x8xf32>, %s: tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x state %s update_rule(linear) : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8x8xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x8xf32>)
  return %0#0, %0#1 : tensor<2x?x8xf32>, tensor<2x8x8xf32>
}

// CHECK-LABEL: func.func @linear_attention_f5(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x16xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]], %[[LAST_NORMALIZER:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) {normalize} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>, tensor<2x16xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<2x?x16xf32>, tensor<2x?x16xf32>
func.func @linear_attention_f5(%x: tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x?x16xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) {scale = 0.25 : f64} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>)
  %1:3 = fidelity.linear_attention %x, %x, %x update_rule(linear) {normalize, scale = 1.0 : f64} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>, tensor<2x16xf32>)
  return %0#0, %1#0 : tensor<2x?x16xf32>, tensor<2x?x16xf32>
}

// The other's default; keys whose size is known at run time.
// CHECK-LABEL: func.func @linear_attention_f5_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x16xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<2x?x?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) {scale = 1.000000e+00 : f64} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]], %[[LAST_NORMALIZER:.*]] = fidelity.linear_attention %[[X]], %[[X]], %[[X]] update_rule(linear) {normalize, scale = 2.500000e-01 : f64} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>, tensor<2x16xf32>)
// CHECK-NEXT: %[[OUTPUT_2:.*]], %[[LAST_STATE_3:.*]] = fidelity.linear_attention %[[Y]], %[[Y]], %[[Y]] update_rule(linear) {scale = 2.500000e-01 : f64} : (tensor<2x?x?xf32>, tensor<2x?x?xf32>, tensor<2x?x?xf32>) -> (tensor<2x?x?xf32>, tensor<2x?x?xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]], %[[OUTPUT_2]] : tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x?xf32>
func.func @linear_attention_f5_stays(%x: tensor<2x?x16xf32>, %y: tensor<2x?x?xf32>) -> (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x?xf32>) {
  %0:2 = fidelity.linear_attention %x, %x, %x update_rule(linear) {scale = 1.0 : f64} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>)
  %1:3 = fidelity.linear_attention %x, %x, %x update_rule(linear) {normalize, scale = 0.25 : f64} : (tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x16xf32>) -> (tensor<2x?x16xf32>, tensor<2x16x16xf32>, tensor<2x16xf32>)
  %2:2 = fidelity.linear_attention %y, %y, %y update_rule(linear) {scale = 0.25 : f64} : (tensor<2x?x?xf32>, tensor<2x?x?xf32>, tensor<2x?x?xf32>) -> (tensor<2x?x?xf32>, tensor<2x?x?xf32>)
  return %0#0, %1#0, %2#0 : tensor<2x?x16xf32>, tensor<2x?x16xf32>, tensor<2x?x?xf32>
}
