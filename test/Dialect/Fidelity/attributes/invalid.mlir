// RUN: fidelity-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{expected 2 names in dims, one for each dimension, but got 1}}
func.func private @tensor_c1(tensor<2x3xf32, #fidelity.tensor<dims = [Batch]>>)

// -----

// expected-error@+1 {{expected elements of type i8 for storage packed2, but got f32}}
func.func private @tensor_c2(tensor<2x3xf32, #fidelity.tensor<storage = packed2>>)

// -----

// expected-error@+1 {{expected elements of type i8 for storage packed2, but got i4}}
func.func private @tensor_c2_width(tensor<2x3xi4, #fidelity.tensor<storage = packed2>>)

// -----

// expected-error@+1 {{expected elements of type i8 for storage packed5, but got f32}}
func.func private @tensor_c2_base_3(tensor<2x3xf32, #fidelity.tensor<storage = packed5>>)

// -----

// expected-error@+1 {{expected a static last dimension for storage packed2, but got ?}}
func.func private @tensor_c3(tensor<2x?xi8, #fidelity.tensor<storage = packed2>>)

// -----

// expected-error@+1 {{expected a static last dimension for storage packed5, but got ?}}
func.func private @tensor_c3_base_3(tensor<2x?xi8, #fidelity.tensor<storage = packed5>>)

// -----

// expected-error@+1 {{expected a last dimension for storage packed2, but got a scalar}}
func.func private @tensor_c3_scalar(tensor<i8, #fidelity.tensor<storage = packed2>>)

// -----

// expected-error@+1 {{expected `*`, `/`, `^` or the end at character 2 of "m per s", but got ` `}}
func.func private @tensor_c4(tensor<2xf32, #fidelity.tensor<unit = "m per s">>)

// -----

// expected-error@+1 {{expected the name of a unit at the end of ""}}
func.func private @tensor_c4_empty(tensor<2xf32, #fidelity.tensor<unit = "">>)

// -----

// expected-error@+1 {{expected `*`, `/` or the end at character 4 of "m^1.5", but got `.`}}
func.func private @tensor_c4_power(tensor<2xf32, #fidelity.tensor<unit = "m^1.5">>)

// -----

// expected-error@+1 {{expected powers within 32 bits in "J^2000000000"}}
func.func private @tensor_c4_range(tensor<2xf32, #fidelity.tensor<unit = "J^2000000000">>)

// -----

// expected-error@+1 {{expected two dimensions for storage tiled2, but got 3}}
func.func private @tensor_c5(tensor<4x2x3xi8, #fidelity.tensor<storage = tiled2>>)

// -----

// expected-error@+1 {{expected two dimensions for storage tiled2, but got 1}}
func.func private @tensor_c5_row(tensor<3xi8, #fidelity.tensor<storage = tiled2>>)

// -----

// expected-error@+1 {{expected two dimensions for storage tiled5, but got 3}}
func.func private @tensor_c5_fives(tensor<4x2x3xi8, #fidelity.tensor<storage = tiled5>>)

// -----

// The grammar.

// expected-error@+1 {{duplicate or unknown struct parameter name: units}}
func.func private @unknown_key(tensor<2xf32, #fidelity.tensor<units = "m">>)

// -----

// expected-error@+1 {{duplicate or unknown struct parameter name: unit}}
func.func private @repeated_key(tensor<2xf32, #fidelity.tensor<unit = "m", unit = "m">>)

// -----

// expected-error@+2 {{expected one of [dense, packed2, packed5, tiled2, tiled5] for how a tensor's elements are stored, got: packed7}}
// expected-error@+1 {{failed to parse Fidelity_TensorAttr parameter 'storage' which is to be a `::fidelity::Storage`}}
func.func private @unknown_storage(tensor<2xi8, #fidelity.tensor<storage = packed7>>)

// -----

// expected-error@+2 {{expected attribute value}}
// expected-error@+1 {{failed to parse Fidelity_TensorAttr parameter 'unit' which is to be a `::mlir::StringAttr`}}
func.func private @unit_is_a_string(tensor<2xi8, #fidelity.tensor<unit = m>>)

// -----

// expected-error@+1 {{expected valid keyword or string}}
func.func private @dims_are_names(tensor<2x3xi8, #fidelity.tensor<dims = [1, 2]>>)

// -----

// expected-error@+1 {{unknown attribute `layout` in dialect `fidelity`}}
func.func private @unknown_attribute(tensor<2xf32, #fidelity.layout<dims = [A]>>)

// -----

// expected-error@+1 {{expected chunk of at least 0, but got -1}}
func.func private @mapping_c1() attributes {fidelity.mapping = #fidelity.mapping<chunk = -1>}

// -----

// expected-error@+1 {{expected group of at least 0, but got -2}}
func.func private @mapping_c2() attributes {fidelity.mapping = #fidelity.mapping<group = -2>}

// -----

// expected-error@+1 {{expected the name of a device, but got ""}}
func.func private @mapping_c3() attributes {fidelity.mapping = #fidelity.mapping<device = "">}

// -----

// expected-error@+1 {{expected a tile of 1 or 3 sizes, but got 2}}
func.func private @mapping_c4() attributes {fidelity.mapping = #fidelity.mapping<tile = [16, 64]>}

// -----

// expected-error@+1 {{expected sizes of a tile of at least 1, but got 0}}
func.func private @mapping_c5() attributes {fidelity.mapping = #fidelity.mapping<tile = [16, 0, 32]>}
