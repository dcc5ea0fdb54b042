// Without a format there are no floats.

// RUN: fidelity-opt %s -split-input-file -verify-diagnostics --fidelity-hw-pipeline

func.func @step(%f: tensor<1x8xf32>, %c: tensor<1x8xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expected forget to have a fixed-point format, but got tensor<1x8xf32>; give fraction-bits to compute its f32 in fixed point}}
  %o, %l = fidelity.mlgru %f, %c : (tensor<1x8xf32>, tensor<1x8xf32>) -> (tensor<1x8xf32>, tensor<8xf32>)
  return %o : tensor<1x8xf32>
}
