// Products with ternary weights: bytes become trits in registers.

// RUN: fidelity-opt %s --fidelity-gpu-pipeline -split-input-file | FileCheck %s

// 32 threads have an output of four tokens. They go through the bytes of the
// row of weights with a sum for each token; no memory holds the trits.
// CHECK:       buffers = [], checks = [],
// CHECK-SAME:  grid = [{block = 4 : i64, sizes = ["s0"]}, {block = 8 : i64, sizes = [100]}]
// CHECK:       gpu.func @tokens_kernel0(%{{.*}}: memref<i8, 1>, %[[WP:.*]]: memref<i8, 1>, %{{.*}}: memref<f32, 1>, %{{.*}}: memref<f32, 1>, %{{.*}}: i64)
// CHECK-SAME:      known_block_size = array<i32: 256, 1, 1>
// CHECK:         %[[W:.*]] = memref.reinterpret_cast %[[WP]] to offset: [0], sizes: [6400], strides: [1]
// CHECK:         %[[THREAD:.*]] = gpu.thread_id x
// CHECK:         %[[LANE:.*]] = arith.remui %[[THREAD]], %c32
// CHECK:         %[[SUMS:.*]]:4 = scf.for %{{.*}} = %[[LANE]] to %c64 step %c32 iter_args({{.*}}) -> (i32, i32, i32, i32) {
// CHECK:           %[[BYTE:.*]] = memref.load %[[W]]
// CHECK:           %[[WIDE:.*]] = arith.extui %[[BYTE]] : i8 to i32
// CHECK:           %[[DIGIT:.*]] = arith.andi %[[WIDE]], %c3
// CHECK:           %[[HIGH:.*]] = arith.shrui %[[DIGIT]]
// CHECK:           %[[LOW:.*]] = arith.andi %[[DIGIT]]
// CHECK:           %[[TRIT:.*]] = arith.subi %[[HIGH]], %[[LOW]]
// CHECK:           %[[NEGATED:.*]] = arith.subi %c0
// CHECK:           arith.select %{{.*}}, %[[NEGATED]], %c0
// CHECK:           %[[TERM:.*]] = arith.select
// CHECK:           arith.addi %{{.*}}, %[[TERM]] : i32
// CHECK-NOT:       arith.muli %{{.*}} : i32
// CHECK-NOT:       memref.store
// CHECK:           scf.yield
// The sums of the 32 threads are added up, in five steps.
// CHECK:         memref.store %[[SUMS]]#0
// CHECK:         memref.store %[[SUMS]]#3
// CHECK:         scf.for %{{.*}} = %c0 to %c5 step %c1 {
// CHECK:           gpu.barrier
// CHECK:         gpu.barrier
// The first four of them have a token each.
// CHECK:         %[[HAS:.*]] = arith.cmpi slt, %[[LANE]], %c4
// CHECK:         scf.if
// CHECK:           arith.sitofp %{{.*}} : i32 to f32
// CHECK:           arith.mulf
// CHECK:           memref.store
// CHECK:       memref.global "private" @tokens_kernel0_scratch_1024xi32 : memref<1024xi32, 3> = uninitialized
func.func @tokens(%x: tensor<?x256xi8>, %w: tensor<100x256xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<100xf32>) -> tensor<?x100xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x256xi8>, tensor<100x256xi8, #fidelity.tensor<storage = packed2>>, tensor<100xf32>) -> tensor<?x100xf32>
  return %y : tensor<?x100xf32>
}

// -----

// One token has one sum. Of a row that does not end with a byte the trits beyond
// it are left out, and the residual is added before anything is stored.
// CHECK:       buffers = [], checks = []
// CHECK-SAME:  grid = [{block = 1 : i64, sizes = []}, {block = 8 : i64, sizes = [100]}]
// CHECK:       gpu.func @token_kernel0
// CHECK:         scf.for %{{.*}} = %{{.*}} to %c15 step %c32 iter_args(%{{.*}} = %{{.*}}) -> (f32) {
// CHECK:           arith.remui %{{.*}}, %c3
// CHECK:           %[[IS:.*]] = arith.cmpi slt, %{{.*}}, %c71
// CHECK:           arith.select %[[IS]], %{{.*}}, %c0_i32 : i32
// CHECK:           arith.select %[[IS]], %{{.*}}, %c0 : index
// CHECK:         scf.if
// CHECK:           arith.addf
// CHECK:           memref.store
// CHECK-NOT:   gpu.func
func.func @token(%x: tensor<71xf32>, %r: tensor<100xf32>, %w: tensor<100x71xi8, #fidelity.tensor<storage = packed5>>) -> tensor<100xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<71xf32>, tensor<100x71xi8, #fidelity.tensor<storage = packed5>>) -> tensor<100xf32>
  %z = fidelity.add %y, %r : (tensor<100xf32>, tensor<100xf32>) -> tensor<100xf32>
  return %z : tensor<100xf32>
}
