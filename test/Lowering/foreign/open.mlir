// Ops of dialects that are lowered to and that are not in this MLIR: they parse
// and print as they are written, with their types and attributes. The fidelity
// dialect brings them along.

// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// CHECK-LABEL: func.func @triton
// CHECK: "tt.splat"(%arg0) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
func.func @triton(%p: !tt.ptr<f32>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = "tt.splat"(%p) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
  %1 = fidelity.tanh %x : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// CHECK-LABEL: func.func @tt_forge
// CHECK-SAME: ttcore.argument_type = #ttcore.argument_type<parameter>
// CHECK: "ttir.sigmoid"(%arg0)
func.func @tt_forge(%x: tensor<4xf32> {ttcore.argument_type = #ttcore.argument_type<parameter>}) -> tensor<4xf32> {
  %0 = "ttir.sigmoid"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK: "hw.module"() <{module_type = !hw.modty<input clk : !seq.clock, output y : i1>}> ({
// CHECK: "comb.xor"
"hw.module"() <{module_type = !hw.modty<input clk : !seq.clock, output y : i1>}> ({
^bb0(%clk: !seq.clock):
  %0 = "hw.constant"() <{value = true}> : () -> i1
  %1 = "comb.xor"(%0, %0) : (i1, i1) -> i1
  "hw.output"(%1) : (i1) -> ()
}) : () -> ()
