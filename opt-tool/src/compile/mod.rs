//! `fidelity compile`: a module to code.

mod cpu;
mod foreign;

pub use cpu::{CodeTarget, machine, optimization_level, threads};
pub use fidelity_lowering::cpu::MAX_THREADS;
pub use foreign::take_launch;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Compiles a module for a CPU, to an object file, a shared library or LLVM IR,
/// or to the language of another machine's compiler.
///
/// Each public function NAME has a C interface _mlir_ciface_NAME, which the
/// header of a shared library declares and explains.
#[derive(clap::Args, Debug)]
pub struct Compile {
    /// The module: text or bytecode, in the fidelity dialect or lowered to the
    /// LLVM dialect already.
    file: PathBuf,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A target that is no CPU. Beside the output goes a .json file that says how
    /// to launch it; for GPUs the output is a folder of both.
    #[arg(long, value_name = "NAME", value_parser = foreign::target_parser(),
          conflicts_with_all = ["emit", "cpu", "target_triple", "optimize", "threads", "header"])]
    target: Option<&'static foreign::Target>,
    /// Options of the target's pass pipeline, as in "lanes=8 fraction-bits=12".
    #[arg(long, value_name = "OPTIONS", requires = "target")]
    target_options: Option<String>,
    #[command(flatten)]
    cpu: cpu::Options,
}

impl Compile {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// What is wrong, with the file and the place in it. Nothing is written
    /// then.
    pub fn run(&self) -> Result<(), String> {
        match self.target {
            Some(target) => {
                let options = self.target_options.as_deref().unwrap_or_default();
                foreign::compile(target, options, &self.file, &self.output)
            }
            None => self.cpu.compile(&self.file, &self.output),
        }
    }
}

/// A file that goes beside the output, under its name with another ending.
#[derive(Clone, Copy)]
struct Beside {
    ending: &'static str,
    what: &'static str,
}

impl Beside {
    const HEADER: Self = Self {
        ending: "h",
        what: "header",
    };
    const LAUNCH: Self = Self {
        ending: "json",
        what: "launch description",
    };

    fn path(self, output: &Path) -> PathBuf {
        output.with_extension(self.ending)
    }
}

/// Checks that no output is the input, and that a file beside it has a name and
/// a place of its own.
fn check_outputs(file: &Path, output: &Path, beside: Option<Beside>) -> Result<(), String> {
    let refused =
        |path: &Path, expected: &str| Err(format!("{}: expected {expected}", path.display()));
    let input = fs::canonicalize(file).ok();
    let is_input = |path: &Path| input.is_some() && fs::canonicalize(path).ok() == input;
    if is_input(output) {
        return refused(output, "another file to write than the one to compile");
    }
    if output.is_dir() {
        return refused(output, "a file to write, but got a folder");
    }
    let Some(beside) = beside else {
        return Ok(());
    };
    let path = beside.path(output);
    if path == output {
        let Beside { ending, what } = beside;
        return refused(
            output,
            &format!("an output that does not end in .{ending}, as its {what} does"),
        );
    }
    if is_input(&path) {
        return refused(&path, "another file to write than the one to compile");
    }
    if path.is_dir() {
        return refused(&path, "a file to write, but got a folder");
    }
    Ok(())
}
