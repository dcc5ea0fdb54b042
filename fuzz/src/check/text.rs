//! Text and bytecode, there and back.

use super::{NAME, context, parse};
use fidelity_tools::{module, registry};
use melior::ir::{
    Module,
    operation::{OperationLike, OperationPrintingFlags},
};
use std::{fs, path::Path};

/// Printing, in both forms, and writing bytecode lose nothing.
pub fn round_trips(text: &str, folder: &Path) -> Result<(), String> {
    let first = context();
    let module = parse(&first, text)?;
    let pretty = print(&module);
    let generic = print_generic(&module)?;
    for (what, written) in [("the pretty form", &pretty), ("the generic form", &generic)] {
        let context = context();
        let module = parse(&context, written)
            .map_err(|error| format!("{what} does not parse: {error}\n{written}"))?;
        same(what, &pretty, &print(&module))?;
        same(what, &generic, &print_generic(&module)?)?;
    }
    let file = folder.join("module.mlirbc");
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    fs::write(&file, module.as_operation().write_bytecode()).map_err(failed)?;
    let context = context();
    let read = module::read(&context, &file)?;
    same("bytecode", &pretty, &print(&read))
}

/// Canonicalising what is canonical changes nothing.
pub fn canonicalizes(text: &str) -> Result<(), String> {
    registry::register_passes();
    let canonical = |text: &str| {
        let context = context();
        let mut module = parse(&context, text)?;
        module::run_passes(&context, Path::new(NAME), &mut module, "canonicalize")?;
        Ok::<_, String>(print(&module))
    };
    let once = canonical(text)?;
    same("canonicalising", &once, &canonical(&once)?)
}

fn print(module: &Module<'_>) -> String {
    module.as_operation().to_string()
}

fn print_generic(module: &Module<'_>) -> Result<String, String> {
    let flags = OperationPrintingFlags::new().print_generic_operation_form();
    (module.as_operation().to_string_with_flags(flags)).map_err(|error| error.to_string())
}

/// Checks that two texts are the same.
fn same(what: &str, before: &str, after: &str) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    let differs = |(before, after): &(&str, &str)| before != after;
    let (before_line, after_line) = (before.lines())
        .zip(after.lines())
        .find(differs)
        .unwrap_or(("the end", "the end"));
    Err(format!(
        "expected {what} to give the same text, but got\n{after_line}\nin place of\n{before_line}\n\
         in\n{after}"
    ))
}
