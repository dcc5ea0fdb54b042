// A state of several vectors a row, and of no more heads than a vector has lanes, is
// written where it is: no copy of it, neither as a whole nor of a head's.

// RUN: fidelity-opt %s --fidelity-decompose=chunk=0 --convert-fidelity-to-linalg=kernels --canonicalize --cse \
// RUN:   --fidelity-cpu-avoid-defects --canonicalize --cse --fidelity-cpu-unshare-destinations \
// RUN:   --eliminate-empty-tensors --empty-tensor-to-alloc-tensor \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries allow-return-allocs-from-loops" \
// RUN:   --canonicalize --cse --canonicalize | FileCheck %s
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{threads=2})' | FileCheck %s --check-prefix=THREADS

// CHECK-LABEL: func.func @attention(
// CHECK-NOT:     memref.copy
// CHECK-NOT:     linalg.copy
// CHECK-COUNT-2: vector.transfer_write %{{.*}} : vector<16xf32>, memref<4x64x64xf32
// CHECK-NOT:     memref.copy
// CHECK:         return
func.func @attention(%q: tensor<1x4x256x64xf32>, %k: tensor<1x4x256x64xf32>, %v: tensor<1x4x256x64xf32>)
    -> tensor<1x4x64x64xf32> {
  %y, %s = fidelity.linear_attention %q, %k, %v update_rule(linear)
    : (tensor<1x4x256x64xf32>, tensor<1x4x256x64xf32>, tensor<1x4x256x64xf32>)
    -> (tensor<1x4x256x64xf32>, tensor<1x4x64x64xf32>)
  return %s : tensor<1x4x64x64xf32>
}

// Threads share a step, and each changes its part of the state where it lies.
// THREADS-LABEL: llvm.func @step(
// THREADS-NOT:     memcpy
// THREADS:         omp.parallel
// THREADS-NOT:     memcpy
// THREADS:         llvm.return
func.func @step(%q: tensor<1x16x1x128xf32>, %k: tensor<1x16x1x128xf32>, %v: tensor<1x16x1x128xf32>,
                %g: tensor<1x16x1x128xf32>, %state: tensor<1x16x128x128xf32> {fidelity.aliasing_output = 1})
    -> (tensor<1x16x1x128xf32>, tensor<1x16x128x128xf32>) {
  %y, %next = fidelity.linear_attention %q, %k, %v decay %g state %state update_rule(gated)
    : (tensor<1x16x1x128xf32>, tensor<1x16x1x128xf32>, tensor<1x16x1x128xf32>,
       tensor<1x16x1x128xf32>, tensor<1x16x128x128xf32>)
    -> (tensor<1x16x1x128xf32>, tensor<1x16x128x128xf32>)
  return %y, %next : tensor<1x16x1x128xf32>, tensor<1x16x128x128xf32>
}
