//! What is lowered to the gpu dialect, evaluated and compared with the reference
//! interpreter.
//!
//! | file | what it is |
//! | --- | --- |
//! | `evaluator` | runs the threads of a grid |
//! | `threads` | values of the threads that are at a place |
//! | `cases` | what other targets cannot do |
//! | `code` | what vendors' machines get calls no library |
//! | `device` | the same on a GPU, where there is one |
//!
//! What other targets are tested with too is in `kernels`.

mod cases;
mod code;
mod device;
mod evaluator;
#[path = "../kernels/mod.rs"]
mod kernels;
mod threads;

use fidelity_tools::{compile::take_launch, context, module, registry};
use kernels::{
    cases::CASES,
    launcher::{self, Compiled, function_of, list},
    model, ones,
};
use std::{fs, path::Path};

const FLOATS: &[&str] = &["f16", "bf16", "f32", "f64"];

/// Lowers a module of text.
fn compile(text: &str) -> Result<Compiled, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let source = folder.path().join("module.mlir");
    fs::write(&source, text).map_err(|error| error.to_string())?;
    compile_file(&source)
}

fn compile_file(source: &Path) -> Result<Compiled, String> {
    registry::register_passes();
    let context = context::new();
    let mut module = module::read(&context, source)?;
    let pipeline = fidelity_lowering::gpu::GPU_PIPELINE;
    module::run_passes(&context, source, &mut module, pipeline)?;
    let plan = take_launch(&mut module, &[])?;
    let text = module.as_operation().to_string();
    // All kernels are in one module.
    Compiled::new(&plan, evaluator::evaluate, |_| Ok(text.clone()))
}

#[test]
fn kernels_agree_with_the_reference() {
    kernels::agree(CASES, FLOATS, compile);
}

#[test]
fn kernels_of_gpus_alone_agree_with_the_reference() {
    kernels::agree(cases::CASES, FLOATS, compile);
}

#[test]
fn a_block_agrees_with_the_reference() {
    let compiled = compile_file(Path::new(model::BLOCK)).expect("kernels");
    for name in ["step", "sequence"] {
        let function = function_of(&compiled.plan, name).expect("a plan");
        assert_eq!(list(&function["kernels"]).map(Vec::len), Ok(11), "{name}");
    }
    model::agrees(&compiled);
}

#[test]
fn a_mapped_block_agrees_with_the_reference() {
    model::agrees(&compile(&model::mapped_text()).expect("kernels"));
}

#[test]
fn the_plan_knows_sizes() {
    launcher::knows_sizes(compile);
}

const NORM: &str = "func.func @f(%a: tensor<?x37xf32>) -> tensor<?x37xf32> {
  %0 = fidelity.rms_norm %a : (tensor<?x37xf32>) -> tensor<?x37xf32>
  %1 = fidelity.rms_norm %0 : (tensor<?x37xf32>) -> tensor<?x37xf32>
  return %1 : tensor<?x37xf32>
}";

/// What the evaluator says of the kernel of two norms, called with two rows,
/// when its text is changed.
fn error_of(change: impl FnOnce(&str) -> String) -> String {
    let mut compiled = compile(NORM).expect("kernels");
    let kernel = compiled.kernels.get_mut("f_kernel0").expect("a kernel");
    let wrong = change(kernel);
    assert_ne!(*kernel, wrong, "{kernel}");
    *kernel = wrong;
    let called = compiled.call("f", &[ones(2, 37)]);
    called.err().expect("an error")
}

#[test]
fn a_right_kernel_is_no_error() {
    let called = compile(NORM).expect("kernels").call("f", &[ones(2, 37)]);
    assert_eq!(called.map(|called| called.launched.len()), Ok(1));
}

/// The last row would end beyond its memory.
#[test]
fn a_wrong_size_is_found() {
    let error =
        error_of(|kernel| kernel.replace("%c37 = arith.constant 37", "%c37 = arith.constant 38"));
    assert!(
        error.contains("argument 0: element 74 of 74 is out of range"),
        "{error}"
    );
}

/// Each barrier is needed.
#[test]
fn a_missing_barrier_is_found() {
    let count = compile(NORM).expect("kernels").kernels["f_kernel0"]
        .matches("gpu.barrier")
        .count();
    // For each sum one in its loop and one after it, and one before the second.
    assert_eq!(count, 5);
    for missing in 0..count {
        let error = error_of(|kernel| {
            let parts: Vec<&str> = kernel.split("gpu.barrier").collect();
            [
                parts[..=missing].join("gpu.barrier"),
                parts[missing + 1..].join("gpu.barrier"),
            ]
            .concat()
        });
        assert!(
            error.contains("is read and written by two programs")
                || error.contains("is written twice"),
            "barrier {missing}: {error}"
        );
    }
}

/// A barrier that some threads do not come to stops a GPU.
#[test]
fn a_barrier_in_a_branch_is_found() {
    let error = error_of(|kernel| {
        let kernel = kernel.replacen("gpu.barrier", "", 1);
        let branch = kernel.find("scf.if").expect("a branch");
        let (before, after) = kernel.split_at(branch);
        [before, &after.replacen('{', "{ gpu.barrier", 1)].concat()
    });
    assert!(
        error.contains("gpu.barrier: expected all 64 threads of the block, but got 32"),
        "{error}"
    );
}
