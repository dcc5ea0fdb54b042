// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize | FileCheck %s --check-prefix=DEAD

// On tensors an op is its value: of two equal ones one goes, and an unused one
// goes, be it one that could fail.

// CHECK-LABEL: func.func @add(
// CHECK: fidelity.add
// CHECK-NOT: fidelity.add
// DEAD-LABEL: func.func @add(
// DEAD-COUNT-2: fidelity.add
// DEAD-NOT: fidelity.add
func.func @add(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.add %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = fidelity.add %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %2 = fidelity.add %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @subtract(
// CHECK: fidelity.subtract
// CHECK-NOT: fidelity.subtract
// DEAD-LABEL: func.func @subtract(
// DEAD-COUNT-2: fidelity.subtract
// DEAD-NOT: fidelity.subtract
func.func @subtract(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.subtract %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = fidelity.subtract %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %2 = fidelity.subtract %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @multiply(
// CHECK: fidelity.multiply
// CHECK-NOT: fidelity.multiply
// DEAD-LABEL: func.func @multiply(
// DEAD-COUNT-2: fidelity.multiply
// DEAD-NOT: fidelity.multiply
func.func @multiply(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.multiply %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = fidelity.multiply %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %2 = fidelity.multiply %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @swiglu(
// CHECK: fidelity.swiglu
// CHECK-NOT: fidelity.swiglu
// DEAD-LABEL: func.func @swiglu(
// DEAD-COUNT-2: fidelity.swiglu
// DEAD-NOT: fidelity.swiglu
func.func @swiglu(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.swiglu %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = fidelity.swiglu %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %2 = fidelity.swiglu %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @sigmoid(
// CHECK: fidelity.sigmoid
// CHECK-NOT: fidelity.sigmoid
// DEAD-LABEL: func.func @sigmoid(
// DEAD-COUNT-2: fidelity.sigmoid
// DEAD-NOT: fidelity.sigmoid
func.func @sigmoid(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.sigmoid %x : tensor<?x?xf32>
  %1 = fidelity.sigmoid %x : tensor<?x?xf32>
  %2 = fidelity.sigmoid %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @tanh(
// CHECK: fidelity.tanh
// CHECK-NOT: fidelity.tanh
// DEAD-LABEL: func.func @tanh(
// DEAD-COUNT-2: fidelity.tanh
// DEAD-NOT: fidelity.tanh
func.func @tanh(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.tanh %x : tensor<?x?xf32>
  %1 = fidelity.tanh %x : tensor<?x?xf32>
  %2 = fidelity.tanh %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @silu(
// CHECK: fidelity.silu
// CHECK-NOT: fidelity.silu
// DEAD-LABEL: func.func @silu(
// DEAD-COUNT-2: fidelity.silu
// DEAD-NOT: fidelity.silu
func.func @silu(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.silu %x : tensor<?x?xf32>
  %1 = fidelity.silu %x : tensor<?x?xf32>
  %2 = fidelity.silu %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @relu(
// CHECK: fidelity.relu
// CHECK-NOT: fidelity.relu
// DEAD-LABEL: func.func @relu(
// DEAD-COUNT-2: fidelity.relu
// DEAD-NOT: fidelity.relu
func.func @relu(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.relu %x : tensor<?x?xf32>
  %1 = fidelity.relu %x : tensor<?x?xf32>
  %2 = fidelity.relu %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @squared_relu(
// CHECK: fidelity.squared_relu
// CHECK-NOT: fidelity.squared_relu
// DEAD-LABEL: func.func @squared_relu(
// DEAD-COUNT-2: fidelity.squared_relu
// DEAD-NOT: fidelity.squared_relu
func.func @squared_relu(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.squared_relu %x : tensor<?x?xf32>
  %1 = fidelity.squared_relu %x : tensor<?x?xf32>
  %2 = fidelity.squared_relu %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @exp(
// CHECK: fidelity.exp
// CHECK-NOT: fidelity.exp
// DEAD-LABEL: func.func @exp(
// DEAD-COUNT-2: fidelity.exp
// DEAD-NOT: fidelity.exp
func.func @exp(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.exp %x : tensor<?x?xf32>
  %1 = fidelity.exp %x : tensor<?x?xf32>
  %2 = fidelity.exp %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @softplus(
// CHECK: fidelity.softplus
// CHECK-NOT: fidelity.softplus
// DEAD-LABEL: func.func @softplus(
// DEAD-COUNT-2: fidelity.softplus
// DEAD-NOT: fidelity.softplus
func.func @softplus(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.softplus %x : tensor<?x?xf32>
  %1 = fidelity.softplus %x : tensor<?x?xf32>
  %2 = fidelity.softplus %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @elu_plus_one(
// CHECK: fidelity.elu_plus_one
// CHECK-NOT: fidelity.elu_plus_one
// DEAD-LABEL: func.func @elu_plus_one(
// DEAD-COUNT-2: fidelity.elu_plus_one
// DEAD-NOT: fidelity.elu_plus_one
func.func @elu_plus_one(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.elu_plus_one %x : tensor<?x?xf32>
  %1 = fidelity.elu_plus_one %x : tensor<?x?xf32>
  %2 = fidelity.elu_plus_one %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @gelu(
// CHECK: fidelity.gelu
// CHECK-NOT: fidelity.gelu
// DEAD-LABEL: func.func @gelu(
// DEAD-COUNT-2: fidelity.gelu
// DEAD-NOT: fidelity.gelu
func.func @gelu(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.gelu %x : tensor<?x?xf32>
  %1 = fidelity.gelu %x : tensor<?x?xf32>
  %2 = fidelity.gelu %x : tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @rms_norm(
// CHECK: fidelity.rms_norm
// CHECK-NOT: fidelity.rms_norm
// DEAD-LABEL: func.func @rms_norm(
// DEAD-COUNT-2: fidelity.rms_norm
// DEAD-NOT: fidelity.rms_norm
func.func @rms_norm(%x: tensor<?x?xf32>, %w: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0 = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %1 = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  %2 = fidelity.rms_norm %x weight %w : (tensor<?x?xf32>, tensor<?xf32>) -> tensor<?x?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @mlgru(
// CHECK: fidelity.mlgru
// CHECK-NOT: fidelity.mlgru
// DEAD-LABEL: func.func @mlgru(
// DEAD-COUNT-2: fidelity.mlgru
// DEAD-NOT: fidelity.mlgru
func.func @mlgru(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %0:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %1:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %2:2 = fidelity.mlgru %x, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0, %1#0 : tensor<?x?xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func.func @ssm_state_update(
// CHECK: fidelity.ssm.state_update
// CHECK-NOT: fidelity.ssm.state_update
// DEAD-LABEL: func.func @ssm_state_update(
// DEAD-COUNT-2: fidelity.ssm.state_update
// DEAD-NOT: fidelity.ssm.state_update
func.func @ssm_state_update(%s: tensor<?xf32>, %x: tensor<f32>, %a: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %1 = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %2 = fidelity.ssm.state_update %s, %x, %a, %a : (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ssm_output(
// CHECK: fidelity.ssm.output
// CHECK-NOT: fidelity.ssm.output
// DEAD-LABEL: func.func @ssm_output(
// DEAD-COUNT-2: fidelity.ssm.output
// DEAD-NOT: fidelity.ssm.output
func.func @ssm_output(%s: tensor<?xf32>, %x: tensor<?xf32>) -> (tensor<f32>, tensor<f32>) {
  %0 = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  %1 = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  %2 = fidelity.ssm.output %s, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func.func @zero_vector(
// CHECK: fidelity.zero_vector
// CHECK-NOT: fidelity.zero_vector
// DEAD-LABEL: func.func @zero_vector(
// DEAD-COUNT-2: fidelity.zero_vector
// DEAD-NOT: fidelity.zero_vector
func.func @zero_vector(%n: index) -> (tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.zero_vector %n : tensor<?xf32>
  %1 = fidelity.zero_vector %n : tensor<?xf32>
  %2 = fidelity.zero_vector %n : tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ternary_linear(
// CHECK: fidelity.ternary_linear
// CHECK-NOT: fidelity.ternary_linear
// DEAD-LABEL: func.func @ternary_linear(
// DEAD-COUNT-2: fidelity.ternary_linear
// DEAD-NOT: fidelity.ternary_linear
func.func @ternary_linear(%x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
  %1 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
  %2 = fidelity.ternary_linear %x, %w : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ternary_accumulate(
// CHECK: fidelity.ternary_accumulate
// CHECK-NOT: fidelity.ternary_accumulate
// DEAD-LABEL: func.func @ternary_accumulate(
// DEAD-COUNT-2: fidelity.ternary_accumulate
// DEAD-NOT: fidelity.ternary_accumulate
func.func @ternary_accumulate(%x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %i: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %0 = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
  %1 = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
  %2 = fidelity.ternary_accumulate %x, %w, %i : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @ternarize(
// CHECK: fidelity.ternarize
// CHECK-NOT: fidelity.ternarize
// DEAD-LABEL: func.func @ternarize(
// DEAD-COUNT-2: fidelity.ternarize
// DEAD-NOT: fidelity.ternarize
func.func @ternarize(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xi8>) {
  %0:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
  %1:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
  %2:2 = fidelity.ternarize %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<f32>)
  return %0#0, %1#0 : tensor<?x?xi8>, tensor<?x?xi8>
}

// CHECK-LABEL: func.func @quantize_activations(
// CHECK: fidelity.quantize_activations
// CHECK-NOT: fidelity.quantize_activations
// DEAD-LABEL: func.func @quantize_activations(
// DEAD-COUNT-2: fidelity.quantize_activations
// DEAD-NOT: fidelity.quantize_activations
func.func @quantize_activations(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xi8>) {
  %0:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  %1:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  %2:2 = fidelity.quantize_activations %x : (tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x1xf32>)
  return %0#0, %1#0 : tensor<?x?xi8>, tensor<?x?xi8>
}

// CHECK-LABEL: func.func @bit_linear(
// CHECK: fidelity.bit_linear
// CHECK-NOT: fidelity.bit_linear
// DEAD-LABEL: func.func @bit_linear(
// DEAD-COUNT-2: fidelity.bit_linear
// DEAD-NOT: fidelity.bit_linear
func.func @bit_linear(%x: tensor<?xf32>, %w: tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, %s: tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
  %1 = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
  %2 = fidelity.bit_linear %x, %w scale %s : (tensor<?xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @pack(
// CHECK: fidelity.pack
// CHECK-NOT: fidelity.pack
// DEAD-LABEL: func.func @pack(
// DEAD-COUNT-2: fidelity.pack
// DEAD-NOT: fidelity.pack
func.func @pack(%x: tensor<?x8xi8>) -> (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) {
  %0 = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %1 = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  %2 = fidelity.pack %x to packed2 : (tensor<?x8xi8>) -> tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
  return %0, %1 : tensor<?x8xi8, #fidelity.tensor<storage = packed2>>, tensor<?x8xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @unpack(
// CHECK: fidelity.unpack
// CHECK-NOT: fidelity.unpack
// DEAD-LABEL: func.func @unpack(
// DEAD-COUNT-2: fidelity.unpack
// DEAD-NOT: fidelity.unpack
func.func @unpack(%x: tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> (tensor<?x8xi8>, tensor<?x8xi8>) {
  %0 = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  %1 = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  %2 = fidelity.unpack %x : (tensor<?x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x8xi8>
  return %0, %1 : tensor<?x8xi8>, tensor<?x8xi8>
}

// On memrefs it writes: twice is not once.
// CHECK-LABEL: func.func @ternary_accumulate_memrefs(
// CHECK-COUNT-2: fidelity.ternary_accumulate
// CHECK-NOT: fidelity.ternary_accumulate
// DEAD-LABEL: func.func @ternary_accumulate_memrefs(
// DEAD-COUNT-2: fidelity.ternary_accumulate
// DEAD-NOT: fidelity.ternary_accumulate
func.func @ternary_accumulate_memrefs(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) {
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  return
}

// What its destination holds after it is not what it held before.
// CHECK-LABEL: func.func @ternary_accumulate_effects(
// CHECK: %[[BEFORE:.*]] = memref.load
// CHECK: fidelity.ternary_accumulate
// CHECK: %[[AFTER:.*]] = memref.load
// CHECK: return %[[BEFORE]], %[[AFTER]]
// DEAD-LABEL: func.func @ternary_accumulate_effects(
func.func @ternary_accumulate_effects(%x: memref<8xf32>, %w: memref<4x8xi8>, %init: memref<4xf32>) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  %0 = memref.load %init[%c0] : memref<4xf32>
  fidelity.ternary_accumulate %x, %w, %init : (memref<8xf32>, memref<4x8xi8>, memref<4xf32>) -> ()
  %1 = memref.load %init[%c0] : memref<4xf32>
  return %0, %1 : f32, f32
}
