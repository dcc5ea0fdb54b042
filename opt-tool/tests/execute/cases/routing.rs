//! Mixture of specialists.

use super::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    Case {
        name: "route",
        module: "func.func @f(%l: tensor<?x?xF>) -> (tensor<?x1xF>, tensor<?x1xi32>, tensor<?x3xF>, tensor<?x3xi32>, tensor<?x3xF>) {
          %a, %i = fidelity.route %l softmax(all) {top_k = 1 : i64} : (tensor<?x?xF>) -> (tensor<?x1xF>, tensor<?x1xi32>)
          %b, %j = fidelity.route %l {top_k = 3 : i64} : (tensor<?x?xF>) -> (tensor<?x3xF>, tensor<?x3xi32>)
          %c, %k = fidelity.route %l softmax(all) {top_k = 3 : i64} : (tensor<?x?xF>) -> (tensor<?x3xF>, tensor<?x3xi32>)
          return %a, %i, %b, %j, %c : tensor<?x1xF>, tensor<?x1xi32>, tensor<?x3xF>, tensor<?x3xi32>, tensor<?x3xF>
        }",
        calls: &[&[&[0, 3]], &[&[1, 3]], &[&[7, 5]], &[&[3, 37]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
    Case {
        name: "route of a vector and of batches",
        module: "func.func @f(%v: tensor<1xF>, %l: tensor<2x?x4xF>) -> (tensor<1xF>, tensor<1xi32>, tensor<2x?x4xF>, tensor<2x?x4xi32>) {
          %a, %i = fidelity.route %v {top_k = 1 : i64} : (tensor<1xF>) -> (tensor<1xF>, tensor<1xi32>)
          %b, %j = fidelity.route %l {top_k = 4 : i64} : (tensor<2x?x4xF>) -> (tensor<2x?x4xF>, tensor<2x?x4xi32>)
          return %a, %i, %b, %j : tensor<1xF>, tensor<1xi32>, tensor<2x?x4xF>, tensor<2x?x4xi32>
        }",
        calls: &[&[&[1], &[2, 0, 4]], &[&[1], &[2, 5, 4]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
    // Ties, zeros of both signs, NaN and infinities, which are the logits
    // whatever the input: the one of a row is picked by a comparison with it.
    Case {
        name: "route of logits that tie or are no numbers",
        module: "func.func @f(%x: tensor<?xF>) -> (tensor<8x3xF>, tensor<8x3xi32>, tensor<8x3xF>, tensor<?xF>) {
          %l = arith.constant dense<[
            [1.0, 2.0, 2.0, 1.0], [0.0, -0.0, -0.0, 0.0], [-0.0, 0.0, -1.0, -1.0], [5.0, 5.0, 5.0, 5.0],
            [1.0, 0.0, 3.0, -1.0], [-1.0, -2.0, -3.0, -4.0], [60.0, -60.0, 0.0, 60.0], [0.5, 1.5, 0.5, 1.5]
          ]> : tensor<8x4xF>
          %zero = arith.constant dense<0.0> : tensor<8x4xF>
          %infinite = math.log %zero : tensor<8x4xF>
          %nan = arith.divf %zero, %zero : tensor<8x4xF>
          %where = arith.constant dense<[
            [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1],
            [0, 2, 0, 0], [2, 0, 2, 1], [0, 0, 1, 0], [0, 0, 0, 0]
          ]> : tensor<8x4xi32>
          %one = arith.constant dense<1> : tensor<8x4xi32>
          %two = arith.constant dense<2> : tensor<8x4xi32>
          %is_one = arith.cmpi eq, %where, %one : tensor<8x4xi32>
          %is_two = arith.cmpi eq, %where, %two : tensor<8x4xi32>
          %m = arith.select %is_one, %infinite, %l : tensor<8x4xi1>, tensor<8x4xF>
          %n = arith.select %is_two, %nan, %m : tensor<8x4xi1>, tensor<8x4xF>
          %a, %i = fidelity.route %n {top_k = 3 : i64} : (tensor<8x4xF>) -> (tensor<8x3xF>, tensor<8x3xi32>)
          %b, %j = fidelity.route %n softmax(all) {top_k = 3 : i64} : (tensor<8x4xF>) -> (tensor<8x3xF>, tensor<8x3xi32>)
          return %a, %i, %b, %x : tensor<8x3xF>, tensor<8x3xi32>, tensor<8x3xF>, tensor<?xF>
        }",
        calls: &[&[&[0]], &[&[1]], &[&[7]], &[&[64]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
    Case {
        name: "dispatch",
        module: "func.func @f(%t: tensor<?x?xF>, %i: tensor<?x?xi32>)
            -> (tensor<4x0x?xF>, tensor<?x?xi32>, tensor<4x?x?xF>, tensor<?x?xi32>, tensor<4x?x?xF>, tensor<?x?xi32>, tensor<1x2x?xF>, tensor<?x?xi32>, tensor<4x?x?xF>, tensor<?x?xi32>) {
          %c0 = arith.constant 0 : index
          %c1 = arith.constant 1 : index
          %n = tensor.dim %t, %c0 : tensor<?x?xF>
          %two = arith.addi %c1, %c1 : index
          %a, %p = fidelity.dispatch %t, %i capacity %c0 {experts = 4 : i64} : (tensor<?x?xF>, tensor<?x?xi32>, index) -> (tensor<4x0x?xF>, tensor<?x?xi32>)
          %z, %y = fidelity.dispatch %t, %i capacity %c0 {experts = 4 : i64} : (tensor<?x?xF>, tensor<?x?xi32>, index) -> (tensor<4x?x?xF>, tensor<?x?xi32>)
          %b, %q = fidelity.dispatch %t, %i capacity %c1 {experts = 4 : i64} : (tensor<?x?xF>, tensor<?x?xi32>, index) -> (tensor<4x?x?xF>, tensor<?x?xi32>)
          %c, %r = fidelity.dispatch %t, %i capacity %n {experts = 4 : i64} : (tensor<?x?xF>, tensor<?x?xi32>, index) -> (tensor<4x?x?xF>, tensor<?x?xi32>)
          %d, %s = fidelity.dispatch %t, %i capacity %two {experts = 1 : i64} : (tensor<?x?xF>, tensor<?x?xi32>, index) -> (tensor<1x2x?xF>, tensor<?x?xi32>)
          return %a, %p, %b, %q, %c, %r, %d, %s, %z, %y
            : tensor<4x0x?xF>, tensor<?x?xi32>, tensor<4x?x?xF>, tensor<?x?xi32>, tensor<4x?x?xF>, tensor<?x?xi32>, tensor<1x2x?xF>, tensor<?x?xi32>, tensor<4x?x?xF>, tensor<?x?xi32>
        }",
        calls: &[
            &[&[0, 5], &[0, 2]],
            &[&[3, 0], &[3, 2]],
            &[&[3, 5], &[3, 0]],
            &[&[1, 1], &[1, 1]],
            &[&[17, 5], &[17, 3]],
        ],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    Case {
        name: "combine",
        module: "func.func @f(%y: tensor<?x?x?xF>, %w: tensor<?x?xF>, %i: tensor<?x?xi32>, %p: tensor<?x?xi32>, %v: tensor<?x?xF>) -> (tensor<?x?xF>, tensor<?x?xF>) {
          %a = fidelity.combine %y, %w, %i, %p : (tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xi32>, tensor<?x?xi32>) -> tensor<?x?xF>
          %b = fidelity.combine %y, %v, %p, %i : (tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xi32>, tensor<?x?xi32>) -> tensor<?x?xF>
          return %a, %b : tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[
            &[&[4, 3, 5], &[0, 2], &[0, 2], &[0, 2], &[0, 2]],
            &[&[4, 3, 0], &[2, 2], &[2, 2], &[2, 2], &[2, 2]],
            &[&[4, 0, 5], &[2, 2], &[2, 2], &[2, 2], &[2, 2]],
            &[&[0, 3, 5], &[2, 2], &[2, 2], &[2, 2], &[2, 2]],
            &[&[4, 3, 5], &[2, 0], &[2, 0], &[2, 0], &[2, 0]],
            &[&[1, 1, 1], &[1, 1], &[1, 1], &[1, 1], &[1, 1]],
            &[&[4, 3, 5], &[17, 3], &[17, 3], &[17, 3], &[17, 3]],
        ],
        allowed: Allowed::Roundings(8),
        floats: ALL,
    },
    Case {
        name: "combine of no slots",
        module: "func.func @f(%y: tensor<4x0x5xF>, %z: tensor<0x3x5xF>, %w: tensor<?x2xF>, %i: tensor<?x2xi32>, %p: tensor<?x2xi32>) -> (tensor<?x5xF>, tensor<?x5xF>) {
          %a = fidelity.combine %y, %w, %i, %p : (tensor<4x0x5xF>, tensor<?x2xF>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x5xF>
          %b = fidelity.combine %z, %w, %i, %p : (tensor<0x3x5xF>, tensor<?x2xF>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x5xF>
          return %a, %b : tensor<?x5xF>, tensor<?x5xF>
        }",
        calls: &[
            &[&[4, 0, 5], &[0, 3, 5], &[0, 2], &[0, 2], &[0, 2]],
            &[&[4, 0, 5], &[0, 3, 5], &[3, 2], &[3, 2], &[3, 2]],
        ],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    Case {
        name: "route, dispatch, an expert, combine",
        module: "func.func @f(%t: tensor<?x5xF>, %l: tensor<?x4xF>, %c: tensor<?xF>, %w: tensor<4x1x5xF>) -> (tensor<?x5xF>, tensor<?x5xF>) {
          %c0 = arith.constant 0 : index
          %n = tensor.dim %c, %c0 : tensor<?xF>
          %m = tensor.dim %t, %c0 : tensor<?x5xF>
          %g, %i = fidelity.route %l {top_k = 2 : i64} : (tensor<?x4xF>) -> (tensor<?x2xF>, tensor<?x2xi32>)
          %x, %p = fidelity.dispatch %t, %i capacity %n {experts = 4 : i64} : (tensor<?x5xF>, tensor<?x2xi32>, index) -> (tensor<4x?x5xF>, tensor<?x2xi32>)
          %e = fidelity.multiply %x, %w : (tensor<4x?x5xF>, tensor<4x1x5xF>) -> tensor<4x?x5xF>
          %y = fidelity.combine %e, %g, %i, %p : (tensor<4x?x5xF>, tensor<?x2xF>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x5xF>
          %u, %q = fidelity.dispatch %t, %i capacity %m {experts = 4 : i64} : (tensor<?x5xF>, tensor<?x2xi32>, index) -> (tensor<4x?x5xF>, tensor<?x2xi32>)
          %z = fidelity.combine %u, %g, %i, %q : (tensor<4x?x5xF>, tensor<?x2xF>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x5xF>
          return %y, %z : tensor<?x5xF>, tensor<?x5xF>
        }",
        calls: &[
            &[&[0, 5], &[0, 4], &[0], &[4, 1, 5]],
            &[&[1, 5], &[1, 4], &[1], &[4, 1, 5]],
            &[&[13, 5], &[13, 4], &[5], &[4, 1, 5]],
        ],
        allowed: Allowed::Roundings(32),
        floats: ALL,
    },
    Case {
        name: "transfer",
        module: "func.func @f(%x: tensor<?x?xF>, %s: tensor<F>, %i: tensor<2x?xi32>, %c: tensor<?xcomplex<f32>>)
            -> (tensor<?x?xF>, tensor<F>, tensor<2x?xi32>, tensor<?xcomplex<f32>>) {
          %a = fidelity.transfer %x from \"a\" to \"b\" : tensor<?x?xF>
          %b = fidelity.transfer %a from \"b\" to \"c\" : tensor<?x?xF>
          %d = fidelity.transfer %s from \"a\" to \"b\" : tensor<F>
          %e = fidelity.transfer %i from \"a\" to \"b\" : tensor<2x?xi32>
          %g = fidelity.transfer %c from \"a\" to \"b\" : tensor<?xcomplex<f32>>
          return %b, %d, %e, %g : tensor<?x?xF>, tensor<F>, tensor<2x?xi32>, tensor<?xcomplex<f32>>
        }",
        calls: &[
            &[&[0, 5], &[], &[2, 0], &[0]],
            &[&[1, 1], &[], &[2, 1], &[1]],
            &[&[7, 5], &[], &[2, 5], &[9]],
        ],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    Case {
        name: "transfer of packed weights",
        module: "func.func @f(%w: tensor<?x6xi8, #fidelity.tensor<storage = PACKED>>)
            -> (tensor<?x6xi8, #fidelity.tensor<storage = PACKED>>, tensor<?x6xi8>) {
          %a = fidelity.transfer %w from \"a\" to \"b\" : tensor<?x6xi8, #fidelity.tensor<storage = PACKED>>
          %b = fidelity.unpack %a : (tensor<?x6xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x6xi8>
          return %a, %b : tensor<?x6xi8, #fidelity.tensor<storage = PACKED>>, tensor<?x6xi8>
        }",
        calls: &[&[&[0, 6]], &[&[1, 6]], &[&[3, 6]]],
        allowed: Allowed::Exact,
        floats: &["f32"],
    },
    Case {
        name: "transfer between layers",
        module: "func.func @f(%x: tensor<?x5xF>, %n: tensor<5xF>) -> tensor<?x5xF> {
          %r = fidelity.rms_norm %x weight %n : (tensor<?x5xF>, tensor<5xF>) -> tensor<?x5xF>
          %t = fidelity.transfer %r from \"a\" to \"b\" : tensor<?x5xF>
          %y = fidelity.silu %t : tensor<?x5xF>
          return %y : tensor<?x5xF>
        }",
        calls: &[&[&[0, 5], &[5]], &[&[1, 5], &[5]], &[&[13, 5], &[5]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
];
