// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/swiglu.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/swiglu.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/swiglu.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/swiglu.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/swiglu.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.swiglu{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<?x6xf32>) -> tensor<?x6xf32> {
    %c0 = arith.constant 0 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant dense_resource<torch_tensor_6_9_torch.float32> : tensor<6x9xf32>
    %cst_2 = arith.constant dense_resource<torch_tensor_9_6_torch.float32_1> : tensor<9x6xf32>
    %cst_3 = arith.constant dense_resource<torch_tensor_9_6_torch.float32> : tensor<9x6xf32>
    %0 = tensor.empty() : tensor<6x9xf32>
    %transposed = linalg.transpose ins(%cst_3 : tensor<9x6xf32>) outs(%0 : tensor<6x9xf32>) permutation = [1, 0] 
    %dim = tensor.dim %arg0, %c0 : tensor<?x6xf32>
    %1 = tensor.empty(%dim) : tensor<?x9xf32>
    %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<?x9xf32>) -> tensor<?x9xf32>
    %3 = linalg.matmul ins(%arg0, %transposed : tensor<?x6xf32>, tensor<6x9xf32>) outs(%2 : tensor<?x9xf32>) -> tensor<?x9xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<?x9xf32>) outs(%1 : tensor<?x9xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.negf %in : f32
      %13 = math.exp %12 : f32
      %14 = arith.addf %13, %cst_0 : f32
      %15 = arith.divf %cst_0, %14 : f32
      linalg.yield %15 : f32
    } -> tensor<?x9xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%3, %4 : tensor<?x9xf32>, tensor<?x9xf32>) outs(%1 : tensor<?x9xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %12 = arith.mulf %in, %in_6 : f32
      linalg.yield %12 : f32
    } -> tensor<?x9xf32>
    %transposed_4 = linalg.transpose ins(%cst_2 : tensor<9x6xf32>) outs(%0 : tensor<6x9xf32>) permutation = [1, 0] 
    %6 = linalg.matmul ins(%arg0, %transposed_4 : tensor<?x6xf32>, tensor<6x9xf32>) outs(%2 : tensor<?x9xf32>) -> tensor<?x9xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%5, %6 : tensor<?x9xf32>, tensor<?x9xf32>) outs(%1 : tensor<?x9xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %12 = arith.mulf %in, %in_6 : f32
      linalg.yield %12 : f32
    } -> tensor<?x9xf32>
    %8 = tensor.empty() : tensor<9x6xf32>
    %transposed_5 = linalg.transpose ins(%cst_1 : tensor<6x9xf32>) outs(%8 : tensor<9x6xf32>) permutation = [1, 0] 
    %9 = tensor.empty(%dim) : tensor<?x6xf32>
    %10 = linalg.fill ins(%cst : f32) outs(%9 : tensor<?x6xf32>) -> tensor<?x6xf32>
    %11 = linalg.matmul ins(%7, %transposed_5 : tensor<?x9xf32>, tensor<9x6xf32>) outs(%10 : tensor<?x6xf32>) -> tensor<?x6xf32>
    return %11 : tensor<?x6xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_6_9_torch.float32: "0x04000000000000BE000000000000003E00000000000000000000003E000000000000003E000000BE0000000000000000000000BE0000003E0000003E0000003E0000003E000000BE0000000000000000000000BE0000003E000000BE000000BE00000000000000BE000000BE0000003E000000BE0000000000000000000000BE0000003E0000003E00000000000000BE000000BE0000003E000000BE0000003E0000003E0000003E00000000000000BE000000000000003E0000003E0000003E000000BE000000000000003E000000BE00000000000000BE000000BE",
      torch_tensor_9_6_torch.float32_1: "0x04000000000000BF000000000000003F000000BF000000BF000000BF0000000000000000000000BF000000000000003F000000BF000000BF000000BF000000000000003F0000000000000000000000BF000000BF000000BF000000BF000000BF0000003F0000003F0000003F0000003F000000BF0000003F0000003F000000BF000000BF0000003F000000000000003F00000000000000BF0000003F000000000000003F000000BF00000000000000BF0000003F0000003F0000003F0000003F000000BF0000003F0000003F00000000000000BF000000BF000000BF",
      torch_tensor_9_6_torch.float32: "0x04000000000080BE000000000000803E000000000000803E0000803E0000000000000000000080BE000080BE000000000000803E00000000000000000000803E000000000000803E0000803E000080BE00000000000080BE0000803E000080BE00000000000000000000803E0000803E0000803E0000803E00000000000080BE0000803E0000000000000000000000000000803E00000000000000000000000000000000000000000000803E00000000000000000000803E000000000000803E000080BE00000000000080BE0000803E000080BE000080BE0000803E"
    }
  }
#-}
