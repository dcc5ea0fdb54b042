// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

// expected-note@+1 {{lhs has type tensor<2x4xf32>}}
func.func @add_c1(%x: tensor<2x4xf32>, %b: tensor<3xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{'fidelity.add' op expected dimension 0 of rhs to be 4 as dimension 1 of lhs, but got 3}}
  %y = fidelity.add %x, %b : (tensor<2x4xf32>, tensor<3xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// expected-note@+1 {{lhs has type tensor<2x1x4xf32>}}
func.func @subtract_c1(%x: tensor<2x1x4xf32>, %y: tensor<3x?x4xf32>) -> tensor<?x?x4xf32> {
  // expected-error@+1 {{'fidelity.subtract' op expected dimension 0 of rhs to be 2 as dimension 0 of lhs, but got 3}}
  %0 = fidelity.subtract %x, %y : (tensor<2x1x4xf32>, tensor<3x?x4xf32>) -> tensor<?x?x4xf32>
  return %0 : tensor<?x?x4xf32>
}

// -----

// expected-note@+1 {{lhs has type tensor<0xf32>}}
func.func @multiply_c1(%x: tensor<0xf32>, %y: tensor<2xf32>) -> tensor<0xf32> {
  // expected-error@+1 {{'fidelity.multiply' op expected dimension 0 of rhs to be 0 as dimension 0 of lhs, but got 2}}
  %0 = fidelity.multiply %x, %y : (tensor<0xf32>, tensor<2xf32>) -> tensor<0xf32>
  return %0 : tensor<0xf32>
}

// -----

// expected-note@+1 {{gate has type tensor<?x768xf32>}}
func.func @swiglu_c1(%gate: tensor<?x768xf32>, %up: tensor<?x512xf32>) -> tensor<?x768xf32> {
  // expected-error@+1 {{'fidelity.swiglu' op expected dimension 1 of up to be 768 as dimension 1 of gate, but got 512}}
  %y = fidelity.swiglu %gate, %up : (tensor<?x768xf32>, tensor<?x512xf32>) -> tensor<?x768xf32>
  return %y : tensor<?x768xf32>
}

// -----

// Unlike arithmetic, swiglu does not broadcast.
// expected-note@+1 {{gate has type tensor<4x768xf32>}}
func.func @swiglu_c1_rank(%gate: tensor<4x768xf32>, %up: tensor<768xf32>) -> tensor<4x768xf32> {
  // expected-error@+1 {{'fidelity.swiglu' op expected up to have 2 dimensions, but got 1}}
  %y = fidelity.swiglu %gate, %up : (tensor<4x768xf32>, tensor<768xf32>) -> tensor<4x768xf32>
  return %y : tensor<4x768xf32>
}

// -----

// expected-note@+1 {{gate has type tensor<4x1xf32>}}
func.func @swiglu_c1_one(%gate: tensor<4x1xf32>, %up: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{'fidelity.swiglu' op expected dimension 1 of up to be 1 as dimension 1 of gate, but got 8}}
  %y = fidelity.swiglu %gate, %up : (tensor<4x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// What ODS checks.

func.func @add_element_types(%x: tensor<4xf32>, %y: tensor<4xf16>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.add' op requires the same element type for all operands and results}}
  %0 = fidelity.add %x, %y : (tensor<4xf32>, tensor<4xf16>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @add_integers(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error@+1 {{'fidelity.add' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi32>'}}
  %0 = fidelity.add %x, %x : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @sigmoid_vector(%x: vector<4xf32>) -> vector<4xf32> {
  // expected-error@+1 {{'fidelity.sigmoid' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'vector<4xf32>'}}
  %0 = "fidelity.sigmoid"(%x) : (vector<4xf32>) -> vector<4xf32>
  return %0 : vector<4xf32>
}

// -----

func.func @tanh_unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  // expected-error@+1 {{'fidelity.tanh' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<*xf32>'}}
  %0 = "fidelity.tanh"(%x) : (tensor<*xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

func.func @silu_types(%x: tensor<4xf32>) -> tensor<4xf16> {
  // expected-error@+1 {{'fidelity.silu' op expected result #0 to have type 'tensor<4xf32>', but got 'tensor<4xf16>'}}
  %0 = "fidelity.silu"(%x) : (tensor<4xf32>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// -----

func.func @relu_integers(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+1 {{'fidelity.relu' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xi8>'}}
  %0 = fidelity.relu %x : tensor<4xi8>
  return %0 : tensor<4xi8>
}

// -----

func.func @squared_relu_shapes(%x: tensor<4xf32>) -> tensor<5xf32> {
  // expected-error@+1 {{'fidelity.squared_relu' op expected result #0 to have type 'tensor<4xf32>', but got 'tensor<5xf32>'}}
  %0 = "fidelity.squared_relu"(%x) : (tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

func.func @exp_index(%x: tensor<4xindex>) -> tensor<4xindex> {
  // expected-error@+1 {{'fidelity.exp' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xindex>'}}
  %0 = fidelity.exp %x : tensor<4xindex>
  return %0 : tensor<4xindex>
}

// -----

func.func @softplus_f8(%x: tensor<4xf8E4M3FN>) -> tensor<4xf8E4M3FN> {
  // expected-error@+1 {{'fidelity.softplus' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xf8E4M3FN>'}}
  %0 = fidelity.softplus %x : tensor<4xf8E4M3FN>
  return %0 : tensor<4xf8E4M3FN>
}

// -----

func.func @elu_plus_one_complex(%x: tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>> {
  // expected-error@+1 {{'fidelity.elu_plus_one' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<4xcomplex<f32>>'}}
  %0 = fidelity.elu_plus_one %x : tensor<4xcomplex<f32>>
  return %0 : tensor<4xcomplex<f32>>
}

// -----

func.func @gelu_approximation(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{custom op 'fidelity.gelu' expected one of [none, tanh] for form of the Gaussian error linear unit, got: sigmoid}}
  %0 = fidelity.gelu %x approximation(sigmoid) : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Names are part of shapes.
// expected-note@+2 {{lhs has type tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>}}
// expected-note@+1 {{rhs has type tensor<?xf32, #fidelity.tensor<dims = [Out]>>}}
func.func @add_c1_name(%x: tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>, %b: tensor<?xf32, #fidelity.tensor<dims = [Out]>>) {
  // expected-error@+1 {{'fidelity.add' op expected dimension 0 of rhs to be In as dimension 1 of lhs, but got Out}}
  %0 = fidelity.add %x, %b : (tensor<?x?xf32, #fidelity.tensor<dims = [Batch, In]>>, tensor<?xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<?x?xf32>
  return
}

// -----

// Two dimensions of size 1 stay as they are, so that their names count.
// expected-note@+2 {{lhs has type tensor<1xf32, #fidelity.tensor<dims = [In]>>}}
// expected-note@+1 {{rhs has type tensor<1xf32, #fidelity.tensor<dims = [Out]>>}}
func.func @subtract_c1_name(%x: tensor<1xf32, #fidelity.tensor<dims = [In]>>, %b: tensor<1xf32, #fidelity.tensor<dims = [Out]>>) {
  // expected-error@+1 {{'fidelity.subtract' op expected dimension 0 of rhs to be In as dimension 0 of lhs, but got Out}}
  %0 = fidelity.subtract %x, %b : (tensor<1xf32, #fidelity.tensor<dims = [In]>>, tensor<1xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<1xf32>
  return
}

// -----

// expected-note@+2 {{lhs has type tensor<?xf32, #fidelity.tensor<dims = [In]>>}}
// expected-note@+1 {{rhs has type tensor<?xf32, #fidelity.tensor<dims = [Out]>>}}
func.func @multiply_c1_name(%x: tensor<?xf32, #fidelity.tensor<dims = [In]>>, %b: tensor<?xf32, #fidelity.tensor<dims = [Out]>>) {
  // expected-error@+1 {{'fidelity.multiply' op expected dimension 0 of rhs to be In as dimension 0 of lhs, but got Out}}
  %0 = fidelity.multiply %x, %b : (tensor<?xf32, #fidelity.tensor<dims = [In]>>, tensor<?xf32, #fidelity.tensor<dims = [Out]>>) -> tensor<?xf32>
  return
}

// -----

// expected-note@+2 {{lhs has type tensor<4xf32, #fidelity.tensor<unit = "m/s">>}}
// expected-note@+1 {{rhs has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @add_c2(%v: tensor<4xf32, #fidelity.tensor<unit = "m/s">>, %p: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.add' op expected rhs to have unit m/s as lhs, but got m}}
  %0 = fidelity.add %v, %p : (tensor<4xf32, #fidelity.tensor<unit = "m/s">>, tensor<4xf32, #fidelity.tensor<unit = "m">>) -> tensor<4xf32>
  return
}

// -----

// A prefix makes another unit: the numbers differ.
// expected-note@+2 {{lhs has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
// expected-note@+1 {{rhs has type tensor<4xf32, #fidelity.tensor<unit = "km">>}}
func.func @add_c2_prefix(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>, %y: tensor<4xf32, #fidelity.tensor<unit = "km">>) {
  // expected-error@+1 {{'fidelity.add' op expected rhs to have unit m as lhs, but got km}}
  %0 = fidelity.add %x, %y : (tensor<4xf32, #fidelity.tensor<unit = "m">>, tensor<4xf32, #fidelity.tensor<unit = "km">>) -> tensor<4xf32>
  return
}

// -----

// expected-note@+2 {{lhs has type tensor<f32, #fidelity.tensor<unit = "rad">>}}
// expected-note@+1 {{rhs has type tensor<4xf32, #fidelity.tensor<unit = "Hz">>}}
func.func @subtract_c2(%one: tensor<f32, #fidelity.tensor<unit = "rad">>, %f: tensor<4xf32, #fidelity.tensor<unit = "Hz">>) {
  // expected-error@+1 {{'fidelity.subtract' op expected rhs to have unit rad as lhs, but got Hz}}
  %0 = fidelity.subtract %one, %f : (tensor<f32, #fidelity.tensor<unit = "rad">>, tensor<4xf32, #fidelity.tensor<unit = "Hz">>) -> tensor<4xf32>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @sigmoid_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.sigmoid' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.sigmoid %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @tanh_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.tanh' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.tanh %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @silu_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.silu' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.silu %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @exp_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.exp' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.exp %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @softplus_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.softplus' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.softplus %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @elu_plus_one_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.elu_plus_one' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.elu_plus_one %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{input has type tensor<4xf32, #fidelity.tensor<unit = "m">>}}
func.func @gelu_c1(%x: tensor<4xf32, #fidelity.tensor<unit = "m">>) {
  // expected-error@+1 {{'fidelity.gelu' op expected input to be dimensionless, but got unit m}}
  %0 = fidelity.gelu %x : tensor<4xf32, #fidelity.tensor<unit = "m">>
  return
}

// -----

// expected-note@+1 {{operand #0 has type 'tensor<4xf32, #fidelity.tensor<unit = "V">>'}}
func.func @squared_relu_unit(%x: tensor<4xf32, #fidelity.tensor<unit = "V">>) {
  // expected-error@+1 {{'fidelity.squared_relu' op result #0: expected unit kg^2*m^4/s^6/A^2, but got V}}
  %0 = "fidelity.squared_relu"(%x) : (tensor<4xf32, #fidelity.tensor<unit = "V">>) -> tensor<4xf32, #fidelity.tensor<unit = "V">>
  return
}

// -----

// expected-note@+2 {{gate has type tensor<?x?xf32, #fidelity.tensor<dims = [Time, Hidden]>>}}
// expected-note@+1 {{up has type tensor<?x?xf32, #fidelity.tensor<dims = [Time, Out]>>}}
func.func @swiglu_c1_name(%g: tensor<?x?xf32, #fidelity.tensor<dims = [Time, Hidden]>>, %u: tensor<?x?xf32, #fidelity.tensor<dims = [Time, Out]>>) {
  // expected-error@+1 {{'fidelity.swiglu' op expected dimension 1 of up to be Hidden as dimension 1 of gate, but got Out}}
  %0 = fidelity.swiglu %g, %u : (tensor<?x?xf32, #fidelity.tensor<dims = [Time, Hidden]>>, tensor<?x?xf32, #fidelity.tensor<dims = [Time, Out]>>) -> tensor<?x?xf32>
  return
}

// -----

// expected-note@+1 {{gate has type tensor<4xf32, #fidelity.tensor<unit = "V">>}}
func.func @swiglu_c2(%g: tensor<4xf32, #fidelity.tensor<unit = "V">>, %u: tensor<4xf32>) {
  // expected-error@+1 {{'fidelity.swiglu' op expected gate to be dimensionless, but got unit V}}
  %0 = fidelity.swiglu %g, %u : (tensor<4xf32, #fidelity.tensor<unit = "V">>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// A result whose type is not that of the operand can only be written in the generic form.
#token = #fidelity.tensor<dims = [token, feature]>
#feature = #fidelity.tensor<dims = [feature, token]>
// expected-note@+1 {{operand #0 has type 'tensor<?x4xf32, #fidelity.tensor<dims = [token, feature]>>'}}
func.func @silu_names(%x: tensor<?x4xf32, #token>) -> tensor<?x4xf32, #feature> {
  // expected-error@+1 {{'fidelity.silu' op result #0: expected dimension 0 to be token, but got feature}}
  %y = "fidelity.silu"(%x) : (tensor<?x4xf32, #token>) -> tensor<?x4xf32, #feature>
  return %y : tensor<?x4xf32, #feature>
}

// -----

func.func @exp_size(%x: tensor<?xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'fidelity.exp' op expected result #0 to have type 'tensor<?xf32>', but got 'tensor<4xf32>'}}
  %y = "fidelity.exp"(%x) : (tensor<?xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
