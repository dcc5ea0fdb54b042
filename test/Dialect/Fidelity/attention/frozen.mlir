// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// Bytecode of version 0.1 reads as this text. The file was made by
//   fidelity-opt test/Dialect/Fidelity/attention/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

module {
  func.func @linear(%arg0: tensor<2x4x?x8xf32>, %arg1: tensor<2x4x?x8xf32>, %arg2: tensor<2x4x?x16xf32>) -> tensor<2x4x?x16xf32> {
    %output, %last_state = fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) : (tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<2x4x?x16xf32>) -> (tensor<2x4x?x16xf32>, tensor<2x4x8x16xf32>)
    return %output : tensor<2x4x?x16xf32>
  }
  func.func @gated(%arg0: tensor<8x?x8xf16>, %arg1: tensor<4x?x8xf16>, %arg2: tensor<4x?x16xf16>, %arg3: tensor<4x?x8xf16>) -> tensor<8x?x16xf16> {
    %output, %last_state = fidelity.linear_attention %arg0, %arg1, %arg2 decay %arg3 update_rule(gated) : (tensor<8x?x8xf16>, tensor<4x?x8xf16>, tensor<4x?x16xf16>, tensor<4x?x8xf16>) -> (tensor<8x?x16xf16>, tensor<4x8x16xf16>)
    return %output : tensor<8x?x16xf16>
  }
  func.func @stretches(%arg0: tensor<2x4x?x8xf32>, %arg1: tensor<1x4x1x1xf64>) -> tensor<2x4x?x8xf32> {
    %output, %last_state = fidelity.linear_attention %arg0, %arg0, %arg0 decay %arg1 update_rule(gated) : (tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<2x4x?x8xf32>, tensor<1x4x1x1xf64>) -> (tensor<2x4x?x8xf32>, tensor<2x4x8x8xf32>)
    return %output : tensor<2x4x?x8xf32>
  }
  func.func @delta(%arg0: tensor<?x?x?x?xbf16>, %arg1: tensor<?x?x?x?xbf16>, %arg2: tensor<?x?x?x?xbf16>, %arg3: tensor<?x1x?xbf16>, %arg4: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
    %output, %last_state = fidelity.linear_attention %arg0, %arg1, %arg2 beta %arg3 state %arg4 update_rule(delta) {causal = false, scale = 2.500000e-01 : f64} : (tensor<?x?x?x?xbf16>, tensor<?x?x?x?xbf16>, tensor<?x?x?x?xbf16>, tensor<?x1x?xbf16>, tensor<?x?x?x?xf32>) -> (tensor<?x?x?x?xbf16>, tensor<?x?x?x?xf32>)
    return %last_state : tensor<?x?x?x?xf32>
  }
  func.func @gated_delta(%arg0: tensor<4x?x8xf64>, %arg1: tensor<4x?xf64>) -> tensor<4x?x8xf64> {
    %output, %last_state = fidelity.linear_attention %arg0, %arg0, %arg0 decay %arg1 beta %arg1 update_rule(gated_delta) {layer = 3 : i64} : (tensor<4x?x8xf64>, tensor<4x?x8xf64>, tensor<4x?x8xf64>, tensor<4x?xf64>, tensor<4x?xf64>) -> (tensor<4x?x8xf64>, tensor<4x8x8xf64>)
    return %output : tensor<4x?x8xf64>
  }
  func.func @normalized(%arg0: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
    %output, %last_state, %last_normalizer = fidelity.linear_attention %arg0, %arg0, %arg0 update_rule(linear) feature_map(elu_plus_one) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
    %output_0, %last_state_1, %last_normalizer_2 = fidelity.linear_attention %arg0, %arg0, %arg0 state %last_state, %last_normalizer update_rule(linear) feature_map(relu) {normalize} : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x8x8xf32>, tensor<4x8xf32>)
    return %output_0 : tensor<4x?x8xf32>
  }
  func.func @features(%arg0: tensor<4x?x8xf32>, %arg1: tensor<32x8xf32>, %arg2: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
    %output, %last_state = fidelity.linear_attention %arg0, %arg0, %arg0 state %arg2 features %arg1 update_rule(linear) feature_map(positive_random) : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<32x8xf32>) -> (tensor<4x?x8xf32>, tensor<4x32x8xf32>)
    return %output : tensor<4x?x8xf32>
  }
  func.func @measures(%arg0: tensor<8x?x8xf32, #fidelity.tensor<dims = [Hq, T, K], unit = "1/m">>, %arg1: tensor<4x?x8xf32, #fidelity.tensor<dims = [H, _, _], unit = "m">>, %arg2: tensor<4x?x16xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>, %arg3: tensor<4x?xf32, #fidelity.tensor<unit = "m^-2">>) {
    %output, %last_state = fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) : (tensor<8x?x8xf32, #fidelity.tensor<dims = [Hq, T, K], unit = "1/m">>, tensor<4x?x8xf32, #fidelity.tensor<dims = [H, _, _], unit = "m">>, tensor<4x?x16xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V*m">>)
    %output_0, %last_state_1 = fidelity.linear_attention %arg0, %arg1, %arg2 beta %arg3 update_rule(delta) : (tensor<8x?x8xf32, #fidelity.tensor<dims = [Hq, T, K], unit = "1/m">>, tensor<4x?x8xf32, #fidelity.tensor<dims = [H, _, _], unit = "m">>, tensor<4x?x16xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>, tensor<4x?xf32, #fidelity.tensor<unit = "m^-2">>) -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V*m^-2">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V/m">>)
    %output_2, %last_state_3, %last_normalizer = fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) feature_map(relu) {normalize} : (tensor<8x?x8xf32, #fidelity.tensor<dims = [Hq, T, K], unit = "1/m">>, tensor<4x?x8xf32, #fidelity.tensor<dims = [H, _, _], unit = "m">>, tensor<4x?x16xf32, #fidelity.tensor<dims = [_, _, V], unit = "V">>) -> (tensor<8x?x16xf32, #fidelity.tensor<dims = [Hq, T, V], unit = "V">>, tensor<4x8x16xf32, #fidelity.tensor<dims = [H, K, V], unit = "V*m">>, tensor<4x8xf32, #fidelity.tensor<dims = [H, K], unit = "m">>)
    return
  }
}

