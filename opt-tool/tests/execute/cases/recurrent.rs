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
];
