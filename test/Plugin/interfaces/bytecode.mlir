// REQUIRES: stock-mlir-opt

// Bytecode says the version of the dialect. What is written is read, also by the
// stock mlir-opt, and in MLIR's own older encodings.

// RUN: fidelity-opt %s -o %t.mlir
// RUN: fidelity-opt %s --emit-bytecode | mlir-opt --load-dialect-plugin=%plugin -o %t.there.mlir
// RUN: mlir-opt --load-dialect-plugin=%plugin %s --emit-bytecode | fidelity-opt -o %t.back.mlir
// RUN: mlir-opt --load-dialect-plugin=%plugin %s --emit-bytecode --emit-bytecode-version=0 | fidelity-opt -o %t.oldest.mlir
// RUN: mlir-opt --load-dialect-plugin=%plugin %s --emit-bytecode --emit-bytecode-version=5 | fidelity-opt -o %t.older.mlir
// RUN: diff %t.mlir %t.oldest.mlir
// RUN: diff %t.mlir %t.older.mlir
// RUN: diff %t.mlir %t.there.mlir
// RUN: diff %t.mlir %t.back.mlir
// RUN: FileCheck %s < %t.mlir

// Before version 1 files said no version: test/Dialect/Fidelity/frozen.mlir is
// of that time, frozen.mlir of the core ops of version 1.
// RUN: mlir-opt --load-dialect-plugin=%plugin %root/test/Dialect/Fidelity/Inputs/frozen-0.1.mlirbc -o %t.frozen.mlir
// RUN: fidelity-opt %root/test/Dialect/Fidelity/frozen.mlir | diff - %t.frozen.mlir
// RUN: mlir-opt --load-dialect-plugin=%plugin %root/test/Dialect/Fidelity/core/Inputs/frozen-0.1.mlirbc -o %t.frozen.mlir
// RUN: fidelity-opt %root/test/Dialect/Fidelity/core/frozen.mlir | diff - %t.frozen.mlir

// A newer file is refused by its number. This one is the bytecode of this text
// with a version that is far off.
// RUN: not mlir-opt --load-dialect-plugin=%plugin %S/Inputs/version-120.mlirbc 2>&1 | FileCheck %s --check-prefix=NEWER
// RUN: not fidelity-opt %S/Inputs/version-120.mlirbc 2>&1 | FileCheck %s --check-prefix=NEWER
// RUN: not fidelity compile %S/Inputs/version-120.mlirbc -o %t.o 2>&1 | FileCheck %s --check-prefix=NEWER
// NEWER: error: {{.*}}expected bytecode of the dialect 'fidelity' in version {{[1-9][0-9]?}} or older, but got version 120; a newer release of 'fidelity' reads it

// CHECK: fidelity.ternary_linear %{{.*}} accumulator(f64) :
func.func @f(%x: tensor<?xf32>, %w: tensor<?x?xi8>) -> tensor<?xf32> {
  %y = fidelity.ternary_linear %x, %w accumulator(f64) : (tensor<?xf32>, tensor<?x?xi8>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
