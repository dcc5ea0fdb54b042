// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// Bytecode of version 0.1 reads as this text: every op with every operand and
// attribute, and every key of the encoding. It was made by
//   fidelity-opt test/Dialect/Fidelity/frozen.mlir -emit-bytecode -o FILE
// and is never made again. When the dialect changes, this text follows and the
// file stays; a new version adds a file of its own.

func.func private @keys(tensor<?x3xf32, #fidelity.tensor<dims = [Batch, In]>>, tensor<?x3xf32, #fidelity.tensor<unit = "m/s^2">>, tensor<2x8xi8, #fidelity.tensor<storage = packed2>>, tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], unit = "kg*m^2*s^-2", storage = packed2>>)
func.func private @defaults(tensor<4xf32, #fidelity.tensor<>>, tensor<4xf32, #fidelity.tensor<dims = [N]>>)
func.func private @names(tensor<2x?x3xf32, #fidelity.tensor<dims = [_, Time, _]>>, tensor<4x4xf32, #fidelity.tensor<dims = [N, N]>>, tensor<4xf32, #fidelity.tensor<dims = [dense]>>, tensor<4xf32, #fidelity.tensor<dims = ["two words"]>>)
func.func private @units(tensor<f32, #fidelity.tensor<unit = "1">>, tensor<f32, #fidelity.tensor<unit = "1/s">>, tensor<f32, #fidelity.tensor<unit = "m^2*kg/s^-3">>, tensor<f32, #fidelity.tensor<unit = "\C2\B5m">>)
func.func private @nested(tuple<tensor<2x8xi8, #fidelity.tensor<storage = packed2>>, i32>, (tensor<2x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?xf32, #fidelity.tensor<dims = [N]>>) attributes {layout = #fidelity.tensor<dims = [N], unit = "m">}
func.func @constants() {
  %cst = arith.constant dense<[[1, 0, -1, 1, 0], [0, 0, 1, -1, -1]]> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  %cst_0 = arith.constant dense<0> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  %cst_1 = arith.constant dense_resource<trits> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  return
}
func.func @operands(%arg0: tensor<?x8xf32, #fidelity.tensor<dims = [Batch, In], unit = "V">>, %arg1: tensor<2x8xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<2xf32, #fidelity.tensor<unit = "V">>) -> tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">> {
  %0 = fidelity.ternary_linear %arg0, %arg1 : (tensor<?x8xf32, #fidelity.tensor<dims = [Batch, In], unit = "V">>, tensor<2x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
  %1 = fidelity.add %0, %arg2 : (tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>, tensor<2xf32, #fidelity.tensor<unit = "V">>) -> tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
  %2 = fidelity.relu %1 : tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
  return %2 : tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
}
func.func @add(%arg0: tensor<?x8xf32>, %arg1: tensor<8xf32>) -> tensor<?x8xf32> {
  %0 = fidelity.add %arg0, %arg1 : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
func.func @add_broadcast(%arg0: tensor<4x1xf64>, %arg1: tensor<1x5xf64>, %arg2: tensor<f64>) -> tensor<4x5xf64> {
  %0 = fidelity.add %arg0, %arg1 : (tensor<4x1xf64>, tensor<1x5xf64>) -> tensor<4x5xf64>
  %1 = fidelity.add %arg2, %0 : (tensor<f64>, tensor<4x5xf64>) -> tensor<4x5xf64>
  return %1 : tensor<4x5xf64>
}
func.func @add_result_type(%arg0: tensor<?xf32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<?xf32>) {
  %0 = fidelity.add %arg0, %arg0 : (tensor<?xf32>, tensor<?xf32>) -> tensor<4xf32>
  %1 = fidelity.add %arg1, %arg1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<4xf32>, tensor<?xf32>
}
func.func @add_attributes(%arg0: tensor<2xf32>) -> tensor<2xf32> {
  %0 = fidelity.add %arg0, %arg0 {origin = "layer 3"} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
func.func @subtract(%arg0: tensor<f32>, %arg1: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.subtract %arg0, %arg1 : (tensor<f32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @multiply(%arg0: tensor<?x4xf16>, %arg1: tensor<?x4xf16>) -> tensor<?x4xf16> {
  %0 = fidelity.multiply %arg0, %arg1 : (tensor<?x4xf16>, tensor<?x4xf16>) -> tensor<?x4xf16>
  return %0 : tensor<?x4xf16>
}
func.func @sigmoid(%arg0: tensor<?x4xf16>) -> tensor<?x4xf16> {
  %0 = fidelity.sigmoid %arg0 : tensor<?x4xf16>
  return %0 : tensor<?x4xf16>
}
func.func @tanh(%arg0: tensor<?x4xbf16>) -> tensor<?x4xbf16> {
  %0 = fidelity.tanh %arg0 : tensor<?x4xbf16>
  return %0 : tensor<?x4xbf16>
}
func.func @silu(%arg0: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = fidelity.silu %arg0 : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func @relu(%arg0: tensor<?x4xf64>) -> tensor<?x4xf64> {
  %0 = fidelity.relu %arg0 : tensor<?x4xf64>
  return %0 : tensor<?x4xf64>
}
func.func @squared_relu(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = fidelity.squared_relu %arg0 : tensor<f32>
  return %0 : tensor<f32>
}
func.func @exp(%arg0: tensor<0xf32>) -> tensor<0xf32> {
  %0 = fidelity.exp %arg0 : tensor<0xf32>
  return %0 : tensor<0xf32>
}
func.func @softplus(%arg0: tensor<2x?x3xf32>) -> tensor<2x?x3xf32> {
  %0 = fidelity.softplus %arg0 : tensor<2x?x3xf32>
  return %0 : tensor<2x?x3xf32>
}
func.func @elu_plus_one(%arg0: tensor<3xf32>) -> tensor<3xf32> {
  %0 = fidelity.elu_plus_one %arg0 {origin = "q"} : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @gelu(%arg0: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = fidelity.gelu %arg0 : tensor<?x4xf32>
  %1 = fidelity.gelu %0 : tensor<?x4xf32>
  %2 = fidelity.gelu %1 approximation(tanh) {origin = "mlp"} : tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}
func.func @swiglu(%arg0: tensor<?x768xf32>, %arg1: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %0 = fidelity.swiglu %arg0, %arg1 : (tensor<?x768xf32>, tensor<?x768xf32>) -> tensor<?x768xf32>
  return %0 : tensor<?x768xf32>
}
func.func @rms_norm(%arg0: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %0 = fidelity.rms_norm %arg0 : (tensor<?x256xf32>) -> tensor<?x256xf32>
  return %0 : tensor<?x256xf32>
}
func.func @rms_norm_weight(%arg0: tensor<?x256xbf16>, %arg1: tensor<256xf32>) -> tensor<?x256xbf16> {
  %0 = fidelity.rms_norm %arg0 weight %arg1 : (tensor<?x256xbf16>, tensor<256xf32>) -> tensor<?x256xbf16>
  return %0 : tensor<?x256xbf16>
}
func.func @rms_norm_epsilon(%arg0: tensor<2x3x?xf64>, %arg1: tensor<?xf64>) -> tensor<2x3x?xf64> {
  %0 = fidelity.rms_norm %arg0 weight %arg1 {epsilon = 0.000000e+00 : f64} : (tensor<2x3x?xf64>, tensor<?xf64>) -> tensor<2x3x?xf64>
  %1 = fidelity.rms_norm %0 {epsilon = 1.000000e-08 : f64, origin = "attn"} : (tensor<2x3x?xf64>) -> tensor<2x3x?xf64>
  return %1 : tensor<2x3x?xf64>
}
func.func @mlgru(%arg0: tensor<?x256xf32>, %arg1: tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>) {
  %output, %last_state = fidelity.mlgru %arg0, %arg1 : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
  return %output, %last_state : tensor<?x256xf32>, tensor<256xf32>
}
func.func @mlgru_gate(%arg0: tensor<2x?x?xf16>, %arg1: tensor<2x?x?xf16>, %arg2: tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>) {
  %output, %last_state = fidelity.mlgru %arg0, %arg1 gate %arg2 : (tensor<2x?x?xf16>, tensor<2x?x?xf16>, tensor<2x?x?xf16>) -> (tensor<2x?x?xf16>, tensor<2x?xf16>)
  return %output, %last_state : tensor<2x?x?xf16>, tensor<2x?xf16>
}
func.func @mlgru_state(%arg0: tensor<0x4xf64>, %arg1: tensor<0x4xf64>, %arg2: tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>) {
  %output, %last_state = fidelity.mlgru %arg0, %arg1 state %arg2 : (tensor<0x4xf64>, tensor<0x4xf64>, tensor<4xf64>) -> (tensor<0x4xf64>, tensor<4xf64>)
  return %output, %last_state : tensor<0x4xf64>, tensor<4xf64>
}
func.func @mlgru_bound(%arg0: tensor<?x4xf32>, %arg1: tensor<?x4xf32>, %arg2: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %output, %last_state = fidelity.mlgru %arg0, %arg1 lower_bound %arg2 activation(tanh) : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %output, %last_state : tensor<?x4xf32>, tensor<4xf32>
}
func.func @mlgru_all(%arg0: tensor<?x4xf32>, %arg1: tensor<?x4xf32>, %arg2: tensor<?x4xf32>, %arg3: tensor<4xf32>, %arg4: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %output, %last_state = fidelity.mlgru %arg0, %arg1 gate %arg2 state %arg3 lower_bound %arg4 {layer = 3 : i64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %output, %last_state : tensor<?x4xf32>, tensor<4xf32>
}
func.func @ssm_state_update(%arg0: tensor<?xf32>, %arg1: tensor<f32>, %arg2: tensor<?xf32>, %arg3: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.ssm.state_update %arg0, %arg1, %arg2, %arg3 : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @ssm_state_update_broadcast(%arg0: tensor<2x8x16xbf16>, %arg1: tensor<2x8xbf16>, %arg2: tensor<8x1xbf16>, %arg3: tensor<bf16>, %arg4: tensor<2x8x16xbf16>) -> tensor<2x8x16xbf16> {
  %0 = fidelity.ssm.state_update %arg0, %arg1, %arg2, %arg3 : (tensor<2x8x16xbf16>, tensor<2x8xbf16>, tensor<8x1xbf16>, tensor<bf16>) -> tensor<2x8x16xbf16>
  %1 = fidelity.ssm.state_update %0, %arg1, %arg4, %arg4 {step} : (tensor<2x8x16xbf16>, tensor<2x8xbf16>, tensor<2x8x16xbf16>, tensor<2x8x16xbf16>) -> tensor<2x8x16xbf16>
  return %1 : tensor<2x8x16xbf16>
}
func.func @ssm_output(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>) -> tensor<f32> {
  %0 = fidelity.ssm.output %arg0, %arg1 : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func @ssm_output_skip(%arg0: tensor<?x8x16xf64>, %arg1: tensor<16xf64>, %arg2: tensor<8xf64>, %arg3: tensor<?x8xf64>) -> tensor<?x8xf64> {
  %0 = fidelity.ssm.output %arg0, %arg1 skip %arg2, %arg3 {step} : (tensor<?x8x16xf64>, tensor<16xf64>, tensor<8xf64>, tensor<?x8xf64>) -> tensor<?x8xf64>
  return %0 : tensor<?x8xf64>
}
func.func @zero_vector(%arg0: index) -> (tensor<?xf32>, tensor<4xbf16>) {
  %0 = fidelity.zero_vector %arg0 : tensor<?xf32>
  %1 = fidelity.zero_vector %arg0 {origin = "init"} : tensor<4xbf16>
  return %0, %1 : tensor<?xf32>, tensor<4xbf16>
}
func.func @ternary_linear(%arg0: tensor<?xf32>, %arg1: tensor<?x?xi8>) -> tensor<?xf32> {
  %0 = fidelity.ternary_linear %arg0, %arg1 : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @ternary_linear_scale(%arg0: tensor<2x?x256xf16>, %arg1: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<f32>, %arg3: tensor<64xf16>, %arg4: tensor<64x2xf32>) -> tensor<2x?x64xf16> {
  %0 = fidelity.ternary_linear %arg0, %arg1 scale %arg2 : (tensor<2x?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<2x?x64xf16>
  %1 = fidelity.ternary_linear %arg0, %arg1 scale %arg3 : (tensor<2x?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64xf16>) -> tensor<2x?x64xf16>
  %2 = fidelity.ternary_linear %arg0, %arg1 scale %arg4 : (tensor<2x?x256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64x2xf32>) -> tensor<2x?x64xf16>
  return %2 : tensor<2x?x64xf16>
}
func.func @ternary_linear_accumulator(%arg0: tensor<256xf32>, %arg1: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<f32>) -> tensor<64xf32> {
  %0 = fidelity.ternary_linear %arg0, %arg1 accumulator(f32) : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xf32>
  %1 = fidelity.ternary_linear %arg0, %arg1 accumulator(f64) : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xf32>
  %2 = fidelity.ternary_linear %arg0, %arg1 accumulator(f80) : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xf32>
  %3 = fidelity.ternary_linear %arg0, %arg1 scale %arg2 accumulator(f128) {layer = 1 : i64} : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<64xf32>
  return %3 : tensor<64xf32>
}
func.func @ternary_linear_quantized(%arg0: tensor<?x256xi8>, %arg1: tensor<64x256xi8>, %arg2: tensor<f64>) -> (tensor<?x64xi32>, tensor<?x64xf64>) {
  %0 = fidelity.ternary_linear %arg0, %arg1 : (tensor<?x256xi8>, tensor<64x256xi8>) -> tensor<?x64xi32>
  %1 = fidelity.ternary_linear %arg0, %arg1 scale %arg2 accumulator(i32) : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f64>) -> tensor<?x64xf64>
  return %0, %1 : tensor<?x64xi32>, tensor<?x64xf64>
}
func.func @ternary_accumulate(%arg0: tensor<?xf32>, %arg1: tensor<?x?xi8>, %arg2: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.ternary_accumulate %arg0, %arg1, %arg2 {matmul_free = true} : (tensor<?xf32>, tensor<?x?xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @ternary_accumulate_quantized(%arg0: tensor<3x256xi8>, %arg1: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<3x64xi32>) -> tensor<3x64xi32> {
  %0 = fidelity.ternary_accumulate %arg0, %arg1, %arg2 : (tensor<3x256xi8>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<3x64xi32>) -> tensor<3x64xi32>
  return %0 : tensor<3x64xi32>
}
func.func @ternary_accumulate_memrefs(%arg0: memref<?x8xf16>, %arg1: memref<4x8xi8>, %arg2: memref<?x4xf16, strided<[?, 1], offset: ?>>) {
  fidelity.ternary_accumulate %arg0, %arg1, %arg2 : (memref<?x8xf16>, memref<4x8xi8>, memref<?x4xf16, strided<[?, 1], offset: ?>>) -> ()
  return
}
func.func @ternarize(%arg0: tensor<64x256xf32>, %arg1: tensor<?x?xf64>) -> (tensor<64x256xi8>, tensor<f32>, tensor<?x?xi8>, tensor<f64>) {
  %trits, %scale = fidelity.ternarize %arg0 : (tensor<64x256xf32>) -> (tensor<64x256xi8>, tensor<f32>)
  %trits_0, %scale_1 = fidelity.ternarize %arg1 {epsilon = 1.000000e-09 : f64} : (tensor<?x?xf64>) -> (tensor<?x?xi8>, tensor<f64>)
  return %trits, %scale, %trits_0, %scale_1 : tensor<64x256xi8>, tensor<f32>, tensor<?x?xi8>, tensor<f64>
}
func.func @ternarize_row(%arg0: tensor<?x256xbf16>) -> (tensor<?x256xi8>, tensor<?xf32>) {
  %trits, %scale = fidelity.ternarize %arg0 granularity(row) : (tensor<?x256xbf16>) -> (tensor<?x256xi8>, tensor<?xf32>)
  return %trits, %scale : tensor<?x256xi8>, tensor<?xf32>
}
func.func @ternarize_group(%arg0: tensor<64x256xf16>) -> (tensor<64x256xi8>, tensor<64x2xf32>) {
  %trits, %scale = fidelity.ternarize %arg0 granularity(group) {group_size = 128 : i64} : (tensor<64x256xf16>) -> (tensor<64x256xi8>, tensor<64x2xf32>)
  return %trits, %scale : tensor<64x256xi8>, tensor<64x2xf32>
}
func.func @quantize_activations(%arg0: tensor<?x256xf32>, %arg1: tensor<8xf64>) -> (tensor<?x256xi8>, tensor<?x1xf32>, tensor<8xi8>, tensor<1xf64>) {
  %quantized, %inverse_scale = fidelity.quantize_activations %arg0 : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
  %quantized_0, %inverse_scale_1 = fidelity.quantize_activations %arg1 {origin = "x"} : (tensor<8xf64>) -> (tensor<8xi8>, tensor<1xf64>)
  return %quantized, %inverse_scale, %quantized_0, %inverse_scale_1 : tensor<?x256xi8>, tensor<?x1xf32>, tensor<8xi8>, tensor<1xf64>
}
func.func @bit_linear(%arg0: tensor<?x256xf32>, %arg1: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<f32>) -> tensor<?x64xf32> {
  %0 = fidelity.bit_linear %arg0, %arg1 scale %arg2 : (tensor<?x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
func.func @bit_linear_norm(%arg0: tensor<256xf16>, %arg1: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<64xf32>, %arg3: tensor<256xf32>) -> tensor<64xf16> {
  %0 = fidelity.bit_linear %arg0, %arg1 scale %arg2 norm %arg3 : (tensor<256xf16>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64xf32>, tensor<256xf32>) -> tensor<64xf16>
  return %0 : tensor<64xf16>
}
func.func @bit_linear_bias(%arg0: tensor<?x?xf64>, %arg1: tensor<?x?xi8>, %arg2: tensor<?x?xf64>, %arg3: tensor<?xf64>) -> tensor<?x?xf64> {
  %0 = fidelity.bit_linear %arg0, %arg1 scale %arg2 bias %arg3 {epsilon = 0.000000e+00 : f64} : (tensor<?x?xf64>, tensor<?x?xi8>, tensor<?x?xf64>, tensor<?xf64>) -> tensor<?x?xf64>
  return %0 : tensor<?x?xf64>
}
func.func @bit_linear_all(%arg0: tensor<256xf32>, %arg1: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, %arg2: tensor<64x4xf32>, %arg3: tensor<256xf32>, %arg4: tensor<64xf32>) -> tensor<64xf32> {
  %0 = fidelity.bit_linear %arg0, %arg1 scale %arg2 norm %arg3 bias %arg4 {epsilon = 1.000000e-08 : f64} : (tensor<256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<64x4xf32>, tensor<256xf32>, tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}
func.func @pack(%arg0: tensor<64x256xi8>) -> tensor<64x256xi8, #fidelity.tensor<storage = packed2>> {
  %0 = fidelity.pack %arg0 to packed2 : (tensor<64x256xi8>) -> tensor<64x256xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<64x256xi8, #fidelity.tensor<storage = packed2>>
}
func.func @pack_names(%arg0: tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In]>>) -> tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>> {
  %0 = fidelity.pack %arg0 to packed2 {step} : (tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In]>>) -> tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>>
  return %0 : tensor<?x3x5xi8, #fidelity.tensor<dims = [E, Out, In], storage = packed2>>
}
func.func @unpack(%arg0: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64x256xi8> {
  %0 = fidelity.unpack %arg0 {step} : (tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64x256xi8>
  return %0 : tensor<64x256xi8>
}

{-#
  dialect_resources: {
    builtin: {
      trits: "0x0800000046004A02"
    }
  }
#-}
