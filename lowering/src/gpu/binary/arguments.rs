//! `fidelity-gpu-bare-arguments`.

use crate::FidelityGpuBareArguments;
use melior::ir::{
    BlockLike, RegionLike, Type, TypeLike, Value, ValueLike,
    attribute::{DenseI64ArrayAttribute, IntegerAttribute, TypeAttribute},
    operation::{OperationLike, OperationRef},
    r#type::{FunctionType, IntegerType, MemRefType, ShapedTypeLike},
};
use ods_bridge::{
    Builder, Diagnostic, Pass, PassContext, build_before, name_of, operations_within,
    set_attribute, set_operands,
};

impl Pass for FidelityGpuBareArguments {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for function in operations_within(operation) {
            if name_of(function) == "gpu.func" && function.attribute("gpu.kernel").is_ok() {
                make_bare(function)?;
            }
        }
        Ok(())
    }
}

fn make_bare<'a>(function: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let Some(block) = function.region(0).ok().and_then(|body| body.first_block()) else {
        return Ok(());
    };
    // Memory of a block may follow the arguments, which the type counts.
    let inputs = function
        .attribute("function_type")
        .ok()
        .and_then(|attribute| TypeAttribute::try_from(attribute).ok())
        .and_then(|attribute| FunctionType::try_from(attribute.value()).ok())
        .map_or(0, |r#type| r#type.input_count());
    let mut types = Vec::new();
    for index in 0..inputs {
        let argument: Value<'a, 'a> = block
            .argument(index)
            .map_err(|error| Diagnostic::new(error.to_string()))?
            .into();
        let r#type = argument.r#type();
        if r#type.is_float() || r#type.is_integer() {
            types.push(r#type);
            continue;
        }
        let pointer = pointer_to(r#type).ok_or_else(|| {
            Diagnostic::expected(
                "kernels to take numbers and memrefs of rank 0",
                format!("{type} for argument {index}"),
            )
            .at(function.location())
        })?;
        types.push(pointer);
        replace(function, argument, pointer);
    }
    if let Some(first) = types.first() {
        let context = ods_bridge::context_of(first.context());
        let r#type = FunctionType::new(context, &types, &[]);
        set_attribute(
            function,
            "function_type",
            TypeAttribute::new(r#type.into()).into(),
        );
    }
    Ok(())
}

/// The pointer that a memref of rank 0 is.
fn pointer_to(r#type: Type<'_>) -> Option<Type<'_>> {
    let memref = MemRefType::try_from(r#type).ok()?;
    let space = memref.memory_space();
    let number = match space {
        Some(space) => IntegerAttribute::try_from(space).ok()?.value(),
        None => 0,
    };
    let context = ods_bridge::context_of(r#type.context());
    let is_scalar = memref.rank() == 0 && memref.affine_map().is_identity();
    is_scalar.then_some(())?;
    Type::parse(context, &format!("!llvm.ptr<{number}>"))
}

/// Makes an argument a pointer, and the memref that it was of it.
fn replace<'a>(function: OperationRef<'a, 'a>, argument: Value<'a, 'a>, pointer: Type<'a>) {
    let memref = argument.r#type();
    let users: Vec<_> = operations_within(function)
        .into_iter()
        .filter(|user| user.operands().any(|operand| operand == argument))
        .collect();
    argument.set_type(pointer);
    let Some(&first) = users.first() else {
        return;
    };
    let start = first_operation(function).unwrap_or(first);
    let made = build_before(start, |builder| descriptor(builder, argument, memref));
    for user in users {
        let operands: Vec<Value<'a, 'a>> = user
            .operands()
            .map(|operand| if operand == argument { made } else { operand })
            .collect();
        set_operands(user, &operands);
    }
}

fn first_operation<'a>(function: OperationRef<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    function.region(0).ok()?.first_block()?.first_operation()
}

/// A memref of rank 0 as MLIR lays it out: the memory, where in it the elements
/// begin to be aligned, and an offset.
fn descriptor<'a>(
    builder: &Builder<'a>,
    pointer: Value<'a, 'a>,
    memref: Type<'a>,
) -> Value<'a, 'a> {
    let r#type = builder.r#type(&format!("!llvm.struct<({0}, {0}, i64)>", pointer.r#type()));
    let integer: Type<'a> = IntegerType::new(builder.context(), 64).into();
    let zero = builder
        .op("llvm.mlir.constant")
        .attribute("value", IntegerAttribute::new(integer, 0))
        .result(integer)
        .value();
    let none = builder.op("llvm.mlir.poison").result(r#type).value();
    let parts = [pointer, pointer, zero];
    let whole = (0..).zip(parts).fold(none, |whole, (index, part)| {
        builder
            .op("llvm.insertvalue")
            .operands(&[whole, part])
            .attribute(
                "position",
                DenseI64ArrayAttribute::new(builder.context(), &[index]),
            )
            .result(r#type)
            .value()
    });
    builder
        .op("builtin.unrealized_conversion_cast")
        .operand(whole)
        .result(memref)
        .value()
}
