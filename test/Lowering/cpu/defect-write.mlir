// A vector written at the beginning of a tensor whose first sizes are no greater than its:
// bufferisation would take it for a write of all of the tensor.
// RUN: fidelity-opt %s --fidelity-cpu-avoid-defects --canonicalize --split-input-file | FileCheck %s
// RUN: fidelity-opt %s --fidelity-cpu-avoid-defects --canonicalize --split-input-file \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries" | FileCheck %s --check-prefix=MEMREF

// CHECK-LABEL: func.func @first_row(
//       CHECK:   %[[ROW:.*]] = tensor.extract_slice %{{.*}}[0, 0] [1, 16] [1, 1] : tensor<9x16xf32> to tensor<16xf32>
//       CHECK:   %[[NEW:.*]] = vector.transfer_write %{{.*}}, %[[ROW]][%{{.*}}] {in_bounds = [true]} : vector<16xf32>, tensor<16xf32>
//       CHECK:   tensor.insert_slice %[[NEW]] into %{{.*}}[0, 0] [1, 16] [1, 1] : tensor<16xf32> into tensor<9x16xf32>

// MEMREF-LABEL: func.func @first_row(
//       MEMREF:   memref.copy
//       MEMREF:   vector.transfer_write
func.func @first_row(%v: vector<16xf32>, %t: tensor<9x16xf32> {bufferization.writable = false})
    -> tensor<9x16xf32> {
  %c0 = arith.constant 0 : index
  %w = vector.transfer_write %v, %t[%c0, %c0] {in_bounds = [true]}
    : vector<16xf32>, tensor<9x16xf32>
  return %w : tensor<9x16xf32>
}

// -----

// More rows than lanes: bufferisation is right about it.

// CHECK-LABEL: func.func @many_rows(
//   CHECK-NOT:   tensor.extract_slice
//       CHECK:   vector.transfer_write %{{.*}} : vector<16xf32>, tensor<17x16xf32>
func.func @many_rows(%v: vector<16xf32>, %t: tensor<17x16xf32>) -> tensor<17x16xf32> {
  %c0 = arith.constant 0 : index
  %w = vector.transfer_write %v, %t[%c0, %c0] {in_bounds = [true]}
    : vector<16xf32>, tensor<17x16xf32>
  return %w : tensor<17x16xf32>
}

// -----

// Elsewhere than at the beginning bufferisation is right too, and a slice in a loop would
// be copied.

// CHECK-LABEL: func.func @any_row(
//   CHECK-NOT:   tensor.extract_slice
//       CHECK:   vector.transfer_write %{{.*}} : vector<16xf32>, tensor<9x16xf32>
func.func @any_row(%v: vector<16xf32>, %t: tensor<9x16xf32>, %row: index) -> tensor<9x16xf32> {
  %c0 = arith.constant 0 : index
  %w = vector.transfer_write %v, %t[%row, %c0] {in_bounds = [true]}
    : vector<16xf32>, tensor<9x16xf32>
  return %w : tensor<9x16xf32>
}

// -----

// All of the tensor.

// CHECK-LABEL: func.func @all(
//   CHECK-NOT:   tensor.extract_slice
func.func @all(%v: vector<16xf32>, %t: tensor<16xf32>) -> tensor<16xf32> {
  %c0 = arith.constant 0 : index
  %w = vector.transfer_write %v, %t[%c0] {in_bounds = [true]} : vector<16xf32>, tensor<16xf32>
  return %w : tensor<16xf32>
}
