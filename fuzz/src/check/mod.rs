//! What has to hold for every module.

mod pipeline;
mod sensitivity;
mod text;

use crate::{case::Case, inference::Inference, process::INPUTS, random::Random};
use fidelity_dialect::interpreter;
use fidelity_reference::Tensor;
use fidelity_tools::{generate::Machine, module, registry, run::Compiled};
use inkwell::OptimizationLevel;
use melior::{Context, ir::Module};
#[cfg(test)]
pub use pipeline::EAGER;
use sensitivity::{Expected, Reference};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

/// What messages call the module.
const NAME: &str = "module";

/// How many modules of a seed are tried until one has values of a size that
/// floats of every type can hold.
const ATTEMPTS: u64 = 20;

/// What was checked of a module that passed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Outcome {
    /// The ops of the dialect in it.
    pub ops: Vec<String>,
    /// How many elements of results were compared.
    pub compared: usize,
    /// How many could have been anything: what they depend on is lost in
    /// roundings.
    pub unknown: usize,
}

/// Why a module did not pass.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Failure {
    /// What was being done.
    pub stage: String,
    /// What was expected and what was found.
    pub message: String,
    /// The module as text, or as the bytes of a file, if it could be made.
    pub module: Vec<u8>,
}

/// Makes the module of a seed and checks it, or what is left of it.
///
/// # Errors
///
/// What does not hold.
pub fn check(
    seed: u64,
    reduced: Option<String>,
    inference: &Inference,
    folder: &Path,
) -> Result<Outcome, Failure> {
    let failed = |stage: &str, module: &str| {
        let (stage, module) = (stage.to_owned(), module.as_bytes().to_vec());
        move |message: String| Failure {
            stage,
            message,
            module,
        }
    };
    let mut attempt = 0;
    let (mut case, mut expected) = loop {
        let case = Case::new(seed, attempt, inference).map_err(failed("making the module", ""))?;
        let expected = expect(&case, seed, folder)
            .map_err(failed("evaluating by the reference", &case.text))?;
        attempt += 1;
        match expected {
            Some(expected) if expected.is_tame() || attempt == ATTEMPTS => break (case, expected),
            None if attempt == ATTEMPTS => {
                return Err(failed("making the module", &case.text)(format!(
                    "expected values of moderate size in {ATTEMPTS} attempts, but got none"
                )));
            }
            _ => {}
        }
    };
    if let Some(text) = reduced {
        case.text = text;
        let failed = failed("evaluating by the reference", &case.text);
        expected = match expect(&case, seed, folder) {
            Ok(Some(expected)) => expected,
            Ok(None) => return Err(failed("expected values of moderate size".into())),
            Err(message) => return Err(failed(message)),
        };
    }
    let at = |stage: &str| failed(stage, &case.text);
    let before = context();
    let before = parse(&before, &case.text).map_err(at("parsing again"))?;
    let reference = Reference::new(before, &case.inputs, seed);
    text::round_trips(&case.text, folder).map_err(at("printing and parsing"))?;
    text::canonicalizes(&case.text).map_err(at("canonicalising twice"))?;
    let mut random = Random::new(seed, u64::MAX);
    let pipeline = pipeline::draw(&mut random);
    transformed(&case, &mut expected, &reference, &pipeline)
        .map_err(at(&format!("evaluating after {pipeline}")))?;
    let prefix = pipeline::before_compilation(&mut random);
    let level = match random.chance(10) {
        true => OptimizationLevel::Default,
        false => OptimizationLevel::None,
    };
    let on_memrefs = random.chance(50) && can_be_on_memrefs(&case.text);
    let prefix = match on_memrefs {
        true => pipeline::ON_MEMREFS.to_owned(),
        false => prefix,
    };
    let stage = format!("compiling at {level:?} after `{prefix}` and running");
    compiled(&case, &prefix, level)
        .and_then(|results| expected.compare(&results, &reference))
        .map_err(at(&stage))?;
    Ok(Outcome {
        ops: case.ops.iter().map(|op| (*op).to_owned()).collect(),
        compared: expected.count(),
        unknown: expected.unknown(),
    })
}

/// Evaluates a module by the reference; `None` where its values grow too large.
/// A process that ends meanwhile or later leaves the module in the folder.
fn expect(case: &Case, seed: u64, folder: &Path) -> Result<Option<Expected>, String> {
    fs::write(folder.join(INPUTS[0]), &case.text).map_err(|error| error.to_string())?;
    let context = context();
    let module = parse(&context, &case.text)?;
    Expected::of(&Reference::new(module, &case.inputs, seed))
}

/// A context for one module: blobs of the same name do not meet.
pub fn context() -> Context {
    Context::new_with_registry(&registry::dialects(), false)
}

/// Parses and verifies.
///
/// # Errors
///
/// What the parser and the verifiers say.
pub fn parse<'c>(context: &'c Context, text: &str) -> Result<Module<'c>, String> {
    Ok(module::reporting(context, Path::new(NAME), || {
        Module::parse(context, text).ok_or_else(|| "expected a module".into())
    })?)
}

/// Runs passes on the module, and evaluates what they made of it.
fn transformed(
    case: &Case,
    expected: &mut Expected,
    reference: &Reference<'_>,
    pipeline: &str,
) -> Result<(), String> {
    let context = context();
    let mut module = parse(&context, &case.text)?;
    registry::register_passes();
    module::run_passes(&context, Path::new(NAME), &mut module, pipeline)?;
    interpreter::evaluate(&module, "f", case.inputs.clone())
        .map_err(|error| error.to_string())
        .and_then(|results| expected.compare(&results, reference))
        .map_err(|error| format!("{error}\nin\n{}", module.as_operation()))
}

/// Whether there are products that are added to a destination, and all of dense
/// weights without names: a memref has no encoding. Nor is there an `scf` op, of which
/// the bufferisation of fidelity's ops alone does not see what tensor it yields.
fn can_be_on_memrefs(text: &str) -> bool {
    if text.contains("scf.") {
        return false;
    }
    let mut lines = text
        .lines()
        .filter(|line| line.contains("\"fidelity.ternary_accumulate\""))
        .peekable();
    lines.peek().is_some() && lines.all(|line| !line.contains("#fidelity"))
}

/// Compiles the module and runs it.
fn compiled(case: &Case, prefix: &str, level: OptimizationLevel) -> Result<Vec<Tensor>, String> {
    let context = context();
    let path = Path::new(NAME);
    let mut module = parse(&context, &case.text)?;
    if !prefix.is_empty() {
        registry::register_passes();
        module::run_passes(&context, path, &mut module, prefix)?;
    }
    if prefix == pipeline::ON_MEMREFS {
        let text = pipeline::apart(&module.as_operation().to_string());
        module = parse(&context, &text)?;
    }
    let llvm = inkwell::context::Context::create();
    let mut compiled = Compiled::new(&context, &llvm, path, module, &["f"], level)?;
    compiled.call("f", case.inputs.clone())
}
