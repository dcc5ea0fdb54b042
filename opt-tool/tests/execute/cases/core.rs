//! The recurrence: each kind of decay, feed and read, step by step and in
//! chunks of sizes that do not divide the sequence.

use super::{ALL, Allowed, Case};

/// A recurrence of that text, once in each form.
macro_rules! forms {
    ($name:literal, $arguments:literal, $op:literal, $attributes:literal, $types:literal, $results:literal, $output:literal, $state:literal, $calls:expr) => {
        Case {
            name: $name,
            module: concat!(
                "func.func @f(",
                $arguments,
                ") -> (",
                $output,
                ", ",
                $state,
                ", ",
                $output,
                ", ",
                $state,
                ", ",
                $output,
                ", ",
                $state,
                ") {\n",
                "  %o0, %s0 = fidelity.recurrence ",
                $op,
                " {",
                $attributes,
                "} : (",
                $types,
                ") -> (",
                $results,
                ")\n",
                "  %o1, %s1 = fidelity.recurrence ",
                $op,
                " chunk(3) {",
                $attributes,
                "} : (",
                $types,
                ") -> (",
                $results,
                ")\n",
                "  %o2, %s2 = fidelity.recurrence ",
                $op,
                " chunk(16) {",
                $attributes,
                "} : (",
                $types,
                ") -> (",
                $results,
                ")\n",
                "  return %o0, %s0, %o1, %s1, %o2, %s2 : ",
                $output,
                ", ",
                $state,
                ", ",
                $output,
                ", ",
                $state,
                ", ",
                $output,
                ", ",
                $state,
                "\n}"
            ),
            calls: $calls,
            allowed: Allowed::Roundings(256),
            floats: ALL,
        }
    };
}

pub const CASES: &[Case] = &[
    // As mlgru: no keys.
    forms!(
        "recurrence, element-wise decay",
        "%f: tensor<?x?xF>, %v: tensor<?x?xF>, %s: tensor<?xF>",
        "decay %f value %v state %s",
        "indexing_maps = [affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>, affine_map<(t, d) -> (t, d)>, affine_map<(t, d) -> (d)>]",
        "tensor<?x?xF>, tensor<?x?xF>, tensor<?xF>",
        "tensor<?x?xF>, tensor<?xF>",
        "tensor<?x?xF>",
        "tensor<?xF>",
        &[
            &[&[0, 3], &[0, 3], &[3]],
            &[&[1, 1], &[1, 1], &[1]],
            &[&[7, 5], &[7, 5], &[5]],
            &[&[4, 0], &[4, 0], &[0]],
        ]
    ),
    forms!(
        "recurrence, gated linear attention",
        "%g: tensor<2x?x4xF>, %k: tensor<2x?x4xF>, %v: tensor<2x?x5xF>, %q: tensor<2x?x4xF>, %c: tensor<F>",
        "decay %g, %c key %k value %v query %q",
        "exponential, indexing_maps = [affine_map<(b, t, k, v) -> (b, t, k)>, affine_map<(b, t, k, v) -> ()>, affine_map<(b, t, k, v) -> (b, t, k)>, affine_map<(b, t, k, v) -> (b, t, v)>, affine_map<(b, t, k, v) -> (b, t, k)>, affine_map<(b, t, k, v) -> (b, t, v)>, affine_map<(b, t, k, v) -> (b, k, v)>]",
        "tensor<2x?x4xF>, tensor<F>, tensor<2x?x4xF>, tensor<2x?x5xF>, tensor<2x?x4xF>",
        "tensor<2x?x5xF>, tensor<2x4x5xF>",
        "tensor<2x?x5xF>",
        "tensor<2x4x5xF>",
        &[
            &[&[2, 0, 4], &[2, 0, 4], &[2, 0, 5], &[2, 0, 4], &[]],
            &[&[2, 1, 4], &[2, 1, 4], &[2, 1, 5], &[2, 1, 4], &[]],
            &[&[2, 8, 4], &[2, 8, 4], &[2, 8, 5], &[2, 8, 4], &[]],
        ]
    ),
    // The state is small: a rank-one update that does not contract grows fast.
    forms!(
        "recurrence, delta rule read before, with a bonus",
        "%g: tensor<?xF>, %k: tensor<?x3xF>, %v: tensor<?x2xF>, %q: tensor<?x3xF>, %r: tensor<?x3xF>, %w: tensor<3xF>, %u: tensor<3xF>, %s: tensor<2x3xF>",
        "decay %g key %k value %v query %q erase %r, %w bonus %u state %s read(before)",
        "indexing_maps = [affine_map<(t, v, k) -> (t)>, affine_map<(t, v, k) -> (t, k)>, affine_map<(t, v, k) -> (t, v)>, affine_map<(t, v, k) -> (t, k)>, affine_map<(t, v, k) -> (t, k)>, affine_map<(t, v, k) -> (k)>, affine_map<(t, v, k) -> (k)>, affine_map<(t, v, k) -> (v, k)>, affine_map<(t, v, k) -> (t, v)>, affine_map<(t, v, k) -> (v, k)>]",
        "tensor<?xF>, tensor<?x3xF>, tensor<?x2xF>, tensor<?x3xF>, tensor<?x3xF>, tensor<3xF>, tensor<3xF>, tensor<2x3xF>",
        "tensor<?x2xF>, tensor<2x3xF>",
        "tensor<?x2xF>",
        "tensor<2x3xF>",
        &[
            &[
                &[0],
                &[0, 3],
                &[0, 2],
                &[0, 3],
                &[0, 3],
                &[3],
                &[3],
                &[2, 3]
            ],
            &[
                &[1],
                &[1, 3],
                &[1, 2],
                &[1, 3],
                &[1, 3],
                &[3],
                &[3],
                &[2, 3]
            ],
            &[
                &[8],
                &[8, 3],
                &[8, 2],
                &[8, 3],
                &[8, 3],
                &[3],
                &[3],
                &[2, 3]
            ],
        ]
    ),
    // As a selective scan: keys and decay by channel, the state transposed.
    forms!(
        "recurrence, selective scan",
        "%d: tensor<?x3xF>, %A: tensor<3x4xF>, %B: tensor<?x4xF>, %x: tensor<?x3xF>, %C: tensor<3x4xF>",
        "decay %d, %A key %B value %x query %C",
        "exponential, indexing_maps = [affine_map<(t, d, n) -> (t, d)>, affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (t, n)>, affine_map<(t, d, n) -> (t, d)>, affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (d, t)>, affine_map<(t, d, n) -> (d, n)>]",
        "tensor<?x3xF>, tensor<3x4xF>, tensor<?x4xF>, tensor<?x3xF>, tensor<3x4xF>",
        "tensor<3x?xF>, tensor<3x4xF>",
        "tensor<3x?xF>",
        "tensor<3x4xF>",
        &[
            &[&[0, 3], &[3, 4], &[0, 4], &[0, 3], &[3, 4]],
            &[&[5, 3], &[3, 4], &[5, 4], &[5, 3], &[3, 4]],
        ]
    ),
    // Complex decays, keys and queries beside real ones.
    forms!(
        "recurrence, complex",
        "%d: tensor<?x3xF>, %A: tensor<3x2xcomplex<F32>>, %B: tensor<?x2xcomplex<F32>>, %x: tensor<?x3xF>, %C: tensor<3x2xcomplex<F32>>, %s: tensor<3x2xcomplex<F32>>",
        "decay %d, %A key %B value %x query %C state %s",
        "exponential, indexing_maps = [affine_map<(t, d, n) -> (t, d)>, affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (t, n)>, affine_map<(t, d, n) -> (t, d)>, affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (t, d)>, affine_map<(t, d, n) -> (d, n)>]",
        "tensor<?x3xF>, tensor<3x2xcomplex<F32>>, tensor<?x2xcomplex<F32>>, tensor<?x3xF>, tensor<3x2xcomplex<F32>>, tensor<3x2xcomplex<F32>>",
        "tensor<?x3xcomplex<F32>>, tensor<3x2xcomplex<F32>>",
        "tensor<?x3xcomplex<F32>>",
        "tensor<3x2xcomplex<F32>>",
        &[
            &[&[0, 3], &[3, 2], &[0, 2], &[0, 3], &[3, 2], &[3, 2]],
            &[&[1, 3], &[3, 2], &[1, 2], &[1, 3], &[3, 2], &[3, 2]],
            &[&[7, 3], &[3, 2], &[7, 2], &[7, 3], &[3, 2], &[3, 2]],
        ]
    ),
    // Sequences that share a decay, and no keys.
    forms!(
        "recurrence, a decay of all sequences",
        "%d: tensor<3xF>, %v: tensor<2x?x3xF>",
        "decay %d value %v",
        "indexing_maps = [affine_map<(b, t, d) -> (d)>, affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (b, t, d)>, affine_map<(b, t, d) -> (b, d)>]",
        "tensor<3xF>, tensor<2x?x3xF>",
        "tensor<2x?x3xF>, tensor<2x3xF>",
        "tensor<2x?x3xF>",
        "tensor<2x3xF>",
        &[&[&[3], &[2, 0, 3]], &[&[3], &[2, 5, 3]]]
    ),
    // Neither key nor value nor query: the sums of powers of the decay.
    forms!(
        "recurrence, absent operands",
        "%d: tensor<3xF>, %t: tensor<7x1xF>",
        "decay %d query %t",
        "indexing_maps = [affine_map<(t, u, k) -> (k)>, affine_map<(t, u, k) -> (t, u)>, affine_map<(t, u, k) -> (t, u)>, affine_map<(t, u, k) -> (u, k)>]",
        "tensor<3xF>, tensor<7x1xF>",
        "tensor<7x1xF>, tensor<1x3xF>",
        "tensor<7x1xF>",
        "tensor<1x3xF>",
        &[&[&[3], &[7, 1]]]
    ),
    // A decay that the batch shares, and no keys.
    forms!(
        "recurrence, shared decay",
        "%d: tensor<3xF>, %v: tensor<2x?x3xF>",
        "decay %d value %v",
        "indexing_maps = [affine_map<(b, t, n) -> (n)>, affine_map<(b, t, n) -> (b, t, n)>, affine_map<(b, t, n) -> (b, t, n)>, affine_map<(b, t, n) -> (b, n)>]",
        "tensor<3xF>, tensor<2x?x3xF>",
        "tensor<2x?x3xF>, tensor<2x3xF>",
        "tensor<2x?x3xF>",
        "tensor<2x3xF>",
        &[&[&[3], &[2, 1, 3]], &[&[3], &[2, 7, 3]]]
    ),
    // One step takes no loop, whatever the chunk.
    forms!(
        "recurrence, a single step",
        "%g: tensor<1xF>, %k: tensor<1x3xF>, %v: tensor<1x2xF>, %q: tensor<1x3xF>, %s: tensor<3x2xF>",
        "decay %g key %k value %v query %q state %s read(before)",
        "indexing_maps = [affine_map<(t, k, v) -> (t)>, affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (k, v)>, affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (k, v)>]",
        "tensor<1xF>, tensor<1x3xF>, tensor<1x2xF>, tensor<1x3xF>, tensor<3x2xF>",
        "tensor<1x2xF>, tensor<3x2xF>",
        "tensor<1x2xF>",
        "tensor<3x2xF>",
        &[&[&[1], &[1, 3], &[1, 2], &[1, 3], &[3, 2]]]
    ),
    // A part of a tensor, passed and returned.
    Case {
        name: "slices",
        module: "func.func @f(%x: tensor<?x?xF>) -> (tensor<?xF>, tensor<?xF>) {
          %zero = arith.constant 0 : index
          %n = tensor.dim %x, %zero : tensor<?x?xF>
          %y = fidelity.relu %x : tensor<?x?xF>
          %column = tensor.extract_slice %y[0, 1] [%n, 1] [1, 1] : tensor<?x?xF> to tensor<?xF>
          %doubled = call @twice(%column) : (tensor<?xF>) -> tensor<?xF>
          return %column, %doubled : tensor<?xF>, tensor<?xF>
        }
        func.func private @twice(%x: tensor<?xF>) -> tensor<?xF> {
          %y = fidelity.add %x, %x : (tensor<?xF>, tensor<?xF>) -> tensor<?xF>
          return %y : tensor<?xF>
        }",
        calls: &[&[&[0, 3]], &[&[1, 3]], &[&[5, 3]]],
        allowed: Allowed::Roundings(1),
        floats: ALL,
    },
];
