// RUN: fidelity-opt %s -fidelity-pack-weights | FileCheck %s --check-prefixes=CHECK,TWO
// RUN: fidelity-opt %s --fidelity-pack-weights=storage=packed5 | FileCheck %s --check-prefixes=CHECK,FIVE
// RUN: fidelity-opt %s --fidelity-pack-weights=storage=tiled2 | FileCheck %s --check-prefixes=CHECK,TILED
// RUN: fidelity-opt %s --fidelity-pack-weights=storage=tiled5 | FileCheck %s --check-prefixes=CHECK,TILES
// RUN: fidelity-opt %s --fidelity-pack-weights=storage=dense | FileCheck %s --check-prefixes=CHECK,DENSE

// Twice is once.
// RUN: fidelity-opt %s -fidelity-pack-weights -o %t.once
// RUN: fidelity-opt %t.once -fidelity-pack-weights -o %t.twice
// RUN: diff %t.once %t.twice

// There and back.
// RUN: fidelity-opt %s -fidelity-pack-weights --fidelity-pack-weights=storage=packed5 \
// RUN:   --fidelity-pack-weights=storage=tiled2 --fidelity-pack-weights=storage=tiled5 \
// RUN:   --fidelity-pack-weights=storage=dense | FileCheck %s --check-prefixes=CHECK,DENSE

// What is written out stays so: the type says how it is stored.

// CHECK-LABEL: func.func @written(
// TWO-NEXT: arith.constant dense<{{.*}}> : tensor<2x6xi8, #fidelity.tensor<storage = packed2>>
// FIVE-NEXT: arith.constant dense<{{.*}}> : tensor<2x6xi8, #fidelity.tensor<storage = packed5>>
// TILED-NEXT: arith.constant dense<{{.*}}> : tensor<2x6xi8, #fidelity.tensor<storage = tiled2>>
// TILES-NEXT: arith.constant dense<{{.*}}> : tensor<2x6xi8, #fidelity.tensor<storage = tiled5>>
// DENSE-NEXT: arith.constant dense<{{\[\[}}1, 0, -1, 1, 0, 0], [0, -1, 0, 0, 1, 1]]> : tensor<2x6xi8>
// CHECK-NEXT: fidelity.ternary_linear
func.func @written(%x: tensor<?x6xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[1, 0, -1, 1, 0, 0], [0, -1, 0, 0, 1, 1]]> : tensor<2x6xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<?x6xf32>, tensor<2x6xi8>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// Rows of ten trits: the last byte of each is not full. Two functions share them,
// and names and units stay.

// CHECK-LABEL: func.func @prefill(
// TWO-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.packed2> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>
// FIVE-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.packed5> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In], storage = packed5>>
// TILED-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.tiled2> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In], storage = tiled2>>
// TILES-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.tiled5> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In], storage = tiled5>>
// DENSE-NEXT: %[[W:.*]] = arith.constant dense_resource<ten{{.*}}> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In]>>
// CHECK-NEXT: fidelity.ternary_linear %{{.*}}, %[[W]]
func.func @prefill(%x: tensor<?x10xf32>) -> tensor<?x3xf32> {
  %w = arith.constant dense_resource<ten> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In]>>
  %y = fidelity.ternary_linear %x, %w
    : (tensor<?x10xf32>, tensor<3x10xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @decode(
// TWO-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.packed2> :
// FIVE-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.packed5> :
// TILED-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.tiled2> :
// TILES-NEXT: %[[W:.*]] = arith.constant dense_resource<ten.tiled5> :
// CHECK: fidelity.bit_linear
func.func @decode(%x: tensor<10xf32>) -> tensor<3xf32> {
  %w = arith.constant dense_resource<ten> : tensor<3x10xi8, #fidelity.tensor<dims = [Out, In]>>
  %s = arith.constant dense<0.5> : tensor<f32>
  %y = fidelity.bit_linear %x, %w scale %s
    : (tensor<10xf32>, tensor<3x10xi8, #fidelity.tensor<dims = [Out, In]>>, tensor<f32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// One row, one trit; no rows; rows of nothing.

// CHECK-LABEL: func.func @edges(
// TWO: dense_resource<one.packed2> : tensor<1x1xi8, #fidelity.tensor<storage = packed2>>
// FIVE: dense_resource<one.packed5> : tensor<1x1xi8, #fidelity.tensor<storage = packed5>>
// TWO: dense<> : tensor<0x7xi8, #fidelity.tensor<storage = packed2>>
// TWO: dense<> : tensor<2x0xi8, #fidelity.tensor<storage = packed2>>
func.func @edges(%x: tensor<1xf32>, %x7: tensor<7xf32>, %x0: tensor<0xf32>)
    -> (tensor<1xf32>, tensor<0xf32>, tensor<2xf32>) {
  %one = arith.constant dense_resource<one> : tensor<1x1xi8>
  %none = arith.constant dense<> : tensor<0x7xi8>
  %empty = arith.constant dense<> : tensor<2x0xi8>
  %a = fidelity.ternary_linear %x, %one : (tensor<1xf32>, tensor<1x1xi8>) -> tensor<1xf32>
  %b = fidelity.ternary_linear %x7, %none : (tensor<7xf32>, tensor<0x7xi8>) -> tensor<0xf32>
  %c = fidelity.ternary_linear %x0, %empty : (tensor<0xf32>, tensor<2x0xi8>) -> tensor<2xf32>
  return %a, %b, %c : tensor<1xf32>, tensor<0xf32>, tensor<2xf32>
}

// What is packed already keeps its blob, or gets another one.

// CHECK-LABEL: func.func @packed(
// TWO-NEXT: arith.constant dense_resource<two> : tensor<3x5xi8, #fidelity.tensor<storage = packed2>>
// FIVE-NEXT: arith.constant dense_resource<two.packed5> : tensor<3x5xi8, #fidelity.tensor<storage = packed5>>
// TILED-NEXT: arith.constant dense_resource<two.tiled2> : tensor<3x5xi8, #fidelity.tensor<storage = tiled2>>
// TILES-NEXT: arith.constant dense_resource<two.tiled5> : tensor<3x5xi8, #fidelity.tensor<storage = tiled5>>
// DENSE-NEXT: arith.constant dense_resource<two{{.*}}dense> : tensor<3x5xi8>
func.func @packed(%x: tensor<5xf32>, %init: tensor<3xf32>) -> tensor<3xf32> {
  %w = arith.constant dense_resource<two> : tensor<3x5xi8, #fidelity.tensor<storage = packed2>>
  %y = fidelity.ternary_accumulate %x, %w, %init
    : (tensor<5xf32>, tensor<3x5xi8, #fidelity.tensor<storage = packed2>>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// pack and unpack of constants vanish, between a constant and a layer and
// elsewhere.

// CHECK-LABEL: func.func @changes(
// TWO-NEXT: %[[W:.*]] = arith.constant dense_resource<five.packed2> : tensor<3x5xi8, #fidelity.tensor<storage = packed2>>
// FIVE-NEXT: %[[W:.*]] = arith.constant dense_resource<five> : tensor<3x5xi8, #fidelity.tensor<storage = packed5>>
// TILED-NEXT: %[[W:.*]] = arith.constant dense_resource<five.tiled2> : tensor<3x5xi8, #fidelity.tensor<storage = tiled2>>
// TILES-NEXT: %[[W:.*]] = arith.constant dense_resource<five.tiled5> : tensor<3x5xi8, #fidelity.tensor<storage = tiled5>>
// DENSE-NEXT: %[[W:.*]] = arith.constant dense_resource<five{{.*}}dense> : tensor<3x5xi8>
// CHECK-NEXT: fidelity.ternary_linear %{{.*}}, %[[W]] :
// CHECK-NEXT: return
func.func @changes(%x: tensor<5xf32>) -> tensor<3xf32> {
  %p = arith.constant dense_resource<five> : tensor<3x5xi8, #fidelity.tensor<storage = packed5>>
  %d = fidelity.unpack %p : (tensor<3x5xi8, #fidelity.tensor<storage = packed5>>) -> tensor<3x5xi8>
  %q = fidelity.pack %d to packed2
    : (tensor<3x5xi8>) -> tensor<3x5xi8, #fidelity.tensor<storage = packed2>>
  %y = fidelity.ternary_linear %x, %q
    : (tensor<5xf32>, tensor<3x5xi8, #fidelity.tensor<storage = packed2>>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @returned(
// CHECK-NEXT: %[[W:.*]] = arith.constant dense_resource<{{.*}}dense> : tensor<3x5xi8>
// CHECK-NEXT: return %[[W]]
func.func @returned() -> tensor<3x5xi8> {
  %p = arith.constant dense_resource<five> : tensor<3x5xi8, #fidelity.tensor<storage = packed5>>
  %d = fidelity.unpack %p : (tensor<3x5xi8, #fidelity.tensor<storage = packed5>>) -> tensor<3x5xi8>
  return %d : tensor<3x5xi8>
}

// The bytes, after the alignment, 64: a digit for each trit, 1 for -1 and 2 for
// +1, the first the lowest. A row of @ten is 1 0 -1 1, 0 0 1 -1, -1 1 by fours. Of tiles
// it is the trit plus 1, and every fourth trit is in one byte.

// TWO: ten.packed2: "0x40000000926009926009926009"
// TWO: one.packed2: "0x4000000002"
// TWO: two: "0x01000000820182018201"
// TWO: five.packed2: "0x40000000860186018601"
// FIVE: ten.packed5: "0x4000000041CC41CC41CC"
// FIVE: one.packed5: "0x4000000002"
// FIVE: two.packed5: "0x40000000898989"
// FIVE: five: "0x010000008C8C8C"
// TILES: ten.tiled5: "0x4000000071827B7771827B7771827B77"
// TILES: one.tiled5: "0x400000007A797979"
// TILES: five.tiled5: "0x400000007778797A7778797A7778797A"
// DENSE: ten{{.*}}: "0x{{........}}0100FF01000001FFFF010100FF01000001FFFF010100FF01000001FFFF01"
// DENSE: two{{.*}}dense: "0x4000000001000001FF01000001FF01000001FF"
// DENSE: five{{.*}}dense: "0x4000000001FF0001FF01FF0001FF01FF0001FF"

{-#
  dialect_resources: {
    builtin: {
      ten: "0x010000000100FF01000001FFFF010100FF01000001FFFF010100FF01000001FFFF01",
      one: "0x0100000001",
      two: "0x01000000820182018201",
      five: "0x010000008C8C8C"
    }
  }
#-}
