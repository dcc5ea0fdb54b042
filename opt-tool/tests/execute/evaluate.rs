//! The two ways to evaluate a module.

use fidelity_reference::Tensor;
use fidelity_tools::{context, generate::Machine, module, registry, run::Compiled};
use melior::ir::operation::{OperationLike, OperationRef};
use ods_bridge::{name_of, operations_within};
use std::io::Write;

/// Compiles `@f` after some passes, and calls it with each of some inputs.
pub fn compiled(
    text: &str,
    pipeline: &str,
    inputs: &[Vec<Tensor>],
) -> Result<Vec<Vec<Tensor>>, String> {
    let file = file(text)?;
    let context = context::new();
    let llvm = inkwell::context::Context::create();
    let mut module = module::read(&context, file.path())?;
    run_passes(&context, &file, &mut module, pipeline)?;
    let mut compiled = Compiled::new(
        &context,
        &llvm,
        file.path(),
        module,
        &["f"],
        inkwell::OptimizationLevel::Default,
    )?;
    inputs
        .iter()
        .map(|inputs| compiled.call("f", inputs.clone()))
        .collect()
}

/// Whether a module has a sequence op that becomes a recurrence.
pub fn decomposes(text: &str) -> Result<bool, String> {
    let file = file(text)?;
    let context = context::new();
    let mut module = module::read(&context, file.path())?;
    run_passes(&context, &file, &mut module, "fidelity-decompose")?;
    let count = |text: &str| text.matches("fidelity.recurrence").count();
    Ok(count(&module.as_operation().to_string()) > count(text))
}

/// The ops of the dialect that stand in loops after some passes.
pub fn ops_in_loops(text: &str, pipeline: &str) -> Result<Vec<String>, String> {
    let file = file(text)?;
    let context = context::new();
    let mut module = module::read(&context, file.path())?;
    run_passes(&context, &file, &mut module, pipeline)?;
    let in_loop = |operation: &OperationRef<'_, '_>| {
        operation
            .parent_operation()
            .is_some_and(|parent| name_of(parent).starts_with("scf.for"))
    };
    Ok(operations_within(module.as_operation())
        .into_iter()
        .filter(in_loop)
        .map(|operation| name_of(operation).to_owned())
        .filter(|name| fidelity_dialect::OP_NAMES.contains(&name.as_str()))
        .collect())
}

/// Evaluates `@f` op by op.
pub fn reference(text: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
    let file = file(text)?;
    let context = context::new();
    let module = module::read(&context, file.path())?;
    fidelity_dialect::interpreter::evaluate(&module, "f", inputs.to_vec())
        .map_err(|error| error.to_string())
}

fn run_passes(
    context: &melior::Context,
    file: &tempfile::NamedTempFile,
    module: &mut melior::ir::Module<'_>,
    pipeline: &str,
) -> Result<(), String> {
    registry::register_passes();
    Ok(module::run_passes(context, file.path(), module, pipeline)?)
}

fn file(text: &str) -> Result<tempfile::NamedTempFile, String> {
    let mut file =
        tempfile::NamedTempFile::with_suffix(".mlir").map_err(|error| error.to_string())?;
    file.write_all(text.as_bytes())
        .map_err(|error| error.to_string())?;
    Ok(file)
}
