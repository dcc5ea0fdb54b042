//! Functions compiled in this process.

use super::{Types, ValueType, convert};
use crate::{
    compile::{self, CodeTarget},
    diagnostic::Error,
    generate::Machine,
    module,
};
use fidelity_reference::Tensor;
use inkwell::{
    OptimizationLevel, context::Context as LlvmContext, support::load_library_permanently,
};
use melior::{Context, ir::Module};
use ods_bridge::{Jit, JitValue, Signature};
use std::{collections::HashMap, path::Path};

/// The library of LLVM's OpenMP, which code for several threads calls.
const OPENMP: &str = "libomp.so.5";

/// Some of a module's functions, compiled for this machine.
pub struct Compiled<'c> {
    jit: Jit<'c>,
    /// The types of each function as it was written.
    types: HashMap<String, Types>,
}

impl<'c> Compiled<'c> {
    /// Compiles the functions of those names and what they call, for one thread of
    /// this processor. `path` is the module's file, for messages.
    ///
    /// # Errors
    ///
    /// When there is no such function, one has types that a file cannot hold,
    /// or a pass fails.
    pub fn new(
        context: &'c Context,
        llvm: &'c LlvmContext,
        path: &Path,
        module: Module<'c>,
        names: &[&str],
        level: OptimizationLevel,
    ) -> Result<Self, Error> {
        let machine = compile::machine(None, None, level)?;
        let target = CodeTarget {
            machine: &machine,
            level,
            threads: 1,
        };
        Self::for_target(context, llvm, path, module, names, target)
    }

    /// As [`Compiled::new`], for a target whose code this processor can run.
    ///
    /// # Errors
    ///
    /// [`Compiled::new`]'s, and that there is no library for threads.
    pub fn for_target(
        context: &'c Context,
        llvm: &'c LlvmContext,
        path: &Path,
        mut module: Module<'c>,
        names: &[&str],
        target: CodeTarget<'_>,
    ) -> Result<Self, Error> {
        let CodeTarget {
            machine,
            level,
            threads,
        } = target;
        let failed = |error: String| format!("{}: {error}", path.display());
        let written = module::public_functions(&module);
        let mut types = HashMap::new();
        for &name in names {
            let function = written
                .iter()
                .find(|function| function.name == name)
                .ok_or_else(|| {
                    failed(format!("expected a public function @{name}, but got none"))
                })?;
            types.insert(name.to_owned(), Types::of(function).map_err(failed)?);
        }
        module::keep_public(&mut module, names);
        let signatures: Vec<(String, Signature)> =
            module::lower_to_llvm(context, path, &mut module, machine, threads)?
                .into_iter()
                .map(|function| {
                    let signature = Signature::of(function.r#type).map_err(|r#type| {
                        failed(format!(
                            "expected @{} to take and give tensors and scalars, but got {type}",
                            function.name
                        ))
                    })?;
                    let aliases = function.aliases.iter();
                    let aliases = aliases.map(|alias| (alias.argument, alias.result));
                    Ok((function.name, signature.writing(aliases)))
                })
                .collect::<Result<_, String>>()?;
        if threads > 1 {
            load_library_permanently(Path::new(OPENMP)).map_err(|_| {
                failed(format!(
                    "expected OpenMP's library {OPENMP} for {threads} threads, but got none; \
                     Debian has it in libomp5"
                ))
            })?;
        }
        let jit = module::reporting(context, path, || {
            Jit::compile(llvm, module, signatures, machine, level)
        })?;
        Ok(Self { jit, types })
    }

    /// The code, and the types of each function as it was written.
    pub fn into_parts(self) -> (Jit<'c>, HashMap<String, Types>) {
        (self.jit, self.types)
    }
}

impl Compiled<'_> {
    /// The types of a function that takes so many arguments.
    fn types(&self, entry: &str, arguments: usize) -> Result<&Types, String> {
        let types = self
            .types
            .get(entry)
            .ok_or_else(|| format!("expected a compiled function, but got @{entry}"))?;
        if types.inputs.len() != arguments {
            return Err(format!(
                "expected {} arguments of @{entry}, but got {arguments}",
                types.inputs.len(),
            ));
        }
        Ok(types)
    }

    /// Calls a function on values in memory.
    fn call_in_memory(
        &self,
        entry: &str,
        mut arguments: Vec<JitValue>,
    ) -> Result<Vec<JitValue>, String> {
        let types = self.types(entry, arguments.len())?;
        let results = self
            .jit
            .call(entry, &mut arguments)
            .map_err(|error| format!("@{entry}: {error}"))?;
        Ok(types.all_results(results, arguments))
    }
}

/// An argument of a function in memory.
fn argument(
    entry: &str,
    index: usize,
    tensor: &Tensor,
    r#type: &ValueType,
) -> Result<JitValue, String> {
    convert::to_memory(tensor, r#type)
        .map_err(|error| format!("argument {index} of @{entry}: {error}"))
}

impl Machine for Compiled<'_> {
    type State = JitValue;

    fn call(&mut self, entry: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, String> {
        let types = self.types(entry, inputs.len())?;
        let tensors = inputs.iter().zip(&types.inputs).enumerate();
        let arguments = tensors
            .map(|(index, (input, r#type))| argument(entry, index, input, r#type))
            .collect::<Result<_, _>>()?;
        // The tensors are copied by now; large ones need not stay.
        drop(inputs);
        self.call_in_memory(entry, arguments)?
            .iter()
            .zip(&types.results)
            .map(|(result, r#type)| convert::from_memory(result, r#type))
            .collect()
    }

    fn advance(
        &mut self,
        entry: &str,
        tokens: Tensor,
        states: Vec<JitValue>,
    ) -> Result<(Vec<f64>, Vec<JitValue>), String> {
        let types = self.types(entry, 1 + states.len())?;
        let mut arguments = vec![argument(entry, 0, &tokens, &types.inputs[0])?];
        arguments.extend(states);
        let mut states = self.call_in_memory(entry, arguments)?;
        let Some(r#type) = types.results.first().filter(|_| !states.is_empty()) else {
            return Err(format!(
                "expected logits as the first result of @{entry}, but got no result"
            ));
        };
        let logits = convert::from_memory(&states.remove(0), r#type)?;
        Ok((logits.to_f64s(), states))
    }
}
