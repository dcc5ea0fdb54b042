// Float activations: a kernel for each type, and for each kind of scales of groups.

// RUN: fidelity-opt %s --convert-fidelity-to-vector | FileCheck %s --check-prefixes=CHECK,PORTABLE
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx2 | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512 | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=amx-int8 | FileCheck %s --check-prefixes=CHECK,AVX512 --implicit-check-not=llvm.x86.td
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=neon-dot | FileCheck %s --check-prefixes=CHECK,PORTABLE

// Columns that fill no tile are filled up.
// CHECK-LABEL: func @layers
// CHECK: call @[[F32:ternary_[a-z0-9_]+_f32]]({{.*}}) : (memref<?xf32>, memref<?xi8>, memref<?xf32>, index, index, index, index, index) -> ()
// CHECK: memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?xf16>
// CHECK: call @[[F16:ternary_[a-z0-9_]+_f16]]({{.*}}) : (memref<?xf16>, memref<?xi8>, memref<?xf32>, index, index, index, index, index) -> ()
// CHECK: call @[[GROUPS:ternary_[a-z0-9_]+_bf16_groups]]({{.*}}) : (memref<?xbf16>, memref<?xi8>, memref<?xf32>, memref<?xf32>, index, index, index, index, index) -> ()
// CHECK-NOT: fidelity.
func.func @layers(%x: memref<3x64xf32>, %h: memref<3x61xf16>, %b: memref<3x64xbf16>, %w: memref<32x16xi8>,
                  %y: memref<3x32xf32>, %s: memref<32x2xf32>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<3x64xf32>, memref<32x16xi8>, memref<3x32xf32>) -> ()
  fidelity.ternary_accumulate %h, %w, %y storage(tiled2)
    : (memref<3x61xf16>, memref<32x16xi8>, memref<3x32xf32>) -> ()
  fidelity.ternary_accumulate %b, %w, %y scale %s storage(tiled2)
    : (memref<3x64xbf16>, memref<32x16xi8>, memref<3x32xf32>, memref<32x2xf32>) -> ()
  return
}

// Sums that are kept in another type.
// CHECK-LABEL: func @others
// CHECK-COUNT-2: fidelity.ternary_accumulate
func.func @others(%x: memref<64xf64>, %y: memref<32xf64>, %h: memref<64xf16>, %z: memref<32xf16>, %w: memref<32x16xi8>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<64xf64>, memref<32x16xi8>, memref<32xf64>) -> ()
  fidelity.ternary_accumulate %h, %w, %z storage(tiled2)
    : (memref<64xf16>, memref<32x16xi8>, memref<32xf16>) -> ()
  return
}

// Nothing is multiplied without a scale.
// CHECK: func private @[[F32]](
// CHECK-NOT: arith.mulf
// PORTABLE: arith.xori {{.*}} : vector<4xi32>
// AVX2: llvm.call_intrinsic "llvm.x86.avx.vpermilvar.ps.256"
// AVX512: llvm.call_intrinsic "llvm.x86.avx512.permvar.sf.512"
// CHECK: arith.addf {{.*}} : vector<
// CHECK-NOT: arith.mulf
// CHECK: func private @[[F16]](
// AVX2-SAME: target_features = #llvm.target_features<["+avx2", "+f16c"]>
// CHECK-NOT: arith.mulf
// CHECK: func private @[[GROUPS]](
// CHECK: arith.mulf {{.*}} fastmath<contract> : vector<
// CHECK-NOT: func private
