// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// CHECK-LABEL: func.func @mlstm_f1(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x16xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[Q]], %[[Q]], %[[V]], %[[I]], %[[I]] forget(exponential) {layer = 1 : i64} : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_MEMORY]] : tensor<?x4xf32>, tensor<16x4xf32>
func.func @mlstm_f1(%q: tensor<?x16xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>) -> (tensor<?x4xf32>, tensor<16x4xf32>) {
  %C = arith.constant dense<0.0> : tensor<16x4xf32>
  %n = arith.constant dense<0.0> : tensor<16xf32>
  %m = arith.constant dense<0.0> : tensor<f32>
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m forget(exponential) {layer = 1 : i64} : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  return %0#0, %0#1 : tensor<?x4xf32>, tensor<16x4xf32>
}

// The state is dropped as a whole or not at all: m alone is not 0.
// CHECK-LABEL: func.func @mlstm_f1_stays(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x16xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<16x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<16xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[Q]], %[[Q]], %[[V]], %[[I]], %[[I]] state %[[CST]], %[[CST_0]], %[[CST_1]] : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
// CHECK-NEXT: return %[[LAST_STABILIZER]] : tensor<f32>
func.func @mlstm_f1_stays(%q: tensor<?x16xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>) -> tensor<f32> {
  %C = arith.constant dense<0.0> : tensor<16x4xf32>
  %n = arith.constant dense<0.0> : tensor<16xf32>
  %m = arith.constant dense<1.0> : tensor<f32>
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  return %0#3 : tensor<f32>
}

// CHECK-LABEL: func.func @mlstm_f2(
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[N:[^:]*]]: tensor<16xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<16x4xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[C]] : tensor<?x4xf32> to tensor<16x4xf32>
// CHECK-NEXT: return %[[V0]], %[[CAST]], %[[N]], %[[M]], %[[CST]] : tensor<0x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>, tensor<16x4xf32>
func.func @mlstm_f2(%q: tensor<0x16xf32>, %v: tensor<0x4xf32>, %i: tensor<0xf32>, %C: tensor<?x4xf32>, %n: tensor<16xf32>, %m: tensor<f32>) -> (tensor<0x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>, tensor<16x4xf32>) {
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m : (tensor<0x16xf32>, tensor<0x16xf32>, tensor<0x4xf32>, tensor<0xf32>, tensor<0xf32>, tensor<?x4xf32>, tensor<16xf32>, tensor<f32>) -> (tensor<0x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  %1:4 = fidelity.mlstm %q, %q, %v, %i, %i : (tensor<0x16xf32>, tensor<0x16xf32>, tensor<0x4xf32>, tensor<0xf32>, tensor<0xf32>) -> (tensor<0x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  return %0#0, %0#1, %0#2, %0#3, %1#1 : tensor<0x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>, tensor<16x4xf32>
}

// CHECK-LABEL: func.func @mlstm_f2_stays(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x16xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<16x4xf32>
// CHECK-SAME: %[[N:[^:]*]]: tensor<16xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[Q]], %[[Q]], %[[V]], %[[I]], %[[I]] state %[[C]], %[[N]], %[[M]] : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STABILIZER]] : tensor<?x4xf32>, tensor<f32>
func.func @mlstm_f2_stays(%q: tensor<?x16xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>, %C: tensor<16x4xf32>, %n: tensor<16xf32>, %m: tensor<f32>) -> (tensor<?x4xf32>, tensor<f32>) {
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i state %C, %n, %m : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  return %0#0, %0#3 : tensor<?x4xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @mlstm_f3(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x16xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[Q]], %[[Q]], %[[V]], %[[I]], %[[I]] : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x4xf32>
func.func @mlstm_f3(%q: tensor<?x16xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>) -> tensor<?x4xf32> {
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i {scale = 0.25 : f64} : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  return %0#0 : tensor<?x4xf32>
}

// Another scale; keys whose size is known at run time.
// CHECK-LABEL: func.func @mlstm_f3_stays(
// CHECK-SAME: %[[Q:[^:]*]]: tensor<?x16xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[I:[^:]*]]: tensor<?xf32>
// CHECK-SAME: %[[K:[^:]*]]: tensor<?x?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_MEMORY:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]] = fidelity.mlstm %[[Q]], %[[Q]], %[[V]], %[[I]], %[[I]] {scale = 1.000000e+00 : f64} : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_MEMORY_1:.*]], %[[LAST_NORMALIZER_2:.*]], %[[LAST_STABILIZER_3:.*]] = fidelity.mlstm %[[K]], %[[K]], %[[V]], %[[I]], %[[I]] {scale = 2.500000e-01 : f64} : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<f32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<?x4xf32>, tensor<?x4xf32>
func.func @mlstm_f3_stays(%q: tensor<?x16xf32>, %v: tensor<?x4xf32>, %i: tensor<?xf32>, %k: tensor<?x?xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0:4 = fidelity.mlstm %q, %q, %v, %i, %i {scale = 1.0 : f64} : (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<16x4xf32>, tensor<16xf32>, tensor<f32>)
  %1:4 = fidelity.mlstm %k, %k, %v, %i, %i {scale = 0.25 : f64} : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<f32>)
  return %0#0, %1#0 : tensor<?x4xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: func.func @slstm_f1(
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x2x3xf32>
// CHECK-SAME: %[[R:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[Z]], %[[Z]], %[[Z]], %[[Z]], %[[R]] forget(exponential) {layer = 1 : i64} : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x2x3xf32>
func.func @slstm_f1(%z: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) -> tensor<?x2x3xf32> {
  %s = arith.constant dense<0.0> : tensor<2x3xf32>
  %0:5 = fidelity.slstm %z, %z, %z, %z, %R state %s, %s, %s, %s forget(exponential) {layer = 1 : i64} : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %0#0 : tensor<?x2x3xf32>
}

// What was said last is mixed in, also where there is nothing to remember.
// CHECK-LABEL: func.func @slstm_f1_stays(
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x2x3xf32>
// CHECK-SAME: %[[R:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[Z]], %[[Z]], %[[Z]], %[[Z]], %[[R]] state %[[CST]], %[[CST]], %[[CST]], %[[H]] : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x2x3xf32>
func.func @slstm_f1_stays(%z: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %h: tensor<2x3xf32>) -> tensor<?x2x3xf32> {
  %s = arith.constant dense<0.0> : tensor<2x3xf32>
  %0:5 = fidelity.slstm %z, %z, %z, %z, %R state %s, %s, %s, %h : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %0#0 : tensor<?x2x3xf32>
}

// CHECK-LABEL: func.func @slstm_f2(
// CHECK-SAME: %[[C:[^:]*]]: tensor<2x3xf32>
// CHECK-SAME: %[[N:[^:]*]]: tensor<2x3xf32>
// CHECK-SAME: %[[M:[^:]*]]: tensor<2x3xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<0x2x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: return %[[V0]], %[[C]], %[[N]], %[[M]], %[[H]], %[[CST]] : tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
func.func @slstm_f2(%z: tensor<0x2x3xf32>, %R: tensor<4x2x3x3xf32>, %c: tensor<2x3xf32>, %n: tensor<2x3xf32>, %m: tensor<2x3xf32>, %h: tensor<2x3xf32>) -> (tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %0:5 = fidelity.slstm %z, %z, %z, %z, %R state %c, %n, %m, %h : (tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  %1:5 = fidelity.slstm %z, %z, %z, %z, %R : (tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<0x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %0#0, %0#1, %0#2, %0#3, %0#4, %1#1 : tensor<0x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @slstm_f2_stays(
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x2x3xf32>
// CHECK-SAME: %[[R:[^:]*]]: tensor<4x2x3x3xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_CELL:.*]], %[[LAST_NORMALIZER:.*]], %[[LAST_STABILIZER:.*]], %[[LAST_HIDDEN:.*]] = fidelity.slstm %[[Z]], %[[Z]], %[[Z]], %[[Z]], %[[R]] state %[[S]], %[[S]], %[[S]], %[[S]] : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_HIDDEN]] : tensor<?x2x3xf32>, tensor<2x3xf32>
func.func @slstm_f2_stays(%z: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>, %s: tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>) {
  %0:5 = fidelity.slstm %z, %z, %z, %z, %R state %s, %s, %s, %s : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %0#0, %0#4 : tensor<?x2x3xf32>, tensor<2x3xf32>
}
