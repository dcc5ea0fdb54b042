//! Modules in files, and from MLIR's LLVM dialect to LLVM IR.

use crate::{
    DenseResource, Diagnostic, bit_width,
    ffi::{self, string_ref},
    jit::static_size,
    name_of, set_attribute,
};
use inkwell::{context::Context as LlvmContext, targets::TargetMachine};
use melior::{
    Context,
    ir::{
        Attribute, BlockLike, Module,
        attribute::{IntegerAttribute, StringAttribute},
        operation::{OperationLike, OperationMutLike, OperationRef, OperationRefMut},
        r#type::{RankedTensorType, ShapedTypeLike},
    },
};
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

/// A constant that lies outside the code.
pub(crate) struct ExternalConstant<'c> {
    pub name: String,
    pub bytes: &'c [u8],
}

/// Takes the `dense_resource` constants out of a module in the LLVM dialect:
/// its globals become declarations, to be bound to the blobs where they lie.
/// A large model's weights are then not copied into LLVM IR, an object file
/// and the memory of the code.
///
/// A global stays as it is when its blob has other bytes than its type asks
/// for or lies at an address that its alignment forbids.
pub(crate) fn take_resource_constants<'c>(module: &Module<'c>) -> Vec<ExternalConstant<'c>> {
    let mut constants = Vec::new();
    let mut next = module.body().first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        // SAFETY: the module outlives this function, which keeps no op.
        let operation: OperationRef<'c, 'c> = unsafe { OperationRef::from_raw(operation.to_raw()) };
        if let Some(constant) = resource_constant(operation) {
            declare_global(operation);
            constants.push(constant);
        }
    }
    constants
}

fn resource_constant<'c>(operation: OperationRef<'c, 'c>) -> Option<ExternalConstant<'c>> {
    if name_of(operation) != "llvm.mlir.global" {
        return None;
    }
    let value = operation.attribute("value").ok()?;
    let bytes = DenseResource::cast(value)?.data()?;
    let r#type = RankedTensorType::try_from(crate::shaped_type_of(value)?).ok()?;
    let elements: usize = (0..r#type.rank())
        .map(|index| static_size(r#type.dim_size(index).ok()?))
        .product::<Option<usize>>()?;
    let bits = bit_width(r#type.element())? as usize;
    let alignment = operation
        .attribute("alignment")
        .ok()
        .and_then(|alignment| IntegerAttribute::try_from(alignment).ok())
        .map_or(bits / 8, |alignment| alignment.value() as usize);
    let fits = bits.is_multiple_of(8)
        && !bytes.is_empty()
        && elements.checked_mul(bits / 8) == Some(bytes.len())
        && bytes.as_ptr().addr().is_multiple_of(alignment.max(1));
    let name = StringAttribute::try_from(operation.attribute("sym_name").ok()?).ok()?;
    fits.then(|| ExternalConstant {
        name: name.value().to_owned(),
        bytes,
    })
}

/// A global without its value, for another module to define.
fn declare_global<'c>(operation: OperationRef<'c, 'c>) {
    let context = crate::context_of(operation.context());
    // SAFETY: no other reference reads the op's attributes during the call.
    let mut global = unsafe { OperationRefMut::from_raw(operation.to_raw()) };
    // An op without the attribute is what is wanted.
    let _ = global.remove_attribute("value");
    if let Some(external) = Attribute::parse(context, "#llvm.linkage<external>") {
        set_attribute(operation, "linkage", external);
    }
}
