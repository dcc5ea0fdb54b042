//! `fidelity compile --target`: for machines that others' compilers make code
//! for.
//!
//! A target is a pipeline that lowers a module to the language of such a
//! compiler. How to launch the result the pipeline says in the attribute
//! `fidelity.launch` of the module, a dictionary, which is taken off what is
//! written and goes into a file of JSON beside it.

mod folder;
mod launch;

use super::{Beside, check_outputs};
use crate::{context, module, output::write_whole, progress::Stages, registry};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::Path;

/// A machine that is no CPU.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    name: &'static str,
    what: &'static str,
    /// The pass pipeline that lowers a module for it.
    pipeline: &'static str,
    form: Form,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The module, and beside it how to launch it.
    File,
    /// A folder: the modules in the module, each a file whose name ends so, and
    /// launch.json.
    Folder(&'static str),
}

/// Every such machine.
const TARGETS: &[Target] = &[
    Target {
        name: "triton",
        what: "GPUs by Triton: a folder of kernels in Triton IR",
        pipeline: "fidelity-triton-pipeline",
        form: Form::Folder("ttir"),
    },
    Target {
        name: "ttir",
        what: "Tenstorrent's TT-Forge: TTIR for tt-mlir",
        pipeline: "fidelity-ttir-pipeline",
        form: Form::File,
    },
];

/// Finds a target by its name, on the command line.
pub fn target_parser() -> impl TypedValueParser<Value = &'static Target> {
    let names = TARGETS
        .iter()
        .map(|target| PossibleValue::new(target.name).help(target.what));
    PossibleValuesParser::new(names).try_map(|name| {
        TARGETS
            .iter()
            .find(|target| target.name == name)
            .ok_or("expected the name of a target")
    })
}

/// Compiles a module for a target.
///
/// # Errors
///
/// What is wrong, with the file and the place in it. Nothing is written then.
pub fn compile(target: &Target, file: &Path, output: &Path) -> Result<(), String> {
    match target.form {
        Form::File => check_outputs(file, output, Some(Beside::LAUNCH))?,
        Form::Folder(_) => folder::check(output)?,
    }
    let stages = Stages::new();
    stages.begin("reading");
    let context = context::new();
    let mut module = module::read(&context, file)?;
    stages.begin("lowering");
    registry::register_passes();
    module::run_passes(&context, file, &mut module, target.pipeline)?;
    let launch =
        launch::take(&mut module).map_err(|error| format!("{}: {error}", file.display()))?;
    stages.begin("writing");
    if let Form::Folder(ending) = target.form {
        let mut files = folder::modules(&module, ending)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        files.push(("launch.json".into(), launch));
        return folder::write(output, &files);
    }
    let text = module.as_operation().to_string();
    write_whole(&Beside::LAUNCH.path(output), |sink| {
        sink.write_all(launch.as_bytes())
    })?;
    write_whole(output, |sink| sink.write_all(text.as_bytes()))
}
