// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// CHECK-LABEL: func.func @mlgru_f1(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[F]] lower_bound %[[B]] activation(tanh) {layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_f1(%f: tensor<?x4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %s = arith.constant dense<0.0> : tensor<4xf32>
  %0:2 = fidelity.mlgru %f, %f state %s lower_bound %b activation(tanh) {layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<?x4xf32>, tensor<4xf32>
}

// A state of -0 is the last one where there is no step.
// CHECK-LABEL: func.func @mlgru_f1_stays(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[F]] state %[[CST]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.mlgru %[[F]], %[[F]] state %[[CST_0]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[LAST_STATE_2]] : tensor<4xf32>, tensor<4xf32>
func.func @mlgru_f1_stays(%f: tensor<?x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %s = arith.constant dense<0.5> : tensor<4xf32>
  %m = arith.constant dense<-0.0> : tensor<4xf32>
  %0:2 = fidelity.mlgru %f, %f state %s : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.mlgru %f, %f state %m : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#1, %1#1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @mlgru_f2(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[F]] state %[[S]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x4xf32>
func.func @mlgru_f2(%f: tensor<?x4xf32>, %s: tensor<4xf32>) -> tensor<?x4xf32> {
  %b = arith.constant dense<0.0> : tensor<4xf32>
  %0:2 = fidelity.mlgru %f, %f state %s lower_bound %b : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0 : tensor<?x4xf32>
}

// A gate of 0 is a factor of 1/2.
// CHECK-LABEL: func.func @mlgru_f2_stays(
// CHECK-SAME: %[[F:[^:]*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[F]] lower_bound %[[CST]] : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.mlgru %[[F]], %[[F]] gate %[[CST_0]] : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_1]] : tensor<2x4xf32>, tensor<2x4xf32>
func.func @mlgru_f2_stays(%f: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %b = arith.constant dense<0.5> : tensor<4xf32>
  %g = arith.constant dense<0.0> : tensor<2x4xf32>
  %0:2 = fidelity.mlgru %f, %f lower_bound %b : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.mlgru %f, %f gate %g : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return %0#0, %1#0 : tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func @mlgru_f3(
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: return %[[V0]], %[[S]], %[[CST]] : tensor<0x4xf32>, tensor<4xf32>, tensor<4xf32>
func.func @mlgru_f3(%f: tensor<0x4xf32>, %s: tensor<4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0:2 = fidelity.mlgru %f, %f state %s : (tensor<0x4xf32>, tensor<0x4xf32>, tensor<4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>)
  %1:2 = fidelity.mlgru %f, %f : (tensor<0x4xf32>, tensor<0x4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>)
  return %0#0, %0#1, %1#1 : tensor<0x4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @mlgru_f3_stays(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[F]] state %[[S]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_f3_stays(%f: tensor<?x4xf32>, %s: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %0:2 = fidelity.mlgru %f, %f state %s : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ema_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ema %[[X]], %[[A]], %[[A]], %[[A]], %[[A]] {layer = 1 : i64} : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x3xf32>
func.func @ema_f1(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>) -> tensor<?x3xf32> {
  %s = arith.constant dense<0.0> : tensor<3x4xf32>
  %0:2 = fidelity.ema %x, %a, %a, %a, %a state %s {layer = 1 : i64} : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return %0#0 : tensor<?x3xf32>
}

// A state of -0; and 0 times an infinite input is NaN.
// CHECK-LABEL: func.func @ema_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<3x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<0.000000e+00> : tensor<3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ema %[[X]], %[[A]], %[[A]], %[[A]], %[[A]] state %[[CST]] : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.ema %[[X]], %[[CST_0]], %[[A]], %[[A]], %[[CST_0]] : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[OUTPUT_1]] : tensor<3x4xf32>, tensor<?x3xf32>
func.func @ema_f1_stays(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<?x3xf32>) {
  %s = arith.constant dense<-0.0> : tensor<3x4xf32>
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0:2 = fidelity.ema %x, %a, %a, %a, %a state %s : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  %1:2 = fidelity.ema %x, %z, %a, %a, %z : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return %0#1, %1#0 : tensor<3x4xf32>, tensor<?x3xf32>
}

// What is 0 when absent may be of a size that is known at run time only.
// CHECK-LABEL: func.func @ema_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0x3xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x3x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0x3xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x3x4xf32>
// CHECK-NEXT: return %[[V0]], %[[S]], %[[SPLAT]] : tensor<?x0x3xf32>, tensor<?x3x4xf32>, tensor<?x3x4xf32>
func.func @ema_f2(%x: tensor<?x0x3xf32>, %a: tensor<3x4xf32>, %s: tensor<?x3x4xf32>) -> (tensor<?x0x3xf32>, tensor<?x3x4xf32>, tensor<?x3x4xf32>) {
  %0:2 = fidelity.ema %x, %a, %a, %a, %a state %s : (tensor<?x0x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<?x3x4xf32>) -> (tensor<?x0x3xf32>, tensor<?x3x4xf32>)
  %1:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x0x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x0x3xf32>, tensor<?x3x4xf32>)
  return %0#0, %0#1, %1#1 : tensor<?x0x3xf32>, tensor<?x3x4xf32>, tensor<?x3x4xf32>
}

// CHECK-LABEL: func.func @ema_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<3x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ema %[[X]], %[[A]], %[[A]], %[[A]], %[[A]] state %[[S]] : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x3xf32>, tensor<3x4xf32>
func.func @ema_f2_stays(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>, %s: tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>) {
  %0:2 = fidelity.ema %x, %a, %a, %a, %a state %s : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return %0#0, %0#1 : tensor<?x3xf32>, tensor<3x4xf32>
}

// CHECK-LABEL: func.func @rwkv_f1(
// CHECK-SAME: %[[R:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<2x?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] version(v6) {layer = 1 : i64} : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] erase %[[R]], %[[R]] version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]] : tensor<2x?x4xf32>, tensor<2x?x4xf32>
func.func @rwkv_f1(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x?x4xf32>) {
  %u = arith.constant dense<0.0> : tensor<2x3xf32>
  %0:2 = fidelity.rwkv %r, %r, %r, %v bonus %u version(v6) {layer = 1 : i64} : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  %1:2 = fidelity.rwkv %r, %r, %r, %v erase %r, %r bonus %u version(v7) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %0#0, %1#0 : tensor<2x?x4xf32>, tensor<2x?x4xf32>
}

// CHECK-LABEL: func.func @rwkv_f1_stays(
// CHECK-SAME: %[[R:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<2x?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] bonus %[[CST]] version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x?x4xf32>
func.func @rwkv_f1_stays(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) -> tensor<2x?x4xf32> {
  %u = arith.constant dense<1.0> : tensor<2x3xf32>
  %0:2 = fidelity.rwkv %r, %r, %r, %v bonus %u version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %0#0 : tensor<2x?x4xf32>
}

// CHECK-LABEL: func.func @rwkv_f2(
// CHECK-SAME: %[[R:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<2x?x4xf32>
// CHECK-SAME: %[[U:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] bonus %[[U]] version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x?x4xf32>
func.func @rwkv_f2(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %u: tensor<2x3xf32>) -> tensor<2x?x4xf32> {
  %s = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %0:2 = fidelity.rwkv %r, %r, %r, %v bonus %u state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %0#0 : tensor<2x?x4xf32>
}

// CHECK-LABEL: func.func @rwkv_f2_stays(
// CHECK-SAME: %[[R:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<2x?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<2x3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] state %[[CST]] version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]] : tensor<2x3x4xf32>
func.func @rwkv_f2_stays(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) -> tensor<2x3x4xf32> {
  %s = arith.constant dense<-0.0> : tensor<2x3x4xf32>
  %0:2 = fidelity.rwkv %r, %r, %r, %v state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %0#1 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @rwkv_f3(
// CHECK-SAME: %[[R:[^:]*]]: tensor<?x0x3xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<?x3x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[R]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0x4xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[R]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x3x4xf32>
// CHECK-NEXT: return %[[V0]], %[[S]], %[[SPLAT]] : tensor<?x0x4xf32>, tensor<?x3x4xf32>, tensor<?x3x4xf32>
func.func @rwkv_f3(%r: tensor<?x0x3xf32>, %v: tensor<?x0x4xf32>, %s: tensor<?x3x4xf32>) -> (tensor<?x0x4xf32>, tensor<?x3x4xf32>, tensor<?x3x4xf32>) {
  %0:2 = fidelity.rwkv %r, %r, %r, %v state %s version(v6) : (tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x4xf32>, tensor<?x3x4xf32>) -> (tensor<?x0x4xf32>, tensor<?x3x4xf32>)
  %1:2 = fidelity.rwkv %r, %r, %r, %v version(v7) : (tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x4xf32>) -> (tensor<?x0x4xf32>, tensor<?x3x4xf32>)
  return %0#0, %0#1, %1#1 : tensor<?x0x4xf32>, tensor<?x3x4xf32>, tensor<?x3x4xf32>
}

// CHECK-LABEL: func.func @rwkv_f3_stays(
// CHECK-SAME: %[[R:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<2x?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<2x3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] state %[[S]] version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<2x?x4xf32>, tensor<2x3x4xf32>
func.func @rwkv_f3_stays(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>, %s: tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>) {
  %0:2 = fidelity.rwkv %r, %r, %r, %v state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %0#0, %0#1 : tensor<2x?x4xf32>, tensor<2x3x4xf32>
}
