// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/activations.in0.npy --input %S/Inputs/activations.in1.npy --input %S/Inputs/activations.in2.npy --input %S/Inputs/activations.in3.npy --input %S/Inputs/activations.in4.npy --input %S/Inputs/activations.in5.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: count 0 < %t.remarks
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy --output %t.reference1.npy --output %t.reference2.npy --output %t.reference3.npy --output %t.reference4.npy --output %t.reference5.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/activations.out0.npy %{tolerance}
// RUN: fidelity compare %t.reference1.npy %S/Inputs/activations.out1.npy %{tolerance}
// RUN: fidelity compare %t.reference2.npy %S/Inputs/activations.out2.npy %{tolerance}
// RUN: fidelity compare %t.reference3.npy %S/Inputs/activations.out3.npy %{tolerance}
// RUN: fidelity compare %t.reference4.npy %S/Inputs/activations.out4.npy %{tolerance}
// RUN: fidelity compare %t.reference5.npy %S/Inputs/activations.out5.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy --output %t.compiled1.npy --output %t.compiled2.npy --output %t.compiled3.npy --output %t.compiled4.npy --output %t.compiled5.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/activations.out0.npy %{tolerance}
// RUN: fidelity compare %t.compiled1.npy %S/Inputs/activations.out1.npy %{tolerance}
// RUN: fidelity compare %t.compiled2.npy %S/Inputs/activations.out2.npy %{tolerance}
// RUN: fidelity compare %t.compiled3.npy %S/Inputs/activations.out3.npy %{tolerance}
// RUN: fidelity compare %t.compiled4.npy %S/Inputs/activations.out4.npy %{tolerance}
// RUN: fidelity compare %t.compiled5.npy %S/Inputs/activations.out5.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy --output %t.raised-reference1.npy --output %t.raised-reference2.npy --output %t.raised-reference3.npy --output %t.raised-reference4.npy --output %t.raised-reference5.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/activations.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference1.npy %S/Inputs/activations.out1.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference2.npy %S/Inputs/activations.out2.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference3.npy %S/Inputs/activations.out3.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference4.npy %S/Inputs/activations.out4.npy %{tolerance}
// RUN: fidelity compare %t.raised-reference5.npy %S/Inputs/activations.out5.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy --output %t.raised-compiled1.npy --output %t.raised-compiled2.npy --output %t.raised-compiled3.npy --output %t.raised-compiled4.npy --output %t.raised-compiled5.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/activations.out0.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled1.npy %S/Inputs/activations.out1.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled2.npy %S/Inputs/activations.out2.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled3.npy %S/Inputs/activations.out3.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled4.npy %S/Inputs/activations.out4.npy %{tolerance}
// RUN: fidelity compare %t.raised-compiled5.npy %S/Inputs/activations.out5.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: fidelity.relu{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.squared_relu{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.gelu{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.softplus{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.elu_plus_one{{ }}
// CHECK-NOT: fidelity.
// CHECK: fidelity.exp{{ }}
// CHECK-NOT: fidelity.
// CHECK: return

#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> ()>
module {
  func.func @main(%arg0: tensor<3x5xf32>, %arg1: tensor<3x5xf32>, %arg2: tensor<3x5xf32>, %arg3: tensor<3x5xf32>, %arg4: tensor<3x5xf32>, %arg5: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>) {
    %c2_i64 = arith.constant 2 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant 5.000000e-01 : f32
    %cst_2 = arith.constant dense<0.000000e+00> : tensor<f32>
    %cst_3 = arith.constant 1.41421354 : f32
    %cst_4 = arith.constant 2.000000e+01 : f32
    %0 = tensor.empty() : tensor<3x5xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.cmpf ugt, %in, %cst : f32
      %18 = arith.select %17, %in, %cst : f32
      linalg.yield %18 : f32
    } -> tensor<3x5xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.cmpf ugt, %in, %cst : f32
      %18 = arith.select %17, %in, %cst : f32
      linalg.yield %18 : f32
    } -> tensor<3x5xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.fpowi %in, %c2_i64 : f32, i64
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.divf %in, %cst_3 : f32
      %18 = math.erf %17 : f32
      %19 = arith.addf %18, %cst_0 : f32
      %20 = arith.mulf %19, %cst_1 : f32
      %21 = arith.mulf %in, %20 : f32
      linalg.yield %21 : f32
    } -> tensor<3x5xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg3 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.exp %in : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%5 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.log1p %in : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %7 = tensor.empty() : tensor<3x5xi1>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg3 : tensor<3x5xf32>) outs(%7 : tensor<3x5xi1>) {
    ^bb0(%in: f32, %out: i1):
      %17 = arith.cmpf ogt, %in, %cst_4 : f32
      linalg.yield %17 : i1
    } -> tensor<3x5xi1>
    %9 = linalg.generic {indexing_maps = [#map, #map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %arg3, %6 : tensor<3x5xi1>, tensor<3x5xf32>, tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: i1, %in_5: f32, %in_6: f32, %out: f32):
      %17 = arith.select %in, %in_5, %in_6 : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %10 = linalg.generic {indexing_maps = [#map1, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%cst_2, %arg4 : tensor<f32>, tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %17 = arith.cmpf ogt, %in, %in_5 : f32
      %18 = arith.select %17, %in, %in_5 : f32
      linalg.yield %18 : f32
    } -> tensor<3x5xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%cst_2, %arg4 : tensor<f32>, tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %17 = arith.cmpf olt, %in, %in_5 : f32
      %18 = arith.select %17, %in, %in_5 : f32
      linalg.yield %18 : f32
    } -> tensor<3x5xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.exp %in : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%12 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.subf %in, %cst_0 : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%10, %13 : tensor<3x5xf32>, tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %17 = arith.addf %in, %in_5 : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%14 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.addf %in, %cst_0 : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg5 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.exp %in : f32
      linalg.yield %17 : f32
    } -> tensor<3x5xf32>
    return %1, %3, %4, %9, %15, %16 : tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>
  }
}
