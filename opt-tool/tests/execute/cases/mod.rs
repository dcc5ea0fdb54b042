//! What is executed: functions of each op, and the shapes they are called with.
//! One file per family, as in the dialect.

mod attention;
mod convolution;
mod core;
mod elementwise;
mod norm;
mod recurrent;
mod routing;
mod state_space;
mod ternary;

use std::sync::LazyLock;

/// A function `@f` of a module, with `F` for a float type and `PACKED` for a
/// packed storage, and the shapes of its inputs. Sizes 0 and 1, sizes that no vector or byte divides, and dynamic
/// ones stand in every table.
pub struct Case {
    /// The op, or what else the case is about.
    pub name: &'static str,
    /// The module.
    pub module: &'static str,
    /// Shapes of the inputs, call by call.
    pub calls: &'static [&'static [&'static [usize]]],
    /// How far results may be from the reference.
    pub allowed: Allowed,
    /// The float types in place of `F`.
    pub floats: &'static [&'static str],
}

/// A tolerance, in terms of the op.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// The reference's value exactly.
    Exact,
    /// That many roundings of the compute type and one of the result's, of
    /// values about the size that the results have.
    Roundings(u32),
    /// As `Roundings(64)`, but that a value on the boundary of rounding may
    /// have gone to the other side: one step of a quantised activation or
    /// trit, in at most one element of fifty (and one at least).
    Steps(f64),
}

const ALL: &[&str] = &["f16", "bf16", "f32", "f64"];
const F32: &[&str] = &["f32"];

const VECTORS: &[&[&[usize]]] = &[&[&[0]], &[&[1]], &[&[7]], &[&[64]]];
const PAIRS: &[&[&[usize]]] = &[
    &[&[0, 5], &[0, 5]],
    &[&[1, 5], &[1, 5]],
    &[&[3, 5], &[3, 5]],
];

/// Every op of the dialect, and compositions.
pub static CASES: LazyLock<Vec<&'static Case>> = LazyLock::new(|| {
    [
        attention::CASES,
        convolution::CASES,
        core::CASES,
        elementwise::CASES,
        norm::CASES,
        recurrent::CASES,
        routing::CASES,
        state_space::CASES,
        ternary::CASES,
    ]
    .into_iter()
    .flatten()
    .collect()
});
