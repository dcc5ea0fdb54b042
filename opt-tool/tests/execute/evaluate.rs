//! The two ways to evaluate a module.

use fidelity_reference::Tensor;
use fidelity_tools::{context, generate::Machine, module, run::Compiled};
use std::io::Write;

/// Compiles `@f` and calls it.
pub fn compiled(text: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
    let file = file(text)?;
    let context = context::new();
    let llvm = inkwell::context::Context::create();
    let module = module::read(&context, file.path())?;
    Compiled::new(
        &context,
        &llvm,
        file.path(),
        module,
        &["f"],
        inkwell::OptimizationLevel::Default,
    )?
    .call("f", inputs.to_vec())
}

/// Evaluates `@f` op by op.
pub fn reference(text: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
    let file = file(text)?;
    let context = context::new();
    let module = module::read(&context, file.path())?;
    fidelity_dialect::interpreter::evaluate(&module, "f", inputs.to_vec())
        .map_err(|error| error.to_string())
}

fn file(text: &str) -> Result<tempfile::NamedTempFile, String> {
    let mut file =
        tempfile::NamedTempFile::with_suffix(".mlir").map_err(|error| error.to_string())?;
    file.write_all(text.as_bytes())
        .map_err(|error| error.to_string())?;
    Ok(file)
}
