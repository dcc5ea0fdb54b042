// Scales of groups: a kernel for each kind of them, of which the groups are whole tiles.

// RUN: fidelity-opt %s --convert-fidelity-to-vector | FileCheck %s --check-prefixes=CHECK,PORTABLE
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx2 | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512-vnni | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=amx-int8 | FileCheck %s --check-prefixes=CHECK,AMX --implicit-check-not=llvm.x86.td
// RUN: fidelity-opt %s --convert-fidelity-to-vector='isa=avx2 threads=3' | FileCheck %s --check-prefix=THREADS

// CHECK-LABEL: func @layers
// CHECK: call @[[FIRST:ternary_[a-z0-9_]+_groups]]({{.*}}) : (memref<?xi8>, memref<?xi8>, memref<?xf32>, memref<?xf32>, index, index, index, index, index) -> ()
// CHECK: call @[[SECOND:ternary_[a-z0-9_]+_groups_1]]({{.*}}) : (memref<?xi8>, memref<?xi8>, memref<?xf32>, memref<?xf16>, index, index, index, index, index) -> ()
// CHECK: call @[[FIRST]](
// CHECK-NOT: fidelity.
// THREADS: call @ternary_avx2_groups_threads(
// THREADS: call @ternary_avx2_groups_1_threads(
func.func @layers(%x: memref<3x64xi8>, %w: memref<32x16xi8>, %y: memref<3x32xf32>,
                  %s: memref<32x2xf32>, %h: memref<32x4xf16>) {
  fidelity.ternary_accumulate %x, %w, %y scale %s storage(tiled2)
    : (memref<3x64xi8>, memref<32x16xi8>, memref<3x32xf32>, memref<32x2xf32>) -> ()
  fidelity.ternary_accumulate %x, %w, %y scale %h storage(tiled2)
    : (memref<3x64xi8>, memref<32x16xi8>, memref<3x32xf32>, memref<32x4xf16>) -> ()
  fidelity.ternary_accumulate %x, %w, %y scale %s storage(tiled2)
    : (memref<3x64xi8>, memref<32x16xi8>, memref<3x32xf32>, memref<32x2xf32>) -> ()
  return
}

// Groups of half a tile, one scale for a row, sums of f64, and inputs that are not known.
// CHECK-LABEL: func @others
// CHECK-COUNT-4: fidelity.ternary_accumulate
func.func @others(%x: memref<64xi8>, %w: memref<32x16xi8>, %y: memref<32xf32>, %z: memref<32xf64>,
                  %a: memref<32x8xf32>, %b: memref<32xf32>, %c: memref<32x4xf32>, %d: memref<?xi8>) {
  fidelity.ternary_accumulate %x, %w, %y scale %a storage(tiled2)
    : (memref<64xi8>, memref<32x16xi8>, memref<32xf32>, memref<32x8xf32>) -> ()
  fidelity.ternary_accumulate %x, %w, %y scale %b storage(tiled2)
    : (memref<64xi8>, memref<32x16xi8>, memref<32xf32>, memref<32xf32>) -> ()
  fidelity.ternary_accumulate %x, %w, %z scale %c storage(tiled2)
    : (memref<64xi8>, memref<32x16xi8>, memref<32xf64>, memref<32x4xf32>) -> ()
  fidelity.ternary_accumulate %d, %w, %y scale %c storage(tiled2)
    : (memref<?xi8>, memref<32x16xi8>, memref<32xf32>, memref<32x4xf32>) -> ()
  return
}

// In the kernels sums of a group are integers, then floats under its scale.
// CHECK: func private @[[FIRST]](
// AVX2-SAME: target_features = #llvm.target_features<["+avx2"]>
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// AMX: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// PORTABLE: arith.sitofp {{.*}} : vector<4xi32> to vector<4xf32>
// AVX2: arith.sitofp {{.*}} : vector<8xi32> to vector<8xf32>
// CHECK: arith.mulf {{.*}} fastmath<contract> : vector<
// CHECK: arith.addf {{.*}} fastmath<contract> : vector<
// CHECK: func private @[[SECOND]](
// AVX2-SAME: target_features = #llvm.target_features<["+avx2", "+f16c"]>
// CHECK-NOT: func private
