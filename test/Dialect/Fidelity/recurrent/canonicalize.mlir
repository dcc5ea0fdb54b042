// RUN: fidelity-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @mlgru_zero_state(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[G:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] gate %[[G]] lower_bound %[[B]] activation(tanh) {layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_zero_state(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %g: tensor<?x4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %h = fidelity.mlgru %f, %c gate %g state %zero lower_bound %b activation(tanh) {layer = 1 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @mlgru_zero_bound(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[S]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_zero_bound(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %s: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %h = fidelity.mlgru %f, %c state %s lower_bound %zero : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @mlgru_zeros(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] : (tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<?x4xf32>, tensor<4xf32>
func.func @mlgru_zeros(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %o, %h = fidelity.mlgru %f, %c state %zero lower_bound %zero : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// Another state, another bound, and a state of -0: it is the last state where
// there is no step.
// CHECK-LABEL: func.func @mlgru_others(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[CST]] lower_bound %[[CST]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[CST_0]] : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[LAST_STATE_2]] : tensor<4xf32>, tensor<4xf32>
func.func @mlgru_others(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %half = arith.constant dense<0.5> : tensor<4xf32>
  %negative = arith.constant dense<-0.0> : tensor<4xf32>
  %0, %1 = fidelity.mlgru %f, %c state %half lower_bound %half : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %2, %3 = fidelity.mlgru %f, %c state %negative : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %1, %3 : tensor<4xf32>, tensor<4xf32>
}

// A gate of 0 is no absent gate: σ(0) is 1/2.
// CHECK-LABEL: func.func @mlgru_zero_gate(
// CHECK-SAME: %[[F:[^:]*]]: tensor<2x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<2x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] gate %[[CST]] : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x4xf32>
func.func @mlgru_zero_gate(%f: tensor<2x4xf32>, %c: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %0, %1 = fidelity.mlgru %f, %c gate %zero : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4xf32>)
  return %0 : tensor<2x4xf32>
}

// Each result gets what is known of its shape.
// CHECK-LABEL: func.func @mlgru_cast(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[F]], %[[C]] state %[[S]] activation(tanh) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?xf32>, tensor<?xf32>
func.func @mlgru_cast(%f: tensor<?x?xf32>, %c: tensor<?x?xf32>, %s: tensor<4xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {
  %cast = tensor.cast %s : tensor<4xf32> to tensor<?xf32>
  %o, %h = fidelity.mlgru %f, %c state %cast activation(tanh) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %o, %h : tensor<?x?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @mlgru_cast_disagrees(
// CHECK-SAME: %[[F:[^:]*]]: tensor<8x5xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[F]] : tensor<8x5xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[S]] : tensor<4xf32> to tensor<?xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.mlgru %[[CAST]], %[[CAST]] state %[[CAST_0]] : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x?xf32>
func.func @mlgru_cast_disagrees(%f: tensor<8x5xf32>, %s: tensor<4xf32>) -> tensor<?x?xf32> {
  %f_cast = tensor.cast %f : tensor<8x5xf32> to tensor<?x?xf32>
  %s_cast = tensor.cast %s : tensor<4xf32> to tensor<?xf32>
  %o, %h = fidelity.mlgru %f_cast, %f_cast state %s_cast : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %o : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ema_zero_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ema %[[ARG0]], %[[ARG1]], %[[ARG1]], %[[ARG1]], %[[ARG1]] {layer = 1 : i64} : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<?x3xf32>
func.func @ema_zero_state(%x: tensor<?x3xf32>, %a: tensor<3x4xf32>) -> tensor<?x3xf32> {
  %s = arith.constant dense<0.0> : tensor<3x4xf32>
  %y, %l = fidelity.ema %x, %a, %a, %a, %a state %s {layer = 1 : i64} : (tensor<?x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @ema_no_step(
// CHECK-SAME: tensor<0x3xf32>
// CHECK-SAME: tensor<3x4xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty() : tensor<0x3xf32>
// CHECK-NEXT: return %[[V0]], %[[ARG2]] : tensor<0x3xf32>, tensor<3x4xf32>
func.func @ema_no_step(%x: tensor<0x3xf32>, %a: tensor<3x4xf32>, %s: tensor<3x4xf32>) -> (tensor<0x3xf32>, tensor<3x4xf32>) {
  %y, %l = fidelity.ema %x, %a, %a, %a, %a state %s : (tensor<0x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<0x3xf32>, tensor<3x4xf32>)
  return %y, %l : tensor<0x3xf32>, tensor<3x4xf32>
}

// What is 0 when absent may be of a size that is known at run time only.
// CHECK-LABEL: func.func @ema_no_step_no_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x0x3xf32>
// CHECK-SAME: tensor<3x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0x3xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x3x4xf32>
// CHECK-NEXT: return %[[V0]], %[[SPLAT]] : tensor<?x0x3xf32>, tensor<?x3x4xf32>
func.func @ema_no_step_no_state(%x: tensor<?x0x3xf32>, %a: tensor<3x4xf32>) -> (tensor<?x0x3xf32>, tensor<?x3x4xf32>) {
  %y, %l = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x0x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x0x3xf32>, tensor<?x3x4xf32>)
  return %y, %l : tensor<?x0x3xf32>, tensor<?x3x4xf32>
}

// CHECK-LABEL: func.func @ema_cast(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ema %[[ARG0]], %[[ARG1]], %[[ARG1]], %[[ARG1]], %[[ARG1]] : (tensor<?x?xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x3xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<3x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?xf32>, tensor<?x?xf32>
func.func @ema_cast(%x: tensor<?x?xf32>, %a: tensor<3x4xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %c = tensor.cast %a : tensor<3x4xf32> to tensor<?x?xf32>
  %y, %l = fidelity.ema %x, %c, %c, %c, %c : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %y, %l : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rwkv_zeros(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<2x?x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG1]] erase %[[ARG0]], %[[ARG0]] version(v7) {layer = 1 : i64} : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x?x4xf32>
func.func @rwkv_zeros(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) -> tensor<2x?x4xf32> {
  %u = arith.constant dense<0.0> : tensor<2x3xf32>
  %s = arith.constant dense<0.0> : tensor<2x3x4xf32>
  %y, %l = fidelity.rwkv %r, %r, %r, %v erase %r, %r bonus %u state %s version(v7) {layer = 1 : i64} : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x3xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %y : tensor<2x?x4xf32>
}

// A bonus and a state that are not 0.
// CHECK-LABEL: func.func @rwkv_others(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<2x?x3xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<2x?x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<1.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<-0.000000e+00> : tensor<2x3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG1]] bonus %[[CST]] state %[[CST_0]] version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]] : tensor<2x?x4xf32>
func.func @rwkv_others(%r: tensor<2x?x3xf32>, %v: tensor<2x?x4xf32>) -> tensor<2x?x4xf32> {
  %u = arith.constant dense<1.0> : tensor<2x3xf32>
  %s = arith.constant dense<-0.0> : tensor<2x3x4xf32>
  %y, %l = fidelity.rwkv %r, %r, %r, %v bonus %u state %s version(v6) : (tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x3xf32>, tensor<2x?x4xf32>, tensor<2x3xf32>, tensor<2x3x4xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
  return %y : tensor<2x?x4xf32>
}

// CHECK-LABEL: func.func @rwkv_no_step(
// CHECK-SAME: tensor<2x0x3xf32>
// CHECK-SAME: tensor<2x0x4xf32>
// CHECK-SAME: tensor<2x3xf32>
// CHECK-SAME: %[[ARG3:[^:]*]]: tensor<2x3x4xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty() : tensor<2x0x4xf32>
// CHECK-NEXT: return %[[V0]], %[[ARG3]] : tensor<2x0x4xf32>, tensor<2x3x4xf32>
func.func @rwkv_no_step(%r: tensor<2x0x3xf32>, %v: tensor<2x0x4xf32>, %u: tensor<2x3xf32>, %s: tensor<2x3x4xf32>) -> (tensor<2x0x4xf32>, tensor<2x3x4xf32>) {
  %y, %l = fidelity.rwkv %r, %r, %r, %v bonus %u state %s version(v6) : (tensor<2x0x3xf32>, tensor<2x0x3xf32>, tensor<2x0x3xf32>, tensor<2x0x4xf32>, tensor<2x3xf32>, tensor<2x3x4xf32>) -> (tensor<2x0x4xf32>, tensor<2x3x4xf32>)
  return %y, %l : tensor<2x0x4xf32>, tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @rwkv_no_step_no_state(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x0x3xf32>
// CHECK-SAME: tensor<?x0x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0x4xf32>
// CHECK-NEXT: %[[DIM_0:.*]] = tensor.dim %[[ARG0]], %[[C0]] : tensor<?x0x3xf32>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_0]]] : tensor<?x3x4xf32>
// CHECK-NEXT: return %[[V0]], %[[SPLAT]] : tensor<?x0x4xf32>, tensor<?x3x4xf32>
func.func @rwkv_no_step_no_state(%r: tensor<?x0x3xf32>, %v: tensor<?x0x4xf32>) -> (tensor<?x0x4xf32>, tensor<?x3x4xf32>) {
  %y, %l = fidelity.rwkv %r, %r, %r, %v version(v7) : (tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x3xf32>, tensor<?x0x4xf32>) -> (tensor<?x0x4xf32>, tensor<?x3x4xf32>)
  return %y, %l : tensor<?x0x4xf32>, tensor<?x3x4xf32>
}

// CHECK-LABEL: func.func @rwkv_cast(
// CHECK-SAME: %[[ARG0:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: %[[ARG1:[^:]*]]: tensor<?x?x4xf32>
// CHECK-SAME: %[[ARG2:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[ARG0]], %[[ARG0]], %[[ARG0]], %[[ARG1]] bonus %[[ARG2]] version(v6) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<2x?x4xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<2x3x4xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?x?xf32>, tensor<?x?x?xf32>
func.func @rwkv_cast(%r: tensor<?x?x?xf32>, %v: tensor<?x?x4xf32>, %u: tensor<2x3xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %v_cast = tensor.cast %v : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %u_cast = tensor.cast %u : tensor<2x3xf32> to tensor<?x?xf32>
  %y, %l = fidelity.rwkv %r, %r, %r, %v_cast bonus %u_cast version(v6) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y, %l : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @mlgru_no_step(
// CHECK-SAME: tensor<0x4xf32>
// CHECK-SAME: %[[S:[^:]*]]: tensor<4xf32>
// CHECK-NEXT: %[[EMPTY:.*]] = tensor.empty() : tensor<0x4xf32>
// CHECK-NEXT: return %[[EMPTY]], %[[S]] : tensor<0x4xf32>, tensor<4xf32>
func.func @mlgru_no_step(%f: tensor<0x4xf32>, %s: tensor<4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>) {
  %o, %h = fidelity.mlgru %f, %f state %s : (tensor<0x4xf32>, tensor<0x4xf32>, tensor<4xf32>) -> (tensor<0x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<0x4xf32>, tensor<4xf32>
}
