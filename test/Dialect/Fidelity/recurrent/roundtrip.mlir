// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @mlgru(
// CHECK: fidelity.mlgru %arg0, %arg1 : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
func.func @mlgru(%f: tensor<?x256xf32>, %c: tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>) {
  %o, %h = fidelity.mlgru %f, %c : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
  return %o, %h : tensor<?x256xf32>, tensor<256xf32>
}

// CHECK-LABEL: func.func @mlgru_gate(
// CHECK: fidelity.mlgru %arg0, %arg1 gate %arg2 : (tensor<2x?x?xf16>, tensor<2x?x?xf16>, tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>)
func.func @mlgru_gate(%f: tensor<2x?x?xf16>, %c: tensor<2x?x?xf16>, %g: tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>) {
  %o, %h = fidelity.mlgru %f, %c gate %g : (tensor<2x?x?xf16>, tensor<2x?x?xf16>, tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>)
  return %o, %h : tensor<2x?x?xf16>, tensor<2x?xf16>
}

// CHECK-LABEL: func.func @mlgru_state(
// CHECK: fidelity.mlgru %arg0, %arg1 state %arg2 : (tensor<0x4xf64>, tensor<0x4xf64>, tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>)
func.func @mlgru_state(%f: tensor<0x4xf64>, %c: tensor<0x4xf64>, %s: tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>) {
  %o, %h = fidelity.mlgru %f, %c state %s : (tensor<0x4xf64>, tensor<0x4xf64>, tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>)
  return %o, %h : tensor<0x4xf64>, tensor<4xf64>
}

// CHECK-LABEL: func.func @mlgru_bound(
// CHECK: fidelity.mlgru %arg0, %arg1 lower_bound %arg2 activation(tanh) : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
func.func @mlgru_bound(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %o, %h = fidelity.mlgru %f, %c lower_bound %b activation(tanh) : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// The default activation is not printed.
// CHECK-LABEL: func.func @mlgru_all(
// CHECK: fidelity.mlgru %arg0, %arg1 gate %arg2 state %arg3 lower_bound %arg4 {layer = 3 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
func.func @mlgru_all(%f: tensor<?x4xf32>, %c: tensor<?x4xf32>, %g: tensor<?x4xf32>, %s: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %o, %h = fidelity.mlgru %f, %c gate %g state %s lower_bound %b activation(silu) {layer = 3 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %o, %h : tensor<?x4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ema(
// CHECK: fidelity.ema %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x256xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>) -> (tensor<?x256xf32>, tensor<256x16xf32>)
func.func @ema(%x: tensor<?x256xf32>, %a: tensor<256x16xf32>, %d: tensor<256x16xf32>, %b: tensor<256x16xf32>, %e: tensor<256x16xf32>) {
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x256xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>) -> (tensor<?x256xf32>, tensor<256x16xf32>)
  return
}

// CHECK-LABEL: func.func @ema_state(
// CHECK: fidelity.ema %arg0, %arg1, %arg2, %arg3, %arg4 state %arg5 {layer = 3 : i64} : (tensor<2x3x?x256xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<2x3x256x16xf16>) -> (tensor<2x3x?x256xf16>, tensor<2x3x256x16xf16>)
func.func @ema_state(%x: tensor<2x3x?x256xf16>, %a: tensor<256x?xf16>, %d: tensor<256x?xf16>, %b: tensor<256x?xf16>, %e: tensor<256x?xf16>, %s: tensor<2x3x256x16xf16>) {
  %y:2 = fidelity.ema %x, %a, %d, %b, %e state %s {layer = 3 : i64} : (tensor<2x3x?x256xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<2x3x256x16xf16>) -> (tensor<2x3x?x256xf16>, tensor<2x3x256x16xf16>)
  return
}

// CHECK-LABEL: func.func @ema_measures(
// CHECK: fidelity.ema %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, tensor<3x4xf32, #fidelity.tensor<dims = [_, N], unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<3x4xf32, #fidelity.tensor<unit = "s">>) -> (tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, tensor<3x4xf32, #fidelity.tensor<dims = [D, N], unit = "m/s">>)
func.func @ema_measures(%x: tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, %a: tensor<3x4xf32, #fidelity.tensor<dims = [_, N], unit = "1">>, %d: tensor<3x4xf32>, %b: tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, %e: tensor<3x4xf32, #fidelity.tensor<unit = "s">>) {
  %y:2 = fidelity.ema %x, %a, %d, %b, %e : (tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, tensor<3x4xf32, #fidelity.tensor<dims = [_, N], unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<3x4xf32, #fidelity.tensor<unit = "s">>) -> (tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, tensor<3x4xf32, #fidelity.tensor<dims = [D, N], unit = "m/s">>)
  return
}

// CHECK-LABEL: func.func @rwkv_v6(
// CHECK: fidelity.rwkv %arg0, %arg1, %arg2, %arg3 version(v6) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
func.func @rwkv_v6(%r: tensor<2x4x?x64xf32>, %w: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x64xf32>) {
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v6) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}

// CHECK-LABEL: func.func @rwkv_v6_all(
// CHECK: fidelity.rwkv %arg0, %arg1, %arg2, %arg3 bonus %arg4 state %arg5 version(v6) {layer = 3 : i64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<4x64xf32>, tensor<2x4x64x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
func.func @rwkv_v6_all(%r: tensor<2x4x?x64xf32>, %w: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x64xf32>, %u: tensor<4x64xf32>, %s: tensor<2x4x64x64xf32>) {
  %y:2 = fidelity.rwkv %r, %w, %k, %v bonus %u state %s version(v6) {layer = 3 : i64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<4x64xf32>, tensor<2x4x64x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}

// CHECK-LABEL: func.func @rwkv_v7(
// CHECK: fidelity.rwkv %arg0, %arg1, %arg2, %arg3 version(v7) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
func.func @rwkv_v7(%r: tensor<2x4x?x64xf32>, %w: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x64xf32>) {
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v7) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}

// CHECK-LABEL: func.func @rwkv_v7_erase(
// CHECK: fidelity.rwkv %arg0, %arg1, %arg2, %arg3 erase %arg4, %arg5 version(v7) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
func.func @rwkv_v7_erase(%r: tensor<2x4x?x64xf32>, %w: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x64xf32>, %a: tensor<2x4x?x64xf32>, %b: tensor<2x4x?x64xf32>) {
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b version(v7) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}

// CHECK-LABEL: func.func @rwkv_v7_all(
// CHECK: fidelity.rwkv %arg0, %arg1, %arg2, %arg3 erase %arg4, %arg5 bonus %arg6 state %arg7 version(v7) : (tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x?x5xf64>, tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x3xf64>, tensor<4x3x5xf64>) -> (tensor<4x?x5xf64>, tensor<4x3x5xf64>)
func.func @rwkv_v7_all(%r: tensor<4x?x3xf64>, %w: tensor<4x?x3xf64>, %k: tensor<4x?x3xf64>, %v: tensor<4x?x5xf64>, %a: tensor<4x?x3xf64>, %b: tensor<4x?x3xf64>, %u: tensor<4x3xf64>, %s: tensor<4x3x5xf64>) {
  %y:2 = fidelity.rwkv %r, %w, %k, %v erase %a, %b bonus %u state %s version(v7) : (tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x?x5xf64>, tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x3xf64>, tensor<4x3x5xf64>) -> (tensor<4x?x5xf64>, tensor<4x3x5xf64>)
  return
}

// CHECK-LABEL: func.func @rwkv_measures(
// CHECK: fidelity.rwkv %arg0, %arg1, %arg2, %arg3 version(v6) : (tensor<4x?x3xf32, #fidelity.tensor<dims = [Head, T, K], unit = "1/m">>, tensor<4x?x3xf32>, tensor<4x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x?x5xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) -> (tensor<4x?x5xf32, #fidelity.tensor<dims = [Head, T, V], unit = "V">>, tensor<4x3x5xf32, #fidelity.tensor<dims = [Head, K, V], unit = "V*m">>)
func.func @rwkv_measures(%r: tensor<4x?x3xf32, #fidelity.tensor<dims = [Head, T, K], unit = "1/m">>, %w: tensor<4x?x3xf32>, %k: tensor<4x?x3xf32, #fidelity.tensor<unit = "m">>, %v: tensor<4x?x5xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) {
  %y:2 = fidelity.rwkv %r, %w, %k, %v version(v6) : (tensor<4x?x3xf32, #fidelity.tensor<dims = [Head, T, K], unit = "1/m">>, tensor<4x?x3xf32>, tensor<4x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x?x5xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) -> (tensor<4x?x5xf32, #fidelity.tensor<dims = [Head, T, V], unit = "V">>, tensor<4x3x5xf32, #fidelity.tensor<dims = [Head, K, V], unit = "V*m">>)
  return
}
