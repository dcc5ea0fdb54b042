// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @ssm_discretize_c1(%dt: tensor<f32>, %A: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.discretize' op expected dt to have at least 1 dimension, but got 0}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<f32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>)
  return
}

// -----

// expected-note@+1 {{dt has type tensor<?x8xf32>}}
func.func @ssm_discretize_c2(%dt: tensor<?x8xf32>, %A: tensor<9x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.discretize' op expected dimension 0 of A to be 8 as dimension 1 of dt, but got 9}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<?x8xf32>, tensor<9x4xf32>, tensor<9x4xf32>) -> (tensor<?x8x4xf32>, tensor<?x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{A has type tensor<8x4xf32>}}
func.func @ssm_discretize_c3(%dt: tensor<8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x5xf32>) {
  // expected-error@+1 {{'fidelity.ssm.discretize' op expected dimension 1 of B to be 4 as dimension 1 of A, but got 5}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %B : (tensor<8xf32>, tensor<8x4xf32>, tensor<8x5xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>)
  return
}

// -----

// expected-note@+1 {{dt has type tensor<8xf16>}}
func.func @ssm_discretize_c4(%dt: tensor<8xf16>, %A: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.discretize' op expected A to have elements of type f16, but got f32}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %A : (tensor<8xf16>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>)
  return
}

// -----

// expected-note@+1 {{dt has type tensor<8xf16>}}
func.func @ssm_discretize_c5(%dt: tensor<8xf16>, %A: tensor<8x4xf16>, %B: tensor<8x4xcomplex<f64>>) {
  // expected-error@+1 {{'fidelity.ssm.discretize' op expected B to have elements of type complex<f32>, but got complex<f64>}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %B : (tensor<8xf16>, tensor<8x4xf16>, tensor<8x4xcomplex<f64>>) -> (tensor<8x4xcomplex<f64>>, tensor<8x4xcomplex<f64>>)
  return
}

// -----

// expected-note@+2 {{dt has type tensor<8xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{A has type tensor<8x4xf32, #fidelity.tensor<unit = "m">>}}
func.func @ssm_discretize_c6(%dt: tensor<8xf32, #fidelity.tensor<unit = "s">>, %A: tensor<8x4xf32, #fidelity.tensor<unit = "m">>, %B: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.discretize' op expected dt · A to be dimensionless, but got unit m*s}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %B : (tensor<8xf32, #fidelity.tensor<unit = "s">>, tensor<8x4xf32, #fidelity.tensor<unit = "m">>, tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c1(%x: tensor<2x7x8xf32>, %dt: tensor<2x6x8xf32>, %A: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 1 of dt to be 7 as dimension 1 of x, but got 6}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A delta %dt : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x6x8xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// A size that only dt tells.
// expected-note@+1 {{dt has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c2(%x: tensor<2x7x?xf32>, %dt: tensor<2x7x8xf32>, %A: tensor<9x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 0 of A to be 8 as dimension 2 of dt, but got 9}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A delta %dt : (tensor<2x7x?xf32>, tensor<9x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>, tensor<2x7x8xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c3(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %B: tensor<2x6x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 1 of B to be 7 as dimension 1 of x, but got 6}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %A : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<2x6x4xf32>, tensor<8x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{A has type tensor<8x4xf32>}}
func.func @ssm_scan_c3_state(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x5xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 1 of B to be 4 as dimension 1 of A, but got 5}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %A : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x5xf32>, tensor<8x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c4(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %C: tensor<9x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 0 of C to be 8 as dimension 2 of x, but got 9}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %C : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<9x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c5(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %D: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 0 of D to be 8 as dimension 2 of x, but got 4}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A skip %D : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c6(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %z: tensor<3x7x8xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 0 of gate to be 2 as dimension 0 of x, but got 3}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A gate %z : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<3x7x8xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{A has type tensor<8x4xf32>}}
func.func @ssm_scan_c7(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %s: tensor<2x8x5xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dimension 2 of state to be 4 as dimension 1 of A, but got 5}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A state %s : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x5xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x5xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf16>}}
func.func @ssm_scan_c8(%x: tensor<2x7x8xf16>, %A: tensor<8x4xf16>, %z: tensor<2x7x8xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected gate to have elements of type f16, but got f32}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A gate %z : (tensor<2x7x8xf16>, tensor<8x4xf16>, tensor<8x4xf16>, tensor<8x4xf16>, tensor<2x7x8xf32>) -> (tensor<2x7x8xf16>, tensor<2x8x4xf16>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf64>}}
func.func @ssm_scan_c9(%x: tensor<2x7x8xf64>, %A: tensor<8x4xf64>, %C: tensor<8x4xcomplex<f32>>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected C to have elements of type complex<f64>, but got complex<f32>}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %C : (tensor<2x7x8xf64>, tensor<8x4xf64>, tensor<8x4xf64>, tensor<8x4xcomplex<f32>>) -> (tensor<2x7x8xf64>, tensor<2x8x4xf64>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c10(%x: tensor<2x7x8xf32>, %A: tensor<8x4xcomplex<f32>>, %s: tensor<2x8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected state to have elements of type complex<f32>, but got f32}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A state %s : (tensor<2x7x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>, tensor<2x8x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xcomplex<f32>>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_scan_c10_real(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %C: tensor<8x4xcomplex<f32>>, %s: tensor<2x8x4xcomplex<f32>>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected state to have elements of type f32, but got complex<f32>}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %C state %s : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xcomplex<f32>>, tensor<2x8x4xcomplex<f32>>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

func.func @ssm_scan_c11(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected delta for delta_softplus, but got none}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A {delta_softplus} : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{A has type tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>}}
func.func @ssm_scan_c12(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>, %B: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected A to be dimensionless, but got unit 1/s}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %B : (tensor<2x7x8xf32>, tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+2 {{dt has type tensor<2x7x8xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{A has type tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>}}
func.func @ssm_scan_c12_delta(%x: tensor<2x7x8xf32>, %dt: tensor<2x7x8xf32, #fidelity.tensor<unit = "m">>, %A: tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>, %B: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dt · A to be dimensionless, but got unit m/s}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %B delta %dt : (tensor<2x7x8xf32>, tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x7x8xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{gate has type tensor<2x7x8xf32, #fidelity.tensor<unit = "m">>}}
func.func @ssm_scan_c13(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %z: tensor<2x7x8xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected gate to be dimensionless, but got unit m}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A gate %z : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x7x8xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{dt has type tensor<2x7x8xf32, #fidelity.tensor<unit = "s">>}}
func.func @ssm_scan_c13_softplus(%x: tensor<2x7x8xf32>, %dt: tensor<2x7x8xf32, #fidelity.tensor<unit = "s">>, %A: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected dt to be dimensionless, but got unit s}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A delta %dt {delta_softplus} : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x7x8xf32, #fidelity.tensor<unit = "s">>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+3 {{x has type tensor<2x7x8xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+2 {{B has type tensor<8x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+1 {{state has type tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>}}
func.func @ssm_scan_c14(%x: tensor<2x7x8xf32, #fidelity.tensor<unit = "V">>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32, #fidelity.tensor<unit = "1">>, %s: tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected state to have unit V as x · B, but got m}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %A state %s : (tensor<2x7x8xf32, #fidelity.tensor<unit = "V">>, tensor<8x4xf32>, tensor<8x4xf32, #fidelity.tensor<unit = "1">>, tensor<8x4xf32>, tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+4 {{D has type tensor<8xf32, #fidelity.tensor<unit = "m/V">>}}
// expected-note@+3 {{C has type tensor<8x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+2 {{x has type tensor<2x7x8xf32, #fidelity.tensor<unit = "V">>}}
// expected-note@+1 {{B has type tensor<8x4xf32, #fidelity.tensor<unit = "1">>}}
func.func @ssm_scan_c15(%x: tensor<2x7x8xf32, #fidelity.tensor<unit = "V">>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32, #fidelity.tensor<unit = "1">>, %C: tensor<8x4xf32, #fidelity.tensor<unit = "1">>, %D: tensor<8xf32, #fidelity.tensor<unit = "m/V">>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected D · x to have unit V as C · x · B, but got m}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %C skip %D : (tensor<2x7x8xf32, #fidelity.tensor<unit = "V">>, tensor<8x4xf32>, tensor<8x4xf32, #fidelity.tensor<unit = "1">>, tensor<8x4xf32, #fidelity.tensor<unit = "1">>, tensor<8xf32, #fidelity.tensor<unit = "m/V">>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x6x3xf32>}}
func.func @ssm_ssd_c1(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x5xf32>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 2 of dt to be 6 as dimension 2 of x, but got 5}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<2x7x6x3xf32>, tensor<2x7x5xf32>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x6x3xf32>}}
func.func @ssm_ssd_c2(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<5xf32>, %B: tensor<2x7x2x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 0 of A to be 6 as dimension 2 of x, but got 5}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<5xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x6x3xf32>}}
func.func @ssm_ssd_c3(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x8x2x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 1 of B to be 7 as dimension 1 of x, but got 8}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x8x2x4xf32>, tensor<2x8x2x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{B has type tensor<2x7x2x4xf32>}}
func.func @ssm_ssd_c4(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>, %C: tensor<2x7x1x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 2 of C to be 2 as dimension 2 of B, but got 1}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %C : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x1x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x6x3xf32>}}
func.func @ssm_ssd_c5(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x7x4x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected the groups of B to divide 6 heads, but got 4 groups}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x7x4x4xf32>, tensor<2x7x4x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// No groups divide no heads only.
// expected-note@+1 {{x has type tensor<2x7x1x3xf32>}}
func.func @ssm_ssd_c5_none(%x: tensor<2x7x1x3xf32>, %dt: tensor<2x7x1xf32>, %A: tensor<1xf32>, %B: tensor<2x7x0x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected the groups of B to divide 1 head, but got 0 groups}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<2x7x1x3xf32>, tensor<2x7x1xf32>, tensor<1xf32>, tensor<2x7x0x4xf32>, tensor<2x7x0x4xf32>) -> (tensor<2x7x1x3xf32>, tensor<2x1x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x6x3xf32>}}
func.func @ssm_ssd_c6(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>, %D: tensor<3xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 0 of D to be 6 as dimension 2 of x, but got 3}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B skip %D : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>, tensor<3xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x6x3xf32>}}
func.func @ssm_ssd_c7(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>, %z: tensor<2x7x6x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 3 of gate to be 3 as dimension 3 of x, but got 4}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B gate %z : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>, tensor<2x7x6x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{B has type tensor<2x7x2x4xf32>}}
func.func @ssm_ssd_c8(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>, %s: tensor<2x6x3x5xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dimension 3 of state to be 4 as dimension 3 of B, but got 5}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %s : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>, tensor<2x6x3x5xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x5xf32>)
  return
}

// -----

// expected-note@+2 {{dt has type tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{A has type tensor<6xf32, #fidelity.tensor<unit = "1">>}}
func.func @ssm_ssd_c9(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>, %A: tensor<6xf32, #fidelity.tensor<unit = "1">>, %B: tensor<2x7x2x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dt · A to be dimensionless, but got unit s}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>, tensor<6xf32, #fidelity.tensor<unit = "1">>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{dt has type tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>}}
func.func @ssm_ssd_c10(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected dt to be dimensionless, but got unit s}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B {delta_softplus} : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{gate has type tensor<2x7x6x3xf32, #fidelity.tensor<unit = "K">>}}
func.func @ssm_ssd_c10_gate(%x: tensor<2x7x6x3xf32>, %dt: tensor<2x7x6xf32>, %A: tensor<6xf32>, %B: tensor<2x7x2x4xf32>, %z: tensor<2x7x6x3xf32, #fidelity.tensor<unit = "K">>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected gate to be dimensionless, but got unit K}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B gate %z : (tensor<2x7x6x3xf32>, tensor<2x7x6xf32>, tensor<6xf32>, tensor<2x7x2x4xf32>, tensor<2x7x2x4xf32>, tensor<2x7x6x3xf32, #fidelity.tensor<unit = "K">>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

!number = tensor<2x7x2x4xf32, #fidelity.tensor<unit = "1">>
!seconds = tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>
// expected-note@+4 {{dt has type tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+3 {{x has type tensor<2x7x6x3xf32, #fidelity.tensor<unit = "kg">>}}
// expected-note@+2 {{B has type tensor<2x7x2x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+1 {{state has type tensor<2x6x3x4xf32, #fidelity.tensor<unit = "kg">>}}
func.func @ssm_ssd_c11(%x: tensor<2x7x6x3xf32, #fidelity.tensor<unit = "kg">>, %dt: !seconds, %A: tensor<6xf32>, %B: !number, %s: tensor<2x6x3x4xf32, #fidelity.tensor<unit = "kg">>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected state to have unit kg*s as dt · x · B, but got kg}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %s : (tensor<2x7x6x3xf32, #fidelity.tensor<unit = "kg">>, !seconds, tensor<6xf32>, !number, !number, tensor<2x6x3x4xf32, #fidelity.tensor<unit = "kg">>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

!number = tensor<2x7x2x4xf32, #fidelity.tensor<unit = "1">>
// expected-note@+5 {{D has type tensor<6xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+4 {{x has type tensor<2x7x6x3xf32, #fidelity.tensor<unit = "kg">>}}
// expected-note@+3 {{C has type tensor<2x7x2x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+2 {{dt has type tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>}}
// expected-note@+1 {{B has type tensor<2x7x2x4xf32, #fidelity.tensor<unit = "1">>}}
func.func @ssm_ssd_c12(%x: tensor<2x7x6x3xf32, #fidelity.tensor<unit = "kg">>, %dt: tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>, %A: tensor<6xf32>, %B: !number, %D: tensor<6xf32, #fidelity.tensor<unit = "1">>) {
  // expected-error@+1 {{'fidelity.ssm.ssd' op expected D · x to have unit kg*s as C · dt · x · B, but got kg}}
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B skip %D : (tensor<2x7x6x3xf32, #fidelity.tensor<unit = "kg">>, tensor<2x7x6xf32, #fidelity.tensor<unit = "s">>, tensor<6xf32>, !number, !number, tensor<6xf32, #fidelity.tensor<unit = "1">>) -> (tensor<2x7x6x3xf32>, tensor<2x6x3x4xf32>)
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_convolution_c1(%x: tensor<2x7x8xf32>, %A: tensor<9x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected dimension 0 of A to be 8 as dimension 2 of x, but got 9}}
  %0 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<2x7x8xf32>, tensor<9x4xf32>, tensor<9x4xf32>, tensor<9x4xf32>) -> tensor<2x7x8xf32>
  return
}

// -----

// expected-note@+1 {{A has type tensor<8x4xf32>}}
func.func @ssm_convolution_c2(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x5xf32>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected dimension 1 of B to be 4 as dimension 1 of A, but got 5}}
  %0 = fidelity.ssm.convolution %x, %A, %B, %A : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x5xf32>, tensor<8x4xf32>) -> tensor<2x7x8xf32>
  return
}

// -----

// expected-note@+1 {{B has type tensor<8x4xf32>}}
func.func @ssm_convolution_c3(%x: tensor<2x7x8xf32>, %A: tensor<8x?xf32>, %B: tensor<8x4xf32>, %C: tensor<8x5xf32>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected dimension 1 of C to be 4 as dimension 1 of B, but got 5}}
  %0 = fidelity.ssm.convolution %x, %A, %B, %C : (tensor<2x7x8xf32>, tensor<8x?xf32>, tensor<8x4xf32>, tensor<8x5xf32>) -> tensor<2x7x8xf32>
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_convolution_c4(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %D: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected dimension 0 of D to be 8 as dimension 2 of x, but got 4}}
  %0 = fidelity.ssm.convolution %x, %A, %A, %A skip %D : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<4xf32>) -> tensor<2x7x8xf32>
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_convolution_c5(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %D: tensor<8xf64>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected D to have elements of type f32, but got f64}}
  %0 = fidelity.ssm.convolution %x, %A, %A, %A skip %D : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8xf64>) -> tensor<2x7x8xf32>
  return
}

// -----

// expected-note@+1 {{x has type tensor<2x7x8xf32>}}
func.func @ssm_convolution_c6(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %C: tensor<8x4xcomplex<f64>>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected C to have elements of type complex<f32>, but got complex<f64>}}
  %0 = fidelity.ssm.convolution %x, %A, %A, %C : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xcomplex<f64>>) -> tensor<2x7x8xf32>
  return
}

// -----

// expected-note@+1 {{A has type tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>}}
func.func @ssm_convolution_c7(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>, %B: tensor<8x4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected A to be dimensionless, but got unit 1/s}}
  %0 = fidelity.ssm.convolution %x, %A, %B, %B : (tensor<2x7x8xf32>, tensor<8x4xf32, #fidelity.tensor<unit = "1/s">>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x7x8xf32>
  return
}

// -----

!number = tensor<8x4xf32, #fidelity.tensor<unit = "1">>
// expected-note@+4 {{D has type tensor<8xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+3 {{x has type tensor<2x7x8xf32, #fidelity.tensor<unit = "kg">>}}
// expected-note@+2 {{B has type tensor<8x4xf32, #fidelity.tensor<unit = "1">>}}
// expected-note@+1 {{C has type tensor<8x4xf32, #fidelity.tensor<unit = "1">>}}
func.func @ssm_convolution_c8(%x: tensor<2x7x8xf32, #fidelity.tensor<unit = "kg">>, %A: tensor<8x4xf32>, %B: !number, %C: !number, %D: tensor<8xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.ssm.convolution' op expected D · x to have unit kg as C · B · x, but got kg*m}}
  %0 = fidelity.ssm.convolution %x, %A, %B, %C skip %D : (tensor<2x7x8xf32, #fidelity.tensor<unit = "kg">>, tensor<8x4xf32>, !number, !number, tensor<8xf32, #fidelity.tensor<unit = "m">>) -> tensor<2x7x8xf32>
  return
}

// -----

// What ODS checks.

func.func @ssm_scan_ranks(%x: tensor<2x7x8xf32>, %A: tensor<8x4xf32>, %B: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op operand #2 must be 2D/3D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float or complex type with 32-bit float elements or complex type with 64-bit float elements values, but got 'tensor<4xf32>'}}
  %0:2 = fidelity.ssm.scan %x, %A, %B, %A : (tensor<2x7x8xf32>, tensor<8x4xf32>, tensor<4xf32>, tensor<8x4xf32>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

func.func @ssm_scan_results(%x: tensor<2x7x8xf32>, %A: tensor<8x4xcomplex<f32>>) {
  // expected-error@+1 {{'fidelity.ssm.scan' op expected result #1 to have a type that agrees with 'tensor<2x8x4xcomplex<f32>>', but got 'tensor<2x8x4xf32>'}}
  %0:2 = fidelity.ssm.scan %x, %A, %A, %A : (tensor<2x7x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>) -> (tensor<2x7x8xf32>, tensor<2x8x4xf32>)
  return
}

// -----

func.func @ssm_discretize_method(%dt: tensor<8xf32>, %A: tensor<8x4xf32>) {
  // expected-error@+1 {{custom op 'fidelity.ssm.discretize' expected one of [zoh, euler, bilinear] for how a continuous system becomes a discrete one, got: tustin}}
  %0:2 = fidelity.ssm.discretize %dt, %A, %A method(tustin) : (tensor<8xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>)
  return
}
