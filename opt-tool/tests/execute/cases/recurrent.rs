//! Recurrent token mixers.

use super::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    Case {
        name: "mlgru",
        module: "func.func @f(%f: tensor<?x?xF>, %c: tensor<?x?xF>, %h: tensor<?xF>, %b: tensor<?xF>)
            -> (tensor<?x?xF>, tensor<?xF>, tensor<?x?xF>, tensor<?xF>) {
          %o, %l = fidelity.mlgru %f, %c state %h lower_bound %b
            : (tensor<?x?xF>, tensor<?x?xF>, tensor<?xF>, tensor<?xF>) -> (tensor<?x?xF>, tensor<?xF>)
          %p, %m = fidelity.mlgru %f, %c activation(tanh) : (tensor<?x?xF>, tensor<?x?xF>) -> (tensor<?x?xF>, tensor<?xF>)
          return %o, %l, %p, %m : tensor<?x?xF>, tensor<?xF>, tensor<?x?xF>, tensor<?xF>
        }",
        calls: &[
            &[&[0, 5], &[0, 5], &[5], &[5]],
            &[&[3, 0], &[3, 0], &[0], &[0]],
            &[&[1, 1], &[1, 1], &[1], &[1]],
            &[&[17, 7], &[17, 7], &[7], &[7]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "mlgru in batches with a gate",
        module: "func.func @f(%f: tensor<2x?x5xF>, %c: tensor<2x?x5xF>, %g: tensor<2x?x5xF>, %h: tensor<2x5xF>)
            -> (tensor<2x?x5xF>, tensor<2x5xF>) {
          %o, %l = fidelity.mlgru %f, %c gate %g state %h
            : (tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x5xF>) -> (tensor<2x?x5xF>, tensor<2x5xF>)
          return %o, %l : tensor<2x?x5xF>, tensor<2x5xF>
        }",
        calls: &[
            &[&[2, 0, 5], &[2, 0, 5], &[2, 0, 5], &[2, 5]],
            &[&[2, 9, 5], &[2, 9, 5], &[2, 9, 5], &[2, 5]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // One step: both results are the same numbers, of which each has a buffer of
    // its own, and what reads them has more loops than what makes them.
    Case {
        name: "mlgru, a single step that is read by more loops",
        module: "func.func @f(%f: tensor<1x5xF>, %c: tensor<1x5xF>, %h: tensor<5xF>, %x: tensor<3x5xF>)
            -> (tensor<1x5xF>, tensor<5xF>, tensor<3x5xF>) {
          %o, %l = fidelity.mlgru %f, %c : (tensor<1x5xF>, tensor<1x5xF>) -> (tensor<1x5xF>, tensor<5xF>)
          %p, %m = fidelity.mlgru %f, %c state %h : (tensor<1x5xF>, tensor<1x5xF>, tensor<5xF>) -> (tensor<1x5xF>, tensor<5xF>)
          %y = fidelity.add %m, %x : (tensor<5xF>, tensor<3x5xF>) -> tensor<3x5xF>
          return %o, %l, %y : tensor<1x5xF>, tensor<5xF>, tensor<3x5xF>
        }",
        calls: &[&[&[1, 5], &[1, 5], &[5], &[3, 5]]],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // Each pre-activation from a rank of its own; no scale of 1/√K where K is 0.
    Case {
        name: "mlstm",
        module: "func.func @f(%q: tensor<?x?x?xF>, %k: tensor<?x?x?xF>, %v: tensor<?x?x?xF>, %i: tensor<?x?xF>, %f: tensor<?x?xF>,
              %C: tensor<?x?x?xF>, %n: tensor<?x?xF>, %m: tensor<?xF>)
            -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>) {
          %h, %l:3 = fidelity.mlstm %q, %k, %v, %i, %f
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xF>)
            -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>)
          %g, %o:3 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m forget(exponential) {scale = 0.75 : f64, epsilon = 0.125 : f64}
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>)
            -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>)
          return %h, %l#0, %l#1, %l#2, %g, %o#0, %o#1, %o#2
            : tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?xF>
        }",
        calls: &[
            &[&[2, 0, 3], &[2, 0, 3], &[2, 0, 5], &[2, 0], &[2, 0], &[2, 3, 5], &[2, 3], &[2]],
            &[&[2, 4, 0], &[2, 4, 0], &[2, 4, 5], &[2, 4], &[2, 4], &[2, 0, 5], &[2, 0], &[2]],
            &[&[2, 4, 3], &[2, 4, 3], &[2, 4, 0], &[2, 4], &[2, 4], &[2, 3, 0], &[2, 3], &[2]],
            &[&[0, 4, 3], &[0, 4, 3], &[0, 4, 5], &[0, 4], &[0, 4], &[0, 3, 5], &[0, 3], &[0]],
            &[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1], &[1, 1], &[1, 1, 1], &[1, 1], &[1]],
            &[&[2, 17, 3], &[2, 17, 3], &[2, 17, 5], &[2, 17], &[2, 17], &[2, 3, 5], &[2, 3], &[2]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    Case {
        name: "mlstm, a single step of one sequence",
        module: "func.func @f(%q: tensor<1x3xF>, %k: tensor<1x3xF>, %v: tensor<1x5xF>, %i: tensor<1xF>, %f: tensor<1xF>,
              %C: tensor<3x5xF>, %n: tensor<3xF>, %m: tensor<F>)
            -> (tensor<1x5xF>, tensor<3x5xF>, tensor<3xF>, tensor<F>) {
          %h, %l:3 = fidelity.mlstm %q, %k, %v, %i, %f state %C, %n, %m
            : (tensor<1x3xF>, tensor<1x3xF>, tensor<1x5xF>, tensor<1xF>, tensor<1xF>, tensor<3x5xF>, tensor<3xF>, tensor<F>)
            -> (tensor<1x5xF>, tensor<3x5xF>, tensor<3xF>, tensor<F>)
          return %h, %l#0, %l#1, %l#2 : tensor<1x5xF>, tensor<3x5xF>, tensor<3xF>, tensor<F>
        }",
        calls: &[&[&[1, 3], &[1, 3], &[1, 5], &[1], &[1], &[3, 5], &[3], &[]]],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // The second sequence goes on from the states of the first: a random n
    // could be near 0, where nothing but the gates' own n is.
    Case {
        name: "slstm",
        module: "func.func @f(%z: tensor<?x?x?x?xF>, %i: tensor<?x?x?x?xF>, %f: tensor<?x?x?x?xF>, %o: tensor<?x?x?x?xF>, %R: tensor<?x?x?x?xF>)
            -> (tensor<?x?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?xF>) {
          %h, %s:4 = fidelity.slstm %z, %i, %f, %o, %R
            : (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>)
            -> (tensor<?x?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>)
          %g, %t:4 = fidelity.slstm %o, %f, %i, %z, %R state %s#0, %s#1, %s#2, %s#3 forget(exponential)
            : (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>)
            -> (tensor<?x?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>)
          return %h, %s#0, %s#1, %s#2, %s#3, %g, %t#3
            : tensor<?x?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?xF>
        }",
        calls: &[
            &[&[2, 0, 2, 3], &[2, 0, 2, 3], &[2, 0, 2, 3], &[2, 0, 2, 3], &[4, 2, 3, 3]],
            &[&[2, 3, 0, 3], &[2, 3, 0, 3], &[2, 3, 0, 3], &[2, 3, 0, 3], &[4, 0, 3, 3]],
            &[&[2, 3, 2, 0], &[2, 3, 2, 0], &[2, 3, 2, 0], &[2, 3, 2, 0], &[4, 2, 0, 0]],
            &[&[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[4, 1, 1, 1]],
            &[&[2, 7, 2, 3], &[2, 7, 2, 3], &[2, 7, 2, 3], &[2, 7, 2, 3], &[4, 2, 3, 3]],
        ],
        allowed: Allowed::Roundings(1024),
        floats: ALL,
    },
    // What a step gives is read again for each of several tokens.
    Case {
        name: "slstm, a single step, whose state is broadcast",
        module: "func.func @f(%z: tensor<1x2x3xF>, %R: tensor<4x2x3x3xF>, %y: tensor<?x2x3xF>) -> tensor<?x2x3xF> {
          %p, %s:4 = fidelity.slstm %z, %z, %z, %z, %R
            : (tensor<1x2x3xF>, tensor<1x2x3xF>, tensor<1x2x3xF>, tensor<1x2x3xF>, tensor<4x2x3x3xF>)
            -> (tensor<1x2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>)
          %w = fidelity.multiply %y, %s#2 : (tensor<?x2x3xF>, tensor<2x3xF>) -> tensor<?x2x3xF>
          return %w : tensor<?x2x3xF>
        }",
        calls: &[&[&[1, 2, 3], &[4, 2, 3, 3], &[4, 2, 3]], &[&[1, 2, 3], &[4, 2, 3, 3], &[0, 2, 3]]],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    Case {
        name: "slstm, a single step of one sequence",
        module: "func.func @f(%z: tensor<1x2x3xF>, %i: tensor<1x2x3xF>, %f: tensor<1x2x3xF>, %o: tensor<1x2x3xF>, %R: tensor<4x2x3x3xF>,
              %c: tensor<2x3xF>, %m: tensor<2x3xF>, %h: tensor<2x3xF>)
            -> (tensor<1x2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>) {
          %n = arith.constant dense<[[1.0, 0.0, 2.0], [-0.0, 1.5, 4.0]]> : tensor<2x3xF>
          %p, %s:4 = fidelity.slstm %z, %i, %f, %o, %R state %c, %n, %m, %h
            : (tensor<1x2x3xF>, tensor<1x2x3xF>, tensor<1x2x3xF>, tensor<1x2x3xF>, tensor<4x2x3x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>)
            -> (tensor<1x2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>)
          return %p, %s#0, %s#1, %s#2, %s#3 : tensor<1x2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>, tensor<2x3xF>
        }",
        calls: &[&[&[1, 2, 3], &[1, 2, 3], &[1, 2, 3], &[1, 2, 3], &[4, 2, 3, 3], &[2, 3], &[2, 3], &[2, 3]]],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // A quarter of α and δ, so that 1 - α ⊙ δ is near 1.
    Case {
        name: "ema",
        module: "func.func @f(%x: tensor<?x?x?xF>, %p: tensor<?x?xF>, %d: tensor<?x?xF>, %b: tensor<?x?xF>, %e: tensor<?x?xF>, %s: tensor<?x?x?xF>)
            -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>) {
          %quarter = arith.constant dense<0.25> : tensor<F>
          %alpha = fidelity.multiply %p, %quarter : (tensor<?x?xF>, tensor<F>) -> tensor<?x?xF>
          %delta = fidelity.multiply %d, %quarter : (tensor<?x?xF>, tensor<F>) -> tensor<?x?xF>
          %y, %l = fidelity.ema %x, %alpha, %delta, %b, %e
            : (tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>)
          %z, %m = fidelity.ema %x, %alpha, %delta, %b, %e state %s
            : (tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>)
          return %y, %l, %z, %m : tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>
        }",
        calls: &[
            &[&[2, 0, 3], &[3, 4], &[3, 4], &[3, 4], &[3, 4], &[2, 3, 4]],
            &[&[2, 5, 0], &[0, 4], &[0, 4], &[0, 4], &[0, 4], &[2, 0, 4]],
            &[&[2, 5, 3], &[3, 0], &[3, 0], &[3, 0], &[3, 0], &[2, 3, 0]],
            &[&[0, 5, 3], &[3, 4], &[3, 4], &[3, 4], &[3, 4], &[0, 3, 4]],
            &[&[1, 1, 1], &[1, 1], &[1, 1], &[1, 1], &[1, 1], &[1, 1, 1]],
            &[&[2, 17, 3], &[3, 4], &[3, 4], &[3, 4], &[3, 4], &[2, 3, 4]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    Case {
        name: "ema, a single step of one sequence",
        module: "func.func @f(%x: tensor<1x3xF>, %p: tensor<3x4xF>, %s: tensor<3x4xF>) -> (tensor<1x3xF>, tensor<3x4xF>) {
          %y, %l = fidelity.ema %x, %p, %p, %p, %p state %s
            : (tensor<1x3xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xF>) -> (tensor<1x3xF>, tensor<3x4xF>)
          return %y, %l : tensor<1x3xF>, tensor<3x4xF>
        }",
        calls: &[&[&[1, 3], &[3, 4], &[3, 4]]],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // Decays of at most 1, some of them 1.
    Case {
        name: "rwkv v6",
        module: "func.func @f(%r: tensor<?x?x?x?xF>, %x: tensor<?x?x?x?xF>, %k: tensor<?x?x?x?xF>, %v: tensor<?x?x?x?xF>, %u: tensor<?x?xF>, %s: tensor<?x?x?x?xF>)
            -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %p = fidelity.relu %x : tensor<?x?x?x?xF>
          %w = fidelity.subtract %zero, %p : (tensor<F>, tensor<?x?x?x?xF>) -> tensor<?x?x?x?xF>
          %o, %l = fidelity.rwkv %r, %w, %k, %v version(v6)
            : (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>)
          %y, %m = fidelity.rwkv %r, %w, %k, %v bonus %u state %s version(v6)
            : (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?xF>, tensor<?x?x?x?xF>) -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>)
          return %o, %l, %y, %m : tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>
        }",
        calls: &[
            &[&[2, 3, 0, 4], &[2, 3, 0, 4], &[2, 3, 0, 4], &[2, 3, 0, 5], &[3, 4], &[2, 3, 4, 5]],
            &[&[2, 0, 6, 4], &[2, 0, 6, 4], &[2, 0, 6, 4], &[2, 0, 6, 5], &[0, 4], &[2, 0, 4, 5]],
            &[&[2, 3, 6, 0], &[2, 3, 6, 0], &[2, 3, 6, 0], &[2, 3, 6, 5], &[3, 0], &[2, 3, 0, 5]],
            &[&[2, 3, 6, 4], &[2, 3, 6, 4], &[2, 3, 6, 4], &[2, 3, 6, 0], &[3, 4], &[2, 3, 4, 0]],
            &[&[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1, 1, 1], &[1, 1], &[1, 1, 1, 1]],
            &[&[2, 3, 17, 4], &[2, 3, 17, 4], &[2, 3, 17, 4], &[2, 3, 17, 5], &[3, 4], &[2, 3, 4, 5]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // Changes of the state that are small enough not to grow.
    Case {
        name: "rwkv v7",
        module: "func.func @f(%r: tensor<?x?x?xF>, %x: tensor<?x?x?xF>, %k: tensor<?x?x?xF>, %v: tensor<?x?x?xF>, %c: tensor<?x?x?xF>, %d: tensor<?x?x?xF>, %u: tensor<?x?xF>, %s: tensor<?x?x?xF>)
            -> (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %quarter = arith.constant dense<0.25> : tensor<F>
          %p = fidelity.relu %x : tensor<?x?x?xF>
          %w = fidelity.subtract %zero, %p : (tensor<F>, tensor<?x?x?xF>) -> tensor<?x?x?xF>
          %a = fidelity.multiply %c, %quarter : (tensor<?x?x?xF>, tensor<F>) -> tensor<?x?x?xF>
          %b = fidelity.multiply %d, %quarter : (tensor<?x?x?xF>, tensor<F>) -> tensor<?x?x?xF>
          %o, %l = fidelity.rwkv %r, %w, %k, %v version(v7)
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>)
          %y, %m = fidelity.rwkv %r, %w, %k, %v erase %a, %b bonus %u state %s version(v7)
            : (tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?xF>, tensor<?x?x?xF>) -> (tensor<?x?x?xF>, tensor<?x?x?xF>)
          return %o, %l, %y, %m : tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>, tensor<?x?x?xF>
        }",
        calls: &[
            &[&[3, 0, 4], &[3, 0, 4], &[3, 0, 4], &[3, 0, 5], &[3, 0, 4], &[3, 0, 4], &[3, 4], &[3, 4, 5]],
            &[&[3, 6, 0], &[3, 6, 0], &[3, 6, 0], &[3, 6, 5], &[3, 6, 0], &[3, 6, 0], &[3, 0], &[3, 0, 5]],
            &[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1, 1], &[1, 1], &[1, 1, 1]],
            &[&[3, 17, 4], &[3, 17, 4], &[3, 17, 4], &[3, 17, 5], &[3, 17, 4], &[3, 17, 4], &[3, 4], &[3, 4, 5]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    Case {
        name: "rwkv, a single step",
        module: "func.func @f(%r: tensor<2x1x3xF>, %w: tensor<2x1x3xF>, %k: tensor<2x1x3xF>, %v: tensor<2x1x5xF>, %a: tensor<2x1x3xF>, %u: tensor<2x3xF>, %s: tensor<2x3x5xF>)
            -> (tensor<2x1x5xF>, tensor<2x3x5xF>, tensor<2x1x5xF>, tensor<2x3x5xF>) {
          %o, %l = fidelity.rwkv %r, %w, %k, %v bonus %u state %s version(v6)
            : (tensor<2x1x3xF>, tensor<2x1x3xF>, tensor<2x1x3xF>, tensor<2x1x5xF>, tensor<2x3xF>, tensor<2x3x5xF>) -> (tensor<2x1x5xF>, tensor<2x3x5xF>)
          %y, %m = fidelity.rwkv %r, %w, %k, %v erase %a, %k bonus %u state %s version(v7)
            : (tensor<2x1x3xF>, tensor<2x1x3xF>, tensor<2x1x3xF>, tensor<2x1x5xF>, tensor<2x1x3xF>, tensor<2x1x3xF>, tensor<2x3xF>, tensor<2x3x5xF>) -> (tensor<2x1x5xF>, tensor<2x3x5xF>)
          return %o, %l, %y, %m : tensor<2x1x5xF>, tensor<2x3x5xF>, tensor<2x1x5xF>, tensor<2x3x5xF>
        }",
        calls: &[&[&[2, 1, 3], &[2, 1, 3], &[2, 1, 3], &[2, 1, 5], &[2, 1, 3], &[2, 3], &[2, 3, 5]]],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
];
