// A function is a module of streams, an op an instance of a module of its own.

// RUN: fidelity-opt %s --pass-pipeline='builtin.module(fidelity-hw-pipeline{lanes=4 fraction-bits=12})' | FileCheck %s

// CHECK: module attributes {
// CHECK-SAME: circt.loweringOptions =
// CHECK-SAME: fidelity.launch = {modules = [
// CHECK-SAME: {clock = "clk", inputs = [
// CHECK-SAME:   {bits = 8 : i64, count = 26 : i64, name = "arg0", role = "data", type = tensor<2x13xi8>},
// CHECK-SAME:   {bits = 8 : i64, count = 20 : i64, name = "arg1", role = "parameter", type = tensor<5x13xi8, #fidelity.tensor<storage = packed2>>}],
// CHECK-SAME:   name = "project", reset = "rst", results = [
// CHECK-SAME:   {bits = 32 : i64, count = 10 : i64, name = "result0", role = "data", type = tensor<2x5xi32>}]}
// CHECK-SAME: {bits = 8 : i64, contents = "01ff00ff", count = 4 : i64, name = "weights0", role = "parameter", type = tensor<2x2xi8>}
// CHECK-SAME: fraction_bits = 12 : i64
// The numbers of a constant, in whole bytes, the lowest first.
// CHECK-SAME: {bits = 16 : i64, contents = "000800f8", count = 2 : i64, fraction_bits = 12 : i64, name = "constant0", role = "parameter", type = tensor<2xf32>}
// CHECK-SAME: target = "fpga"}

// The tree of four lanes has three additions, each with a carry.
// CHECK: "hw.module"
// CHECK-COUNT-3: "comb.add"
// CHECK-NOT: "comb.add"
// CHECK: module_type = !hw.modty<input clk : !seq.clock, input rst : i1, input x : i32, input trits : i8, output number : i10, output carry : i1>
// CHECK-SAME: sym_name = "fidelity_ternary_dot_w8_l4"
// CHECK: sym_name = "fidelity_accumulator_w10_s32"

// CHECK: "seq.firmem"() {name = "fidelity_weights"
// CHECK-SAME: () -> !seq.firmem<20 x 8>
// CHECK: "seq.firmem"() {name = "fidelity_x"
// CHECK-SAME: () -> !seq.firmem<4 x 32>
// CHECK: sym_name = "fidelity_ternary_linear_5x13_packed2_w8_s32_l4"

// CHECK: "hw.instance"
// CHECK-SAME: moduleName = @fidelity_ternary_linear_5x13_packed2_w8_s32_l4
// CHECK: module_type = !hw.modty<input clk : !seq.clock, input rst : i1,
// CHECK-SAME: input arg0_valid : i1, input arg0_data : i8, input arg1_valid : i1, input arg1_data : i8, input result0_ready : i1,
// CHECK-SAME: output arg0_ready : i1, output arg1_ready : i1, output result0_valid : i1, output result0_data : i32>
// CHECK-SAME: sym_name = "project"
func.func @project(%x: tensor<2x13xi8>, %w: tensor<5x13xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2x5xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<2x13xi8>, tensor<5x13xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2x5xi32>
  return %y : tensor<2x5xi32>
}

// What is used twice goes through a fork; what is added goes through an adder.
// CHECK: sym_name = "fidelity_fork_2_w8"
// CHECK: sym_name = "fidelity_add_w32"
// CHECK: sym_name = "constant"
func.func @constant(%x: tensor<2xi8>, %init: tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi8>) {
  %w = arith.constant dense<[[1, -1], [0, -1]]> : tensor<2x2xi8>
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<2xi8>, tensor<2x2xi8>, tensor<2xi32>) -> tensor<2xi32>
  return %y, %x : tensor<2xi32>, tensor<2xi8>
}

// CHECK: sym_name = "fidelity_mlgru_tanh_gate_state_w16f12"
// CHECK: sym_name = "step"
func.func @step(%f: tensor<1x8xf32>, %c: tensor<1x8xf32>, %g: tensor<1x8xf32>, %h: tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>) {
  %o, %l = fidelity.mlgru %f, %c gate %g state %h activation(tanh) : (tensor<1x8xf32>, tensor<1x8xf32>, tensor<1x8xf32>, tensor<8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
  return %o, %l : tensor<1x8xf32>, tensor<8xf32>
}

// A bound is the same in each step.
// CHECK: sym_name = "fidelity_repeat_8x3_w16"
// The unit, and around it what keeps a state from step to step.
// CHECK: sym_name = "fidelity_mlgru_silu_state_lower_bound_w16f12"
// CHECK: "seq.firmem"() {name = "fidelity_buffer"
// CHECK-SAME: () -> !seq.firmem<8 x 16>
// CHECK: sym_name = "fidelity_mlgru_silu_state_lower_bound_w16f12_3x8"
// CHECK: sym_name = "sequence_"
func.func @sequence(%f: tensor<3x8xf32>, %c: tensor<3x8xf32>, %b: tensor<8xf32>) -> (tensor<3x8xf32>, tensor<8xf32>) {
  %o, %l = fidelity.mlgru %f, %c lower_bound %b : (tensor<3x8xf32>, tensor<3x8xf32>, tensor<8xf32>) -> (tensor<3x8xf32>, tensor<8xf32>)
  return %o, %l : tensor<3x8xf32>, tensor<8xf32>
}

// A layer is its parts, each a module.
// CHECK-DAG: sym_name = "fidelity_rms_8_epsilon8_w16f12"
// CHECK-DAG: sym_name = "fidelity_rms_scale_r30_w16f12"
// CHECK-DAG: sym_name = "fidelity_absmax_8_w16f12"
// CHECK-DAG: sym_name = "fidelity_quantize_w16"
// CHECK-DAG: sym_name = "fidelity_ternary_linear_4x8_packed2_w8_s12_l4"
// The sums by the inverse scale, in all bits that they need; then by the scale.
// CHECK-DAG: sym_name = "fidelity_multiply_w12f0_w28f24_w21f12"
// CHECK-DAG: sym_name = "fidelity_multiply_w21f12_w28f24_w16f12"
// CHECK: sym_name = "layer"
func.func @layer(%x: tensor<1x8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> tensor<1x4xf32> {
  %y = fidelity.bit_linear %x, %w scale %s {epsilon = 6.0e-8 : f64} : (tensor<1x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// What comes from one place to two that meet has room for all of it, what goes
// outside needs none.
// CHECK: sym_name = "fidelity_buffer_8_w16"
// CHECK: sym_name = "fidelity_sigmoid_w16f12_w16f12"
// CHECK: sym_name = "meet"
func.func @meet(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %s = fidelity.sigmoid %x : tensor<8xf32>
  %y = fidelity.multiply %x, %s : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %y, %s : tensor<8xf32>, tensor<8xf32>
}

// A constant is kept; one of a single number is that.
// CHECK: sym_name = "fidelity_keep_2_w16"
// CHECK: sym_name = "fidelity_constant_minus4096_w16f12"
// CHECK: sym_name = "constants"
func.func @constants(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = arith.constant dense<[0.5, -0.5]> : tensor<2xf32>
  %one = arith.constant dense<-1.0> : tensor<2xf32>
  %y = fidelity.multiply %x, %c : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %z = fidelity.add %y, %one : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %z : tensor<2xf32>
}

// CHECK-NOT: func.func
