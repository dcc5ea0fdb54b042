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
use fidelity_lowering::gpu::binary::VENDORS;
use melior::ir::Module;
use std::{ffi::OsStr, path::Path, sync::LazyLock};

/// A machine that is no CPU.
#[derive(Clone, Debug)]
pub struct Target {
    name: String,
    what: String,
    /// The pass pipeline that lowers a module for it.
    pipeline: &'static str,
    /// The options that make it the pipeline for this machine.
    options: String,
    form: Form,
}

/// What is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The module, or what its compiler makes of it where we run that, and
    /// beside it how to launch it.
    File(Option<Translation>),
    /// A folder: files whose names end so, and launch.json.
    Folder(Content, &'static str),
}

/// What the files of a folder are.
#[derive(Clone, Copy, Debug)]
enum Content {
    /// The modules in the module.
    Modules,
    /// The code in the module, one file, which launch.json names.
    Code,
}

/// A language that the lowered module's text is translated to.
#[derive(Clone, Copy, Debug)]
struct Translation {
    /// What the names of its files end in.
    ending: &'static str,
    translate: fn(&str) -> Result<Vec<u8>, String>,
}

/// Every such machine.
static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    let target = |name: &str, what: &str, pipeline, form| Target {
        name: name.into(),
        what: what.into(),
        pipeline,
        options: String::new(),
        form,
    };
    let system_verilog = Translation {
        ending: "sv",
        translate: circt::system_verilog,
    };
    let gpus = VENDORS.iter().flat_map(|vendor| {
        vendor.chips.iter().map(|chip| Target {
            name: format!("{}:{}", vendor.name, chip.name),
            what: format!("{}: a folder of {}", chip.products, vendor.language),
            pipeline: vendor.pipeline,
            options: format!("chip={}", chip.name),
            form: Form::Folder(Content::Code, vendor.ending),
        })
    });
    [
        target(
            "fpga",
            "hardware: SystemVerilog (.sv), or hw, comb and seq for CIRCT (.mlir)",
            "fidelity-hw-pipeline",
            Form::File(Some(system_verilog)),
        ),
        target(
            "triton",
            "GPUs by Triton: a folder of kernels in Triton IR",
            "fidelity-triton-pipeline",
            Form::Folder(Content::Modules, "ttir"),
        ),
        target(
            "ttir",
            "Tenstorrent's TT-Forge: TTIR for tt-mlir",
            "fidelity-ttir-pipeline",
            Form::File(None),
        ),
    ]
    .into_iter()
    .chain(gpus)
    .collect()
});

/// Finds a target by its name, on the command line.
pub fn target_parser() -> impl TypedValueParser<Value = &'static Target> {
    let names = TARGETS
        .iter()
        .map(|target| PossibleValue::new(target.name.as_str()).help(target.what.as_str()));
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
        Form::Folder(..) => folder::check(output)?,
    }
    let translation = target.translation(output)?;
    let stages = Stages::new();
    stages.begin("reading");
    let context = context::new();
    let mut module = module::read(&context, file)?;
    stages.begin("lowering");
    registry::register_passes();
    let pipeline = match [&target.options, options.trim()].join(" ").trim() {
        "" => target.pipeline.to_owned(),
        options => format!("{}{{{options}}}", target.pipeline),
    };
    module::run_passes(&context, file, &mut module, &pipeline)?;
    let failed = |error| format!("{}: {error}", file.display());
    if let Form::Folder(content, ending) = target.form {
        stages.begin("writing");
        let (mut files, launch) =
            folder_of(target, &mut module, content, ending).map_err(failed)?;
        files.push(("launch.json".into(), launch.into_bytes()));
        return folder::write(output, &files);
    }
    let launch = launch::take(&mut module, &[]).map_err(failed)?;
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

/// The files of a folder, and how to launch them.
fn folder_of(
    target: &Target,
    module: &mut Module<'_>,
    content: Content,
    ending: &str,
) -> Result<(Vec<folder::File>, String), String> {
    match content {
        Content::Modules => Ok((folder::modules(module, ending)?, launch::take(module, &[])?)),
        Content::Code => {
            let files = folder::code(module, ending)?;
            let [(name, _)] = files.as_slice() else {
                return Err(format!("expected one gpu.binary, but got {}", files.len()));
            };
            let launch = launch::take(module, &[("target", &target.name), ("code", name)])?;
            Ok((files, launch))
        }
    }
}
