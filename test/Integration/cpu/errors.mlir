// What `fidelity` says when it cannot, and that it leaves nothing behind.

// RUN: rm -rf %t && split-file %s %t

// RUN: not fidelity compile %t/absent.mlir -o %t/out.o 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: {{.*}}absent.mlir: cannot read: No such file or directory

// RUN: not fidelity compile %t -o %t/out.o 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: {{.*}}: expected a file

// RUN: not fidelity compile %t/syntax.mlir -o %t/out.o 2>&1 | FileCheck %s --check-prefix=SYNTAX
// SYNTAX: error: {{.*}}syntax.mlir:2:10: use of undeclared SSA value name

// Two errors, and a note.
// RUN: not fidelity compile %t/unknown.mlir -o %t/out.o 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: {{.*}}unknown.mlir:2:8: op was not bufferized
// UNKNOWN-NEXT: note: {{.*}}unknown.mlir:2:8: see current operation

// RUN: not fidelity compile %t/good.mlir -o %t/out.xyz 2>&1 | FileCheck %s --check-prefix=KIND
// KIND: error: {{.*}}out.xyz: expected --emit or an output that ends in .o, .so, .ll, .s or .bc

// RUN: not fidelity compile %t/good.mlir -o %t/none/out.o 2>&1 | FileCheck %s --check-prefix=NOWHERE
// NOWHERE: error: {{.*}}out.o: cannot write: No such file or directory

// RUN: not fidelity compile %t/good.mlir -o %t/out.o --cpu i8080 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: expected a CPU of {{.*}}, but got i8080

// RUN: not fidelity compile %t/good.mlir -o %t/out.o --target-triple riscv32-unknown-elf 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BITS
// BITS: error: expected a target of 64-bit pointers, but got riscv32{{.*}} of 32 bits

// RUN: env CC=no-such-compiler not fidelity compile %t/good.mlir -o %t/out.so 2>&1 \
// RUN:   | FileCheck %s --check-prefix=CC
// CC: error: {{.*}}out.so: cannot run no-such-compiler to link it: {{.*}}; install a C compiler or name one in CC

// RUN: env CC=false not fidelity compile %t/good.mlir -o %t/out.so 2>&1 | FileCheck %s --check-prefix=LINK
// LINK: error: {{.*}}out.so: false failed to link it

// The command line itself.
// RUN: not fidelity compile %t/good.mlir -o %t/out.o -O7 2>&1 | FileCheck %s --check-prefix=USAGE
// USAGE: invalid value '7' for '-O <LEVEL>'

// RUN: ls %t | FileCheck %s --check-prefix=FILES
// FILES: good.mlir
// FILES-NEXT: syntax.mlir
// FILES-NEXT: unknown.mlir
// FILES-NOT: {{.}}

//--- good.mlir
func.func @f() {
  return
}

//--- syntax.mlir
func.func @f() -> i32 {
  return %x : i32
}

//--- unknown.mlir
func.func @f(%x: tensor<?xf32>) -> tensor<1xindex> {
  %y = shape.shape_of %x : tensor<?xf32> -> tensor<1xindex>
  return %y : tensor<1xindex>
}
