// RUN: fidelity-opt %s -fidelity-decompose | FileCheck %s
// RUN: fidelity-opt %s -fidelity-decompose=chunk=64 | FileCheck %s --check-prefix=CHUNK
// RUN: fidelity-opt %s -fidelity-decompose=chunk=64 -fidelity-decompose | FileCheck %s --check-prefix=CHUNK
// RUN: fidelity-opt %s -fidelity-decompose=runtime-checks=false | FileCheck %s --check-prefix=UNCHECKED
// RUN: not fidelity-opt %s -fidelity-decompose=chunk=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// NEGATIVE: error: expected a chunk of at least 1 step, or 0 for none, but got -1
// UNCHECKED-NOT: cf.assert

// The decay and what is fed are in f32, whatever the floats: a decay near 1
// would not survive 10 bits. What else there is stays as it is.
// CHECK-LABEL: func.func @mlgru
// CHECK:         cf.assert
// CHECK:         %[[F:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<?x256xf16>) outs({{.*}} : tensor<?x256xf32>)
// CHECK:         %[[FED:.*]] = linalg.generic {{.*}} ins(%[[F]], %arg1 : {{.*}}) outs({{.*}} : tensor<?x256xf32>)
// CHECK:         fidelity.recurrence decay %[[F]] value %[[FED]] state %arg2 {indexing_maps = {{.*}}} : (tensor<?x256xf32>, tensor<?x256xf32>, tensor<256xf16>) -> (tensor<?x256xf32>, tensor<256xf32>)
// CHECK:         arith.truncf
// CHECK:         fidelity.exp
// CHUNK-LABEL: func.func @mlgru
// CHUNK:         fidelity.recurrence {{.*}} chunk(64)
func.func @mlgru(%f: tensor<?x256xf16>, %c: tensor<?x256xf16>, %s: tensor<256xf16>) -> (tensor<?x256xf16>, tensor<256xf16>) {
  %o, %last = fidelity.mlgru %f, %c state %s
    : (tensor<?x256xf16>, tensor<?x256xf16>, tensor<256xf16>) -> (tensor<?x256xf16>, tensor<256xf16>)
  %e = fidelity.exp %o : tensor<?x256xf16>
  return %e, %last : tensor<?x256xf16>, tensor<256xf16>
}
