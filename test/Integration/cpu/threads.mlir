// Threads that share a layer: in a library, which needs OpenMP's then, and in this
// process, with the same numbers.

// RUN: rm -rf %t && mkdir %t
// RUN: fidelity compile %s -o %t/one.so
// RUN: llvm-nm -D %t/one.so | FileCheck %s --check-prefix=ONE
// ONE-NOT: kmpc
// RUN: fidelity compile %s -o %t/two.so --threads 2
// RUN: llvm-readelf -d %t/two.so | FileCheck %s --check-prefix=NEEDED
// NEEDED: libomp.so

// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.random.default_rng(1).standard_normal((5, 1040), numpy.float32))"
// RUN: fidelity run %s --input %t/x.npy --output %t/one.npy
// RUN: env OMP_PROC_BIND=true fidelity run %s --input %t/x.npy --output %t/two.npy --threads 2
// RUN: cmp %t/one.npy %t/two.npy

// RUN: %python -c "import ctypes, numpy, sys; ctypes.CDLL('%t/two.so')._mlir_ciface_layer"

// RUN: not fidelity run %s --input %t/x.npy --threads 0 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not fidelity compile %s -o %t/none.so --threads 0 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: invalid value '0' for '--threads <N>': 0 is not in 1..=1024
// RUN: not fidelity compile %s -o %t/none.mlir --target ttir --threads 2 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: the argument '--target <NAME>' cannot be used with '--threads <N>'
// RUN: not ls %t/none.so %t/none.mlir

func.func @layer(%x: tensor<?x1040xf32>) -> tensor<?x1000xf32> {
  %w = arith.constant dense<-1> : tensor<1000x1040xi8, #fidelity.tensor<storage = tiled2>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %y = fidelity.bit_linear %x, %w scale %s
    : (tensor<?x1040xf32>, tensor<1000x1040xi8, #fidelity.tensor<storage = tiled2>>, tensor<f32>) -> tensor<?x1000xf32>
  return %y : tensor<?x1000xf32>
}
