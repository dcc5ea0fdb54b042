// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @mlstm(
// CHECK: fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
func.func @mlstm(%q: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x128xf32>, %i: tensor<2x4x?xf32>, %f: tensor<2x4x?xf32>) {
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
  return
}

// CHECK-LABEL: func.func @mlstm_state(
// CHECK: fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 state %arg5, %arg6, %arg7 {epsilon = 5.000000e-01 : f64, scale = 2.500000e-01 : f64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
func.func @mlstm_state(%q: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x128xf32>, %i: tensor<2x4x?xf32>, %f: tensor<2x4x?xf32>, %C: tensor<2x4x64x128xf32>, %n: tensor<2x4x64xf32>, %m: tensor<2x4xf32>) {
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m {epsilon = 5.000000e-01 : f64, scale = 2.500000e-01 : f64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
  return
}

// CHECK-LABEL: func.func @mlstm_forget(
// CHECK: fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 forget(exponential) {layer = 3 : i64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
func.func @mlstm_forget(%q: tensor<2x4x?x64xf32>, %k: tensor<2x4x?x64xf32>, %v: tensor<2x4x?x128xf32>, %i: tensor<2x4x?xf32>, %f: tensor<2x4x?xf32>) {
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f forget(exponential) {layer = 3 : i64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
  return
}

// One sequence of one head; defaults are not printed.
// CHECK-LABEL: func.func @mlstm_defaults(
// CHECK: fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x3xbf16>, tensor<?x3xbf16>, tensor<?x4xbf16>, tensor<?xbf16>, tensor<?xbf16>) -> (tensor<?x4xbf16>, tensor<3x4xbf16>, tensor<3xbf16>, tensor<bf16>)
func.func @mlstm_defaults(%q: tensor<?x3xbf16>, %k: tensor<?x3xbf16>, %v: tensor<?x4xbf16>, %i: tensor<?xbf16>, %f: tensor<?xbf16>) {
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f forget(sigmoid) {epsilon = 0.0 : f64} : (tensor<?x3xbf16>, tensor<?x3xbf16>, tensor<?x4xbf16>, tensor<?xbf16>, tensor<?xbf16>) -> (tensor<?x4xbf16>, tensor<3x4xbf16>, tensor<3xbf16>, tensor<bf16>)
  return
}

// CHECK-LABEL: func.func @mlstm_measures(
// CHECK: fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "1/m">>, tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "m">>, tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, tensor<3x4xf32, #fidelity.tensor<dims = [K, V], unit = "V*m">>, tensor<3xf32, #fidelity.tensor<dims = [K], unit = "m">>, tensor<f32>)
func.func @mlstm_measures(%q: tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "1/m">>, %k: tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "m">>, %v: tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, %i: tensor<?xf32>, %f: tensor<?xf32>) {
  %y:4 = fidelity.mlstm %q, %k, %v, %i, %f : (tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "1/m">>, tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "m">>, tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, tensor<3x4xf32, #fidelity.tensor<dims = [K, V], unit = "V*m">>, tensor<3xf32, #fidelity.tensor<dims = [K], unit = "m">>, tensor<f32>)
  return
}

// CHECK-LABEL: func.func @slstm(
// CHECK: fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<4x4x64x64xf32>) -> (tensor<2x?x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>)
func.func @slstm(%z: tensor<2x?x4x64xf32>, %i: tensor<2x?x4x64xf32>, %f: tensor<2x?x4x64xf32>, %o: tensor<2x?x4x64xf32>, %R: tensor<4x4x64x64xf32>) {
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<4x4x64x64xf32>) -> (tensor<2x?x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>)
  return
}

// CHECK-LABEL: func.func @slstm_state(
// CHECK: fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 state %arg5, %arg6, %arg7, %arg8 forget(exponential) {layer = 3 : i64} : (tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<4x4x64x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>) -> (tensor<2x?x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>)
func.func @slstm_state(%z: tensor<2x?x4x64xf32>, %i: tensor<2x?x4x64xf32>, %f: tensor<2x?x4x64xf32>, %o: tensor<2x?x4x64xf32>, %R: tensor<4x4x64x64xf32>, %c: tensor<2x4x64xf32>, %n: tensor<2x4x64xf32>, %m: tensor<2x4x64xf32>, %h: tensor<2x4x64xf32>) {
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h forget(exponential) {layer = 3 : i64} : (tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<4x4x64x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>) -> (tensor<2x?x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>)
  return
}

// One sequence, of no step.
// CHECK-LABEL: func.func @slstm_defaults(
// CHECK: fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<4x1x3x3xf64>) -> (tensor<0x1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
func.func @slstm_defaults(%z: tensor<0x1x3xf64>, %i: tensor<0x1x3xf64>, %f: tensor<0x1x3xf64>, %o: tensor<0x1x3xf64>, %R: tensor<4x1x3x3xf64>) {
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R forget(sigmoid) : (tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<4x1x3x3xf64>) -> (tensor<0x1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
  return
}

// CHECK-LABEL: func.func @slstm_measures(
// CHECK: fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>)
func.func @slstm_measures(%z: tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, %i: tensor<?x2x3xf32>, %f: tensor<?x2x3xf32>, %o: tensor<?x2x3xf32>, %R: tensor<4x2x3x3xf32>) {
  %y:5 = fidelity.slstm %z, %i, %f, %o, %R : (tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>)
  return
}
