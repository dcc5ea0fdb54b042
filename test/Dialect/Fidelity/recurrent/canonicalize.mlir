// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// Sizes that a cast forgets reach the results, and what has no elements is not
// computed.

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

// No channel.
// CHECK-LABEL: func.func @mlgru_empty(
// CHECK-SAME: %[[F:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[F]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<?x0xf32>, tensor<0xf32>
func.func @mlgru_empty(%f: tensor<?x0xf32>) -> (tensor<?x0xf32>, tensor<0xf32>) {
  %0:2 = fidelity.mlgru %f, %f : (tensor<?x0xf32>, tensor<?x0xf32>) -> (tensor<?x0xf32>, tensor<0xf32>)
  return %0#0, %0#1 : tensor<?x0xf32>, tensor<0xf32>
}

// CHECK-LABEL: func.func @ema_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<3x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ema %[[X]], %[[A]], %[[A]], %[[A]], %[[A]] : (tensor<?x?xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> (tensor<?x3xf32>, tensor<3x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<?x3xf32> to tensor<?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<3x4xf32> to tensor<?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?xf32>, tensor<?x?xf32>
func.func @ema_cast(%x: tensor<?x?xf32>, %a: tensor<3x4xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %c = tensor.cast %a : tensor<3x4xf32> to tensor<?x?xf32>
  %y, %l = fidelity.ema %x, %c, %c, %c, %c : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %y, %l : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ema_empty(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x4xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<?x0xf32>, tensor<0x4xf32>
func.func @ema_empty(%x: tensor<?x0xf32>, %a: tensor<0x4xf32>) -> (tensor<?x0xf32>, tensor<0x4xf32>) {
  %0:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x0xf32>, tensor<0x4xf32>, tensor<0x4xf32>, tensor<0x4xf32>, tensor<0x4xf32>) -> (tensor<?x0xf32>, tensor<0x4xf32>)
  return %0#0, %0#1 : tensor<?x0xf32>, tensor<0x4xf32>
}

// CHECK-LABEL: func.func @rwkv_cast(
// CHECK-SAME: %[[R:[^:]*]]: tensor<?x?x?xf32>
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x?x4xf32>
// CHECK-SAME: %[[U:[^:]*]]: tensor<2x3xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.rwkv %[[R]], %[[R]], %[[R]], %[[V]] bonus %[[U]] version(v6) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x4xf32>, tensor<2x3xf32>) -> (tensor<2x?x4xf32>, tensor<2x3x4xf32>)
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[OUTPUT]] : tensor<2x?x4xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: %[[CAST_0:.*]] = tensor.cast %[[LAST_STATE]] : tensor<2x3x4xf32> to tensor<?x?x?xf32>
// CHECK-NEXT: return %[[CAST]], %[[CAST_0]] : tensor<?x?x?xf32>, tensor<?x?x?xf32>
func.func @rwkv_cast(%r: tensor<?x?x?xf32>, %v: tensor<?x?x4xf32>, %u: tensor<2x3xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %v_cast = tensor.cast %v : tensor<?x?x4xf32> to tensor<?x?x?xf32>
  %u_cast = tensor.cast %u : tensor<2x3xf32> to tensor<?x?xf32>
  %y, %l = fidelity.rwkv %r, %r, %r, %v_cast bonus %u_cast version(v6) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %y, %l : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// CHECK-LABEL: func.func @rwkv_empty(
// CHECK-SAME: %[[R:[^:]*]]: tensor<0x?x3xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<0x3x4xf32>
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[R]], %[[C1]] : tensor<0x?x3xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<0x?x4xf32>
// CHECK-NEXT: return %[[V0]], %[[CST]] : tensor<0x?x4xf32>, tensor<0x3x4xf32>
func.func @rwkv_empty(%r: tensor<0x?x3xf32>, %v: tensor<0x?x4xf32>) -> (tensor<0x?x4xf32>, tensor<0x3x4xf32>) {
  %0:2 = fidelity.rwkv %r, %r, %r, %v version(v7) : (tensor<0x?x3xf32>, tensor<0x?x3xf32>, tensor<0x?x3xf32>, tensor<0x?x4xf32>) -> (tensor<0x?x4xf32>, tensor<0x3x4xf32>)
  return %0#0, %0#1 : tensor<0x?x4xf32>, tensor<0x3x4xf32>
}
