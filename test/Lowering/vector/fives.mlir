// Five trits of a byte: the highest digit is what a byte has more than its remainder, and the
// four of that are looked up where there are tables, or found in the same way.

// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512-vbmi | FileCheck %s --check-prefixes=CHECK,WIDE,VBMI
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=avx512-vnni | FileCheck %s --check-prefixes=CHECK,WIDE,VNNI
// RUN: fidelity-opt %s --convert-fidelity-to-vector=isa=amx-int8 | FileCheck %s --check-prefix=AMX

// Each storage has a kernel, and rows that fill no tile of 20 columns are copied.

// CHECK-LABEL: func @both
// CHECK: call @ternary5_avx512_{{vbmi|vnni}}(
// CHECK-NOT: memref.alloc
// CHECK: call @ternary_avx512_{{vbmi|vnni}}(
// CHECK: memref.alloc
// CHECK: call @ternary5_avx512_{{vbmi|vnni}}(
func.func @both(%x: memref<1x80xi8>, %x5: memref<1x64xi8>, %w5: memref<32x16xi8>, %w: memref<32x20xi8>,
                %y: memref<1x32xi32>) {
  fidelity.ternary_accumulate %x, %w5, %y storage(tiled5)
    : (memref<1x80xi8>, memref<32x16xi8>, memref<1x32xi32>) -> ()
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<1x80xi8>, memref<32x20xi8>, memref<1x32xi32>) -> ()
  fidelity.ternary_accumulate %x5, %w5, %y storage(tiled5)
    : (memref<1x64xi8>, memref<32x16xi8>, memref<1x32xi32>) -> ()
  return
}

// AMX: func private @ternary5_amx_int8
// AMX: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"
// AMX: llvm.call_intrinsic "llvm.x86.tdpbssd"

// The several rows.
// CHECK: func private @ternary5_avx512_
// WIDE: %[[ONCE:.*]] = arith.subi %[[BYTES:.*]], %{{.*}} : vector<64xi8>
// WIDE: %[[TWICE:.*]] = arith.subi %[[BYTES]], %{{.*}} : vector<64xi8>
// WIDE: %[[LESSER:.*]] = arith.minui %[[ONCE]], %[[TWICE]]
// WIDE: %[[REST:.*]] = arith.minui %[[BYTES]], %[[LESSER]]
// VBMI: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"(%{{.*}}, %[[REST]], %{{.*}})
// VNNI-NOT: vpermi2var
// WIDE: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
