//! `fidelity-cpu-calling-convention`.

use super::{
    origins::{copy, is_part, separate},
    roots::{callee_of, symbol_of},
};
use crate::FidelityCpuCallingConvention;
use fidelity_passes::aliasing::{ALIASING_OUTPUT, Alias, aliases_of, function_type};
use melior::{
    Context,
    ir::{
        Attribute, BlockLike, RegionLike, Type, TypeLike, Value, ValueLike,
        attribute::{BoolAttribute, StringAttribute},
        operation::{OperationLike, OperationRef},
    },
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, build_before, context_of, name_of, operations_within,
    set_argument_attribute, set_attribute,
};

impl Pass for FidelityCpuCallingConvention {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let all = operations_within(operation);
        let mut aliasing = Vec::new();
        for &function in all.iter().filter(|&&nested| name_of(nested) == "func.func") {
            if !aliases_of(function)?.is_empty() {
                aliasing.push(function);
            }
        }
        for nested in all {
            match name_of(nested) {
                "func.func" => {
                    check_name(nested)?;
                    settle_function(nested)?;
                }
                "func.return" => {
                    separate(nested);
                }
                "func.call" => {
                    check_callee(nested, &aliasing)?;
                    make_arguments_whole(nested);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The functions of the C library that lowered code may call.
const C_LIBRARY: &[&str] = &[
    "abort",
    "aligned_alloc",
    "free",
    "malloc",
    "memcpy",
    "memmove",
    "memset",
    "puts",
];

/// Those of its mathematical part; the ones for floats end in `f`.
const C_MATHEMATICS: &[&str] = &[
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "cos",
    "cosh",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "floor",
    "fma",
    "fmod",
    "log",
    "log10",
    "log1p",
    "log2",
    "pow",
    "rint",
    "round",
    "roundeven",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
];

/// A function of such a name would be called in place of the library's.
fn check_name<'a>(function: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let name = symbol_of(function).unwrap_or_default();
    let has_body = function
        .region(0)
        .is_ok_and(|body| body.first_block().is_some());
    let taken = C_LIBRARY.contains(&name)
        || C_MATHEMATICS.contains(&name)
        || name
            .strip_suffix('f')
            .is_some_and(|name| C_MATHEMATICS.contains(&name));
    if has_body && taken {
        return Err(Diagnostic::expected(
            "a function of a name that the C library does not have",
            format!("@{name}"),
        )
        .at(function.location()));
    }
    Ok(())
}

/// A function that writes results to arguments is not called from within: it takes and gives
/// something else than is written there.
fn check_callee<'a>(
    call: OperationRef<'a, 'a>,
    aliasing: &[OperationRef<'a, 'a>],
) -> Result<(), Diagnostic<'a>> {
    let callee = callee_of(call);
    let is_callee =
        |function: &&OperationRef<'a, 'a>| callee.is_some() && symbol_of(**function) == callee;
    let Some(function) = aliasing.iter().find(is_callee) else {
        return Ok(());
    };
    let error = Diagnostic::expected(
        "a call of a function that writes no result to an argument",
        format!("@{}", callee.unwrap_or_default()),
    );
    Err(error
        .at(call.location())
        .note(function.location(), format!("it has `{ALIASING_OUTPUT}`")))
}

/// Attributes that bufferisation and the lowering of functions understand.
fn settle_function<'a>(function: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let context = context_of(function.context());
    let Some(entry) = function.region(0).ok().and_then(|body| body.first_block()) else {
        // A declaration: its definition decides.
        return Ok(());
    };
    if is_private(function) {
        set_attribute(
            function,
            "llvm.linkage",
            parsed(context, "#llvm.linkage<internal>"),
        );
        return Ok(());
    }
    let aliases = writable(function)?;
    set_attribute(function, "llvm.emit_c_interface", Attribute::unit(context));
    for index in 0..entry.argument_count() {
        let is_tensor = entry
            .argument(index)
            .is_ok_and(|argument| argument.r#type().is_ranked_tensor());
        if is_tensor {
            let is_written = aliases.iter().any(|alias| alias.argument == index);
            let writable = BoolAttribute::new(context, is_written).into();
            set_argument_attribute(function, index, "bufferization.writable", writable);
        }
    }
    Ok(())
}

/// The arguments that a function may write to, as their memory is for results of their types.
fn writable<'a>(function: OperationRef<'a, 'a>) -> Result<Vec<Alias>, Diagnostic<'a>> {
    let (aliases, Some(r#type)) = (aliases_of(function)?, function_type(function)) else {
        return Ok(Vec::new());
    };
    for &Alias { argument, result } in &aliases {
        let (Ok(input), Ok(output)) = (r#type.input(argument), r#type.result(result)) else {
            continue;
        };
        let failed = |expected: String, got: Type<'a>| {
            Err(Diagnostic::expected(expected, got).at(function.location()))
        };
        if !input.is_ranked_tensor() {
            let expected = format!("a tensor for `{ALIASING_OUTPUT}` of argument {argument}");
            return failed(expected, input);
        }
        if input != output {
            let expected = format!(
                "result {result} to have the type of argument {argument} for \
                 `{ALIASING_OUTPUT}`, {input}"
            );
            return failed(expected, output);
        }
    }
    Ok(aliases)
}

/// Whether nobody calls a function from outside.
pub fn is_private(function: OperationRef<'_, '_>) -> bool {
    function
        .attribute("sym_visibility")
        .ok()
        .and_then(|visibility| StringAttribute::try_from(visibility).ok())
        .is_some_and(|visibility| visibility.value() == "private")
}

fn parsed<'c>(context: &'c Context, text: &str) -> Attribute<'c> {
    Attribute::parse(context, text).unwrap_or_else(|| panic!("`{text}` is not an attribute"))
}

/// Copies each tensor passed to a function that is part of another one.
///
/// Functions take and give contiguous buffers. Bufferisation sees that a part
/// is not contiguous, but not where sizes are dynamic: there it takes any
/// stride for the one that it needs (LLVM 22.1).
fn make_arguments_whole<'a>(call: OperationRef<'a, 'a>) {
    let values: Vec<Value<'a, 'a>> = call.operands().collect();
    if !values.iter().any(|&value| is_part(value, call)) {
        return;
    }
    build_before(call, |builder| {
        let whole: Vec<_> = values
            .iter()
            .map(|&value| {
                if is_part(value, call) {
                    copy(builder, value)
                } else {
                    value
                }
            })
            .collect();
        let mut new = builder.op("func.call").operands(&whole);
        for (name, attribute) in call.attributes() {
            if let Ok(name) = name.as_string_ref().as_str() {
                new = new.attribute(name, attribute);
            }
        }
        for result in call.results() {
            new = new.result(result.r#type());
        }
        let results: Vec<_> = new.insert().results().map(Value::from).collect();
        builder.replace(call, &results);
    });
}
