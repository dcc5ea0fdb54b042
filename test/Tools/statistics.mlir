// What passes counted, in the order of their names.
// RUN: fidelity-opt %s --fidelity-materialize-storage --convert-fidelity-to-vector \
// RUN:   --mlir-pass-statistics 2>&1 >/dev/null | FileCheck %s --match-full-lines --strict-whitespace
// No report unless it is asked for.
// RUN: fidelity-opt %s --convert-fidelity-to-vector 2>&1 | FileCheck %s --check-prefix=NONE

//      CHECK:===-------------------------------------------------------------------------===
// CHECK-NEXT:                         ... Pass statistics report ...
// CHECK-NEXT:===-------------------------------------------------------------------------===
// CHECK-NEXT:ConvertFidelityToVector
// CHECK-NEXT:  (S) 2 calls - ops that became calls of a kernel
// CHECK-NOT:{{.+}}

// NONE-NOT: statistics

func.func @sums(%x: memref<1x64xi8>, %w: memref<32x16xi8>, %y: memref<1x32xi32>) {
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<1x64xi8>, memref<32x16xi8>, memref<1x32xi32>) -> ()
  fidelity.ternary_accumulate %x, %w, %y storage(tiled2)
    : (memref<1x64xi8>, memref<32x16xi8>, memref<1x32xi32>) -> ()
  return
}
