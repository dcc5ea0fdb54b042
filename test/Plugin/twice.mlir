// A host that has the dialect already keeps it: MLIR would abort on a second
// dialect, pass or pipeline of one name.

// RUN: fidelity-opt --load-dialect-plugin=%plugin --load-pass-plugin=%plugin \
// RUN:   --pass-pipeline='builtin.module(convert-fidelity-to-linalg)' %s 2> %t | FileCheck %s
// RUN: FileCheck %s --check-prefix=WARNING -DPLUGIN=%plugin < %t

// WARNING: warning: [[PLUGIN]]: the host has a dialect 'fidelity' already; it stays

// CHECK-LABEL: func.func @silu
// CHECK-NOT:     fidelity.
// CHECK:         linalg.generic
func.func @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = fidelity.silu %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
