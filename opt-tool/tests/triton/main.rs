//! What is compiled for Triton, evaluated and compared with the reference
//! interpreter: kernels and plan as `fidelity compile` writes them.
//!
//! `evaluator` evaluates Triton IR; what other targets are tested with too is in
//! `kernels`.

mod evaluator;
#[path = "../kernels/mod.rs"]
mod kernels;
mod model;

use kernels::{
    cases::CASES,
    launcher::{self, Compiled},
    ones,
};
use std::fs;

/// Compiles a module of text as a user does.
fn compile(text: &str) -> Result<Compiled, String> {
    let folder = kernels::compile_for("triton", text)?;
    let output = folder.path().join("out");
    let read = |name: &str| {
        fs::read_to_string(output.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    Compiled::new(&read("launch.json")?, evaluator::evaluate, |name| {
        read(&format!("{name}.ttir"))
    })
}

#[test]
fn kernels_agree_with_the_reference() {
    kernels::agree(CASES, &["f16", "bf16", "f32"], compile);
}

/// A mask that lets the first element beyond a row through is found.
#[test]
fn a_wrong_mask_is_found() {
    let text = "func.func @f(%a: tensor<?x37xf32>) -> tensor<?x37xf32> {
      %0 = fidelity.rms_norm %a : (tensor<?x37xf32>) -> tensor<?x37xf32>
      return %0 : tensor<?x37xf32>
    }";
    let mut compiled = compile(text).expect("kernels");
    compiled.call("f", &[ones(3, 37)]).expect("a right mask");
    let kernel = compiled.kernels.get_mut("f_kernel0").expect("a kernel");
    let wrong = kernel.replace("arith.cmpi slt", "arith.cmpi sle");
    assert_ne!(*kernel, wrong);
    *kernel = wrong;
    // In memory the row after is there to be read, but is written by another.
    let error = compiled.call("f", &[ones(3, 37)]).err().expect("an error");
    assert!(error.contains("is written twice"), "{error}");
    let error = compiled.call("f", &[ones(1, 37)]).err().expect("an error");
    assert!(
        error.contains("argument 0: element 37 of 37 is out of range"),
        "{error}"
    );
}

#[test]
fn the_plan_knows_sizes() {
    launcher::knows_sizes(compile);
}
