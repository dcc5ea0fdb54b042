// What a GPU has an instruction for becomes an intrinsic of LLVM's, and other
// functions arithmetic; how near they are, opt-tool/tests/gpu_math.rs measures.

// RUN: fidelity-opt %s --fidelity-gpu-expand-math | FileCheck %s

// CHECK-LABEL: gpu.func @instructions
// CHECK-SAME:    (%[[X:.*]]: f32, %[[Y:.*]]: f64
gpu.module @kernels {
  gpu.func @instructions(%x: f32, %y: f64) {
    // CHECK: llvm.call_intrinsic "llvm.sqrt.f32"(%[[X]]) : (f32) -> f32
    %0 = math.sqrt %x : f32
    // CHECK: llvm.call_intrinsic "llvm.sqrt.f64"(%[[Y]]) : (f64) -> f64
    %1 = math.sqrt %y : f64
    // CHECK: llvm.call_intrinsic "llvm.fabs.f32"
    %2 = math.absf %x : f32
    // CHECK: llvm.call_intrinsic "llvm.ceil.f32"
    %3 = math.ceil %x : f32
    // CHECK: llvm.call_intrinsic "llvm.copysign.f32"(%[[X]], %{{.*}})
    %4 = math.copysign %x, %2 : f32
    // CHECK: llvm.call_intrinsic "llvm.floor.f32"
    %5 = math.floor %x : f32
    // CHECK: llvm.call_intrinsic "llvm.fma.f32"(%[[X]], %[[X]], %{{.*}})
    %6 = math.fma %x, %x, %2 : f32
    // CHECK: llvm.call_intrinsic "llvm.roundeven.f32"
    %7 = math.roundeven %x : f32
    // CHECK: llvm.call_intrinsic "llvm.trunc.f32"
    %8 = math.trunc %x : f32
    gpu.return
  }

  // CHECK-LABEL: gpu.func @functions
  // CHECK-NOT:     math.
  // CHECK:         gpu.return
  gpu.func @functions(%x: f32) {
    %0 = math.exp %x : f32
    %1 = math.log %x : f32
    %2 = math.log1p %x : f32
    %3 = math.tanh %x : f32
    %4 = math.erf %x : f32
    %5 = math.erfc %x : f32
    gpu.return
  }

  // CHECK-LABEL: gpu.func @inverse
  // CHECK:         %[[ROOT:.*]] = llvm.call_intrinsic "llvm.sqrt.f32"
  // CHECK:         arith.divf %{{.*}}, %[[ROOT]] : f32
  gpu.func @inverse(%x: f32) {
    %0 = math.rsqrt %x : f32
    gpu.return
  }
}
