// REQUIRES: stock-mlir-opt

// The stock mlir-opt parses, verifies and prints the dialect, in every form.

// RUN: mlir-opt --load-dialect-plugin=%plugin %s | FileCheck %s
// RUN: mlir-opt --load-dialect-plugin=%plugin --mlir-print-op-generic %s \
// RUN:   | mlir-opt --load-dialect-plugin=%plugin | FileCheck %s
// RUN: mlir-opt --load-dialect-plugin=%plugin --emit-bytecode %s \
// RUN:   | mlir-opt --load-dialect-plugin=%plugin | FileCheck %s
// RUN: mlir-opt --load-dialect-plugin=%plugin --show-dialects | FileCheck %s --check-prefix=DIALECTS

// What it prints is what fidelity-opt prints.
// RUN: mlir-opt --load-dialect-plugin=%plugin %s -o %t.stock
// RUN: fidelity-opt %s -o %t.ours
// RUN: diff %t.stock %t.ours

// Without the plugin it does not know the dialect: the tests above test it.
// RUN: not mlir-opt %s 2>&1 | FileCheck %s --check-prefix=WITHOUT

// Without errors, though it is loaded twice.
// RUN: mlir-opt --load-dialect-plugin=%plugin --load-dialect-plugin=%plugin %s 2>&1 | FileCheck %s --check-prefix=TWICE

// DIALECTS: fidelity
// WITHOUT: unregistered dialect
// TWICE-NOT: error
// TWICE-NOT: warning
// TWICE: fidelity.ternary_linear

// CHECK-LABEL: func.func @layer(
// CHECK-SAME:    %[[X:.*]]: tensor<?x256xf32, #fidelity.tensor<dims = [_, features]>>,
// CHECK-SAME:    %[[W:.*]]: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
// CHECK-SAME:    %[[S:.*]]: tensor<f32>
// CHECK:         %[[Y:.*]] = fidelity.ternary_linear %[[X]], %[[W]] scale %[[S]]
// CHECK:         return %[[Y]]
func.func @layer(%x: tensor<?x256xf32, #fidelity.tensor<dims = [_, features]>>,
                 %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                 %s: tensor<f32>) -> tensor<?x64xf32> {
  %y = fidelity.ternary_linear %x, %w scale %s
    : (tensor<?x256xf32, #fidelity.tensor<dims = [_, features]>>,
       tensor<64x256xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
