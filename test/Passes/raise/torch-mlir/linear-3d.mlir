// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/linear-3d.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity-opt %s -lower-affine -o %t.before.mlir
// RUN: fidelity-opt %t.mlir -lower-affine -o %t.after.mlir
// RUN: fidelity run --reference %t.before.mlir %{inputs} --output %t.reference0.npy --output %t.reference1.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/linear-3d.out0.npy %{tolerance}
// RUN: fidelity compare %t.reference1.npy %S/Inputs/linear-3d.out1.npy %{tolerance}
// RUN: fidelity run %t.before.mlir %{inputs} --output %t.compiled0.npy --output %t.compiled1.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/linear-3d.out0.npy %{tolerance}
// RUN: fidelity compare %t.compiled1.npy %S/Inputs/linear-3d.out1.npy %{tolerance}
// RUN: fidelity run --reference %t.after.mlir %{inputs} --output %t.raised-reference0.npy --output %t.raised-reference1.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/linear-3d.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference1.npy %S/Inputs/linear-3d.out1.npy %{tolerance}
// RUN: fidelity run %t.after.mlir %{inputs} --output %t.raised-compiled0.npy --output %t.raised-compiled1.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/linear-3d.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled1.npy %S/Inputs/linear-3d.out1.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<()[s0] -> (s0 * 3)>
module {
  func.func @main(%arg0: tensor<?x3x6xf32>) -> (tensor<?x3x4xf32>, tensor<?x3x5xf32>) {
    %c3 = arith.constant 3 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense_resource<torch_tensor_5_6_torch.float32> : tensor<5x6xf32>
    %cst_1 = arith.constant dense_resource<torch_tensor_4_6_torch.float32> : tensor<4x6xf32>
    %c0 = arith.constant 0 : index
    %0 = tensor.empty() : tensor<6x4xf32>
    %transposed = linalg.transpose ins(%cst_1 : tensor<4x6xf32>) outs(%0 : tensor<6x4xf32>) permutation = [1, 0] 
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2]] : tensor<?x3x6xf32> into tensor<?x6xf32>
    %dim = tensor.dim %arg0, %c0 : tensor<?x3x6xf32>
    %1 = affine.apply #map()[%dim]
    %2 = tensor.empty(%1) : tensor<?x4xf32>
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %4 = linalg.matmul ins(%collapsed, %transposed : tensor<?x6xf32>, tensor<6x4xf32>) outs(%3 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %5 = arith.divsi %1, %c3 : index
    %expanded = tensor.expand_shape %4 [[0, 1], [2]] output_shape [%5, 3, 4] : tensor<?x4xf32> into tensor<?x3x4xf32>
    %6 = tensor.empty() : tensor<6x5xf32>
    %transposed_2 = linalg.transpose ins(%cst_0 : tensor<5x6xf32>) outs(%6 : tensor<6x5xf32>) permutation = [1, 0] 
    %7 = tensor.empty(%1) : tensor<?x5xf32>
    %8 = linalg.fill ins(%cst : f32) outs(%7 : tensor<?x5xf32>) -> tensor<?x5xf32>
    %9 = linalg.matmul ins(%collapsed, %transposed_2 : tensor<?x6xf32>, tensor<6x5xf32>) outs(%8 : tensor<?x5xf32>) -> tensor<?x5xf32>
    %expanded_3 = tensor.expand_shape %9 [[0, 1], [2]] output_shape [%5, 3, 5] : tensor<?x5xf32> into tensor<?x3x5xf32>
    return %expanded, %expanded_3 : tensor<?x3x4xf32>, tensor<?x3x5xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_5_6_torch.float32: "0x04000000000040BF000000000000403F0000403F0000403F00000000000040BF0000403F0000000000000000000000000000403F00000000000000000000000000000000000000000000403F00000000000000000000403F000000000000403F000040BF00000000000040BF0000403F000040BF000040BF0000403F",
      torch_tensor_4_6_torch.float32: "0x04000000000080BE000000000000803E0000803E000080BE000080BE00000000000080BE0000803E000080BE00000000000080BE000000000000803E0000803E000000000000803E000080BE0000000000000000000000000000803E0000000000000000"
    }
  }
#-}
