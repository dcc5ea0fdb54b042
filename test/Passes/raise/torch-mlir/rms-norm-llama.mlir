// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/rms-norm-llama.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/rms-norm-llama.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/rms-norm-llama.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/rms-norm-llama.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/rms-norm-llama.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.rms_norm{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
module {
  func.func @main(%arg0: tensor<?x3x7xf32>) -> tensor<?x3x7xf32> {
    %c2_i64 = arith.constant 2 : i64
    %c0 = arith.constant 0 : index
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense_resource<torch_tensor_7_torch.float32> : tensor<7xf32>
    %cst_1 = arith.constant 9.9999999999999995E-7 : f64
    %cst_2 = arith.constant 7.000000e+00 : f32
    %dim = tensor.dim %arg0, %c0 : tensor<?x3x7xf32>
    %0 = tensor.empty(%dim) : tensor<?x3x7xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<?x3x7xf32>) outs(%0 : tensor<?x3x7xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %10 : f32
    } -> tensor<?x3x7xf32>
    %2 = tensor.empty(%dim) : tensor<?x3x1xf32>
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<?x3x1xf32>) -> tensor<?x3x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<?x3x7xf32>) outs(%3 : tensor<?x3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = arith.addf %in, %out : f32
      linalg.yield %10 : f32
    } -> tensor<?x3x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4 : tensor<?x3x1xf32>) outs(%2 : tensor<?x3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = arith.divf %in, %cst_2 : f32
      linalg.yield %10 : f32
    } -> tensor<?x3x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<?x3x1xf32>) outs(%2 : tensor<?x3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = arith.truncf %cst_1 : f64 to f32
      %11 = arith.addf %in, %10 : f32
      linalg.yield %11 : f32
    } -> tensor<?x3x1xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6 : tensor<?x3x1xf32>) outs(%2 : tensor<?x3x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = math.rsqrt %in : f32
      linalg.yield %10 : f32
    } -> tensor<?x3x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %7 : tensor<?x3x7xf32>, tensor<?x3x1xf32>) outs(%0 : tensor<?x3x7xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %10 = arith.mulf %in, %in_3 : f32
      linalg.yield %10 : f32
    } -> tensor<?x3x7xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_0, %8 : tensor<7xf32>, tensor<?x3x7xf32>) outs(%0 : tensor<?x3x7xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %10 = arith.mulf %in, %in_3 : f32
      linalg.yield %10 : f32
    } -> tensor<?x3x7xf32>
    return %9 : tensor<?x3x7xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_7_torch.float32: "0x040000005C3FC53F503C96BE49710BC0B684113FA1D18ABF2D05B3BF7A83CE3E"
    }
  }
#-}
