// A name that is taken is left alone, and a module without sums gets no kernel.

// RUN: fidelity-opt %s --split-input-file --convert-fidelity-to-vector | FileCheck %s

// CHECK: func private @ternary_portable()
// CHECK: call @ternary_portable_1(
// CHECK: func private @ternary_portable_1(
func.func private @ternary_portable()
func.func @sum(%x: memref<16xi8>, %w: memref<8x4xi8>, %y: memref<8xi32>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<16xi8>, memref<8x4xi8>, memref<8xi32>) -> ()
  return
}

// -----

// CHECK-LABEL: func @nothing
// CHECK-NOT: ternary_portable
func.func @nothing() {
  return
}
