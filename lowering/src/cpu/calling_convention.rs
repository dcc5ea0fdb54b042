//! `fidelity-cpu-calling-convention`.

use crate::FidelityCpuCallingConvention;
use melior::{
    Context,
    ir::{
        Attribute, BlockLike, BlockRef, RegionLike, TypeLike, Value, ValueLike,
        attribute::{BoolAttribute, DenseI32ArrayAttribute, StringAttribute},
        operation::{OperationLike, OperationRef},
    },
};
use ods_bridge::{
    Builder, Diagnostic, Pass, PassContext, block_argument, build_before, context_of, defining_op,
    name_of, operations_within, set_argument_attribute, set_attribute,
};
use std::collections::HashSet;

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
                "func.return" => separate_results(nested),
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

/// Copies each returned tensor whose buffer an earlier one may share, or which
/// is part of another tensor.
fn separate_results<'a>(operation: OperationRef<'a, 'a>) {
    let mut values: Vec<Value<'a, 'a>> = operation.operands().collect();
    let mut taken = HashSet::new();
    let mut is_first = true;
    let mut copies = Vec::new();
    let tensors = values
        .iter()
        .filter(|value| value.r#type().is_ranked_tensor());
    let has_company = tensors.count() > 1;
    for (index, &value) in values.iter().enumerate() {
        if !value.r#type().is_ranked_tensor() {
            continue;
        }
        let origins = Origins::of(value);
        let shares = origins.unknown || !origins.values.is_disjoint(&taken);
        if shares && !is_first || origins.are_parts || has_company && is_unwritten(value) {
            copies.push(index);
        }
        is_first = false;
        taken.extend(origins.values);
    }
    if copies.is_empty() {
        return;
    }
    build_before(operation, |builder| {
        for index in copies {
            values[index] = copy(builder, values[index]);
        }
        builder.op("func.return").operands(&values).insert();
        builder.replace(operation, &[]);
    });
}

/// Copies each tensor passed to a function that is part of another one.
///
/// Functions take and give contiguous buffers. Bufferisation sees that a part
/// is not contiguous, but not where sizes are dynamic: there it takes any
/// stride for the one that it needs (LLVM 22.1).
fn make_arguments_whole<'a>(call: OperationRef<'a, 'a>) {
    let is_part =
        |value: Value<'a, 'a>| value.r#type().is_ranked_tensor() && Origins::of(value).are_parts;
    let values: Vec<Value<'a, 'a>> = call.operands().collect();
    if !values.iter().any(|&value| is_part(value)) {
        return;
    }
    build_before(call, |builder| {
        let whole: Vec<_> = values
            .iter()
            .map(|&value| {
                if is_part(value) {
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

/// A tensor in a buffer of its own.
fn copy<'a>(builder: &Builder<'a>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    builder
        .op("bufferization.alloc_tensor")
        .operand(value)
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(builder.context(), &[0, 1, 0]),
        )
        .result(value.r#type())
        .value()
}

/// The values whose buffers a tensor may have after bufferisation.
///
/// Only ops that pass a tensor on, look at part of it or put it into another are
/// followed. One that writes in place otherwise cannot make two results share a
/// buffer: the other one would still be read by the return, a conflict that
/// bufferisation solves by a copy, unless [`is_unwritten`].
#[derive(Default)]
struct Origins {
    /// The raw pointers of the values.
    values: HashSet<usize>,
    /// Whether there may be others.
    unknown: bool,
    /// Whether the tensor may be part of a buffer.
    are_parts: bool,
}

impl Origins {
    fn of<'a>(value: Value<'a, 'a>) -> Self {
        let mut origins = Self::default();
        let mut visited = HashSet::new();
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            if !visited.insert(value.to_raw().ptr as usize) {
                continue;
            }
            origins.are_parts |= defining_op(value)
                .is_some_and(|operation| name_of(operation) == "tensor.extract_slice");
            match sources(value) {
                Sources::Itself => {
                    origins.values.insert(value.to_raw().ptr as usize);
                }
                Sources::Values(values) => pending.extend(values),
                Sources::Unknown => origins.unknown = true,
            }
        }
        origins
    }
}

/// Where the buffer of a tensor comes from, one step back.
enum Sources<'a> {
    Itself,
    Values(Vec<Value<'a, 'a>>),
    Unknown,
}

fn sources<'a>(value: Value<'a, 'a>) -> Sources<'a> {
    let known =
        |values: Option<Vec<Value<'a, 'a>>>| values.map_or(Sources::Unknown, Sources::Values);
    let Some(operation) = defining_op(value) else {
        return argument_sources(value);
    };
    let index = operation
        .results()
        .position(|result| Value::from(result) == value)
        .unwrap_or(0);
    match name_of(operation) {
        "tensor.cast"
        | "tensor.collapse_shape"
        | "tensor.expand_shape"
        | "tensor.extract_slice"
        | "tensor.reshape" => known(operands(operation, [0])),
        // What is inserted may have been computed in its place; in a loop it is
        // not, for there it is carried or made anew.
        "tensor.insert_slice" if operation.block().is_some_and(is_entry_of_function) => {
            match operands(operation, [0, 1]) {
                Some(values) => Sources::Values(
                    values
                        .into_iter()
                        .filter(|&value| {
                            defining_op(value).is_none_or(|op| name_of(op) != "tensor.empty")
                        })
                        .collect(),
                ),
                None => Sources::Unknown,
            }
        }
        "arith.select" => known(operands(operation, [1, 2])),
        "scf.for" => known(loop_sources(operation, index)),
        "scf.if" => known(
            [0, 1]
                .into_iter()
                .map(|region| terminator(operation, region)?.operand(index).ok())
                .collect(),
        ),
        _ if operation.regions().count() > 0 && name_of(operation).starts_with("scf.") => {
            Sources::Unknown
        }
        _ => Sources::Itself,
    }
}

/// Whether a tensor is memory that nothing was written to. Bufferisation sees no
/// conflict when others write to that memory in place, for no value is lost.
fn is_unwritten(value: Value<'_, '_>) -> bool {
    let Some(operation) = defining_op(value) else {
        return false;
    };
    match (name_of(operation), sources(value)) {
        ("tensor.empty", _) => true,
        // A loop writes to what it carries.
        ("scf.for", _) => false,
        (_, Sources::Values(values)) => values.into_iter().any(is_unwritten),
        _ => false,
    }
}

/// An argument of a function is copied by the deallocation; one of a loop is
/// what the loop carries.
fn argument_sources<'a>(value: Value<'a, 'a>) -> Sources<'a> {
    let Some((block, number)) = block_argument(value) else {
        return Sources::Unknown;
    };
    let Some(parent) = block.parent_operation() else {
        return Sources::Unknown;
    };
    match name_of(parent) {
        "func.func" if is_entry(block) => Sources::Itself,
        "scf.for" if number > 0 => {
            loop_sources(parent, number - 1).map_or(Sources::Unknown, Sources::Values)
        }
        _ => Sources::Unknown,
    }
}

fn is_entry_of_function(block: BlockRef<'_, '_>) -> bool {
    let parent = block.parent_operation();
    parent.is_some_and(|parent| name_of(parent) == "func.func") && is_entry(block)
}

fn is_entry(block: BlockRef<'_, '_>) -> bool {
    block
        .parent_region()
        .and_then(|region| region.first_block())
        .is_some_and(|first| first == block)
}

/// What a `scf.for` carries in one place: its first value and each next one.
fn loop_sources<'a>(operation: OperationRef<'a, 'a>, index: usize) -> Option<Vec<Value<'a, 'a>>> {
    // The bounds and the step come first.
    let mut values = operands(operation, [3 + index])?;
    values.push(terminator(operation, 0)?.operand(index).ok()?);
    Some(values)
}

fn operands<'a, const N: usize>(
    operation: OperationRef<'a, 'a>,
    indices: [usize; N],
) -> Option<Vec<Value<'a, 'a>>> {
    indices
        .into_iter()
        .map(|index| operation.operand(index).ok())
        .collect()
}

fn terminator<'a>(operation: OperationRef<'a, 'a>, region: usize) -> Option<OperationRef<'a, 'a>> {
    let block = operation.region(region).ok()?.first_block()?;
    block.terminator()
}
