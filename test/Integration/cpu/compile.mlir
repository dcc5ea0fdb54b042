// What `fidelity compile` writes, by the name of the output or --emit.

// RUN: rm -rf %t && mkdir %t

// RUN: fidelity compile %s -o %t/layer.ll
// RUN: FileCheck %s --input-file=%t/layer.ll --check-prefix=IR
// IR: source_filename = "{{.*}}compile.mlir"
// IR: define {{.*}} @layer(

// RUN: fidelity compile %s -o %t/layer.bc
// RUN: llvm-dis %t/layer.bc -o - | FileCheck %s --check-prefix=IR

// RUN: fidelity compile %s -o %t/layer.o
// RUN: llvm-nm %t/layer.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: fidelity compile %s -o %t/liblayer.so
// RUN: llvm-nm -D %t/liblayer.so | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS-NOT: hidden
// SYMBOLS: T _mlir_ciface_layer
// SYMBOLS-NOT: hidden
// SYMBOLS: T layer
// SYMBOLS-NOT: hidden

// A module in the LLVM dialect is taken as it is.
// RUN: fidelity-opt %s --fidelity-cpu-pipeline -o %t/lowered.mlir
// RUN: fidelity-opt %t/lowered.mlir -emit-bytecode -o %t/lowered.mlirbc
// RUN: fidelity compile %t/lowered.mlirbc --emit obj -o %t/lowered
// RUN: llvm-nm %t/lowered | FileCheck %s --check-prefix=SYMBOLS

// Another target, another processor, no optimisation.
// RUN: fidelity compile %s --target-triple aarch64-linux-gnu --cpu neoverse-v2 -o %t/arm.s
// RUN: FileCheck %s --input-file=%t/arm.s --check-prefix=ARM
// ARM: .globl layer
// ARM: ret
// RUN: fidelity compile %s --target-triple x86_64-linux-gnu --cpu x86-64-v4 -O3 -o %t/v4.s
// RUN: FileCheck %s --input-file=%t/v4.s --check-prefix=V4
// V4: {{[yz]mm}}
// RUN: fidelity compile %s --target-triple x86_64-linux-gnu --cpu x86-64 -O3 -o %t/v1.s
// RUN: FileCheck %s --input-file=%t/v1.s --check-prefix=V1
// V1-NOT: {{[yz]mm}}
// RUN: fidelity compile %s -O0 -o %t/slow.ll
// RUN: FileCheck %s --input-file=%t/slow.ll --check-prefix=SLOW
// SLOW: define internal {{.*}} @hidden(

// Nothing is on the way: no file but those that were asked for.
// RUN: ls %t | FileCheck %s --check-prefix=FILES
// FILES: arm.s
// FILES-NEXT: layer.bc
// FILES-NEXT: layer.ll
// FILES-NEXT: layer.o
// FILES-NEXT: liblayer.h
// FILES-NEXT: liblayer.so
// FILES-NEXT: lowered
// FILES-NEXT: lowered.mlir
// FILES-NEXT: lowered.mlirbc
// FILES-NEXT: slow.ll
// FILES-NEXT: v1.s
// FILES-NEXT: v4.s
// FILES-NOT: {{.}}

func.func private @hidden(%x: tensor<64xf32>) -> tensor<64xf32> {
  %y = arith.mulf %x, %x : tensor<64xf32>
  return %y : tensor<64xf32>
}

func.func @layer(%x: tensor<64xf32>) -> tensor<64xf32> {
  %y = call @hidden(%x) : (tensor<64xf32>) -> tensor<64xf32>
  %z = fidelity.relu %y : tensor<64xf32>
  return %z : tensor<64xf32>
}
