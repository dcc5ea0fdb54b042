// RUN: fidelity-opt %s -fidelity-materialize-storage | FileCheck %s

!weights = tensor<6x10xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>
!signal = tensor<?x10xf32, #fidelity.tensor<dims = [Batch, In], unit = "V">>

// Ten trits take three bytes, so a row of ten is three bytes wide. What a
// lowering made of an op on packed trits works on the bytes, and the casts it
// left behind vanish. Names and units vanish too.

// CHECK-LABEL: func.func @example(
// CHECK-SAME: %[[W:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x10xf32>
// CHECK-SAME: -> (tensor<6x3xi8>, tensor<?x10xf32>)
// CHECK-NEXT: %[[V0:.*]] = arith.addf %[[X]], %[[X]] : tensor<?x10xf32>
// CHECK-NEXT: return %[[W]], %[[V0]] : tensor<6x3xi8>, tensor<?x10xf32>
func.func @example(%w: !weights, %x: !signal) -> (tensor<6x3xi8>, !signal) {
  %bytes = builtin.unrealized_conversion_cast %w : !weights to tensor<6x3xi8>
  %plain = builtin.unrealized_conversion_cast %x : !signal to tensor<?x10xf32>
  %sum = arith.addf %plain, %plain : tensor<?x10xf32>
  %y = builtin.unrealized_conversion_cast %sum : tensor<?x10xf32> to !signal
  return %bytes, %y : tensor<6x3xi8>, !signal
}

// Functions that are declared, called, and passed as values.

// CHECK-LABEL: func.func private @declared(tensor<6x3xi8>, i32) -> tensor<6x3xi8>
func.func private @declared(!weights, i32) -> !weights

// CHECK-LABEL: func.func @calls(
// CHECK-SAME: %[[W:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: %[[I:[^:]*]]: i32
// CHECK-SAME: -> tensor<6x3xi8>
// CHECK-NEXT: %[[V0:.*]] = call @declared(%[[W]], %[[I]]) : (tensor<6x3xi8>, i32) -> tensor<6x3xi8>
// CHECK-NEXT: %[[F:.*]] = constant @declared : (tensor<6x3xi8>, i32) -> tensor<6x3xi8>
// CHECK-NEXT: %[[V1:.*]] = call_indirect %[[F]](%[[V0]], %[[I]]) : (tensor<6x3xi8>, i32) -> tensor<6x3xi8>
// CHECK-NEXT: return %[[V1]] : tensor<6x3xi8>
func.func @calls(%w: !weights, %i: i32) -> !weights {
  %0 = call @declared(%w, %i) : (!weights, i32) -> !weights
  %f = constant @declared : (!weights, i32) -> !weights
  %1 = call_indirect %f(%0, %i) : (!weights, i32) -> !weights
  return %1 : !weights
}

// CHECK-LABEL: func.func @structured(
// CHECK-SAME: %[[C:[^:]*]]: i1
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK-SAME: %[[A:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: %[[B:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: -> tensor<6x3xi8>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[V0:.*]] = scf.if %[[C]] -> (tensor<6x3xi8>) {
// CHECK-NEXT: scf.yield %[[A]] : tensor<6x3xi8>
// CHECK-NEXT: } else {
// CHECK-NEXT: scf.yield %[[B]] : tensor<6x3xi8>
// CHECK-NEXT: }
// CHECK-NEXT: %[[V1:.*]] = scf.for %[[ARG4:.*]] = %[[C0]] to %[[N]] step %[[C1]] iter_args(%[[ARG5:.*]] = %[[V0]]) -> (tensor<6x3xi8>) {
// CHECK-NEXT: %[[V2:.*]] = arith.select %[[C]], %[[ARG5]], %[[A]] : tensor<6x3xi8>
// CHECK-NEXT: scf.yield %[[V2]] : tensor<6x3xi8>
// CHECK-NEXT: }
// CHECK-NEXT: return %[[V1]] : tensor<6x3xi8>
func.func @structured(%c: i1, %n: index, %a: !weights, %b: !weights) -> !weights {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.if %c -> !weights {
    scf.yield %a : !weights
  } else {
    scf.yield %b : !weights
  }
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%w = %0) -> !weights {
    %selected = arith.select %c, %w, %a : !weights
    scf.yield %selected : !weights
  }
  return %1 : !weights
}

// CHECK-LABEL: func.func @blocks(
// CHECK-SAME: %[[C:[^:]*]]: i1
// CHECK-SAME: %[[A:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: %[[B:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: -> tensor<6x3xi8>
// CHECK-NEXT: cf.cond_br %[[C]], ^bb1(%[[A]] : tensor<6x3xi8>), ^bb2(%[[B]], %[[A]] : tensor<6x3xi8>, tensor<6x3xi8>)
// CHECK-NEXT: ^bb1(%[[V0:.*]]: tensor<6x3xi8>):  // pred: ^bb0
// CHECK-NEXT: cf.br ^bb2(%[[V0]], %[[B]] : tensor<6x3xi8>, tensor<6x3xi8>)
// CHECK-NEXT: ^bb2(%[[V1:.*]]: tensor<6x3xi8>, %[[V2:.*]]: tensor<6x3xi8>):  // 2 preds: ^bb0, ^bb1
// CHECK-NEXT: return %[[V1]] : tensor<6x3xi8>
func.func @blocks(%c: i1, %a: !weights, %b: !weights) -> !weights {
  cf.cond_br %c, ^first(%a : !weights), ^second(%b, %a : !weights, !weights)
^first(%w: !weights):
  cf.br ^second(%w, %b : !weights, !weights)
^second(%v: !weights, %u: !weights):
  return %v : !weights
}

// The first trit of a byte is in its low bits: 00 is 0, 01 is -1, 10 is +1. A
// row starts on a byte.

// CHECK-LABEL: func.func @constants(
// CHECK-SAME: -> (tensor<2x2xi8>, tensor<2x2xi8>, tensor<2xi8>)
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[}}[-110, 0], [96, 1]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[}}[85, 1], [85, 1]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<[-119, 1]> : tensor<2xi8>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<2x2xi8>, tensor<2x2xi8>, tensor<2xi8>
func.func @constants() -> (tensor<2x5xi8, #fidelity.tensor<storage = packed2>>, tensor<2x5xi8, #fidelity.tensor<storage = packed2>>, tensor<5xi8, #fidelity.tensor<storage = packed2>>) {
  // 1, 0, -1, 1 is 10'01'00'10, which is -110.
  %dense = arith.constant dense<[[1, 0, -1, 1, 0], [0, 0, 1, -1, -1]]> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  // The unused trits of a row's last byte are 0.
  %splat = arith.constant dense<-1> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  // A number counts by its sign.
  %numbers = arith.constant dense<[-128, 127, 0, 2, -3]> : tensor<5xi8, #fidelity.tensor<storage = packed2>>
  return %dense, %splat, %numbers : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>, tensor<2x5xi8, #fidelity.tensor<storage = packed2>>, tensor<5xi8, #fidelity.tensor<storage = packed2>>
}

// CHECK-LABEL: func.func @constants_of_base_3(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[}}[65, 0], [126, 6]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[}}[121, 4], [121, 4]]> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<-114> : tensor<1xi8>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<2x2xi8>, tensor<2x2xi8>, tensor<1xi8>
func.func @constants_of_base_3() -> (tensor<2x7xi8, #fidelity.tensor<storage = packed5>>, tensor<2x7xi8, #fidelity.tensor<storage = packed5>>, tensor<5xi8, #fidelity.tensor<storage = packed5>>) {
  // 2 + 0 · 3 + 1 · 9 + 2 · 27 + 0 · 81
  %dense = arith.constant dense<[[1, 0, -1, 1, 0, 0, 0], [0, 0, 1, -1, -1, 0, 1]]> : tensor<2x7xi8, #fidelity.tensor<storage = packed5>>
  %splat = arith.constant dense<-1> : tensor<2x7xi8, #fidelity.tensor<storage = packed5>>
  // 142 as a signed byte.
  %numbers = arith.constant dense<[-128, 127, 0, 2, -3]> : tensor<5xi8, #fidelity.tensor<storage = packed5>>
  return %dense, %splat, %numbers : tensor<2x7xi8, #fidelity.tensor<storage = packed5>>, tensor<2x7xi8, #fidelity.tensor<storage = packed5>>, tensor<5xi8, #fidelity.tensor<storage = packed5>>
}

// CHECK-LABEL: func.func @types_of_base_3(
// CHECK-SAME: tensor<0x1xi8>, %{{.*}}: tensor<?x0xi8>, %{{.*}}: tensor<3x2xi8>
func.func @types_of_base_3(%a: tensor<0x5xi8, #fidelity.tensor<storage = packed5>>, %b: tensor<?x0xi8, #fidelity.tensor<storage = packed5>>, %c: tensor<3x6xi8, #fidelity.tensor<storage = packed5>>) {
  return
}

// CHECK-LABEL: func.func @empty_constants(
// CHECK-SAME: -> (tensor<0x2xi8>, tensor<2x0xi8>)
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<> : tensor<0x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<> : tensor<2x0xi8>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<0x2xi8>, tensor<2x0xi8>
func.func @empty_constants() -> (tensor<0x5xi8, #fidelity.tensor<storage = packed2>>, tensor<2x0xi8, #fidelity.tensor<storage = packed2>>) {
  %0 = arith.constant dense<> : tensor<0x5xi8, #fidelity.tensor<storage = packed2>>
  %1 = arith.constant dense<> : tensor<2x0xi8, #fidelity.tensor<storage = packed2>>
  return %0, %1 : tensor<0x5xi8, #fidelity.tensor<storage = packed2>>, tensor<2x0xi8, #fidelity.tensor<storage = packed2>>
}

// The bytes of a blob are physical already.

// CHECK-LABEL: func.func @resources(
// CHECK-SAME: -> (tensor<2x2xi8>, tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense_resource<trits> : tensor<2x2xi8>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense_resource<floats> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense_resource<floats> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<2x2xi8>, tensor<2xf32>, tensor<2xf32>
func.func @resources() -> (tensor<2x5xi8, #fidelity.tensor<storage = packed2>>, tensor<2xf32, #fidelity.tensor<unit = "m">>, tensor<2xf32>) {
  %0 = arith.constant dense_resource<trits> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  %1 = arith.constant dense_resource<floats> : tensor<2xf32, #fidelity.tensor<unit = "m">>
  %2 = arith.constant dense_resource<floats> : tensor<2xf32>
  return %0, %1, %2 : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>, tensor<2xf32, #fidelity.tensor<unit = "m">>, tensor<2xf32>
}

// CHECK-LABEL: func.func @dense_constants(
// CHECK-SAME: -> (tensor<2xf32>, tensor<2xf32>)
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]] : tensor<2xf32>, tensor<2xf32>
func.func @dense_constants() -> (tensor<2xf32, #fidelity.tensor<dims = [N]>>, tensor<2xf32, #fidelity.tensor<dims = [N]>>) {
  %0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32, #fidelity.tensor<dims = [N]>>
  %1 = arith.constant dense<1.0> : tensor<2xf32, #fidelity.tensor<dims = [N]>>
  return %0, %1 : tensor<2xf32, #fidelity.tensor<dims = [N]>>, tensor<2xf32, #fidelity.tensor<dims = [N]>>
}

// The size of a packed tensor is the logical one.

// CHECK-LABEL: func.func @dim(
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x3xi8>
// CHECK-SAME: %[[I:[^:]*]]: index
// CHECK-SAME: -> (index, index, index)
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[W]], %[[C0]] : tensor<?x3xi8>
// CHECK-NEXT: %[[C10:.*]] = arith.constant 10 : index
// CHECK-NEXT: %[[C1_0:.*]] = arith.constant 1 : index
// CHECK-NEXT: %[[V0:.*]] = arith.cmpi eq, %[[I]], %[[C1_0]] : index
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[W]], %[[I]] : tensor<?x3xi8>
// CHECK-NEXT: %[[C10_2:.*]] = arith.constant 10 : index
// CHECK-NEXT: %[[V1:.*]] = arith.select %[[V0]], %[[C10_2]], %[[DIM_1]] : index
// CHECK-NEXT: return %[[DIM]], %[[C10]], %[[V1]] : index, index, index
func.func @dim(%w: tensor<?x10xi8, #fidelity.tensor<storage = packed2>>, %i: index) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %w, %c0 : tensor<?x10xi8, #fidelity.tensor<storage = packed2>>
  %1 = tensor.dim %w, %c1 : tensor<?x10xi8, #fidelity.tensor<storage = packed2>>
  %2 = tensor.dim %w, %i : tensor<?x10xi8, #fidelity.tensor<storage = packed2>>
  return %0, %1, %2 : index, index, index
}

// CHECK-LABEL: func.func @cast(
// CHECK-SAME: %[[W:[^:]*]]: tensor<6x3xi8>
// CHECK-SAME: -> tensor<?x3xi8>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[W]] : tensor<6x3xi8> to tensor<?x3xi8>
// CHECK-NEXT: return %[[CAST]] : tensor<?x3xi8>
func.func @cast(%w: tensor<6x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x10xi8, #fidelity.tensor<storage = packed2>> {
  %0 = tensor.cast %w : tensor<6x10xi8, #fidelity.tensor<storage = packed2>> to tensor<?x10xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<?x10xi8, #fidelity.tensor<storage = packed2>>
}

// A cast between other types is another's.

// CHECK-LABEL: func.func @other_cast(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: -> memref<4xf32>
// CHECK-NEXT: %[[V0:.*]] = builtin.unrealized_conversion_cast %[[X]] : tensor<4xf32> to memref<4xf32>
// CHECK-NEXT: return %[[V0]] : memref<4xf32>
func.func @other_cast(%x: tensor<4xf32, #fidelity.tensor<dims = [N]>>) -> memref<4xf32> {
  %0 = builtin.unrealized_conversion_cast %x : tensor<4xf32, #fidelity.tensor<dims = [N]>> to memref<4xf32>
  return %0 : memref<4xf32>
}

// Sizes at the end of what a size can be.

// CHECK-LABEL: func.func private @large(tensor<2305843009213693952xi8>)
func.func private @large(tensor<9223372036854775807xi8, #fidelity.tensor<storage = packed2>>)

// What is not ours stays as it is.

// CHECK-LABEL: func.func @others(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK-SAME: -> tensor<4xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.addf %[[X]], %[[X]] : tensor<4xf32>
// CHECK-NEXT: return %[[V0]] : tensor<4xf32>
func.func @others(%x: tensor<4xf32>, %m: memref<4xi8>, %v: vector<2xf32>) -> tensor<4xf32> {
  %0 = arith.addf %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      trits: "0x0800000092006005",
      floats: "0x080000000000803F00000040"
    }
  }
#-}
