// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// As ../frozen.mlir, for the ops of this folder and those below but mlgru. The
// file was made by
//   fidelity-opt test/Dialect/Fidelity/recurrent/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

func.func @ema(%arg0: tensor<?x256xf32>, %arg1: tensor<256x16xf32>, %arg2: tensor<256x16xf32>, %arg3: tensor<256x16xf32>, %arg4: tensor<256x16xf32>) {
  %output, %last_state = fidelity.ema %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x256xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>, tensor<256x16xf32>) -> (tensor<?x256xf32>, tensor<256x16xf32>)
  return
}
func.func @ema_state(%arg0: tensor<2x3x?x256xf16>, %arg1: tensor<256x?xf16>, %arg2: tensor<256x?xf16>, %arg3: tensor<256x?xf16>, %arg4: tensor<256x?xf16>, %arg5: tensor<2x3x256x16xf16>) {
  %output, %last_state = fidelity.ema %arg0, %arg1, %arg2, %arg3, %arg4 state %arg5 {layer = 3 : i64} : (tensor<2x3x?x256xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<256x?xf16>, tensor<2x3x256x16xf16>) -> (tensor<2x3x?x256xf16>, tensor<2x3x256x16xf16>)
  return
}
func.func @ema_measures(%arg0: tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, %arg1: tensor<3x4xf32, #fidelity.tensor<dims = [_, N], unit = "1">>, %arg2: tensor<3x4xf32>, %arg3: tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, %arg4: tensor<3x4xf32, #fidelity.tensor<unit = "s">>) {
  %output, %last_state = fidelity.ema %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, tensor<3x4xf32, #fidelity.tensor<dims = [_, N], unit = "1">>, tensor<3x4xf32>, tensor<3x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<3x4xf32, #fidelity.tensor<unit = "s">>) -> (tensor<?x3xf32, #fidelity.tensor<dims = [T, D], unit = "m">>, tensor<3x4xf32, #fidelity.tensor<dims = [D, N], unit = "m/s">>)
  return
}
func.func @rwkv_v6(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x64xf32>, %arg3: tensor<2x4x?x64xf32>) {
  %output, %last_state = fidelity.rwkv %arg0, %arg1, %arg2, %arg3 version(v6) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}
func.func @rwkv_v6_all(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x64xf32>, %arg3: tensor<2x4x?x64xf32>, %arg4: tensor<4x64xf32>, %arg5: tensor<2x4x64x64xf32>) {
  %output, %last_state = fidelity.rwkv %arg0, %arg1, %arg2, %arg3 bonus %arg4 state %arg5 version(v6) {layer = 3 : i64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<4x64xf32>, tensor<2x4x64x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}
func.func @rwkv_v7(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x64xf32>, %arg3: tensor<2x4x?x64xf32>) {
  %output, %last_state = fidelity.rwkv %arg0, %arg1, %arg2, %arg3 version(v7) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}
func.func @rwkv_v7_erase(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x64xf32>, %arg3: tensor<2x4x?x64xf32>, %arg4: tensor<2x4x?x64xf32>, %arg5: tensor<2x4x?x64xf32>) {
  %output, %last_state = fidelity.rwkv %arg0, %arg1, %arg2, %arg3 erase %arg4, %arg5 version(v7) : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> (tensor<2x4x?x64xf32>, tensor<2x4x64x64xf32>)
  return
}
func.func @rwkv_v7_all(%arg0: tensor<4x?x3xf64>, %arg1: tensor<4x?x3xf64>, %arg2: tensor<4x?x3xf64>, %arg3: tensor<4x?x5xf64>, %arg4: tensor<4x?x3xf64>, %arg5: tensor<4x?x3xf64>, %arg6: tensor<4x3xf64>, %arg7: tensor<4x3x5xf64>) {
  %output, %last_state = fidelity.rwkv %arg0, %arg1, %arg2, %arg3 erase %arg4, %arg5 bonus %arg6 state %arg7 version(v7) : (tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x?x5xf64>, tensor<4x?x3xf64>, tensor<4x?x3xf64>, tensor<4x3xf64>, tensor<4x3x5xf64>) -> (tensor<4x?x5xf64>, tensor<4x3x5xf64>)
  return
}
func.func @rwkv_measures(%arg0: tensor<4x?x3xf32, #fidelity.tensor<dims = [Head, T, K], unit = "1/m">>, %arg1: tensor<4x?x3xf32>, %arg2: tensor<4x?x3xf32, #fidelity.tensor<unit = "m">>, %arg3: tensor<4x?x5xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) {
  %output, %last_state = fidelity.rwkv %arg0, %arg1, %arg2, %arg3 version(v6) : (tensor<4x?x3xf32, #fidelity.tensor<dims = [Head, T, K], unit = "1/m">>, tensor<4x?x3xf32>, tensor<4x?x3xf32, #fidelity.tensor<unit = "m">>, tensor<4x?x5xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) -> (tensor<4x?x5xf32, #fidelity.tensor<dims = [Head, T, V], unit = "V">>, tensor<4x3x5xf32, #fidelity.tensor<dims = [Head, K, V], unit = "V*m">>)
  return
}
func.func @mlstm(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x128xf32>, %arg3: tensor<2x4x?xf32>, %arg4: tensor<2x4x?xf32>) {
  %output, %last_memory, %last_normalizer, %last_stabilizer = fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
  return
}
func.func @mlstm_state(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x128xf32>, %arg3: tensor<2x4x?xf32>, %arg4: tensor<2x4x?xf32>, %arg5: tensor<2x4x64x128xf32>, %arg6: tensor<2x4x64xf32>, %arg7: tensor<2x4xf32>) {
  %output, %last_memory, %last_normalizer, %last_stabilizer = fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 state %arg5, %arg6, %arg7 {epsilon = 5.000000e-01 : f64, scale = 2.500000e-01 : f64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
  return
}
func.func @mlstm_forget(%arg0: tensor<2x4x?x64xf32>, %arg1: tensor<2x4x?x64xf32>, %arg2: tensor<2x4x?x128xf32>, %arg3: tensor<2x4x?xf32>, %arg4: tensor<2x4x?xf32>) {
  %output, %last_memory, %last_normalizer, %last_stabilizer = fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 forget(exponential) {layer = 3 : i64} : (tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x128xf32>, tensor<2x4x?xf32>, tensor<2x4x?xf32>) -> (tensor<2x4x?x128xf32>, tensor<2x4x64x128xf32>, tensor<2x4x64xf32>, tensor<2x4xf32>)
  return
}
func.func @mlstm_defaults(%arg0: tensor<?x3xbf16>, %arg1: tensor<?x3xbf16>, %arg2: tensor<?x4xbf16>, %arg3: tensor<?xbf16>, %arg4: tensor<?xbf16>) {
  %output, %last_memory, %last_normalizer, %last_stabilizer = fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x3xbf16>, tensor<?x3xbf16>, tensor<?x4xbf16>, tensor<?xbf16>, tensor<?xbf16>) -> (tensor<?x4xbf16>, tensor<3x4xbf16>, tensor<3xbf16>, tensor<bf16>)
  return
}
func.func @mlstm_measures(%arg0: tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "1/m">>, %arg1: tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "m">>, %arg2: tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, %arg3: tensor<?xf32>, %arg4: tensor<?xf32>) {
  %output, %last_memory, %last_normalizer, %last_stabilizer = fidelity.mlstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "1/m">>, tensor<?x3xf32, #fidelity.tensor<dims = [T, K], unit = "m">>, tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, tensor<?xf32>, tensor<?xf32>) -> (tensor<?x4xf32, #fidelity.tensor<dims = [T, V], unit = "V">>, tensor<3x4xf32, #fidelity.tensor<dims = [K, V], unit = "V*m">>, tensor<3xf32, #fidelity.tensor<dims = [K], unit = "m">>, tensor<f32>)
  return
}
func.func @slstm(%arg0: tensor<2x?x4x64xf32>, %arg1: tensor<2x?x4x64xf32>, %arg2: tensor<2x?x4x64xf32>, %arg3: tensor<2x?x4x64xf32>, %arg4: tensor<4x4x64x64xf32>) {
  %output, %last_cell, %last_normalizer, %last_stabilizer, %last_hidden = fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<4x4x64x64xf32>) -> (tensor<2x?x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>)
  return
}
func.func @slstm_state(%arg0: tensor<2x?x4x64xf32>, %arg1: tensor<2x?x4x64xf32>, %arg2: tensor<2x?x4x64xf32>, %arg3: tensor<2x?x4x64xf32>, %arg4: tensor<4x4x64x64xf32>, %arg5: tensor<2x4x64xf32>, %arg6: tensor<2x4x64xf32>, %arg7: tensor<2x4x64xf32>, %arg8: tensor<2x4x64xf32>) {
  %output, %last_cell, %last_normalizer, %last_stabilizer, %last_hidden = fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 state %arg5, %arg6, %arg7, %arg8 forget(exponential) {layer = 3 : i64} : (tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<2x?x4x64xf32>, tensor<4x4x64x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>) -> (tensor<2x?x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>, tensor<2x4x64xf32>)
  return
}
func.func @slstm_defaults(%arg0: tensor<0x1x3xf64>, %arg1: tensor<0x1x3xf64>, %arg2: tensor<0x1x3xf64>, %arg3: tensor<0x1x3xf64>, %arg4: tensor<4x1x3x3xf64>) {
  %output, %last_cell, %last_normalizer, %last_stabilizer, %last_hidden = fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<0x1x3xf64>, tensor<4x1x3x3xf64>) -> (tensor<0x1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
  return
}
func.func @slstm_measures(%arg0: tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, %arg1: tensor<?x2x3xf32>, %arg2: tensor<?x2x3xf32>, %arg3: tensor<?x2x3xf32>, %arg4: tensor<4x2x3x3xf32>) {
  %output, %last_cell, %last_normalizer, %last_stabilizer, %last_hidden = fidelity.slstm %arg0, %arg1, %arg2, %arg3, %arg4 : (tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<?x2x3xf32>, tensor<4x2x3x3xf32>) -> (tensor<?x2x3xf32, #fidelity.tensor<dims = [T, Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>, tensor<2x3xf32, #fidelity.tensor<dims = [Head, D]>>)
  return
}
