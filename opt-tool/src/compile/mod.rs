//! `fidelity compile`: a module to code.

mod header;
mod shared;
mod target;

pub use target::machine;

use crate::{context, module, output::write_whole, progress::Stages};
use inkwell::{
    OptimizationLevel,
    context::Context as LlvmContext,
    module::Module as LlvmModule,
    passes::PassBuilderOptions,
    targets::{FileType, TargetMachine},
};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// Compiles a module to an object file, a shared library, or LLVM IR.
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
    /// What to write; by default what the output's name ends in says: .o, .so,
    /// .ll, .s or .bc.
    #[arg(long, value_enum, value_name = "KIND")]
    emit: Option<Emit>,
    /// The processor to compile for, by LLVM's name; `native` is this one.
    ///
    /// By default native for this machine's kind of processor, and any
    /// processor of the kind for another target.
    #[arg(long, value_name = "CPU")]
    cpu: Option<String>,
    /// The target to compile for, by default this machine's.
    #[arg(long, value_name = "TRIPLE")]
    target_triple: Option<String>,
    /// The level of optimisation, as LLVM's opt has it.
    #[arg(short = 'O', value_name = "LEVEL", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=3))]
    optimize: u8,
    /// Writes a C header beside the output, as for a shared library.
    #[arg(long)]
    header: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Emit {
    /// An object file.
    Obj,
    /// A shared library, and a C header beside it.
    Shared,
    /// LLVM IR as text.
    LlvmIr,
    /// Assembly.
    Asm,
    /// LLVM bitcode.
    Bitcode,
}

impl Emit {
    /// The kind that a file's name asks for.
    fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(OsStr::to_str)? {
            "o" => Some(Self::Obj),
            "so" => Some(Self::Shared),
            "ll" => Some(Self::LlvmIr),
            "s" => Some(Self::Asm),
            "bc" => Some(Self::Bitcode),
            _ => None,
        }
    }
}

impl Compile {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// What is wrong, with the file and the place in it. Nothing is written
    /// then.
    pub fn run(&self) -> Result<(), String> {
        let emit = self
            .emit
            .or_else(|| Emit::of(&self.output))
            .ok_or_else(|| {
                format!(
                    "{}: expected --emit or an output that ends in .o, .so, .ll, .s or .bc",
                    self.output.display()
                )
            })?;
        let with_header = self.header || emit == Emit::Shared;
        self.check_outputs(with_header)?;
        let level = optimization_level(self.optimize);
        let machine = machine(self.target_triple.as_deref(), self.cpu.as_deref(), level)?;

        let stages = Stages::new();
        stages.begin("reading");
        let context = context::new();
        let mut module = module::read(&context, &self.file)?;
        let declared = module::public_functions(&module);
        stages.begin("lowering to the LLVM dialect");
        let functions = module::lower_to_llvm(&context, &self.file, &mut module)?;
        let header =
            with_header.then(|| header::header(&self.file, &self.output, &declared, &functions));

        stages.begin("translating to LLVM IR");
        let llvm = LlvmContext::create();
        let code = module::reporting(&context, &self.file, || {
            ods_bridge::translate_to_llvm_ir(&module, &llvm).map_err(|error| error.to_string())
        })?;
        drop(module);
        code.set_name(&self.file.to_string_lossy());
        code.set_source_file_name(&self.file.to_string_lossy());
        stages.begin("optimising");
        self.optimize(&code, &machine)?;
        stages.begin("making code");
        self.write(&code, &machine, emit)?;
        if let Some(header) = header {
            write_whole(&self.output.with_extension("h"), |file| {
                file.write_all(header.as_bytes())
            })?;
        }
        Ok(())
    }

    /// Checks that no output is the input, and that a header has a name and a
    /// place of its own.
    fn check_outputs(&self, with_header: bool) -> Result<(), String> {
        let refused =
            |path: &Path, expected: &str| Err(format!("{}: expected {expected}", path.display()));
        let input = fs::canonicalize(&self.file).ok();
        if input.is_some() && fs::canonicalize(&self.output).ok() == input {
            return refused(
                &self.output,
                "another file to write than the one to compile",
            );
        }
        let header = self.output.with_extension("h");
        if with_header && header == self.output {
            return refused(
                &self.output,
                "an output that does not end in .h, as its header does",
            );
        }
        for path in [Some(&self.output), with_header.then_some(&header)] {
            if let Some(path) = path
                && path.is_dir()
            {
                return refused(path, "a file to write, but got a folder");
            }
        }
        Ok(())
    }

    fn optimize(&self, code: &LlvmModule<'_>, machine: &TargetMachine) -> Result<(), String> {
        code.set_triple(&machine.get_triple());
        code.set_data_layout(&machine.get_target_data().get_data_layout());
        code.run_passes(
            &format!("default<O{}>", self.optimize),
            machine,
            PassBuilderOptions::create(),
        )
        .map_err(|error| self.failed(error))
    }

    fn write(
        &self,
        code: &LlvmModule<'_>,
        machine: &TargetMachine,
        emit: Emit,
    ) -> Result<(), String> {
        let machine_code = |kind| {
            machine
                .write_to_memory_buffer(code, kind)
                .map_err(|error| self.failed(error))
        };
        let write = |bytes: &[u8]| write_whole(&self.output, |file| file.write_all(bytes));
        match emit {
            Emit::Obj => write(machine_code(FileType::Object)?.as_slice()),
            Emit::Asm => write(machine_code(FileType::Assembly)?.as_slice()),
            Emit::LlvmIr => write(code.print_to_string().to_bytes()),
            Emit::Bitcode => write(code.write_bitcode_to_memory().as_slice()),
            Emit::Shared => shared::link(machine_code(FileType::Object)?.as_slice(), &self.output),
        }
    }

    fn failed(&self, error: impl std::fmt::Display) -> String {
        format!("{}: {error}", self.file.display())
    }
}

/// LLVM's level of that number.
pub fn optimization_level(level: u8) -> OptimizationLevel {
    match level {
        0 => OptimizationLevel::None,
        1 => OptimizationLevel::Less,
        2 => OptimizationLevel::Default,
        _ => OptimizationLevel::Aggressive,
    }
}
