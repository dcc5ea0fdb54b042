// Functions of f32 and of vectors of f32 become arithmetic, others stay; how near they
// are, opt-tool/tests/math.rs measures.

// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-expand-math,canonicalize)' | FileCheck %s

// CHECK-LABEL: func.func @scalar
// CHECK-NOT:     math.{{exp|log|tanh|erf}}
// CHECK:         arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : f32
// CHECK-NEXT:    arith.addf %{{.*}}, %{{.*}} fastmath<contract> : f32
// CHECK-NOT:     math.{{exp|log|tanh|erf}}
// CHECK:         return
func.func @scalar(%x: f32) -> (f32, f32, f32, f32, f32, f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.exp2 %x : f32
  %2 = math.log %x : f32
  %3 = math.log2 %x : f32
  %4 = math.log1p %x : f32
  %5 = math.tanh %x : f32
  %6 = math.erf %x : f32
  return %0, %1, %2, %3, %4, %5, %6 : f32, f32, f32, f32, f32, f32, f32
}

// CHECK-LABEL: func.func @vector
// CHECK-NOT:     math.
// CHECK:         arith.shli %{{.*}}, %{{.*}} : vector<4x16xi32>
// CHECK:         arith.bitcast %{{.*}} : vector<4x16xi32> to vector<4x16xf32>
// CHECK:         return
func.func @vector(%x: vector<4x16xf32>) -> vector<4x16xf32> {
  %0 = math.exp %x : vector<4x16xf32>
  return %0 : vector<4x16xf32>
}

// CHECK-LABEL: func.func @others
// CHECK:         math.exp %{{.*}} : f64
// CHECK:         math.exp %{{.*}} : bf16
// CHECK:         math.exp %{{.*}} : tensor<4xf32>
// CHECK:         math.sin %{{.*}} : f32
// CHECK:         math.sqrt %{{.*}} : f32
func.func @others(%a: f64, %b: bf16, %c: tensor<4xf32>, %d: f32) -> (f64, bf16, tensor<4xf32>, f32, f32) {
  %0 = math.exp %a : f64
  %1 = math.exp %b : bf16
  %2 = math.exp %c : tensor<4xf32>
  %3 = math.sin %d : f32
  %4 = math.sqrt %d : f32
  return %0, %1, %2, %3, %4 : f64, bf16, tensor<4xf32>, f32, f32
}
