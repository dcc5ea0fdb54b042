//! Linear layers with ternary weights.

use super::{ALL, Allowed, Case, F32, VECTORS};

pub const CASES: &[Case] = &[
    Case {
        name: "ternary_linear, dense",
        module: "func.func @f(%x: tensor<?x?xF>, %w: tensor<?x?xi8>, %one: tensor<F>, %row: tensor<?xF>)
            -> (tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>) {
          %a = fidelity.ternary_linear %x, %w : (tensor<?x?xF>, tensor<?x?xi8>) -> tensor<?x?xF>
          %b = fidelity.ternary_linear %x, %w scale %one : (tensor<?x?xF>, tensor<?x?xi8>, tensor<F>) -> tensor<?x?xF>
          %c = fidelity.ternary_linear %x, %w scale %row accumulator(f64) : (tensor<?x?xF>, tensor<?x?xi8>, tensor<?xF>) -> tensor<?x?xF>
          return %a, %b, %c : tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 3], &[2, 3], &[], &[2]],
            &[&[2, 0], &[3, 0], &[], &[3]],
            &[&[2, 3], &[0, 3], &[], &[0]],
            &[&[1, 1], &[1, 1], &[], &[1]],
            &[&[3, 37], &[11, 37], &[], &[11]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ternary_linear, packed, K = 13",
        module: "func.func @f(%x: tensor<?x?xF>, %w: tensor<?x13xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x?xF> {
          %a = fidelity.ternary_linear %x, %w : (tensor<?x?xF>, tensor<?x13xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x?xF>
          return %a : tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 13], &[3, 13]],
            &[&[2, 13], &[0, 13]],
            &[&[1, 13], &[1, 13]],
            &[&[3, 13], &[7, 13]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ternary_linear, packed, K = 0 and K = 1",
        module: "func.func @f(%x: tensor<?x0xF>, %w: tensor<?x0xi8, #fidelity.tensor<storage = PACKED>>,
                             %y: tensor<1xF>, %v: tensor<?x1xi8, #fidelity.tensor<storage = PACKED>>)
            -> (tensor<?x?xF>, tensor<?xF>) {
          %a = fidelity.ternary_linear %x, %w : (tensor<?x0xF>, tensor<?x0xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x?xF>
          %b = fidelity.ternary_linear %y, %v : (tensor<1xF>, tensor<?x1xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?xF>
          return %a, %b : tensor<?x?xF>, tensor<?xF>
        }",
        calls: &[&[&[2, 0], &[3, 0], &[1], &[3, 1]]],
        allowed: Allowed::Roundings(4),
        floats: ALL,
    },
    Case {
        name: "ternary_linear, groups",
        module: "func.func @f(%x: tensor<2x?x12xF>, %w: tensor<5x12xi8>, %p: tensor<5x12xi8, #fidelity.tensor<storage = PACKED>>,
                             %s: tensor<5x4xF>, %d: tensor<?x?xF>)
            -> (tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>) {
          %a = fidelity.ternary_linear %x, %w scale %s : (tensor<2x?x12xF>, tensor<5x12xi8>, tensor<5x4xF>) -> tensor<2x?x5xF>
          %b = fidelity.ternary_linear %x, %p scale %s : (tensor<2x?x12xF>, tensor<5x12xi8, #fidelity.tensor<storage = PACKED>>, tensor<5x4xF>) -> tensor<2x?x5xF>
          %c = fidelity.ternary_linear %x, %p scale %d : (tensor<2x?x12xF>, tensor<5x12xi8, #fidelity.tensor<storage = PACKED>>, tensor<?x?xF>) -> tensor<2x?x5xF>
          return %a, %b, %c : tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>
        }",
        calls: &[
            &[&[2, 0, 12], &[5, 12], &[5, 12], &[5, 4], &[5, 2]],
            &[&[2, 3, 12], &[5, 12], &[5, 12], &[5, 4], &[5, 12]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ternary_linear, no groups of no inputs",
        module: "func.func @f(%x: tensor<?x?xF>, %w: tensor<?x?xi8>, %s: tensor<?x?xF>, %y: tensor<0xF>, %v: tensor<3x0xi8>, %t: tensor<3x0xF>)
            -> (tensor<?x?xF>, tensor<3xF>) {
          %a = fidelity.ternary_linear %x, %w scale %s : (tensor<?x?xF>, tensor<?x?xi8>, tensor<?x?xF>) -> tensor<?x?xF>
          %b = fidelity.ternary_linear %y, %v scale %t : (tensor<0xF>, tensor<3x0xi8>, tensor<3x0xF>) -> tensor<3xF>
          return %a, %b : tensor<?x?xF>, tensor<3xF>
        }",
        calls: &[&[&[2, 0], &[3, 0], &[3, 0], &[0], &[3, 0], &[3, 0]]],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    Case {
        name: "ternary_linear of i8",
        module: "func.func @f(%x: tensor<?x?xi8>, %w: tensor<?x?xi8>, %p: tensor<?x37xi8, #fidelity.tensor<storage = PACKED>>, %s: tensor<?xF>)
            -> (tensor<?x?xi32>, tensor<?x?xi32>, tensor<?x?xF>) {
          %a = fidelity.ternary_linear %x, %w : (tensor<?x?xi8>, tensor<?x?xi8>) -> tensor<?x?xi32>
          %b = fidelity.ternary_linear %x, %p : (tensor<?x?xi8>, tensor<?x37xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x?xi32>
          %c = fidelity.ternary_linear %x, %w scale %s accumulator(i32) : (tensor<?x?xi8>, tensor<?x?xi8>, tensor<?xF>) -> tensor<?x?xF>
          return %a, %b, %c : tensor<?x?xi32>, tensor<?x?xi32>, tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 37], &[4, 37], &[5, 37], &[4]],
            &[&[3, 37], &[4, 37], &[5, 37], &[4]],
        ],
        allowed: Allowed::Roundings(2),
        floats: ALL,
    },
    Case {
        name: "ternary_linear, wide accumulators",
        module: "func.func @f(%x: tensor<?x9xF>, %w: tensor<4x9xi8>) -> (tensor<?x4xF>, tensor<?x4xF>) {
          %a = fidelity.ternary_linear %x, %w accumulator(f80) : (tensor<?x9xF>, tensor<4x9xi8>) -> tensor<?x4xF>
          %b = fidelity.ternary_linear %x, %w accumulator(f128) : (tensor<?x9xF>, tensor<4x9xi8>) -> tensor<?x4xF>
          return %a, %b : tensor<?x4xF>, tensor<?x4xF>
        }",
        calls: &[&[&[0, 9], &[4, 9]], &[&[3, 9], &[4, 9]]],
        allowed: Allowed::Roundings(2),
        floats: &["f32", "f64"],
    },
    // Of sizes for which LLVM makes vectors of such numbers.
    Case {
        name: "ternary_linear, wide accumulators in vectors",
        module: "func.func @f(%x: tensor<18x29xF>, %w: tensor<2x29xi8, #fidelity.tensor<storage = packed2>>) -> tensor<18x2xF> {
          %y = fidelity.ternary_linear %x, %w accumulator(f80)
            : (tensor<18x29xF>, tensor<2x29xi8, #fidelity.tensor<storage = packed2>>) -> tensor<18x2xF>
          return %y : tensor<18x2xF>
        }",
        calls: &[&[&[18, 29], &[2, 29]]],
        allowed: Allowed::Roundings(2),
        floats: ALL,
    },
    Case {
        name: "ternary_accumulate",
        module: "func.func @f(%x: tensor<?x?xF>, %w: tensor<?x?xi8>, %i: tensor<?x?xF>) -> tensor<?x?xF> {
          %y = fidelity.ternary_accumulate %x, %w, %i : (tensor<?x?xF>, tensor<?x?xi8>, tensor<?x?xF>) -> tensor<?x?xF>
          return %y : tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 3], &[2, 3], &[0, 2]],
            &[&[1, 0], &[2, 0], &[1, 2]],
            &[&[3, 37], &[5, 37], &[3, 5]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ternary_accumulate, scales",
        module: "func.func @f(%x: tensor<?x12xF>, %q: tensor<?x12xi8>, %w: tensor<5x12xi8>, %p: tensor<5x12xi8, #fidelity.tensor<storage = PACKED>>,
                             %i: tensor<?x5xF>, %g: tensor<5x3xF>, %r: tensor<5xF>, %s: tensor<F>)
            -> (tensor<?x5xF>, tensor<?x5xF>, tensor<?x5xF>, tensor<?x5xF>) {
          %a = fidelity.ternary_accumulate %x, %w, %i scale %g : (tensor<?x12xF>, tensor<5x12xi8>, tensor<?x5xF>, tensor<5x3xF>) -> tensor<?x5xF>
          %b = fidelity.ternary_accumulate %x, %p, %i scale %r : (tensor<?x12xF>, tensor<5x12xi8, #fidelity.tensor<storage = PACKED>>, tensor<?x5xF>, tensor<5xF>) -> tensor<?x5xF>
          %c = fidelity.ternary_accumulate %q, %p, %i scale %g : (tensor<?x12xi8>, tensor<5x12xi8, #fidelity.tensor<storage = PACKED>>, tensor<?x5xF>, tensor<5x3xF>) -> tensor<?x5xF>
          %d = fidelity.ternary_accumulate %q, %w, %i scale %s : (tensor<?x12xi8>, tensor<5x12xi8>, tensor<?x5xF>, tensor<F>) -> tensor<?x5xF>
          return %a, %b, %c, %d : tensor<?x5xF>, tensor<?x5xF>, tensor<?x5xF>, tensor<?x5xF>
        }",
        calls: &[
            &[&[0, 12], &[0, 12], &[5, 12], &[5, 12], &[0, 5], &[5, 3], &[5], &[]],
            &[&[3, 12], &[3, 12], &[5, 12], &[5, 12], &[3, 5], &[5, 3], &[5], &[]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // What is canonicalised to a layer of fewer rows.
    Case {
        name: "rows of zeros",
        module: "func.func @f(%x: tensor<?x3xF>, %i: tensor<?x4xF>) -> (tensor<?x4xF>, tensor<?x4xF>, tensor<?x4xF>) {
          %w = arith.constant dense<[[0, 0, 0], [1, 0, -1], [0, 1, 1], [0, 0, 0]]> : tensor<4x3xi8>
          %p = arith.constant dense<[[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, -1, 0]]> : tensor<4x3xi8, #fidelity.tensor<storage = packed5>>
          %s = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
          %y = fidelity.ternary_linear %x, %w scale %s : (tensor<?x3xF>, tensor<4x3xi8>, tensor<4xf32>) -> tensor<?x4xF>
          %z = fidelity.ternary_linear %x, %p : (tensor<?x3xF>, tensor<4x3xi8, #fidelity.tensor<storage = packed5>>) -> tensor<?x4xF>
          %a = fidelity.ternary_accumulate %x, %w, %i : (tensor<?x3xF>, tensor<4x3xi8>, tensor<?x4xF>) -> tensor<?x4xF>
          return %y, %z, %a : tensor<?x4xF>, tensor<?x4xF>, tensor<?x4xF>
        }",
        calls: &[
            &[&[0, 3], &[0, 4]],
            &[&[1, 3], &[1, 4]],
            &[&[5, 3], &[5, 4]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "zero_vector",
        module: "func.func @f(%x: tensor<?xF>) -> tensor<?xF> {
          %c0 = arith.constant 0 : index
          %n = tensor.dim %x, %c0 : tensor<?xF>
          %y = fidelity.zero_vector %n : tensor<?xF>
          return %y : tensor<?xF>
        }",
        calls: VECTORS,
        allowed: Allowed::Exact,
        floats: ALL,
    },
    Case {
        name: "ternarize",
        module: "func.func @f(%w: tensor<?x12xF>) -> (tensor<?x12xi8>, tensor<F32>, tensor<?x12xi8>, tensor<?xF32>, tensor<?x12xi8>, tensor<?x3xF32>) {
          %a, %s = fidelity.ternarize %w : (tensor<?x12xF>) -> (tensor<?x12xi8>, tensor<F32>)
          %b, %r = fidelity.ternarize %w granularity(row) : (tensor<?x12xF>) -> (tensor<?x12xi8>, tensor<?xF32>)
          %c, %g = fidelity.ternarize %w granularity(group) {group_size = 4 : i64} : (tensor<?x12xF>) -> (tensor<?x12xi8>, tensor<?x3xF32>)
          return %a, %s, %b, %r, %c, %g : tensor<?x12xi8>, tensor<F32>, tensor<?x12xi8>, tensor<?xF32>, tensor<?x12xi8>, tensor<?x3xF32>
        }",
        calls: &[&[&[0, 12]], &[&[1, 12]], &[&[5, 12]]],
        allowed: Allowed::Steps(1.0),
        floats: ALL,
    },
    Case {
        name: "quantize_activations",
        module: "func.func @f(%x: tensor<?x?xF>) -> (tensor<?x?xi8>, tensor<?x1xF32>) {
          %q, %s = fidelity.quantize_activations %x : (tensor<?x?xF>) -> (tensor<?x?xi8>, tensor<?x1xF32>)
          return %q, %s : tensor<?x?xi8>, tensor<?x1xF32>
        }",
        calls: &[&[&[0, 4]], &[&[2, 0]], &[&[1, 1]], &[&[3, 37]]],
        allowed: Allowed::Steps(1.0),
        floats: ALL,
    },
    Case {
        name: "bit_linear",
        module: "func.func @f(%x: tensor<?x10xF>, %w: tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>, %s: tensor<F>,
                             %n: tensor<10xF>, %b: tensor<?xF>, %d: tensor<?x?xi8>, %r: tensor<?xF>, %g: tensor<?x5xF>)
            -> (tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>) {
          %a = fidelity.bit_linear %x, %w scale %s norm %n bias %b {epsilon = 1.0e-8 : f64}
            : (tensor<?x10xF>, tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>, tensor<F>, tensor<10xF>, tensor<?xF>) -> tensor<?x?xF>
          %c = fidelity.bit_linear %x, %d scale %r : (tensor<?x10xF>, tensor<?x?xi8>, tensor<?xF>) -> tensor<?x?xF>
          %e = fidelity.bit_linear %x, %d scale %g : (tensor<?x10xF>, tensor<?x?xi8>, tensor<?x5xF>) -> tensor<?x?xF>
          return %a, %c, %e : tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 10], &[3, 10], &[], &[10], &[3], &[3, 10], &[3], &[3, 5]],
            &[&[1, 10], &[0, 10], &[], &[10], &[0], &[0, 10], &[0], &[0, 5]],
            &[&[4, 10], &[7, 10], &[], &[10], &[7], &[7, 10], &[7], &[7, 5]],
        ],
        allowed: Allowed::Steps(0.1),
        floats: ALL,
    },
    Case {
        name: "pack and unpack",
        module: "func.func @f(%w: tensor<?x10xi8>, %v: tensor<?x0xi8>, %x: tensor<?xF>)
            -> (tensor<?x10xi8>, tensor<?x0xi8>, tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>, tensor<?xF>) {
          %p = fidelity.pack %w to PACKED : (tensor<?x10xi8>) -> tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>
          %q = call @opaque(%p) : (tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>
          %u = fidelity.unpack %q : (tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x10xi8>
          %e = fidelity.pack %v to PACKED : (tensor<?x0xi8>) -> tensor<?x0xi8, #fidelity.tensor<storage = PACKED>>
          %o = fidelity.unpack %e : (tensor<?x0xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x0xi8>
          return %u, %o, %q, %x : tensor<?x10xi8>, tensor<?x0xi8>, tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>, tensor<?xF>
        }
        func.func private @opaque(%p: tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x10xi8, #fidelity.tensor<storage = PACKED>> {
          return %p : tensor<?x10xi8, #fidelity.tensor<storage = PACKED>>
        }",
        calls: &[&[&[0, 10], &[0, 0], &[1]], &[&[1, 10], &[2, 0], &[1]], &[&[5, 10], &[1, 0], &[1]]],
        allowed: Allowed::Exact,
        floats: F32,
    },
];
