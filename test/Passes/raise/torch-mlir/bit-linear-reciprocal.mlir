// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/bit-linear-reciprocal.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise=allow-reciprocal --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise=allow-reciprocal | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy --output %t.reference1.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/bit-linear-reciprocal.out0.npy %{tolerance}
// RUN: fidelity compare %t.reference1.npy %S/Inputs/bit-linear-reciprocal.out1.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy --output %t.compiled1.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/bit-linear-reciprocal.out0.npy %{tolerance}
// RUN: fidelity compare %t.compiled1.npy %S/Inputs/bit-linear-reciprocal.out1.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy --output %t.raised-reference1.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/bit-linear-reciprocal.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference1.npy %S/Inputs/bit-linear-reciprocal.out1.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy --output %t.raised-compiled1.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/bit-linear-reciprocal.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled1.npy %S/Inputs/bit-linear-reciprocal.out1.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.rms_norm{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.quantize_activations{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.multiply{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.ternary_linear{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.multiply{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0, 0)>
#map2 = affine_map<(d0, d1) -> (d1)>
#map3 = affine_map<(d0, d1) -> (d0)>
module {
  func.func @main(%arg0: tensor<3x8xf32>) -> (tensor<3x5xf32>, tensor<3x4xf32>) {
    %c2_i64 = arith.constant 2 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %c0_i64 = arith.constant 0 : i64
    %cst_0 = arith.constant 0xFF800000 : f32
    %cst_1 = arith.constant 1.000000e+00 : f32
    %cst_2 = arith.constant dense_resource<torch_tensor_4_8_torch.float32> : tensor<4x8xf32>
    %cst_3 = arith.constant dense_resource<torch_tensor_5_8_torch.float32> : tensor<5x8xf32>
    %cst_4 = arith.constant 1.000000e-05 : f64
    %cst_5 = arith.constant dense_resource<torch_tensor_8_torch.float32> : tensor<8xf32>
    %cst_6 = arith.constant 9.9999999999999995E-7 : f64
    %cst_7 = arith.constant 8.000000e+00 : f32
    %cst_8 = arith.constant 1.270000e+02 : f32
    %cst_9 = arith.constant -1.280000e+02 : f32
    %0 = tensor.empty() : tensor<3x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<3x8xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %2 = tensor.empty() : tensor<3x1xf32>
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<3x1xf32>) -> tensor<3x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<3x8xf32>) outs(%3 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.addf %in, %out : f32
      linalg.yield %31 : f32
    } -> tensor<3x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<3x1xf32>) outs(%2 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.divf %in, %cst_7 : f32
      linalg.yield %31 : f32
    } -> tensor<3x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%5 : tensor<3x1xf32>) outs(%2 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.truncf %cst_6 : f64 to f32
      %32 = arith.addf %in, %31 : f32
      linalg.yield %32 : f32
    } -> tensor<3x1xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<3x1xf32>) outs(%2 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = math.rsqrt %in : f32
      linalg.yield %31 : f32
    } -> tensor<3x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %7 : tensor<3x8xf32>, tensor<3x1xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %31 = arith.mulf %in, %in_11 : f32
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%cst_5, %8 : tensor<8xf32>, tensor<3x8xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %31 = arith.mulf %in, %in_11 : f32
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<3x8xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = math.absf %in : f32
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %11 = tensor.empty() : tensor<3xi64>
    %12 = linalg.fill ins(%c0_i64 : i64) outs(%11 : tensor<3xi64>) -> tensor<3xi64>
    %13 = tensor.empty() : tensor<3xf32>
    %14 = linalg.fill ins(%cst_0 : f32) outs(%13 : tensor<3xf32>) -> tensor<3xf32>
    %15:2 = linalg.generic {indexing_maps = [#map, #map3, #map3], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<3x8xf32>) outs(%14, %12 : tensor<3xf32>, tensor<3xi64>) {
    ^bb0(%in: f32, %out: f32, %out_11: i64):
      %31 = linalg.index 1 : index
      %32 = arith.index_cast %31 : index to i64
      %33 = arith.maximumf %in, %out : f32
      %34 = arith.cmpf ogt, %in, %out : f32
      %35 = arith.select %34, %32, %out_11 : i64
      linalg.yield %33, %35 : f32, i64
    } -> (tensor<3xf32>, tensor<3xi64>)
    %expanded = tensor.expand_shape %15#0 [[0, 1]] output_shape [3, 1] : tensor<3xf32> into tensor<3x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded : tensor<3x1xf32>) outs(%2 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.truncf %cst_4 : f64 to f32
      %32 = arith.cmpf ult, %in, %31 : f32
      %33 = arith.select %32, %31, %in : f32
      linalg.yield %33 : f32
    } -> tensor<3x1xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%16 : tensor<3x1xf32>) outs(%2 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.cmpf one, %in, %cst : f32
      cf.assert %31, "unimplemented: tensor with zero element"
      %32 = arith.divf %cst_1, %in : f32
      linalg.yield %32 : f32
    } -> tensor<3x1xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%17 : tensor<3x1xf32>) outs(%2 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.mulf %in, %cst_8 : f32
      linalg.yield %31 : f32
    } -> tensor<3x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%9, %18 : tensor<3x8xf32>, tensor<3x1xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %31 = arith.mulf %in, %in_11 : f32
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<3x8xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = math.roundeven %in : f32
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%20 : tensor<3x8xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %31 = arith.cmpf ult, %in, %cst_9 : f32
      %32 = arith.select %31, %cst_9, %in : f32
      %33 = arith.cmpf ugt, %32, %cst_8 : f32
      %34 = arith.select %33, %cst_8, %32 : f32
      linalg.yield %34 : f32
    } -> tensor<3x8xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%21, %18 : tensor<3x8xf32>, tensor<3x1xf32>) outs(%0 : tensor<3x8xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %31 = arith.divf %in, %in_11 : f32
      linalg.yield %31 : f32
    } -> tensor<3x8xf32>
    %23 = tensor.empty() : tensor<8x5xf32>
    %transposed = linalg.transpose ins(%cst_3 : tensor<5x8xf32>) outs(%23 : tensor<8x5xf32>) permutation = [1, 0] 
    %24 = tensor.empty() : tensor<3x5xf32>
    %25 = linalg.fill ins(%cst : f32) outs(%24 : tensor<3x5xf32>) -> tensor<3x5xf32>
    %26 = linalg.matmul ins(%22, %transposed : tensor<3x8xf32>, tensor<8x5xf32>) outs(%25 : tensor<3x5xf32>) -> tensor<3x5xf32>
    %27 = tensor.empty() : tensor<8x4xf32>
    %transposed_10 = linalg.transpose ins(%cst_2 : tensor<4x8xf32>) outs(%27 : tensor<8x4xf32>) permutation = [1, 0] 
    %28 = tensor.empty() : tensor<3x4xf32>
    %29 = linalg.fill ins(%cst : f32) outs(%28 : tensor<3x4xf32>) -> tensor<3x4xf32>
    %30 = linalg.matmul ins(%22, %transposed_10 : tensor<3x8xf32>, tensor<8x4xf32>) outs(%29 : tensor<3x4xf32>) -> tensor<3x4xf32>
    return %26, %30 : tensor<3x5xf32>, tensor<3x4xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_4_8_torch.float32: "0x04000000000000BF000000000000003F0000000000000000000000000000003F000000000000003F0000003F000000BF00000000000000BF00000000000000BF000000BF000000BF00000000000000BF0000003F0000000000000000000000BF00000000000000BF000000000000003F000000000000003F0000003F0000003F0000003F",
      torch_tensor_5_8_torch.float32: "0x040000000000C0BE000000000000C03E0000C03E00000000000000000000C0BE0000C0BE000000000000C03E00000000000000000000C03E000000000000C03E0000C03E0000C0BE000000000000C0BE0000C03E0000C0BE00000000000000000000C03E0000C03E0000C03E0000C03E000000000000C0BE0000C03E0000000000000000000000000000C03E00000000000000000000000000000000000000000000C03E",
      torch_tensor_8_torch.float32: "0x040000005C3FC53F503C96BE49710BC0B684113FA1D18ABF2D05B3BF7A83CE3EE588563F"
    }
  }
#-}
