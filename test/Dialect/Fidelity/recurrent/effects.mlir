// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @mlgru(
// CHECK: fidelity.mlgru
// CHECK-NOT: fidelity.mlgru
// DEAD-LABEL: func.func @mlgru(
// DEAD-COUNT-2: fidelity.mlgru
// DEAD-NOT: fidelity.mlgru
func.func @mlgru(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %1:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %2:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0, %1#0 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ema(
// CHECK: fidelity.ema
// CHECK-NOT: fidelity.ema
// DEAD-LABEL: func.func @ema(
// DEAD-COUNT-2: fidelity.ema
// DEAD-NOT: fidelity.ema
func.func @ema(%x: tensor<?x?xf32>, %a: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  %1:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  %2:2 = fidelity.ema %x, %a, %a, %a, %a : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>)
  return %0#0, %1#0 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rwkv(
// CHECK: fidelity.rwkv
// CHECK-NOT: fidelity.rwkv
// DEAD-LABEL: func.func @rwkv(
// DEAD-COUNT-2: fidelity.rwkv
// DEAD-NOT: fidelity.rwkv
func.func @rwkv(%r: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %0:2 = fidelity.rwkv %r, %r, %r, %r version(v7) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %1:2 = fidelity.rwkv %r, %r, %r, %r version(v7) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  %2:2 = fidelity.rwkv %r, %r, %r, %r version(v7) : (tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?x?xf32>)
  return %0#0, %1#0 : tensor<?x?x?xf32>, tensor<?x?x?xf32>
}
