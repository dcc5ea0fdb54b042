//! What of ours is measured: how weights are stored, and how a function is compiled.

use fidelity_dialect::Storage;
use fidelity_tools::{
    compile::{self, CodeTarget},
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::Context;
use ods_bridge::Jit;
use std::{error::Error, path::Path};

/// The storages that are measured: those of kernels, and one that becomes loops.
pub const STORAGES: [Storage; 3] = [Storage::Tiled2, Storage::Tiled5, Storage::Packed2];

/// The type of a ternary matrix.
pub fn matrix_type(storage: Storage, outputs: usize, inputs: usize) -> String {
    format!("tensor<{outputs}x{inputs}xi8, #fidelity.tensor<storage = {storage}>>")
}

/// Compiles a function of a module for so many threads of this processor.
///
/// # Errors
///
/// When the module is not valid, or a pass fails.
pub fn compile<'c>(
    context: &'c Context,
    llvm: &'c LlvmContext,
    text: &str,
    name: &str,
    threads: usize,
) -> Result<Jit<'c>, Box<dyn Error>> {
    let path = Path::new("benchmark");
    let module = fidelity_tools::module::parse(context, path, text.as_bytes())?;
    let level = OptimizationLevel::Default;
    let target = CodeTarget {
        machine: &compile::machine(None, None, level)?,
        level,
        threads: u32::try_from(threads)?,
    };
    let compiled = Compiled::for_target(context, llvm, path, module, &[name], target)?;
    Ok(compiled.into_parts().0)
}
