// Products with ternary weights: bytes become trits in registers.

// RUN: fidelity-opt %s --fidelity-triton-pipeline -split-input-file | FileCheck %s

// Tokens of 8 bits are multiplied by the matrix unit, a tile at a time; no
// buffer holds the trits.
// CHECK:       buffers = [], checks = [],
// CHECK-SAME:  grid = [{block = 16 : i64, sizes = ["s0"]}, {block = 64 : i64, sizes = [100]}]
// CHECK:       ^bb0(%[[X:.*]]: !tt.ptr<i8>, %[[W:.*]]: !tt.ptr<i8>, %[[S:.*]]: !tt.ptr<f32>, %[[Y:.*]]: !tt.ptr<f32>, %[[N:.*]]: i64):
// CHECK:         %[[SUM:.*]] = scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[ACC:.*]] = %{{.*}}) -> (tensor<16x64xi32>) : i64 {
// CHECK:           %[[XS:.*]] = "tt.load"{{.*}} -> tensor<16x64xi8>
// CHECK:           %[[BYTES:.*]] = "tt.load"{{.*}} -> tensor<64x64xi8>
// CHECK:           %[[WIDE:.*]] = arith.extui %[[BYTES]]
// CHECK:           arith.shrui %[[WIDE]]
// CHECK:           %[[DIGIT:.*]] = arith.andi
// CHECK:           %[[HIGH:.*]] = arith.shrui %[[DIGIT]]
// CHECK:           %[[LOW:.*]] = arith.andi %[[DIGIT]]
// CHECK:           %[[TRIT:.*]] = arith.subi %[[HIGH]], %[[LOW]]
// CHECK:           %[[NARROW:.*]] = arith.trunci %[[TRIT]]
// CHECK:           "tt.dot"(%[[XS]], %[[NARROW]], %[[ACC]]) {inputPrecision = 2 : i32, maxNumImpreciseAcc = 0 : i32} : (tensor<16x64xi8>, tensor<64x64xi8>, tensor<16x64xi32>) -> tensor<16x64xi32>
// CHECK:         arith.sitofp %[[SUM]]
// CHECK:         "tt.store"
func.func @tokens(%x: tensor<?x256xi8>, %w: tensor<100x256xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<100xf32>) -> tensor<?x100xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x256xi8>, tensor<100x256xi8, #fidelity.tensor<storage = packed2>>, tensor<100xf32>) -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

// -----

// One token, and floats, take additions and subtractions only.
// CHECK:       grid = [{block = 1 : i64, sizes = [1]}, {block = 16 : i64, sizes = [100]}]
// CHECK-NOT:   tt.dot
// CHECK:       arith.divui
// CHECK:       arith.remui
// CHECK:       arith.subi %{{.*}}, %[[X:.*]] : tensor<16x256xi32>
// CHECK:       arith.select
// CHECK:       %[[TERM:.*]] = arith.select
// CHECK-NOT:   tt.dot
// CHECK:       "tt.reduce"(%[[TERM]])
// CHECK:         arith.addi
// CHECK:       }) {axis = 1 : i32} : (tensor<16x256xi32>) -> tensor<16xi32>
func.func @token(%x: tensor<1x256xi8>, %w: tensor<100x256xi8, #fidelity.tensor<storage = packed5>>) -> tensor<1x100xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<1x256xi8>, tensor<100x256xi8, #fidelity.tensor<storage = packed5>>) -> tensor<1x100xi32>
  return %y : tensor<1x100xi32>
}
