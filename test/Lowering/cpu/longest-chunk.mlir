// A chunk longer than any sequence is the sequence: numbers of steps do not overflow.

// RUN: %python -c "import numpy; numpy.save('%t.npy', numpy.arange(1, 6, dtype='f4'))"
// RUN: fidelity run %s --input %t.npy | FileCheck %s

// CHECK: [1.000000, 3.000000, 6.000000, 10.000000, 15.000000]
func.func @sums(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y, %s = fidelity.recurrence value %x chunk(9223372036854775807) {
    indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>]
  } : (tensor<?xf32>) -> (tensor<?xf32>, tensor<f32>)
  return %y : tensor<?xf32>
}
