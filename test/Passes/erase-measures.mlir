// RUN: fidelity-opt %s -fidelity-erase-measures | FileCheck %s
// RUN: fidelity-opt %s -fidelity-erase-measures -o %t.mlir
// RUN: fidelity-opt %t.mlir -fidelity-erase-measures | diff %t.mlir -
// RUN: FileCheck --check-prefix=GONE %s < %t.mlir

// Nothing is left to erase.
// GONE-NOT: dims
// GONE-NOT: unit =

!acceleration = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s^2">>
!velocity = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s">>
!time = tensor<f32, #fidelity.tensor<unit = "s">>

// Arguments, results, the type of the function, and ops that infer their types.

// CHECK-LABEL: func.func @velocity(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[A1:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[A2:[^:]*]]: tensor<f32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.multiply %[[A1]], %[[A2]] : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.add %[[A0]], %[[V0]] : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?x3xf32>
func.func @velocity(%v: !velocity, %a: !acceleration, %dt: !time) -> !velocity {
  %change = fidelity.multiply %a, %dt : (!acceleration, !time) -> !velocity
  %next = fidelity.add %v, %change : (!velocity, !velocity) -> !velocity
  return %next : !velocity
}

// CHECK-LABEL: func.func @squared(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<?x3xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.squared_relu %[[A0]] : tensor<?x3xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x3xf32>
func.func @squared(%x: !velocity) -> tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m^2/s^2">> {
  %y = fidelity.squared_relu %x : !velocity
  return %y : tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m^2/s^2">>
}

// The storage is no measure.

!weights = tensor<6x10xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>

// CHECK-LABEL: func.func @storage(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<6x10xi8>
// CHECK-NEXT: %[[V0:.*]] = fidelity.pack %[[A0]] to packed2 : (tensor<6x10xi8>) -> tensor<6x10xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[V0]] : tensor<6x10xi8, #fidelity.tensor<storage = packed2>>
func.func @storage(%w: tensor<6x10xi8, #fidelity.tensor<dims = [Out, In]>>) -> !weights {
  %p = fidelity.pack %w to packed2 : (tensor<6x10xi8, #fidelity.tensor<dims = [Out, In]>>) -> !weights
  return %p : !weights
}

// Functions that are declared, called, and passed as values.

// CHECK-LABEL: func.func private @declared(tensor<?x3xf32> {fidelity.layout = #fidelity.tensor<>}, i32) -> tensor<?x3xf32>
func.func private @declared(!velocity {fidelity.layout = #fidelity.tensor<dims = [N], unit = "m">}, i32) -> !velocity

// CHECK-LABEL: func.func @calls(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<?x3xf32>
// CHECK-SAME: %[[A1:[^:]*]]: i32
// CHECK-NEXT: %[[V0:.*]] = call @declared(%[[A0]], %[[A1]]) : (tensor<?x3xf32>, i32) -> tensor<?x3xf32>
// CHECK-NEXT: %[[F:.*]] = constant @declared : (tensor<?x3xf32>, i32) -> tensor<?x3xf32>
// CHECK-NEXT: %[[V1:.*]] = call_indirect %[[F]](%[[V0]], %[[A1]]) : (tensor<?x3xf32>, i32) -> tensor<?x3xf32>
// CHECK-NEXT: return %[[V1]] : tensor<?x3xf32>
func.func @calls(%v: !velocity, %i: i32) -> !velocity {
  %0 = call @declared(%v, %i) : (!velocity, i32) -> !velocity
  %f = constant @declared : (!velocity, i32) -> !velocity
  %1 = call_indirect %f(%0, %i) : (!velocity, i32) -> !velocity
  return %1 : !velocity
}

// Blocks and regions.

// CHECK-LABEL: func.func @control(
// CHECK-SAME: %[[V:[^:]*]]: tensor<?x3xf32>
// CHECK: %[[LAST:.*]] = scf.for {{.*}} iter_args(%[[CARRIED:.*]] = %[[V]]) -> (tensor<?x3xf32>) {
// CHECK-NEXT: %[[NEXT:.*]] = fidelity.add %[[CARRIED]], %[[V]] : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
// CHECK-NEXT: scf.yield %[[NEXT]] : tensor<?x3xf32>
// CHECK: cf.cond_br %{{.*}}, ^bb1(%[[LAST]] : tensor<?x3xf32>), ^bb2
// CHECK-NEXT: ^bb1(%[[TAKEN:.*]]: tensor<?x3xf32>):
// CHECK-NEXT: return %[[TAKEN]] : tensor<?x3xf32>
func.func @control(%v: !velocity, %n: index, %c: i1) -> !velocity {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %0 = scf.for %i = %zero to %n step %one iter_args(%carried = %v) -> !velocity {
    %next = fidelity.add %carried, %v : (!velocity, !velocity) -> !velocity
    scf.yield %next : !velocity
  }
  cf.cond_br %c, ^then(%0 : !velocity), ^else
^then(%taken: !velocity):
  return %taken : !velocity
^else:
  return %v : !velocity
}

// Constants, and types in attributes.

// CHECK-LABEL: func.func @constants(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense_resource<blob> : tensor<2xf32>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]] : tensor<f32>, tensor<2xf32>, tensor<2xf32>
func.func @constants() -> (!time, tensor<2xf32, #fidelity.tensor<unit = "m">>, tensor<2xf32, #fidelity.tensor<unit = "s">>) {
  %0 = arith.constant dense<0.5> : !time
  %1 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32, #fidelity.tensor<unit = "m">>
  %2 = arith.constant dense_resource<blob> : tensor<2xf32, #fidelity.tensor<unit = "s">>
  return %0, %1, %2 : !time, tensor<2xf32, #fidelity.tensor<unit = "m">>, tensor<2xf32, #fidelity.tensor<unit = "s">>
}

// CHECK-LABEL: func.func private @attributes()
// CHECK-SAME: note.bare = #fidelity.tensor<>,
// CHECK-SAME: note.nested = [{type = tuple<tensor<f32>, i32>},
// CHECK-SAME: (tensor<6x10xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x3xf32>,
// CHECK-SAME: dense<1.000000e+00> : tensor<f32>]
func.func private @attributes() attributes {
  note.bare = #fidelity.tensor<dims = [N], unit = "m">,
  note.nested = [{type = tuple<!time, i32>}, (!weights) -> !velocity, dense<1.0> : !time]
}

// A cast that only says what is measured vanishes, one that says a size stays.

// CHECK-LABEL: func.func @casts(
// CHECK-SAME: %[[A0:[^:]*]]: tensor<?x3xf32>
// CHECK-NEXT: %[[CAST:.*]] = tensor.cast %[[A0]] : tensor<?x3xf32> to tensor<4x3xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.add %[[A0]], %[[A0]] : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
// CHECK-NEXT: return %[[V0]], %[[CAST]] : tensor<?x3xf32>, tensor<4x3xf32>
func.func @casts(%x: tensor<?x3xf32>) -> (!velocity, tensor<4x3xf32>) {
  %0 = tensor.cast %x : tensor<?x3xf32> to !velocity
  %1 = tensor.cast %0 : !velocity to tensor<4x3xf32>
  %2 = builtin.unrealized_conversion_cast %x : tensor<?x3xf32> to !velocity
  %3 = fidelity.add %0, %2 : (!velocity, !velocity) -> !velocity
  return %3, %1 : !velocity, tensor<4x3xf32>
}

// Encodings of others are not ours to change.

// CHECK-LABEL: func.func private @foreign(tensor<4xf32, "sparse">)
func.func private @foreign(tensor<4xf32, "sparse">)

{-#
  dialect_resources: {
    builtin: {
      blob: "0x040000000000803F00000040"
    }
  }
#-}
