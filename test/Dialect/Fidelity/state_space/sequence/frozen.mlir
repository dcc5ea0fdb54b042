// RUN: fidelity-opt %s -o %t.now.mlir
// RUN: fidelity-opt %S/Inputs/frozen-0.1.mlirbc -o %t.then.mlir
// RUN: diff %t.now.mlir %t.then.mlir

// Bytecode of version 0.1 reads as this text. The file was made by
//   fidelity-opt test/Dialect/Fidelity/state_space/sequence/frozen.mlir -emit-bytecode -o FILE
// and is never made again.

module {
  func.func @ssm_discretize(%arg0: tensor<?x8xf16>, %arg1: tensor<8x16xf16>, %arg2: tensor<8x16xf16>) -> tensor<?x8x16xf16> {
    %discrete_A, %discrete_B = fidelity.ssm.discretize %arg0, %arg1, %arg2 : (tensor<?x8xf16>, tensor<8x16xf16>, tensor<8x16xf16>) -> (tensor<?x8x16xf16>, tensor<?x8x16xf16>)
    return %discrete_A : tensor<?x8x16xf16>
  }
  func.func @ssm_discretize_complex(%arg0: tensor<8xf64>, %arg1: tensor<8x16xf64>, %arg2: tensor<8x16xcomplex<f64>>, %arg3: tensor<8xbf16>, %arg4: tensor<8x16xcomplex<f32>>, %arg5: tensor<8x16xbf16>) {
    %discrete_A, %discrete_B = fidelity.ssm.discretize %arg0, %arg1, %arg2 method(euler) {layer} : (tensor<8xf64>, tensor<8x16xf64>, tensor<8x16xcomplex<f64>>) -> (tensor<8x16xcomplex<f64>>, tensor<8x16xcomplex<f64>>)
    %discrete_A_0, %discrete_B_1 = fidelity.ssm.discretize %arg3, %arg4, %arg5 method(bilinear) : (tensor<8xbf16>, tensor<8x16xcomplex<f32>>, tensor<8x16xbf16>) -> (tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>)
    return
  }
  func.func @ssm_scan(%arg0: tensor<2x?x8xf32>, %arg1: tensor<8x4xf32>, %arg2: tensor<8x4xf32>) -> tensor<2x?x8xf32> {
    %output, %last_state = fidelity.ssm.scan %arg0, %arg1, %arg2, %arg2 : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
    return %output : tensor<2x?x8xf32>
  }
  func.func @ssm_scan_selective(%arg0: tensor<2x?x8xf16>, %arg1: tensor<8x4xf16>, %arg2: tensor<2x?x4xf16>, %arg3: tensor<8xf16>, %arg4: tensor<2x8x4xf16>) -> tensor<2x?x8xf16> {
    %output, %last_state = fidelity.ssm.scan %arg0, %arg1, %arg2, %arg2 delta %arg0 skip %arg3 gate %arg0 state %arg4 {delta_softplus} : (tensor<2x?x8xf16>, tensor<8x4xf16>, tensor<2x?x4xf16>, tensor<2x?x4xf16>, tensor<2x?x8xf16>, tensor<8xf16>, tensor<2x?x8xf16>, tensor<2x8x4xf16>) -> (tensor<2x?x8xf16>, tensor<2x8x4xf16>)
    return %output : tensor<2x?x8xf16>
  }
  func.func @ssm_scan_complex(%arg0: tensor<2x?x8xbf16>, %arg1: tensor<8x4xcomplex<f32>>, %arg2: tensor<8x4xbf16>, %arg3: tensor<2x?x4xcomplex<f32>>, %arg4: tensor<2x8x4xcomplex<f32>>) {
    %output, %last_state = fidelity.ssm.scan %arg0, %arg1, %arg2, %arg2 delta %arg0 gate %arg0 : (tensor<2x?x8xbf16>, tensor<8x4xcomplex<f32>>, tensor<8x4xbf16>, tensor<8x4xbf16>, tensor<2x?x8xbf16>, tensor<2x?x8xbf16>) -> (tensor<2x?x8xbf16>, tensor<2x8x4xcomplex<f32>>)
    %output_0, %last_state_1 = fidelity.ssm.scan %arg0, %arg2, %arg3, %arg1 state %arg4 : (tensor<2x?x8xbf16>, tensor<8x4xbf16>, tensor<2x?x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>, tensor<2x8x4xcomplex<f32>>) -> (tensor<2x?x8xbf16>, tensor<2x8x4xcomplex<f32>>)
    %output_2, %last_state_3 = fidelity.ssm.scan %arg0, %arg2, %arg2, %arg3 : (tensor<2x?x8xbf16>, tensor<8x4xbf16>, tensor<8x4xbf16>, tensor<2x?x4xcomplex<f32>>) -> (tensor<2x?x8xbf16>, tensor<2x8x4xbf16>)
    return
  }
  func.func @ssm_ssd(%arg0: tensor<?x?x8x16xf64>, %arg1: tensor<?x?x8xf64>, %arg2: tensor<8xf64>, %arg3: tensor<?x?x2x4xf64>, %arg4: tensor<?x8x16x4xf64>) {
    %output, %last_state = fidelity.ssm.ssd %arg0, %arg1, %arg2, %arg3, %arg3 {layer = 1 : i64} : (tensor<?x?x8x16xf64>, tensor<?x?x8xf64>, tensor<8xf64>, tensor<?x?x2x4xf64>, tensor<?x?x2x4xf64>) -> (tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>)
    %output_0, %last_state_1 = fidelity.ssm.ssd %arg0, %arg1, %arg2, %arg3, %arg3 skip %arg2 gate %arg0 state %arg4 {delta_softplus} : (tensor<?x?x8x16xf64>, tensor<?x?x8xf64>, tensor<8xf64>, tensor<?x?x2x4xf64>, tensor<?x?x2x4xf64>, tensor<8xf64>, tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>) -> (tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>)
    return
  }
  func.func @ssm_convolution(%arg0: tensor<2x?x8xf32>, %arg1: tensor<8x4xf32>, %arg2: tensor<8x4xcomplex<f32>>, %arg3: tensor<8xf32>) {
    %0 = fidelity.ssm.convolution %arg0, %arg1, %arg1, %arg2 : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>) -> tensor<2x?x8xf32>
    %1 = fidelity.ssm.convolution %arg0, %arg2, %arg1, %arg2 skip %arg3 {layer} : (tensor<2x?x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>, tensor<8xf32>) -> tensor<2x?x8xf32>
    return
  }
}

