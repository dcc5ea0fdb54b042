//! What the gpu dialect has and other targets that launch kernels have not.

use super::kernels::cases::{ALL, Allowed, Case};

pub const CASES: &[Case] = &[
    Case {
        name: "rms_norm of rows of any length",
        module: "func.func @f(%a: tensor<?x?xF>, %w: tensor<?xF>, %b: tensor<?xF>) -> (tensor<?x?xF>, tensor<?x?xF>, tensor<?xF>) {
          %0 = fidelity.rms_norm %a weight %w : (tensor<?x?xF>, tensor<?xF>) -> tensor<?x?xF>
          %1 = fidelity.silu %0 : tensor<?x?xF>
          %2 = fidelity.rms_norm %1 : (tensor<?x?xF>) -> tensor<?x?xF>
          %3 = fidelity.rms_norm %b {epsilon = 1.0e-6 : f64} : (tensor<?xF>) -> tensor<?xF>
          return %0, %2, %3 : tensor<?x?xF>, tensor<?x?xF>, tensor<?xF>
        }",
        calls: &[
            &[&[0, 5], &[5], &[3]],
            &[&[2, 0], &[0], &[0]],
            &[&[1, 1], &[1], &[1]],
            &[&[3, 300], &[300], &[257]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "quantize_activations of rows of any length",
        module: "func.func @f(%a: tensor<?x?xF>) -> (tensor<?x?xi8>, tensor<?x1xC>) {
          %0, %1 = fidelity.quantize_activations %a : (tensor<?x?xF>) -> (tensor<?x?xi8>, tensor<?x1xC>)
          return %0, %1 : tensor<?x?xi8>, tensor<?x1xC>
        }",
        calls: &[&[&[0, 5]], &[&[2, 0]], &[&[1, 1]], &[&[3, 300]]],
        allowed: Allowed::Steps(1.0),
        floats: ALL,
    },
    Case {
        name: "rows longer than a block of Triton's",
        module: "func.func @f(%a: tensor<?x70000xF>) -> tensor<?x70000xF> {
          %0 = fidelity.rms_norm %a : (tensor<?x70000xF>) -> tensor<?x70000xF>
          return %0 : tensor<?x70000xF>
        }",
        calls: &[&[&[0, 70_000]], &[&[1, 70_000]], &[&[2, 70_000]]],
        // A thread adds 274 squares up.
        allowed: Allowed::Roundings(274),
        floats: &["f32"],
    },
    Case {
        name: "ternary_linear, added up in f64",
        module: "func.func @f(%a: tensor<?x300xF>, %w: tensor<5x300xi8>, %s: tensor<5xF>) -> tensor<?x5xF> {
          %0 = fidelity.ternary_linear %a, %w scale %s accumulator(f64) : (tensor<?x300xF>, tensor<5x300xi8>, tensor<5xF>) -> tensor<?x5xF>
          return %0 : tensor<?x5xF>
        }",
        calls: &[
            &[&[0, 300], &[5, 300], &[5]],
            &[&[1, 300], &[5, 300], &[5]],
            &[&[5, 300], &[5, 300], &[5]],
        ],
        // The sum is as good as exact, and scaled in f64.
        allowed: Allowed::Roundings(0),
        floats: &["f16", "bf16", "f32"],
    },
];
