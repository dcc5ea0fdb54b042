// RUN: fidelity-opt %s -fidelity-cpu-pipeline -o %t.with.mlir
// RUN: sed 's/, #fidelity.tensor<[^>]*>//g' %s > %t.plain.mlir
// RUN: not grep '^[^/].*fidelity.tensor' %t.plain.mlir
// RUN: fidelity-opt %t.plain.mlir -fidelity-cpu-pipeline | diff %t.with.mlir -
// RUN: FileCheck %s < %t.with.mlir

// Names of dimensions and units cost nothing: the same functions without them
// are lowered to the same code, to the letter.

// CHECK-NOT: {{fidelity|dims|unit =|m/s}}
// CHECK: llvm.func @velocity(
// CHECK-NOT: {{fidelity|dims|unit =|m/s}}

!acceleration = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s^2">>
!velocity = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s">>
!time = tensor<f32, #fidelity.tensor<unit = "s">>
!weights = tensor<?x?xi8, #fidelity.tensor<dims = [Out, Axis]>>
!number = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "1">>

func.func @velocity(%v: !velocity, %a: !acceleration, %dt: !time) -> !velocity {
  %change = fidelity.multiply %a, %dt : (!acceleration, !time) -> !velocity
  %next = fidelity.add %v, %change : (!velocity, !velocity) -> !velocity
  return %next : !velocity
}

// What canonicalisation keeps because the types differ, x + -0 and the cast, is
// gone.
func.func @asserted(%x: tensor<?x3xf32>) -> !number {
  %zero = arith.constant dense<-0.0> : tensor<3xf32>
  %sum = fidelity.add %x, %zero : (tensor<?x3xf32>, tensor<3xf32>) -> !velocity
  %number = tensor.cast %sum : !velocity to !number
  %y = fidelity.exp %number : !number
  return %y : !number
}

func.func @layer(%v: !velocity, %w: !weights, %s: tensor<?xf32, #fidelity.tensor<dims = [Out], unit = "s">>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Body, Out], unit = "m">> {
  %y = fidelity.ternary_linear %v, %w scale %s : (!velocity, !weights, tensor<?xf32, #fidelity.tensor<dims = [Out], unit = "s">>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Body, Out], unit = "m">>
  return %y : tensor<?x?xf32, #fidelity.tensor<dims = [Body, Out], unit = "m">>
}

func.func @mixer(%f: !number, %c: !number, %n: tensor<3xf32, #fidelity.tensor<dims = [Axis], unit = "m/s">>) -> (!velocity, tensor<3xf32, #fidelity.tensor<dims = [Axis], unit = "rad">>) {
  %o, %h = fidelity.mlgru %f, %c : (!number, !number) -> (!number, tensor<3xf32, #fidelity.tensor<dims = [Axis], unit = "rad">>)
  %y = fidelity.rms_norm %o weight %n : (!number, tensor<3xf32, #fidelity.tensor<dims = [Axis], unit = "m/s">>) -> !velocity
  return %y, %h : !velocity, tensor<3xf32, #fidelity.tensor<dims = [Axis], unit = "rad">>
}

func.func @quantized(%x: !velocity) -> (tensor<?x3xi8, #fidelity.tensor<dims = [Body, Axis], unit = "1">>, tensor<?x1xf32, #fidelity.tensor<dims = [Body, _], unit = "m/s">>) {
  %q, %s = fidelity.quantize_activations %x : (!velocity) -> (tensor<?x3xi8, #fidelity.tensor<dims = [Body, Axis], unit = "1">>, tensor<?x1xf32, #fidelity.tensor<dims = [Body, _], unit = "m/s">>)
  return %q, %s : tensor<?x3xi8, #fidelity.tensor<dims = [Body, Axis], unit = "1">>, tensor<?x1xf32, #fidelity.tensor<dims = [Body, _], unit = "m/s">>
}

func.func @state(%s: tensor<8x16xf32, #fidelity.tensor<dims = [Channel, State], unit = "V">>, %x: tensor<8xf32, #fidelity.tensor<dims = [Channel], unit = "V/s">>, %a: tensor<16xf32, #fidelity.tensor<dims = [State], unit = "1">>, %b: tensor<16xf32, #fidelity.tensor<dims = [State], unit = "s">>) -> tensor<8xf32, #fidelity.tensor<dims = [Channel], unit = "V">> {
  %next = fidelity.ssm.state_update %s, %x, %a, %b : (tensor<8x16xf32, #fidelity.tensor<dims = [Channel, State], unit = "V">>, tensor<8xf32, #fidelity.tensor<dims = [Channel], unit = "V/s">>, tensor<16xf32, #fidelity.tensor<dims = [State], unit = "1">>, tensor<16xf32, #fidelity.tensor<dims = [State], unit = "s">>) -> tensor<8x16xf32, #fidelity.tensor<dims = [Channel, State], unit = "V">>
  %y = fidelity.ssm.output %next, %a : (tensor<8x16xf32, #fidelity.tensor<dims = [Channel, State], unit = "V">>, tensor<16xf32, #fidelity.tensor<dims = [State], unit = "1">>) -> tensor<8xf32, #fidelity.tensor<dims = [Channel], unit = "V">>
  return %y : tensor<8xf32, #fidelity.tensor<dims = [Channel], unit = "V">>
}
