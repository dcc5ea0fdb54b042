// A tensor is one pointer to whoever launches a kernel, and a memref in it.

// RUN: fidelity-opt %s --fidelity-gpu-bare-arguments | FileCheck %s

// CHECK-LABEL: gpu.func @scale
// CHECK-SAME:    (%[[X:.*]]: !llvm.ptr<1>, %[[UNUSED:.*]]: !llvm.ptr<1>, %[[N:.*]]: i64) kernel
// CHECK:         %[[ZERO:.*]] = llvm.mlir.constant(0 : i64) : i64
// CHECK:         %[[NONE:.*]] = llvm.mlir.poison : !llvm.struct<(ptr<1>, ptr<1>, i64)>
// CHECK:         %[[ONE:.*]] = llvm.insertvalue %[[X]], %[[NONE]][0]
// CHECK:         %[[TWO:.*]] = llvm.insertvalue %[[X]], %[[ONE]][1]
// CHECK:         %[[THREE:.*]] = llvm.insertvalue %[[ZERO]], %[[TWO]][2]
// CHECK:         %[[MEMREF:.*]] = builtin.unrealized_conversion_cast %[[THREE]] : {{.*}} to memref<f32, 1>
// CHECK:         memref.reinterpret_cast %[[MEMREF]]
// CHECK-NOT:     llvm.
gpu.module @kernels {
  gpu.func @scale(%x: memref<f32, 1>, %unused: memref<i8, 1>, %n: i64) kernel {
    %count = arith.index_cast %n : i64 to index
    %all = memref.reinterpret_cast %x to offset: [0], sizes: [%count], strides: [1]
      : memref<f32, 1> to memref<?xf32, 1>
    %i = gpu.thread_id x
    %0 = memref.load %all[%i] : memref<?xf32, 1>
    %1 = arith.addf %0, %0 : f32
    memref.store %1, %all[%i] : memref<?xf32, 1>
    gpu.return
  }

  // No kernel, so that nobody from outside calls it.
  // CHECK: gpu.func @inner(%{{.*}}: memref<?xf32>)
  gpu.func @inner(%x: memref<?xf32>) {
    gpu.return
  }
}
