// RUN: fidelity-opt %s --convert-fidelity-to-vector | FileCheck %s --check-prefixes=CHECK,PORTABLE
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx2 | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512 | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx-vnni | FileCheck %s --check-prefixes=CHECK,AVXVNNI
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512-vnni | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512-vbmi | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=amx-int8 | FileCheck %s --check-prefixes=CHECK,AMX
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=neon-dot | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: not fidelity-opt %s --convert-fidelity-to-vector=isa=mmx 2>&1 | FileCheck %s --check-prefix=ISA

// ISA: expected isa to be one of portable, avx2, avx-vnni, avx512, avx512-vnni, avx512-vbmi, amx-int8, neon-dot, but got mmx

// Whole tiles are read where they are.
// CHECK-LABEL: func @whole
// CHECK-NOT: memref.alloc
// CHECK: %[[ROWS:.*]] = arith.constant 3 : index
// CHECK: call @[[KERNEL:ternary_[a-z0-9_]+]](%{{.*}}, %{{.*}}, %{{.*}}, %[[ROWS]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) : (memref<?xi8>, memref<?xi8>, memref<?xi32>, index, index, index, index, index) -> ()
// CHECK-NOT: fidelity.
func.func @whole(%x: memref<3x64xi8>, %w: memref<32x16xi8>, %y: memref<3x32xi32>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<3x64xi8>, memref<32x16xi8>, memref<3x32xi32>) -> ()
  return
}

// Others are filled up, and freed.
// CHECK-LABEL: func @ragged
// CHECK: %[[ROWS:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?xi8>
// CHECK: call @[[KERNEL]](%[[ROWS]],
// CHECK: memref.dealloc %[[ROWS]]
func.func @ragged(%x: memref<?x5xi8>, %w: memref<?x4xi8>, %y: memref<?x?xi32>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<?x5xi8>, memref<?x4xi8>, memref<?x?xi32>) -> ()
  return
}

// Another storage has no kernel.
// CHECK-LABEL: func @others
// CHECK: fidelity.ternary_accumulate
func.func @others(%x: memref<16xi8>, %w: memref<8x4xi8>, %z: memref<8xi32>) {
  fidelity.ternary_accumulate %x, %w, %z storage(packed2)
    : (memref<16xi8>, memref<8x4xi8>, memref<8xi32>) -> ()
  return
}

// There is one kernel.
// CHECK: func private @[[KERNEL]](
// AVX2-SAME: target_features = #llvm.target_features<["+avx2"]>
// VNNI-SAME: target_features = #llvm.target_features<["+avx512f", "+avx512bw", "+avx512vnni"{{(, "\+avx512vbmi")?}}]>
// PORTABLE: arith.muli {{.*}} : vector<8xi16>
// AVX2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// AVX512: llvm.call_intrinsic "llvm.x86.avx512.pmaddubs.w.512"
// AVXVNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// AMX-SAME: target_features = #llvm.target_features<["+avx512f", "+avx512bw", "+avx512vnni", "+avx512vbmi", "+amx-tile", "+amx-int8"]>
// Linux is asked, tiles of registers are used where it permits them, and else vectors.
// AMX: %[[REFUSAL:.*]] = llvm.inline_asm has_side_effects "syscall"
// AMX: arith.cmpi eq, %[[REFUSAL]]
// AMX: llvm.call_intrinsic "llvm.x86.ldtilecfg"
// AMX: llvm.call_intrinsic "llvm.x86.tdpbssd"
// AMX: llvm.call_intrinsic "llvm.x86.tilerelease"
// AMX: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// NEON: llvm.call_intrinsic "llvm.aarch64.neon.sdot"
// CHECK-NOT: func private @ternary_
