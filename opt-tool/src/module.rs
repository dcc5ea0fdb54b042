//! Modules of IR: read, lowered, looked into.

pub use crate::diagnostic::reporting;

use crate::diagnostic::Error;
use fidelity_lowering::cpu;
use fidelity_passes::aliasing::{Alias, aliases_of, function_type};
use inkwell::targets::TargetMachine;
use melior::{
    Context,
    ir::{
        BlockLike, Module, RegionLike,
        attribute::StringAttribute,
        operation::{OperationLike, OperationRef},
        r#type::FunctionType,
    },
    pass::PassManager,
};
use ods_bridge::{name_of, operations_within, parse_module, parse_module_file, set_attribute};
use std::{fs, path::Path};

/// A function that others may call.
#[derive(Clone, Debug)]
pub struct Function<'c> {
    /// Its name, without the @.
    pub name: String,
    /// What it takes and gives.
    pub r#type: FunctionType<'c>,
    /// The arguments whose memory results are written to.
    pub aliases: Vec<Alias>,
}

/// Reads a module from a file of text or bytecode.
///
/// # Errors
///
/// When the file cannot be read, or holds no valid module; the message has a
/// line for each error and note, which begins with its place in the file.
pub fn read<'c>(context: &'c Context, path: &Path) -> Result<Module<'c>, Error> {
    let is_file = fs::File::open(path)
        .and_then(|file| file.metadata())
        .map_err(|error| format!("{}: cannot read: {error}", path.display()))?
        .is_file();
    if !is_file {
        return Err(format!("{}: expected a file", path.display()).into());
    }
    reporting(context, path, || {
        parse_module_file(context, path).ok_or_else(|| "expected a module".into())
    })
}

/// Reads a module from text or bytecode; `path` stands for its file.
///
/// # Errors
///
/// As [`read`].
pub fn parse<'c>(context: &'c Context, path: &Path, source: &[u8]) -> Result<Module<'c>, Error> {
    reporting(context, path, || {
        parse_module(context, source, &path.to_string_lossy())
            .ok_or_else(|| "expected a module".into())
    })
}

/// Runs a pipeline of passes, a list of those on `builtin.module`. The passes
/// are registered already.
///
/// # Errors
///
/// As [`read`], when a pass fails. `path` is the module's file.
pub fn run_passes(
    context: &Context,
    path: &Path,
    module: &mut Module<'_>,
    pipeline: &str,
) -> Result<(), Error> {
    let manager = PassManager::new(context);
    let pipeline = format!("builtin.module({pipeline})");
    melior::utility::parse_pass_pipeline(manager.as_operation_pass_manager(), &pipeline)
        .map_err(|error| error.to_string())?;
    reporting(context, path, || {
        manager.run(module).map_err(|error| error.to_string())
    })
}

/// Lowers a module to the LLVM dialect with `fidelity-cpu-pipeline`, and gives
/// its public functions as they are half-way: on tensors of physical types. Kernels
/// have the instructions of the processor that `machine` is for, and large ones are
/// shared by so many threads.
/// One that is in the LLVM dialect already stays as it is and has none.
///
/// # Errors
///
/// As [`read`], when a pass fails.
pub fn lower_to_llvm<'c>(
    context: &Context,
    path: &Path,
    module: &mut Module<'c>,
    machine: &TargetMachine,
    threads: u32,
) -> Result<Vec<Function<'c>>, Error> {
    let is_lowered = operations_within(module.as_operation())
        .into_iter()
        .all(|operation| {
            let name = name_of(operation);
            name.starts_with("llvm.") || name.starts_with("builtin.")
        });
    if is_lowered {
        return Ok(Vec::new());
    }
    crate::registry::register_passes();
    run_passes(context, path, module, &cpu::tensor_pipeline(threads))?;
    let functions = public_functions(module);
    run_passes(
        context,
        path,
        module,
        &cpu::llvm_pipeline(cpu::isa_of(machine), threads),
    )?;
    Ok(functions)
}

/// The public functions of a module that have a body.
pub fn public_functions<'c>(module: &Module<'c>) -> Vec<Function<'c>> {
    functions(module)
        .filter(|&operation| !is_private(operation))
        .filter_map(|operation| {
            Some(Function {
                name: symbol_of(operation)?,
                r#type: function_type(operation)?,
                // Lowering tells what is wrong with them.
                aliases: aliases_of(operation).unwrap_or_default(),
            })
        })
        .collect()
}

/// Makes all functions private but those named, so that the rest of the module
/// can be left out of the code.
pub fn keep_public(module: &mut Module<'_>, names: &[&str]) {
    for operation in functions(module) {
        if symbol_of(operation).is_some_and(|name| names.contains(&name.as_str())) {
            continue;
        }
        let context = ods_bridge::context_of(operation.context());
        let private = StringAttribute::new(context, "private").into();
        set_attribute(operation, "sym_visibility", private);
    }
}

/// The `func.func` ops of a module that have a body.
fn functions<'c, 'm>(module: &'m Module<'c>) -> impl Iterator<Item = OperationRef<'c, 'm>> {
    std::iter::successors(module.body().first_operation(), |operation| {
        operation.next_in_block()
    })
    .filter(|&operation| {
        name_of(operation) == "func.func"
            && operation
                .region(0)
                .is_ok_and(|body| body.first_block().is_some())
    })
}

fn text_attribute(operation: OperationRef<'_, '_>, name: &str) -> Option<String> {
    let text = StringAttribute::try_from(operation.attribute(name).ok()?).ok()?;
    Some(text.value().to_owned())
}

fn symbol_of(operation: OperationRef<'_, '_>) -> Option<String> {
    text_attribute(operation, "sym_name")
}

fn is_private(operation: OperationRef<'_, '_>) -> bool {
    text_attribute(operation, "sym_visibility").is_some_and(|visibility| visibility == "private")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    /// What reading a module as bytecode says after some bytes of it changed.
    fn damaged(text: &str, from: &[u8], to: &[u8]) -> String {
        changed(text, |bytes| {
            let at = (bytes.windows(from.len())).position(|window| window == from);
            let at = at.unwrap();
            bytes.splice(at..at + from.len(), to.iter().copied());
        })
    }

    fn changed(text: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
        let context = Context::new_with_registry(&registry::dialects(), false);
        let module = Module::parse(&context, text).unwrap();
        let mut bytes = module.as_operation().write_bytecode();
        change(&mut bytes);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.mlirbc");
        fs::write(&path, bytes).unwrap();
        let read = read(&context, &path);
        read.map_or_else(|error| error.to_string(), |_| "read".to_owned())
    }

    #[test]
    fn a_message_that_is_not_utf8_is_told_as_far_as_it_goes() {
        let message = damaged("func.func private @f()", b"builtin\0", b"bu\xffltin\0");
        assert!(
            message.contains(": dialect '… (what follows is not UTF-8)\nnote: "),
            "{message}"
        );
    }

    #[test]
    fn bytecode_of_a_type_that_text_cannot_have_is_refused() {
        // Two sizes: 5, zigzag 10, as a number of one byte 21; -6 is 23.
        let message = damaged(
            "func.func private @f(tensor<5x5xf32>)",
            &[5, 21, 21],
            &[5, 23, 21],
        );
        assert!(
            message.contains("invalid tensor dimension size"),
            "{message}"
        );
    }

    /// The reader may say of which attribute it was surprised, and that may be half made:
    /// it is not printed.
    #[test]
    fn an_attribute_of_a_damaged_file_is_not_printed() {
        // The last byte is the number of the function's name among the attributes.
        let messages: Vec<_> = (0..16)
            .map(|number| {
                changed("func.func private @f()", |bytes| {
                    *bytes.last_mut().unwrap() = 2 * number + 1;
                })
            })
            .collect();
        let expected = "expected mlir::StringAttr, but got: another one\n";
        assert!(
            messages.iter().any(|it| it.contains(expected)),
            "{messages:?}"
        );
    }
}
