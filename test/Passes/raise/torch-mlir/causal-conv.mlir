// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/causal-conv.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/causal-conv.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/causal-conv.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/causal-conv.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/causal-conv.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.causal_conv1d{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

module {
  func.func @main(%arg0: tensor<2x3x6xf32>) -> tensor<2x3x6xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense_resource<torch_tensor_3_1_4_torch.float32> : tensor<3x1x4xf32>
    %cst_1 = arith.constant dense_resource<torch_tensor_3_torch.float32> : tensor<3xf32>
    %expanded = tensor.expand_shape %arg0 [[0], [1], [2, 3]] output_shape [2, 3, 6, 1] : tensor<2x3x6xf32> into tensor<2x3x6x1xf32>
    %expanded_2 = tensor.expand_shape %cst_0 [[0], [1], [2, 3]] output_shape [3, 1, 4, 1] : tensor<3x1x4xf32> into tensor<3x1x4x1xf32>
    %padded = tensor.pad %expanded low[0, 0, 3, 0] high[0, 0, 3, 0] {
    ^bb0(%arg1: index, %arg2: index, %arg3: index, %arg4: index):
      tensor.yield %cst : f32
    } : tensor<2x3x6x1xf32> to tensor<2x3x12x1xf32>
    %0 = tensor.empty() : tensor<2x3x9x1xf32>
    %broadcasted = linalg.broadcast ins(%cst_1 : tensor<3xf32>) outs(%0 : tensor<2x3x9x1xf32>) dimensions = [0, 2, 3] 
    %collapsed = tensor.collapse_shape %expanded_2 [[0, 1], [2], [3]] : tensor<3x1x4x1xf32> into tensor<3x4x1xf32>
    %1 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>} ins(%padded, %collapsed : tensor<2x3x12x1xf32>, tensor<3x4x1xf32>) outs(%broadcasted : tensor<2x3x9x1xf32>) -> tensor<2x3x9x1xf32>
    %collapsed_3 = tensor.collapse_shape %1 [[0], [1], [2, 3]] : tensor<2x3x9x1xf32> into tensor<2x3x9xf32>
    %extracted_slice = tensor.extract_slice %collapsed_3[0, 0, 0] [2, 3, 6] [1, 1, 1] : tensor<2x3x9xf32> to tensor<2x3x6xf32>
    return %extracted_slice : tensor<2x3x6xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_3_1_4_torch.float32: "0x04000000005475BB5E54893E16B3D2BE8066BCBEF43245BEEC4B093E404F22BCCEFACA3E70BF35BD4C7B073EACBB1ABE7048C9BD",
      torch_tensor_3_torch.float32: "0x04000000B891F4BE528BA9BEE80E53BE"
    }
  }
#-}
