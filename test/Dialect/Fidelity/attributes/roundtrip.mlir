// RUN: fidelity-opt %s | FileCheck %s
// RUN: fidelity-opt %s | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -mlir-print-op-generic | fidelity-opt | FileCheck %s
// RUN: fidelity-opt %s -emit-bytecode | fidelity-opt | FileCheck %s

// Keys are printed in one order, and those that say nothing not at all.

// CHECK-LABEL: func.func private @keys(
// CHECK-SAME: tensor<?x3xf32, #fidelity.tensor<dims = [Batch, In]>>
// CHECK-SAME: tensor<?x3xf32, #fidelity.tensor<unit = "m/s^2">>
// CHECK-SAME: tensor<2x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-SAME: tensor<2x8xi8, #fidelity.tensor<storage = packed5>>
// CHECK-SAME: tensor<2x8xi8, #fidelity.tensor<dims = [Out, In], unit = "kg*m^2*s^-2", storage = packed2>>
func.func private @keys(
  tensor<?x3xf32, #fidelity.tensor<dims = [Batch, In]>>,
  tensor<?x3xf32, #fidelity.tensor<unit = "m/s^2">>,
  tensor<2x8xi8, #fidelity.tensor<storage = packed2>>,
  tensor<2x8xi8, #fidelity.tensor<storage = packed5>>,
  tensor<2x8xi8, #fidelity.tensor<storage = packed2, unit = "kg*m^2*s^-2", dims = [Out, In]>>)

// CHECK-LABEL: func.func private @defaults(
// CHECK-SAME: tensor<4xf32, #fidelity.tensor<>>
// CHECK-SAME: tensor<4xf32, #fidelity.tensor<dims = [N]>>
func.func private @defaults(
  tensor<4xf32, #fidelity.tensor<storage = dense>>,
  tensor<4xf32, #fidelity.tensor<dims = [N], storage = dense>>)

// A dimension without a name, the same name twice, a name that is a keyword of
// the language, and one that is no keyword.
// CHECK-LABEL: func.func private @names(
// CHECK-SAME: tensor<2x?x3xf32, #fidelity.tensor<dims = [_, Time, _]>>
// CHECK-SAME: tensor<4x4xf32, #fidelity.tensor<dims = [N, N]>>
// CHECK-SAME: tensor<4xf32, #fidelity.tensor<dims = [dense]>>
// CHECK-SAME: tensor<4xf32, #fidelity.tensor<dims = ["two words"]>>
func.func private @names(
  tensor<2x?x3xf32, #fidelity.tensor<dims = [_, Time, _]>>,
  tensor<4x4xf32, #fidelity.tensor<dims = [N, "N"]>>,
  tensor<4xf32, #fidelity.tensor<dims = [dense]>>,
  tensor<4xf32, #fidelity.tensor<dims = ["two words"]>>)

// CHECK-LABEL: func.func private @units(
// CHECK-SAME: unit = "1"
// CHECK-SAME: unit = "1/s"
// CHECK-SAME: unit = "m^2*kg/s^-3"
// CHECK-SAME: unit = "\C2\B5m"
func.func private @units(
  tensor<f32, #fidelity.tensor<unit = "1">>,
  tensor<f32, #fidelity.tensor<unit = "1/s">>,
  tensor<f32, #fidelity.tensor<unit = "m^2*kg/s^-3">>,
  tensor<f32, #fidelity.tensor<unit = "µm">>)

// Within other types, as an alias, and as an attribute of its own.
#weights = #fidelity.tensor<storage = packed2>
// CHECK-LABEL: func.func private @nested(
// CHECK-SAME: tuple<tensor<2x8xi8, #fidelity.tensor<storage = packed2>>, i32>
// CHECK-SAME: (tensor<2x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?xf32, #fidelity.tensor<dims = [N]>>
// CHECK-SAME: layout = #fidelity.tensor<dims = [N], unit = "m">
func.func private @nested(
  tuple<tensor<2x8xi8, #weights>, i32>,
  (tensor<2x8xi8, #weights>) -> tensor<?xf32, #fidelity.tensor<dims = [N]>>
) attributes {layout = #fidelity.tensor<dims = [N], unit = "m">}

// The shape is the logical one: a blob has the bytes of its storage.
// CHECK-LABEL: func.func @constants(
// CHECK: dense<{{\[}}[1, 0, -1, 1, 0], [0, 0, 1, -1, -1]]> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
// CHECK: dense<0> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
// CHECK: dense_resource<trits> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
func.func @constants() {
  %0 = arith.constant dense<[[1, 0, -1, 1, 0], [0, 0, 1, -1, -1]]> : tensor<2x5xi8, #weights>
  %1 = arith.constant dense<0> : tensor<2x5xi8, #weights>
  %2 = arith.constant dense_resource<trits> : tensor<2x5xi8, #weights>
  return
}

// Operands and results keep what they are declared with.
!x = tensor<?x8xf32, #fidelity.tensor<dims = [Batch, In], unit = "V">>
!y = tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
// CHECK-LABEL: func.func @operands(
// CHECK: fidelity.ternary_linear %{{.*}}, %{{.*}} : (tensor<?x8xf32, #fidelity.tensor<dims = [Batch, In], unit = "V">>, tensor<2x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
// CHECK: fidelity.add %{{.*}}, %{{.*}} : (tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>, tensor<2xf32, #fidelity.tensor<unit = "V">>) -> tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
// CHECK: fidelity.relu %{{.*}} : tensor<?x2xf32, #fidelity.tensor<dims = [Batch, Out], unit = "V">>
func.func @operands(%x: !x, %w: tensor<2x8xi8, #weights>, %b: tensor<2xf32, #fidelity.tensor<unit = "V">>) -> !y {
  %0 = fidelity.ternary_linear %x, %w : (!x, tensor<2x8xi8, #weights>) -> !y
  %1 = fidelity.add %0, %b : (!y, tensor<2xf32, #fidelity.tensor<unit = "V">>) -> !y
  %2 = fidelity.relu %1 : !y
  return %2 : !y
}

{-#
  dialect_resources: {
    builtin: {
      trits: "0x0800000046004A02"
    }
  }
#-}

// How ops are to be computed.
// CHECK-LABEL: func.func private @mapped()
// CHECK-SAME: a = #fidelity.mapping<>
// CHECK-SAME: b = #fidelity.mapping<kernel = "loops", storage = packed5, chunk = 0, tile = [16, 64, 32], group = 2, device = "left">
// CHECK-SAME: c = #fidelity.mapping<storage = dense>
func.func private @mapped() attributes {
  a = #fidelity.mapping<>,
  b = #fidelity.mapping<device = "left", tile = [16, 64, 32], chunk = 0, group = 2, storage = packed5, kernel = "loops">,
  c = #fidelity.mapping<storage = dense>}
