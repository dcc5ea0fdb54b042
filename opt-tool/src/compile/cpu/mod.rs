//! `fidelity compile` for a CPU: LLVM IR and what LLVM makes of it.

mod header;
mod machine;
mod shared;
mod weights;

pub use machine::{CodeTarget, machine};

use super::{Beside, check_outputs};
use crate::{context, module, output::write_whole, progress::Stages};
use fidelity_lowering::cpu::MAX_THREADS;
use inkwell::{
    OptimizationLevel,
    context::Context as LlvmContext,
    module::Module as LlvmModule,
    passes::PassBuilderOptions,
    support::LLVMString,
    targets::{FileType, TargetMachine},
};
use shared::Library;
use std::{ffi::OsStr, fmt::Display, path::Path};
use weights::Weights;

/// What to write for a CPU.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
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

/// How to compile for a CPU.
#[derive(clap::Args, Debug)]
pub struct Options {
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
    /// How many threads share the kernel of a large layer. More than one needs
    /// OpenMP's library, libomp.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = threads())]
    threads: u32,
    /// Writes a C header beside the output, as for a shared library.
    #[arg(long)]
    header: bool,
}

impl Options {
    /// Compiles.
    ///
    /// # Errors
    ///
    /// What is wrong, with the file and the place in it. Nothing is written
    /// then.
    pub fn compile(&self, file: &Path, output: &Path) -> Result<(), String> {
        let emit = self.emit.or_else(|| Emit::of(output)).ok_or_else(|| {
            format!(
                "{}: expected --emit or an output that ends in .o, .so, .ll, .s or .bc",
                output.display()
            )
        })?;
        let with_header = self.header || emit == Emit::Shared;
        check_outputs(file, output, with_header.then_some(Beside::HEADER))?;
        let level = optimization_level(self.optimize);
        let machine = machine(self.target_triple.as_deref(), self.cpu.as_deref(), level)?;

        let stages = Stages::new();
        stages.begin("reading");
        let context = context::new();
        let mut module = module::read(&context, file)?;
        let declared = module::public_functions(&module);
        stages.begin("lowering to the LLVM dialect");
        let functions = module::lower_to_llvm(&context, file, &mut module, &machine, self.threads)?;
        let header = with_header.then(|| header::header(file, output, &declared, &functions));

        // In a library the weights are not part of what LLVM sees.
        let weights = Weights(
            if emit == Emit::Shared && weights::is_elf(&machine.get_triple()) {
                ods_bridge::take_large_constants(&module)
            } else {
                Vec::new()
            },
        );
        stages.begin("translating to LLVM IR");
        let llvm = LlvmContext::create();
        let code = module::reporting(&context, file, || {
            ods_bridge::translate_to_llvm_ir(&module, &llvm).map_err(|error| error.to_string())
        })?;
        drop(module);
        code.set_name(&file.to_string_lossy());
        code.set_source_file_name(&file.to_string_lossy());
        stages.begin("optimising");
        self.run_passes(&code, &machine)
            .map_err(|error| failed(file, error))?;
        stages.begin("making code");
        let library = Library {
            weights,
            has_threads: self.threads > 1,
        };
        write(&code, &library, &machine, emit, file, output)?;
        if let Some(header) = header {
            write_whole(&Beside::HEADER.path(output), |sink| {
                sink.write_all(header.as_bytes())
            })?;
        }
        Ok(())
    }

    fn run_passes(&self, code: &LlvmModule<'_>, machine: &TargetMachine) -> Result<(), LLVMString> {
        code.set_triple(&machine.get_triple());
        code.set_data_layout(&machine.get_target_data().get_data_layout());
        code.run_passes(
            &format!("default<O{}>", self.optimize),
            machine,
            PassBuilderOptions::create(),
        )
    }
}

/// Writes code made of a file, as what is asked for.
fn write(
    code: &LlvmModule<'_>,
    library: &Library<'_>,
    machine: &TargetMachine,
    emit: Emit,
    file: &Path,
    output: &Path,
) -> Result<(), String> {
    let machine_code = |kind| {
        machine
            .write_to_memory_buffer(code, kind)
            .map_err(|error| failed(file, error))
    };
    let write = |bytes: &[u8]| write_whole(output, |sink| sink.write_all(bytes));
    match emit {
        Emit::Obj => write(machine_code(FileType::Object)?.as_slice()),
        Emit::Asm => write(machine_code(FileType::Assembly)?.as_slice()),
        Emit::LlvmIr => write(code.print_to_string().to_bytes()),
        Emit::Bitcode => write(code.write_bitcode_to_memory().as_slice()),
        Emit::Shared => library.link(machine_code(FileType::Object)?.as_slice(), output),
    }
}

fn failed(file: &Path, error: impl Display) -> String {
    format!("{}: {error}", file.display())
}

/// What reads a number of threads.
pub fn threads() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=i64::from(MAX_THREADS))
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
