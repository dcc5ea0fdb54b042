// REQUIRES: stock-mlir-opt
// RUN: mlir-opt --load-dialect-plugin=%plugin --one-shot-bufferize=bufferize-function-boundaries --split-input-file --verify-diagnostics=only-expected %s
// RUN: mlir-opt --load-dialect-plugin=%plugin --one-shot-bufferize='bufferize-function-boundaries allow-unknown-ops' --split-input-file %s \
// RUN:   | FileCheck %s

// What has no form on memrefs says what lowers it. Where ops may stay on
// tensors it stays.

// CHECK-LABEL: func.func @tensors_only(
// CHECK:         fidelity.ternary_linear %{{.*}} : (tensor<4xf32>, tensor<3x4xi8>) -> tensor<3xf32>
func.func @tensors_only(%x: tensor<4xf32>, %w: tensor<3x4xi8>) -> tensor<3xf32> {
  // expected-error@+2 {{'fidelity.ternary_linear' op expected to be lowered before bufferization, as it has no form on memrefs}}
  // expected-note@+1 {{convert-fidelity-to-linalg lowers it, and fidelity-cpu-pipeline does so before it bufferizes}}
  %y = fidelity.ternary_linear %x, %w : (tensor<4xf32>, tensor<3x4xi8>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

// CHECK-LABEL: func.func @packed(
// CHECK:         fidelity.ternary_accumulate %{{.*}} : (tensor<4xf32>, tensor<3x4xi8, #fidelity.tensor<storage = packed2>>, tensor<3xf32>) -> tensor<3xf32>
func.func @packed(%x: tensor<4xf32>, %w: tensor<3x4xi8, #fidelity.tensor<storage = packed2>>, %init: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+2 {{'fidelity.ternary_accumulate' op expected weights stored dense to bufferize, as a memref type says no storage, but got packed2}}
  // expected-note@+1 {{convert-fidelity-to-linalg and then fidelity-materialize-storage lower packed weights}}
  %y = fidelity.ternary_accumulate %x, %w, %init : (tensor<4xf32>, tensor<3x4xi8, #fidelity.tensor<storage = packed2>>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
