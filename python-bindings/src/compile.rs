//! Code for this process, and code in files.

use crate::{
    error,
    module::{Function, Module, functions as functions_of},
    program::Program,
};
use clap::Parser;
use fidelity_tools::{
    cli::Cli,
    compile::{CodeTarget, MAX_THREADS, machine, optimization_level},
    run::Compiled,
};
use melior::ir::operation::OperationLike;
use pyo3::{exceptions::PyValueError, prelude::*};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Compiles functions of a module for this process.
///
/// The module stays as it is.
///
/// Args:
///     module: the module, in the fidelity dialect and those around it.
///     functions: the names of those to compile; by default all public ones.
///     cpu: "native" for this processor, or "generic" for any of its kind, so that
///         the results are the same on each.
///     optimize: LLVM's level of optimisation, 0 to 3.
///     threads: how many threads share the kernel of a large layer; more than one
///         needs OpenMP's library, libomp.
///
/// Raises:
///     ValueError: there is no such function, or one has types that no array has.
///     DiagnosticError: an op cannot be lowered.
#[pyfunction]
#[pyo3(signature = (module, functions = None, *, cpu = "native", optimize = 3, threads = 1))]
pub fn compile(
    py: Python<'_>,
    module: &Module,
    functions: Option<Vec<String>>,
    cpu: &str,
    optimize: u8,
    threads: u32,
) -> PyResult<Program> {
    if !matches!(cpu, "native" | "generic") {
        return Err(PyValueError::new_err(format!(
            "expected native or generic as the CPU of this process, but got {cpu}; \
             compile_to() makes code for others"
        )));
    }
    if optimize > 3 {
        return Err(PyValueError::new_err(format!(
            "expected a level of optimisation from 0 to 3, but got {optimize}"
        )));
    }
    if !(1..=MAX_THREADS).contains(&threads) {
        return Err(PyValueError::new_err(format!(
            "expected 1 to {MAX_THREADS} threads, but got {threads}"
        )));
    }
    let compiled = module.with(py, |owned| {
        let level = optimization_level(optimize);
        let target = CodeTarget {
            machine: &machine(None, Some(cpu), level)?,
            level,
            threads,
        };
        let mut chosen: Vec<Function> = owned.with(|_, module| functions_of(module));
        let names = functions.unwrap_or_else(|| {
            chosen
                .iter()
                .map(|function| function.name.clone())
                .collect()
        });
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() {
            return Err(format!(
                "{}: expected a public function to compile, but got none",
                module.path.display()
            )
            .into());
        }
        let (code, types) = owned.compile(|context, llvm, copy| {
            let path = &module.path;
            Compiled::for_target(context, llvm, path, copy, &names, target)
                .map(Compiled::into_parts)
        })?;
        chosen.retain(|function| names.contains(&function.name.as_str()));
        Ok((code, types, chosen))
    });
    let (code, types, functions) = compiled.map_err(|error| error::exception(py, &error))?;
    Ok(Program {
        name: module.path.display().to_string(),
        code,
        types,
        functions,
    })
}

/// Compiles a module to a file, as the program `fidelity compile` does.
///
/// For a CPU each public function NAME has a C interface _mlir_ciface_NAME, which the header
/// beside a shared library declares and explains.
///
/// Args:
///     module: the module, which stays as it is.
///     path: the file to write, or the folder for a target that has several.
///     emit: what to write, "obj", "shared", "llvm-ir", "asm" or "bitcode"; by default
///         what the file's name ends in says: .o, .so, .ll, .s or .bc.
///     cpu: the processor to compile for, by LLVM's name; "native" is this one and the
///         default for this machine's kind.
///     target_triple: the target to compile for, by default this machine's.
///     optimize: LLVM's level of optimisation, 0 to 3, by default 3.
///     threads: how many threads share the kernel of a large layer.
///     header: whether to write a C header beside the file, as for a shared library.
///     target: a machine that is no CPU, such as "triton"; `fidelity compile --help`
///         lists them. What is above is for CPUs only.
///     target_options: the options of the target's pipeline.
///
/// Raises:
///     ValueError: what is wrong, on a line for each error.
#[pyfunction]
#[pyo3(signature = (
    module, path, *, emit = None, cpu = None, target_triple = None, optimize = None, threads = 1,
    header = false, target = None, target_options = None
))]
#[expect(clippy::too_many_arguments, reason = "Python's have names")]
pub fn compile_to(
    py: Python<'_>,
    module: &Module,
    path: PathBuf,
    emit: Option<&str>,
    cpu: Option<&str>,
    target_triple: Option<&str>,
    optimize: Option<u8>,
    threads: u32,
    header: bool,
    target: Option<&str>,
    target_options: Option<&str>,
) -> PyResult<()> {
    let mut words: Vec<OsString> = Vec::new();
    for (option, value) in [
        ("--emit", emit),
        ("--cpu", cpu),
        ("--target-triple", target_triple),
        ("--target", target),
        ("--target-options", target_options),
    ] {
        words.extend(value.map(|value| format!("{option}={value}").into()));
    }
    words.extend(optimize.map(|level| format!("-O{level}").into()));
    words.extend((threads != 1).then(|| format!("--threads={threads}").into()));
    words.extend(header.then(|| "--header".into()));
    let bytecode = module.with(py, |owned| {
        owned.with(|_, module| module.as_operation().write_bytecode())
    });
    py.detach(|| run_compile(&module.path, &bytecode, words, &path))
        .map_err(|error| PyValueError::new_err(error.trim_end().to_owned()))
}

/// Runs `fidelity compile` on bytecode, in a file of the module's name.
fn run_compile(
    name: &Path,
    bytecode: &[u8],
    options: Vec<OsString>,
    output: &Path,
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", name.display());
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder
        .path()
        .join(name.file_name().unwrap_or("module".as_ref()));
    fs::write(&file, bytecode).map_err(failed)?;
    let words = ["fidelity", "compile"].map(OsString::from).into_iter();
    let words =
        words
            .chain(options)
            .chain(["--output".into(), output.into(), "--".into(), file.into()]);
    Cli::try_parse_from(words)
        .map_err(|error| error.to_string())?
        .run()
}
