//! `fidelity-gpu-expand-math`.

use crate::{
    FidelityGpuExpandMath,
    math::{FUNCTIONS, Float, Function, Machine, intrinsic},
};
use fidelity_passes::emit::Emit;
use melior::ir::{
    TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, Pass, PassContext, build_before, name_of, operations_within};

/// Functions that LLVM has instructions for on every GPU, with the names of its
/// intrinsics.
const INTRINSICS: &[(&str, &str)] = &[
    ("math.absf", "fabs"),
    ("math.ceil", "ceil"),
    ("math.floor", "floor"),
    ("math.fma", "fma"),
    ("math.sqrt", "sqrt"),
];

/// Functions that are written in others, beside those of [`FUNCTIONS`].
const OWN_FUNCTIONS: &[(&str, Function)] = &[("math.rsqrt", |float, x| float.rsqrt(x))];

impl Pass for FidelityGpuExpandMath {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for nested in operations_within(operation) {
            if name_of(nested).starts_with("math.") {
                expand(nested)?;
            }
        }
        Ok(())
    }
}

fn expand<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let name = name_of(operation);
    let operands: Vec<Value<'a, 'a>> = operation.operands().collect();
    let instruction = INTRINSICS.iter().find(|(of, _)| *of == name);
    let functions = || FUNCTIONS.iter().chain(OWN_FUNCTIONS);
    let function = functions().find(|(of, _)| *of == name);
    if instruction.is_none() && function.is_none() {
        let functions = functions().map(|(name, _)| *name);
        let known = INTRINSICS.iter().map(|(name, _)| *name).chain(functions);
        let known: Vec<_> = known.collect();
        return Err(
            Diagnostic::expected(known.join(", "), format!("'{name}'")).at(operation.location())
        );
    }
    for operand in &operands {
        let r#type = operand.r#type();
        if !r#type.is_f32() && !r#type.is_f64() {
            let expected = format!("'{name}' of f32 or f64");
            return Err(Diagnostic::expected(expected, r#type).at(operation.location()));
        }
    }
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let float = Float::new(&emit, Machine::Gpu, operands[0].r#type());
        let result = match (instruction, function, float) {
            (Some((_, name)), _, _) => intrinsic(&emit, name, &operands),
            (None, Some((_, function)), Some(float)) => function(&float, operands[0]),
            _ => return,
        };
        builder.replace(operation, &[result]);
    });
    Ok(())
}
