// REQUIRES: stock-mlir-opt

// In the stock mlir-opt the dialect plugin opens the namespaces of the dialects
// that are lowered to, and no others.

// RUN: mlir-opt --load-dialect-plugin=%plugin %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK: "tt.splat"(%arg0) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
func.func @triton(%p: !tt.ptr<f32>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = "tt.splat"(%p) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
  %1 = fidelity.tanh %x : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

func.func @other() {
  // expected-error @+1 {{operation being parsed with an unregistered dialect}}
  "other.op"() : () -> ()
  return
}
