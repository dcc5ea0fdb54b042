// What each recurrent mixer beside mlgru becomes.

// RUN: fidelity-opt %s -fidelity-decompose -canonicalize -cse -split-input-file | FileCheck %s
// RUN: fidelity-opt %s -fidelity-decompose=chunk=64 -split-input-file | FileCheck %s --check-prefix=CHUNK

// The gates, relative to the stabiliser, come of a loop of their own in f32.
// Both recurrences have one decay and one key; n has no value.
// CHECK-DAG: #[[STEP3:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[KEY3:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[N:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[STEP:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
// CHECK-DAG: #[[KEY:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[VALUE:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[C:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-LABEL: func.func @mlstm(
// CHECK-DAG:     %[[SCALE:.*]] = arith.constant 2.500000e-01 : f32
// CHECK-COUNT-4: cf.assert
// CHECK:         %[[GATES:.*]]:4 = scf.for {{.*}} -> (tensor<2xf32>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x?xf32>)
// CHECK:           arith.maximumf
// CHECK:           scf.yield
// CHECK:         %[[FED:.*]] = linalg.generic {{.*}} ins(%[[GATES]]#2, %arg1 : tensor<2x?xf32>, tensor<2x?x16xf16>)
// CHECK:         %[[READ:.*]], %[[LAST_C:.*]] = fidelity.recurrence decay %[[GATES]]#1 key %[[FED]] value %arg2 query %arg0 state %arg5 {indexing_maps = [#[[STEP]], #[[KEY]], #[[VALUE]], #[[KEY]], #[[C]], #[[VALUE]], #[[C]]]} : {{.*}} -> (tensor<2x?x4xf32>, tensor<2x16x4xf32>)
// CHECK:         %[[NORM:.*]], %[[LAST_N:.*]] = fidelity.recurrence decay %[[GATES]]#1 key %[[FED]] query %arg0 state %arg6 {indexing_maps = [#[[STEP3]], #[[KEY3]], #[[KEY3]], #[[N]], #[[STEP3]], #[[N]]]} : {{.*}} -> (tensor<2x?xf32>, tensor<2x16xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[NORM]], %[[GATES]]#3 : tensor<2x?xf32>, tensor<2x?xf32>)
// CHECK:           arith.mulf %{{.*}}, %[[SCALE]]
// CHECK:           math.absf
// CHECK:           arith.maximumf
// CHECK:         linalg.generic {{.*}} ins(%[[READ]], {{.*}}) outs({{.*}} : tensor<2x?x4xf16>)
// CHECK:           arith.divf
// CHECK:           arith.truncf
// CHECK:         linalg.generic {{.*}} ins(%[[LAST_C]] : tensor<2x16x4xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[LAST_N]] : tensor<2x16xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[GATES]]#0 : tensor<2xf32>)
// CHUNK-LABEL: func.func @mlstm(
// CHUNK-COUNT-2: fidelity.recurrence {{.*}} chunk(64)
func.func @mlstm(%q: tensor<2x?x16xf16>, %k: tensor<2x?x16xf16>, %v: tensor<2x?x4xf16>, %i: tensor<2x?xf16>, %f: tensor<2x?xf16>, %C: tensor<2x16x4xf16>, %n: tensor<2x16xf16>, %m: tensor<2xf16>)
    -> (tensor<2x?x4xf16>, tensor<2x16x4xf16>, tensor<2x16xf16>, tensor<2xf16>) {
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m
    : (tensor<2x?x16xf16>, tensor<2x?x16xf16>, tensor<2x?x4xf16>, tensor<2x?xf16>, tensor<2x?xf16>, tensor<2x16x4xf16>, tensor<2x16xf16>, tensor<2xf16>)
    -> (tensor<2x?x4xf16>, tensor<2x16x4xf16>, tensor<2x16xf16>, tensor<2xf16>)
  return %y#0, %y#1, %y#2, %y#3 : tensor<2x?x4xf16>, tensor<2x16x4xf16>, tensor<2x16xf16>, tensor<2xf16>
}

// -----

// One step takes no loop. The scale of an unknown key size is computed.
// CHECK-LABEL: func.func @mlstm_step(
// CHECK-NOT:     scf.for
// CHECK:         fidelity.recurrence
// CHECK:         fidelity.recurrence
// CHECK:         arith.maxsi
// CHECK:         math.sqrt
func.func @mlstm_step(%q: tensor<1x?xf32>, %v: tensor<1x4xf32>, %i: tensor<1xf32>) -> (tensor<1x4xf32>, tensor<?x4xf32>) {
  %y:4 = fidelity.mlstm %q, %q, %v, %i, %i forget(exponential)
    : (tensor<1x?xf32>, tensor<1x?xf32>, tensor<1x4xf32>, tensor<1xf32>, tensor<1xf32>)
    -> (tensor<1x4xf32>, tensor<?x4xf32>, tensor<?xf32>, tensor<f32>)
  return %y#0, %y#1 : tensor<1x4xf32>, tensor<?x4xf32>
}

// -----

// Decay and key do not depend on time; a channel is a batch of the recurrence.
// CHECK-DAG: #[[PARAMETER:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[INPUT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @ema(
// CHECK:         %[[DECAY:.*]] = linalg.generic {{.*}} ins(%arg1, %arg2 : {{.*}}) outs({{.*}} : tensor<256x16xf32>)
// CHECK:           arith.mulf
// CHECK:           arith.subf
// CHECK:         %[[KEY:.*]] = linalg.generic {{.*}} ins(%arg1, %arg3 : {{.*}}) outs({{.*}} : tensor<256x16xf32>)
// CHECK:         fidelity.recurrence decay %[[DECAY]] key %[[KEY]] value %arg0 query %arg4 state %arg5 {indexing_maps = [#[[PARAMETER]], #[[PARAMETER]], #[[INPUT]], #[[PARAMETER]], #[[PARAMETER]], #[[INPUT]], #[[PARAMETER]]]} : {{.*}} -> (tensor<?x256xf32>, tensor<256x16xf32>)
// CHUNK-LABEL: func.func @ema(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @ema(%x: tensor<?x256xbf16>, %alpha: tensor<256x16xbf16>, %delta: tensor<256x16xbf16>, %beta: tensor<256x16xbf16>, %eta: tensor<256x16xbf16>, %h: tensor<256x16xbf16>)
    -> (tensor<?x256xbf16>, tensor<256x16xbf16>) {
  %y, %last = fidelity.ema %x, %alpha, %delta, %beta, %eta state %h
    : (tensor<?x256xbf16>, tensor<256x16xbf16>, tensor<256x16xbf16>, tensor<256x16xbf16>, tensor<256x16xbf16>, tensor<256x16xbf16>) -> (tensor<?x256xbf16>, tensor<256x16xbf16>)
  return %y, %last : tensor<?x256xbf16>, tensor<256x16xbf16>
}

// -----

// Version 6 is a recurrence as it stands, its bonus included.
// CHECK-DAG: #[[KEYED:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[VALUED:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[BONUS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2)>
// CHECK-DAG: #[[S:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-LABEL: func.func @rwkv6(
// CHECK-NOT:     linalg.generic
// CHECK:         %[[O:.*]], %[[LAST:.*]] = fidelity.recurrence decay %arg1 key %arg2 value %arg3 query %arg0 bonus %arg4 state %arg5 read(before) {exponential, indexing_maps = [#[[KEYED]], #[[KEYED]], #[[VALUED]], #[[KEYED]], #[[BONUS]], #[[S]], #[[VALUED]], #[[S]]]}
// CHECK-NEXT:    return %[[O]], %[[LAST]]
// CHUNK-LABEL: func.func @rwkv6(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @rwkv6(%r: tensor<4x?x16xf16>, %w: tensor<4x?x16xf16>, %k: tensor<4x?x16xf16>, %v: tensor<4x?x8xf16>, %u: tensor<4x16xf16>, %S: tensor<4x16x8xf16>) -> (tensor<4x?x8xf16>, tensor<4x16x8xf16>) {
  %o, %last = fidelity.rwkv %r, %w, %k, %v bonus %u state %S version(v6)
    : (tensor<4x?x16xf16>, tensor<4x?x16xf16>, tensor<4x?x16xf16>, tensor<4x?x8xf16>, tensor<4x16xf16>, tensor<4x16x8xf16>) -> (tensor<4x?x8xf16>, tensor<4x16x8xf16>)
  return %o, %last : tensor<4x?x8xf16>, tensor<4x16x8xf16>
}

// -----

// Version 7 has a rank-one update; its bonus is added to what is read, before
// that is rounded.
// CHECK-LABEL: func.func @rwkv7(
// CHECK:         %[[R:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<4x?x16xf16>) outs({{.*}} : tensor<4x?x16xf32>)
// CHECK:         %[[READ:.*]], %{{.*}} = fidelity.recurrence decay %arg1 key %arg2 value %arg3 query %[[R]] erase %arg5, %arg6 {exponential, {{.*}}} : {{.*}} -> (tensor<4x?x8xf32>, tensor<4x16x8xf32>)
// CHECK:         %[[WEIGHTS:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg4, %arg2 : {{.*}}) outs({{.*}} : tensor<4x?xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[READ]], %[[WEIGHTS]], %arg3 : {{.*}}) outs({{.*}} : tensor<4x?x8xf16>)
// CHECK:           arith.addf
// CHECK-NEXT:      arith.truncf
// CHUNK-LABEL: func.func @rwkv7(
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @rwkv7(%r: tensor<4x?x16xf16>, %w: tensor<4x?x16xf16>, %k: tensor<4x?x16xf16>, %v: tensor<4x?x8xf16>, %rho: tensor<4x16xf16>, %a: tensor<4x?x16xf16>, %b: tensor<4x?x16xf16>) -> tensor<4x?x8xf16> {
  %o, %last = fidelity.rwkv %r, %w, %k, %v erase %a, %b bonus %rho version(v7)
    : (tensor<4x?x16xf16>, tensor<4x?x16xf16>, tensor<4x?x16xf16>, tensor<4x?x8xf16>, tensor<4x?x16xf16>, tensor<4x?x16xf16>, tensor<4x16xf16>) -> (tensor<4x?x8xf16>, tensor<4x16x8xf16>)
  return %o : tensor<4x?x8xf16>
}

// -----

// No linear recurrence: it stays.
// CHECK-LABEL: func.func @slstm(
// CHECK:         fidelity.slstm
// CHUNK-LABEL: func.func @slstm(
// CHUNK:         fidelity.slstm
func.func @slstm(%z: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) -> tensor<?x2x3xf32> {
  %y:5 = fidelity.slstm %z, %z, %z, %z, %R
    : (tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>)
    -> (tensor<?x2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>)
  return %y#0 : tensor<?x2x3xf32>
}
