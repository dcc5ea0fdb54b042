// RUN: fidelity-opt %s -fidelity-materialize-storage -split-input-file -verify-diagnostics

// Ops of the dialect speak of logical shapes.
func.func @fidelity_op(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+2 {{expected no op of the fidelity dialect, but got 'fidelity.relu'}}
  // expected-note@+1 {{convert-fidelity-to-linalg lowers the ops of the dialect}}
  %0 = fidelity.relu %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A row is whole bytes, a part of it need not be.
!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// expected-note@+1 {{the whole tensor has type tensor<4x8xi8, #fidelity.tensor<storage = packed2>>}}
func.func @slice_of_columns(%w: !packed) -> tensor<4x4xi8, #fidelity.tensor<storage = packed2>> {
  // expected-error@+1 {{expected a slice of whole rows of a tensor stored packed2, but got a part of the last dimension}}
  %0 = tensor.extract_slice %w[0, 0] [4, 4] [1, 1] : !packed to tensor<4x4xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<4x4xi8, #fidelity.tensor<storage = packed2>>
}

// -----

// Here the last dimension is the one that goes.
!packed = tensor<4x1xi8, #fidelity.tensor<storage = packed2>>
// expected-note@+1 {{the whole tensor has type tensor<4x1xi8, #fidelity.tensor<storage = packed2>>}}
func.func @slice_without_last(%w: !packed) -> tensor<4xi8, #fidelity.tensor<storage = packed2>> {
  // expected-error@+1 {{expected a slice of whole rows of a tensor stored packed2, but got a part of the last dimension}}
  %0 = tensor.extract_slice %w[0, 0] [4, 1] [1, 1] : !packed to tensor<4xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<4xi8, #fidelity.tensor<storage = packed2>>
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// expected-note@+1 {{the whole tensor has type tensor<4x8xi8, #fidelity.tensor<storage = packed2>>}}
func.func @slice_of_storage(%w: !packed) -> tensor<2x8xi8> {
  // expected-error@+1 {{expected a slice that keeps the storage packed2, but got dense}}
  %0 = tensor.extract_slice %w[0, 0] [2, 8] [1, 1] : !packed to tensor<2x8xi8>
  return %0 : tensor<2x8xi8>
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// expected-note@+1 {{the whole tensor has type tensor<4x8xi8>}}
func.func @insert_of_storage(%w: tensor<4x8xi8>, %s: tensor<2x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<4x8xi8> {
  // expected-error@+1 {{expected a slice that keeps the storage dense, but got packed2}}
  %0 = tensor.insert_slice %s into %w[0, 0] [2, 8] [1, 1] : tensor<2x8xi8, #fidelity.tensor<storage = packed2>> into tensor<4x8xi8>
  return %0 : tensor<4x8xi8>
}

// -----

// An op that makes one of numbers would make other trits.
!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
func.func @generate(%n: i8) -> !packed {
  // expected-error@+2 {{expected an op that only passes a packed tensor on, but got 'tensor.splat'}}
  // expected-note@+1 {{the packed tensor has type tensor<4x8xi8, #fidelity.tensor<storage = packed2>>}}
  %0 = tensor.splat %n : !packed
  return %0 : !packed
}

// -----

!packed = tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
// expected-note@+1 {{the packed tensor has type tensor<4x8xi8, #fidelity.tensor<storage = packed2>>}}
func.func @extract(%w: !packed, %i: index) -> i8 {
  // expected-error@+1 {{expected an op that only passes a packed tensor on, but got 'tensor.extract'}}
  %0 = tensor.extract %w[%i, %i] : !packed
  return %0 : i8
}

// -----

// Of one column the two types have the same physical shape.
!packed = tensor<4x1xi8, #fidelity.tensor<storage = packed2>>
func.func @cast_of_storage(%w: !packed) -> tensor<4x1xi8> {
  // expected-error@+1 {{expected a cast that keeps the storage packed2, but got dense}}
  %0 = tensor.cast %w : !packed to tensor<4x1xi8>
  return %0 : tensor<4x1xi8>
}

// -----

func.func @sparse_constant() -> tensor<2x8xi8, #fidelity.tensor<storage = packed2>> {
  // expected-error@+1 {{expected a dense or dense_resource constant, but got sparse<0, 1> : tensor<2x8xi8, #fidelity.tensor<storage = packed2>>}}
  %0 = arith.constant sparse<[[0, 0]], [1]> : tensor<2x8xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<2x8xi8, #fidelity.tensor<storage = packed2>>
}

// -----

func.func @blob_too_long() -> tensor<2x5xi8, #fidelity.tensor<storage = packed2>> {
  // expected-error@+1 {{expected a blob of 4 bytes for tensor<2x2xi8>, but got 10}}
  %0 = arith.constant dense_resource<trits> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
}

{-#
  dialect_resources: {
    builtin: {
      trits: "0x080000000102030405060708090A"
    }
  }
#-}

// -----

func.func @blob_too_short() -> tensor<3xf32, #fidelity.tensor<unit = "m">> {
  // expected-error@+1 {{expected a blob of 12 bytes for tensor<3xf32>, but got 4}}
  %0 = arith.constant dense_resource<floats> : tensor<3xf32, #fidelity.tensor<unit = "m">>
  return %0 : tensor<3xf32, #fidelity.tensor<unit = "m">>
}

{-#
  dialect_resources: {
    builtin: {
      floats: "0x080000000000803F"
    }
  }
#-}

// -----

func.func @blob_missing() -> tensor<2x5xi8, #fidelity.tensor<storage = packed2>> {
  // expected-error@+1 {{expected the blob of dense_resource<nowhere>, but got none}}
  %0 = arith.constant dense_resource<nowhere> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  return %0 : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
}

// -----

// No blob has so many bytes.
!huge = tensor<9223372036854775807x9223372036854775807xi8, #fidelity.tensor<storage = packed2>>
func.func @blob_of_a_huge_type() -> !huge {
  // expected-error@+1 {{expected a blob of 21267647932558653964155069955271819264 bytes for tensor<9223372036854775807x2305843009213693952xi8>, but got 1}}
  %0 = arith.constant dense_resource<trits> : !huge
  return %0 : !huge
}

{-#
  dialect_resources: {
    builtin: {
      trits: "0x0800000001"
    }
  }
#-}
