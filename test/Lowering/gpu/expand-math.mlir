// What a GPU has an instruction for becomes an intrinsic of LLVM's, and other
// functions arithmetic; how near they are, opt-tool/tests/math.rs measures.

// RUN: fidelity-opt %s --fidelity-gpu-expand-math | FileCheck %s

// CHECK-LABEL: gpu.func @instructions
// CHECK-SAME:    (%[[X:.*]]: f32, %[[Y:.*]]: f64)
gpu.module @kernels {
  gpu.func @instructions(%x: f32, %y: f64) {
    // CHECK: llvm.call_intrinsic "llvm.sqrt.f32"(%[[X]]) : (f32) -> f32
    %0 = math.sqrt %x : f32
    // CHECK: llvm.call_intrinsic "llvm.sqrt.f64"(%[[Y]]) : (f64) -> f64
    %1 = math.sqrt %y : f64
    // CHECK: llvm.call_intrinsic "llvm.fabs.f32"(%[[X]])
    %2 = math.absf %x : f32
    // CHECK: llvm.call_intrinsic "llvm.ceil.f32"(%[[X]])
    %3 = math.ceil %x : f32
    // CHECK: llvm.call_intrinsic "llvm.floor.f32"(%[[X]])
    %4 = math.floor %x : f32
    // CHECK: llvm.call_intrinsic "llvm.fma.f32"(%[[X]], %[[X]], %{{.*}}) : (f32, f32, f32) -> f32
    %5 = math.fma %x, %x, %2 : f32
    gpu.return
  }

  // CHECK-LABEL: gpu.func @functions
  // CHECK-NOT:     math.
  // CHECK:         gpu.return
  gpu.func @functions(%x: f32, %y: f64) {
    %0 = math.exp %x : f32
    %1 = math.exp2 %x : f32
    %2 = math.log %x : f32
    %3 = math.log2 %x : f32
    %4 = math.erf %x : f32
    %5 = math.exp %y : f64
    %6 = math.exp2 %y : f64
    %7 = math.log %y : f64
    %8 = math.log2 %y : f64
    %9 = math.erf %y : f64
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
