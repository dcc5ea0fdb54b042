//! Normalisation.

use super::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    Case {
        name: "rms_norm",
        module: "func.func @f(%x: tensor<?x?xF>, %w: tensor<?xF>) -> (tensor<?x?xF>, tensor<?x?xF>) {
          %y = fidelity.rms_norm %x weight %w {epsilon = 1.0e-6 : f64} : (tensor<?x?xF>, tensor<?xF>) -> tensor<?x?xF>
          %z = fidelity.rms_norm %x : (tensor<?x?xF>) -> tensor<?x?xF>
          return %y, %z : tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 5], &[5]],
            &[&[2, 0], &[0]],
            &[&[1, 1], &[1]],
            &[&[3, 37], &[37]],
        ],
        allowed: Allowed::Roundings(32),
        floats: ALL,
    },
];
