//! State-space models.

use super::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    Case {
        name: "ssm.state_update",
        module: "func.func @f(%s: tensor<?x?x4xF>, %x: tensor<?x?xF>, %A: tensor<?x4xF>, %B: tensor<?x1x4xF>, %v: tensor<?xF>, %y: tensor<F>)
            -> (tensor<?x?x4xF>, tensor<?xF>) {
          %n = fidelity.ssm.state_update %s, %x, %A, %B : (tensor<?x?x4xF>, tensor<?x?xF>, tensor<?x4xF>, tensor<?x1x4xF>) -> tensor<?x?x4xF>
          %m = fidelity.ssm.state_update %v, %y, %v, %v : (tensor<?xF>, tensor<F>, tensor<?xF>, tensor<?xF>) -> tensor<?xF>
          return %n, %m : tensor<?x?x4xF>, tensor<?xF>
        }",
        calls: &[
            &[&[0, 3, 4], &[0, 3], &[3, 4], &[0, 1, 4], &[0], &[]],
            &[&[2, 3, 4], &[2, 3], &[3, 4], &[2, 1, 4], &[7], &[]],
        ],
        allowed: Allowed::Roundings(8),
        floats: ALL,
    },
    Case {
        name: "ssm.output",
        module: "func.func @f(%s: tensor<?x?xF>, %C: tensor<?xF>, %D: tensor<?xF>, %x: tensor<?xF>) -> (tensor<?xF>, tensor<?xF>) {
          %y = fidelity.ssm.output %s, %C skip %D, %x : (tensor<?x?xF>, tensor<?xF>, tensor<?xF>, tensor<?xF>) -> tensor<?xF>
          %z = fidelity.ssm.output %s, %C : (tensor<?x?xF>, tensor<?xF>) -> tensor<?xF>
          return %y, %z : tensor<?xF>, tensor<?xF>
        }",
        calls: &[
            &[&[0, 4], &[4], &[0], &[0]],
            &[&[2, 0], &[0], &[2], &[2]],
            &[&[1, 1], &[1], &[1], &[1]],
            &[&[5, 37], &[37], &[5], &[5]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // Of all of the A some are 0: the limit of zoh.
    Case {
        name: "ssm.discretize",
        module: "func.func @f(%t: tensor<?x3xF>, %A: tensor<3x?xF>, %B: tensor<3x?xF>)
            -> (tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>) {
          %R = fidelity.relu %A : tensor<3x?xF>
          %a, %b = fidelity.ssm.discretize %t, %R, %B : (tensor<?x3xF>, tensor<3x?xF>, tensor<3x?xF>) -> (tensor<?x3x?xF>, tensor<?x3x?xF>)
          %c, %d = fidelity.ssm.discretize %t, %A, %B method(euler) : (tensor<?x3xF>, tensor<3x?xF>, tensor<3x?xF>) -> (tensor<?x3x?xF>, tensor<?x3x?xF>)
          %half = arith.constant dense<0.25> : tensor<F>
          %s = fidelity.multiply %half, %t : (tensor<F>, tensor<?x3xF>) -> tensor<?x3xF>
          %e, %g = fidelity.ssm.discretize %s, %A, %B method(bilinear) : (tensor<?x3xF>, tensor<3x?xF>, tensor<3x?xF>) -> (tensor<?x3x?xF>, tensor<?x3x?xF>)
          return %a, %b, %c, %d, %e, %g : tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>, tensor<?x3x?xF>
        }",
        calls: &[
            &[&[0, 3], &[3, 4], &[3, 4]],
            &[&[2, 3], &[3, 0], &[3, 0]],
            &[&[1, 3], &[3, 1], &[3, 1]],
            &[&[5, 3], &[3, 4], &[3, 4]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ssm.discretize, complex",
        module: "func.func @f(%t: tensor<3xF>, %A: tensor<3x4xcomplex<F32>>, %B: tensor<3x4xcomplex<F32>>, %C: tensor<3x4xF>)
            -> (tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>) {
          %a, %b = fidelity.ssm.discretize %t, %A, %B : (tensor<3xF>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>) -> (tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>)
          %c, %d = fidelity.ssm.discretize %t, %C, %B method(euler) : (tensor<3xF>, tensor<3x4xF>, tensor<3x4xcomplex<F32>>) -> (tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>)
          %e, %g = fidelity.ssm.discretize %t, %A, %C method(bilinear) : (tensor<3xF>, tensor<3x4xcomplex<F32>>, tensor<3x4xF>) -> (tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>)
          return %a, %b, %c, %d, %e, %g : tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>
        }",
        calls: &[&[&[3], &[3, 4], &[3, 4], &[3, 4]]],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // A is negative, so that nothing grows.
    Case {
        name: "ssm.scan, selective",
        module: "func.func @f(%x: tensor<?x?x3xF>, %t: tensor<?x?x3xF>, %a: tensor<3x4xF>, %B: tensor<?x?x4xF>, %C: tensor<?x?x4xF>, %D: tensor<3xF>, %z: tensor<?x?x3xF>, %h: tensor<?x3x4xF>)
            -> (tensor<?x?x3xF>, tensor<?x3x4xF>, tensor<?x?x3xF>, tensor<?x3x4xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %e = fidelity.exp %a : tensor<3x4xF>
          %A = fidelity.subtract %zero, %e : (tensor<F>, tensor<3x4xF>) -> tensor<3x4xF>
          %y, %l = fidelity.ssm.scan %x, %A, %B, %C delta %t skip %D gate %z state %h {delta_softplus}
            : (tensor<?x?x3xF>, tensor<3x4xF>, tensor<?x?x4xF>, tensor<?x?x4xF>, tensor<?x?x3xF>, tensor<3xF>, tensor<?x?x3xF>, tensor<?x3x4xF>) -> (tensor<?x?x3xF>, tensor<?x3x4xF>)
          %s = fidelity.sigmoid %t : tensor<?x?x3xF>
          %w, %m = fidelity.ssm.scan %x, %A, %B, %a delta %s
            : (tensor<?x?x3xF>, tensor<3x4xF>, tensor<?x?x4xF>, tensor<3x4xF>, tensor<?x?x3xF>) -> (tensor<?x?x3xF>, tensor<?x3x4xF>)
          return %y, %l, %w, %m : tensor<?x?x3xF>, tensor<?x3x4xF>, tensor<?x?x3xF>, tensor<?x3x4xF>
        }",
        calls: &[
            &[&[2, 0, 3], &[2, 0, 3], &[3, 4], &[2, 0, 4], &[2, 0, 4], &[3], &[2, 0, 3], &[2, 3, 4]],
            &[&[0, 2, 3], &[0, 2, 3], &[3, 4], &[0, 2, 4], &[0, 2, 4], &[3], &[0, 2, 3], &[0, 3, 4]],
            &[&[1, 1, 3], &[1, 1, 3], &[3, 4], &[1, 1, 4], &[1, 1, 4], &[3], &[1, 1, 3], &[1, 3, 4]],
            &[&[2, 7, 3], &[2, 7, 3], &[3, 4], &[2, 7, 4], &[2, 7, 4], &[3], &[2, 7, 3], &[2, 3, 4]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    // Discrete, each of B and C once by step and once by channel; one static step.
    Case {
        name: "ssm.scan, discrete",
        module: "func.func @f(%x: tensor<2x?x3xF>, %A: tensor<3x?xF>, %B: tensor<3x?xF>, %C: tensor<2x?x?xF>, %v: tensor<2x1x3xF>, %h: tensor<2x3x?xF>)
            -> (tensor<2x?x3xF>, tensor<2x3x?xF>, tensor<2x1x3xF>, tensor<2x3x?xF>) {
          %a = fidelity.sigmoid %A : tensor<3x?xF>
          %y, %l = fidelity.ssm.scan %x, %a, %B, %C : (tensor<2x?x3xF>, tensor<3x?xF>, tensor<3x?xF>, tensor<2x?x?xF>) -> (tensor<2x?x3xF>, tensor<2x3x?xF>)
          %w, %m = fidelity.ssm.scan %v, %a, %B, %A gate %v state %h : (tensor<2x1x3xF>, tensor<3x?xF>, tensor<3x?xF>, tensor<3x?xF>, tensor<2x1x3xF>, tensor<2x3x?xF>) -> (tensor<2x1x3xF>, tensor<2x3x?xF>)
          return %y, %l, %w, %m : tensor<2x?x3xF>, tensor<2x3x?xF>, tensor<2x1x3xF>, tensor<2x3x?xF>
        }",
        calls: &[
            &[&[2, 0, 3], &[3, 4], &[3, 4], &[2, 0, 4], &[2, 1, 3], &[2, 3, 4]],
            &[&[2, 3, 3], &[3, 0], &[3, 0], &[2, 3, 0], &[2, 1, 3], &[2, 3, 0]],
            &[&[2, 11, 3], &[3, 5], &[3, 5], &[2, 11, 5], &[2, 1, 3], &[2, 3, 5]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    // What is canonicalised to the ops of a step.
    Case {
        name: "ssm.scan, one discrete step",
        module: "func.func @f(%x: tensor<?x1x3xF>, %A: tensor<3x?xF>, %B: tensor<3x?xF>, %C: tensor<?x1x?xF>, %D: tensor<3xF>, %h: tensor<?x3x?xF>)
            -> (tensor<?x1x3xF>, tensor<?x3x?xF>, tensor<?x1x3xF>) {
          %y, %l = fidelity.ssm.scan %x, %A, %B, %C skip %D state %h : (tensor<?x1x3xF>, tensor<3x?xF>, tensor<3x?xF>, tensor<?x1x?xF>, tensor<3xF>, tensor<?x3x?xF>) -> (tensor<?x1x3xF>, tensor<?x3x?xF>)
          %z, %m = fidelity.ssm.scan %x, %A, %C, %B state %h : (tensor<?x1x3xF>, tensor<3x?xF>, tensor<?x1x?xF>, tensor<3x?xF>, tensor<?x3x?xF>) -> (tensor<?x1x3xF>, tensor<?x3x?xF>)
          return %y, %l, %z : tensor<?x1x3xF>, tensor<?x3x?xF>, tensor<?x1x3xF>
        }",
        calls: &[
            &[&[0, 1, 3], &[3, 4], &[3, 4], &[0, 1, 4], &[3], &[0, 3, 4]],
            &[&[2, 1, 3], &[3, 0], &[3, 0], &[2, 1, 0], &[3], &[2, 3, 0]],
            &[&[1, 1, 3], &[3, 1], &[3, 1], &[1, 1, 1], &[3], &[1, 3, 1]],
            &[&[2, 1, 3], &[3, 5], &[3, 5], &[2, 1, 5], &[3], &[2, 3, 5]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    // So is this one, with Δ and a gate. A is negative.
    Case {
        name: "ssm.scan, one selective step",
        module: "func.func @f(%x: tensor<?x1x?xF>, %t: tensor<?x1x?xF>, %a: tensor<?x?xF>, %B: tensor<?x1x?xF>, %D: tensor<?xF>, %z: tensor<?x1x?xF>, %h: tensor<?x?x?xF>)
            -> (tensor<?x1x?xF>, tensor<?x?x?xF>, tensor<?x1x?xF>, tensor<?x?x?xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %e = fidelity.exp %a : tensor<?x?xF>
          %A = fidelity.subtract %zero, %e : (tensor<F>, tensor<?x?xF>) -> tensor<?x?xF>
          %y, %l = fidelity.ssm.scan %x, %A, %B, %B delta %t skip %D gate %z state %h {delta_softplus}
            : (tensor<?x1x?xF>, tensor<?x?xF>, tensor<?x1x?xF>, tensor<?x1x?xF>, tensor<?x1x?xF>, tensor<?xF>, tensor<?x1x?xF>, tensor<?x?x?xF>) -> (tensor<?x1x?xF>, tensor<?x?x?xF>)
          %w, %m = fidelity.ssm.scan %x, %A, %A, %B delta %t
            : (tensor<?x1x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x1x?xF>, tensor<?x1x?xF>) -> (tensor<?x1x?xF>, tensor<?x?x?xF>)
          return %y, %l, %w, %m : tensor<?x1x?xF>, tensor<?x?x?xF>, tensor<?x1x?xF>, tensor<?x?x?xF>
        }",
        calls: &[
            &[&[0, 1, 3], &[0, 1, 3], &[3, 4], &[0, 1, 4], &[3], &[0, 1, 3], &[0, 3, 4]],
            &[&[2, 1, 3], &[2, 1, 3], &[3, 0], &[2, 1, 0], &[3], &[2, 1, 3], &[2, 3, 0]],
            &[&[1, 1, 1], &[1, 1, 1], &[1, 1], &[1, 1, 1], &[1], &[1, 1, 1], &[1, 1, 1]],
            &[&[2, 1, 7], &[2, 1, 7], &[7, 5], &[2, 1, 5], &[7], &[2, 1, 7], &[2, 7, 5]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    Case {
        name: "ssm.scan, complex",
        module: "func.func @f(%x: tensor<2x?x3xF>, %t: tensor<2x?x3xF>, %A: tensor<3x4xcomplex<F32>>, %B: tensor<2x?x4xcomplex<F32>>, %C: tensor<3x4xcomplex<F32>>, %D: tensor<3xF>, %h: tensor<2x3x4xcomplex<F32>>, %R: tensor<3x4xF>)
            -> (tensor<2x?x3xF>, tensor<2x3x4xcomplex<F32>>, tensor<2x?x3xF>, tensor<2x3x4xcomplex<F32>>, tensor<2x?x3xF>, tensor<2x3x4xF>) {
          %y, %l = fidelity.ssm.scan %x, %A, %B, %C delta %t skip %D state %h
            : (tensor<2x?x3xF>, tensor<3x4xcomplex<F32>>, tensor<2x?x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<2x?x3xF>, tensor<3xF>, tensor<2x3x4xcomplex<F32>>) -> (tensor<2x?x3xF>, tensor<2x3x4xcomplex<F32>>)
          %r = fidelity.sigmoid %R : tensor<3x4xF>
          %w, %m = fidelity.ssm.scan %x, %r, %B, %C : (tensor<2x?x3xF>, tensor<3x4xF>, tensor<2x?x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>) -> (tensor<2x?x3xF>, tensor<2x3x4xcomplex<F32>>)
          %v, %n = fidelity.ssm.scan %x, %r, %R, %C : (tensor<2x?x3xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xcomplex<F32>>) -> (tensor<2x?x3xF>, tensor<2x3x4xF>)
          return %y, %l, %w, %m, %v, %n : tensor<2x?x3xF>, tensor<2x3x4xcomplex<F32>>, tensor<2x?x3xF>, tensor<2x3x4xcomplex<F32>>, tensor<2x?x3xF>, tensor<2x3x4xF>
        }",
        calls: &[
            &[&[2, 0, 3], &[2, 0, 3], &[3, 4], &[2, 0, 4], &[3, 4], &[3], &[2, 3, 4], &[3, 4]],
            &[&[2, 1, 3], &[2, 1, 3], &[3, 4], &[2, 1, 4], &[3, 4], &[3], &[2, 3, 4], &[3, 4]],
            &[&[2, 5, 3], &[2, 5, 3], &[3, 4], &[2, 5, 4], &[3, 4], &[3], &[2, 3, 4], &[3, 4]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    // Groups: as many as heads, fewer, one; of static and of dynamic number.
    Case {
        name: "ssm.ssd",
        module: "func.func @f(%x: tensor<2x?x4x3xF>, %t: tensor<2x?x4xF>, %a: tensor<4xF>, %B: tensor<2x?x2x5xF>, %C: tensor<2x?x2x5xF>, %D: tensor<4xF>, %z: tensor<2x?x4x3xF>, %h: tensor<2x4x3x5xF>, %G: tensor<2x?x?x5xF>)
            -> (tensor<2x?x4x3xF>, tensor<2x4x3x5xF>, tensor<2x?x4x3xF>, tensor<2x4x3x5xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %e = fidelity.exp %a : tensor<4xF>
          %A = fidelity.subtract %zero, %e : (tensor<F>, tensor<4xF>) -> tensor<4xF>
          %y, %l = fidelity.ssm.ssd %x, %t, %A, %B, %C skip %D gate %z state %h {delta_softplus}
            : (tensor<2x?x4x3xF>, tensor<2x?x4xF>, tensor<4xF>, tensor<2x?x2x5xF>, tensor<2x?x2x5xF>, tensor<4xF>, tensor<2x?x4x3xF>, tensor<2x4x3x5xF>) -> (tensor<2x?x4x3xF>, tensor<2x4x3x5xF>)
          %s = fidelity.sigmoid %t : tensor<2x?x4xF>
          %w, %m = fidelity.ssm.ssd %x, %s, %A, %G, %G : (tensor<2x?x4x3xF>, tensor<2x?x4xF>, tensor<4xF>, tensor<2x?x?x5xF>, tensor<2x?x?x5xF>) -> (tensor<2x?x4x3xF>, tensor<2x4x3x5xF>)
          return %y, %l, %w, %m : tensor<2x?x4x3xF>, tensor<2x4x3x5xF>, tensor<2x?x4x3xF>, tensor<2x4x3x5xF>
        }",
        calls: &[
            &[&[2, 0, 4, 3], &[2, 0, 4], &[4], &[2, 0, 2, 5], &[2, 0, 2, 5], &[4], &[2, 0, 4, 3], &[2, 4, 3, 5], &[2, 0, 1, 5]],
            &[&[2, 1, 4, 3], &[2, 1, 4], &[4], &[2, 1, 2, 5], &[2, 1, 2, 5], &[4], &[2, 1, 4, 3], &[2, 4, 3, 5], &[2, 1, 4, 5]],
            &[&[2, 7, 4, 3], &[2, 7, 4], &[4], &[2, 7, 2, 5], &[2, 7, 2, 5], &[4], &[2, 7, 4, 3], &[2, 4, 3, 5], &[2, 7, 2, 5]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    // What is canonicalised to the ops of a step.
    Case {
        name: "ssm.ssd, one step",
        module: "func.func @f(%x: tensor<?x1x?x3xF>, %t: tensor<?x1x?xF>, %a: tensor<?xF>, %B: tensor<?x1x1x5xF>, %z: tensor<?x1x?x3xF>, %h: tensor<?x?x3x5xF>)
            -> (tensor<?x1x?x3xF>, tensor<?x?x3x5xF>, tensor<?x1x?x3xF>) {
          %zero = arith.constant dense<0.0> : tensor<F>
          %e = fidelity.exp %a : tensor<?xF>
          %A = fidelity.subtract %zero, %e : (tensor<F>, tensor<?xF>) -> tensor<?xF>
          %y, %l = fidelity.ssm.ssd %x, %t, %A, %B, %B skip %a gate %z state %h {delta_softplus}
            : (tensor<?x1x?x3xF>, tensor<?x1x?xF>, tensor<?xF>, tensor<?x1x1x5xF>, tensor<?x1x1x5xF>, tensor<?xF>, tensor<?x1x?x3xF>, tensor<?x?x3x5xF>) -> (tensor<?x1x?x3xF>, tensor<?x?x3x5xF>)
          %w, %m = fidelity.ssm.ssd %x, %t, %A, %B, %B : (tensor<?x1x?x3xF>, tensor<?x1x?xF>, tensor<?xF>, tensor<?x1x1x5xF>, tensor<?x1x1x5xF>) -> (tensor<?x1x?x3xF>, tensor<?x?x3x5xF>)
          return %y, %l, %w : tensor<?x1x?x3xF>, tensor<?x?x3x5xF>, tensor<?x1x?x3xF>
        }",
        calls: &[
            &[&[0, 1, 2, 3], &[0, 1, 2], &[2], &[0, 1, 1, 5], &[0, 1, 2, 3], &[0, 2, 3, 5]],
            &[&[2, 1, 0, 3], &[2, 1, 0], &[0], &[2, 1, 1, 5], &[2, 1, 0, 3], &[2, 0, 3, 5]],
            &[&[1, 1, 1, 3], &[1, 1, 1], &[1], &[1, 1, 1, 5], &[1, 1, 1, 3], &[1, 1, 3, 5]],
            &[&[2, 1, 4, 3], &[2, 1, 4], &[4], &[2, 1, 1, 5], &[2, 1, 4, 3], &[2, 4, 3, 5]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    Case {
        name: "ssm.ssd of dynamic sizes",
        module: "func.func @f(%x: tensor<?x?x?x?xF>, %t: tensor<?x?x?xF>, %A: tensor<?xF>, %B: tensor<?x?x?x?xF>, %h: tensor<?x?x?x?xF>) -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) {
          %a = fidelity.sigmoid %A : tensor<?xF>
          %zero = arith.constant dense<0.0> : tensor<F>
          %n = fidelity.subtract %zero, %a : (tensor<F>, tensor<?xF>) -> tensor<?xF>
          %y, %l = fidelity.ssm.ssd %x, %t, %n, %B, %B state %h {delta_softplus} : (tensor<?x?x?x?xF>, tensor<?x?x?xF>, tensor<?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>, tensor<?x?x?x?xF>) -> (tensor<?x?x?x?xF>, tensor<?x?x?x?xF>)
          return %y, %l : tensor<?x?x?x?xF>, tensor<?x?x?x?xF>
        }",
        calls: &[
            &[&[1, 2, 0, 3], &[1, 2, 0], &[0], &[1, 2, 0, 2], &[1, 0, 3, 2]],
            &[&[1, 2, 2, 0], &[1, 2, 2], &[2], &[1, 2, 1, 2], &[1, 2, 0, 2]],
            &[&[1, 5, 6, 2], &[1, 5, 6], &[6], &[1, 5, 3, 2], &[1, 6, 2, 2]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    Case {
        name: "ssm.convolution",
        module: "func.func @f(%x: tensor<?x?x3xF>, %A: tensor<3x4xF>, %B: tensor<3x4xF>, %C: tensor<3x4xcomplex<F32>>, %D: tensor<3xF>, %E: tensor<3x4xcomplex<F32>>)
            -> (tensor<?x?x3xF>, tensor<?x?x3xF>, tensor<?x?x3xF>) {
          %a = fidelity.tanh %A : tensor<3x4xF>
          %y = fidelity.ssm.convolution %x, %a, %B, %A skip %D : (tensor<?x?x3xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3xF>) -> tensor<?x?x3xF>
          %z = fidelity.ssm.convolution %x, %E, %C, %C skip %D : (tensor<?x?x3xF>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3x4xcomplex<F32>>, tensor<3xF>) -> tensor<?x?x3xF>
          %w = fidelity.ssm.convolution %x, %a, %B, %C : (tensor<?x?x3xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xcomplex<F32>>) -> tensor<?x?x3xF>
          return %y, %z, %w : tensor<?x?x3xF>, tensor<?x?x3xF>, tensor<?x?x3xF>
        }",
        calls: &[
            &[&[2, 0, 3], &[3, 4], &[3, 4], &[3, 4], &[3], &[3, 4]],
            &[&[0, 2, 3], &[3, 4], &[3, 4], &[3, 4], &[3], &[3, 4]],
            &[&[1, 1, 3], &[3, 4], &[3, 4], &[3, 4], &[3], &[3, 4]],
            &[&[2, 10, 3], &[3, 4], &[3, 4], &[3, 4], &[3], &[3, 4]],
        ],
        allowed: Allowed::Roundings(256),
        floats: ALL,
    },
    Case {
        name: "state-space models of no step",
        module: "func.func @f(%x: tensor<2x0x3xF>, %A: tensor<3x4xF>, %h: tensor<2x3x4xF>, %X: tensor<2x0x2x3xF>, %t: tensor<2x0x2xF>, %a: tensor<2xF>, %B: tensor<2x0x1x4xF>)
            -> (tensor<2x0x3xF>, tensor<2x3x4xF>, tensor<2x0x2x3xF>, tensor<2x2x3x4xF>, tensor<2x0x3xF>) {
          %y, %l = fidelity.ssm.scan %x, %A, %A, %A delta %x gate %x state %h : (tensor<2x0x3xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<2x0x3xF>, tensor<2x0x3xF>, tensor<2x3x4xF>) -> (tensor<2x0x3xF>, tensor<2x3x4xF>)
          %z, %m = fidelity.ssm.ssd %X, %t, %a, %B, %B : (tensor<2x0x2x3xF>, tensor<2x0x2xF>, tensor<2xF>, tensor<2x0x1x4xF>, tensor<2x0x1x4xF>) -> (tensor<2x0x2x3xF>, tensor<2x2x3x4xF>)
          %w = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<2x0x3xF>, tensor<3x4xF>, tensor<3x4xF>, tensor<3x4xF>) -> tensor<2x0x3xF>
          return %y, %l, %z, %m, %w : tensor<2x0x3xF>, tensor<2x3x4xF>, tensor<2x0x2x3xF>, tensor<2x2x3x4xF>, tensor<2x0x3xF>
        }",
        calls: &[&[&[2, 0, 3], &[3, 4], &[2, 3, 4], &[2, 0, 2, 3], &[2, 0, 2], &[2], &[2, 0, 1, 4]]],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    // A diagonal system between two dense products, as the op's page has it.
    Case {
        name: "S5 by ssm.discretize and recurrence",
        module: "func.func @f(%x: tensor<?x3xcomplex<F32>>, %t: tensor<4xF32>, %A: tensor<4x1xcomplex<F32>>, %B: tensor<3x4xcomplex<F32>>, %C: tensor<4x3xcomplex<F32>>)
            -> tensor<?x3xcomplex<F32>> {
          %c0 = arith.constant 0 : index
          %T = tensor.dim %x, %c0 : tensor<?x3xcomplex<F32>>
          %one = arith.constant dense<(1.0, 0.0)> : tensor<4x1xcomplex<F32>>
          %a, %b = fidelity.ssm.discretize %t, %A, %one : (tensor<4xF32>, tensor<4x1xcomplex<F32>>, tensor<4x1xcomplex<F32>>) -> (tensor<4x1xcomplex<F32>>, tensor<4x1xcomplex<F32>>)
          %none = arith.constant dense<(0.0, 0.0)> : tensor<complex<F32>>
          %zero = tensor.extract %none[] : tensor<complex<F32>>
          %e0 = tensor.empty(%T) : tensor<?x4xcomplex<F32>>
          %i0 = linalg.fill ins(%zero : complex<F32>) outs(%e0 : tensor<?x4xcomplex<F32>>) -> tensor<?x4xcomplex<F32>>
          %p = linalg.matmul ins(%x, %B : tensor<?x3xcomplex<F32>>, tensor<3x4xcomplex<F32>>) outs(%i0 : tensor<?x4xcomplex<F32>>) -> tensor<?x4xcomplex<F32>>
          %h, %l = fidelity.recurrence decay %a key %b value %p
            {indexing_maps = [affine_map<(t, n, o) -> (n, o)>, affine_map<(t, n, o) -> (n, o)>, affine_map<(t, n, o) -> (t, n)>, affine_map<(t, n, o) -> (t, n)>, affine_map<(t, n, o) -> (n, o)>]}
            : (tensor<4x1xcomplex<F32>>, tensor<4x1xcomplex<F32>>, tensor<?x4xcomplex<F32>>) -> (tensor<?x4xcomplex<F32>>, tensor<4x1xcomplex<F32>>)
          %e1 = tensor.empty(%T) : tensor<?x3xcomplex<F32>>
          %i1 = linalg.fill ins(%zero : complex<F32>) outs(%e1 : tensor<?x3xcomplex<F32>>) -> tensor<?x3xcomplex<F32>>
          %y = linalg.matmul ins(%h, %C : tensor<?x4xcomplex<F32>>, tensor<4x3xcomplex<F32>>) outs(%i1 : tensor<?x3xcomplex<F32>>) -> tensor<?x3xcomplex<F32>>
          return %y : tensor<?x3xcomplex<F32>>
        }",
        calls: &[
            &[&[0, 3], &[4], &[4, 1], &[3, 4], &[4, 3]],
            &[&[6, 3], &[4], &[4, 1], &[3, 4], &[4, 3]],
        ],
        allowed: Allowed::Roundings(256),
        floats: &["f32", "f64"],
    },
];
