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
];
