// RUN: fidelity-opt %s --fidelity-gpu-bare-arguments --split-input-file --verify-diagnostics

gpu.module @kernels {
  // expected-error @+1 {{expected kernels to take numbers and memrefs of rank 0, but got memref<4xf32> for argument 1}}
  gpu.func @rank(%x: memref<f32, 1>, %y: memref<4xf32>) kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{expected kernels to take numbers and memrefs of rank 0, but got index for argument 0}}
  gpu.func @size(%n: index) kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{expected kernels to take numbers and memrefs of rank 0, but got memref<f32, "far"> for argument 0}}
  gpu.func @space(%x: memref<f32, "far">) kernel {
    gpu.return
  }
}
