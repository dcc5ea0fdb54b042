//! Calling functions of a module in this process.

mod argument;
mod buffer;
mod entry;
mod memory;
mod runtime;
mod signature;

pub use argument::Argument;
pub use buffer::{Buffer, Value};
pub use memory::{keep_freed_memory, return_freed_memory};
pub(crate) use signature::static_size;
pub use signature::{AbiType, Signature};

use crate::{ExternalConstant, ResourceBytes, ffi, take_large_constants, translate_to_llvm_ir};
use inkwell::{
    OptimizationLevel,
    attributes::AttributeLoc,
    context::Context as LlvmContext,
    execution_engine::ExecutionEngine,
    module::Module as LlvmModule,
    passes::PassBuilderOptions,
    support::{load_visible_symbols, search_for_address_of_symbol},
    targets::TargetMachine,
};
use melior::ir::Module;
use std::{collections::HashMap, ffi::c_void, fmt};

/// Compiled functions of a module, to be called by name.
pub struct Jit<'c> {
    functions: HashMap<String, Function>,
    is_reentrant: bool,
    // Owns the code that the functions' addresses point into.
    _engine: ExecutionEngine<'c>,
    // Constants that the code reads and that lay at an address it cannot use.
    _moved: Vec<ResourceBytes>,
}

struct Function {
    signature: Signature,
    /// Where each result lies in the storage of the results.
    offsets: Vec<usize>,
    results_size: usize,
    code: Code,
}

/// Takes one pointer to each argument, and one to the storage of the results.
type Code = unsafe extern "C" fn(*mut *mut c_void);

/// Why a call gave no results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// There is no such function, or it does not take those arguments.
    Arguments(String),
    /// A check in the code failed, with that message.
    Check(String),
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arguments(message) | Self::Check(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for CallError {}

impl<'c> Jit<'c> {
    /// Compiles a module in the LLVM dialect for this machine and gives access
    /// to those of its functions that are named with their signatures.
    ///
    /// The functions keep to the convention that MLIR's bufferisation and
    /// `llvm.emit_c_interface` make of functions on tensors, and every memref
    /// that they return is a block of `malloc` of its own, and they write to no argument but
    /// those that the signature says. (The signatures are checked against the code; these
    /// promises are the pipeline's.)
    ///
    /// `machine` is one for this machine; the code is optimised for its
    /// processor as `default<On>` of LLVM's `opt` does for level n. Large constants
    /// are used where they lie: a blob of a bytecode file in the file's mapping.
    /// One that is not aligned as the code wants it, as a blob of text may not be,
    /// is copied once.
    ///
    /// # Errors
    ///
    /// When the module cannot be translated (MLIR's handlers have the reason),
    /// a function is missing or has another signature, or the code calls one
    /// that this process does not have.
    pub fn compile(
        llvm: &'c LlvmContext,
        module: Module<'c>,
        signatures: impl IntoIterator<Item = (String, Signature)>,
        machine: &TargetMachine,
        level: OptimizationLevel,
    ) -> Result<Self, String> {
        let constants = take_large_constants(&module);
        let code = translate_to_llvm_ir(&module, llvm).map_err(|error| error.to_string())?;
        let mut functions = Vec::new();
        for (name, signature) in signatures {
            let entry = entry::build(llvm, &code, &name, &signature, &machine.get_target_data())?;
            functions.push((name, signature, entry));
        }
        optimize(llvm, &code, machine, level)?;
        let is_reentrant = code.get_globals().all(|global| global.is_constant());
        let engine = code
            .create_jit_execution_engine(level)
            .map_err(|error| error.to_string())?;
        let moved = bind_constants(&engine, &code, &constants);
        bind_functions(&engine, &code)?;
        let functions = functions
            .into_iter()
            .map(|(name, signature, entry)| {
                // SAFETY: `entry::build` made a function of this type, whose
                // code lives as long as the engine, which `self` keeps.
                let code: Code = unsafe {
                    engine
                        .get_function::<Code>(&entry.symbol)
                        .map_err(|error| format!("{name}: {error}"))?
                        .into_raw()
                };
                let function = Function {
                    signature,
                    offsets: entry.offsets,
                    results_size: entry.results_size,
                    code,
                };
                Ok((name, function))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self {
            functions,
            is_reentrant,
            _engine: engine,
            _moved: moved,
        })
    }

    /// Whether several threads may be in the functions at once: the code writes
    /// to no variable of the module.
    pub fn is_reentrant(&self) -> bool {
        self.is_reentrant
    }

    /// The signature of a function.
    pub fn signature(&self, name: &str) -> Option<&Signature> {
        self.functions.get(name).map(|function| &function.signature)
    }

    /// Calls a function. Its results belong to the caller; nothing of them is
    /// shared with the arguments. Those that the signature says are written are the other
    /// results when it returns; after a check that failed they hold anything.
    ///
    /// # Errors
    ///
    /// When the arguments do not suit the function, or a check in the code
    /// (`cf.assert`) fails. What the function had allocated by then is lost.
    pub fn call<'a>(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item: Into<Argument<'a>>>,
    ) -> Result<Vec<Value>, CallError> {
        let function = self.functions.get(name).ok_or_else(|| {
            CallError::Arguments(format!("expected a compiled function, but got @{name}"))
        })?;
        let mut arguments: Vec<_> = arguments.into_iter().map(Into::into).collect();
        function
            .check(&arguments)
            .map_err(|message| CallError::Arguments(format!("@{name}: {message}")))?;
        function.call(&mut arguments).map_err(CallError::Check)
    }
}

impl Function {
    fn check(&self, arguments: &[Argument<'_>]) -> Result<(), String> {
        let inputs = &self.signature.inputs;
        if inputs.len() != arguments.len() {
            return Err(format!(
                "expected {} arguments, but got {}",
                inputs.len(),
                arguments.len()
            ));
        }
        for (index, (input, argument)) in inputs.iter().zip(arguments).enumerate() {
            argument
                .check()
                .map_err(|error| format!("argument {index}: {error}"))?;
            if !argument.is(input) {
                return Err(format!(
                    "expected argument {index} to be {input}, but got {}",
                    argument.abi_type()
                ));
            }
            let is_written = self.signature.written.contains(&index);
            if is_written && !matches!(argument, Argument::InOut { .. }) {
                return Err(format!(
                    "expected argument {index} to be a tensor that may be written to, but got one \
                     that may only be read"
                ));
            }
        }
        Ok(())
    }

    /// Calls with arguments that are checked.
    fn call(&self, arguments: &mut [Argument<'_>]) -> Result<Vec<Value>, String> {
        // Words, so that everything is aligned as C has it, and one more than the results
        // have, so that there is one even without them. All of them lie in one block, as a
        // step of a model may take no longer than some blocks do.
        let results_size = self.results_size.div_ceil(8) + 1;
        let sizes = self.signature.inputs.iter().map(AbiType::size);
        let arguments_size: usize = sizes.map(|size| size.div_ceil(8)).sum();
        let mut words = Vec::with_capacity(results_size + arguments_size);
        words.resize(results_size, 0_u64);
        let mut offsets = Vec::with_capacity(arguments.len() + 1);
        for argument in arguments {
            offsets.push(words.len());
            argument.push_to(&mut words);
        }
        offsets.push(0);
        let base = words.as_mut_ptr();
        let mut pointers: Vec<*mut c_void> = (offsets.into_iter())
            .map(|offset| base.wrapping_add(offset).cast())
            .collect();
        // SAFETY: there is one pointer to each argument as the signature asks
        // for, and one to enough room for the results; the signature was
        // checked against the code. The code reads the arguments' bytes, which
        // live through the call, and writes only to those that the signature says, which
        // are borrowed for that.
        let returned = unsafe { ffi::odsBridgeCallGuarded(self.code, pointers.as_mut_ptr()) };
        let printed = runtime::take_printed();
        if !returned {
            return Err(printed.unwrap_or_else(|| "the code called abort".into()));
        }
        if let Some(line) = printed {
            println!("{line}");
        }
        Ok(self
            .signature
            .results
            .iter()
            .zip(&self.offsets)
            .map(|(result, &offset)| take(result, &words, offset))
            .collect())
    }
}

/// A result, from where the C interface put it.
fn take(result: &AbiType, words: &[u64], offset: usize) -> Value {
    match result {
        AbiType::Scalar { size } => {
            let bytes = words.iter().flat_map(|word| word.to_ne_bytes());
            Value::Scalar(bytes.skip(offset).take(*size).collect())
        }
        AbiType::MemRef {
            shape,
            element_size,
        } => {
            // A descriptor has fields of 8 bytes, and so is its offset.
            let words = &words[offset / 8..];
            let sizes = words[3..3 + shape.len()].iter().map(|&size| size as usize);
            let block = std::ptr::with_exposed_provenance_mut(words[0] as usize);
            let start = words[1] as usize + words[2] as usize * element_size;
            // SAFETY: the pipeline's functions return memrefs of the identity
            // layout, each in a block of malloc of its own (see `compile`).
            Value::Buffer(unsafe {
                Buffer::from_malloc(
                    sizes.collect(),
                    *element_size,
                    block,
                    std::ptr::with_exposed_provenance_mut(start),
                )
            })
        }
    }
}

/// Optimises for the machine's processor.
fn optimize(
    llvm: &LlvmContext,
    module: &LlvmModule<'_>,
    machine: &TargetMachine,
    level: OptimizationLevel,
) -> Result<(), String> {
    module.set_triple(&machine.get_triple());
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    // The engine makes a machine of its own for any processor of the kind; it
    // heeds the attributes of functions.
    let cpu = machine.get_cpu();
    let features = machine.get_feature_string();
    let attributes = [
        ("target-cpu", cpu.to_string_lossy()),
        ("target-features", features.to_string_lossy()),
    ];
    for function in module.get_functions() {
        if function.count_basic_blocks() == 0 {
            continue;
        }
        for (name, value) in &attributes {
            function.add_attribute(
                AttributeLoc::Function,
                llvm.create_string_attribute(name, value),
            );
        }
    }
    let passes = format!("default<O{}>", level as u32);
    module
        .run_passes(&passes, machine, PassBuilderOptions::create())
        .map_err(|error| error.to_string())
}

/// Binds the constants that lie outside of the code, and gives those that had to
/// be moved.
fn bind_constants(
    engine: &ExecutionEngine<'_>,
    module: &LlvmModule<'_>,
    constants: &[ExternalConstant<'_>],
) -> Vec<ResourceBytes> {
    let mut moved = Vec::new();
    for constant in constants {
        let Some(global) = module.get_global(constant.name) else {
            continue;
        };
        let is_aligned = |bytes: &[u8]| bytes.as_ptr().addr().is_multiple_of(constant.alignment);
        let mut bytes = constant.bytes;
        if !is_aligned(bytes) {
            moved.push(ResourceBytes::from(bytes));
            bytes = &moved[moved.len() - 1];
        }
        engine.add_global_mapping(&global, bytes.as_ptr().expose_provenance());
    }
    moved
}

/// Binds the functions that the code calls from outside.
fn bind_functions(engine: &ExecutionEngine<'_>, module: &LlvmModule<'_>) -> Result<(), String> {
    load_visible_symbols();
    runtime::add_missing_symbols();
    for function in module.get_functions() {
        let name = function.get_name().to_string_lossy();
        if function.count_basic_blocks() > 0 || name.starts_with("llvm.") {
            continue;
        }
        if let Some(address) = runtime::replacement(&name) {
            engine.add_global_mapping(&function, address);
        } else if search_for_address_of_symbol(&name).is_none() {
            // The engine would end the process.
            return Err(format!(
                "expected a definition of @{name}, which the code calls, but got none"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
