// Ops that a target lowers itself are left alone.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg=keep=fidelity.rms_norm,fidelity.recurrence | FileCheck %s
// RUN: not fidelity-opt %s --convert-fidelity-to-linalg=keep=fidelity.rms 2>&1 | FileCheck %s --check-prefix=WRONG

// WRONG: error: expected names of ops of the fidelity dialect to keep, but got 'fidelity.rms'

// CHECK-LABEL: func.func @kept(
// CHECK:         fidelity.rms_norm
// CHECK-NOT:     fidelity.silu
// CHECK-NOT:     fidelity.mlgru
// CHECK:         linalg.generic
// CHECK:         fidelity.recurrence
func.func @kept(%x: tensor<?x256xf32>, %c: tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>) {
  %y = fidelity.rms_norm %x : (tensor<?x256xf32>) -> tensor<?x256xf32>
  %z = fidelity.silu %y : tensor<?x256xf32>
  %o, %s = fidelity.mlgru %z, %c : (tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
  return %o, %s : tensor<?x256xf32>, tensor<256xf32>
}
