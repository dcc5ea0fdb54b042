// Attention without a softmax in the order of its state.

// A multiplication takes 1 ns here, and bytes take none;
// RUN: fidelity-opt %s -fidelity-fuse="reassociate=true profile=%S/Inputs/slow-products.toml" | FileCheck %s --check-prefixes=CHECK,PRODUCTS
// here a byte takes 1 ns, and multiplications take none.
// RUN: fidelity-opt %s -fidelity-fuse="reassociate=true profile=%S/Inputs/slow-memory.toml" | FileCheck %s --check-prefixes=CHECK,MEMORY

// RUN: fidelity-opt %s -fidelity-fuse=reassociate=true -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse=reassociate=true | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse | FileCheck %s --check-prefix=STRICT
// RUN: fidelity-opt %s -fidelity-fuse="reassociate=true dynamic=512" | FileCheck %s --check-prefix=DYNAMIC
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

#q = affine_map<(b, i, j, k) -> (b, i, k)>
#k = affine_map<(b, i, j, k) -> (b, j, k)>
#s = affine_map<(b, i, j, k) -> (b, i, j)>

// CHECK-DAG: #[[K:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1)>
// CHECK-DAG: #[[V:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
// CHECK-DAG: #[[S:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[Q:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>

// REMARK-DAG: [[@LINE+15]]:8: remark: [Missed] reassociate | Category:fidelity-fuse | Remark="the other order of the two products is cheaper, and rounds otherwise: it is taken under reassociate only"
// CHECK-LABEL: func.func @attention(
// CHECK:         %[[STATE:.*]] = linalg.generic {indexing_maps = [#[[K]], #[[V]], #[[S]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg1, %arg2 : tensor<3x64x8xf32>, tensor<3x64x16xf32>) outs(%{{.*}} : tensor<3x8x16xf32>)
// CHECK:         %[[O:.*]] = linalg.generic {indexing_maps = [#[[Q]], #[[V]], #[[S]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %[[STATE]] : tensor<3x48x8xf32>, tensor<3x8x16xf32>) outs(%{{.*}} : tensor<3x48x16xf32>)
// CHECK:         return %[[O]]
// STRICT-LABEL: func.func @attention(
// STRICT-COUNT-2: linalg.batch_matmul
func.func @attention(%q: tensor<3x48x8xf32>, %k: tensor<3x64x8xf32>, %v: tensor<3x64x16xf32>) -> tensor<3x48x16xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x48x64xf32>
  %e2 = tensor.empty() : tensor<3x48x16xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<3x48x64xf32>) -> tensor<3x48x64xf32>
  %f2 = linalg.fill ins(%z : f32) outs(%e2 : tensor<3x48x16xf32>) -> tensor<3x48x16xf32>
  %s = linalg.batch_matmul indexing_maps = [#q, #k, #s]
    ins(%q, %k : tensor<3x48x8xf32>, tensor<3x64x8xf32>) outs(%f : tensor<3x48x64xf32>) -> tensor<3x48x64xf32>
  %o = linalg.batch_matmul ins(%s, %v : tensor<3x48x64xf32>, tensor<3x64x16xf32>) outs(%f2 : tensor<3x48x16xf32>) -> tensor<3x48x16xf32>
  return %o : tensor<3x48x16xf32>
}

// Bodies that carry the flag need no option; a matrix has no batch.
// STRICT-LABEL: func.func @flags(
// STRICT:         linalg.generic {{.*}} outs(%{{.*}} : tensor<8x8xf32>)
// STRICT:         linalg.generic {{.*}} outs(%{{.*}} : tensor<64x8xf32>)
func.func @flags(%q: tensor<64x8xf32>, %k: tensor<64x8xf32>, %v: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %f = arith.constant dense<0.0> : tensor<64x64xf32>
  %f2 = arith.constant dense<0.0> : tensor<64x8xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<64x8xf32>, tensor<64x8xf32>) outs(%f : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b fastmath<reassoc> : f32
    %n = arith.addf %c, %m fastmath<reassoc> : f32
    linalg.yield %n : f32
  } -> tensor<64x64xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%s, %v : tensor<64x64xf32>, tensor<64x8xf32>) outs(%f2 : tensor<64x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b fastmath<fast> : f32
    %n = arith.addf %c, %m fastmath<fast> : f32
    linalg.yield %n : f32
  } -> tensor<64x8xf32>
  return %o : tensor<64x8xf32>
}

// Few tokens: the scores are smaller than the state.
// CHECK-LABEL: func.func @short(
// CHECK-COUNT-2: linalg.matmul
func.func @short(%q: tensor<4x64xf32>, %k: tensor<64x4xf32>, %v: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %f = arith.constant dense<0.0> : tensor<4x4xf32>
  %f2 = arith.constant dense<0.0> : tensor<4x64xf32>
  %s = linalg.matmul ins(%q, %k : tensor<4x64xf32>, tensor<64x4xf32>) outs(%f : tensor<4x4xf32>) -> tensor<4x4xf32>
  %o = linalg.matmul ins(%s, %v : tensor<4x4xf32>, tensor<4x64xf32>) outs(%f2 : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %o : tensor<4x64xf32>
}

// 16 * 16 * (5 + 400) multiplications, 104 µs, and 5 * 400 * (16 + 16), 64 µs. Bytes, of
// inputs, outputs, and what is in between written and read: 4 * 20128, 81 µs, and
// 4 * 25360, 101 µs.
// PRODUCTS-LABEL: func.func @either(
// PRODUCTS:         outs(%{{.*}} : tensor<5x400xf32>)
// MEMORY-LABEL: func.func @either(
// MEMORY-COUNT-2: linalg.matmul
func.func @either(%q: tensor<16x5xf32>, %k: tensor<5x16xf32>, %v: tensor<16x400xf32>) -> tensor<16x400xf32> {
  %f = arith.constant dense<0.0> : tensor<16x16xf32>
  %f2 = arith.constant dense<0.0> : tensor<16x400xf32>
  %s = linalg.matmul ins(%q, %k : tensor<16x5xf32>, tensor<5x16xf32>) outs(%f : tensor<16x16xf32>) -> tensor<16x16xf32>
  %o = linalg.matmul ins(%s, %v : tensor<16x16xf32>, tensor<16x400xf32>) outs(%f2 : tensor<16x400xf32>) -> tensor<16x400xf32>
  return %o : tensor<16x400xf32>
}

// Scores that something else reads, such as a softmax, and a bias in the sum.
// CHECK-LABEL: func.func @used(
// CHECK-COUNT-2: linalg.matmul
func.func @used(%q: tensor<64x4xf32>, %k: tensor<4x64xf32>, %v: tensor<64x4xf32>) -> (tensor<64x4xf32>, tensor<64x64xf32>) {
  %f = arith.constant dense<0.0> : tensor<64x64xf32>
  %f2 = arith.constant dense<0.0> : tensor<64x4xf32>
  %s = linalg.matmul ins(%q, %k : tensor<64x4xf32>, tensor<4x64xf32>) outs(%f : tensor<64x64xf32>) -> tensor<64x64xf32>
  %o = linalg.matmul ins(%s, %v : tensor<64x64xf32>, tensor<64x4xf32>) outs(%f2 : tensor<64x4xf32>) -> tensor<64x4xf32>
  return %o, %s : tensor<64x4xf32>, tensor<64x64xf32>
}

// CHECK-LABEL: func.func @biased(
// CHECK-COUNT-2: linalg.matmul
func.func @biased(%q: tensor<64x4xf32>, %k: tensor<4x64xf32>, %v: tensor<64x4xf32>, %b: tensor<64x64xf32>) -> tensor<64x4xf32> {
  %f2 = arith.constant dense<0.0> : tensor<64x4xf32>
  %s = linalg.matmul ins(%q, %k : tensor<64x4xf32>, tensor<4x64xf32>) outs(%b : tensor<64x64xf32>) -> tensor<64x64xf32>
  %o = linalg.matmul ins(%s, %v : tensor<64x64xf32>, tensor<64x4xf32>) outs(%f2 : tensor<64x4xf32>) -> tensor<64x4xf32>
  return %o : tensor<64x4xf32>
}

// The size of a dimension that only run time tells is what the options suppose: of
// 512 tokens, but not of 1.
// REMARK-DAG: [[@LINE+19]]:8: remark: [Missed] reassociate | Category:fidelity-fuse | Remark="the other order of the two products is not faster at the sizes that the options sizes and dynamic suppose"
// CHECK-LABEL: func.func @dynamic(
// CHECK-COUNT-2: linalg.batch_matmul
// DYNAMIC-LABEL: func.func @dynamic(
// DYNAMIC-NOT:     tensor<?x?x?xf32>
// DYNAMIC:         linalg.generic {{.*}} ins(%arg1, %arg2 : tensor<?x64x?xf32>, tensor<?x?x32xf32>) outs(%{{.*}} : tensor<?x64x32xf32>)
// DYNAMIC:         linalg.generic {{.*}} ins(%arg0, %{{.*}} : tensor<?x?x64xf32>, tensor<?x64x32xf32>) outs(%{{.*}} : tensor<?x?x32xf32>)
func.func @dynamic(%q: tensor<?x?x64xf32>, %k: tensor<?x64x?xf32>, %v: tensor<?x?x32xf32>) -> tensor<?x?x32xf32> {
  %z = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %N = tensor.dim %q, %c0 : tensor<?x?x64xf32>
  %T = tensor.dim %q, %c1 : tensor<?x?x64xf32>
  %U = tensor.dim %v, %c1 : tensor<?x?x32xf32>
  %e = tensor.empty(%N, %T, %U) : tensor<?x?x?xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<?x?x64xf32>, tensor<?x64x?xf32>) outs(%f : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %e2 = tensor.empty(%N, %T) : tensor<?x?x32xf32>
  %f2 = linalg.fill ins(%z : f32) outs(%e2 : tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %o = linalg.batch_matmul ins(%s, %v : tensor<?x?x?xf32>, tensor<?x?x32xf32>) outs(%f2 : tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  return %o : tensor<?x?x32xf32>
}

// A number that the scores are multiplied with is one of the state; a mask is not.
// CHECK-LABEL: func.func @scaled(
// CHECK:         %[[STATE:.*]] = linalg.generic {{.*}} ins(%arg1, %arg2 : {{.*}} outs(%{{.*}} : tensor<4x8xf32>)
// CHECK:         %[[C:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK-NEXT:    %[[SCALED:.*]] = fidelity.multiply %[[STATE]], %[[C]] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
// CHECK:         linalg.generic {{.*}} ins(%arg0, %[[SCALED]] : tensor<64x4xf32>, tensor<4x8xf32>)
// STRICT-LABEL: func.func @scaled(
// STRICT-COUNT-2: linalg.matmul
func.func @scaled(%q: tensor<64x4xf32>, %k: tensor<4x64xf32>, %v: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %c = arith.constant dense<0.5> : tensor<64x64xf32>
  %f = arith.constant dense<0.0> : tensor<64x64xf32>
  %f2 = arith.constant dense<0.0> : tensor<64x8xf32>
  %s = linalg.matmul ins(%q, %k : tensor<64x4xf32>, tensor<4x64xf32>) outs(%f : tensor<64x64xf32>) -> tensor<64x64xf32>
  %m = fidelity.multiply %c, %s : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %o = linalg.matmul ins(%m, %v : tensor<64x64xf32>, tensor<64x8xf32>) outs(%f2 : tensor<64x8xf32>) -> tensor<64x8xf32>
  return %o : tensor<64x8xf32>
}

// CHECK-LABEL: func.func @masked(
// CHECK-COUNT-2: linalg.matmul
func.func @masked(%q: tensor<64x4xf32>, %k: tensor<4x64xf32>, %v: tensor<64x8xf32>, %c: tensor<64x64xf32>) -> tensor<64x8xf32> {
  %f = arith.constant dense<0.0> : tensor<64x64xf32>
  %f2 = arith.constant dense<0.0> : tensor<64x8xf32>
  %s = linalg.matmul ins(%q, %k : tensor<64x4xf32>, tensor<4x64xf32>) outs(%f : tensor<64x64xf32>) -> tensor<64x64xf32>
  %m = fidelity.multiply %c, %s : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %o = linalg.matmul ins(%m, %v : tensor<64x64xf32>, tensor<64x8xf32>) outs(%f2 : tensor<64x8xf32>) -> tensor<64x8xf32>
  return %o : tensor<64x8xf32>
}
