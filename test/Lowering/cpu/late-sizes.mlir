// Sizes that become known only when the other op is linalg do not make a slice lack
// another dimension than it does.

// RUN: fidelity-opt %s -fidelity-cpu-pipeline -o %t
// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.arange(55, dtype='f4').reshape(1, 11, 5))"
// RUN: fidelity run %s --input %t.npy --output %t.state.npy --output %t.choices.npy
// RUN: %python -c "import numpy; print((numpy.load('%t.choices.npy') == [4, 3]).all())" | FileCheck %s

// Numbers grow along a row: the last two are chosen.
// CHECK: True
func.func @f(%k: tensor<?x?x?xf32>) -> (tensor<1x5x2xf16>, tensor<?x?x2xi32>) {
  %q = arith.constant dense<0.5> : tensor<3x11x5xf16>
  %v = arith.constant dense<0.25> : tensor<1x11x2xf16>
  %b = arith.constant dense<0.125> : tensor<1x11xf16>
  %keys = fidelity.relu %k : tensor<?x?x?xf32>
  %o, %s = fidelity.linear_attention %q, %keys, %v beta %b update_rule(delta)
    : (tensor<3x11x5xf16>, tensor<?x?x?xf32>, tensor<1x11x2xf16>, tensor<1x11xf16>) -> (tensor<3x11x2xf16>, tensor<1x5x2xf16>)
  %w, %i = fidelity.route %keys {top_k = 2 : i64} : (tensor<?x?x?xf32>) -> (tensor<?x?x2xf32>, tensor<?x?x2xi32>)
  return %s, %i : tensor<1x5x2xf16>, tensor<?x?x2xi32>
}
