// RUN: fidelity-opt %s -split-input-file -verify-diagnostics=only-expected

// What follows for the result of each op from the names and units of its
// operands. A written type that says otherwise is refused with what was
// inferred: each result here is written with a unit or a name of its own.

func.func @add_keeps_the_unit(%a: tensor<4xf32, #fidelity.tensor<unit = "N">>, %b: tensor<4xf32, #fidelity.tensor<unit = "kg*m/s^2">>) {
  // expected-error@+1 {{result #0: expected unit N, but got probe}}
  %0 = fidelity.add %a, %b : (tensor<4xf32, #fidelity.tensor<unit = "N">>, tensor<4xf32, #fidelity.tensor<unit = "kg*m/s^2">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @add_takes_the_unit_that_is_known(%a: tensor<4xf32>, %b: tensor<4xf32, #fidelity.tensor<unit = "m/s">>) {
  // expected-error@+1 {{result #0: expected unit m/s, but got probe}}
  %0 = fidelity.add %a, %b : (tensor<4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m/s">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @subtract_keeps_the_unit(%a: tensor<4xf32, #fidelity.tensor<unit = "s">>, %b: tensor<f32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{result #0: expected unit s, but got probe}}
  %0 = fidelity.subtract %a, %b : (tensor<4xf32, #fidelity.tensor<unit = "s">>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @multiply_multiplies(%a: tensor<4xf32, #fidelity.tensor<unit = "m/s^2">>, %b: tensor<f32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{result #0: expected unit m/s, but got probe}}
  %0 = fidelity.multiply %a, %b : (tensor<4xf32, #fidelity.tensor<unit = "m/s^2">>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

// A number leaves the unit as it is written.
func.func @multiply_by_a_number(%a: tensor<4xf32, #fidelity.tensor<unit = "N">>, %b: tensor<f32, #fidelity.tensor<unit = "rad">>) {
  // expected-error@+1 {{result #0: expected unit N, but got probe}}
  %0 = fidelity.multiply %a, %b : (tensor<4xf32, #fidelity.tensor<unit = "N">>, tensor<f32, #fidelity.tensor<unit = "rad">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @multiply_to_a_number(%a: tensor<4xf32, #fidelity.tensor<unit = "Hz">>, %b: tensor<f32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0 = fidelity.multiply %a, %b : (tensor<4xf32, #fidelity.tensor<unit = "Hz">>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @swiglu_has_the_unit_of_up(%a: tensor<4xf32>, %b: tensor<4xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #0: expected unit V, but got probe}}
  %0 = fidelity.swiglu %a, %b : (tensor<4xf32>, tensor<4xf32, #fidelity.tensor<unit = "V">>) -> tensor<4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @rms_norm_is_a_number(%a: tensor<2x4xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0 = fidelity.rms_norm %a : (tensor<2x4xf32, #fidelity.tensor<unit = "V">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @rms_norm_has_the_unit_of_its_weight(%a: tensor<2x4xf32, #fidelity.tensor<unit = "V">>, %b: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{result #0: expected unit m, but got probe}}
  %0 = fidelity.rms_norm %a weight %b : (tensor<2x4xf32, #fidelity.tensor<unit = "V">>, tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @rms_norm_takes_any_unit_away(%a: tensor<2x4xf32>, %b: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{result #0: expected unit m, but got probe}}
  %0 = fidelity.rms_norm %a weight %b : (tensor<2x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @mlgru_output(%a: tensor<2x4xf32, #fidelity.tensor<unit = "1">>, %b: tensor<2x4xf32>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0, %1 = fidelity.mlgru %a, %b : (tensor<2x4xf32, #fidelity.tensor<unit = "1">>, tensor<2x4xf32>) -> (tensor<2x4xf32, #fidelity.tensor<unit = "probe">>, tensor<4xf32>)
  return
}

// -----

func.func @mlgru_last_state(%a: tensor<2x4xf32>, %b: tensor<2x4xf32>, %c: tensor<2x4xf32, #fidelity.tensor<unit = "rad">>) {
  // expected-error@+1 {{result #1: expected unit rad, but got probe}}
  %0, %1 = fidelity.mlgru %a, %b gate %c : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32, #fidelity.tensor<unit = "rad">>) -> (tensor<2x4xf32>, tensor<4xf32, #fidelity.tensor<unit = "probe">>)
  return
}

// -----

func.func @ssm_state_update_keeps_the_unit(%a: tensor<8x16xf32, #fidelity.tensor<unit = "m">>, %b: tensor<8xf32>, %c: tensor<16xf32>, %d: tensor<16xf32>) {
  // expected-error@+1 {{result #0: expected unit m, but got probe}}
  %0 = fidelity.ssm.state_update %a, %b, %c, %d : (tensor<8x16xf32, #fidelity.tensor<unit = "m">>, tensor<8xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<8x16xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @ssm_state_update_fed(%a: tensor<8x16xf32>, %b: tensor<8xf32, #fidelity.tensor<unit = "m/s">>, %c: tensor<16xf32>, %d: tensor<16xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{result #0: expected unit m, but got probe}}
  %0 = fidelity.ssm.state_update %a, %b, %c, %d : (tensor<8x16xf32>, tensor<8xf32, #fidelity.tensor<unit = "m/s">>, tensor<16xf32>, tensor<16xf32, #fidelity.tensor<unit = "s">>) -> tensor<8x16xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @ssm_output_multiplies(%a: tensor<8x16xf32, #fidelity.tensor<unit = "A">>, %b: tensor<16xf32, #fidelity.tensor<unit = "Ohm">>) {
  // expected-error@+1 {{result #0: expected unit kg*m^2/s^3/A, but got probe}}
  %0 = fidelity.ssm.output %a, %b : (tensor<8x16xf32, #fidelity.tensor<unit = "A">>, tensor<16xf32, #fidelity.tensor<unit = "Ohm">>) -> tensor<8xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @ssm_output_by_the_skip(%a: tensor<8x16xf32, #fidelity.tensor<unit = "A">>, %b: tensor<16xf32>, %c: tensor<8xf32, #fidelity.tensor<unit = "1">>, %d: tensor<8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #0: expected unit V, but got probe}}
  %0 = fidelity.ssm.output %a, %b skip %c, %d : (tensor<8x16xf32, #fidelity.tensor<unit = "A">>, tensor<16xf32>, tensor<8xf32, #fidelity.tensor<unit = "1">>, tensor<8xf32, #fidelity.tensor<unit = "V">>) -> tensor<8xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

// Trits are numbers.
func.func @ternary_linear_keeps_the_unit(%a: tensor<2x8xf32, #fidelity.tensor<unit = "V">>, %b: tensor<4x8xi8>) {
  // expected-error@+1 {{result #0: expected unit V, but got probe}}
  %0 = fidelity.ternary_linear %a, %b : (tensor<2x8xf32, #fidelity.tensor<unit = "V">>, tensor<4x8xi8>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @ternary_linear_scales(%a: tensor<2x8xf32, #fidelity.tensor<unit = "m/s^2">>, %b: tensor<4x8xi8>, %c: tensor<4xf32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{result #0: expected unit m/s, but got probe}}
  %0 = fidelity.ternary_linear %a, %b scale %c : (tensor<2x8xf32, #fidelity.tensor<unit = "m/s^2">>, tensor<4x8xi8>, tensor<4xf32, #fidelity.tensor<unit = "s">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @ternary_linear_quantised(%a: tensor<2x8xi8, #fidelity.tensor<unit = "1">>, %b: tensor<4x8xi8>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0 = fidelity.ternary_linear %a, %b : (tensor<2x8xi8, #fidelity.tensor<unit = "1">>, tensor<4x8xi8>) -> tensor<2x4xi32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @bit_linear_of_norm_and_scale(%a: tensor<2x8xf32, #fidelity.tensor<unit = "V">>, %b: tensor<4x8xi8>, %c: tensor<f32, #fidelity.tensor<unit = "s">>, %d: tensor<8xf32, #fidelity.tensor<unit = "m/s">>) {
  // expected-error@+1 {{result #0: expected unit m, but got probe}}
  %0 = fidelity.bit_linear %a, %b scale %c norm %d : (tensor<2x8xf32, #fidelity.tensor<unit = "V">>, tensor<4x8xi8>, tensor<f32, #fidelity.tensor<unit = "s">>, tensor<8xf32, #fidelity.tensor<unit = "m/s">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @bit_linear_takes_the_unit_of_x_away(%a: tensor<2x8xf32, #fidelity.tensor<unit = "V">>, %b: tensor<4x8xi8>, %c: tensor<f32, #fidelity.tensor<unit = "s">>) {
  // expected-error@+1 {{result #0: expected unit s, but got probe}}
  %0 = fidelity.bit_linear %a, %b scale %c : (tensor<2x8xf32, #fidelity.tensor<unit = "V">>, tensor<4x8xi8>, tensor<f32, #fidelity.tensor<unit = "s">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @bit_linear_of_its_bias(%a: tensor<2x8xf32>, %b: tensor<4x8xi8>, %c: tensor<f32>, %d: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{result #0: expected unit m, but got probe}}
  %0 = fidelity.bit_linear %a, %b scale %c bias %d : (tensor<2x8xf32>, tensor<4x8xi8>, tensor<f32>, tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<2x4xf32, #fidelity.tensor<unit = "probe">>
  return
}

// -----

func.func @ternarize_trits(%a: tensor<4x8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0, %1 = fidelity.ternarize %a : (tensor<4x8xf32, #fidelity.tensor<unit = "V">>) -> (tensor<4x8xi8, #fidelity.tensor<unit = "probe">>, tensor<f32>)
  return
}

// -----

func.func @ternarize_scale(%a: tensor<4x8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #1: expected unit V, but got probe}}
  %0, %1 = fidelity.ternarize %a granularity(row) : (tensor<4x8xf32, #fidelity.tensor<unit = "V">>) -> (tensor<4x8xi8>, tensor<4xf32, #fidelity.tensor<unit = "probe">>)
  return
}

// -----

func.func @quantize_activations_quantised(%a: tensor<2x8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0, %1 = fidelity.quantize_activations %a : (tensor<2x8xf32, #fidelity.tensor<unit = "V">>) -> (tensor<2x8xi8, #fidelity.tensor<unit = "probe">>, tensor<2x1xf32>)
  return
}

// -----

func.func @quantize_activations_inverse_scale(%a: tensor<2x8xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{result #1: expected unit V, but got probe}}
  %0, %1 = fidelity.quantize_activations %a : (tensor<2x8xf32, #fidelity.tensor<unit = "V">>) -> (tensor<2x8xi8>, tensor<2x1xf32, #fidelity.tensor<unit = "probe">>)
  return
}

// -----

func.func @pack_keeps_the_unit(%a: tensor<4x8xi8, #fidelity.tensor<unit = "1">>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0 = fidelity.pack %a to packed2 : (tensor<4x8xi8, #fidelity.tensor<unit = "1">>) -> tensor<4x8xi8, #fidelity.tensor<unit = "probe", storage = packed2>>
  return
}

// -----

func.func @unpack_keeps_the_unit(%a: tensor<4x8xi8, #fidelity.tensor<unit = "1", storage = packed2>>) {
  // expected-error@+1 {{result #0: expected unit 1, but got probe}}
  %0 = fidelity.unpack %a : (tensor<4x8xi8, #fidelity.tensor<unit = "1", storage = packed2>>) -> tensor<4x8xi8, #fidelity.tensor<unit = "probe">>
  return
}

// -----

// A name beside none is kept.
func.func @add_has_the_names_of_both(%a: tensor<?x?xf32, #fidelity.tensor<dims = [Batch, _]>>, %b: tensor<?xf32, #fidelity.tensor<dims = [In]>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be In, but got probe}}
  %0 = fidelity.add %a, %b : (tensor<?x?xf32, #fidelity.tensor<dims = [Batch, _]>>, tensor<?xf32, #fidelity.tensor<dims = [In]>>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Batch, probe]>>
  return
}

// -----

func.func @add_has_the_longer_shape(%a: tensor<?xf32>, %b: tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>) {
  // expected-error@+1 {{result #0: expected dimension 0 to be Batch, but got probe}}
  %0 = fidelity.add %a, %b : (tensor<?xf32>, tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>) -> tensor<?x?xf32, #fidelity.tensor<dims = [probe, In]>>
  return
}

// -----

// A 1 that stretches takes the other name.
func.func @multiply_stretches(%a: tensor<4x1xf32, #fidelity.tensor<dims = [In, One]>>, %b: tensor<1x3xf32, #fidelity.tensor<dims = [One, Out]>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be Out, but got probe}}
  %0 = fidelity.multiply %a, %b : (tensor<4x1xf32, #fidelity.tensor<dims = [In, One]>>, tensor<1x3xf32, #fidelity.tensor<dims = [One, Out]>>) -> tensor<4x3xf32, #fidelity.tensor<dims = [In, probe]>>
  return
}

// -----

func.func @swiglu_names(%a: tensor<?x8xf32>, %b: tensor<?x8xf32, #fidelity.tensor<dims = [Time, Hidden]>>) {
  // expected-error@+1 {{result #0: expected dimension 0 to be Time, but got probe}}
  %0 = fidelity.swiglu %a, %b : (tensor<?x8xf32>, tensor<?x8xf32, #fidelity.tensor<dims = [Time, Hidden]>>) -> tensor<?x8xf32, #fidelity.tensor<dims = [probe, _]>>
  return
}

// -----

func.func @rms_norm_names(%a: tensor<?x?xf32>, %b: tensor<?xf32, #fidelity.tensor<dims = [Hidden]>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be Hidden, but got probe}}
  %0 = fidelity.rms_norm %a weight %b : (tensor<?x?xf32>, tensor<?xf32, #fidelity.tensor<dims = [Hidden]>>) -> tensor<?x?xf32, #fidelity.tensor<dims = [_, probe]>>
  return
}

// -----

func.func @mlgru_output_names(%a: tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>, %b: tensor<?x?xf32>) {
  // expected-error@+1 {{result #0: expected dimension 0 to be Time, but got probe}}
  %0, %1 = fidelity.mlgru %a, %b : (tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>, tensor<?x?xf32>) -> (tensor<?x?xf32, #fidelity.tensor<dims = [probe, _]>>, tensor<?xf32>)
  return
}

// -----

// The state has no time.
func.func @mlgru_state_names(%a: tensor<?x?xf32>, %b: tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>) {
  // expected-error@+1 {{result #1: expected dimension 0 to be Channel, but got probe}}
  %0, %1 = fidelity.mlgru %a, %b : (tensor<?x?xf32>, tensor<?x?xf32, #fidelity.tensor<dims = [Time, Channel]>>) -> (tensor<?x?xf32>, tensor<?xf32, #fidelity.tensor<dims = [probe]>>)
  return
}

// -----

func.func @ssm_state_update_names(%a: tensor<?x?xf32>, %b: tensor<?xf32, #fidelity.tensor<dims = [Channel]>>, %c: tensor<?xf32>, %d: tensor<?xf32>) {
  // expected-error@+1 {{result #0: expected dimension 0 to be Channel, but got probe}}
  %0 = fidelity.ssm.state_update %a, %b, %c, %d : (tensor<?x?xf32>, tensor<?xf32, #fidelity.tensor<dims = [Channel]>>, tensor<?xf32>, tensor<?xf32>) -> tensor<?x?xf32, #fidelity.tensor<dims = [probe, _]>>
  return
}

// -----

func.func @ssm_output_names(%a: tensor<?x?xf32, #fidelity.tensor<dims = [Channel, State]>>, %b: tensor<?xf32, #fidelity.tensor<dims = [State]>>) {
  // expected-error@+1 {{result #0: expected dimension 0 to be Channel, but got probe}}
  %0 = fidelity.ssm.output %a, %b : (tensor<?x?xf32, #fidelity.tensor<dims = [Channel, State]>>, tensor<?xf32, #fidelity.tensor<dims = [State]>>) -> tensor<?xf32, #fidelity.tensor<dims = [probe]>>
  return
}

// -----

// The result has the rows of the weights.
func.func @ternary_linear_names(%a: tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>, %b: tensor<?x?xi8, #fidelity.tensor<dims = [Out, In]>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be Out, but got probe}}
  %0 = fidelity.ternary_linear %a, %b : (tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>, tensor<?x?xi8, #fidelity.tensor<dims = [Out, In]>>) -> tensor<?x?xf32, #fidelity.tensor<dims = [Batch, probe]>>
  return
}

// -----

func.func @ternary_linear_scale_names(%a: tensor<?x?xf32>, %b: tensor<?x?xi8>, %c: tensor<?xf32, #fidelity.tensor<dims = [Out]>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be Out, but got probe}}
  %0 = fidelity.ternary_linear %a, %b scale %c : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<?xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<?x?xf32, #fidelity.tensor<dims = [_, probe]>>
  return
}

// -----

func.func @bit_linear_bias_names(%a: tensor<?x?xf32>, %b: tensor<?x?xi8>, %c: tensor<f32>, %d: tensor<?xf32, #fidelity.tensor<dims = [Out]>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be Out, but got probe}}
  %0 = fidelity.bit_linear %a, %b scale %c bias %d : (tensor<?x?xf32>, tensor<?x?xi8>, tensor<f32>, tensor<?xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<?x?xf32, #fidelity.tensor<dims = [_, probe]>>
  return
}

// -----

func.func @ternarize_group_names(%a: tensor<4x8xf32, #fidelity.tensor<dims = [Out, In]>>) {
  // expected-error@+1 {{result #1: expected dimension 0 to be Out, but got probe}}
  %0, %1 = fidelity.ternarize %a granularity(group) {group_size = 4 : i64} : (tensor<4x8xf32, #fidelity.tensor<dims = [Out, In]>>) -> (tensor<4x8xi8>, tensor<4x2xf32, #fidelity.tensor<dims = [probe, Group]>>)
  return
}

// -----

func.func @quantize_activations_names(%a: tensor<?x8xf32, #fidelity.tensor<dims = [Batch, In]>>) {
  // expected-error@+1 {{result #1: expected dimension 0 to be Batch, but got probe}}
  %0, %1 = fidelity.quantize_activations %a : (tensor<?x8xf32, #fidelity.tensor<dims = [Batch, In]>>) -> (tensor<?x8xi8>, tensor<?x1xf32, #fidelity.tensor<dims = [probe, One]>>)
  return
}

// -----

func.func @unpack_names(%a: tensor<4x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) {
  // expected-error@+1 {{result #0: expected dimension 1 to be In, but got probe}}
  %0 = fidelity.unpack %a : (tensor<4x8xi8, #fidelity.tensor<dims = [Out, In], storage = packed2>>) -> tensor<4x8xi8, #fidelity.tensor<dims = [Out, probe]>>
  return
}
