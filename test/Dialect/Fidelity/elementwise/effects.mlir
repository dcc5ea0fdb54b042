// RUN: fidelity-opt %s -cse | FileCheck %s
// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s --check-prefix=DEAD

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
