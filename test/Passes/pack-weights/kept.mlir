// RUN: fidelity-opt %s -fidelity-pack-weights --remarks-filter=fidelity-pack-weights 2>&1 >%t.out | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s < %t.out

// What stays as it is, and why.

!packed = tensor<2x8xi8, #fidelity.tensor<storage = packed2>>

// Another op reads the constant: the layer would need a copy of it.

// CHECK-LABEL: func.func @returned(
// CHECK-NEXT: %[[W:.*]] = arith.constant dense<1> : tensor<2x8xi8>
// CHECK-NEXT: fidelity.ternary_linear %{{.*}}, %[[W]]
// CHECK-NEXT: return
// REMARK: kept.mlir:[[@LINE+2]]:{{.*}} [Missed] kept {{.*}} Remark="the weights stay dense: 'func.return' reads them as they are stored"
func.func @returned(%x: tensor<8xf32>) -> (tensor<2xf32>, tensor<2x8xi8>) {
  %w = arith.constant dense<1> : tensor<2x8xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<2x8xi8>) -> tensor<2xf32>
  return %y, %w : tensor<2xf32>, tensor<2x8xi8>
}

// Trits are the activations too: not as weights.

// CHECK-LABEL: func.func @activations(
// CHECK-NEXT: %[[W:.*]] = arith.constant dense<-1> : tensor<8x8xi8>
// CHECK-NEXT: fidelity.ternary_linear %[[W]], %[[W]]
// REMARK: kept.mlir:[[@LINE+2]]:{{.*}} [Missed] kept {{.*}} Remark="the weights stay dense: 'fidelity.ternary_linear' reads them as they are stored"
func.func @activations() -> tensor<8x8xi32> {
  %w = arith.constant dense<-1> : tensor<8x8xi8>
  %y = fidelity.ternary_linear %w, %w : (tensor<8x8xi8>, tensor<8x8xi8>) -> tensor<8x8xi32>
  return %y : tensor<8x8xi32>
}

// CHECK-LABEL: func.func @passed(
// CHECK-NEXT: %[[W:.*]] = arith.constant dense<1> : tensor<2x8xi8>
// REMARK: kept.mlir:[[@LINE+3]]:{{.*}} [Missed] kept {{.*}} Remark="the weights stay dense: 'func.call' reads them as they are stored"
func.func private @other(tensor<2x8xi8>)
func.func @passed(%x: tensor<8xf32>) -> tensor<2xf32> {
  %w = arith.constant dense<1> : tensor<2x8xi8>
  call @other(%w) : (tensor<2x8xi8>) -> ()
  %y = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<2x8xi8>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// CHECK-LABEL: func.func @argument(
// CHECK-NEXT: fidelity.ternary_linear %{{.*}}, %{{.*}} : (tensor<8xf32>, tensor<2x8xi8>) -> tensor<2xf32>
// REMARK: kept.mlir:[[@LINE+2]]:{{.*}} [Missed] kept {{.*}} Remark="the weights stay as they are: they are no constant"
func.func @argument(%x: tensor<8xf32>, %w: tensor<2x8xi8>) -> tensor<2xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<2x8xi8>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// A constant that no layer reads is none of ours.

// CHECK-LABEL: func.func @no_weights(
// CHECK-NEXT: arith.constant dense<1> : tensor<2x8xi8>
func.func @no_weights() -> tensor<2x8xi8> {
  %w = arith.constant dense<1> : tensor<2x8xi8>
  return %w : tensor<2x8xi8>
}

// A blob with too few bytes.

// CHECK-LABEL: func.func @short(
// CHECK-NEXT: arith.constant dense_resource<short> : tensor<2x8xi8>
// REMARK: kept.mlir:[[@LINE+2]]:{{.*}} [Missed] kept {{.*}} Remark="the weights stay dense: a blob of another size than its type"
func.func @short(%x: tensor<8xf32>) -> tensor<2xf32> {
  %w = arith.constant dense_resource<short> : tensor<2x8xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<8xf32>, tensor<2x8xi8>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// What is no trit counts by its sign, which is what is packed.

// CHECK-LABEL: func.func @signs(
// CHECK-NEXT: arith.constant dense<{{\[\[}}1, -1, 0, 1]]> : tensor<1x4xi8, #fidelity.tensor<storage = packed2>>
// REMARK: kept.mlir:[[@LINE+2]]:{{.*}} [Analysis] signs {{.*}} Remark="2 weights are no trits and count by their signs"
func.func @signs(%x: tensor<4xf32>) -> tensor<1xf32> {
  %w = arith.constant dense<[[5, -128, 0, 1]]> : tensor<1x4xi8>
  %y = fidelity.ternary_linear %x, %w : (tensor<4xf32>, tensor<1x4xi8>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// Packed in the function that is called, as its type says: no change.

// CHECK-LABEL: func.func @boundary(
// CHECK-NEXT: %[[W:.*]] = arith.constant dense<1> : tensor<2x8xi8, #fidelity.tensor<storage = packed2>>
// CHECK-NEXT: return %[[W]]
func.func @boundary() -> !packed {
  %w = arith.constant dense<1> : tensor<2x8xi8>
  %p = fidelity.pack %w to packed2 : (tensor<2x8xi8>) -> !packed
  return %p : !packed
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x01000000010101"
    }
  }
#-}
