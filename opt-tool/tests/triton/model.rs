//! The block of the MatMul-free language model, for Triton.

use super::{compile, kernels::model};
use std::path::Path;

/// The kernels of the block: norm and activations of three projections, these
/// with what makes the gates of them, the recurrence, norm and gate and
/// activations, their projection with the sum, norm and activations, the gated
/// linear unit's projection, its gate and activations, and the last one with
/// the sum.
const KINDS: &[&str] = &[
    "row",
    "linear",
    "linear",
    "recurrence",
    "linear",
    "row",
    "linear",
    "row",
    "linear",
    "row",
    "linear",
];

#[test]
fn a_block_agrees_with_the_reference() {
    model::agrees(&compile(&model::text()).expect("kernels"));
}

#[test]
fn a_mapped_block_agrees_with_the_reference() {
    model::agrees(&compile(&model::mapped_text()).expect("kernels"));
}

/// A block is few kernels, each of what one launch can compute.
#[test]
fn a_block_is_eleven_kernels() {
    let context = fidelity_tools::context::new();
    let path = Path::new(model::BLOCK);
    let mut module = fidelity_tools::module::read(&context, path).expect("a module");
    fidelity_tools::registry::register_passes();
    let pipeline = fidelity_lowering::triton::pipeline();
    let pipeline = pipeline
        .strip_suffix(",convert-fidelity-to-triton")
        .expect("the last pass");
    fidelity_tools::module::run_passes(&context, path, &mut module, pipeline).expect("kernels");
    let text = module.as_operation().to_string();
    let kinds: Vec<&str> = text
        .split("fidelity.kernel = \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(kinds, [KINDS, KINDS].concat());
}
