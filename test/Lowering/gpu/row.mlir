// Rows: threads of a block go through a row, and meet in the block's memory.

// RUN: fidelity-opt %s --fidelity-gpu-pipeline -split-input-file | FileCheck %s

// A pointer for each tensor, an i64 for each size; rows may be of any length.
// CHECK:       module attributes {fidelity.launch = {alignment = 16 : i64, functions = [
// CHECK-SAME:    {arguments = [{shape = ["s0", "s1"], type = "f16"}, {shape = ["s2"], type = "f32"}], buffers = [], checks = {{\[\[}}"s1", "s2"]],
// CHECK-SAME:    kernels = [{arguments = [{argument = 0 : i64}, {argument = 1 : i64}, {result = 0 : i64}, {result = 1 : i64}, {size = "s0"}, {size = "s1"}],
// CHECK-SAME:    grid = [{block = 1 : i64, sizes = ["s0"]}, {block = 256 : i64, sizes = []}], name = "norm_kernel0", threads = 256 : i64}],
// CHECK-SAME:    name = "norm", results = [{shape = ["s0", "s1"], type = "i8"}, {shape = ["s0", 1], type = "f32"}],
// CHECK-SAME:    gpu.container_module} {
// CHECK-NEXT:    gpu.module @kernels {
// CHECK-NEXT:      gpu.func @norm_kernel0(%[[XP:.*]]: memref<f16, 1>, %[[WP:.*]]: memref<f32, 1>, %[[QP:.*]]: memref<i8, 1>, %[[IP:.*]]: memref<f32, 1>, %[[S0:.*]]: i64, %[[S1:.*]]: i64)
// CHECK-SAME:          kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
// CHECK-DAG:         %[[ROWS:.*]] = arith.index_cast %[[S0]] : i64 to index
// CHECK-DAG:         %[[WIDTH:.*]] = arith.index_cast %[[S1]] : i64 to index
// CHECK:             %[[COUNT:.*]] = arith.muli %[[ROWS]], %[[WIDTH]]
// CHECK:             %[[X:.*]] = memref.reinterpret_cast %[[XP]] to offset: [0], sizes: [%[[COUNT]]], strides: [1] : memref<f16, 1> to memref<?xf16, 1>
// CHECK:             %[[Q:.*]] = memref.reinterpret_cast %[[QP]]
// CHECK:             %[[I:.*]] = memref.reinterpret_cast %[[IP]]
// CHECK:             %[[THREAD:.*]] = gpu.thread_id x
// CHECK:             %[[ROW:.*]] = gpu.block_id x
// What a thread has of the sum is in a register.
// CHECK:             %[[OWN:.*]] = scf.for %[[LANE:.*]] = %[[THREAD]] to %[[WIDTH]] step %{{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (f32) {
// CHECK:               memref.load %[[X]]
// CHECK:               %[[WIDE:.*]] = arith.extf
// CHECK:               %[[SQUARE:.*]] = arith.mulf %[[WIDE]], %[[WIDE]]
// CHECK:               %[[NEXT:.*]] = arith.addf %[[SUM]], %[[SQUARE]]
// CHECK:               scf.yield %[[NEXT]]
// A tree of 256: eight steps, each after a barrier that all threads come to.
// CHECK:             %[[SCRATCH:.*]] = memref.get_global @norm_kernel0_scratch_256xf32 : memref<256xf32, 3>
// CHECK:             memref.store %[[OWN]], %[[SCRATCH]][%[[THREAD]]]
// CHECK:             scf.for %[[STEP:.*]] = %c0 to %c8 step %c1 {
// CHECK:               %[[HALF:.*]] = arith.shrui %c128, %[[STEP]]
// CHECK:               gpu.barrier
// CHECK:               %[[IS:.*]] = arith.cmpi slt, %{{.*}}, %[[HALF]]
// CHECK:               scf.if %[[IS]] {
// CHECK:                 arith.addf
// CHECK:                 memref.store %{{.*}}, %[[SCRATCH]][%[[THREAD]]]
// CHECK:             gpu.barrier
// CHECK:             memref.load %[[SCRATCH]]
// CHECK:             math.sqrt
// The norm is computed again, rounded to its type, and is not written.
// CHECK:             scf.for
// CHECK:               arith.truncf %{{.*}} : f32 to f16
// CHECK:               math.absf
// CHECK:               arith.maximumf
// Before the memory is used again all have read it.
// CHECK:             gpu.barrier
// CHECK-NEXT:        memref.store %{{.*}}, %[[SCRATCH]][%[[THREAD]]]
// CHECK:               gpu.barrier
// CHECK:             gpu.barrier
// CHECK:             scf.for
// CHECK:               arith.truncf %{{.*}} : f32 to f16
// CHECK:               arith.fptosi %{{.*}} : f32 to i8
// CHECK:               memref.store %{{.*}}, %[[Q]]
// One thread stores what there is of each row.
// CHECK:             %[[FIRST:.*]] = arith.cmpi slt, %[[THREAD]], %c1
// CHECK:             scf.if %[[FIRST]] {
// CHECK-NEXT:          memref.store %{{.*}}, %[[I]][%[[ROW]]]
// CHECK:             gpu.return
// CHECK:           memref.global "private" @norm_kernel0_scratch_256xf32 : memref<256xf32, 3> = uninitialized
// CHECK-NOT:     func.func
func.func @norm(%x: tensor<?x?xf16>, %w: tensor<?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>) {
  %y = fidelity.rms_norm %x weight %w : (tensor<?x?xf16>, tensor<?xf32>) -> tensor<?x?xf16>
  %q, %i = fidelity.quantize_activations %y : (tensor<?x?xf16>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  return %q, %i : tensor<?x?xi8>, tensor<?x1xf32>
}

// -----

// What is not summed: a thread has an element. Functions that few machines have
// are written in terms of exp.
// CHECK:       checks = {{\[\[}}"s1", "s0"]]
// CHECK-SAME:  grid = [{block = 1 : i64, sizes = ["s1"]}, {block = 128 : i64, sizes = [100]}], name = "gate_kernel0", threads = 128 : i64
// CHECK:           gpu.func @gate_kernel0
// CHECK:             %[[THREAD:.*]] = gpu.thread_id x
// CHECK:             %[[PART:.*]] = gpu.block_id y
// CHECK:             %[[FIRST:.*]] = arith.muli %[[PART]], %c128
// CHECK:             %[[LANE:.*]] = arith.addi %[[FIRST]], %[[THREAD]]
// CHECK:             %[[IS:.*]] = arith.cmpi slt, %[[LANE]], %c100
// CHECK:             scf.if %[[IS]] {
// CHECK-NOT:           math.tanh
// CHECK:               math.exp %{{.*}} : f64
// CHECK-NOT:           math.tanh
// CHECK:               memref.store
// CHECK-NOT:         gpu.barrier
// CHECK:             gpu.return
func.func @gate(%a: tensor<?x100xf64>, %b: tensor<?x100xf64>) -> tensor<?x100xf64> {
  %0 = fidelity.swiglu %a, %b : (tensor<?x100xf64>, tensor<?x100xf64>) -> tensor<?x100xf64>
  %1 = fidelity.tanh %0 : tensor<?x100xf64>
  return %1 : tensor<?x100xf64>
}

// -----

// Of one row the parts are along the axis of a grid that may be long.
// CHECK:       grid = [{block = 256 : i64, sizes = ["s0"]}, {block = 1 : i64, sizes = []}]
// CHECK:           gpu.func @vector_kernel0
// CHECK:             gpu.block_id x
// CHECK-NOT:         gpu.block_id y
func.func @vector(%a: tensor<?xf32>) -> tensor<?xf32> {
  %0 = fidelity.relu %a : tensor<?xf32>
  return %0 : tensor<?xf32>
}
