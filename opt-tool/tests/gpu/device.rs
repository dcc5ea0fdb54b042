//! What is compiled for an NVIDIA GPU, run on one by the launcher that users have
//! and compared with the reference interpreter: `cargo xtask gpu`.

use super::{
    cases,
    kernels::{self, Machine, cases::CASES, model},
};
use fidelity_lowering::gpu::binary::VENDORS;
use fidelity_reference::{ElementType, Tensor, npy};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};
use tempfile::TempDir;

const LAUNCHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/gpu/launch.py");

/// Where the set-up puts a Python with NumPy, seen from our programs.
const PYTHON: &str = "../environments/python/bin/python";

/// The newest chip of those that we know whose code this machine's GPU runs.
static TARGET: LazyLock<Result<String, String>> = LazyLock::new(|| {
    let said = launcher(&["--device".into()])?;
    let number = |name: &str| name.rsplit_once('_')?.1.trim().parse::<u32>().ok();
    let device = number(&said).ok_or_else(|| format!("expected a chip, but got {said}"))?;
    let known = VENDORS.iter().flat_map(|vendor| {
        let name = |chip: &&str| format!("{}:{chip}", vendor.name);
        vendor.chips.iter().map(move |chip| name(&chip.name))
    });
    known
        .filter_map(|name| Some((number(&name)?, name)))
        .filter(|(number, name)| name.starts_with("nvidia:") && *number <= device)
        .max()
        .map(|(_, name)| name)
        .ok_or_else(|| format!("expected a GPU that we know, but got {said}"))
});

/// Runs the launcher, and gives what it says.
fn launcher(arguments: &[PathBuf]) -> Result<String, String> {
    let python = Path::new(env!("CARGO_BIN_EXE_fidelity")).with_file_name(PYTHON);
    let output = Command::new(&python)
        .arg(LAUNCHER)
        .args(arguments)
        .output()
        .map_err(|error| format!("cannot run {}: {error}", python.display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A folder that `fidelity compile` has written.
struct Compiled {
    folder: TempDir,
    plan: Value,
}

fn compile(text: &str) -> Result<Compiled, String> {
    let folder = kernels::compile_for(&TARGET.clone()?, text)?;
    let plan = folder.path().join("out/launch.json");
    let plan = fs::read_to_string(plan).map_err(|error| error.to_string())?;
    let plan = serde_json::from_str(&plan).map_err(|error| error.to_string())?;
    Ok(Compiled { folder, plan })
}

impl Machine for Compiled {
    fn plan(&self) -> &Value {
        &self.plan
    }

    fn run(&self, name: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        let function = kernels::launcher::function_of(&self.plan, name)?;
        let file = |kind: &str, at: usize| self.folder.path().join(format!("{kind}{at}.npy"));
        let mut arguments = vec![self.folder.path().join("out"), name.into()];
        for (at, input) in inputs.iter().enumerate() {
            // NumPy has no bf16, for which f32 stands.
            let is_bf16 = input.element_type() == ElementType::BF16;
            let wide = is_bf16.then(|| input.to_float(ElementType::F32));
            let wide = wide.transpose().map_err(|error| failed(&error))?;
            let path = file("input", at);
            npy::write(&path, wide.as_ref().unwrap_or(input)).map_err(|error| failed(&error))?;
            arguments.extend(["--input".into(), path]);
        }
        let results = kernels::launcher::list(&function["results"])?;
        for at in 0..results.len() {
            arguments.extend(["--output".into(), file("output", at)]);
        }
        launcher(&arguments)?;
        (0..results.len())
            .map(|at| {
                let result = npy::read(file("output", at)).map_err(|error| failed(&error))?;
                match self.type_of(function, at)? {
                    "bf16" => result
                        .to_float(ElementType::BF16)
                        .map_err(|error| failed(&error)),
                    _ => Ok(result),
                }
            })
            .collect()
    }
}

impl Compiled {
    /// The element type of a result, which may be another tensor as it is.
    fn type_of<'p>(&self, function: &'p Value, result: usize) -> Result<&'p str, String> {
        let mut entry = &function["results"][result];
        for kind in ["result", "argument"] {
            if let Some(at) = entry[kind].as_u64() {
                entry = &function[format!("{kind}s")][at as usize];
            }
        }
        kernels::launcher::text(&entry["type"])
    }
}

#[test]
#[ignore = "needs an NVIDIA GPU: `cargo xtask gpu`"]
fn on_a_gpu_kernels_agree_with_the_reference() {
    kernels::agree(CASES, super::FLOATS, compile);
}

#[test]
#[ignore = "needs an NVIDIA GPU: `cargo xtask gpu`"]
fn on_a_gpu_kernels_of_gpus_alone_agree_with_the_reference() {
    kernels::agree(cases::CASES, super::FLOATS, compile);
}

#[test]
#[ignore = "needs an NVIDIA GPU: `cargo xtask gpu`"]
fn on_a_gpu_a_block_agrees_with_the_reference() {
    model::agrees(&compile(&model::text()).expect("kernels"));
}
