// RUN: fidelity-opt %s --fidelity-cpu-separate-yields --split-input-file | FileCheck %s

// Twice is once.
// RUN: fidelity-opt %s --fidelity-cpu-separate-yields --split-input-file -o %t.once
// RUN: fidelity-opt %t.once --fidelity-cpu-separate-yields --split-input-file -o %t.twice
// RUN: diff %t.once %t.twice

// Both results would be one buffer.
// CHECK-LABEL: func.func @twice
// CHECK: %[[Y:.*]] = math.exp
// CHECK-NEXT: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[Y]]) : tensor<4xf32>
// CHECK-NEXT: scf.yield %[[Y]], %[[COPY]] : tensor<4xf32>, tensor<4xf32>
func.func @twice(%x: tensor<4xf32>, %z: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z) -> (tensor<4xf32>, tensor<4xf32>) {
    %y = math.exp %a : tensor<4xf32>
    scf.yield %y, %y : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// A part, beside a number.
// CHECK-LABEL: func.func @part
// CHECK: %[[Y:.*]] = math.exp
// CHECK-NEXT: %[[PART:.*]] = tensor.extract_slice %[[Y]]
// CHECK-NEXT: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[PART]]) : tensor<2xf32>
// CHECK-NEXT: scf.yield %[[Y]], %{{.*}}, %[[COPY]] : tensor<4xf32>, index, tensor<2xf32>
func.func @part(%x: tensor<4xf32>, %z: tensor<2xf32>, %n: index) -> (tensor<4xf32>, index, tensor<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %k = %c0, %b = %z)
      -> (tensor<4xf32>, index, tensor<2xf32>) {
    %y = math.exp %a : tensor<4xf32>
    %part = tensor.extract_slice %y[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
    scf.yield %y, %i, %part : tensor<4xf32>, index, tensor<2xf32>
  }
  return %r#0, %r#1, %r#2 : tensor<4xf32>, index, tensor<2xf32>
}

// -----

// What may be computed in the other one's place, and what may be either by a condition.
// CHECK-LABEL: func.func @maybe
// CHECK: %[[Y:.*]] = math.exp
// CHECK: %[[PUT:.*]] = tensor.insert_slice %[[Y]]
// CHECK: %[[IF:.*]] = scf.if
// CHECK: %[[PUT_COPY:.*]] = bufferization.alloc_tensor() copy(%[[PUT]]) : tensor<1x4xf32>
// CHECK-NEXT: %[[IF_COPY:.*]] = bufferization.alloc_tensor() copy(%[[IF]]) : tensor<4xf32>
// CHECK-NEXT: scf.yield %[[Y]], %[[PUT_COPY]], %[[IF_COPY]]
func.func @maybe(%x: tensor<4xf32>, %z: tensor<1x4xf32>, %c: i1, %n: index)
    -> (tensor<4xf32>, tensor<1x4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z, %d = %x)
      -> (tensor<4xf32>, tensor<1x4xf32>, tensor<4xf32>) {
    %y = math.exp %a : tensor<4xf32>
    %e = tensor.empty() : tensor<1x4xf32>
    %put = tensor.insert_slice %y into %e[0, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<1x4xf32>
    %chosen = scf.if %c -> tensor<4xf32> {
      scf.yield %y : tensor<4xf32>
    } else {
      %w = math.sqrt %a : tensor<4xf32>
      scf.yield %w : tensor<4xf32>
    }
    scf.yield %y, %put, %chosen : tensor<4xf32>, tensor<1x4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1, %r#2 : tensor<4xf32>, tensor<1x4xf32>, tensor<4xf32>
}

// -----

// Memory that nothing was written to, which the other one is written to.
// CHECK-LABEL: func.func @unwritten
// CHECK: %[[EMPTY:.*]] = tensor.empty
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[EMPTY]])
// CHECK-NEXT: scf.yield %{{.*}}, %[[COPY]]
func.func @unwritten(%x: tensor<4xf32>, %z: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z) -> (tensor<4xf32>, tensor<4xf32>) {
    %e = tensor.empty() : tensor<4xf32>
    %y = linalg.exp ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %y, %e : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// The copies of a loop within are enough for the loop around it.
// CHECK-LABEL: func.func @nested
// CHECK: %[[Y:.*]] = math.exp
// CHECK-NEXT: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[Y]]) : tensor<4xf32>
// CHECK-NEXT: scf.yield %[[Y]], %[[COPY]] : tensor<4xf32>, tensor<4xf32>
// CHECK-NOT: alloc_tensor
func.func @nested(%x: tensor<4xf32>, %z: tensor<4xf32>, %n: index) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z) -> (tensor<4xf32>, tensor<4xf32>) {
    %inner:2 = scf.for %j = %c0 to %i step %c1 iter_args(%p = %a, %q = %b) -> (tensor<4xf32>, tensor<4xf32>) {
      %y = math.exp %p : tensor<4xf32>
      scf.yield %y, %y : tensor<4xf32>, tensor<4xf32>
    }
    scf.yield %inner#0, %inner#1 : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// What is there before each round bufferisation copies where it has to; states that
// are apart, one of which is kept for each step, need no copy; nor do choices.
// CHECK-LABEL: func.func @known
// CHECK-NOT: alloc_tensor
func.func @known(%x: tensor<4xf32>, %z: tensor<4xf32>, %ys: tensor<?x4xf32>, %c: i1, %n: index)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %swapped:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.yield %b, %a : tensor<4xf32>, tensor<4xf32>
  }
  %outer:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.yield %x, %x : tensor<4xf32>, tensor<4xf32>
  }
  %kept:2 = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %ys, %state = %x) -> (tensor<?x4xf32>, tensor<4xf32>) {
    %next = math.exp %state : tensor<4xf32>
    %put = tensor.insert_slice %next into %acc[%t, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<?x4xf32>
    scf.yield %put, %next : tensor<?x4xf32>, tensor<4xf32>
  }
  %chosen:2 = scf.if %c -> (tensor<4xf32>, tensor<4xf32>) {
    %y = math.exp %x : tensor<4xf32>
    scf.yield %y, %y : tensor<4xf32>, tensor<4xf32>
  } else {
    scf.yield %x, %z : tensor<4xf32>, tensor<4xf32>
  }
  return %swapped#0, %outer#0, %kept#0, %kept#1, %chosen#0
    : tensor<4xf32>, tensor<4xf32>, tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>
}
