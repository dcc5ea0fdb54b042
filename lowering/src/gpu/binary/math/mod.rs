//! `fidelity-gpu-expand-math`.

mod functions;

use crate::FidelityGpuExpandMath;
use fidelity_passes::emit::Emit;
use functions::Float;
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
    ("math.copysign", "copysign"),
    ("math.floor", "floor"),
    ("math.fma", "fma"),
    ("math.roundeven", "roundeven"),
    ("math.sqrt", "sqrt"),
    ("math.trunc", "trunc"),
];

type Function = for<'a, 'b> fn(&Float<'a, 'b>, Value<'a, 'a>) -> Value<'a, 'a>;

/// Functions that are written in others.
const FUNCTIONS: &[(&str, Function)] = &[
    ("math.erf", |float, x| float.erf(x)),
    ("math.erfc", |float, x| float.erfc(x)),
    ("math.exp", |float, x| float.exp(x)),
    ("math.log", |float, x| float.log(x)),
    ("math.log1p", |float, x| float.log1p(x)),
    ("math.rsqrt", |float, x| float.rsqrt(x)),
    ("math.tanh", |float, x| float.tanh(x)),
];

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
    let refused = |expected: String, got: String| {
        Err(Diagnostic::expected(expected, got).at(operation.location()))
    };
    let Some(&x) = operands.first() else {
        return refused("a function".into(), format!("'{name}'"));
    };
    let r#type = x.r#type();
    let has_other = operands.iter().any(|operand| operand.r#type() != r#type);
    let intrinsic = INTRINSICS.iter().find(|(of, _)| *of == name);
    let function = FUNCTIONS.iter().find(|(of, _)| *of == name);
    if let Some((_, intrinsic)) = intrinsic {
        if !(r#type.is_f32() || r#type.is_f64()) || has_other {
            return refused(format!("'{name}' of f32 or f64"), r#type.to_string());
        }
        build_before(operation, |builder| {
            let emit = Emit::new(builder, false);
            let result = functions::intrinsic(&emit, intrinsic, &operands);
            builder.replace(operation, &[result]);
        });
        return Ok(());
    }
    let Some((_, function)) = function else {
        let known = INTRINSICS.iter().map(|(name, _)| *name);
        let known: Vec<_> = known
            .chain(FUNCTIONS.iter().map(|(name, _)| *name))
            .collect();
        return refused(
            format!("a function of {}", known.join(", ")),
            format!("'{name}'"),
        );
    };
    if !r#type.is_f32() {
        return refused(format!("'{name}' of f32"), r#type.to_string());
    }
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        builder.replace(operation, &[function(&Float::new(&emit), x)]);
    });
    Ok(())
}
