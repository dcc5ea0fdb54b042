// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/gelu-tanh.in0.npy
// DEFINE: %{tolerance} = --absolute 0.0001 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=MISSED
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/gelu-tanh.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/gelu-tanh.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/gelu-tanh.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/gelu-tanh.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: return
// MISSED: [Missed] {{.*}} Remark="expected √(2/π) = 0.7978846 in gelu by tanh, but got 0.7977240085601807"
// MISSED-NOT: [Missed]

#map = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<3x5xf32>) -> tensor<3x5xf32> {
    %c3_i64 = arith.constant 3 : i64
    %cst = arith.constant 4.471500e-02 : f32
    %cst_0 = arith.constant 7.977240e-01 : f32
    %cst_1 = arith.constant 1.000000e+00 : f32
    %cst_2 = arith.constant 5.000000e-01 : f32
    %0 = tensor.empty() : tensor<3x5xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<3x5xf32>) outs(%0 : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %2 = math.fpowi %in, %c3_i64 : f32, i64
      %3 = arith.mulf %2, %cst : f32
      %4 = arith.addf %in, %3 : f32
      %5 = arith.mulf %4, %cst_0 : f32
      %6 = math.tanh %5 : f32
      %7 = arith.addf %6, %cst_1 : f32
      %8 = arith.mulf %7, %cst_2 : f32
      %9 = arith.mulf %in, %8 : f32
      linalg.yield %9 : f32
    } -> tensor<3x5xf32>
    return %1 : tensor<3x5xf32>
  }
}
