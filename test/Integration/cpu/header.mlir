// A C program calls a compiled library through its header.

// RUN: rm -rf %t && mkdir %t
// RUN: fidelity compile %s -o %t/library.so
// RUN: FileCheck %s --input-file=%t/library.h
// RUN: cc -std=c11 -Wall -Wextra -Werror -pedantic -I %t %S/Inputs/call.c %t/library.so -o %t/call
// RUN: %t/call | FileCheck %s --check-prefix=RESULT
// RUN: c++ -fsyntax-only -Wall -Werror -x c++ %t/library.h

// CHECK: } complex_f32;
// CHECK: complex_f32 *aligned;

// CHECK: @layer: (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> (tensor<?x4xf32>)
// CHECK-NEXT: void _mlir_ciface_layer(memref_2d_f32 *result, memref_2d_f32 *arg0, memref_2d_i8 *arg1);

// CHECK: typedef struct {
// CHECK-NEXT: memref_1d_f32 result0; /* tensor<4xf32> */
// CHECK-NEXT: float result1; /* f32 */
// CHECK-NEXT: memref_1d_f32 result2; /* tensor<4xf32> */
// CHECK-NEXT: } pick_results;
// CHECK: void _mlir_ciface_pick(pick_results *results, memref_1d_f32 *arg0, int64_t arg1);

// CHECK: void _mlir_ciface_same(memref_1d_complex_f32 *result, memref_1d_complex_f32 *arg0);
// CHECK: int64_t _mlir_ciface_size(memref_1d_f32 *arg0);
// CHECK: typedef struct {
// CHECK-NEXT: float result0; /* f32 */
// CHECK-NEXT: memref_1d_f32 result2; /* tensor<4xf32> */
// CHECK-NEXT: } step_results;
// CHECK: @step: (tensor<4xf32>, tensor<4xf32>) -> (f32, tensor<4xf32>, tensor<4xf32>); arg1 becomes result 1 */
// CHECK-NEXT: void _mlir_ciface_step(step_results *results, memref_1d_f32 *arg0, memref_1d_f32 *arg1);
// CHECK: @a.b has a name or a type that C cannot say.

// RESULT: layer 2x4: 0 -1 4 -7 8 -9 12 -15
// RESULT: pick 3 4: 1 2 3 4
// RESULT: apart 1
// RESULT: size 4
// RESULT: step 11: 2 4 6 8, before 1 2 3 4
// RESULT: step 12: 3 6 9 12, before 2 4 6 8

func.func @layer(%x: tensor<?x8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>)
    -> tensor<?x4xf32> {
  %y = fidelity.ternary_linear %x, %w
    : (tensor<?x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// The argument itself, twice: two blocks all the same.
func.func @pick(%x: tensor<4xf32>, %i: index) -> (tensor<4xf32>, f32, tensor<4xf32>) {
  %e = tensor.extract %x[%i] : tensor<4xf32>
  return %x, %e, %x : tensor<4xf32>, f32, tensor<4xf32>
}

func.func @same(%x: tensor<?xcomplex<f32>>) -> tensor<?xcomplex<f32>> {
  return %x : tensor<?xcomplex<f32>>
}

func.func @size(%x: tensor<?xf32>) -> index {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  return %n : index
}

// The sums so far, where they lie, and those before.
func.func @step(%x: tensor<4xf32>, %sums: tensor<4xf32> {fidelity.aliasing_output = 1})
    -> (f32, tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %ten = arith.constant 10.0 : f32
  %first = tensor.extract %sums[%c0] : tensor<4xf32>
  %y = arith.addf %first, %ten : f32
  %next = arith.addf %sums, %x : tensor<4xf32>
  return %y, %next, %sums : f32, tensor<4xf32>, tensor<4xf32>
}

func.func @a.b() {
  return
}
