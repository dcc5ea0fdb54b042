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
