//! `fidelity-cpu-calling-convention`.

use super::origins::{copy, is_part, separate};
use crate::FidelityCpuCallingConvention;
use melior::{
    Context,
    ir::{
        Attribute, BlockLike, RegionLike, TypeLike, Value, ValueLike,
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
        for nested in operations_within(operation) {
            match name_of(nested) {
                "func.func" => {
                    check_name(nested)?;
                    settle_function(nested);
                }
                "func.return" => {
                    separate(nested);
                }
                "func.call" => make_arguments_whole(nested),
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
    let name = function
        .attribute("sym_name")
        .ok()
        .and_then(|name| StringAttribute::try_from(name).ok())
        .map(ods_bridge::string_value)
        .unwrap_or_default();
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

/// Attributes that bufferisation and the lowering of functions understand.
fn settle_function<'a>(function: OperationRef<'a, 'a>) {
    let context = context_of(function.context());
    let Some(entry) = function.region(0).ok().and_then(|body| body.first_block()) else {
        // A declaration: its definition decides.
        return;
    };
    if is_private(function) {
        set_attribute(
            function,
            "llvm.linkage",
            parsed(context, "#llvm.linkage<internal>"),
        );
        return;
    }
    set_attribute(function, "llvm.emit_c_interface", Attribute::unit(context));
    for index in 0..entry.argument_count() {
        let is_tensor = entry
            .argument(index)
            .is_ok_and(|argument| argument.r#type().is_ranked_tensor());
        if is_tensor {
            let writable = BoolAttribute::new(context, false).into();
            set_argument_attribute(function, index, "bufferization.writable", writable);
        }
    }
}

fn is_private(function: OperationRef<'_, '_>) -> bool {
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
