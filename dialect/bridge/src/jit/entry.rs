//! One way to call functions of every signature.

use super::Signature;
use inkwell::{
    AddressSpace,
    builder::BuilderError,
    context::Context as LlvmContext,
    module::Module as LlvmModule,
    targets::TargetData,
    types::{BasicType, BasicTypeEnum},
    values::{BasicMetadataValueEnum, FunctionValue, PointerValue, ValueKind},
};

/// A function that calls another one through memory.
pub struct Entry {
    /// Its name.
    pub symbol: String,
    /// Where each result lies in the storage of the results.
    pub offsets: Vec<usize>,
    /// The bytes of that storage.
    pub results_size: usize,
}

/// Builds `void entry(ptr args)` for a function with a C interface. `args`
/// points to one pointer for each argument, to a descriptor or a scalar, and to
/// a last one, to the storage of the results.
pub fn build<'l>(
    llvm: &'l LlvmContext,
    module: &LlvmModule<'l>,
    name: &str,
    signature: &Signature,
    data: &TargetData,
) -> Result<Entry, String> {
    let find = |symbol: &str| {
        module
            .get_function(symbol)
            .ok_or_else(|| format!("expected a function @{symbol} in the code, but got none"))
    };
    let function = find(name)?;
    let interface = find(&format!("_mlir_ciface_{name}"))?;
    let (offsets, results_size) = signature.layout(function, data).ok_or_else(|| {
        format!(
            "expected @{name} to have the signature {signature:?}, but got {}",
            function.get_type()
        )
    })?;
    let symbol = format!("_ods_bridge_call_{name}");
    emit(llvm, module, &symbol, interface, signature)
        .map_err(|error| format!("@{name}: {error}"))?;
    Ok(Entry {
        symbol,
        offsets,
        results_size,
    })
}

fn emit<'l>(
    llvm: &'l LlvmContext,
    module: &LlvmModule<'l>,
    symbol: &str,
    interface: FunctionValue<'l>,
    signature: &Signature,
) -> Result<(), BuilderError> {
    let pointer = llvm.ptr_type(AddressSpace::default());
    let r#type = llvm.void_type().fn_type(&[pointer.into()], false);
    let entry = module.add_function(symbol, r#type, None);
    let builder = llvm.create_builder();
    builder.position_at_end(llvm.append_basic_block(entry, "entry"));
    let Some(arguments) = entry.get_first_param() else {
        return Ok(());
    };
    // The pointer behind argument `index` of the array.
    let slot = |index: usize| -> Result<PointerValue<'l>, BuilderError> {
        let address = builder.build_struct_gep(
            llvm.struct_type(&vec![pointer.into(); index + 1], false),
            arguments.into_pointer_value(),
            index as u32,
            "slot",
        )?;
        Ok(builder
            .build_load(pointer, address, "pointer")?
            .into_pointer_value())
    };
    let results = slot(signature.inputs.len())?;
    let returned: Option<BasicTypeEnum<'l>> = interface.get_type().get_return_type();
    let mut passed: Vec<BasicMetadataValueEnum<'l>> = Vec::new();
    // A struct of results is written through a first argument.
    if returned.is_none() && !signature.results.is_empty() {
        passed.push(results.into());
    }
    let taken = passed.len();
    for (index, parameter) in interface.get_param_iter().skip(taken).enumerate() {
        let pointer = slot(index)?;
        passed.push(if parameter.is_pointer_value() {
            pointer.into()
        } else {
            let r#type = parameter.get_type().as_basic_type_enum();
            builder.build_load(r#type, pointer, "scalar")?.into()
        });
    }
    let call = builder.build_call(interface, &passed, "")?;
    if let ValueKind::Basic(value) = call.try_as_basic_value() {
        builder.build_store(results, value)?;
    }
    builder.build_return(None)?;
    Ok(())
}
