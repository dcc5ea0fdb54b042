//! Modules in files, and from MLIR's LLVM dialect to LLVM IR.

use crate::{
    Diagnostic,
    ffi::{self, string_ref},
};
use inkwell::{context::Context as LlvmContext, targets::TargetMachine};
use melior::{Context, ir::Module};
use std::path::Path;

/// Reads a module from a file of text or bytecode and verifies it. `None`
/// after an error, which the context's diagnostic handlers have got.
///
/// The constants of bytecode are not copied out of the file: it must not be
/// changed while the context lives.
pub fn parse_module_file<'c>(context: &'c Context, path: &Path) -> Option<Module<'c>> {
    let name = path.to_str()?;
    // SAFETY: the context is valid and MLIR copies the name; the module that
    // comes back, if any, is ours.
    unsafe {
        Module::from_option_raw(ffi::odsBridgeParseModuleFile(
            context.to_raw(),
            string_ref(name),
        ))
    }
}

/// Reads a module from text or bytecode and verifies it; `name` stands for the
/// file in the locations of text. `None` after an error, which the context's
/// diagnostic handlers have got.
pub fn parse_module<'c>(context: &'c Context, source: &[u8], name: &str) -> Option<Module<'c>> {
    let source = mlir_sys::MlirStringRef {
        data: source.as_ptr().cast(),
        length: source.len(),
    };
    // SAFETY: the context is valid and MLIR copies the source and the name; the
    // module that comes back, if any, is ours.
    unsafe {
        Module::from_option_raw(ffi::odsBridgeParseModule(
            context.to_raw(),
            source,
            string_ref(name),
        ))
    }
}

/// Translates a module whose ops are all of the LLVM dialect (or of another
/// one with a translation) to LLVM IR.
///
/// The context needs the translations, which [`crate::register_upstream`]
/// registers.
///
/// # Errors
///
/// When an op has no translation; MLIR has then said which to the context's
/// diagnostic handlers.
pub fn translate_to_llvm_ir<'l>(
    module: &Module<'_>,
    context: &'l LlvmContext,
) -> Result<inkwell::module::Module<'l>, Diagnostic<'static>> {
    // SAFETY: both are valid. libMLIR and inkwell use one libLLVM, so that the
    // pointers mean the same to both; the module that comes back belongs to the
    // caller and lives in `context`.
    unsafe {
        let raw = mlir_sys::mlirTranslateModuleToLLVMIR(
            module.as_operation().to_raw(),
            context.raw().cast(),
        );
        if raw.is_null() {
            return Err(Diagnostic::new(
                "the module cannot be translated to LLVM IR",
            ));
        }
        Ok(inkwell::module::Module::new(raw.cast()))
    }
}

/// Whether a machine's target has a processor of that name. LLVM itself only
/// warns of one that it does not know, and goes on without.
pub fn is_cpu_of(machine: &TargetMachine, cpu: &str) -> bool {
    // SAFETY: the pointer is to an `llvm::TargetMachine`, which lives as long
    // as `machine`.
    unsafe { ffi::odsBridgeIsCpuOf(machine.as_mut_ptr().cast(), string_ref(cpu)) }
}

/// Whether a machine's processor has all of those features, by LLVM's names, such as
/// `+avx2,+fma`. LLVM prints a warning of a feature that the target cannot have.
pub fn has_features(machine: &TargetMachine, features: &str) -> bool {
    // SAFETY: as for `is_cpu_of`.
    unsafe { ffi::odsBridgeHasFeatures(machine.as_mut_ptr().cast(), string_ref(features)) }
}
