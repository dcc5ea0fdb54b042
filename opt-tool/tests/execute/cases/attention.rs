//! Linear attention: each rule and feature map, causal and not, normalised and
//! not, with query heads in groups, and goes on from its state.

use super::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    // How many query heads read a head is found at run time.
    Case {
        name: "linear_attention",
        module: "func.func @f(%q: tensor<?x?x?x?xF>, %k: tensor<?x?x?x?xF>, %v: tensor<?x?x?x?xF>, %s: tensor<?x?x?x?xF>)
            -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) {
          %o, %l = fidelity.linear_attention %q, %k, %v update_rule(linear)
            : (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>)
          %p, %m = fidelity.linear_attention %q, %k, %v state %s update_rule(linear) {causal = false, scale = -0.75}
            : (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>)
          return %o, %l, %p, %m : tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>
        }",
        calls: &[
            &[&[2, 4, 0, 3], &[2, 2, 0, 3], &[2, 2, 0, 5], &[2, 2, 3, 5]],
            &[&[2, 4, 6, 0], &[2, 2, 6, 0], &[2, 2, 6, 5], &[2, 2, 0, 5]],
            &[&[2, 4, 6, 3], &[2, 2, 6, 3], &[2, 2, 6, 0], &[2, 2, 3, 0]],
            &[&[0, 4, 6, 3], &[0, 2, 6, 3], &[0, 2, 6, 5], &[0, 2, 3, 5]],
            &[&[2, 0, 6, 3], &[2, 0, 6, 3], &[2, 0, 6, 5], &[2, 0, 3, 5]],
            &[&[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1]],
            &[&[2, 6, 17, 3], &[2, 2, 17, 3], &[2, 2, 17, 5], &[2, 2, 3, 5]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    // Of no heads, by the types of some operands: a tensor known to be empty.
    Case {
        name: "linear_attention of no heads",
        module: "func.func @f(%q: tensor<?x?x3xF>, %k: tensor<0x9x3xF>, %h: tensor<0x3x3xF>, %b: tensor<0x9xF>)
            -> (tensor<?x9x3xF>, tensor<0x3x3xF>, tensor<?x9x3xF>, tensor<0x3x3xF>) {
          %o, %l = fidelity.linear_attention %q, %k, %k update_rule(linear)
            : (tensor<?x?x3xF>, tensor<0x9x3xF>, tensor<0x9x3xF>) -> (tensor<?x9x3xF>, tensor<0x3x3xF>)
          %p, %m = fidelity.linear_attention %q, %q, %k beta %b state %h update_rule(delta)
            : (tensor<?x?x3xF>, tensor<?x?x3xF>, tensor<0x9x3xF>, tensor<0x9xF>, tensor<0x3x3xF>) -> (tensor<?x9x3xF>, tensor<0x3x3xF>)
          return %o, %l, %p, %m : tensor<?x9x3xF>, tensor<0x3x3xF>, tensor<?x9x3xF>, tensor<0x3x3xF>
        }",
        calls: &[&[&[0, 9, 3], &[0, 9, 3], &[0, 3, 3], &[0, 9]]],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    // One sequence, whose heads are known when it runs: the state that is carried
    // on lacks the dimension of the query heads and no other.
    Case {
        name: "linear_attention of one sequence, heads at run time",
        module: "func.func @f(%q: tensor<1x6x4x3xF>, %k: tensor<?x?x?x?xF>) -> (tensor<1x6x4x?xF>, tensor<1x?x3x?xF>) {
          %o, %l = fidelity.linear_attention %q, %k, %k update_rule(linear)
            : (tensor<1x6x4x3xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) -> (tensor<1x6x4x?xF>, tensor<1x?x3x?xF>)
          return %o, %l : tensor<1x6x4x?xF>, tensor<1x?x3x?xF>
        }",
        calls: &[&[&[1, 6, 4, 3], &[1, 1, 4, 3]], &[&[1, 6, 4, 3], &[1, 2, 4, 3]], &[&[1, 6, 4, 3], &[1, 6, 4, 3]]],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    // Decays of at most 1, some of them 1: per feature, per head, and one for
    // each head at all steps of all sequences. The state has a type of its own.
    Case {
        name: "linear_attention, gated",
        module: "func.func @f(%q: tensor<2x4x?x3xF>, %k: tensor<2x2x?x3xF>, %v: tensor<2x2x?x5xF>, %x: tensor<2x2x?x3xF>, %y: tensor<2x2x?xF>, %z: tensor<1x2x1xF>)
            -> (tensor<2x4x?x5xF>, tensor<2x2x3x5xF>, tensor<2x4x?x5xF>, tensor<2x2x3x5xf32>, tensor<2x4x?x5xF>, tensor<2x2x3x5xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %state = arith.constant dense<0.5> : tensor<2x2x3x5xf32>
          %x0 = fidelity.relu %x : tensor<2x2x?x3xF>
          %y0 = fidelity.relu %y : tensor<2x2x?xF>
          %z0 = fidelity.relu %z : tensor<1x2x1xF>
          %g = fidelity.subtract %zero, %x0 : (tensor<F>, tensor<2x2x?x3xF>) -> tensor<2x2x?x3xF>
          %h = fidelity.subtract %zero, %y0 : (tensor<F>, tensor<2x2x?xF>) -> tensor<2x2x?xF>
          %i = fidelity.subtract %zero, %z0 : (tensor<F>, tensor<1x2x1xF>) -> tensor<1x2x1xF>
          %o0, %l0 = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated)
            : (tensor<2x4x?x3xF>, tensor<2x2x?x3xF>, tensor<2x2x?x5xF>, tensor<2x2x?x3xF>) -> (tensor<2x4x?x5xF>, tensor<2x2x3x5xF>)
          %o1, %l1 = fidelity.linear_attention %q, %k, %v decay %h state %state update_rule(gated)
            : (tensor<2x4x?x3xF>, tensor<2x2x?x3xF>, tensor<2x2x?x5xF>, tensor<2x2x?xF>, tensor<2x2x3x5xf32>) -> (tensor<2x4x?x5xF>, tensor<2x2x3x5xf32>)
          %o2, %l2 = fidelity.linear_attention %q, %k, %v decay %i update_rule(gated) {causal = false}
            : (tensor<2x4x?x3xF>, tensor<2x2x?x3xF>, tensor<2x2x?x5xF>, tensor<1x2x1xF>) -> (tensor<2x4x?x5xF>, tensor<2x2x3x5xF>)
          return %o0, %l0, %o1, %l1, %o2, %l2
            : tensor<2x4x?x5xF>, tensor<2x2x3x5xF>, tensor<2x4x?x5xF>, tensor<2x2x3x5xf32>, tensor<2x4x?x5xF>, tensor<2x2x3x5xF>
        }",
        calls: &[
            &[&[2, 4, 0, 3], &[2, 2, 0, 3], &[2, 2, 0, 5], &[2, 2, 0, 3], &[2, 2, 0], &[1, 2, 1]],
            &[&[2, 4, 1, 3], &[2, 2, 1, 3], &[2, 2, 1, 5], &[2, 2, 1, 3], &[2, 2, 1], &[1, 2, 1]],
            &[&[2, 4, 17, 3], &[2, 2, 17, 3], &[2, 2, 17, 5], &[2, 2, 17, 3], &[2, 2, 17], &[1, 2, 1]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // Keys shorter than 1 and a β below 1, with which the state does not grow;
    // one head of keys, whose β and decay stretch.
    Case {
        name: "linear_attention, delta rules",
        module: "func.func @f(%q: tensor<?x3x?x?xF>, %x: tensor<?x1x?x?xF>, %v: tensor<?x1x?x?xF>, %y: tensor<?x1x?x?xF>, %z: tensor<?x1x?xF>, %s: tensor<?x1x?x?xF>)
            -> (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x3x?x?xF>, tensor<?x1x?x?xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %quarter = arith.constant dense<0.25> : tensor<F>
          %once = arith.constant dense<-0.125> : tensor<1x1x1x1xF>
          %k = fidelity.multiply %x, %quarter : (tensor<?x1x?x?xF>, tensor<F>) -> tensor<?x1x?x?xF>
          %y0 = fidelity.relu %y : tensor<?x1x?x?xF>
          %g = fidelity.subtract %zero, %y0 : (tensor<F>, tensor<?x1x?x?xF>) -> tensor<?x1x?x?xF>
          %b = fidelity.sigmoid %z : tensor<?x1x?xF>
          %o0, %l0 = fidelity.linear_attention %q, %k, %v beta %b state %s update_rule(delta)
            : (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x1x?x?xF>, tensor<?x1x?xF>, tensor<?x1x?x?xF>) -> (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>)
          %o1, %l1 = fidelity.linear_attention %q, %k, %v decay %g beta %b update_rule(gated_delta)
            : (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x1x?x?xF>, tensor<?x1x?x?xF>, tensor<?x1x?xF>) -> (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>)
          %o2, %l2 = fidelity.linear_attention %q, %k, %v decay %once beta %b state %s update_rule(gated_delta) {causal = false}
            : (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x1x?x?xF>, tensor<1x1x1x1xF>, tensor<?x1x?xF>, tensor<?x1x?x?xF>) -> (tensor<?x3x?x?xF>, tensor<?x1x?x?xF>)
          return %o0, %l0, %o1, %l1, %o2, %l2
            : tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x3x?x?xF>, tensor<?x1x?x?xF>, tensor<?x3x?x?xF>, tensor<?x1x?x?xF>
        }",
        calls: &[
            &[&[2, 3, 0, 3], &[2, 1, 0, 3], &[2, 1, 0, 5], &[2, 1, 0, 3], &[2, 1, 0], &[2, 1, 3, 5]],
            &[&[2, 3, 6, 0], &[2, 1, 6, 0], &[2, 1, 6, 5], &[2, 1, 6, 0], &[2, 1, 6], &[2, 1, 0, 5]],
            &[&[2, 3, 6, 3], &[2, 1, 6, 3], &[2, 1, 6, 0], &[2, 1, 6, 3], &[2, 1, 6], &[2, 1, 3, 0]],
            &[&[1, 3, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1], &[1, 1, 1, 1]],
            &[&[2, 3, 17, 3], &[2, 1, 17, 3], &[2, 1, 17, 5], &[2, 1, 17, 3], &[2, 1, 17], &[2, 1, 3, 5]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // exp(ω q - |q|²/2) is below the least f32.
    Case {
        name: "linear_attention, positive random features of long queries",
        module: "func.func @f(%q: tensor<?x?x?xF>, %k: tensor<?x?x?xF>, %v: tensor<?x?x?xF>, %w: tensor<?x?xF>) -> tensor<?x?x?xF> {
          %far = arith.constant dense<16.0> : tensor<F>
          %long = fidelity.multiply %q, %far : (tensor<?x?x?xF>, tensor<F>) -> tensor<?x?x?xF>
          %o, %l:2 = fidelity.linear_attention %long, %k, %v features %w update_rule(linear) feature_map(positive_random) {normalize}
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>)
          return %o : tensor<?x?x?xF>
        }",
        calls: &[
            &[&[4, 6, 3], &[2, 6, 3], &[2, 6, 5], &[7, 3]],
            &[&[1, 9, 8], &[1, 9, 8], &[1, 9, 4], &[1, 8]],
        ],
        // Exponents of hundreds.
        allowed: Allowed::Roundings(4096),
        floats: ALL,
    },
    // The second half of a sequence goes on from S and z of the first.
    Case {
        name: "linear_attention, positive random features",
        module: "func.func @f(%q: tensor<?x?x?xF>, %k: tensor<?x?x?xF>, %v: tensor<?x?x?xF>, %w: tensor<?x?xF>)
            -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>) {
          %o, %l:2 = fidelity.linear_attention %q, %k, %v features %w update_rule(linear) feature_map(positive_random) {normalize}
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>)
          %p, %m:2 = fidelity.linear_attention %q, %k, %v state %l#0, %l#1 features %w update_rule(linear) feature_map(positive_random)
              {causal = false, normalize, scale = 0.5}
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>)
          %r, %n = fidelity.linear_attention %q, %k, %v features %w update_rule(linear) feature_map(positive_random)
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>)
          return %o, %l#0, %l#1, %p, %m#1, %r, %n : tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>
        }",
        calls: &[
            &[&[4, 0, 3], &[2, 0, 3], &[2, 0, 5], &[7, 3]],
            &[&[4, 6, 0], &[2, 6, 0], &[2, 6, 5], &[7, 0]],
            &[&[4, 6, 3], &[2, 6, 3], &[2, 6, 5], &[0, 3]],
            &[&[4, 6, 3], &[2, 6, 3], &[2, 6, 0], &[7, 3]],
            &[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1]],
            &[&[4, 17, 3], &[2, 17, 3], &[2, 17, 5], &[7, 3]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // A query whose features are all 0 reads 0.
    Case {
        name: "linear_attention, normalised",
        module: "func.func @f(%q: tensor<4x?x3xF>, %k: tensor<2x?x3xF>, %v: tensor<2x?x5xF>, %x: tensor<2x?x3xF>, %y: tensor<2x?xF>)
            -> (tensor<4x?x5xF>, tensor<2x3x5xF>, tensor<2x3xF>, tensor<4x?x5xF>, tensor<2x3xF>, tensor<4x?x5xF>, tensor<2x3xf32>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %quarter = arith.constant dense<0.25> : tensor<F>
          %state = arith.constant dense<0.5> : tensor<2x3x5xf32>
          %sums = arith.constant dense<2.0> : tensor<2x3xf32>
          %x0 = fidelity.relu %x : tensor<2x?x3xF>
          %g = fidelity.subtract %zero, %x0 : (tensor<F>, tensor<2x?x3xF>) -> tensor<2x?x3xF>
          %short = fidelity.multiply %k, %quarter : (tensor<2x?x3xF>, tensor<F>) -> tensor<2x?x3xF>
          %b = fidelity.sigmoid %y : tensor<2x?xF>
          %o0, %l0:2 = fidelity.linear_attention %q, %k, %v update_rule(linear) feature_map(relu) {normalize}
            : (tensor<4x?x3xF>, tensor<2x?x3xF>, tensor<2x?x5xF>) -> (tensor<4x?x5xF>, tensor<2x3x5xF>, tensor<2x3xF>)
          %o1, %l1:2 = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) feature_map(elu_plus_one) {normalize}
            : (tensor<4x?x3xF>, tensor<2x?x3xF>, tensor<2x?x5xF>, tensor<2x?x3xF>) -> (tensor<4x?x5xF>, tensor<2x3x5xF>, tensor<2x3xF>)
          %o2, %l2:2 = fidelity.linear_attention %q, %short, %v decay %g beta %b state %state, %sums update_rule(gated_delta) feature_map(relu) {normalize}
            : (tensor<4x?x3xF>, tensor<2x?x3xF>, tensor<2x?x5xF>, tensor<2x?x3xF>, tensor<2x?xF>, tensor<2x3x5xf32>, tensor<2x3xf32>) -> (tensor<4x?x5xF>, tensor<2x3x5xf32>, tensor<2x3xf32>)
          return %o0, %l0#0, %l0#1, %o1, %l1#1, %o2, %l2#1
            : tensor<4x?x5xF>, tensor<2x3x5xF>, tensor<2x3xF>, tensor<4x?x5xF>, tensor<2x3xF>, tensor<4x?x5xF>, tensor<2x3xf32>
        }",
        calls: &[
            &[&[4, 0, 3], &[2, 0, 3], &[2, 0, 5], &[2, 0, 3], &[2, 0]],
            &[&[4, 1, 3], &[2, 1, 3], &[2, 1, 5], &[2, 1, 3], &[2, 1]],
            &[&[4, 17, 3], &[2, 17, 3], &[2, 17, 5], &[2, 17, 3], &[2, 17]],
        ],
        allowed: Allowed::Roundings(1024),
        floats: ALL,
    },
    Case {
        name: "linear_attention, a single step",
        module: "func.func @f(%q: tensor<2x4x1x3xF>, %k: tensor<2x2x1x3xF>, %v: tensor<2x2x1x5xF>, %g: tensor<2x2x1x1xF>, %b: tensor<2x1x1xF>, %s: tensor<2x2x3x5xF>)
            -> (tensor<2x4x1x5xF>, tensor<2x2x3x5xF>) {
          %o, %l = fidelity.linear_attention %q, %k, %v decay %g beta %b state %s update_rule(gated_delta)
            : (tensor<2x4x1x3xF>, tensor<2x2x1x3xF>, tensor<2x2x1x5xF>, tensor<2x2x1x1xF>, tensor<2x1x1xF>, tensor<2x2x3x5xF>) -> (tensor<2x4x1x5xF>, tensor<2x2x3x5xF>)
          return %o, %l : tensor<2x4x1x5xF>, tensor<2x2x3x5xF>
        }",
        calls: &[&[&[2, 4, 1, 3], &[2, 2, 1, 3], &[2, 2, 1, 5], &[2, 2, 1, 1], &[2, 1, 1], &[2, 2, 3, 5]]],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // Other dimensions of size 1 than the one that a step lacks.
    Case {
        name: "linear_attention, of one sequence",
        module: "func.func @f(%q: tensor<1x4x?x?xF>, %k: tensor<1x4x?x?xF>, %v: tensor<1x4x?x?xF>, %r: tensor<1x4x1x3xF>, %s: tensor<1x2x3x3xF>)
            -> (tensor<1x4x?x?xF>, tensor<1x4x?x?xF>, tensor<1x4x1x3xF>, tensor<1x2x3x3xF>) {
          %heads = tensor.extract_slice %r[0, 0, 0, 0] [1, 2, 1, 3] [1, 1, 1, 1] : tensor<1x4x1x3xF> to tensor<1x2x1x3xF>
          %o, %l = fidelity.linear_attention %q, %k, %v update_rule(linear)
            : (tensor<1x4x?x?xF>, tensor<1x4x?x?xF>, tensor<1x4x?x?xF>) -> (tensor<1x4x?x?xF>, tensor<1x4x?x?xF>)
          %p, %m = fidelity.linear_attention %r, %heads, %heads state %s update_rule(linear)
            : (tensor<1x4x1x3xF>, tensor<1x2x1x3xF>, tensor<1x2x1x3xF>, tensor<1x2x3x3xF>) -> (tensor<1x4x1x3xF>, tensor<1x2x3x3xF>)
          return %o, %l, %p, %m : tensor<1x4x?x?xF>, tensor<1x4x?x?xF>, tensor<1x4x1x3xF>, tensor<1x2x3x3xF>
        }",
        calls: &[
            &[&[1, 4, 1, 3], &[1, 4, 1, 3], &[1, 4, 1, 5], &[1, 4, 1, 3], &[1, 2, 3, 3]],
            &[&[1, 4, 7, 3], &[1, 4, 7, 3], &[1, 4, 7, 5], &[1, 4, 1, 3], &[1, 2, 3, 3]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
];
