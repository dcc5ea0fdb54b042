// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/causal-conv-left.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/causal-conv-left.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/causal-conv-left.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/causal-conv-left.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/causal-conv-left.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.causal_conv1d{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.silu{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
module {
  func.func @main(%arg0: tensor<2x3x6xf32>) -> tensor<2x3x6xf32> {
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant dense_resource<torch_tensor_3_torch.float32> : tensor<3xf32>
    %cst_1 = arith.constant dense_resource<torch_tensor_3_1_4_torch.float32> : tensor<3x1x4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %padded = tensor.pad %arg0 low[0, 0, 3] high[0, 0, 0] {
    ^bb0(%arg1: index, %arg2: index, %arg3: index):
      tensor.yield %cst_2 : f32
    } : tensor<2x3x6xf32> to tensor<2x3x9xf32>
    %expanded = tensor.expand_shape %padded [[0], [1], [2, 3]] output_shape [2, 3, 9, 1] : tensor<2x3x9xf32> into tensor<2x3x9x1xf32>
    %expanded_3 = tensor.expand_shape %cst_1 [[0], [1], [2, 3]] output_shape [3, 1, 4, 1] : tensor<3x1x4xf32> into tensor<3x1x4x1xf32>
    %0 = tensor.empty() : tensor<2x3x6x1xf32>
    %broadcasted = linalg.broadcast ins(%cst_0 : tensor<3xf32>) outs(%0 : tensor<2x3x6x1xf32>) dimensions = [0, 2, 3] 
    %collapsed = tensor.collapse_shape %expanded_3 [[0, 1], [2], [3]] : tensor<3x1x4x1xf32> into tensor<3x4x1xf32>
    %1 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%expanded, %collapsed : tensor<2x3x9x1xf32>, tensor<3x4x1xf32>) outs(%broadcasted : tensor<2x3x6x1xf32>) -> tensor<2x3x6x1xf32>
    %collapsed_4 = tensor.collapse_shape %1 [[0], [1], [2, 3]] : tensor<2x3x6x1xf32> into tensor<2x3x6xf32>
    %2 = tensor.empty() : tensor<2x3x6xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_4 : tensor<2x3x6xf32>) outs(%2 : tensor<2x3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %5 = arith.negf %in : f32
      %6 = math.exp %5 : f32
      %7 = arith.addf %6, %cst : f32
      %8 = arith.divf %cst, %7 : f32
      linalg.yield %8 : f32
    } -> tensor<2x3x6xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_4, %3 : tensor<2x3x6xf32>, tensor<2x3x6xf32>) outs(%2 : tensor<2x3x6xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %5 = arith.mulf %in, %in_5 : f32
      linalg.yield %5 : f32
    } -> tensor<2x3x6xf32>
    return %4 : tensor<2x3x6xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_3_torch.float32: "0x04000000B891F4BE528BA9BEE80E53BE",
      torch_tensor_3_1_4_torch.float32: "0x04000000005475BB5E54893E16B3D2BE8066BCBEF43245BEEC4B093E404F22BCCEFACA3E70BF35BD4C7B073EACBB1ABE7048C9BD"
    }
  }
#-}
