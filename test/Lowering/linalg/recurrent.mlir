// A recurrence: a loop over time that carries state and output, in which
// nothing is allocated once it is in buffers.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse | FileCheck %s
// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

// CHECK-LABEL: func.func @mlgru
// CHECK:         scf.for {{.*}} iter_args(%[[STATE:.*]] = %{{.*}}, %[[OUT:.*]] = %{{.*}}) -> (tensor<256xf32>, tensor<?x256xf32>)
// CHECK:           tensor.extract_slice
// CHECK:           tensor.extract_slice
// CHECK:           %[[NEXT:.*]] = linalg.generic {{.*}} outs(%[[STATE]] : tensor<256xf32>)
// CHECK:           tensor.insert_slice %[[NEXT]] into %[[OUT]]
// CHECK:           scf.yield %[[NEXT]]

// With a gate the output is made in its slot of the result.
// CHECK-LABEL: func.func @gated
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[OUT:.*]] = %{{.*}})
// CHECK:           %[[SLOT:.*]] = tensor.extract_slice %[[OUT]]
// CHECK:           %[[STEP:.*]] = linalg.generic {{.*}} outs(%[[SLOT]] : tensor<256xf32>)
// CHECK:           tensor.insert_slice %[[STEP]] into %[[OUT]]

// BUFFERS-LABEL: func.func @mlgru
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
// BUFFERS-LABEL: func.func @gated
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
func.func @mlgru(%f: tensor<?x256xf32>, %c: tensor<?x256xf32>, %h: tensor<256xf32>, %b: tensor<256xf32>)
    -> (tensor<?x256xf32>, tensor<256xf32>) {
  %o, %last = fidelity.mlgru %f, %c state %h lower_bound %b
    : (tensor<?x256xf32>, tensor<?x256xf32>, tensor<256xf32>, tensor<256xf32>)
    -> (tensor<?x256xf32>, tensor<256xf32>)
  return %o, %last : tensor<?x256xf32>, tensor<256xf32>
}

func.func @gated(%f: tensor<?x256xf32>, %c: tensor<?x256xf32>, %g: tensor<?x256xf32>)
    -> (tensor<?x256xf32>, tensor<256xf32>) {
  %o, %last = fidelity.mlgru %f, %c gate %g activation(tanh)
    : (tensor<?x256xf32>, tensor<?x256xf32>, tensor<?x256xf32>) -> (tensor<?x256xf32>, tensor<256xf32>)
  return %o, %last : tensor<?x256xf32>, tensor<256xf32>
}
