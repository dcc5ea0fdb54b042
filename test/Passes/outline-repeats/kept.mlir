// What stays as it is.

// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 | FileCheck %s --implicit-check-not=_repeat
// RUN: fidelity-opt %s -fidelity-outline-repeats=least=1 -remarks-filter=fidelity-outline-repeats 2>&1 >/dev/null \
// RUN:   | count 0

// A choice that differs. What is the same on either side of it does not pay.

// CHECK-LABEL: func.func @mapping(
// CHECK-NOT:     call
// CHECK:         return
func.func @mapping(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a0 = fidelity.tanh %x : tensor<4xf32>
  %a1 = fidelity.exp %a0 : tensor<4xf32>
  %a2 = fidelity.silu %a1 : tensor<4xf32>
  %a3 = fidelity.relu %a2 : tensor<4xf32>
  %a4 = fidelity.gelu %a3 {fidelity.mapping = #fidelity.mapping<device = "gpu0">} : tensor<4xf32>
  %a5 = fidelity.sigmoid %a4 : tensor<4xf32>
  %a6 = fidelity.silu %a5 : tensor<4xf32>
  %a7 = fidelity.relu %a6 : tensor<4xf32>
  %b0 = fidelity.tanh %a7 : tensor<4xf32>
  %b1 = fidelity.exp %b0 : tensor<4xf32>
  %b2 = fidelity.silu %b1 : tensor<4xf32>
  %b3 = fidelity.relu %b2 : tensor<4xf32>
  %b4 = fidelity.gelu %b3 {fidelity.mapping = #fidelity.mapping<device = "gpu1">} : tensor<4xf32>
  %b5 = fidelity.sigmoid %b4 : tensor<4xf32>
  %b6 = fidelity.silu %b5 : tensor<4xf32>
  %b7 = fidelity.relu %b6 : tensor<4xf32>
  return %b7 : tensor<4xf32>
}

// Names of dimensions that differ.

// CHECK-LABEL: func.func @names(
// CHECK-NOT:     call
// CHECK:         return
func.func @names(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a0 = tensor.cast %x : tensor<4xf32> to tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a1 = fidelity.tanh %a0 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a2 = fidelity.exp %a1 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a3 = fidelity.silu %a2 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a4 = fidelity.relu %a3 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a5 = fidelity.gelu %a4 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a6 = fidelity.sigmoid %a5 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a7 = fidelity.silu %a6 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a8 = fidelity.relu %a7 : tensor<4xf32, #fidelity.tensor<dims = [N0]>>
  %a9 = tensor.cast %a8 : tensor<4xf32, #fidelity.tensor<dims = [N0]>> to tensor<4xf32>
  %b0 = tensor.cast %a9 : tensor<4xf32> to tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b1 = fidelity.tanh %b0 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b2 = fidelity.exp %b1 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b3 = fidelity.silu %b2 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b4 = fidelity.relu %b3 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b5 = fidelity.gelu %b4 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b6 = fidelity.sigmoid %b5 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b7 = fidelity.silu %b6 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b8 = fidelity.relu %b7 : tensor<4xf32, #fidelity.tensor<dims = [N1]>>
  %b9 = tensor.cast %b8 : tensor<4xf32, #fidelity.tensor<dims = [N1]>> to tensor<4xf32>
  return %b9 : tensor<4xf32>
}

// Numbers that differ: what follows may know them.

// CHECK-LABEL: func.func @numbers(
// CHECK-NOT:     call
// CHECK:         return
func.func @numbers(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a0 = fidelity.tanh %x : tensor<4xf32>
  %b0 = fidelity.exp %a0 : tensor<4xf32>
  %e0 = tensor.extract %b0[%c0] : tensor<4xf32>
  %i0 = tensor.insert %e0 into %b0[%c0] : tensor<4xf32>
  %d0 = fidelity.silu %i0 : tensor<4xf32>
  %f0 = fidelity.relu %d0 : tensor<4xf32>
  %y0 = fidelity.gelu %f0 : tensor<4xf32>
  %a1 = fidelity.tanh %y0 : tensor<4xf32>
  %b1 = fidelity.exp %a1 : tensor<4xf32>
  %e1 = tensor.extract %b1[%c1] : tensor<4xf32>
  %i1 = tensor.insert %e1 into %b1[%c1] : tensor<4xf32>
  %d1 = fidelity.silu %i1 : tensor<4xf32>
  %f1 = fidelity.relu %d1 : tensor<4xf32>
  %y1 = fidelity.gelu %f1 : tensor<4xf32>
  return %y1 : tensor<4xf32>
}

// The same ops that read each other in another way.

// CHECK-LABEL: func.func @structure(
// CHECK-NOT:     call
// CHECK:         return
func.func @structure(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a0 = fidelity.tanh %x : tensor<4xf32>
  %b0 = fidelity.exp %x : tensor<4xf32>
  %d0 = fidelity.subtract %a0, %b0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %f0 = fidelity.silu %a0 : tensor<4xf32>
  %g0 = fidelity.subtract %d0, %f0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %h0 = fidelity.subtract %b0, %g0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y0 = fidelity.relu %h0 : tensor<4xf32>
  %a1 = fidelity.tanh %y0 : tensor<4xf32>
  %b1 = fidelity.exp %y0 : tensor<4xf32>
  %d1 = fidelity.subtract %b1, %a1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %f1 = fidelity.silu %b1 : tensor<4xf32>
  %g1 = fidelity.subtract %d1, %f1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %h1 = fidelity.subtract %a1, %g1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y1 = fidelity.relu %h1 : tensor<4xf32>
  return %y1 : tensor<4xf32>
}

// Memory: a block on the stack would end with the call.

// CHECK-LABEL: func.func @memory(
// CHECK-NOT:     call
// CHECK:         return
func.func @memory(%i: index, %x: f32) -> f32 {
  %m0 = memref.alloca() : memref<4xf32>
  %a0 = arith.addf %x, %x : f32
  memref.store %a0, %m0[%i] : memref<4xf32>
  %b0 = memref.load %m0[%i] : memref<4xf32>
  %c0 = memref.load %m0[%i] : memref<4xf32>
  %d0 = arith.addf %b0, %c0 : f32
  memref.store %d0, %m0[%i] : memref<4xf32>
  %e0 = memref.load %m0[%i] : memref<4xf32>
  %f0 = memref.load %m0[%i] : memref<4xf32>
  %y0 = arith.mulf %e0, %f0 : f32
  %m1 = memref.alloca() : memref<4xf32>
  %a1 = arith.addf %y0, %y0 : f32
  memref.store %a1, %m1[%i] : memref<4xf32>
  %b1 = memref.load %m1[%i] : memref<4xf32>
  %c1 = memref.load %m1[%i] : memref<4xf32>
  %d1 = arith.addf %b1, %c1 : f32
  memref.store %d1, %m1[%i] : memref<4xf32>
  %e1 = memref.load %m1[%i] : memref<4xf32>
  %f1 = memref.load %m1[%i] : memref<4xf32>
  %y1 = arith.mulf %e1, %f1 : f32
  return %y1 : f32
}

// What is launched at once.

// CHECK-LABEL: func.func private @kernel(
// CHECK-NOT:     call
// CHECK:         return
func.func private @kernel(%x: tensor<4xf32>) -> tensor<4xf32> attributes {fidelity.kernel = "row"} {
  %a0 = fidelity.tanh %x : tensor<4xf32>
  %a1 = fidelity.exp %a0 : tensor<4xf32>
  %a2 = fidelity.silu %a1 : tensor<4xf32>
  %a3 = fidelity.relu %a2 : tensor<4xf32>
  %a4 = fidelity.gelu %a3 : tensor<4xf32>
  %a5 = fidelity.sigmoid %a4 : tensor<4xf32>
  %a6 = fidelity.silu %a5 : tensor<4xf32>
  %a7 = fidelity.relu %a6 : tensor<4xf32>
  %b0 = fidelity.tanh %a7 : tensor<4xf32>
  %b1 = fidelity.exp %b0 : tensor<4xf32>
  %b2 = fidelity.silu %b1 : tensor<4xf32>
  %b3 = fidelity.relu %b2 : tensor<4xf32>
  %b4 = fidelity.gelu %b3 : tensor<4xf32>
  %b5 = fidelity.sigmoid %b4 : tensor<4xf32>
  %b6 = fidelity.silu %b5 : tensor<4xf32>
  %b7 = fidelity.relu %b6 : tensor<4xf32>
  return %b7 : tensor<4xf32>
}

// What is on a device of its own.

// CHECK-LABEL: func.func private @device(
// CHECK-NOT:     call
// CHECK:         return
func.func private @device(%x: tensor<4xf32>) -> tensor<4xf32> attributes {fidelity.device = "gpu0"} {
  %a0 = fidelity.tanh %x : tensor<4xf32>
  %a1 = fidelity.exp %a0 : tensor<4xf32>
  %a2 = fidelity.silu %a1 : tensor<4xf32>
  %a3 = fidelity.relu %a2 : tensor<4xf32>
  %a4 = fidelity.gelu %a3 : tensor<4xf32>
  %a5 = fidelity.sigmoid %a4 : tensor<4xf32>
  %a6 = fidelity.silu %a5 : tensor<4xf32>
  %a7 = fidelity.relu %a6 : tensor<4xf32>
  %b0 = fidelity.tanh %a7 : tensor<4xf32>
  %b1 = fidelity.exp %b0 : tensor<4xf32>
  %b2 = fidelity.silu %b1 : tensor<4xf32>
  %b3 = fidelity.relu %b2 : tensor<4xf32>
  %b4 = fidelity.gelu %b3 : tensor<4xf32>
  %b5 = fidelity.sigmoid %b4 : tensor<4xf32>
  %b6 = fidelity.silu %b5 : tensor<4xf32>
  %b7 = fidelity.relu %b6 : tensor<4xf32>
  return %b7 : tensor<4xf32>
}

// Calls are no ops that are saved, however many there are.

func.func private @extern(tensor<4xf32>) -> tensor<4xf32>
// CHECK-LABEL: func.func @calls(
// CHECK-COUNT-24: call @extern
// CHECK-NEXT:    return
func.func @calls(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @extern(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @extern(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = call @extern(%1) : (tensor<4xf32>) -> tensor<4xf32>
  %3 = call @extern(%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = call @extern(%3) : (tensor<4xf32>) -> tensor<4xf32>
  %5 = call @extern(%4) : (tensor<4xf32>) -> tensor<4xf32>
  %6 = call @extern(%5) : (tensor<4xf32>) -> tensor<4xf32>
  %7 = call @extern(%6) : (tensor<4xf32>) -> tensor<4xf32>
  %8 = call @extern(%7) : (tensor<4xf32>) -> tensor<4xf32>
  %9 = call @extern(%8) : (tensor<4xf32>) -> tensor<4xf32>
  %10 = call @extern(%9) : (tensor<4xf32>) -> tensor<4xf32>
  %11 = call @extern(%10) : (tensor<4xf32>) -> tensor<4xf32>
  %12 = call @extern(%11) : (tensor<4xf32>) -> tensor<4xf32>
  %13 = call @extern(%12) : (tensor<4xf32>) -> tensor<4xf32>
  %14 = call @extern(%13) : (tensor<4xf32>) -> tensor<4xf32>
  %15 = call @extern(%14) : (tensor<4xf32>) -> tensor<4xf32>
  %16 = call @extern(%15) : (tensor<4xf32>) -> tensor<4xf32>
  %17 = call @extern(%16) : (tensor<4xf32>) -> tensor<4xf32>
  %18 = call @extern(%17) : (tensor<4xf32>) -> tensor<4xf32>
  %19 = call @extern(%18) : (tensor<4xf32>) -> tensor<4xf32>
  %20 = call @extern(%19) : (tensor<4xf32>) -> tensor<4xf32>
  %21 = call @extern(%20) : (tensor<4xf32>) -> tensor<4xf32>
  %22 = call @extern(%21) : (tensor<4xf32>) -> tensor<4xf32>
  %23 = call @extern(%22) : (tensor<4xf32>) -> tensor<4xf32>
  return %23 : tensor<4xf32>
}
