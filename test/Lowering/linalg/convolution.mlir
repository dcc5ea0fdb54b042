// Convolutions over time.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg --canonicalize --cse --split-input-file | FileCheck %s

// The window slides over the state and x joined; what is carried on is the
// joined tensor's end. Bias, silu and the rounding are one pass.
// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 + d3)>
// CHECK-DAG: #[[WEIGHTS:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d3)>
// CHECK-LABEL: func.func @whole(
// CHECK:         %[[T:.*]] = tensor.dim %arg0
// CHECK:         %[[STATE:.*]] = tensor.insert_slice %arg3 into %{{.*}}[0, 0, 0] [2, 8, 3]
// CHECK:         %[[JOINED:.*]] = tensor.insert_slice %arg0 into %[[STATE]][0, 0, 3] [2, 8, %[[T]]]
// CHECK:         %[[LAST:.*]] = tensor.extract_slice %[[JOINED]][0, 0, %[[T]]] [2, 8, 3]
// CHECK:         %[[SUMS:.*]] = linalg.generic {indexing_maps = [#[[WINDOW]], #[[WEIGHTS]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[JOINED]], %arg1 : {{.*}}) outs({{.*}} : tensor<2x8x?xf32>)
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} ins(%[[SUMS]], %arg2 : {{.*}}) outs({{.*}} : tensor<2x8x?xf16>)
// CHECK:           math.exp
// CHECK:           arith.truncf
// CHECK:         return %[[Y]], %[[LAST]]
func.func @whole(%x: tensor<2x8x?xf16>, %w: tensor<8x4xf16>, %b: tensor<8xf16>, %s: tensor<2x8x3xf16>) -> (tensor<2x8x?xf16>, tensor<2x8x3xf16>) {
  %y, %l = fidelity.causal_conv1d %x, %w bias %b state %s activation(silu) : (tensor<2x8x?xf16>, tensor<8x4xf16>, tensor<8xf16>, tensor<2x8x3xf16>) -> (tensor<2x8x?xf16>, tensor<2x8x3xf16>)
  return %y, %l : tensor<2x8x?xf16>, tensor<2x8x3xf16>
}

// -----

// An absent state is zeros; f32 without bias or activation is the sums.
// CHECK-LABEL: func.func @bare(
// CHECK:         %[[ZEROS:.*]] = linalg.generic {{.*}} outs({{.*}} : tensor<2x8x3xf32>)
// CHECK:         tensor.insert_slice %[[ZEROS]] into
// CHECK:         %[[Y:.*]] = linalg.generic {{.*}} "reduction"]}
// CHECK:         return %[[Y]]
func.func @bare(%x: tensor<2x8x?xf32>, %w: tensor<8x4xf32>) -> tensor<2x8x?xf32> {
  %y, %s = fidelity.causal_conv1d %x, %w activation(none) : (tensor<2x8x?xf32>, tensor<8x4xf32>) -> (tensor<2x8x?xf32>, tensor<2x8x3xf32>)
  return %y : tensor<2x8x?xf32>
}

// -----

// One weight carries no state, and nothing is joined.
// CHECK-LABEL: func.func @pointwise(
// CHECK-NOT:     tensor.insert_slice
// CHECK:         linalg.generic {{.*}} ins(%arg0, %arg1 : tensor<2x8x5xf32>, tensor<8x1xf32>)
// CHECK:         return %{{.*}}, %{{.*}} : tensor<2x8x5xf32>, tensor<2x8x0xf32>
func.func @pointwise(%x: tensor<2x8x5xf32>, %w: tensor<8x1xf32>) -> (tensor<2x8x5xf32>, tensor<2x8x0xf32>) {
  %y, %s = fidelity.causal_conv1d %x, %w : (tensor<2x8x5xf32>, tensor<8x1xf32>) -> (tensor<2x8x5xf32>, tensor<2x8x0xf32>)
  return %y, %s : tensor<2x8x5xf32>, tensor<2x8x0xf32>
}
