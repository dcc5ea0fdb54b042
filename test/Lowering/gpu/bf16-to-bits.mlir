// RUN: fidelity-opt %s --fidelity-gpu-bf16-to-bits --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gpu.func @first
// CHECK-SAME:    (%[[X:.*]]: memref<i16, 1>, %[[Y:.*]]: i1)
// CHECK:         %[[ONE:.*]] = arith.constant 16256 : i16
// CHECK:         %[[LOADED:.*]] = memref.load %[[X]][] : memref<i16, 1>
// CHECK:         %[[CHOSEN:.*]] = arith.select %[[Y]], %[[LOADED]], %[[ONE]] : i16
// CHECK-NEXT:    %[[SUM:.*]] = arith.addi %[[CHOSEN]], %[[LOADED]] : i16
// CHECK:         memref.store %[[SUM]], %[[X]][] : memref<i16, 1>
gpu.module @kernels {
  gpu.func @first(%x: memref<bf16, 1>, %y: i1) kernel {
    %one = arith.constant 1.0 : bf16
    %0 = memref.load %x[] : memref<bf16, 1>
    %1 = arith.select %y, %0, %one : bf16
    %2 = arith.bitcast %1 : bf16 to i16
    %3 = arith.bitcast %0 : bf16 to i16
    %4 = arith.addi %2, %3 : i16
    %5 = arith.bitcast %4 : i16 to bf16
    memref.store %5, %x[] : memref<bf16, 1>
    gpu.return
  }
}

// -----

// How conversions round, opt-tool/tests/math.rs finds out.
// CHECK-LABEL: gpu.func @converted
// CHECK-NOT:     bf16
// CHECK:         gpu.return
gpu.module @kernels {
  gpu.func @converted(%x: bf16, %y: f32, %z: f64) {
    %0 = arith.extf %x : bf16 to f32
    %1 = arith.extf %x : bf16 to f64
    %2 = arith.truncf %y : f32 to bf16
    %3 = arith.truncf %z : f64 to bf16
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @sum(%x: bf16) {
    // expected-error @+1 {{expected ops that move numbers of type bf16, but got 'arith.addf'; compute in f32}}
    %0 = arith.addf %x, %x : bf16
    gpu.return
  }
}
