//! The activations as functions of a number, for folding constants.

use crate::Approximation;
use std::f64::consts::PI;

/// σ(x) = 1 / (1 + exp(-x))
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// silu(x) = x · σ(x)
pub fn silu(x: f64) -> f64 {
    x * sigmoid(x)
}

/// max(x, 0), NaN staying NaN, which `f64::max` would drop
pub fn relu(x: f64) -> f64 {
    if x > 0.0 || x.is_nan() { x } else { 0.0 }
}

/// log(1 + exp(x)), without overflow
pub fn softplus(x: f64) -> f64 {
    relu(x) + (-x.abs()).exp().ln_1p()
}

/// x + 1 for x > 0, else exp(x)
pub fn elu_plus_one(x: f64) -> f64 {
    if x > 0.0 { x + 1.0 } else { x.exp() }
}

/// x · Φ(x), or its tanh form
pub fn gelu(x: f64, approximation: Approximation) -> f64 {
    match approximation {
        Approximation::None => 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2),
        Approximation::Tanh => {
            0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh())
        }
    }
}
