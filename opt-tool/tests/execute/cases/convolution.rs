//! Convolutions over time.

use super::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    // Sequences shorter and longer than the kernel.
    Case {
        name: "causal_conv1d",
        module: "func.func @f(%a: tensor<?x3x?xF>, %k: tensor<3x4xF>, %b: tensor<3xF>, %s: tensor<?x3x3xF>)
            -> (tensor<?x3x?xF>, tensor<?x3x3xF>, tensor<?x3x?xF>, tensor<?x3x3xF>) {
          %y, %l = fidelity.causal_conv1d %a, %k bias %b state %s activation(silu) : (tensor<?x3x?xF>, tensor<3x4xF>, tensor<3xF>, tensor<?x3x3xF>) -> (tensor<?x3x?xF>, tensor<?x3x3xF>)
          %z, %m = fidelity.causal_conv1d %a, %k : (tensor<?x3x?xF>, tensor<3x4xF>) -> (tensor<?x3x?xF>, tensor<?x3x3xF>)
          return %y, %l, %z, %m : tensor<?x3x?xF>, tensor<?x3x3xF>, tensor<?x3x?xF>, tensor<?x3x3xF>
        }",
        calls: &[
            &[&[2, 3, 0], &[3, 4], &[3], &[2, 3, 3]],
            &[&[0, 3, 2], &[3, 4], &[3], &[0, 3, 3]],
            &[&[1, 3, 1], &[3, 4], &[3], &[1, 3, 3]],
            &[&[2, 3, 2], &[3, 4], &[3], &[2, 3, 3]],
            &[&[2, 3, 9], &[3, 4], &[3], &[2, 3, 3]],
        ],
        allowed: Allowed::Roundings(32),
        floats: ALL,
    },
    Case {
        name: "causal_conv1d of no step",
        module: "func.func @f(%a: tensor<2x3x0xF>, %k: tensor<3x4xF>, %s: tensor<2x3x3xF>) -> (tensor<2x3x0xF>, tensor<2x3x3xF>) {
          %y, %l = fidelity.causal_conv1d %a, %k state %s activation(silu) : (tensor<2x3x0xF>, tensor<3x4xF>, tensor<2x3x3xF>) -> (tensor<2x3x0xF>, tensor<2x3x3xF>)
          return %y, %l : tensor<2x3x0xF>, tensor<2x3x3xF>
        }",
        calls: &[&[&[2, 3, 0], &[3, 4], &[2, 3, 3]]],
        allowed: Allowed::Exact,
        floats: ALL,
    },
    // A kernel of one weight has a state of nothing.
    Case {
        name: "causal_conv1d of one weight",
        module: "func.func @f(%a: tensor<2x?x5xF>, %k: tensor<?x1xF>, %s: tensor<2x?x0xF>) -> (tensor<2x?x5xF>, tensor<2x?x0xF>) {
          %y, %l = fidelity.causal_conv1d %a, %k state %s : (tensor<2x?x5xF>, tensor<?x1xF>, tensor<2x?x0xF>) -> (tensor<2x?x5xF>, tensor<2x?x0xF>)
          return %y, %l : tensor<2x?x5xF>, tensor<2x?x0xF>
        }",
        calls: &[
            &[&[2, 0, 5], &[0, 1], &[2, 0, 0]],
            &[&[2, 3, 5], &[3, 1], &[2, 3, 0]],
        ],
        allowed: Allowed::Roundings(32),
        floats: ALL,
    },
];
