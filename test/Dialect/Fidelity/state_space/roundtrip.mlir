// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @ssm_state_update(
// CHECK: fidelity.ssm.state_update %arg0, %arg1, %arg2, %arg3 : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
func.func @ssm_state_update(%s: tensor<?xf32>, %x: tensor<f32>, %A: tensor<?xf32>, %B: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// A and B broadcast to the state: one per vector, one for all, one per element.
// CHECK-LABEL: func.func @ssm_state_update_broadcast(
// CHECK: fidelity.ssm.state_update %arg0, %arg1, %arg2, %arg3 : (tensor<2x8x16xbf16>, tensor<2x8xbf16>, tensor<8x1xbf16>, tensor<bf16>) -> tensor<2x8x16xbf16>
// CHECK: fidelity.ssm.state_update %0, %arg1, %arg4, %arg4 {step} : (tensor<2x8x16xbf16>, tensor<2x8xbf16>, tensor<2x8x16xbf16>, tensor<2x8x16xbf16>) -> tensor<2x8x16xbf16>
func.func @ssm_state_update_broadcast(%s: tensor<2x8x16xbf16>, %x: tensor<2x8xbf16>, %A: tensor<8x1xbf16>, %B: tensor<bf16>, %E: tensor<2x8x16xbf16>) -> tensor<2x8x16xbf16> {
  %0 = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<2x8x16xbf16>, tensor<2x8xbf16>, tensor<8x1xbf16>, tensor<bf16>) -> tensor<2x8x16xbf16>
  %1 = fidelity.ssm.state_update %0, %x, %E, %E {step} : (tensor<2x8x16xbf16>, tensor<2x8xbf16>, tensor<2x8x16xbf16>, tensor<2x8x16xbf16>) -> tensor<2x8x16xbf16>
  return %1 : tensor<2x8x16xbf16>
}

// CHECK-LABEL: func.func @ssm_output(
// CHECK: fidelity.ssm.output %arg0, %arg1 : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
func.func @ssm_output(%s: tensor<?xf32>, %C: tensor<?xf32>) -> tensor<f32> {
  %y = fidelity.ssm.output %s, %C : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %y : tensor<f32>
}

// CHECK-LABEL: func.func @ssm_output_skip(
// CHECK: fidelity.ssm.output %arg0, %arg1 skip %arg2, %arg3 {step} : (tensor<?x8x16xf64>, tensor<16xf64>, tensor<8xf64>, tensor<?x8xf64>) -> tensor<?x8xf64>
func.func @ssm_output_skip(%s: tensor<?x8x16xf64>, %C: tensor<16xf64>, %D: tensor<8xf64>, %x: tensor<?x8xf64>) -> tensor<?x8xf64> {
  %y = fidelity.ssm.output %s, %C skip %D, %x {step} : (tensor<?x8x16xf64>, tensor<16xf64>, tensor<8xf64>, tensor<?x8xf64>) -> tensor<?x8xf64>
  return %y : tensor<?x8xf64>
}
