// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

func.func @transfer_c1(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.transfer' op expected the name of a device to transfer from, but got ""}}
  %y = fidelity.transfer %x from "" to "b" : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @transfer_c2(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.transfer' op expected the name of a device to transfer to, but got ""}}
  %y = fidelity.transfer %x from "a" to "" : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @no_tensor(%x: f32) -> f32 {
  // expected-error@+1 {{'fidelity.transfer' op operand #0 must be ranked tensor of any type values, but got 'f32'}}
  %y = "fidelity.transfer"(%x) {from = "a", to = "b"} : (f32) -> f32
  return %y : f32
}

// -----

func.func @another_type(%x: tensor<4xf32>) -> tensor<4xf64> {
  // expected-error@+1 {{'fidelity.transfer' op expected result #0 to have type 'tensor<4xf32>', but got 'tensor<4xf64>'}}
  %y = "fidelity.transfer"(%x) {from = "a", to = "b"} : (tensor<4xf32>) -> tensor<4xf64>
  return %y : tensor<4xf64>
}

// -----

func.func @no_destination(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.transfer' op requires attribute 'to'}}
  %y = "fidelity.transfer"(%x) {from = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-note@+1 {{operand #0 has type 'tensor<4xf32, #fidelity.tensor<dims = [a]>>'}}
func.func @names(%x: tensor<4xf32, #fidelity.tensor<dims = [a]>>)
    -> tensor<4xf32, #fidelity.tensor<dims = [b]>> {
  // expected-error@+1 {{'fidelity.transfer' op result #0: expected dimension 0 to be a, but got b}}
  %y = "fidelity.transfer"(%x) <{from = "gpu0", to = "gpu1"}>
    : (tensor<4xf32, #fidelity.tensor<dims = [a]>>) -> tensor<4xf32, #fidelity.tensor<dims = [b]>>
  return %y : tensor<4xf32, #fidelity.tensor<dims = [b]>>
}
