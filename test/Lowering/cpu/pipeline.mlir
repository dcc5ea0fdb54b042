// The whole pipeline: LLVM dialect only, C library only, no allocation in a
// loop, and everything freed that is not returned.

// RUN: fidelity-opt %s --fidelity-cpu-pipeline | FileCheck %s
// RUN: fidelity-opt %s --fidelity-cpu-pipeline | %llvm/bin/mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=IR
// RUN: fidelity-opt %s --fidelity-cpu-pipeline --mlir-print-ir-before=convert-memref-copy-to-linalg 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BUFFERS
// RUN: not fidelity-opt %s --pass-pipeline='builtin.module(fidelity-cpu-pipeline{speed=high})' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OPTION

// OPTION: expected cpu=… and threads=… as options of fidelity-cpu-pipeline, but got `speed=high`

// CHECK-NOT: {{(^|[^.])(arith|cf|func|fidelity|linalg|math|memref|scf|tensor)\.[a-z]}}
// CHECK-NOT: unrealized_conversion_cast
// CHECK-NOT: memrefCopy

// BUFFERS-LABEL: func.func private @step(
// BUFFERS: memref.alloc
// BUFFERS: scf.for
// BUFFERS-NOT: memref.alloc
// BUFFERS: return
// BUFFERS-LABEL: func.func @row(
// BUFFERS: %[[ALL:.*]] = memref.alloc({{.*}}) {{.*}} : memref<?x4xf32>
// BUFFERS: %[[ROW:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// BUFFERS: memref.dealloc %[[ALL]]
// BUFFERS: return %[[ROW]]
// BUFFERS-LABEL: func.func @in_place(
// BUFFERS: %[[SUM:.*]] = memref.alloc() : memref<4xf32>
// BUFFERS: memref.dealloc %[[SUM]]

// IR-DAG: define internal {{.*}} @dealloc_helper(
// IR-DAG: define internal {{.*}} @step(
// IR-DAG: define {{.*}} @recurrence(
// IR-DAG: define void @_mlir_ciface_recurrence(

func.func private @step(%x: tensor<?x4xf32>, %f: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %y, %h = fidelity.mlgru %f, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  return %y, %h : tensor<?x4xf32>, tensor<4xf32>
}

func.func @recurrence(%x: tensor<?x8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>)
    -> (tensor<?x4xf32>, tensor<2xf32>) {
  %p = fidelity.ternary_linear %x, %w
    : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
  %y, %h = call @step(%p, %p) : (tensor<?x4xf32>, tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>)
  %half = tensor.extract_slice %h[2] [2] [1] : tensor<4xf32> to tensor<2xf32>
  return %y, %half : tensor<?x4xf32>, tensor<2xf32>
}

func.func @row(%x: tensor<?x8xf32>, %w: tensor<4x8xi8>) -> tensor<4xf32> {
  %p = fidelity.ternary_linear %x, %w : (tensor<?x8xf32>, tensor<4x8xi8>) -> tensor<?x4xf32>
  %row = tensor.extract_slice %p[1, 0] [1, 4] [1, 1] : tensor<?x4xf32> to tensor<4xf32>
  return %row : tensor<4xf32>
}

// The sum of narrow floats has memory of its own.
func.func @in_place(%x: memref<8xf16>, %w: memref<4x8xi8>, %init: memref<4xf16>) {
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf16>, memref<4x8xi8>, memref<4xf16>) -> ()
  return
}

// Tensor ops of other dialects around ours, and a strided copy.
func.func @mixed(%x: tensor<4x8xf32>) -> (tensor<4x4xf32>, tensor<4x8xf32>) {
  %even = tensor.extract_slice %x[0, 0] [4, 4] [1, 2] : tensor<4x8xf32> to tensor<4x4xf32>
  %sum = arith.addf %x, %x : tensor<4x8xf32>
  %log = math.log1p %sum : tensor<4x8xf32>
  return %even, %log : tensor<4x4xf32>, tensor<4x8xf32>
}

// What comes from elsewhere may be one buffer twice.
func.func private @elsewhere(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
func.func @chosen(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a, %b = call @elsewhere(%x) : (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %b : tensor<4xf32>
}
