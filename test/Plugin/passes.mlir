// REQUIRES: stock-mlir-opt

// Our passes run in the stock mlir-opt, with both flags on one file and with
// the dialect's alone, which brings its passes.

// RUN: mlir-opt --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg, fidelity-materialize-storage)' %s \
// RUN:   | FileCheck %s
// RUN: mlir-opt --load-pass-plugin=%plugin --load-dialect-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg, fidelity-materialize-storage, linalg-generalize-named-ops)' %s \
// RUN:   | FileCheck %s
// RUN: mlir-opt --load-dialect-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg, fidelity-materialize-storage)' %s \
// RUN:   | FileCheck %s

// An option of a pass arrives.
// RUN: mlir-opt --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg{runtime-checks=true})' %s \
// RUN:   | FileCheck %s --check-prefix=CHECKED
// RUN: mlir-opt --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg{runtime-checks=false})' %s \
// RUN:   | FileCheck %s --check-prefix=UNCHECKED
// RUN: not mlir-opt --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg{runtime-checks=7})' %s 2>&1 \
// RUN:   | FileCheck %s --check-prefix=WRONG
// WRONG: '7' is invalid value for boolean argument

// CHECKED-LABEL: func.func @open
// CHECKED:         cf.assert
// UNCHECKED-LABEL: func.func @open
// UNCHECKED-NOT:   cf.assert
func.func @open(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %z = fidelity.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %z : tensor<?xf32>
}

// The canonicalisation patterns and folders of the dialect are there too.
// RUN: mlir-opt --load-dialect-plugin=%plugin --canonicalize %s | FileCheck %s --check-prefix=CANONICAL

// A pass that is not there is an error, so that the runs above ran them.
// RUN: echo | not mlir-opt --pass-pipeline='builtin.module(convert-fidelity-to-linalg)' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: 'convert-fidelity-to-linalg' does not refer to a registered pass or pass pipeline

// CHECK-LABEL: func.func @layer(
// CHECK-SAME:    %[[X:.*]]: tensor<?x256xf32>, %[[W:.*]]: tensor<64x64xi8>) -> tensor<?x64xf32>
// CHECK-NOT:     fidelity.
// CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %[[W]],
// CHECK-NOT:     fidelity.
func.func @layer(%x: tensor<?x256xf32>,
                 %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x64xf32> {
  %y = fidelity.ternary_linear %x, %w
    : (tensor<?x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// CANONICAL-LABEL: func.func @unused
// CANONICAL-NEXT:    return
func.func @unused(%x: tensor<4xf32>) {
  %y = fidelity.silu %x : tensor<4xf32>
  return
}
