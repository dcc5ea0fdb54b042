// RUN: fidelity-opt %s -loop-invariant-code-motion | FileCheck %s

// An op leaves a loop, which may not run at all, only if it cannot fail: when
// no two sizes have to agree, or all are static.

// CHECK-LABEL: func.func @add_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.add
// CHECK: scf.for
func.func @add_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.add %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @add_dynamic(
// CHECK: scf.for
// CHECK: fidelity.add
func.func @add_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.add %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @subtract_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.subtract
// CHECK: scf.for
func.func @subtract_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.subtract %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @subtract_dynamic(
// CHECK: scf.for
// CHECK: fidelity.subtract
func.func @subtract_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.subtract %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @multiply_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.multiply
// CHECK: scf.for
func.func @multiply_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.multiply %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @multiply_dynamic(
// CHECK: scf.for
// CHECK: fidelity.multiply
func.func @multiply_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.multiply %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @swiglu_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.swiglu
// CHECK: scf.for
func.func @swiglu_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.swiglu %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @swiglu_dynamic(
// CHECK: scf.for
// CHECK: fidelity.swiglu
func.func @swiglu_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.swiglu %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @sigmoid_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.sigmoid
// CHECK: scf.for
func.func @sigmoid_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.sigmoid %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @sigmoid_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.sigmoid
// CHECK: scf.for
func.func @sigmoid_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.sigmoid %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @tanh_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.tanh
// CHECK: scf.for
func.func @tanh_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.tanh %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @tanh_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.tanh
// CHECK: scf.for
func.func @tanh_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.tanh %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @silu_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.silu
// CHECK: scf.for
func.func @silu_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.silu %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @silu_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.silu
// CHECK: scf.for
func.func @silu_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.silu %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @relu_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.relu
// CHECK: scf.for
func.func @relu_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.relu %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @relu_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.relu
// CHECK: scf.for
func.func @relu_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.relu %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @squared_relu_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.squared_relu
// CHECK: scf.for
func.func @squared_relu_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.squared_relu %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @squared_relu_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.squared_relu
// CHECK: scf.for
func.func @squared_relu_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.squared_relu %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @exp_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.exp
// CHECK: scf.for
func.func @exp_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.exp %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @exp_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.exp
// CHECK: scf.for
func.func @exp_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.exp %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @softplus_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.softplus
// CHECK: scf.for
func.func @softplus_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.softplus %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @softplus_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.softplus
// CHECK: scf.for
func.func @softplus_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.softplus %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @elu_plus_one_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.elu_plus_one
// CHECK: scf.for
func.func @elu_plus_one_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.elu_plus_one %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @elu_plus_one_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.elu_plus_one
// CHECK: scf.for
func.func @elu_plus_one_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.elu_plus_one %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @gelu_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.gelu
// CHECK: scf.for
func.func @gelu_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.gelu %x : tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @gelu_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.gelu
// CHECK: scf.for
func.func @gelu_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.gelu %x : tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rms_norm_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.rms_norm
// CHECK: scf.for
func.func @rms_norm_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>, %w: tensor<8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r = fidelity.rms_norm %x weight %w : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
    scf.yield %r : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rms_norm_dynamic(
// CHECK: scf.for
// CHECK: fidelity.rms_norm
func.func @rms_norm_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>, %w: tensor<?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
    scf.yield %r : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @mlgru_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.mlgru
// CHECK: scf.for
func.func @mlgru_static(%b: index, %e: index, %k: index, %init: tensor<4x8xf32>, %x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xf32>) {
    %r:2 = fidelity.mlgru %x, %x : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8xf32>)
    scf.yield %r#0 : tensor<4x8xf32>
  }
  return %last : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @mlgru_dynamic(
// CHECK: scf.for
// CHECK: fidelity.mlgru
func.func @mlgru_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xf32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xf32>) {
    %r:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
    scf.yield %r#0 : tensor<?x?xf32>
  }
  return %last : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ssm_state_update_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.state_update
// CHECK: scf.for
func.func @ssm_state_update_static(%b: index, %e: index, %k: index, %init: tensor<8xf32>, %s: tensor<8xf32>, %x: tensor<f32>) -> tensor<8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<8xf32>) {
    %r = fidelity.ssm.state_update %s, %x, %s, %s : (tensor<8xf32>, tensor<f32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    scf.yield %r : tensor<8xf32>
  }
  return %last : tensor<8xf32>
}

// CHECK-LABEL: func.func @ssm_state_update_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.state_update
func.func @ssm_state_update_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %s: tensor<?xf32>, %x: tensor<f32>, %a: tensor<?xf32>) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_output_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ssm.output
// CHECK: scf.for
func.func @ssm_output_static(%b: index, %e: index, %k: index, %init: tensor<f32>, %s: tensor<8xf32>, %x: tensor<8xf32>) -> tensor<f32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<f32>) {
    %r = fidelity.ssm.output %s, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    scf.yield %r : tensor<f32>
  }
  return %last : tensor<f32>
}

// CHECK-LABEL: func.func @ssm_output_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ssm.output
func.func @ssm_output_dynamic(%b: index, %e: index, %k: index, %init: tensor<f32>, %s: tensor<?xf32>, %x: tensor<?xf32>) -> tensor<f32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<f32>) {
    %r = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
    scf.yield %r : tensor<f32>
  }
  return %last : tensor<f32>
}

// CHECK-LABEL: func.func @zero_vector_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.zero_vector
// CHECK: scf.for
func.func @zero_vector_static(%b: index, %e: index, %k: index, %init: tensor<8xf32>, %n: index) -> tensor<8xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<8xf32>) {
    %r = fidelity.zero_vector %n : tensor<8xf32>
    scf.yield %r : tensor<8xf32>
  }
  return %last : tensor<8xf32>
}

// CHECK-LABEL: func.func @zero_vector_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.zero_vector
// CHECK: scf.for
func.func @zero_vector_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.zero_vector %n : tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_linear_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternary_linear
// CHECK: scf.for
func.func @ternary_linear_static(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_linear_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ternary_linear
func.func @ternary_linear_dynamic(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternary_accumulate
// CHECK: scf.for
func.func @ternary_accumulate_static(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %i: tensor<4xf32>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.ternary_accumulate %x, %w, %i : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<4xf32>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate_dynamic(
// CHECK: scf.for
// CHECK: fidelity.ternary_accumulate
func.func @ternary_accumulate_dynamic(%b: index, %e: index, %k: index, %init: tensor<?xf32>, %x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %i: tensor<?xf32>) -> tensor<?xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?xf32>) {
    %r = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
    scf.yield %r : tensor<?xf32>
  }
  return %last : tensor<?xf32>
}

// CHECK-LABEL: func.func @ternarize_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternarize
// CHECK: scf.for
func.func @ternarize_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8>, %x: tensor<4x8xf32>) -> tensor<4x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8>) {
    %r:2 = fidelity.ternarize %x : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<f32>)
    scf.yield %r#0 : tensor<4x8xi8>
  }
  return %last : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @ternarize_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.ternarize
// CHECK: scf.for
func.func @ternarize_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xi8>, %x: tensor<?x?xf32>) -> tensor<?x?xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xi8>) {
    %r:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
    scf.yield %r#0 : tensor<?x?xi8>
  }
  return %last : tensor<?x?xi8>
}

// CHECK-LABEL: func.func @quantize_activations_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.quantize_activations
// CHECK: scf.for
func.func @quantize_activations_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8>, %x: tensor<4x8xf32>) -> tensor<4x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8>) {
    %r:2 = fidelity.quantize_activations %x : (tensor<4x8xf32>) -> (tensor<4x8xi8>, tensor<4x1xf32>)
    scf.yield %r#0 : tensor<4x8xi8>
  }
  return %last : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @quantize_activations_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.quantize_activations
// CHECK: scf.for
func.func @quantize_activations_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x?xi8>, %x: tensor<?x?xf32>) -> tensor<?x?xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x?xi8>) {
    %r:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
    scf.yield %r#0 : tensor<?x?xi8>
  }
  return %last : tensor<?x?xi8>
}

// CHECK-LABEL: func.func @bit_linear_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.bit_linear
// CHECK: scf.for
func.func @bit_linear_static(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<8xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.bit_linear %x, %w scale %s : (tensor<8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @bit_linear_dynamic(
// CHECK: scf.for
// CHECK: fidelity.bit_linear
func.func @bit_linear_dynamic(%b: index, %e: index, %k: index, %init: tensor<4xf32>, %x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> tensor<4xf32> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4xf32>) {
    %r = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
    scf.yield %r : tensor<4xf32>
  }
  return %last : tensor<4xf32>
}

// CHECK-LABEL: func.func @pack_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.pack
// CHECK: scf.for
func.func @pack_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %x: tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) {
    %r = fidelity.pack %x to packed2 : (tensor<4x8xi8>) -> tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
    scf.yield %r : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  }
  return %last : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @pack_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.pack
// CHECK: scf.for
func.func @pack_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>, %x: tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) {
    %r = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
    scf.yield %r : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  }
  return %last : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @unpack_static(
// CHECK-NOT: scf.for
// CHECK: fidelity.unpack
// CHECK: scf.for
func.func @unpack_static(%b: index, %e: index, %k: index, %init: tensor<4x8xi8>, %x: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<4x8xi8>) {
    %r = fidelity.unpack %x : (tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8>
    scf.yield %r : tensor<4x8xi8>
  }
  return %last : tensor<4x8xi8>
}

// CHECK-LABEL: func.func @unpack_dynamic(
// CHECK-NOT: scf.for
// CHECK: fidelity.unpack
// CHECK: scf.for
func.func @unpack_dynamic(%b: index, %e: index, %k: index, %init: tensor<?x8xi8>, %x: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8> {
  %last = scf.for %step = %b to %e step %k iter_args(%_ = %init) -> (tensor<?x8xi8>) {
    %r = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
    scf.yield %r : tensor<?x8xi8>
  }
  return %last : tensor<?x8xi8>
}

// On memrefs it writes, in each step.
// CHECK-LABEL: func.func @ternary_accumulate_memrefs(
// CHECK: scf.for
// CHECK: fidelity.ternary_accumulate
func.func @ternary_accumulate_memrefs(%b: index, %e: index, %k: index, %x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) {
  scf.for %step = %b to %e step %k {
    fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  }
  return
}
