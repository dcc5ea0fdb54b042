// RUN: fidelity-opt %s --fidelity-gpu-expand-math --split-input-file --verify-diagnostics

gpu.module @kernels {
  gpu.func @another_function(%x: f32) {
    // expected-error @+1 {{expected math.absf, math.ceil, math.floor, math.fma, math.sqrt, math.erf, math.exp, math.exp2, math.log, math.log2, math.rsqrt, but got 'math.sin'}}
    %0 = math.sin %x : f32
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @narrow(%x: f16) {
    // expected-error @+1 {{expected 'math.sqrt' of f32 or f64, but got f16}}
    %0 = math.sqrt %x : f16
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @vector(%x: vector<4xf32>) {
    // expected-error @+1 {{expected 'math.exp' of f32 or f64, but got vector<4xf32>}}
    %0 = math.exp %x : vector<4xf32>
    gpu.return
  }
}
