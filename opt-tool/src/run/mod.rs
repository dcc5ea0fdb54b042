//! `fidelity run`: calls a function of a module on tensors in files.

mod compiled;
pub mod convert;
mod summary;
mod value_type;

pub use compiled::Compiled;
pub use value_type::ValueType;

use crate::{
    compile::{self, CodeTarget},
    context,
    generate::Machine,
    module::{self, Function},
    output::print_line,
    progress::Stages,
};
use fidelity_dialect::interpreter;
use fidelity_passes::aliasing::Alias;
use fidelity_reference::{ElementType, Tensor, npy};
use inkwell::context::Context as LlvmContext;
use std::path::{Path, PathBuf};

/// Runs a function of a module on tensors from .npy files.
///
/// Inputs and outputs go in the function's order. Scalars are tensors of rank
/// 0; an index is an int64, and an input of any integer type will do for it.
/// NumPy has no bf16: float32 stands for it, and is rounded, half to even. A
/// packed tensor is given as its trits, int8, or as its bytes, and comes out as
/// trits.
#[derive(clap::Args, Debug)]
pub struct Run {
    /// The module: text or bytecode, not lowered to the LLVM dialect yet.
    file: PathBuf,
    /// The function to run; needed when the module has several public ones.
    #[arg(long, value_name = "NAME")]
    entry: Option<String>,
    /// An argument, a .npy file; one option for each.
    #[arg(long = "input", value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Where to write a result, as a .npy file; one option for each, or none
    /// to see a summary of them.
    #[arg(long = "output", value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Evaluates the function in the reference interpreter, in f64 and slowly,
    /// instead of compiling it.
    #[arg(long, conflicts_with = "optimize")]
    reference: bool,
    /// The level of optimisation, as LLVM's opt has it.
    #[arg(short = 'O', value_name = "LEVEL", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    optimize: u8,
    /// How many threads share the kernel of a large layer.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = compile::threads(), conflicts_with = "reference")]
    threads: u32,
}

impl Run {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// What is wrong with a file, or which check failed in the code.
    pub fn run(&self) -> Result<(), String> {
        let stages = Stages::new();
        stages.begin("reading");
        let context = context::new();
        let module = module::read(&context, &self.file)?;
        let function = self.entry(&module::public_functions(&module))?;
        let types = Types::of(&function).map_err(|error| self.failed(error))?;
        let inputs = self.read_inputs(&function.name, &types.inputs)?;
        if !self.outputs.is_empty() && self.outputs.len() != types.results.len() {
            return Err(self.failed(format!(
                "expected {} --output for the results of @{}, but got {}",
                types.results.len(),
                function.name,
                self.outputs.len()
            )));
        }

        let results = if self.reference {
            stages.begin("evaluating");
            interpreter::evaluate(&module, &function.name, inputs)
                .map_err(|error| self.evaluation_failed(&error))?
        } else {
            stages.begin("compiling");
            let llvm = LlvmContext::create();
            let level = compile::optimization_level(self.optimize);
            let target = CodeTarget {
                machine: &compile::machine(None, None, level)?,
                level,
                threads: self.threads,
            };
            let names = [function.name.as_str()];
            let mut machine =
                Compiled::for_target(&context, &llvm, &self.file, module, &names, target)?;
            stages.begin("running");
            machine
                .call(&function.name, inputs)
                .map_err(|error| self.failed(error))?
        };
        drop(stages);
        self.show(&results)
    }

    /// The function to run, of the public ones.
    fn entry<'c>(&self, functions: &[Function<'c>]) -> Result<Function<'c>, String> {
        let found = match (&self.entry, functions) {
            (Some(name), _) => functions.iter().find(|function| function.name == *name),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        if let Some(function) = found {
            return Ok(function.clone());
        }
        let names: Vec<String> = functions
            .iter()
            .map(|function| format!("@{}", function.name))
            .collect();
        let names = match names.as_slice() {
            [] => "no public func.func".to_owned(),
            names => names.join(", "),
        };
        Err(self.failed(match &self.entry {
            Some(entry) => format!("expected a public function @{entry}, but got {names}"),
            None => format!("expected --entry to name one public function, but got {names}"),
        }))
    }

    fn read_inputs(&self, name: &str, types: &[ValueType]) -> Result<Vec<Tensor>, String> {
        if self.inputs.len() != types.len() {
            return Err(self.failed(format!(
                "expected {} --input for the arguments of @{name}, but got {}",
                types.len(),
                self.inputs.len()
            )));
        }
        self.inputs
            .iter()
            .zip(types)
            .enumerate()
            .map(|(index, (path, r#type))| {
                let tensor = npy::read(path).map_err(|error| error.to_string())?;
                convert::argument(tensor, r#type).map_err(|error| {
                    format!("{}: argument {index} of @{name}: {error}", path.display())
                })
            })
            .collect()
    }

    fn show(&self, results: &[Tensor]) -> Result<(), String> {
        if self.outputs.is_empty() {
            for (index, result) in results.iter().enumerate() {
                print_line(&format!("result {index}: {}", summary::summary(result)))?;
            }
            return Ok(());
        }
        for (path, result) in self.outputs.iter().zip(results) {
            write(path, result)?;
        }
        Ok(())
    }

    /// An error of the interpreter names its place in the file if it has one.
    fn evaluation_failed(&self, error: &interpreter::Error) -> String {
        match error.location() {
            Some(_) => error.to_string(),
            None => self.failed(error),
        }
    }

    fn failed(&self, message: impl std::fmt::Display) -> String {
        format!("{}: {message}", self.file.display())
    }
}

/// Writes a tensor; bf16, which NumPy has not, as float32.
fn write(path: &Path, tensor: &Tensor) -> Result<(), String> {
    let widened = match tensor.element_type() {
        ElementType::BF16 => Some(
            tensor
                .to_float(ElementType::F32)
                .map_err(|error| error.to_string())?,
        ),
        _ => None,
    };
    npy::write(path, widened.as_ref().unwrap_or(tensor)).map_err(|error| error.to_string())
}

/// The types of a function's arguments and results.
#[derive(Clone, Debug)]
pub struct Types {
    /// The arguments.
    pub inputs: Vec<ValueType>,
    /// The results.
    pub results: Vec<ValueType>,
    /// The arguments whose memory results are written to.
    pub aliases: Vec<Alias>,
}

impl Types {
    /// The types of a function as it is written.
    ///
    /// # Errors
    ///
    /// When a type is none that a file can hold.
    pub fn of(function: &Function<'_>) -> Result<Self, String> {
        let r#type = function.r#type;
        let supported = |r#type, what: &str, index| {
            ValueType::of(r#type).ok_or_else(|| {
                format!(
                    "expected {what} {index} of @{} to be a ranked tensor or a scalar of \
                     f16, bf16, f32, f64, i1, i8, i16, i32, i64 or index, or a ranked tensor of \
                     complex<f32> or complex<f64>, but got {type}",
                    function.name
                )
            })
        };
        let inputs = (0..r#type.input_count())
            .filter_map(|index| Some((index, r#type.input(index).ok()?)))
            .map(|(index, input)| supported(input, "argument", index));
        let results = (0..r#type.result_count())
            .filter_map(|index| Some((index, r#type.result(index).ok()?)))
            .map(|(index, result)| supported(result, "result", index));
        Ok(Self {
            inputs: inputs.collect::<Result<_, _>>()?,
            results: results.collect::<Result<_, _>>()?,
            aliases: function.aliases.clone(),
        })
    }

    /// The results in their order, of those that a call returned and of its arguments, to
    /// some of which the others are written.
    pub fn all_results<T>(&self, returned: Vec<T>, arguments: Vec<T>) -> Vec<T> {
        let mut arguments: Vec<Option<T>> = arguments.into_iter().map(Some).collect();
        let mut returned = returned.into_iter();
        let result = |result| {
            let alias = self.aliases.iter().find(|alias| alias.result == result);
            match alias {
                Some(alias) => arguments.get_mut(alias.argument)?.take(),
                None => returned.next(),
            }
        };
        (0..self.results.len()).filter_map(result).collect()
    }
}
