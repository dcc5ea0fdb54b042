// Ops are placed on devices in the order of the model, as memory and time ask.

// RUN: fidelity-opt %s -split-input-file -fidelity-premap="profile=%S/Inputs/simple.toml devices=%S/Inputs/simple.toml,%S/Inputs/fast.toml" | FileCheck %s

// All of it is faster over there.
// CHECK-LABEL: func.func @worth_it(
// CHECK:         fidelity.relu {{.*}}device = "fast"
// CHECK:         fidelity.ternary_linear {{.*}}device = "fast"
func.func @worth_it(%x: tensor<1x1000xf32>) -> tensor<1x1000xf32> {
  %w = arith.constant dense<1> : tensor<1000x1000xi8>
  %a = fidelity.relu %x : tensor<1x1000xf32>
  %y = fidelity.ternary_linear %a, %w : (tensor<1x1000xf32>, tensor<1000x1000xi8>) -> tensor<1x1000xf32>
  return %y : tensor<1x1000xf32>
}

// -----

// The memory over there holds the weights of one layer. What is between the two is
// cut where it costs least.
// CHECK-LABEL: func.func @too_large_for_one(
// CHECK:         fidelity.ternary_linear {{.*}}device = "simple"
// CHECK:         fidelity.relu {{.*}}device = "fast"
// CHECK:         fidelity.ternary_linear {{.*}}device = "fast"
func.func @too_large_for_one(%x: tensor<1x1000xf32>) -> tensor<1x1000xf32> {
  %v = arith.constant dense<1> : tensor<1000x1000xi8>
  %w = arith.constant dense<-1> : tensor<1000x1000xi8>
  %a = fidelity.ternary_linear %x, %v : (tensor<1x1000xf32>, tensor<1000x1000xi8>) -> tensor<1x1000xf32>
  %b = fidelity.relu %a : tensor<1x1000xf32>
  %y = fidelity.ternary_linear %b, %w : (tensor<1x1000xf32>, tensor<1000x1000xi8>) -> tensor<1x1000xf32>
  return %y : tensor<1x1000xf32>
}

// -----

// What is not worth the start over there stays.
// CHECK-LABEL: func.func @not_worth_it(
// CHECK:         fidelity.relu {{.*}}device = "simple"
// CHECK:         fidelity.relu {{.*}}device = "simple"
func.func @not_worth_it(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %a = fidelity.relu %x : tensor<1x4xf32>
  %y = fidelity.relu %a : tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

// A device that a person has written stays.
// CHECK-LABEL: func.func @written(
// CHECK:         fidelity.relu {{.*}}device = "fast"
func.func @written(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = fidelity.relu %x {fidelity.mapping = #fidelity.mapping<device = "fast">} : tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
