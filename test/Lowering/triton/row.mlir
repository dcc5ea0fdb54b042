// Rows: sums over a masked block of a power of two, a store under the same mask.

// RUN: fidelity-opt %s --fidelity-triton-pipeline -split-input-file | FileCheck %s

// The kernel has a module of its own. Pointers are of 16 bytes, the row is i64.
// CHECK:       module attributes {fidelity.launch = {alignment = 16 : i64, functions = [
// CHECK-SAME:    {arguments = [{shape = ["s0", 100], type = "f16"}, {shape = [100], type = "f32"}], buffers = [], checks = [],
// CHECK-SAME:    kernels = [{arguments = [{argument = 0 : i64}, {argument = 1 : i64}, {result = 0 : i64}, {result = 1 : i64}, {size = "s0"}],
// CHECK-SAME:    grid = [{block = 1 : i64, sizes = ["s0"]}, {block = 128 : i64, sizes = []}], name = "norm_kernel0", num_warps = 1 : i64}],
// CHECK-SAME:    name = "norm", results = [{shape = ["s0", 100], type = "i8"}, {shape = ["s0", 1], type = "f32"}],
// CHECK-SAME:    sizes = [{argument = 0 : i64, dimension = 0 : i64, name = "s0"}]}], version = 1 : i64}}
// CHECK:         module @norm_kernel0 {
// CHECK:           "tt.func"() ({
// CHECK:           ^bb0(%[[X:.*]]: !tt.ptr<f16>, %[[W:.*]]: !tt.ptr<f32>, %[[Q:.*]]: !tt.ptr<i8>, %[[I:.*]]: !tt.ptr<f32>, %{{.*}}: i64):
// CHECK:             %[[PID:.*]] = "tt.get_program_id"() {axis = 0 : i32} : () -> i32
// CHECK:             %[[ROW:.*]] = arith.extsi %[[PID]] : i32 to i64
// CHECK:             %[[RANGE:.*]] = "tt.make_range"() {end = 128 : i32, start = 0 : i32} : () -> tensor<128xi32>
// CHECK:             %[[MASK:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<128xi64>
// CHECK:             %[[IN:.*]] = "tt.load"(%{{.*}}, %[[MASK]], %{{.*}}) {operandSegmentSizes = array<i32: 1, 1, 1>} : (tensor<128x!tt.ptr<f16>>, tensor<128xi1>, tensor<128xf16>) -> tensor<128xf16>
// CHECK:             %[[WIDE:.*]] = arith.extf %[[IN]]
// CHECK:             %[[SQUARE:.*]] = arith.mulf %[[WIDE]], %[[WIDE]]
// CHECK:             %[[THERE:.*]] = arith.select %[[MASK]], %[[SQUARE]], %{{.*}} : tensor<128xi1>, tensor<128xf32>
// CHECK:             "tt.reduce"(%[[THERE]])
// CHECK:               arith.addf
// CHECK:             math.sqrt %{{.*}} : f32
// The norm is rounded to its type, which is not written to memory.
// CHECK:             arith.truncf %{{.*}} : tensor<128xf32> to tensor<128xf16>
// CHECK:             "tt.reduce"
// CHECK:               arith.maximumf
// Half to even, by the bits that a float has.
// CHECK:             arith.constant dense<0x4B400000> : tensor<128xf32>
// CHECK:             arith.fptosi %{{.*}} : tensor<128xf32> to tensor<128xi8>
// CHECK:             "tt.store"(%{{.*}}, %{{.*}}, %[[MASK]]) : (tensor<128x!tt.ptr<i8>>, tensor<128xi8>, tensor<128xi1>) -> ()
// CHECK:             "tt.store"(%{{.*}}, %{{.*}}) : (!tt.ptr<f32>, f32) -> ()
// CHECK:             "tt.return"() : () -> ()
// CHECK:           }) {arg_attrs = [{tt.divisibility = 16 : i32}, {tt.divisibility = 16 : i32}, {tt.divisibility = 16 : i32}, {tt.divisibility = 16 : i32}, {}],
// CHECK-SAME:         function_type = (!tt.ptr<f16>, !tt.ptr<f32>, !tt.ptr<i8>, !tt.ptr<f32>, i64) -> (), sym_name = "norm_kernel0", sym_visibility = "public"}
// CHECK-NOT:   func.func
func.func @norm(%x: tensor<?x100xf16>, %w: tensor<100xf32>) -> (tensor<?x100xi8>, tensor<?x1xf32>) {
  %y = fidelity.rms_norm %x weight %w : (tensor<?x100xf16>, tensor<100xf32>) -> tensor<?x100xf16>
  %q, %i = fidelity.quantize_activations %y : (tensor<?x100xf16>) -> (tensor<?x100xi8>, tensor<?x1xf32>)
  return %q, %i : tensor<?x100xi8>, tensor<?x1xf32>
}

// -----

// What is not summed is cut into parts of rows; functions that Triton lacks are
// written in terms of exp and log. Sizes of two arguments have to agree.
// CHECK:       checks = {{\[\[}}"s1", "s0"]]
// CHECK-SAME:  grid = [{block = 1 : i64, sizes = ["s1"]}, {block = 1024 : i64, sizes = [5000]}]
// CHECK:         module @gate_kernel0 {
// CHECK-NOT:       arith.negf
// CHECK-NOT:       math.tanh
// CHECK:           "tt.get_program_id"() {axis = 1 : i32}
// CHECK:           math.exp %{{.*}} : tensor<1024xf32>
// CHECK-NOT:       arith.negf
// CHECK-NOT:       math.tanh
// CHECK:           "tt.return"
func.func @gate(%a: tensor<?x5000xf32>, %b: tensor<?x5000xf32>) -> tensor<?x5000xf32> {
  %0 = fidelity.swiglu %a, %b : (tensor<?x5000xf32>, tensor<?x5000xf32>) -> tensor<?x5000xf32>
  %1 = fidelity.tanh %0 : tensor<?x5000xf32>
  return %1 : tensor<?x5000xf32>
}
