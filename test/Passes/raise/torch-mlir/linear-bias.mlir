// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/linear-bias.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/linear-bias.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/linear-bias.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/linear-bias.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/linear-bias.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.add{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1) -> (d1)>
#map1 = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<?x5xf32>) -> tensor<?x4xf32> {
    %true = arith.constant true
    %c0_i64 = arith.constant 0 : i64
    %c0 = arith.constant 0 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense_resource<torch_tensor_4_torch.float32> : tensor<4xf32>
    %cst_1 = arith.constant dense_resource<torch_tensor_4_5_torch.float32> : tensor<4x5xf32>
    %dim = tensor.dim %arg0, %c0 : tensor<?x5xf32>
    %0 = arith.index_cast %dim : index to i64
    %1 = tensor.empty() : tensor<5x4xf32>
    %transposed = linalg.transpose ins(%cst_1 : tensor<4x5xf32>) outs(%1 : tensor<5x4xf32>) permutation = [1, 0] 
    %2 = tensor.empty(%dim) : tensor<?x4xf32>
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %4 = linalg.matmul ins(%arg0, %transposed : tensor<?x5xf32>, tensor<5x4xf32>) outs(%3 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %5 = arith.cmpi sge, %0, %c0_i64 : i64
    cf.assert %5, "negative values not allowed in new dimensions"
    %6 = tensor.empty(%dim) : tensor<?x4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst_0 : tensor<4xf32>) outs(%6 : tensor<?x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<?x4xf32>
    cf.assert %true, "mismatched size for broadcast"
    %8 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<?x4xf32>, tensor<?x4xf32>) outs(%2 : tensor<?x4xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %9 = arith.addf %in, %in_2 : f32
      linalg.yield %9 : f32
    } -> tensor<?x4xf32>
    return %8 : tensor<?x4xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_4_torch.float32: "0x040000008755263E0023BE3EB47DBCBDED57AB3E",
      torch_tensor_4_5_torch.float32: "0x04000000000000BF000000000000003F0000003F000000BF000080BE00000000000080BE0000803E000080BE00000000000000C0000000000000004000000040000000000000803F000080BF0000000000000000"
    }
  }
#-}
