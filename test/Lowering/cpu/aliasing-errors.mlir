// Results that cannot be written to arguments.

// RUN: fidelity-opt %s --split-input-file --verify-diagnostics --fidelity-cpu-calling-convention

// expected-error@below {{expected `fidelity.aliasing_output` of argument 0 to be the number of one of 1 results, but got 1 : i64}}
func.func @no_result(%state: tensor<4xf32> {fidelity.aliasing_output = 1}) -> tensor<4xf32> {
  return %state : tensor<4xf32>
}

// -----

// expected-error@below {{expected `fidelity.aliasing_output` of argument 0 to be the number of one of 1 results, but got "y"}}
func.func @no_number(%state: tensor<4xf32> {fidelity.aliasing_output = "y"}) -> tensor<4xf32> {
  return %state : tensor<4xf32>
}

// -----

// expected-error@below {{expected `fidelity.aliasing_output` of argument 2 to be another result than that of argument 0, but got 0}}
func.func @twice(%a: tensor<4xf32> {fidelity.aliasing_output = 0}, %i: index,
    %b: tensor<4xf32> {fidelity.aliasing_output = 0}) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}

// -----

// expected-error@below {{expected result 0 to have the type of argument 0 for `fidelity.aliasing_output`, tensor<?xf32>, but got tensor<4xf32>}}
func.func @other_type(%state: tensor<?xf32> {fidelity.aliasing_output = 0}) -> tensor<4xf32> {
  %next = tensor.cast %state : tensor<?xf32> to tensor<4xf32>
  return %next : tensor<4xf32>
}

// -----

// expected-error@below {{expected a tensor for `fidelity.aliasing_output` of argument 0, but got index}}
func.func @scalar(%i: index {fidelity.aliasing_output = 0}) -> index {
  return %i : index
}

// -----

// expected-note@below {{it has `fidelity.aliasing_output`}}
func.func @step(%state: tensor<4xf32> {fidelity.aliasing_output = 0}) -> tensor<4xf32> {
  %next = math.exp %state : tensor<4xf32>
  return %next : tensor<4xf32>
}

func.func @caller(%state: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@below {{expected a call of a function that writes no result to an argument, but got @step}}
  %next = func.call @step(%state) : (tensor<4xf32>) -> tensor<4xf32>
  return %next : tensor<4xf32>
}
