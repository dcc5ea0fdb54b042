//! `fidelity compile --target`: for machines that others' compilers make code
//! for.
//!
//! A target is a pipeline that lowers a module to the language of such a
//! compiler. How to launch the result the pipeline says in the attribute
//! `fidelity.launch` of the module, a dictionary, which is taken off what is
//! written and goes into a file of JSON beside it.

mod folder;
mod launch;

pub use launch::take as take_launch;

use super::{Beside, check_outputs};
use crate::{circt, context, module, output::write_whole, progress::Stages, registry};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::{ffi::OsStr, path::Path};

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
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The module, or what its compiler makes of it where we run that, and
    /// beside it how to launch it.
    File(Option<Translation>),
    /// A folder: the modules in the module, each a file whose name ends so, and
    /// launch.json.
    Folder(&'static str),
}

/// A language that the lowered module's text is translated to.
#[derive(Clone, Copy, Debug)]
struct Translation {
    /// What the names of its files end in.
    ending: &'static str,
    translate: fn(&str) -> Result<Vec<u8>, String>,
}

/// Every such machine.
const TARGETS: &[Target] = &[
    Target {
        name: "fpga",
        what: "hardware: SystemVerilog (.sv), or hw, comb and seq for CIRCT (.mlir)",
        pipeline: "fidelity-hw-pipeline",
        form: Form::File(Some(Translation {
            ending: "sv",
            translate: circt::system_verilog,
        })),
    },
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
        form: Form::File(None),
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

impl Target {
    /// The translation that an output's name asks for, `None` for the module's
    /// text.
    fn translation(&self, output: &Path) -> Result<Option<Translation>, String> {
        let Form::File(Some(translation)) = self.form else {
            return Ok(None);
        };
        match output.extension().and_then(OsStr::to_str) {
            Some("mlir") => Ok(None),
            Some(ending) if ending == translation.ending => Ok(Some(translation)),
            _ => Err(format!(
                "{}: expected an output that ends in .{} or .mlir",
                output.display(),
                translation.ending
            )),
        }
    }
}

/// Compiles a module for a target; `options` are those of its pipeline.
///
/// # Errors
///
/// What is wrong, with the file and the place in it. Nothing is written then.
pub fn compile(target: &Target, options: &str, file: &Path, output: &Path) -> Result<(), String> {
    match target.form {
        Form::File(_) => check_outputs(file, output, Some(Beside::LAUNCH))?,
        Form::Folder(_) => folder::check(output)?,
    }
    let translation = target.translation(output)?;
    let stages = Stages::new();
    stages.begin("reading");
    let context = context::new();
    let mut module = module::read(&context, file)?;
    stages.begin("lowering");
    registry::register_passes();
    let pipeline = match options.trim() {
        "" => target.pipeline.to_owned(),
        options => format!("{}{{{options}}}", target.pipeline),
    };
    module::run_passes(&context, file, &mut module, &pipeline)?;
    let failed = |error| format!("{}: {error}", file.display());
    let launch = launch::take(&mut module, &[]).map_err(failed)?;
    if let Form::Folder(ending) = target.form {
        stages.begin("writing");
        let mut files = folder::modules(&module, ending).map_err(failed)?;
        files.push(("launch.json".into(), launch));
        return folder::write(output, &files);
    }
    let mut text = module.as_operation().to_string().into_bytes();
    if let Some(Translation { translate, .. }) = translation {
        stages.begin("translating");
        text = translate(&String::from_utf8_lossy(&text)).map_err(failed)?;
    }
    stages.begin("writing");
    write_whole(&Beside::LAUNCH.path(output), |sink| {
        sink.write_all(launch.as_bytes())
    })?;
    write_whole(output, |sink| sink.write_all(&text))
}
