// Functions of f32 and of vectors of f32 become arithmetic, others stay; how near they
// are, opt-tool/tests/math.rs measures.

// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-expand-math,canonicalize)' | FileCheck %s
// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-expand-math{isa=avx512})' | FileCheck %s --check-prefix=AVX512
// RUN: not fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-expand-math{isa=avx3})' 2>&1 | FileCheck %s --check-prefix=ISA

// ISA: error: expected isa to be one of portable, {{.*}}, but got avx3

// CHECK-LABEL: func.func @scalar
// CHECK-NOT:     math.{{exp|log|tanh|erf}}
// CHECK:         arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : f32
// CHECK-NEXT:    arith.addf %{{.*}}, %{{.*}} fastmath<contract> : f32
// CHECK-NOT:     math.{{exp|log|tanh|erf}}
// CHECK:         return
func.func @scalar(%x: f32) -> (f32, f32, f32, f32, f32, f32, f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.exp2 %x : f32
  %2 = math.log %x : f32
  %3 = math.log2 %x : f32
  %4 = math.log1p %x : f32
  %5 = math.tanh %x : f32
  %6 = math.erf %x : f32
  %7 = math.erfc %x : f32
  return %0, %1, %2, %3, %4, %5, %6, %7 : f32, f32, f32, f32, f32, f32, f32, f32
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

// The logarithm in a softplus is a polynomial, without a division.
// CHECK-LABEL: func.func @softplus
// CHECK-NOT:     math.{{exp|log}}
// CHECK-NOT:     arith.divf
// CHECK:         return
func.func @softplus(%x: vector<16xf32>) -> vector<16xf32> {
  %0 = math.absf %x : vector<16xf32>
  %1 = arith.negf %0 : vector<16xf32>
  %2 = math.exp %1 : vector<16xf32>
  %3 = math.log1p %2 : vector<16xf32>
  return %3 : vector<16xf32>
}

// That of another exponential may be of any number.
// CHECK-LABEL: func.func @log1p_of_exp
// CHECK:         arith.divf
// CHECK:         return
func.func @log1p_of_exp(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.log1p %0 : f32
  return %1 : f32
}

// An approximation of 2ˣ has no second step for subnormal results, and of vectors of 16
// AVX-512 has instructions, which the function says that it needs.
// CHECK-LABEL: func.func @approximate
// CHECK-COUNT-2: arith.shli
// CHECK-NOT:     arith.shli
// CHECK:         return
// AVX512-LABEL: func.func @approximate
// AVX512-SAME:    target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>
// AVX512:         llvm.call_intrinsic "llvm.x86.avx512.mask.rndscale.ps.512"
// AVX512:         llvm.call_intrinsic "llvm.x86.avx512.mask.reduce.ps.512"
// AVX512:         llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
// AVX512-COUNT-1: arith.shli
// AVX512:         return
func.func @approximate(%x: vector<16xf32>, %y: vector<8xf32>) -> (vector<16xf32>, vector<8xf32>) {
  %0 = math.exp2 %x fastmath<afn> : vector<16xf32>
  %1 = math.exp2 %y fastmath<afn> : vector<8xf32>
  return %0, %1 : vector<16xf32>, vector<8xf32>
}

// One that says what it needs already stays as it is.
// AVX512-LABEL: func.func @says
// AVX512-SAME:    target_features = #llvm.target_features<["+sse4.2"]>
// AVX512-NOT:     call_intrinsic
// AVX512:         return
func.func @says(%x: vector<16xf32>) -> vector<16xf32> attributes {target_features = #llvm.target_features<["+sse4.2"]>} {
  %0 = math.exp2 %x fastmath<afn> : vector<16xf32>
  return %0 : vector<16xf32>
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

// The greatest and the least number are LLVM's, where it has the type.
// CHECK-LABEL: func.func @extrema
// CHECK:         llvm.intr.maximum(%{{.*}}, %{{.*}}) : (f32, f32) -> f32
// CHECK:         llvm.intr.maxnum(%{{.*}}, %{{.*}}) : (f64, f64) -> f64
// CHECK:         llvm.intr.minimum(%{{.*}}, %{{.*}}) : (vector<16xf32>, vector<16xf32>) -> vector<16xf32>
// CHECK:         llvm.intr.minnum(%{{.*}}, %{{.*}}) : (f32, f32) -> f32
// CHECK:         arith.maximumf %{{.*}}, %{{.*}} : vector<2x8xf32>
// CHECK:         arith.maximumf %{{.*}}, %{{.*}} : bf16
func.func @extrema(%a: f32, %b: f64, %c: vector<16xf32>, %d: vector<2x8xf32>, %e: bf16,
                   %f: f32, %g: f64, %h: vector<16xf32>, %i: vector<2x8xf32>, %j: bf16)
    -> (f32, f64, vector<16xf32>, f32, vector<2x8xf32>, bf16) {
  %0 = arith.maximumf %a, %f : f32
  %1 = arith.maxnumf %b, %g : f64
  %2 = arith.minimumf %c, %h : vector<16xf32>
  %3 = arith.minnumf %a, %f : f32
  %4 = arith.maximumf %d, %i : vector<2x8xf32>
  %5 = arith.maximumf %e, %j : bf16
  return %0, %1, %2, %3, %4, %5 : f32, f64, vector<16xf32>, f32, vector<2x8xf32>, bf16
}
