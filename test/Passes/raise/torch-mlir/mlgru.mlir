// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/mlgru.in0.npy --input %S/Inputs/mlgru.in1.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy --output %t.reference1.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/mlgru.out0.npy %{tolerance}
// RUN: fidelity compare %t.reference1.npy %S/Inputs/mlgru.out1.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy --output %t.compiled1.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/mlgru.out0.npy %{tolerance}
// RUN: fidelity compare %t.compiled1.npy %S/Inputs/mlgru.out1.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy --output %t.raised-reference1.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/mlgru.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference1.npy %S/Inputs/mlgru.out1.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy --output %t.raised-compiled1.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/mlgru.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled1.npy %S/Inputs/mlgru.out1.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.sigmoid{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.multiply{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.subtract{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.swiglu{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.add{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.sigmoid{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.multiply{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> ()>
module {
  func.func @main(%arg0: tensor<3x6xf32>, %arg1: tensor<3x6xf32>) -> (tensor<3x6xf32>, tensor<3x6xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant dense_resource<torch_tensor_6_6_torch.float32_3> : tensor<6x6xf32>
    %cst_2 = arith.constant dense_resource<torch_tensor_6_6_torch.float32_2> : tensor<6x6xf32>
    %cst_3 = arith.constant dense_resource<torch_tensor_6_6_torch.float32_1> : tensor<6x6xf32>
    %cst_4 = arith.constant dense_resource<torch_tensor_6_6_torch.float32> : tensor<6x6xf32>
    %cst_5 = arith.constant dense<1> : tensor<i64>
    %0 = tensor.empty() : tensor<6x6xf32>
    %transposed = linalg.transpose ins(%cst_4 : tensor<6x6xf32>) outs(%0 : tensor<6x6xf32>) permutation = [1, 0] 
    %1 = tensor.empty() : tensor<3x6xf32>
    %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %3 = linalg.matmul ins(%arg0, %transposed : tensor<3x6xf32>, tensor<6x6xf32>) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.negf %in : f32
      %17 = math.exp %16 : f32
      %18 = arith.addf %17, %cst_0 : f32
      %19 = arith.divf %cst_0, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<3x6xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %arg1 : tensor<3x6xf32>, tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %16 = arith.mulf %in, %in_9 : f32
      linalg.yield %16 : f32
    } -> tensor<3x6xf32>
    %6 = linalg.generic {indexing_maps = [#map1, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%cst_5, %4 : tensor<i64>, tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: i64, %in_9: f32, %out: f32):
      %16 = arith.sitofp %in : i64 to f32
      %17 = arith.subf %16, %in_9 : f32
      linalg.yield %17 : f32
    } -> tensor<3x6xf32>
    %transposed_6 = linalg.transpose ins(%cst_3 : tensor<6x6xf32>) outs(%0 : tensor<6x6xf32>) permutation = [1, 0] 
    %7 = linalg.matmul ins(%arg0, %transposed_6 : tensor<3x6xf32>, tensor<6x6xf32>) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.negf %in : f32
      %17 = math.exp %16 : f32
      %18 = arith.addf %17, %cst_0 : f32
      %19 = arith.divf %cst_0, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<3x6xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%7, %8 : tensor<3x6xf32>, tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %16 = arith.mulf %in, %in_9 : f32
      linalg.yield %16 : f32
    } -> tensor<3x6xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%6, %9 : tensor<3x6xf32>, tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %16 = arith.mulf %in, %in_9 : f32
      linalg.yield %16 : f32
    } -> tensor<3x6xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%5, %10 : tensor<3x6xf32>, tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %16 = arith.addf %in, %in_9 : f32
      linalg.yield %16 : f32
    } -> tensor<3x6xf32>
    %transposed_7 = linalg.transpose ins(%cst_2 : tensor<6x6xf32>) outs(%0 : tensor<6x6xf32>) permutation = [1, 0] 
    %12 = linalg.matmul ins(%arg0, %transposed_7 : tensor<3x6xf32>, tensor<6x6xf32>) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%12 : tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.negf %in : f32
      %17 = math.exp %16 : f32
      %18 = arith.addf %17, %cst_0 : f32
      %19 = arith.divf %cst_0, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<3x6xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%13, %11 : tensor<3x6xf32>, tensor<3x6xf32>) outs(%1 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %16 = arith.mulf %in, %in_9 : f32
      linalg.yield %16 : f32
    } -> tensor<3x6xf32>
    %transposed_8 = linalg.transpose ins(%cst_1 : tensor<6x6xf32>) outs(%0 : tensor<6x6xf32>) permutation = [1, 0] 
    %15 = linalg.matmul ins(%14, %transposed_8 : tensor<3x6xf32>, tensor<6x6xf32>) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
    return %15, %11 : tensor<3x6xf32>, tensor<3x6xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_6_6_torch.float32_3: "0x04000000000000BE000000000000003E0000000000000000000000BE0000003E0000003E000000BE000000BE00000000000000BE000000000000000000000000000000000000003E000000000000003E000000BE0000003E00000000000000000000003E000000000000003E000000BE0000000000000000000000BE0000003E0000003E0000003E0000003E000000BE00000000",
      torch_tensor_6_6_torch.float32_2: "0x04000000000040BF000000000000403F000040BF000040BF0000403F0000403F0000403F0000403F000040BF0000403F0000403F000040BF000040BF0000403F000000000000403F00000000000040BF0000403F000000000000403F000040BF00000000000040BF0000403F0000403F0000403F0000403F000040BF0000403F0000403F00000000000040BF000040BF000040BF",
      torch_tensor_6_6_torch.float32_1: "0x04000000000080BE000000000000803E000000000000803E0000803E00000000000080BE00000000000080BE00000000000080BE000080BE000000000000000000000000000000000000803E00000000000000000000000000000000000000000000000000000000000000000000803E000000000000803E0000803E000080BE00000000000080BE00000000000080BE000080BE",
      torch_tensor_6_6_torch.float32: "0x04000000000000BF000000000000003F000000000000003F000000BF0000000000000000000000000000003F00000000000000000000003F00000000000000000000003F0000003F000000000000003F0000003F0000003F000000000000003F0000003F0000000000000000000000BF000000BF000000000000003F00000000000000000000003F000000000000003F0000003F"
    }
  }
#-}
