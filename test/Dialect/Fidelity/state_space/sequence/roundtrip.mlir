// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// The default method is not written.
// CHECK-LABEL: func.func @ssm_discretize(
// CHECK: fidelity.ssm.discretize %arg0, %arg1, %arg2 : (tensor<?x8xf16>, tensor<8x16xf16>, tensor<8x16xf16>) -> (tensor<?x8x16xf16>, tensor<?x8x16xf16>)
func.func @ssm_discretize(%dt: tensor<?x8xf16>, %A: tensor<8x16xf16>, %B: tensor<8x16xf16>) -> tensor<?x8x16xf16> {
  %a, %b = fidelity.ssm.discretize %dt, %A, %B method(zoh) : (tensor<?x8xf16>, tensor<8x16xf16>, tensor<8x16xf16>) -> (tensor<?x8x16xf16>, tensor<?x8x16xf16>)
  return %a : tensor<?x8x16xf16>
}

// One complex operand makes both results complex; of narrow floats the parts
// are f32.
// CHECK-LABEL: func.func @ssm_discretize_complex(
// CHECK: fidelity.ssm.discretize %arg0, %arg1, %arg2 method(euler) {layer} : (tensor<8xf64>, tensor<8x16xf64>, tensor<8x16xcomplex<f64>>) -> (tensor<8x16xcomplex<f64>>, tensor<8x16xcomplex<f64>>)
// CHECK: fidelity.ssm.discretize %arg3, %arg4, %arg5 method(bilinear) : (tensor<8xbf16>, tensor<8x16xcomplex<f32>>, tensor<8x16xbf16>) -> (tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>)
func.func @ssm_discretize_complex(%dt: tensor<8xf64>, %A: tensor<8x16xf64>, %B: tensor<8x16xcomplex<f64>>, %e: tensor<8xbf16>, %C: tensor<8x16xcomplex<f32>>, %D: tensor<8x16xbf16>) {
  %0:2 = fidelity.ssm.discretize %dt, %A, %B method(euler) {layer} : (tensor<8xf64>, tensor<8x16xf64>, tensor<8x16xcomplex<f64>>) -> (tensor<8x16xcomplex<f64>>, tensor<8x16xcomplex<f64>>)
  %1:2 = fidelity.ssm.discretize %e, %C, %D method(bilinear) : (tensor<8xbf16>, tensor<8x16xcomplex<f32>>, tensor<8x16xbf16>) -> (tensor<8x16xcomplex<f32>>, tensor<8x16xcomplex<f32>>)
  return
}

// CHECK-LABEL: func.func @ssm_scan(
// CHECK: fidelity.ssm.scan %arg0, %arg1, %arg2, %arg2 : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
func.func @ssm_scan(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>) -> tensor<2x?x8xf32> {
  %y, %h = fidelity.ssm.scan %x, %A, %B, %B : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
  return %y : tensor<2x?x8xf32>
}

// CHECK-LABEL: func.func @ssm_scan_selective(
// CHECK: fidelity.ssm.scan %arg0, %arg1, %arg2, %arg2 delta %arg0 skip %arg3 gate %arg0 state %arg4 {delta_softplus} : (tensor<2x?x8xf16>, tensor<8x4xf16>, tensor<2x?x4xf16>, tensor<2x?x4xf16>, tensor<2x?x8xf16>, tensor<8xf16>, tensor<2x?x8xf16>, tensor<2x8x4xf16>) -> (tensor<2x?x8xf16>, tensor<2x8x4xf16>)
func.func @ssm_scan_selective(%x: tensor<2x?x8xf16>, %A: tensor<8x4xf16>, %B: tensor<2x?x4xf16>, %D: tensor<8xf16>, %s: tensor<2x8x4xf16>) -> tensor<2x?x8xf16> {
  %y, %h = fidelity.ssm.scan %x, %A, %B, %B delta %x skip %D gate %x state %s {delta_softplus} : (tensor<2x?x8xf16>, tensor<8x4xf16>, tensor<2x?x4xf16>, tensor<2x?x4xf16>, tensor<2x?x8xf16>, tensor<8xf16>, tensor<2x?x8xf16>, tensor<2x8x4xf16>) -> (tensor<2x?x8xf16>, tensor<2x8x4xf16>)
  return %y : tensor<2x?x8xf16>
}

// The state is complex when A or B is, and not for a complex C.
// CHECK-LABEL: func.func @ssm_scan_complex(
// CHECK: fidelity.ssm.scan %arg0, %arg1, %arg2, %arg2 delta %arg0 gate %arg0 : {{.*}} -> (tensor<2x?x8xbf16>, tensor<2x8x4xcomplex<f32>>)
// CHECK: fidelity.ssm.scan %arg0, %arg2, %arg3, %arg1 state %arg4 : {{.*}} -> (tensor<2x?x8xbf16>, tensor<2x8x4xcomplex<f32>>)
// CHECK: fidelity.ssm.scan %arg0, %arg2, %arg2, %arg3 : {{.*}} -> (tensor<2x?x8xbf16>, tensor<2x8x4xbf16>)
func.func @ssm_scan_complex(%x: tensor<2x?x8xbf16>, %Z: tensor<8x4xcomplex<f32>>, %A: tensor<8x4xbf16>, %P: tensor<2x?x4xcomplex<f32>>, %s: tensor<2x8x4xcomplex<f32>>) {
  %0:2 = fidelity.ssm.scan %x, %Z, %A, %A delta %x gate %x : (tensor<2x?x8xbf16>, tensor<8x4xcomplex<f32>>, tensor<8x4xbf16>, tensor<8x4xbf16>, tensor<2x?x8xbf16>, tensor<2x?x8xbf16>) -> (tensor<2x?x8xbf16>, tensor<2x8x4xcomplex<f32>>)
  %1:2 = fidelity.ssm.scan %x, %A, %P, %Z state %s : (tensor<2x?x8xbf16>, tensor<8x4xbf16>, tensor<2x?x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>, tensor<2x8x4xcomplex<f32>>) -> (tensor<2x?x8xbf16>, tensor<2x8x4xcomplex<f32>>)
  %2:2 = fidelity.ssm.scan %x, %A, %A, %P : (tensor<2x?x8xbf16>, tensor<8x4xbf16>, tensor<8x4xbf16>, tensor<2x?x4xcomplex<f32>>) -> (tensor<2x?x8xbf16>, tensor<2x8x4xbf16>)
  return
}

// CHECK-LABEL: func.func @ssm_ssd(
// CHECK: fidelity.ssm.ssd %arg0, %arg1, %arg2, %arg3, %arg3 {layer = 1 : i64} : (tensor<?x?x8x16xf64>, tensor<?x?x8xf64>, tensor<8xf64>, tensor<?x?x2x4xf64>, tensor<?x?x2x4xf64>) -> (tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>)
// CHECK: fidelity.ssm.ssd %arg0, %arg1, %arg2, %arg3, %arg3 skip %arg2 gate %arg0 state %arg4 {delta_softplus} :
func.func @ssm_ssd(%x: tensor<?x?x8x16xf64>, %dt: tensor<?x?x8xf64>, %A: tensor<8xf64>, %B: tensor<?x?x2x4xf64>, %s: tensor<?x8x16x4xf64>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B {layer = 1 : i64} : (tensor<?x?x8x16xf64>, tensor<?x?x8xf64>, tensor<8xf64>, tensor<?x?x2x4xf64>, tensor<?x?x2x4xf64>) -> (tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>)
  %1:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B skip %A gate %x state %s {delta_softplus} : (tensor<?x?x8x16xf64>, tensor<?x?x8xf64>, tensor<8xf64>, tensor<?x?x2x4xf64>, tensor<?x?x2x4xf64>, tensor<8xf64>, tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>) -> (tensor<?x?x8x16xf64>, tensor<?x8x16x4xf64>)
  return
}

// CHECK-LABEL: func.func @ssm_convolution(
// CHECK: fidelity.ssm.convolution %arg0, %arg1, %arg1, %arg2 : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>) -> tensor<2x?x8xf32>
// CHECK: fidelity.ssm.convolution %arg0, %arg2, %arg1, %arg2 skip %arg3 {layer} :
func.func @ssm_convolution(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %C: tensor<8x4xcomplex<f32>>, %D: tensor<8xf32>) {
  %0 = fidelity.ssm.convolution %x, %A, %A, %C : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>) -> tensor<2x?x8xf32>
  %1 = fidelity.ssm.convolution %x, %C, %A, %C skip %D {layer} : (tensor<2x?x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>, tensor<8xf32>) -> tensor<2x?x8xf32>
  return
}
