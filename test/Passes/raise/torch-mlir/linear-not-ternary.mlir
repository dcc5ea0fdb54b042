// Made by emit.py.
// DEFINE: %{inputs} = --input %S/Inputs/linear-not-ternary.in0.npy
// DEFINE: %{tolerance} = --absolute 1e-06 --relative 1e-05
// RUN: fidelity-opt %s -fidelity-raise --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-raise | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=MISSED
// RUN: fidelity run --reference %s %{inputs} --output %t.reference0.npy
// RUN: fidelity compare %t.reference0.npy %S/Inputs/linear-not-ternary.out0.npy %{tolerance}
// RUN: fidelity run %s %{inputs} --output %t.compiled0.npy
// RUN: fidelity compare %t.compiled0.npy %S/Inputs/linear-not-ternary.out0.npy %{tolerance}
// RUN: fidelity run --reference %t.mlir %{inputs} --output %t.raised-reference0.npy
// RUN: fidelity compare %t.raised-reference0.npy %S/Inputs/linear-not-ternary.out0.npy %{tolerance}
// RUN: fidelity run %t.mlir %{inputs} --output %t.raised-compiled0.npy
// RUN: fidelity compare %t.raised-compiled0.npy %S/Inputs/linear-not-ternary.out0.npy %{tolerance}
// CHECK-LABEL: func.func @main(
// CHECK-NOT: fidelity.
// CHECK: return
// MISSED: [Missed] {{.*}} Remark="expected ternary weights, but row 3 has magnitudes 0.5 and 0.25"
// MISSED-NOT: [Missed]

module {
  func.func @main(%arg0: tensor<3x5xf32>) -> tensor<3x4xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant dense_resource<torch_tensor_4_5_torch.float32> : tensor<4x5xf32>
    %0 = tensor.empty() : tensor<5x4xf32>
    %transposed = linalg.transpose ins(%cst_0 : tensor<4x5xf32>) outs(%0 : tensor<5x4xf32>) permutation = [1, 0] 
    %1 = tensor.empty() : tensor<3x4xf32>
    %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<3x4xf32>) -> tensor<3x4xf32>
    %3 = linalg.matmul ins(%arg0, %transposed : tensor<3x5xf32>, tensor<5x4xf32>) outs(%2 : tensor<3x4xf32>) -> tensor<3x4xf32>
    return %3 : tensor<3x4xf32>
  }
}

{-#
  dialect_resources: {
    builtin: {
      torch_tensor_4_5_torch.float32: "0x04000000000000BF000000000000003F0000003F0000003F0000003F000000000000003F000000BF000000BF00000000000000BF0000003F000000BF000000000000003F000080BE0000003F0000003F00000000"
    }
  }
#-}
